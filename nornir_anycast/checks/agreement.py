"""Check that the daemon's own SPF says what the LSDB says. Pure.

Three things are compared: what follows from the LSDB, OSPF's own table, and the forwarding table. Where the first two
differ it is `spf-disagrees`; where the last two differ it is `not-installed`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from ipaddress import IPv4Address, IPv4Network
from typing import NamedTuple

from nornir_anycast.checks.cells import installed_hops
from nornir_anycast.checks.model import Evidence, Finding, Severity
from nornir_anycast.checks.scene import Scene, quote_origins
from nornir_anycast.ospf.model import NextHop, OspfRoute, RouterView
from nornir_anycast.ospf.origins import Catchment, Origin


class Disagreement(NamedTuple):
    """A router's LSDB says one thing of a VIP, its own table another."""

    severity: Severity
    what: str
    route: OspfRoute | None
    is_installed: bool
    """True when the forwarding table holds what OSPF's own table has: the trouble is before that."""


Disagreements = Mapping[tuple[str, str], Disagreement]
"""By router and service."""


def find_disagreements(scene: Scene) -> Disagreements:
    """Compare what follows from the LSDB with OSPF's own table, for routers of which that was seen."""
    found: dict[tuple[str, str], Disagreement] = {}
    for router, view in scene.router_views.items():
        if view.ospf_routes is None:
            continue
        own = _routes_to_hosts(view)
        for name, service in scene.intent.services.items():
            best, route = scene.best(router, service), own.get(service.vip)
            if best.is_certain and (difference := _difference(best, route)):
                hops = installed_hops(view, service)
                follows = bool(hops) and _lead_to(hops, route.next_hops) if route else not hops
                found[router, name] = Disagreement(*difference, route, follows)
    return found


def _routes_to_hosts(view: RouterView) -> dict[IPv4Address, OspfRoute]:
    routes = ((route.destination, route) for route in view.ospf_routes or () if not route.is_discard)
    return {
        prefix.network_address: route
        for prefix, route in routes
        if isinstance(prefix, IPv4Network) and prefix.prefixlen == prefix.max_prefixlen
    }


def _difference(best: Catchment, route: OspfRoute | None) -> tuple[Severity, str] | None:
    """How much it matters, and in words; None when they agree. A daemon may use some of several equal next hops."""
    if not best.origins:
        return ("unknown", "no announcement counts, and it has a route") if route else None
    if route is None:
        return "critical", "it has no route"
    predicted = _path_type(best.origins[0]), best.cost
    if (route.path_type, route.cost) != predicted:
        return "unknown", f"{route.path_type} cost {route.cost}, not {predicted[0]} cost {predicted[1]}"
    if not route.next_hops or not _lead_to(route.next_hops, best.next_hops):
        return "unknown", f"via {_describe_hops(route.next_hops)}, not via {_describe_hops(best.next_hops)}"
    return None


def _path_type(origin: Origin) -> str:
    return f"external-{origin.metric_type}" if origin.metric_type else origin.via


def _lead_to(hops: Iterable[NextHop], others: Iterable[NextHop]) -> bool:
    """True when each is among the others; an interface that is not known can be any."""
    known = {(hop.address, hop.interface) for hop in others}
    by_address = {address for address, interface in known if interface is None}
    addresses = {address for address, _ in known}
    return all(
        (hop.address, hop.interface) in known
        or hop.address in by_address
        or (hop.interface is None and hop.address in addresses)
        for hop in hops
    )


def check_agreement(scene: Scene, disagreements: Disagreements) -> Iterator[Finding]:
    """Finding `spf-disagrees`."""
    for (router, name), found in disagreements.items():
        service = scene.intent.services[name]
        lsas = quote_origins(scene, router, service)
        route = found.route
        line = f"{route.path_type} cost {route.cost} via {_describe_hops(route.next_hops)}" if route else "(no route)"
        yield Finding(
            check="spf-disagrees",
            severity=found.severity,
            service=name,
            host=router,
            message=f"{name} {service.vip}: {router} calculated otherwise than its LSDB says: {found.what}",
            evidence=(
                Evidence(router, "show ip ospf database external", lsas or ("(no LSA)",)),
                Evidence(router, "show ip ospf route", (f"{service.prefix} {line}",)),
            ),
        )


def _describe_hops(hops: Iterable[NextHop]) -> str:
    words = sorted(f"{hop.address or 'directly'} {hop.interface or ''}".strip() for hop in hops)
    return ", ".join(words) or "nothing"
