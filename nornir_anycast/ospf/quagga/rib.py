"""``show ip route`` for one prefix, in full."""

from __future__ import annotations

import re
from ipaddress import IPv4Address, IPv4Network

from nornir_anycast.ospf.model import NextHop, Route
from nornir_anycast.ospf.quagga.answer import open_answer
from nornir_anycast.ospf.text import ADDRESS, Block, Cursor, maybe

# What can stand behind a next hop; ", src" and the like have one value.
HOP_NOTES = (
    r"(?: ?\(vrf [^)]*\)| \(duplicate nexthop removed\)| inactive| onlink| linkdown| \(recursive\)"
    r"|, (?:src|rmapsrc|mtu|label|weight|backup|SR-TE color) [^\s,]+)*"
)
UNREACHABLE = r"unreachable(?: \([^)]*\))?"
DROPPED_IN_QUAGGA = "Null0"

_NO_ROUTE = Block(r"% Network not in table")
_ENTRY = Block(
    rf"Routing entry for (?P<prefix>{ADDRESS})/(?P<length>\d+)",
    r'  Known via "(?P<protocol>[\w-]+)(?:\[\d+\])?", distance (?P<distance>\d+), metric (?P<metric>\d+)'
    r"(?:, (?:tag|mtu|vrf) [^\s,]+)*(?P<best>, best)?(?:, fib-override)?(?:, fib)?(?:, refcnt -?\d+)?"
    r"(?:, blackhole|, reject)*",
    maybe(r"  Last update \S+ ago"),
    maybe(r"  Flags: .*", r"  Status: .*"),
    maybe(r"  Nexthop Group ID: \d+"),
    maybe(r"  (?:Installed|Received) Nexthop Group ID: \d+"),
)
# Quagga: "  >* 192.0.2.1, via eth0", where > is an active one and * one in the kernel. FRR: "  * 192.0.2.1, via eth0".
_HOP = Block(
    r"  (?:[> ](?=[* ] ))?(?P<status>[*qrto ]) +"
    rf"(?:(?P<address>{ADDRESS})(?:, via (?P<interface>[^\s,]+))?|directly connected, (?P<connected>[^\s,]+)"
    rf"|{UNREACHABLE}){HOP_NOTES}",
)
_BACKUP_HOP = Block(r" {4,}b +\S.*")


def parse_routes(text: str, vip: IPv4Address, command: str | None = None) -> tuple[Route, ...]:
    """Return the RIB entries of a VIP.

    Arguments:
        text: output of the command.
        vip: what was asked for.
        command: ``show ip route VIP/32``; or ``show ip route VIP``, which shows a shorter prefix where there is no
            route of the VIP itself.

    Raises:
        ParseError: a line is not understood, or it is the route of something else.

    """
    wanted = IPv4Network(vip)
    cursor = open_answer(command or f"show ip route {wanted}", text)
    cursor.skip_blank()
    if cursor.take(_NO_ROUTE) is not None:
        if not cursor.at_end:
            cursor.fail()
        return ()
    found: list[Route] = []
    while not cursor.at_end:
        entry = cursor.need(_ENTRY)
        prefix = cursor.network(entry, "prefix", "length")
        is_shorter = prefix.prefixlen < wanted.prefixlen and wanted.subnet_of(prefix)
        if prefix != wanted and (cursor.command.endswith("/32") or not is_shorter):
            cursor.fail(f"not the route that was asked for ({wanted})", entry.start("prefix"))
        hops = []
        while match := cursor.take(_HOP) or cursor.take(_BACKUP_HOP):
            if match.re is _HOP.pattern and match["status"] == "*":
                hops.append(next_hop(cursor, match))
        route = Route(
            prefix=prefix,
            protocol=entry["protocol"],
            selected=entry["best"] is not None,
            installed=bool(hops),
            metric=cursor.integer(entry, "metric"),
            next_hops=tuple(hops),
            distance=cursor.integer(entry, "distance", 0xFF),
        )
        if route.protocol == "ospf" and any(other.protocol == "ospf" for other in found):
            cursor.fail("OSPF has one route to a prefix, this is another", entry.start())
        found.append(route)
        cursor.skip_blank()
    return tuple(route for route in found if route.prefix == wanted)


def next_hop(cursor: Cursor, match: re.Match[str]) -> NextHop:
    """Return the next hop of a match with the groups ``address``, ``interface`` and ``connected``."""
    if match["address"] is not None:
        return NextHop(address=cursor.address(match, "address"), interface=match["interface"])
    # A dropped one is "unreachable" in FRR, "directly connected, Null0" in Quagga.
    dropped = match["connected"] in (None, DROPPED_IN_QUAGGA)
    return NextHop(address=None, interface=None if dropped else match["connected"])
