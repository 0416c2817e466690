"""``show ip ospf route`` and ``show ip ospf border-routers``: OSPF's own routing table."""

from __future__ import annotations

import re
from collections.abc import Callable

from nornir_anycast.ospf.model import NextHop, OspfRoute
from nornir_anycast.ospf.quagga.answer import open_answer
from nornir_anycast.ospf.text import ADDRESS, Block, Cursor, maybe

COMMAND = "show ip ospf route"
BORDER_ROUTERS = "show ip ospf border-routers"

_PREFIX = rf"(?P<prefix>{ADDRESS})/(?P<length>\d+)"
_AREA = rf"area: (?P<area>{ADDRESS})"
_ROLES = r"(?P<abr>, ABR)?(?P<asbr>, ASBR)?"

_NO_TABLE = Block(r"No OSPF routing information exist")
_NETWORKS = Block(r"=+ OSPF network routing table =+")
_ROUTERS = Block(r"=+ OSPF router routing table =+")
_ALL_ROUTERS = Block(r"=+ OSPF reachable routers table =+")
_EXTERNALS = Block(r"=+ OSPF external routing table =+")

_NETWORK = Block(rf"N (?P<inter>IA|  |T ) {_PREFIX} +\[(?P<cost>\d+)\] {_AREA}")
_DISCARD = Block(rf"D IA {_PREFIX} +Discard entry")
_ROUTER = Block(rf"R    (?P<router>{ADDRESS}) +(?P<inter>IA )?\[(?P<cost>\d+)\] {_AREA}{_ROLES}")
_SAME_ROUTER = Block(rf" {{24}}(?P<inter>IA|  ) \[(?P<cost>\d+)\] {_AREA}{_ROLES}")
_EXTERNAL = Block(rf"N E(?P<type>[12]) {_PREFIX} +\[(?P<cost>\d+)(?:/(?P<type_2_cost>\d+))?\] tag: (?P<tag>\d+)")
_HOP = Block(
    rf" {{27}}(?:directly attached to (?P<connected>\S+)|via (?P<address>{ADDRESS}), (?P<interface>\S+))",
    maybe(rf" {{27}}adv {ADDRESS}"),
)


def parse_ospf_routes(text: str) -> tuple[OspfRoute, ...]:
    """Return OSPF's own routes: prefixes, then ABRs and ASBRs, then external prefixes.

    Arguments:
        text: output of ``show ip ospf route``.

    Raises:
        ParseError: a line is not understood, or one of the tables is missing.

    """
    cursor = open_answer(COMMAND, text)
    cursor.skip_blank()
    if cursor.take(_NO_TABLE) is not None:
        return _end(cursor, [])
    cursor.need(_NETWORKS)
    found = _read(cursor, _network)
    cursor.need(_ROUTERS)
    found += _read_routers(cursor)
    if cursor.take(_ALL_ROUTERS) is not None:
        _read_routers(cursor)  # FRR, where TI-LFA asks for them: with those that are no ABR and no ASBR
    cursor.need(_EXTERNALS)
    found += _read(cursor, _external)
    return _end(cursor, found)


def parse_border_routers(text: str) -> tuple[OspfRoute, ...]:
    """Return OSPF's own routes to ABRs and ASBRs.

    Arguments:
        text: output of ``show ip ospf border-routers``.

    Raises:
        ParseError: a line is not understood.

    """
    cursor = open_answer(BORDER_ROUTERS, text)
    cursor.skip_blank()
    if cursor.take(_NO_TABLE) is not None:
        return _end(cursor, [])
    cursor.need(_ROUTERS)
    return _end(cursor, _read_routers(cursor))


def _end(cursor: Cursor, found: list[OspfRoute]) -> tuple[OspfRoute, ...]:
    if not cursor.at_end:
        cursor.fail()
    return tuple(found)


def _read(cursor: Cursor, read: Callable[[Cursor], OspfRoute | None]) -> list[OspfRoute]:
    found: list[OspfRoute] = []
    start = cursor.position
    while route := read(cursor):
        if any(route.destination == other.destination for other in found[-1:]):
            cursor.fail("the same destination again", start)
        found.append(route)
        start = cursor.position
    cursor.skip_blank()
    return found


def _network(cursor: Cursor) -> OspfRoute | None:
    if match := cursor.take(_DISCARD):
        return OspfRoute(
            destination=cursor.network(match, "prefix", "length"),
            path_type="inter-area",
            area=None,
            cost=0,
            next_hops=(),
            is_discard=True,
        )
    match = cursor.take(_NETWORK)
    return match and OspfRoute(
        destination=cursor.network(match, "prefix", "length"),
        path_type="inter-area" if match["inter"] == "IA" else "intra-area",
        area=cursor.address(match, "area"),
        cost=cursor.integer(match, "cost"),
        next_hops=_next_hops(cursor),
    )


def _external(cursor: Cursor) -> OspfRoute | None:
    match = cursor.take(_EXTERNAL)
    if match is None:
        return None
    if (match["type"] == "2") != (match["type_2_cost"] is not None):
        cursor.fail("not understood", match.start("cost"))
    return OspfRoute(
        destination=cursor.network(match, "prefix", "length"),
        path_type="external-2" if match["type_2_cost"] else "external-1",
        area=None,
        cost=cursor.integer(match, "type_2_cost" if match["type_2_cost"] else "cost"),
        next_hops=_next_hops(cursor),
        tag=cursor.integer(match, "tag"),
    )


def _read_routers(cursor: Cursor) -> list[OspfRoute]:
    """Return the paths to all routers, one for each area."""
    found: list[OspfRoute] = []
    while match := cursor.take(_ROUTER):
        router = match
        while match is not None:
            found.append(_router(cursor, router, match))
            if found[-1] in found[:-1]:
                cursor.fail("the same router again", match.start())
            match = cursor.take(_SAME_ROUTER)
    cursor.skip_blank()
    return found


def _router(cursor: Cursor, router: re.Match[str], match: re.Match[str]) -> OspfRoute:
    return OspfRoute(
        destination=cursor.address(router, "router"),
        path_type="inter-area" if (match["inter"] or "").strip() else "intra-area",
        area=cursor.address(match, "area"),
        cost=cursor.integer(match, "cost"),
        next_hops=_next_hops(cursor),
        is_abr=match["abr"] is not None,
        is_asbr=match["asbr"] is not None,
    )


def _next_hops(cursor: Cursor) -> tuple[NextHop, ...]:
    hops: list[NextHop] = []
    while match := cursor.take(_HOP):
        address = None if match["address"] is None else cursor.address(match, "address")
        hops.append(NextHop(address=address, interface=match["interface"] or match["connected"]))
    return tuple(hops)
