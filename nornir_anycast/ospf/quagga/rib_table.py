"""``show ip route`` and ``show ip route ospf``: a line for each next hop."""

from __future__ import annotations

import re
from ipaddress import IPv4Network

from nornir_anycast.ospf.model import NextHop, Route
from nornir_anycast.ospf.quagga.answer import open_answer
from nornir_anycast.ospf.quagga.rib import HOP_NOTES, UNREACHABLE, next_hop
from nornir_anycast.ospf.text import ADDRESS, BLANK, Block, Cursor, many, maybe

COMMAND = "show ip route"
OSPF_ONLY = "show ip route ospf"

_PROTOCOLS = {
    "X": "system",
    "K": "kernel",
    "C": "connected",
    "L": "local",
    "S": "static",
    "R": "rip",
    "O": "ospf",
    "I": "isis",
    "B": "bgp",
    "P": "pim",
    "E": "eigrp",
    "N": "nhrp",
    "T": "table",
    "t": "table-direct",
    "v": "vnc",
    "V": "vnc-direct",
    "A": "babel",
    "F": "pbr",
    "f": "openfabric",
    "D": "sharp",
    "Z": "frr",
}
_HEADINGS = Block(
    r"Codes: .+",
    many(r"       .+"),
    BLANK,
    maybe(r"(?:IPv4 unicast )?VRF default:"),
)
_UPTIME = r"\d\d:\d\d:\d\d|\d+d\d\dh\d\dm|\d+w\d+d\d\dh"
_HOP = (
    rf"(?P<to> via (?P<address>{ADDRESS})(?:, (?!{_UPTIME})(?P<interface>[^\s,]+))?"
    rf"| is directly connected, (?P<connected>[^\s,]+)| {UNREACHABLE}){HOP_NOTES}"
    rf"(?:, bh|, rej)*(?:, (?P<uptime>{_UPTIME}))?"
)
_ENTRY = Block(
    rf"(?P<code>[A-Za-z])(?:\[\d+\])?(?P<selected>[> ])(?P<status>[*qrto ]) (?P<prefix>{ADDRESS})/(?P<length>\d+)"
    rf"(?: \[(?P<distance>\d+)/(?P<metric>\d+)\])?{_HOP}",
)
_FURTHER_HOP = Block(rf"  (?P<status>[*qrto ]) +{_HOP}")
_BACKUP_HOP = Block(r"  b[* ] .+")


def parse_route_table(text: str, command: str = COMMAND) -> tuple[Route, ...]:
    """Return all RIB entries.

    Nothing in this output says how many there are: that the end is missing, or a line, is not always seen.

    Arguments:
        text: output of the command.
        command: ``show ip route`` or ``show ip route ospf``.

    Raises:
        ParseError: a line is not understood, or no entry is there at all: then the daemons print nothing.

    """
    cursor = open_answer(command, text)
    cursor.skip_blank()
    cursor.need(_HEADINGS)
    found: list[Route] = []
    last_of_ospf: IPv4Network | None = None
    while not cursor.at_end:
        cursor.skip_blank()
        entry = cursor.need(_ENTRY)
        if entry["code"] not in _PROTOCOLS:
            cursor.fail(f"no protocol that we know: {entry['code']}", entry.start())
        route = Route(
            prefix=cursor.network(entry, "prefix", "length"),
            protocol=_PROTOCOLS[entry["code"]],
            selected=entry["selected"] == ">",
            installed=False,
            # Connected and kernel routes are printed without.
            metric=0 if entry["metric"] is None else cursor.integer(entry, "metric"),
            next_hops=(),
            distance=None if entry["distance"] is None else cursor.integer(entry, "distance", 0xFF),
        )
        if route.protocol == "ospf":
            if route.prefix == last_of_ospf:
                cursor.fail("OSPF has one route to a prefix, this is another", entry.start())
            last_of_ospf = route.prefix
        hops = _next_hops(cursor, entry)
        found.append(
            Route(
                prefix=route.prefix,
                protocol=route.protocol,
                selected=route.selected,
                installed=bool(hops),
                metric=route.metric,
                next_hops=hops,
                distance=route.distance,
            )
        )
    return tuple(found)


def _next_hops(cursor: Cursor, entry: re.Match[str]) -> tuple[NextHop, ...]:
    """Read the further next hops of an entry; return those that are in the forwarding table."""
    hops = [next_hop(cursor, entry)] if entry["status"] == "*" else []
    column = entry.start("to") - entry.start()
    while match := cursor.take(_FURTHER_HOP) or cursor.take(_BACKUP_HOP):
        if match.re is _BACKUP_HOP.pattern:
            continue
        # They stand under each other, what a recursive one resolves to two columns further; and are of one age. So a
        # next hop is not taken for one of the route above it when its own is missing.
        shift = match.start("to") - match.start() - column
        if shift < 0 or shift % 2 or match["uptime"] != entry["uptime"]:
            cursor.fail("not a next hop of the route above", match.start())
        if match["status"] == "*":
            hops.append(next_hop(cursor, match))
    return tuple(hops)
