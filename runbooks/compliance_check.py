"""Is the anycast service as it should be, and configured as the inventory says? For a scheduler; changes nothing.

Prints one line and exits as monitoring plugins do: 0 OK, 1 WARNING, 2 CRITICAL, 3 UNKNOWN; 64 when the request or the
inventory is wrong.

    python -m runbooks.compliance_check
    python -m runbooks.compliance_check --json /var/lib/anycast/report.json
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from rich.console import Console

import nornir_anycast as anycast

SITE = Path(__file__).parents[1]


def main() -> int:
    """Verify, drift included; say it in one line."""
    parser = argparse.ArgumentParser(description="Check the anycast service; for schedulers and monitoring.")
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write the report as JSON")
    parser.add_argument("--verbose", action="store_true", help="also print the whole report")
    arguments = parser.parse_args()

    site = anycast.open_site(SITE)
    report = anycast.add_drift(anycast.verify(site), anycast.plan(site))
    learned = sum(cell.state == "learned" for cell in report.origins)
    drifted = sum(finding.check == "config-drift" for finding in report.findings)
    summary = "every VIP is learned from every node and answered by it; no drift"
    if report.findings:
        more = f" (and {len(report.findings) - 1} more)" if len(report.findings) > 1 else ""
        summary = f"{report.findings[0].check}: {report.findings[0].message}{more}"
    data = f"origins={learned};;;0;{len(report.origins)} findings={len(report.findings)} drifted={drifted}"
    print(f"ANYCAST {report.verdict.upper()}: {summary.replace('|', '/')} | {data}")
    if arguments.json:
        anycast.write_file(arguments.json, anycast.render_json(report))
    if arguments.verbose:
        anycast.print_report(report, Console())
    return anycast.EXIT_CODES[report.verdict]


if __name__ == "__main__":
    sys.exit(anycast.run(main))
