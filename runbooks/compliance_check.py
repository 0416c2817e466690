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
    report = anycast.verify(site)
    planned = anycast.plan(site)
    drifted = [change.host for change in planned if change.changed]
    not_known = [change.host for change in planned if change.error]
    learned = sum(cell.state == "learned" for cell in report.origins)

    said = [finding.message for finding in report.findings[:1]]
    said += [f"configuration drift on {', '.join(drifted)}"] if drifted else []
    said += [f"configuration not known of {', '.join(not_known)}"] if not_known else []
    verdict = anycast.worst([report.verdict, "warning" if drifted else "ok", "unknown" if not_known else "ok"])
    summary = "; ".join(said) or "every VIP is learned from every node and answered by it"
    print(f"ANYCAST {verdict.upper()}: {summary} | origins={learned};;;0;{len(report.origins)} drifted={len(drifted)}")
    if arguments.json:
        anycast.write_file(arguments.json, anycast.render_json(report))
    if arguments.verbose:
        anycast.print_report(report, Console())
    return anycast.EXIT_CODES[verdict]


if __name__ == "__main__":
    sys.exit(anycast.run(main))
