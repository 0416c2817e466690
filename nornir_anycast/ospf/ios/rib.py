"""``show ip route`` and ``show ip route ospf``: the routes in use."""

from __future__ import annotations

from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv4Network
from typing import TYPE_CHECKING

from nornir_anycast.ospf.ios.transcript import AGE, INTERFACE, open_output
from nornir_anycast.ospf.model import NextHop, Route
from nornir_anycast.ospf.text import ADDRESS, Block, many

if TYPE_CHECKING:
    import re

    from nornir_anycast.ospf.text import Cursor

COMMAND = "show ip route"
OSPF_COMMAND = "show ip route ospf"

PROTOCOLS = {
    "O": "ospf",
    "C": "connected",
    "L": "local",
    "S": "static",
    "U": "static",
    "P": "static",
    "R": "rip",
    "B": "bgp",
    "D": "eigrp",
    "I": "igrp",
    "E": "egp",
    "i": "isis",
    "o": "odr",
    "M": "mobile",
    "H": "nhrp",
    "G": "nhrp",
    "g": "nhrp",
    "l": "lisp",
    "a": "application",
    "m": "omp",
    "n": "nat",
    "Ni": "nat",
    "No": "nat",
    "Nd": "nat",
}
"""By the first letter of a route."""

_TABLE = Block(r"Routing Table: (?P<vrf>\S+)")
_CODE = r"[A-Za-z0-9*+%&]{1,2} - [\w -]+"
_LEGEND = Block(rf"Codes: {_CODE}(?:, {_CODE})*,?", many(rf"{_CODE}(?:, {_CODE})*,?"))
_GATEWAY = Block(rf"Gateway of last resort is (?:not set|{ADDRESS} to network {ADDRESS})")
_HEADING = Block(
    rf"(?P<network>{ADDRESS})/(?P<length>\d+) is (?:subnetted, \d+ subnets|(?P<variably>variably) subnetted"
    r", \d+ subnets, \d+ masks)",
)
# Like O E2 192.0.2.0/24, O*IA 0.0.0.0/0, B + 192.0.2.0/24, i L1 192.0.2.0/24, S* 0.0.0.0/0; then the first path.
_ROUTE = Block(
    rf"(?P<code>{'|'.join(sorted(PROTOCOLS, key=len, reverse=True))})(?:\*|(?=[ +%&])) ?"
    r"(?:(?:IA|EX|E1|E2|N1|N2|su|ia|L1|L2|Ni|No|Nd)(?=[ *+%&]) ?)?(?:[*+%&p]{1,3} )*"
    rf"(?P<network>{ADDRESS})(?:/(?P<length>\d+))?(?: (?P<rest>.+))?",
)
_PATH = Block(r"(?P<rest>(?:\[|is (?:directly connected|a summary),).*)")
_VIA = (
    rf"\[(?P<distance>\d{{1,3}})/(?P<metric>\d{{1,10}})\](?:(?: via (?P<via>{ADDRESS}|[0-9A-Fa-f:]+)(?: \([\w:.-]+\))?)"
    rf"(?:, (?P<age>{AGE}))?(?:, (?P<interface>{INTERFACE}))?|, {AGE}, (?P<null>Null0))"
)
_HOP = Block(
    rf"(?:{_VIA}"
    rf"|is directly connected,(?: {AGE},)? (?P<connected>{INTERFACE})"
    rf"|is a summary, {AGE}, (?P<summary>Null0))",
)


@dataclass(slots=True)
class _Draft:
    """A route whose next hops are still to come, perhaps."""

    prefix: IPv4Network
    protocol: str
    position: int
    distance: int | None = None
    metric: int = 0
    next_hops: list[NextHop] = field(default_factory=list)

    def add(self, cursor: Cursor, match: re.Match[str], text: str) -> None:
        hop = _HOP.pattern.fullmatch(text)
        if hop is None:
            cursor.fail(position=match.start("rest"))
        if hop["distance"]:
            distance, metric = int(hop["distance"]), int(hop["metric"])
            if not self.next_hops:
                self.distance, self.metric = distance, metric
            elif self.protocol == "ospf" and (distance, metric) != (self.distance, self.metric):
                cursor.fail("the next hops of one route have different metrics", match.start())
        self.next_hops.append(_next_hop(cursor, match, hop))

    def done(self, cursor: Cursor) -> Route:
        if not self.next_hops:
            cursor.fail("a route without a next hop", self.position)
        return Route(
            prefix=self.prefix,
            protocol=self.protocol,
            selected=True,
            installed=True,
            metric=self.metric,
            next_hops=tuple(self.next_hops),
            distance=self.distance,
        )


