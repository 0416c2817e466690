"""The transcripts in tests/cases/ios: SITUATION/ROUTER/COMMAND.txt, written for these tests in the format of IOS."""

from __future__ import annotations

from ipaddress import IPv4Address
from pathlib import Path

from nornir_anycast.ospf import ios
from nornir_anycast.ospf.model import RouterView

CASES = Path(__file__).parents[2] / "cases" / "ios"
WARTS = CASES / "synthetic-warts"
VIPS = [IPv4Address("203.0.113.53"), IPv4Address("203.0.113.54")]


def routers() -> list[Path]:
    """Return the folder of every router that has all its outputs."""
    return sorted(path.parent for path in CASES.glob("*/*/show_ip_ospf.txt"))


def name(path: Path) -> str:
    """Return the name of a test about this router, or output."""
    return str(path.relative_to(CASES))


def read_outputs(router: Path) -> dict[str, str]:
    """Return the outputs of a router by command."""
    return {path.stem.replace("_", " "): path.read_bytes().decode() for path in sorted(router.glob("*.txt"))}


def read_view(router: Path) -> RouterView:
    """Return what the router shows."""
    return ios.parse_view(read_outputs(router), VIPS)


def read(situation: str) -> RouterView:
    """Return what the first router shows in one situation."""
    return read_view(CASES / f"synthetic-{situation}" / "r1")


def wart(file: str) -> str:
    """Return one output from the warts."""
    return (WARTS / f"synthetic-{file}.txt").read_bytes().decode()
