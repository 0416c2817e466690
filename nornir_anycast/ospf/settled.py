"""Of whom a loss lets nobody foresee what they will know: an ABR tells other areas a cost, not how it comes about.

What it tells is its own work (RFC 2328 section 12.4.3): another area's LSDB still has what it told before the loss.
"""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING

from nornir_anycast.ospf.database import Databases, prefix_key
from nornir_anycast.ospf.lsa import RouterLsa
from nornir_anycast.ospf.routes import BACKBONE

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence
    from ipaddress import IPv4Address, IPv4Network

    from nornir_anycast.ospf.database import Database
    from nornir_anycast.ospf.model import RouterView


def unsettled_areas(
    views: Iterable[tuple[RouterView, RouterView]],
    touched: Collection[IPv4Address],
    databases: Databases | None = None,
    vips: Collection[IPv4Network] = (),
) -> frozenset[IPv4Address]:
    """Return the areas of which the ABRs would tell the other areas something else than now.

    What an ABR announces is its own work: the LSDB of another area still has what it announces today.

    Arguments:
        views: what routers show, before and after.
        touched: areas in which something was taken away.
        databases: what is known already of the databases.
        vips: prefixes that matter where a router inside an area has them as stubs.

    Returns:
        Those of the touched areas whose ABRs have other costs to what is left than before, or to a VIP. Also an NSSA,
        for which its ABRs translate, an area that no view has, and the areas of a router that is cut off from the
        backbone: it is no ABR any more (RFC 3509).

    """
    pairs = tuple(views)
    pool = databases or Databases()
    found = {area for area in touched if not _is_settled(area, pairs, pool, vips)}
    cut_off = {router for now, then in _inside(BACKBONE, pairs, pool) for router in _cut_off(now, then)}
    for now, _ in pairs:
        for router in cut_off:
            found.update(pool.of(now.lsdb).areas_of.get(router, ()))
    return frozenset(found)


def _cut_off(now: Database, then: Database) -> Iterator[IPv4Address]:
    """Yield the ABRs that have no link into the backbone any more."""
    before, after = now.graph(BACKBONE), then.graph(BACKBONE)
    for router_id, vertex in after.routers.items():
        lsa = after.lsas[vertex]
        was_linked = before.edges[before.routers[router_id]]
        if isinstance(lsa, RouterLsa) and lsa.is_abr and was_linked and not after.edges[vertex]:
            yield lsa.advertising_router


def parted_areas(
    views: Iterable[tuple[RouterView, RouterView]],
    touched: Collection[IPv4Address],
    databases: Databases | None = None,
) -> frozenset[IPv4Address]:
    """Return the areas in which an ABR has lost its way to something that is left there.

    It hears of that by the backbone from now on, and announces it to those who have lost their way to it, too.
    Arguments are those of :func:`unsettled_areas`.
    """
    pairs = tuple(views)
    pool = databases or Databases()
    return frozenset(
        area
        for area in touched
        if any(
            new == inf > old for now, then in _inside(area, pairs, pool) for old, new in _costs_of_abrs(area, now, then)
        )
    )


def is_settled(
    view: RouterView,
    unsettled: Collection[IPv4Address],
    parted: Collection[IPv4Address] = (),
    databases: Databases | None = None,
) -> bool:
    """Tell whether a router needs no ABR to know all that changes.

    That is so when nothing does, or when the router is inside the one such area, and this one is whole.

    Arguments:
        view: what the router shows.
        unsettled: from :func:`unsettled_areas`.
        parted: from :func:`parted_areas`.
        databases: what is known already of the databases.

    """
    if not unsettled:
        return True
    attached = databases.of(view.lsdb).areas_of.get(view.router_id, ()) if databases else attached_areas(view)
    return set(attached) == set(unsettled) and not set(unsettled) & set(parted)


def attached_areas(view: RouterView) -> frozenset[IPv4Address]:
    """Return the areas in which the router is, by its own router-LSAs."""
    own = (lsa.area for lsa in view.lsdb.routers if lsa.advertising_router == view.router_id)
    return frozenset(area for area in own if area is not None)


def _is_settled(
    area: IPv4Address,
    pairs: Sequence[tuple[RouterView, RouterView]],
    databases: Databases,
    vips: Collection[IPv4Network],
) -> bool:
    inside = _inside(area, pairs, databases)
    is_nssa = any(
        known.area_id == area and known.kind == "nssa"
        for now, _ in pairs
        for known in now.areas
        if area in databases.of(now.lsdb).areas_of.get(now.router_id, ())
    )
    if not inside or is_nssa:
        return False
    return all(
        old == new
        for now, then in inside
        for costs in (_costs_of_abrs(area, now, then), _costs_of_vips(area, now, then, vips))
        for old, new in costs
    )


def _inside(
    area: IPv4Address, pairs: Sequence[tuple[RouterView, RouterView]], databases: Databases
) -> list[tuple[Database, Database]]:
    """Return the databases, before and after, of routers that are in an area; each once."""
    found = {}
    for now, then in pairs:
        database = databases.of(now.lsdb)
        if area in database.areas_of.get(now.router_id, ()):
            found[id(now.lsdb), id(then.lsdb)] = database, databases.of(then.lsdb)
    return list(found.values())


def _costs_of_abrs(area: IPv4Address, now: Database, then: Database) -> Iterator[tuple[float, float]]:
    """Yield the costs, before and after, from each ABR that is left to each router and segment that is left."""
    before, after = now.graph(area), then.graph(area)
    for router_id, abr in after.routers.items():
        lsa = after.lsas[abr]
        if isinstance(lsa, RouterLsa) and lsa.is_abr:
            old, new = before.distances_from(before.routers[router_id]), after.distances_from(abr)
            yield from ((old[before.routers[name]], new[vertex]) for name, vertex in after.routers.items())
            yield from ((old[before.segments[name]], new[vertex]) for name, vertex in after.segments.items())


def _costs_of_vips(
    area: IPv4Address, now: Database, then: Database, vips: Collection[IPv4Network]
) -> Iterator[tuple[float, float]]:
    """Yield the costs, before and after, from each ABR that is left to each VIP that is a stub in the area."""
    for vip in (vip for vip in vips if now.stubs(prefix_key(vip))):
        for router_id, abr in then.graph(area).routers.items():
            lsa = then.graph(area).lsas[abr]
            if isinstance(lsa, RouterLsa) and lsa.is_abr:
                before, after = (_least_cost(database, area, router_id, vip) for database in (now, then))
                yield before, after


def _least_cost(database: Database, area: IPv4Address, router_id: int, vip: IPv4Network) -> float:
    graph = database.graph(area)
    costs = graph.distances_from(graph.routers[router_id])
    stubs = [(lsa, link) for lsa, link in database.stubs(prefix_key(vip)) if lsa.area == area and not lsa.is_max_age]
    ends = [(graph.router(lsa.advertising_router), link.metric) for lsa, link in stubs]
    return min((costs[vertex] + metric for vertex, metric in ends if vertex is not None), default=inf)
