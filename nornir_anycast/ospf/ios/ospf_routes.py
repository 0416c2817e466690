"""``show ip ospf rib`` and ``show ip ospf border-routers``: OSPF's own routing table, before filters."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from nornir_anycast.ospf.ios.sections import take_process
from nornir_anycast.ospf.ios.transcript import AGE, AREA, INTERFACE, open_output, to_area
from nornir_anycast.ospf.model import NextHop, OspfRoute, PathType
from nornir_anycast.ospf.text import ADDRESS, Block, many, maybe

if TYPE_CHECKING:
    import re
    from collections.abc import Iterator

    from nornir_anycast.ospf.ios.process import Process
    from nornir_anycast.ospf.text import Cursor

RIB_COMMAND = "show ip ospf rib"
ROUTERS_COMMAND = "show ip ospf border-routers"

_TOPOLOGY = Block(r"Base Topology \(MTID 0\)")
_RIB_HEADING = Block(
    r"OSPF local RIB(?: for Process (?P<process>\d+))?",
    r"Codes: \* - Best, > - Installed in global RIB",
    maybe(r"LSA: type/LSID/originator"),
)
_LSA = rf"LSA: \d+/{ADDRESS}/{ADDRESS}(?: \(area \S+\))?"
_DETAIL = many(
    rf"(?:SPF Instance \d+, age {AGE}|contributing {_LSA}|Flags: [\w, -]+|{_LSA}|Source: {ADDRESS}(?: \(area \S+\))?"
    rf"|(?:PostConvrg )?repair path via .+|(?:Strict SPF )?SID: .+)",
)
_PREFIX = Block(
    rf"(?P<best>\*)?(?P<installed>>)? ?(?P<network>{ADDRESS})/(?P<length>\d+)"
    rf", (?P<type>Intra|Inter|(?:Ext|NSSA|NExt|NSSA Ext)(?P<external>[12])), cost (?P<cost>\d+)"
    rf"(?:, fwd cost \d+)?(?:, area {AREA})?(?:, tag (?P<tag>\d+))?(?:, (?P<connected>Connected))?"
    r"(?:, (?P<discard>Discard))?",
    _DETAIL,
)
_VIA = Block(rf"via (?:(?P<address>{ADDRESS}), (?P<interface>{INTERFACE})|(?P<null>Null0))(?:, .+)?", _DETAIL)

_ROUTERS_HEADING = Block(
    r"(?:Internal Router Routing Table|OSPF Process (?P<process>\d+) internal Routing Table)",
    maybe(""),
    r"Codes: i - Intra-area route, I - Inter-area route",
)
_ROUTER = Block(
    rf"(?P<type>i|I) (?P<router>{ADDRESS}) \[(?P<cost>\d+)\] via (?P<address>{ADDRESS}), (?P<interface>{INTERFACE})"
    rf", (?P<role>ABR|ASBR|ABR/ASBR), Area {AREA}, SPF \d+",
)
_TYPES: dict[str, PathType] = {
    "Intra": "intra-area",
    "Inter": "inter-area",
    "1": "external-1",
    "2": "external-2",
    "i": "intra-area",
    "I": "inter-area",
}


def parse_prefixes(process: Process, text: str) -> tuple[OspfRoute, ...]:
    """Return the best routes of a process to prefixes.

    Raises:
        ParseError: a line is not understood.

    """
    cursor = open_output(RIB_COMMAND, text)
    found: list[OspfRoute] = []
    for wanted in _entries(cursor, process, _RIB_HEADING):
        match = cursor.need(_PREFIX)
        route = _prefix(cursor, match, _hops(cursor, match))
        if wanted and match["best"]:
            found.append(route)
    return tuple(found)


def parse_border_routers(process: Process, text: str) -> tuple[OspfRoute, ...]:
    """Return the routes of a process to ABRs and ASBRs; see :func:`parse_prefixes`."""
    cursor = open_output(ROUTERS_COMMAND, text)
    found: dict[tuple[str, ...], OspfRoute] = {}
    for wanted in _entries(cursor, process, _ROUTERS_HEADING):
        match = cursor.need(_ROUTER)
        route = _router(cursor, match)
        if wanted:
            # Each next hop has a line of its own.
            key = match.group("type", "router", "cost", "role", "area")
            others = found[key].next_hops if key in found else ()
            found[key] = replace(route, next_hops=(*others, *route.next_hops))
    return tuple(found.values())


def _entries(cursor: Cursor, process: Process, heading: Block) -> Iterator[bool]:
    """Stop at each entry, and yield whether it is one of this process."""
    wanted = seen = False
    headed = False
    while not cursor.at_end:
        if (ours := take_process(cursor, process)) is not None:
            wanted, headed = ours, True
            cursor.skip_blank()
            cursor.take(_TOPOLOGY)
            cursor.skip_blank()
            cursor.need(heading)
        elif match := cursor.take(heading):  # older versions have no other heading
            if match["process"] is None:
                cursor.fail("no process before this line", match.start())
            wanted, headed = cursor.integer(match, "process") == process.number, True
        elif headed:
            yield wanted
        else:
            cursor.fail("no heading before this line")
        seen |= wanted
        cursor.skip_blank()
    if not seen:
        cursor.fail(f"nothing about process {process.number}", 0)


def _hops(cursor: Cursor, route: re.Match[str]) -> tuple[NextHop, ...]:
    """Return the next hops; none for the blackhole of an area range."""
    hops: list[NextHop] = []
    dropped = False
    while match := cursor.take(_VIA):
        if match["null"]:
            dropped = True
        else:
            # The next hop to a connected prefix is the router's own address.
            address = None if route["connected"] else cursor.address(match, "address")
            hops.append(NextHop(address=address, interface=match["interface"]))
    if not hops and not dropped:
        cursor.need(_VIA, "a route without a next hop")
    return tuple(hops)


def _prefix(cursor: Cursor, match: re.Match[str], hops: tuple[NextHop, ...]) -> OspfRoute:
    external = match["external"]
    if (match["area"] is None) != (external is not None):
        cursor.fail("an area where there is none, or none where there is one", match.start())
    cursor.integer(match, "length", 32)
    return OspfRoute(
        destination=cursor.network(match, "network", "length"),
        path_type=_TYPES[external or match["type"]],
        area=None if external else to_area(cursor, match["area"]),
        cost=cursor.integer(match, "cost"),
        next_hops=hops,
        is_discard=not hops,
        tag=cursor.integer(match, "tag") if match["tag"] else 0,
    )


def _router(cursor: Cursor, match: re.Match[str]) -> OspfRoute:
    return OspfRoute(
        destination=cursor.address(match, "router"),
        path_type=_TYPES[match["type"]],
        area=to_area(cursor, match["area"]),
        cost=cursor.integer(match, "cost"),
        next_hops=(NextHop(address=cursor.address(match, "address"), interface=match["interface"]),),
        is_abr="ABR" in match["role"].split("/"),
        is_asbr="ASBR" in match["role"].split("/"),
    )
