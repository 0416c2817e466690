"""Anycast DNS on Linux with OSPF: configure it with Nornir, prove it from the routers.

The names below are the public API; everything else may change.
"""

from nornir_anycast.checks import EXIT_CODES, Cell, Evidence, Finding, HostChange, Report, add_drift
from nornir_anycast.errors import (
    AnycastError,
    CommandFailed,
    ConnectionFailed,
    HostError,
    InventoryError,
    LabError,
    ParseError,
    UsageError,
)
from nornir_anycast.intent import Intent
from nornir_anycast.operations import deploy, plan, verify
from nornir_anycast.program import progress, run, write_file
from nornir_anycast.report.changes import render_changes
from nornir_anycast.report.json import render_json
from nornir_anycast.report.table import print_report
from nornir_anycast.site import Site, load_site
from nornir_anycast.target import open_site

__all__ = [
    "EXIT_CODES",
    "AnycastError",
    "Cell",
    "CommandFailed",
    "ConnectionFailed",
    "Evidence",
    "Finding",
    "HostChange",
    "HostError",
    "Intent",
    "InventoryError",
    "LabError",
    "ParseError",
    "Report",
    "Site",
    "UsageError",
    "add_drift",
    "deploy",
    "load_site",
    "open_site",
    "plan",
    "print_report",
    "progress",
    "render_changes",
    "render_json",
    "run",
    "verify",
    "write_file",
]
