"""What a router would show without some routers, or without a link (RFC 2328 sections 9.4 and 12.4).

Only the LSDB and the neighbours are worked out. A view made here has no RIB entries: nobody has seen them yet.
"""

from __future__ import annotations

from dataclasses import replace
from math import inf
from typing import TYPE_CHECKING, TypeVar

from nornir_anycast.errors import UsageError
from nornir_anycast.ospf.database import Databases, prefix_key
from nornir_anycast.ospf.lsa import Lsa, RouterLink, RouterLsa
from nornir_anycast.ospf.routes import BACKBONE

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
    from ipaddress import IPv4Address, IPv4Network

    from nornir_anycast.ospf.database import Database
    from nornir_anycast.ospf.lsa import NetworkLsa
    from nornir_anycast.ospf.model import Lsdb, RouterView

_PAIR = 2
AnyLsa = TypeVar("AnyLsa", bound=Lsa)


class Remains:
    """What is left of what routers show. Each database is looked at once, however many routers show it."""

    def __init__(self, databases: Databases, never_designated: Collection[IPv4Address] = ()) -> None:
        """Begin with nothing lost.

        Arguments:
            databases: knows the databases from now on, and gets to know what is left of them.
            never_designated: interface addresses with priority 0, which are no candidates for DR.

        """
        self._databases = databases
        self._never_designated = set(never_designated)
        self._left: dict[tuple[object, ...], tuple[Lsdb, Lsdb]] = {}

    def without_routers(self, view: RouterView, gone: Collection[IPv4Address]) -> RouterView:
        """Return what the router would show if some others were switched off, and OSPF had taken note.

        Their LSAs and all links to them are gone. A segment whose DR is gone gets another one and stays, as long as two
        routers are left on it and one of them can be DR; else it is a stub of each that is left (12.4.1.2).

        Arguments:
            view: what the router shows now.
            gone: router ids.

        """
        return replace(
            view,
            neighbors=tuple(neighbor for neighbor in view.neighbors if neighbor.router_id not in gone),
            lsdb=self._once(view.lsdb, (frozenset(gone),), lambda: self._database_without_routers(view.lsdb, gone)),
            routes=(),
            ospf_routes=None,
        )

    def without_link(self, view: RouterView, ends: tuple[IPv4Address, IPv4Address], subnet: IPv4Network) -> RouterView:
        """Return what the router would show if two routers had lost each other on one subnet.

        A point-to-point link, or a segment of these two, is gone. On a segment of more only the adjacency of the two is
        lost: if one is the DR and the other can never be, the other is off the segment.

        Arguments:
            view: what the router shows now; a link that its LSDB does not have is no error.
            ends: router ids.
            subnet: of the link.

        Raises:
            UsageError: what OSPF would make of it cannot be said: other routers share the segment, and either the pair
                has no DR, so that OSPF would not notice, or both could be DR, so that the segment would have two; or
                the link is unnumbered.

        """
        one, other = ends
        lost = {one: other, other: one}.get(view.router_id)
        return replace(
            view,
            neighbors=tuple(
                n for n in view.neighbors if n.router_id != lost or lost is None or n.address not in subnet
            ),
            lsdb=self._once(view.lsdb, (ends, subnet), lambda: self._database_without_link(view.lsdb, ends, subnet)),
            routes=(),
            ospf_routes=None,
        )

    def _once(self, lsdb: Lsdb, lost: tuple[object, ...], make: Callable[[], Lsdb]) -> Lsdb:
        key = (id(lsdb), *lost)
        if key not in self._left:
            left = make()
            if left is not lsdb:
                self._databases.add_derived(left, lsdb)
            self._left[key] = lsdb, left
        return self._left[key][1]

    def _database_without_routers(self, lsdb: Lsdb, gone: Collection[IPv4Address]) -> Lsdb:
        database = self._databases.of(lsdb)
        numbers = set(map(int, gone))

        def left(lsa: NetworkLsa) -> NetworkLsa | None:
            attached = tuple(router for router in lsa.attached if router not in gone)
            candidates = [lsa.advertising_router] if lsa.advertising_router not in gone else []
            candidates += [r for r in attached if _addresses(database, r, lsa) - self._never_designated]
            if len(attached) < _PAIR or not candidates:
                return None
            # The link-state id stays that of the old DR: for the SPF it is but the name of the segment.
            return replace(lsa, advertising_router=candidates[0], attached=attached)

        def keep(_: RouterLsa, link: RouterLink) -> bool:
            return link.kind not in ("p2p", "virtual") or int(link.link_id) not in numbers

        found = {id(lsa): lsa for number in numbers for lsa in database.segments_of.get(number, ())}
        segments = [(lsa, left(lsa)) for lsa in found.values()]
        rebuilt = _rebuilt(database, segments, numbers, keep)
        return replace(
            rebuilt,
            routers=_others(rebuilt.routers, gone),
            summaries=_others(lsdb.summaries, gone),
            asbr_summaries=_others(lsdb.asbr_summaries, gone),
            externals=lsdb.externals_without(gone) if any(map(lsdb.externals_from, gone)) else lsdb.externals,
        )

    def _database_without_link(self, lsdb: Lsdb, ends: tuple[IPv4Address, IPv4Address], subnet: IPv4Network) -> Lsdb:
        one, other = ends
        database = self._databases.of(lsdb)

        def left(lsa: NetworkLsa) -> NetworkLsa | None:
            if len(lsa.attached) == _PAIR:
                return None
            if lsa.advertising_router not in ends:
                raise UsageError(
                    f"{subnet}: others are on it, and neither {one} nor {other} is its DR: OSPF would not notice that "
                    "they do not hear each other, so it cannot be said where the traffic between them would go"
                )
            off = other if lsa.advertising_router == one else one
            if _addresses(database, off, lsa) - self._never_designated:
                raise UsageError(
                    f"{subnet}: others are on it, and {off} would elect another DR than they: it cannot be said which "
                    "of the two halves would be heard"
                )
            return replace(lsa, attached=tuple(router for router in lsa.attached if router != off))

        def between(lsa: RouterLsa, link: RouterLink) -> bool:
            return link.kind == "p2p" and (lsa.advertising_router, link.link_id) in ((one, other), (other, one))

        def keep(lsa: RouterLsa, link: RouterLink) -> bool:
            if between(lsa, link) and int(link.link_data) >> 24 == 0:  # an interface index (12.4.1.1)
                raise UsageError(f"{one} and {other} have an unnumbered link: it cannot be told which one {subnet} is")
            return not between(lsa, link) or link.link_data not in subnet

        shared = (lsa for lsa in database.segments_of.get(int(one), ()) if lsa.prefix == subnet)
        segments = [(lsa, left(lsa)) for lsa in shared if set(ends) <= set(lsa.attached)]
        return _rebuilt(database, segments, map(int, ends), keep)


