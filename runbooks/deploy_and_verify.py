"""Deploy the site, then wait until the routers prove that it works.

Occasion: a new node, a changed service, a first roll-out. Run from the site's folder:

    python -m runbooks.deploy_and_verify            look at the plan, answer y
    python -m runbooks.deploy_and_verify --yes      do not ask

Exit code: 0 deployed and OK; 2 not done, or not OK; 3 not known; 64 the request or the inventory is wrong.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from rich.console import Console

import nornir_anycast as anycast

SITE = Path(__file__).parents[1]


def main() -> int:
    """Plan, ask, deploy, verify."""
    parser = argparse.ArgumentParser(description="Deploy the site and verify it from the routers.")
    parser.add_argument("--hosts", help="only these hosts are configured; all are verified")
    parser.add_argument("--wait", type=float, default=60, metavar="SECONDS", help="for convergence (default 60)")
    parser.add_argument("--yes", action="store_true", help="do not ask")
    arguments = parser.parse_args()
    progress = anycast.progress(Console(stderr=True))

    site = anycast.open_site(SITE)
    planned = anycast.plan(site, arguments.hosts, progress)
    print(anycast.render_changes(planned, "would change"))
    if code := anycast.exit_code(planned):
        print("Not every host can be configured; nothing was changed.", file=sys.stderr)
        return code
    if any(change.changed for change in planned):
        if not arguments.yes and input("Deploy this? [y/N] ").strip().lower() != "y":
            print("Nothing was changed.", file=sys.stderr)
            return 2
        done = anycast.deploy(site, arguments.hosts, progress)
        print(anycast.render_changes(done, "changed"))
        if code := anycast.exit_code(done):
            return code
    report = anycast.verify(site, wait_s=arguments.wait, progress=progress)
    anycast.print_report(report, Console())
    return {"ok": 0, "unknown": 3}.get(report.verdict, 2)


if __name__ == "__main__":
    sys.exit(anycast.run(main))
