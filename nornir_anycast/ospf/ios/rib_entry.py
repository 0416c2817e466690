"""``show ip route A.B.C.D``: the route that an address takes."""

from __future__ import annotations

from ipaddress import IPv4Network
from typing import TYPE_CHECKING

from nornir_anycast.ospf.ios.transcript import AGE, INTERFACE, open_output
from nornir_anycast.ospf.model import NextHop, Route
from nornir_anycast.ospf.text import ADDRESS, Block, many, maybe

if TYPE_CHECKING:
    from ipaddress import IPv4Address

_ABSENT = Block(r"% ?(?:Network|Subnet) not in table")
_NUMBERS = r"\d+(?:/\d+)?"
_ENTRY = Block(
    maybe(r"Routing Table: (?P<vrf>\S+)"),
    rf"Routing entry for (?P<network>{ADDRESS})/(?P<length>\d+)(?:, supernet)?",
    r'Known via "(?P<protocol>[a-z]+)(?: [\w.]+)?", distance (?P<distance>\d+), metric (?P<metric>\d+)'
    r"(?: \(connected[\w ,]*\))?(?:, candidate default path)?(?:, precedence [\w ()]+)?(?:, type [\w -]+)?"
    r"(?:, forward metric \d+)?",
    many(
        rf"(?:Tag \d+(?:, type [\w -]+)?|Redistributing via .+|Advertised by .+"
        rf"|Last update from {ADDRESS}(?: on {INTERFACE})?,? {AGE} ago|SR Incoming Label: \d+)",
    ),
    r"Routing Descriptor Blocks:",
)
_HOP = Block(
    rf"(?:\* )?(?:(?P<address>{ADDRESS})(?: \([\w:.-]+\))?|(?P<connected>directly connected))"
    rf"(?:, from {ADDRESS})?(?:, {AGE} ago)?(?:, via (?P<interface>{INTERFACE}))?(?:, [a-z-]+)*",
    many(
        rf"(?:Route metric is \d+, traffic share count is \d+|Route tag \d+|AS Hops \d+|MPLS label: .+|MPLS Flags: .+"
        rf"|Repair Path: {ADDRESS}, via {INTERFACE}|opaque_ptr 0x[0-9A-Fa-f]+"
        rf"|Total delay is \d+ microseconds, minimum bandwidth is \d+ Kbit"
        rf"|Reliability {_NUMBERS}, minimum MTU \d+ bytes|Loading {_NUMBERS}, Hops \d+)",
    ),
)


def command(vip: IPv4Address) -> str:
    """Return the command that shows the route to a VIP."""
    return f"show ip route {vip}"


def parse_entry(text: str, vip: IPv4Address) -> tuple[Route, ...]:
    """Return the route of exactly a VIP; none if the VIP has none, or only shares one with others.

    Raises:
        ParseError: a line is not understood, or the route is not one to the VIP.

    """
    cursor = open_output(command(vip), text)
    if cursor.take(_ABSENT):
        cursor.skip_blank()
        if not cursor.at_end:
            cursor.fail()
        return ()
    entry = cursor.need(_ENTRY)
    if entry["vrf"]:
        cursor.fail("a route of a VRF", entry.start())
    cursor.integer(entry, "length", 32)
    prefix = cursor.network(entry, "network", "length")
    if vip not in prefix:
        cursor.fail(f"not the route that was asked for ({vip})", entry.start("network"))
    hops: list[NextHop] = []
    cursor.skip_blank()
    while not cursor.at_end:
        match = cursor.need(_HOP)
        dropped = match["interface"] == "Null0"
        hops.append(
            NextHop(
                address=cursor.address(match, "address") if match["address"] else None,
                interface=None if dropped else match["interface"],
            ),
        )
        cursor.skip_blank()
    if not hops:
        cursor.fail("a route without a next hop", entry.start("network"))
    if prefix != IPv4Network(vip):
        return ()  # the route of a shorter prefix, such as the default route
    return (
        Route(
            prefix=prefix,
            protocol=entry["protocol"],
            selected=True,
            installed=True,
            metric=cursor.integer(entry, "metric"),
            next_hops=tuple(hops),
            distance=cursor.integer(entry, "distance", 0xFF),
        ),
    )