def without_routers(
    view: RouterView, gone: Collection[IPv4Address], never_designated: Collection[IPv4Address] = ()
) -> RouterView:
    """Return what one router would show without some others; see :meth:`Remains.without_routers`."""
    return Remains(Databases(), never_designated).without_routers(view, gone)


def without_link(
    view: RouterView,
    ends: tuple[IPv4Address, IPv4Address],
    subnet: IPv4Network,
    never_designated: Collection[IPv4Address] = (),
) -> RouterView:
    """Return what one router would show without a link; see :meth:`Remains.without_link`."""
    return Remains(Databases(), never_designated).without_link(view, ends, subnet)


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
    for vip in vips if any(now.stubs(prefix_key(vip)) for vip in vips) else ():
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


def _rebuilt(
    database: Database,
    segments: Sequence[tuple[NetworkLsa, NetworkLsa | None]],
    routers: Iterable[int],
    keep: Callable[[RouterLsa, RouterLink], bool],
) -> Lsdb:
    """Return the LSDB with other segments, and router-LSAs that fit them; what need not change is the same object.

    A router that is off a segment, or on one that is none any more, has the subnet as a stub: its interface is up.

    Arguments:
        database: as it is.
        segments: those that change, and what becomes of them.
        routers: router ids, as numbers: their links, and those of who is linked to them, are looked at.
        keep: tells which links stay, but for those onto the segments.

    """
    changed = {(lsa.area, lsa.designated_router): (lsa, left) for lsa, left in segments}

    def links(lsa: RouterLsa) -> Iterator[RouterLink]:
        for link in lsa.links:
            before, after = (
                changed.get((lsa.area, link.link_id), (None, None)) if link.kind == "transit" else (None, None)
            )
            if before is not None:
                is_off = after is None or lsa.advertising_router not in after.attached
                yield _as_stub(before.prefix, link) if is_off else link
            elif keep(lsa, link):
                yield link

    names = [*routers, *(int(lsa.designated_router) for lsa, _ in segments)]
    near = {
        place
        for name in names
        for found in (database.lsas_linked_to, database.lsas_of)
        for place in found.get(name, ())
    }
    lsas = list(database.lsdb.routers)
    for place in near:
        new = tuple(links(lsas[place]))
        if new != lsas[place].links:
            lsas[place] = replace(lsas[place], links=new)
    becomes = {id(lsa): left for lsa, left in segments}
    networks = (becomes.get(id(lsa), lsa) for lsa in database.used_segments)
    return replace(database.lsdb, routers=tuple(lsas), networks=tuple(lsa for lsa in networks if lsa))


def _others(lsas: tuple[AnyLsa, ...], gone: Collection[IPv4Address]) -> tuple[AnyLsa, ...]:
    numbers = set(map(int, gone))
    return tuple([lsa for lsa in lsas if int(lsa.advertising_router) not in numbers])


def _addresses(database: Database, router: IPv4Address, segment: NetworkLsa) -> set[IPv4Address]:
    """Return the addresses of a router on a segment, by its router-LSA."""
    lsas = (database.lsdb.routers[place] for place in database.lsas_of.get(int(router), ()))
    return {
        link.link_data
        for lsa in lsas
        if lsa.area == segment.area
        for link in lsa.links
        if link.kind == "transit" and link.link_id == segment.designated_router
    }


def _as_stub(prefix: IPv4Network, link: RouterLink) -> RouterLink:
    return RouterLink(kind="stub", link_id=prefix.network_address, link_data=prefix.netmask, metric=link.metric)
