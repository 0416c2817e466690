"""Anycast DNS on Linux with OSPF: configure it with Nornir, prove it from the routers.

The names below are the public API; everything else may change.
"""

from nornir_anycast.checks import EXIT_CODES, Cell, Evidence, Finding, Report
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
from nornir_anycast.operations import HostChange, deploy, plan, verify
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
    "deploy",
    "load_site",
    "open_site",
    "plan",
    "verify",
]
