"""A peer router that runs FRR, by shell or by its CLI: what it should hold, and what must not be touched. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from nornir_anycast.config_text import parse_blocks
from nornir_anycast.intent import Host

DEFAULT_HELLO_S, DEFAULT_DEAD_S = 10, 40
"""What FRR and IOS do not print (RFC 2328 appendix C.3)."""
TEMPLATE = "frr_router.j2"
SHOW_RUNNING = "show running-config"
SHOW_VERSION = "show version"
_VERSION = re.compile(r"(?m)^FRRouting (\S+)")


def parse_version(output: str) -> str | None:
    """FRR's version out of `show version`; None when this is not FRR.

    >>> parse_version("FRRouting 10.3 (r3) on Linux(6.1.0).")
    '10.3'
    """
    found = _VERSION.search(output)
    return found[1] if found else None


def problems(host: Host, running: str) -> list[str]:
    """Say why this router must not be configured: a change of its router-id would drop every adjacency."""
    lines = parse_blocks(running).get("router ospf", [])
    seen = next((line.split()[-1] for line in lines if line.startswith("ospf router-id ")), None)
    if seen and seen != str(host.router_id):
        return [f"runs with router-id {seen}, the inventory says {host.router_id}; mend the inventory"]
    return []


def build_context(host: Host, running: str) -> Mapping[str, Any]:
    """Context of the template: FRR refuses to mix `network` statements and `ip ospf area`, so keep what is used."""
    by_interface = any(
        line.startswith("ip ospf area ")
        for header, lines in parse_blocks(running).items()
        if header.startswith("interface ")
        for line in lines
    )
    stated = host.ospf.model_fields_set
    return {
        "router_id": host.router_id,
        "interfaces": host.interfaces,
        "hello_s": host.ospf.hello_s if "hello_s" in stated else DEFAULT_HELLO_S,
        "dead_s": host.ospf.dead_s if "dead_s" in stated else DEFAULT_DEAD_S,
        "area_on_interface": by_interface,
    }


def owned(host: Host) -> tuple[str, ...]:
    """First words of the interface lines that are ours even when absent: timers, but only where they are stated."""
    stated = host.ospf.model_fields_set
    lines = {"hello_s": "ip ospf hello-interval", "dead_s": "ip ospf dead-interval"}
    return tuple(line for key, line in lines.items() if key in stated)
