"""The outputs in tests/cases/quagga and tests/cases/frr_text: VERSION/SITUATION/ROUTER/COMMAND.txt, of real daemons.

Secrets in running configurations were replaced as :func:`nornir_anycast.redaction.redact` does.
"""

from __future__ import annotations

from collections.abc import Iterable
from ipaddress import IPv4Address
from pathlib import Path

from nornir_anycast.ospf import frr, quagga
from nornir_anycast.ospf.model import RouterView

CASES = Path(__file__).parents[2] / "cases"
QUAGGA = CASES / "quagga" / "1.2.4"
FRR = CASES / "frr_text"
SILENT = {"no-ospf-instance", "ospfd-down", "daemons-down"}
VIPS = [IPv4Address("203.0.113.53"), IPv4Address("203.0.113.54")]
MORE = ["show running-config", "show ip ospf border-routers", "show ip ospf database max-age"]
TABLES = ["show ip route", "show ip route ospf"]


def routers() -> list[Path]:
    """Return the folder of every router that showed a working OSPF."""
    found = [*QUAGGA.glob("*/*"), *FRR.glob("*/*/*")]
    return sorted(path for path in found if path.is_dir() and path.parent.name not in SILENT)


def silent_routers() -> list[Path]:
    """Return the folder of every router without OSPF."""
    return sorted(path for situation in SILENT for path in CASES.glob(f"*/*/{situation}/*") if "json" not in path.name)


def name(router: Path) -> str:
    """Return the name of a test about this router."""
    return str(router.relative_to(CASES))


def read_outputs(router: Path, commands: Iterable[str]) -> dict[str, str]:
    """Return the outputs that are there, by command."""
    paths = {command: router / (command.replace(" ", "_").replace("/", "-") + ".txt") for command in commands}
    return {command: path.read_bytes().decode() for command, path in paths.items() if path.exists()}


def read_text(router: Path) -> dict[str, str]:
    """Return the outputs that the text parser is asked for."""
    return read_outputs(router, quagga.commands(read_vips(router)))


def read_vips(router: Path) -> list[IPv4Address]:
    """Return the VIPs whose routes were asked for."""
    return [vip for vip in VIPS if (router / f"show_ip_route_{vip}-32.txt").exists()]


def read_view(router: Path) -> RouterView:
    """Return what the router shows as text."""
    return quagga.parse_view(read_text(router), read_vips(router))


def read_json_view(router: Path) -> RouterView:
    """Return what the router shows as JSON, of the same moment."""
    vips = read_vips(router)
    return frr.parse_view(read_outputs(router, frr.commands(vips)), vips)
