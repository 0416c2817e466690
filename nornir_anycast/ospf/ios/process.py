"""``show ip ospf``: the OSPF processes of a router and their areas."""

from __future__ import annotations

from dataclasses import dataclass, field
from ipaddress import IPv4Address
from typing import TYPE_CHECKING

from nornir_anycast.errors import ParseError
from nornir_anycast.ospf.ios.process_lines import PASSED
from nornir_anycast.ospf.ios.transcript import AREA, open_output, to_area
from nornir_anycast.ospf.model import AreaKind, OspfArea
from nornir_anycast.ospf.text import ADDRESS, Block

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nornir_anycast.ospf.text import Cursor

COMMAND = "show ip ospf"

_PROCESS = Block(rf'Routing Process "ospf (?P<process>\d+)" with ID (?P<router_id>{ADDRESS})')
_VRF = Block(r"Connected to MPLS VPN Superbackbone, VRF (?P<vrf>\S+)")
_AREA_COUNT = Block(
    r"Number of areas in this router is (?P<areas>\d+)\. (?P<normal>\d+) normal (?P<stub>\d+) stub (?P<nssa>\d+) nssa",
)
_EXTERNALS = Block(r"Number of external LSA (?P<count>\d+)\. Checksum Sum 0x[0-9A-Fa-f]+")
_RFC1583 = Block(r"RFC1583 compatibility (?P<state>enabled|disabled)")
_AREA = Block(rf"Area (?:BACKBONE ?\({AREA}\)|{AREA.replace('area', 'number')})(?: ?\(Inactive\))?")
_AREA_KIND = Block(r"It is a (?P<kind>stub|NSSA) area(?:, no (?:summary LSA in|redistribution into) this area)*")
_AREA_LSAS = Block(r"Number of LSA (?P<count>\d+)\. Checksum Sum 0x[0-9A-Fa-f]+")
_KINDS: dict[str, AreaKind] = {"stub": "stub", "NSSA": "nssa"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Process:
    """One OSPF process as ``show ip ospf`` describes it."""

    number: int
    """The number that the router gives it; it means nothing to other routers."""
    router_id: IPv4Address
    vrf: str | None = None
    """``None``: the routes that are no VRF's."""
    areas: tuple[OspfArea, ...] = ()
    rfc1583: bool = True
    """``compatible rfc1583``: on, unless the router says that it is not."""
    externals: int | None = None
    """How many type-5 LSAs it has."""
    area_lsas: dict[IPv4Address, int] = field(default_factory=dict)
    """How many LSAs each area has, opaque ones too."""


@dataclass(slots=True)
class _Draft:
    number: int
    router_id: IPv4Address
    vrf: str | None = None
    rfc1583: bool = True
    externals: int | None = None
    announced: list[int] = field(default_factory=list)
    kinds: dict[IPv4Address, AreaKind] = field(default_factory=dict)
    area_lsas: dict[IPv4Address, int] = field(default_factory=dict)

    def done(self, cursor: Cursor) -> Process:
        found = list(self.kinds.values())
        counts = [len(found), *(found.count(kind) for kind in ("normal", "stub", "nssa"))]
        if self.announced != counts:
            cursor.fail(f"areas, normal, stub, nssa are {counts}, the router counts {self.announced}")
        return Process(
            number=self.number,
            router_id=self.router_id,
            vrf=self.vrf,
            areas=tuple(OspfArea(area_id=area, kind=kind) for area, kind in self.kinds.items()),
            rfc1583=self.rfc1583,
            externals=self.externals,
            area_lsas=self.area_lsas,
        )


def parse_processes(text: str) -> tuple[Process, ...]:
    """Return the OSPF processes of a router, at least one.

    Raises:
        ParseError: a line is not understood, or the areas are not as many as the router says.

    """
    cursor = open_output(COMMAND, text)
    found: list[Process] = []
    draft: _Draft | None = None
    while not cursor.at_end:
        if match := cursor.take(_PROCESS):
            if draft is not None:
                found.append(draft.done(cursor))
            draft = _Draft(cursor.integer(match, "process", 0xFFFF), cursor.address(match, "router_id"))
        elif draft is None:
            cursor.fail("no 'Routing Process' before this line")
        elif not _read_line(cursor, draft):
            cursor.fail()
        cursor.skip_blank()
    if draft is not None:
        found.append(draft.done(cursor))
    numbers = [process.number for process in found]
    if len(numbers) != len(set(numbers)):
        cursor.fail(f"a process is listed twice: {numbers}", 0)
    return tuple(found)


def _read_line(cursor: Cursor, draft: _Draft) -> bool:
    """Read one line about a process; false: it is not understood."""
    if match := cursor.take(_AREA):
        area = to_area(cursor, match["area"] or match["number"])
        if area in draft.kinds:
            cursor.fail("this area is listed twice", match.start())
        draft.kinds[area] = "normal"
    elif match := cursor.take(_AREA_COUNT):
        draft.announced = [cursor.integer(match, name) for name in ("areas", "normal", "stub", "nssa")]
    elif match := cursor.take(_EXTERNALS):
        draft.externals = cursor.integer(match, "count")
    elif match := cursor.take(_RFC1583):
        draft.rfc1583 = match["state"] == "enabled"
    elif match := cursor.take(_VRF):
        draft.vrf = match["vrf"]
    elif draft.kinds and (match := cursor.take(_AREA_KIND)):
        draft.kinds[next(reversed(draft.kinds))] = _KINDS[match["kind"]]
    elif draft.kinds and (match := cursor.take(_AREA_LSAS)):
        draft.area_lsas[next(reversed(draft.kinds))] = cursor.integer(match, "count")
    else:
        return cursor.take(PASSED) is not None
    return True


def choose_process(processes: Sequence[Process]) -> Process:
    """Return the process that is meant: of those outside a VRF the only one, or the only one that has areas.

    The databases of two processes have nothing to do with each other, and the VIPs are in the routes of no VRF.

    Raises:
        ParseError: there is no such process, or more than one.

    """
    if len(processes) == 1:
        return processes[0]
    outside = [process for process in processes if process.vrf is None]
    candidates = outside if len(outside) == 1 else [process for process in outside if process.areas]
    if len(candidates) != 1:
        names = ", ".join(
            f"ospf {process.number}" + (f" vrf {process.vrf}" * bool(process.vrf)) for process in processes
        )
        reason = "more than one has areas" if candidates else "none outside a VRF has areas"
        raise ParseError(COMMAND, 0, names, f"several OSPF processes, and {reason}: which one is meant is not known")
    return candidates[0]
