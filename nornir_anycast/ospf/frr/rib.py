"""``show ip route A.B.C.D/32 json`` and ``show ip route ospf json``."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network
from typing import TYPE_CHECKING

from nornir_anycast.ospf.model import NextHop, Route

if TYPE_CHECKING:
    from nornir_anycast.ospf.frr.document import JsonObject


def parse_routes(root: JsonObject, vip: IPv4Address) -> tuple[Route, ...]:
    """Return the RIB entries of a VIP; FRR prints ``{}`` when there is none."""
    prefix = IPv4Network(vip)
    for key in root.value:
        if key != str(prefix):
            root.fail(key, f"not the route that was asked for ({prefix})")
    return tuple(_route(entry, prefix) for key in root.value for entry in root.objects(key))


def find_routes(root: JsonObject, vip: IPv4Address) -> tuple[Route, ...]:
    """Return the RIB entries of a VIP among others."""
    prefix = IPv4Network(vip)
    key = str(prefix)
    return tuple(_route(entry, prefix) for entry in root.objects(key)) if key in root.value else ()


def _route(entry: JsonObject, prefix: IPv4Network) -> Route:
    if entry.text("prefix") != str(prefix):
        entry.fail("prefix", f"not {prefix}")
    return Route(
        prefix=prefix,
        protocol=entry.text("protocol"),
        selected=entry.flag("selected"),
        installed=entry.flag("installed"),
        metric=entry.integer("metric"),
        distance=entry.integer("distance", 0xFF) if "distance" in entry.value else None,
        # All next hops are read, those that are not in the forwarding table ("fib") only to see that they are sound.
        next_hops=tuple(
            hop for hop, fib in [(_next_hop(hop), hop.flag("fib")) for hop in entry.objects("nexthops")] if fib
        ),
    )


def _next_hop(hop: JsonObject) -> NextHop:
    dropped = hop.flag("unreachable")  # a blackhole or reject route
    return NextHop(
        address=None if dropped or hop.flag("directlyConnected") else hop.address("ip"),
        interface=None if dropped else hop.text("interfaceName"),
    )
