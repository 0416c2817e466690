"""The LSAs that announce a prefix, and what one router makes of each (RFC 2328 section 16, RFC 3101 section 2.5)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Literal

from nornir_anycast.ospf.external_order import rank_as_frr
from nornir_anycast.ospf.origin import Origin
from nornir_anycast.ospf.routes import LS_INFINITY, Path, connected, routing_table
from nornir_anycast.ospf.spf import stub_prefix

if TYPE_CHECKING:
    from ipaddress import IPv4Address, IPv4Network

    from nornir_anycast.ospf.model import ExternalLsa, Lsa, RouterView, SummaryLsa
    from nornir_anycast.ospf.origin import Reason, Via
    from nornir_anycast.ospf.routes import RoutingTable


def announcements(view: RouterView, prefix: IPv4Network) -> tuple[Origin, ...]:
    """Return every LSA of the router's database that announces exactly this prefix.

    The originator is the advertising router, except for summaries, of which the ABR is hardly ever the originator.
    """
    stubs = [
        (lsa, link)
        for lsa in view.lsdb.routers
        for link in lsa.links
        if link.kind == "stub" and link.link_id in prefix and stub_prefix(link) == prefix
    ]
    summaries = [lsa for lsa in view.lsdb.summaries if lsa.prefix == prefix]
    external_lsas = [lsa for lsa in view.lsdb.externals if lsa.prefix == prefix]
    if not (stubs or summaries or external_lsas):
        return ()
    table = routing_table(view)
    externals = tuple(_external(view, table, lsa) for lsa in external_lsas)
    return (
        *(_origin(lsa, "intra-area", link.metric, _to_stub(view, table, lsa, prefix)) for lsa, link in stubs),
        *(_summary(view, table, lsa) for lsa in summaries),
        *(rank_as_frr(externals) if view.forgets_best_asbr else externals),
    )


def _to_stub(view: RouterView, table: RoutingTable, lsa: Lsa, prefix: IPv4Network) -> Path | Reason:
    if lsa.is_max_age:
        return "max-age"
    path = table.routers.get(lsa.advertising_router, {}).get(lsa.area) if lsa.area is not None else None
    if path is None or not path.intra_area:
        return "unreachable"
    own = lsa.advertising_router == view.router_id
    return replace(path, next_hops=connected(view, prefix)) if own else path


def _summary(view: RouterView, table: RoutingTable, lsa: SummaryLsa) -> Origin:
    path: Path | Reason | None = _unusable(view, lsa, lsa.metric)
    if path is None and lsa.area not in table.summary_areas:
        path = "not-backbone"
    if path is None:
        path = table.to_abr(lsa) or "unreachable"
    return _origin(lsa, "inter-area", lsa.metric, path)


def _external(view: RouterView, table: RoutingTable, lsa: ExternalLsa) -> Origin:
    return _origin(
        lsa,
        "external" if lsa.area is None else "nssa",
        lsa.metric,
        _unusable(view, lsa, lsa.metric) or _to_external(view, table, lsa),
        metric_type=lsa.metric_type,
        forwarding_address=lsa.forwarding_address,
    )


def _to_external(view: RouterView, table: RoutingTable, lsa: ExternalLsa) -> Path | Reason:
    """Return the path to the ASBR or the forwarding address (RFC 2328 section 16.4 step 3, RFC 3101 section 2.5)."""
    no_type_5 = {area.area_id for area in view.areas if area.kind != "normal"}
    path = table.to_router(lsa.advertising_router, table.trees.keys() - no_type_5 if lsa.area is None else [lsa.area])
    if path is None:
        return "unreachable"
    if not path.is_asbr:
        return "not-asbr"
    address = lsa.forwarding_address
    if address is None:
        return path
    if any(interface.address is not None and interface.address.ip == address for interface in view.interfaces):
        return "forwarding-address-own"
    path = table.to_address(address)
    if path is None:
        return "forwarding-address-unreachable"
    # On a segment of the router itself the forwarding address is the next hop.
    return path.by_way_of(address)


def _unusable(view: RouterView, lsa: Lsa, metric: int) -> Reason | None:
    if lsa.is_max_age:
        return "max-age"
    if metric >= LS_INFINITY:
        return "infinite-metric"
    return "self-originated" if lsa.advertising_router == view.router_id else None


def _origin(
    lsa: Lsa,
    via: Via,
    metric: int,
    path: Path | Reason,
    *,
    metric_type: Literal[1, 2] | None = None,
    forwarding_address: IPv4Address | None = None,
) -> Origin:
    """Put an announcement together; the path is that to the advertising router or the forwarding address."""
    cost: int | None = None
    rank: tuple[int, ...] = ()
    if isinstance(path, Path):
        # RFC 2328 sections 11 (path types) and 16.4 step 6, with RFC1583Compatibility off as FRR has it by default.
        cost = path.cost + metric
        if metric_type is None:
            rank = (via != "intra-area", cost)
        elif metric_type == 1:
            rank = (2, path.by_backbone, cost)
        else:
            cost, rank = metric, (3, metric, path.by_backbone, path.cost)
    return Origin(
        advertising_router=lsa.advertising_router,
        via=via,
        area=lsa.area,
        age_s=lsa.age_s,
        metric_type=metric_type,
        metric=metric,
        forwarding_address=forwarding_address,
        reason=None if isinstance(path, Path) else path,
        cost=cost,
        rank=rank,
        next_hops=path.next_hops if isinstance(path, Path) else frozenset(),
        originators=() if via == "inter-area" else (lsa.advertising_router,),
    )
