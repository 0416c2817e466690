"""The outputs in tests/cases/frr: VERSION/SITUATION/ROUTER/COMMAND.txt, as real daemons printed them."""

from __future__ import annotations

from ipaddress import IPv4Address
from pathlib import Path

from nornir_anycast.ospf import frr
from nornir_anycast.ospf.model import RouterView

CASES = Path(__file__).parents[2] / "cases" / "frr"
UNREADABLE = {"no-ospf-instance", "ospfd-down"}
NO_SUMMARIES = '{"summaryLinkStates": {"areas": {}}}'


def routers() -> list[Path]:
    """Return the folder of every router that showed a working OSPF."""
    return sorted(path for path in CASES.glob("*/*/*") if path.is_dir() and path.parent.name not in UNREADABLE)


def name(router: Path) -> str:
    """Return the name of a test about this router."""
    return str(router.relative_to(CASES))


def read_vips(router: Path) -> list[IPv4Address]:
    """Return the VIPs whose routes were asked for, from file names like show_ip_route_203.0.113.53-32_json.txt."""
    files = sorted(router.glob("show_ip_route_*-32_json.txt"))
    return [IPv4Address(path.name.removeprefix("show_ip_route_").removesuffix("-32_json.txt")) for path in files]


def read_outputs(router: Path) -> dict[str, str]:
    """Return the outputs by command."""
    outputs = {}
    for command in frr.commands(read_vips(router)):
        path = router / (command.replace(" ", "_").replace("/", "-") + ".txt")
        if path.exists():
            outputs[command] = path.read_text()
    # Some captures are from before this command was asked for.
    outputs.setdefault(frr.SUMMARIES, NO_SUMMARIES)
    return outputs


def read_view(router: Path) -> RouterView:
    """Return what the router shows."""
    return frr.parse_view(read_outputs(router), read_vips(router))


def read_situation(version: str, situation: str) -> dict[str, RouterView]:
    """Return the views of all routers captured in one situation, by name."""
    return {path.name: read_view(path) for path in sorted((CASES / version / situation).iterdir()) if path.is_dir()}
