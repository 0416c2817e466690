"""The outputs of ``show ip ospf database`` and ``show ip ospf database TYPE``, joined to one database."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from ipaddress import IPv4Address
from typing import TypeVar

from nornir_anycast.errors import ParseError
from nornir_anycast.ospf.externals import ExternalLsas
from nornir_anycast.ospf.model import Lsdb
from nornir_anycast.ospf.quagga import database, externals, listing
from nornir_anycast.ospf.quagga.census import Census, LsaType, expected_census
from nornir_anycast.ospf.quagga.lsa_reader import Shown, command_of
from nornir_anycast.ospf.quagga.process import Process

T = TypeVar("T")


def parse_lsdb(outputs: Mapping[str, str], process: Process) -> Lsdb:
    """Return a router's link-state database.

    Arguments:
        outputs: by command. That of a type can be missing where ``show ip ospf database`` lists no LSA of it.
        process: what ``show ip ospf`` said before.

    Raises:
        ParseError: an output is missing, damaged, or of another router; an area or an LSA is missing in it.

    """
    listed = listing.parse_listing(outputs[listing.COMMAND]) if listing.COMMAND in outputs else None
    if listed is not None:
        check_router(listing.COMMAND, listed.router_id, process)
    source = _Source(outputs, process, listed)
    none = ExternalLsas.of(())
    return Lsdb(
        routers=tuple(source.read("router", database.parse_routers, [])),
        networks=tuple(source.read("network", database.parse_networks, [])),
        summaries=tuple(source.read("summary", database.parse_summaries, [])),
        asbr_summaries=tuple(source.read("asbr-summary", database.parse_asbr_summaries, [])),
        externals=ExternalLsas.joined(
            [
                source.read("external", externals.parse_externals, none),
                source.read("nssa-external", externals.parse_nssa_externals, none),
            ]
        ),
    )


def check_router(command: str, router_id: IPv4Address, process: Process) -> None:
    """Raise :class:`ParseError` if an output is of another router than ``show ip ospf``."""
    if router_id != process.router_id:
        reason = f"router id {router_id}, and {process.router_id} in 'show ip ospf'"
        raise ParseError(command, 0, "", reason)


@dataclass(frozen=True, slots=True)
class _Source:
    outputs: Mapping[str, str]
    process: Process
    listed: listing.Listing | None

    def read(self, lsa_type: LsaType, parse: Callable[[str], Shown[T]], none: T) -> T:
        """Return the LSAs of a type; ``none`` where there is no output and the listing has none."""
        command = command_of(lsa_type)
        if command not in self.outputs:
            if self.listed is None or any(listed_type == lsa_type for listed_type, _ in self.listed.census):
                raise ParseError(command, 0, "", "no output of this command")
            return none
        shown = parse(self.outputs[command])
        check_router(command, shown.router_id, self.process)
        areas = {None} if lsa_type == "external" else {area.area_id for area in self.process.areas}
        for _, area in shown.census.keys() ^ {(lsa_type, area) for area in areas}:
            self._fail(command, f"area {area} is only in this output, or only in 'show ip ospf'")
        if self.listed is not None:
            for scope, census in shown.census.items():
                expected = expected_census(scope, self.process.census, self.listed.census)
                if expected is not None and census != expected:
                    self._fail(command, _difference(scope[1], census, expected))
        return shown.lsas

    def _fail(self, command: str, reason: str) -> None:
        lines = self.outputs[command].rstrip().split("\n")
        raise ParseError(command, len(lines), lines[-1].strip(), reason)


def _difference(area: IPv4Address | None, shown: Census, expected: Census) -> str:
    where = "" if area is None else f" of area {area}"
    if shown.count == expected.count:
        return f"these are other LSAs{where} than were there before and after"
    return f"{shown.count} LSAs{where} are shown, there were {expected.count} before and after"
