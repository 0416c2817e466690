"""Anycast DNS on Linux with OSPF: configure it with Nornir, prove it from the routers.

The names in `__all__` are the public API; everything else may change. Each is imported when it is first used, so that
a part of the package (the lab's supervisor, say) does not load the rest.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
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
    from nornir_anycast.program import exit_code, progress, run, write_file
    from nornir_anycast.report.changes import render_changes
    from nornir_anycast.report.json import render_json
    from nornir_anycast.report.table import print_report
    from nornir_anycast.site import Site, load_site
    from nornir_anycast.target import open_site

_HOMES = {
    "EXIT_CODES": "nornir_anycast.checks",
    "Cell": "nornir_anycast.checks",
    "Evidence": "nornir_anycast.checks",
    "Finding": "nornir_anycast.checks",
    "HostChange": "nornir_anycast.checks",
    "Report": "nornir_anycast.checks",
    "add_drift": "nornir_anycast.checks",
    "AnycastError": "nornir_anycast.errors",
    "CommandFailed": "nornir_anycast.errors",
    "ConnectionFailed": "nornir_anycast.errors",
    "HostError": "nornir_anycast.errors",
    "InventoryError": "nornir_anycast.errors",
    "LabError": "nornir_anycast.errors",
    "ParseError": "nornir_anycast.errors",
    "UsageError": "nornir_anycast.errors",
    "Intent": "nornir_anycast.intent",
    "deploy": "nornir_anycast.operations",
    "plan": "nornir_anycast.operations",
    "verify": "nornir_anycast.operations",
    "exit_code": "nornir_anycast.program",
    "progress": "nornir_anycast.program",
    "run": "nornir_anycast.program",
    "write_file": "nornir_anycast.program",
    "render_changes": "nornir_anycast.report.changes",
    "render_json": "nornir_anycast.report.json",
    "print_report": "nornir_anycast.report.table",
    "Site": "nornir_anycast.site",
    "load_site": "nornir_anycast.site",
    "open_site": "nornir_anycast.target",
}


def __getattr__(name: str) -> object:
    """Import a public name on first use (PEP 562)."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(_HOMES[name]), name)
    globals()[name] = value
    return value


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
    "exit_code",
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
