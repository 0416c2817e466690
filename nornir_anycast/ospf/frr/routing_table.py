"""``show ip ospf route json`` and ``show ip ospf border-routers json``: OSPF's own routing table."""

from __future__ import annotations

from functools import lru_cache
from ipaddress import IPv4Network
from typing import TYPE_CHECKING

from nornir_anycast.ospf.externals import address_number
from nornir_anycast.ospf.model import NextHop, OspfRoute, PathType

if TYPE_CHECKING:
    from nornir_anycast.ospf.frr.document import JsonObject

_PATH_TYPES: dict[str, PathType] = {
    "N": "intra-area",
    "N IA": "inter-area",
    "N E1": "external-1",
    "N E2": "external-2",
}
_DISCARD, _ROUTER = "D IA", "R "
# FRR says "abr" of a router that is both.
_ROUTER_TYPES = {"abr": (True, False), "asbr": (False, True)}
_LENGTHS = {str(length): length for length in range(33)}

# 100,000 routes have the same few.
_next_hop = lru_cache(maxsize=4096)(NextHop)


def parse_ospf_routes(root: JsonObject) -> tuple[OspfRoute, ...]:
    """Return OSPF's own routing table; FRR prints ``{}`` when it is empty, and when there is no OSPF.

    Of several paths to one ABR or ASBR, one an area, FRR's JSON shows the last only, and of an ABR it does not say
    whether it is an ASBR too. Of two routes to one prefix it shows the external one.
    """
    return tuple(_route(root, key) for key in root.value)


def parse_border_routers(root: JsonObject) -> tuple[OspfRoute, ...]:
    """Return the routes to ABRs and ASBRs, which :func:`parse_ospf_routes` returns among others.

    FRR 8.4 does not know the command as JSON.
    """
    routers = root.object("routers")
    return tuple(_router(routers, key) for key in routers.value)


def _route(routes: JsonObject, key: str) -> OspfRoute:
    route = routes.object(key)
    route_type = route.text("routeType")
    if route_type == _ROUTER:
        return _router(routes, key)
    if route_type == _DISCARD:  # FRR shows nothing else of it
        return OspfRoute(
            destination=_prefix(routes, key),
            path_type="inter-area",
            area=None,
            cost=0,
            next_hops=(),
            is_discard=True,
        )
    path_type = route.choice("routeType", _PATH_TYPES)
    is_external = path_type in ("external-1", "external-2")
    return OspfRoute(
        destination=_prefix(routes, key),
        path_type=path_type,
        area=None if is_external else route.address("area"),
        cost=route.integer("type2cost" if path_type == "external-2" else "cost"),
        next_hops=_next_hops(route),
        tag=route.integer("tag") if is_external else 0,
    )


def _router(routes: JsonObject, key: str) -> OspfRoute:
    route = routes.object(key)
    if route.text("routeType") != _ROUTER:
        route.fail("routeType", f"not a route to a router: {route.text('routeType')!r}")
    is_abr, is_asbr = route.choice("routerType", _ROUTER_TYPES) if "routerType" in route.value else (False, False)
    return OspfRoute(
        destination=routes.to_address(key, key),
        path_type="inter-area" if route.flag("ia") else "intra-area",
        area=route.address("area"),
        cost=route.integer("cost"),
        next_hops=_next_hops(route),
        is_abr=is_abr,
        is_asbr=is_asbr,
    )


def _prefix(routes: JsonObject, key: str) -> IPv4Network:
    address, _, length = key.partition("/")
    try:
        # Much faster than IPv4Network(key), which would take a mask too.
        return IPv4Network((address_number(address), _LENGTHS[length]))
    except (KeyError, ValueError):
        routes.fail(key, f"not an IPv4 prefix: {key!r}")


def _next_hops(route: JsonObject) -> tuple[NextHop, ...]:
    # An empty one leads over a virtual link, or its interface is gone: FRR's text and the RIB leave it out.
    return tuple(_hop(hop) for hop in route.objects("nexthops") if hop.value)


def _hop(hop: JsonObject) -> NextHop:
    # Then "ip" is a blank.
    if "directlyAttachedTo" in hop.value:
        return _next_hop(address=None, interface=hop.text("directlyAttachedTo"))
    return _next_hop(address=hop.address("ip"), interface=hop.text("via"))