def parse_routes(text: str, command: str = OSPF_COMMAND) -> tuple[Route, ...]:
    """Return the routes that are no VRF's; IOS lists only those that it uses.

    Arguments:
        text: the output.
        command: what was asked, to name it in errors.

    Raises:
        ParseError: a line is not understood, or the length of a prefix is not known.

    """
    table = _Table(open_output(command, text))
    while not table.cursor.at_end:
        table.read_line()
        table.cursor.skip_blank()
    return table.done()


@dataclass(slots=True)
class _Table:
    """Where one is in a table, and the routes that were found so far."""

    cursor: Cursor
    found: list[Route] = field(default_factory=list)
    draft: _Draft | None = None
    subnets: tuple[IPv4Network, int | None] | None = None
    """The heading that one stands under: a network, and the length of its subnets."""
    of_vrf: bool = False

    def read_line(self) -> None:
        cursor = self.cursor
        if match := cursor.take(_PATH):
            if self.draft is None:
                cursor.fail("a next hop without a route", match.start())
            self.draft.add(cursor, match, match["rest"])
            return
        if self.draft is not None and not self.draft.next_hops:
            cursor.fail("no next hop of the route before this line")
        self._finish_route()
        if match := cursor.take(_HEADING):
            self.subnets = _subnets(cursor, match)
        elif match := cursor.take(_TABLE):
            self.of_vrf, self.subnets = match["vrf"] != "default", None
        elif match := cursor.take(_ROUTE):
            self.draft = _route(cursor, match, self.subnets)
        elif not cursor.take(_GATEWAY) and not cursor.take(_LEGEND):
            cursor.fail()

    def _finish_route(self) -> None:
        if self.draft is not None and not self.of_vrf:
            self.found.append(self.draft.done(self.cursor))
        self.draft = None

    def done(self) -> tuple[Route, ...]:
        self._finish_route()
        return tuple(self.found)


def _subnets(cursor: Cursor, match: re.Match[str]) -> tuple[IPv4Network, int | None]:
    """Return the network of a heading, and the length of its subnets where they all have the same."""
    cursor.integer(match, "length", 32)
    # "192.0.2.0/25 is subnetted": the length is that of the subnets, the network is that of the address's class.
    address = cursor.address(match, "network")
    classful = min(int(match["length"]), 8 if int(address) < 1 << 31 else 16 if int(address) < 3 << 30 else 24)
    network = IPv4Network((address, classful), strict=False)
    return network, None if match["variably"] else int(match["length"])


def _route(cursor: Cursor, match: re.Match[str], subnets: tuple[IPv4Network, int | None] | None) -> _Draft:
    if match["length"]:
        cursor.integer(match, "length", 32)
        prefix = cursor.network(match, "network", "length")
    else:
        address = cursor.address(match, "network")
        if subnets is None or subnets[1] is None or address not in subnets[0]:
            cursor.fail("the length of this prefix is not known", match.start())
        prefix = IPv4Network((address, subnets[1]), strict=False)
    if prefix.network_address != IPv4Address(match["network"]):
        cursor.fail(f"not a prefix: host bits are set in {match['network']}/{prefix.prefixlen}", match.start())
    draft = _Draft(prefix, PROTOCOLS[match["code"]], match.start())
    if match["rest"]:
        draft.add(cursor, match, match["rest"])
    return draft


def _next_hop(cursor: Cursor, match: re.Match[str], hop: re.Match[str]) -> NextHop:
    if hop["connected"]:
        dropped = hop["connected"] == "Null0"
        return NextHop(address=None, interface=None if dropped else hop["connected"])
    if hop["null"] or hop["summary"]:
        return NextHop(address=None, interface=None)
    if ":" in hop["via"]:  # a next hop of IPv6 (RFC 8950)
        return NextHop(address=None, interface=hop["interface"])
    try:
        return NextHop(address=IPv4Address(hop["via"]), interface=hop["interface"])
    except ValueError:
        cursor.fail(f"not an address: {hop['via']!r}", match.start("rest"))
