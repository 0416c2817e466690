"""The routing calculation as RFC 2328 section 16 tells it: one Dijkstra for each router and area, in plain Python.

An oracle: slow, and so straightforward that it can be checked against the RFC by reading. What the package works out
over shared graphs must be the same.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import partial
from heapq import heappop, heappush
from ipaddress import IPv4Address, IPv4Network
from typing import TYPE_CHECKING, Literal, TypeVar

from nornir_anycast.ospf.external_order import rank_as_frr
from nornir_anycast.ospf.model import Lsdb, NetworkLsa, NextHop, RouterLsa, SummaryLsa
from nornir_anycast.ospf.origin import Origin

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Sequence

    from nornir_anycast.ospf.model import AsbrSummaryLsa, ExternalLsa, Lsa, RouterLink, RouterView
    from nornir_anycast.ospf.origin import Reason, Via

Vertex = RouterLsa | NetworkLsa
NextHops = frozenset[NextHop]


@dataclass(frozen=True, slots=True)
class Shortest:
    """The least cost to a vertex and the next hops of all paths of that cost; none for the root itself."""

    cost: int
    next_hops: NextHops


@dataclass(frozen=True, slots=True)
class AreaTree:
    """What a router reaches inside one area: routers by router id, segments by the DR's address."""

    area: IPv4Address
    routers: dict[IPv4Address, tuple[RouterLsa, Shortest]]
    networks: dict[IPv4Address, tuple[NetworkLsa, Shortest]]


def shortest_paths(
    lsdb: Lsdb,
    area: IPv4Address,
    root: IPv4Address,
    first_hops: Callable[[RouterLink, Vertex], NextHops],
) -> AreaTree:
    """Return the shortest-path tree of one area.

    Arguments:
        lsdb: the database; LSAs of other areas and LSAs at MaxAge are not looked at.
        area: the area.
        root: router id of the calculating router; if it has no router-LSA in the area, the tree is empty.
        first_hops: the next hops over a link of the root to the vertex on its other end, for the LSDB does not know
            the interfaces. None means that the link cannot be used.

    A cost of 65535 (``max-metric router-lsa``, RFC 6987) is a cost like any other: the last resort.

    """
    graph = _Graph(lsdb, area)
    tree = AreaTree(area, {}, {})
    start = graph.routers.get(root)
    if start is None:
        return tree
    # By the identity of an LSA, for its value is expensive to hash.
    best = {id(start): Shortest(0, frozenset())}
    # A segment comes before a router of the same cost: it can still add a path to it (16.1 step 3).
    # The number keeps the LSAs, which have no order, out of the comparison.
    candidates: list[tuple[int, bool, int, Vertex]] = [(0, True, 0, start)]
    pushed = 0
    while candidates:
        cost, _, _, vertex = heappop(candidates)
        here = best[id(vertex)]
        if isinstance(vertex, RouterLsa):
            if vertex.advertising_router in tree.routers:
                continue
            tree.routers[vertex.advertising_router] = vertex, here
        else:
            if vertex.designated_router in tree.networks:
                continue
            tree.networks[vertex.designated_router] = vertex, here
        for link, there in graph.links(vertex):
            total = cost + (link.metric if link else 0)
            known = best.get(id(there))
            if known is not None and known.cost < total:
                continue
            hops = first_hops(link, there) if link and vertex is start else _inherited(here.next_hops, vertex, there)
            if not hops:
                continue
            if known is not None and known.cost == total:
                best[id(there)] = Shortest(total, known.next_hops | hops)
                continue
            best[id(there)] = Shortest(total, hops)
            pushed += 1
            heappush(candidates, (total, isinstance(there, RouterLsa), pushed, there))
    return tree


def stub_prefix(link: RouterLink) -> IPv4Network:
    """Return the prefix of a stub link (RFC 2328 A.4.2: Link ID is the network, Link Data its mask)."""
    return IPv4Network((link.link_id, int(link.link_data).bit_count()), strict=False)


class _Graph:
    """The vertices of one area by name, and the links that can be used: those that both ends have."""

    def __init__(self, lsdb: Lsdb, area: IPv4Address) -> None:
        self.routers = {r.advertising_router: r for r in lsdb.routers if r.area == area and not r.is_max_age}
        # Two routers that were DR with one address leave two LSAs of one link-state id: the younger one is right.
        by_age = sorted(lsdb.networks, key=lambda lsa: lsa.age_s, reverse=True)
        self.networks = {n.designated_router: n for n in by_age if n.area == area and not n.is_max_age}

    def links(self, vertex: Vertex) -> Iterator[tuple[RouterLink | None, Vertex]]:
        """Yield the links of a vertex with their other ends; a segment leads to its routers by no link of its own."""
        if isinstance(vertex, NetworkLsa):
            for router_id in vertex.attached:
                router = self.routers.get(router_id)
                if router is not None and any(_onto(router, vertex)):
                    yield None, router
            return
        for link in vertex.links:
            if link.kind == "transit":
                segment = self.networks.get(link.link_id)
                if segment is not None and vertex.advertising_router in segment.attached:
                    yield link, segment
            elif link.kind != "stub":
                router = self.routers.get(link.link_id)
                if router is not None and _links_back(router, vertex, link):
                    yield link, router


def _links_back(router: RouterLsa, to: RouterLsa, link: RouterLink) -> bool:
    return any(back.kind == link.kind and back.link_id == to.advertising_router for back in router.links)


def _onto(router: RouterLsa, segment: NetworkLsa) -> Iterator[RouterLink]:
    return (link for link in router.links if link.kind == "transit" and link.link_id == segment.designated_router)


def _inherited(next_hops: NextHops, vertex: Vertex, there: Vertex) -> NextHops:
    """Return the next hops behind ``vertex``: its own, or over a segment of the root the router itself (16.1.1)."""
    direct = [hop for hop in next_hops if hop.address is None]
    if not direct or not isinstance(vertex, NetworkLsa) or not isinstance(there, RouterLsa):
        return next_hops
    addresses = [link.link_data for link in _onto(there, vertex)]
    return frozenset(NextHop(address=address, interface=hop.interface) for hop in direct for address in addresses)


Key = TypeVar("Key", bound="IPv4Address | IPv4Network")

BACKBONE = IPv4Address(0)
LS_INFINITY = 0xFFFFFF
"""Metric of a summary or external LSA that says "unreachable" (RFC 2328 appendix B)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Path:
    """A path to a router or a prefix."""

    area: IPv4Address
    intra_area: bool
    cost: int
    next_hops: NextHops
    is_asbr: bool = False

    @property
    def by_backbone(self) -> bool:
        """False for what RFC 2328 section 16.4.1 prefers: an intra-area path that is not in the backbone."""
        return not self.intra_area or self.area == BACKBONE

    def by_way_of(self, address: IPv4Address) -> Path:
        """Return the path with ``address`` as next hop where the destination is directly connected."""
        hops = (hop if hop.address is not None else replace(hop, address=address) for hop in self.next_hops)
        return replace(self, next_hops=frozenset(hops))


@dataclass(frozen=True, slots=True)
class RoutingTable:
    """Paths inside the AS, as :func:`routing_table` finds them."""

    trees: dict[IPv4Address, AreaTree]
    """By area."""
    routers: dict[IPv4Address, dict[IPv4Address, Path]] = field(default_factory=dict)
    """By router id, a path for each area."""
    networks: dict[IPv4Network, Path] = field(default_factory=dict)
    rfc1583: bool = False
    as_announced: dict[IPv4Network, Path] = field(default_factory=dict)
    """Networks, before section 16.3."""

    @property
    def summary_areas(self) -> Collection[IPv4Address]:
        """Areas whose summaries are used: the backbone if another router is in it, else all.

        RFC 2328 section 16.2, with RFC 3509 section 2.2, which FRR and Cisco IOS follow by default.
        """
        backbone = self.trees.get(BACKBONE)
        return (BACKBONE,) if backbone is not None and len(backbone.routers) > 1 else tuple(self.trees)

    def to_router(self, router_id: IPv4Address, areas: Collection[IPv4Address]) -> Path | None:
        """Return the preferred path to an ASBR by way of ``areas`` (RFC 2328 section 16.4 step 3)."""
        paths = [path for area, path in self.routers.get(router_id, {}).items() if area in areas]
        if not self.rfc1583:
            paths = [path for path in paths if not path.by_backbone] or paths
        return min(paths, key=lambda path: (path.cost, -int(path.area)), default=None)

    def to_address(self, address: IPv4Address) -> Path | None:
        """Return the path to an address: that of the longest prefix."""
        candidates = (self.networks.get(IPv4Network((address, length), strict=False)) for length in range(32, -1, -1))
        return next((path for path in candidates if path is not None), None)

    def to_abr(self, lsa: SummaryLsa | AsbrSummaryLsa) -> Path | None:
        """Return the path to the ABR of a summary, which must be inside the summary's area."""
        if lsa.area is None or lsa.area not in self.trees:
            return None
        router, shortest = self.trees[lsa.area].routers.get(lsa.advertising_router, (None, None))
        if router is None or shortest is None or not router.is_abr:
            return None
        return Path(area=lsa.area, intra_area=True, cost=shortest.cost, next_hops=shortest.next_hops)


def routing_table(view: RouterView) -> RoutingTable:
    """Return the paths from the router whose view it is to all routers and prefixes of the AS."""
    attached = {
        lsa.area for lsa in view.lsdb.routers if lsa.area is not None and lsa.advertising_router == view.router_id
    }
    table = RoutingTable({}, rfc1583=view.rfc1583)
    # The backbone comes last: its virtual links need the paths through the other areas.
    for area in sorted(attached, reverse=True):
        tree = shortest_paths(view.lsdb, area, view.router_id, partial(_first_hops, view, table))
        table.trees[area] = tree
        for router, shortest in tree.routers.values():
            path = Path(
                area=area,
                intra_area=True,
                cost=shortest.cost,
                next_hops=shortest.next_hops,
                is_asbr=router.is_asbr,
            )
            _offer(table.routers.setdefault(router.advertising_router, {}), area, path)
            for link in router.links:
                if link.kind == "stub":
                    hops = shortest.next_hops or connected(view, stub_prefix(link))
                    _offer(
                        table.networks, stub_prefix(link), replace(path, cost=path.cost + link.metric, next_hops=hops)
                    )
        for network, shortest in tree.networks.values():
            path = Path(area=area, intra_area=True, cost=shortest.cost, next_hops=shortest.next_hops)
            _offer(table.networks, network.prefix, path)
    for lsa, path in _summaries(view, table, table.summary_areas):
        if isinstance(lsa, SummaryLsa):
            _offer(table.networks, lsa.prefix, path)
        else:
            _offer(table.routers.setdefault(lsa.asbr, {}), path.area, path)
    table.as_announced.update(table.networks)
    _shorten_by_transit_areas(view, table)
    return table


def _summaries(
    view: RouterView,
    table: RoutingTable,
    areas: Collection[IPv4Address],
) -> Iterator[tuple[SummaryLsa | AsbrSummaryLsa, Path]]:
    """Yield the usable summaries of some areas and the paths they offer (RFC 2328 section 16.2)."""
    summaries: tuple[SummaryLsa | AsbrSummaryLsa, ...] = (*view.lsdb.summaries, *view.lsdb.asbr_summaries)
    for lsa in summaries:
        if lsa.area not in areas or lsa.is_max_age or lsa.metric >= LS_INFINITY:
            continue
        abr = table.to_abr(lsa) if lsa.advertising_router != view.router_id else None
        if abr is not None:
            is_asbr = not isinstance(lsa, SummaryLsa)
            yield lsa, replace(abr, intra_area=False, cost=abr.cost + lsa.metric, is_asbr=is_asbr)


def _shorten_by_transit_areas(view: RouterView, table: RoutingTable) -> None:
    """Take the shorter way through an area that carries a virtual link (RFC 2328 section 16.3)."""
    for lsa, path in _summaries(view, table, _transit_areas(table)):
        known = (
            table.networks.get(lsa.prefix)
            if isinstance(lsa, SummaryLsa)
            else table.routers.get(lsa.asbr, {}).get(BACKBONE)
        )
        if known is None or known.area != BACKBONE or path.cost > known.cost:
            continue
        hops = path.next_hops | known.next_hops if path.cost == known.cost else path.next_hops
        shorter = replace(known, cost=path.cost, next_hops=hops)
        if isinstance(lsa, SummaryLsa):
            table.networks[lsa.prefix] = shorter
        else:
            table.routers[lsa.asbr][BACKBONE] = shorter


def _transit_areas(table: RoutingTable) -> list[IPv4Address]:
    return [
        area
        for area, tree in table.trees.items()
        if area != BACKBONE and any(router.is_virtual_endpoint for router, _ in tree.routers.values())
    ]


def _offer(known: dict[Key, Path], key: Key, path: Path) -> None:
    """Keep the better of two paths, intra-area before inter-area; of two equal ones the next hops of both."""
    old = known.get(key)
    if old is not None:
        new_rank, old_rank = (not path.intra_area, path.cost), (not old.intra_area, old.cost)
        if new_rank > old_rank:
            return
        if new_rank == old_rank:
            path = replace(path, next_hops=path.next_hops | old.next_hops)
    known[key] = path


def _first_hops(view: RouterView, table: RoutingTable, link: RouterLink, there: Vertex) -> NextHops:
    """Return the next hops over one of the router's own links (RFC 2328 section 16.1.1).

    An interface is known by the router's own address on it. On point-to-point links the neighbour's address comes from
    the neighbour table, for the LSAs of an unnumbered link have none.
    """
    # A virtual link has the address of the interface it leaves by.
    real = [interface for interface in view.interfaces if interface.network_type != "virtual-link"]
    numbered = {i.name for i in real if i.address is not None and i.address.ip == link.link_data}
    if isinstance(there, NetworkLsa):
        return frozenset(NextHop(address=None, interface=name) for name in numbered or (None,))
    if link.kind == "virtual":
        through = table.to_router(there.advertising_router, table.trees.keys())
        return through.next_hops if through is not None else frozenset()
    names = numbered or {i.name for i in real if i.address is None}
    found = {
        NextHop(address=neighbor.address, interface=neighbor.interface)
        for neighbor in view.neighbors
        if neighbor.router_id == there.advertising_router and neighbor.interface in names
    }
    # The neighbour table is younger than the LSAs, or the view is not the router's own.
    return frozenset(found) or frozenset(
        NextHop(address=back.link_data, interface=min(numbered, default=None))
        for back in there.links
        if back.kind == "p2p" and back.link_id == view.router_id
    )


def connected(view: RouterView, prefix: IPv4Network) -> NextHops:
    """Return the next hop to a prefix of the router itself; its interface is ``None`` if no interface has it."""
    real = [interface for interface in view.interfaces if interface.network_type != "virtual-link"]
    names = {i.name for i in real if i.address is not None and i.address.network == prefix}
    return frozenset(NextHop(address=None, interface=name) for name in names or (None,))


def reference_announcements(view: RouterView, prefix: IPv4Network) -> tuple[Origin, ...]:
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
        *(_origin(view, lsa, "intra-area", link.metric, _to_stub(view, table, lsa, prefix)) for lsa, link in stubs),
        *(_summary(view, table, lsa) for lsa in summaries),
        *(rank_as_frr(externals) if view.forgets_best_asbr else externals),
    )


def _to_stub(view: RouterView, table: RoutingTable, lsa: RouterLsa, prefix: IPv4Network) -> Path | Reason:
    if lsa.is_max_age:
        return "max-age"
    tree = table.trees.get(lsa.area) if lsa.area is not None else None
    _, shortest = tree.routers.get(lsa.advertising_router, (None, None)) if tree else (None, None)
    if tree is None or shortest is None:
        return "unreachable"
    cost = shortest.cost + next(
        link.metric for link in lsa.links if link.kind == "stub" and stub_prefix(link) == prefix
    )
    hops = shortest.next_hops or connected(view, prefix)
    path = Path(area=tree.area, intra_area=True, cost=cost, next_hops=hops)
    before, after = table.as_announced[prefix], table.networks[prefix]
    if tree.area != BACKBONE or before.area != BACKBONE or before.cost != cost:
        return path
    ways = [
        way
        for lsa, way in _summaries(view, table, _transit_areas(table))
        if isinstance(lsa, SummaryLsa) and lsa.prefix == prefix
    ]
    best = frozenset().union(*(way.next_hops for way in ways if way.cost == after.cost))
    return replace(path, cost=after.cost, next_hops=best | hops if after.cost == cost else best)


def _summary(view: RouterView, table: RoutingTable, lsa: SummaryLsa) -> Origin:
    path: Path | Reason | None = _unusable(view, lsa, lsa.metric)
    if path is None and lsa.area not in table.summary_areas:
        way = next((way for one, way in _summaries(view, table, _transit_areas(table)) if one is lsa), None)
        best = table.networks.get(lsa.prefix)
        if way is None or best is None or (best.area, best.cost) != (BACKBONE, way.cost):
            path = "not-backbone"
    if path is None:
        path = table.to_abr(lsa) or "unreachable"
    return _origin(view, lsa, "inter-area", lsa.metric, path)


def _external(view: RouterView, table: RoutingTable, lsa: ExternalLsa) -> Origin:
    return _origin(
        view,
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
    areas = table.trees.keys() if view.forgets_best_asbr else table.trees.keys() - no_type_5
    path = table.to_router(lsa.advertising_router, areas if lsa.area is None else [lsa.area])
    if path is None or (lsa.area is not None and not path.intra_area):
        return "unreachable"
    if not path.is_asbr or (lsa.area is None and path.area in no_type_5):
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
    view: RouterView,
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
        # RFC 2328 sections 11 (path types) and 16.4 step 6.
        by_backbone = path.by_backbone and not view.rfc1583
        cost = path.cost + (0 if via == "intra-area" else metric)
        if metric_type is None:
            rank = (via != "intra-area", cost)
        elif metric_type == 1:
            rank = (2, by_backbone, cost)
        else:
            cost, rank = metric, (3, metric, by_backbone, path.cost)
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


_NONE_COUNTS = (5,)
"""Behind every rank."""


def originators(origin: Origin, vip: IPv4Network, views: Sequence[RouterView]) -> tuple[IPv4Address, ...]:
    """Return the router ids of those for whom an LSA stands, empty if that is not known.

    Arguments:
        origin: an announcement of ``vip``.
        vip: the prefix.
        views: what any routers show. Where two views of one area differ, only whom both see counts.

    """
    if origin.via in ("intra-area", "nssa"):
        return origin.originators
    behind: dict[IPv4Address, tuple[tuple[int, ...], frozenset[IPv4Address]]] = {}
    for view in views:
        for area in _areas_behind(origin, view):
            candidates = [
                one for one in reference_announcements(_from_abr(origin, view, area), vip) if _is_source(origin, one)
            ]
            if candidates:
                rank, routers = _best(candidates, vip, views)
                worst, both = behind.get(area, (rank, routers))
                behind[area] = max(worst, rank), both & routers
    if behind:
        best = min(rank for rank, _ in behind.values())
        return tuple(sorted({router for rank, routers in behind.values() if rank == best for router in routers}))
    return () if _may_hide_others(origin, views) else origin.originators


def _areas_behind(origin: Origin, view: RouterView) -> list[IPv4Address]:
    """Return the areas of the view that the ABR borders, but for the one into which it announces."""
    return [
        lsa.area
        for lsa in view.lsdb.routers
        if lsa.advertising_router == origin.advertising_router and lsa.is_abr and lsa.area not in (None, origin.area)
    ]


def _from_abr(origin: Origin, view: RouterView, area: IPv4Address) -> RouterView:
    """Return what the ABR would show if it had no other area."""
    return replace(
        view,
        router_id=origin.advertising_router,
        interfaces=(),
        neighbors=(),
        lsdb=Lsdb(
            routers=tuple(lsa for lsa in view.lsdb.routers if lsa.area == area),
            networks=tuple(lsa for lsa in view.lsdb.networks if lsa.area == area),
            summaries=tuple(lsa for lsa in view.lsdb.summaries if lsa.area == area),
            externals=[lsa for lsa in view.lsdb.externals if lsa.area == area],
        ),
    )


def _is_source(origin: Origin, candidate: Origin) -> bool:
    """Tell whether the ABR can have made ``origin`` from what it sees in another area."""
    if origin.via == "external":
        # A translation keeps the forwarding address, unless it is suppressed.
        return candidate.via == "nssa" and origin.forwarding_address in (None, candidate.forwarding_address)
    # Inter-area routes are announced from the backbone into the other areas only (RFC 2328 section 12.4.3).
    return candidate.via == "intra-area" or (candidate.via == "inter-area" and candidate.area == BACKBONE)


def _best(
    candidates: Sequence[Origin],
    vip: IPv4Network,
    views: Sequence[RouterView],
) -> tuple[tuple[int, ...], frozenset[IPv4Address]]:
    """Return the rank of the best candidates and for whom they stand."""
    own = [one.advertising_router for one in candidates if one.reason == "self-originated" and one.via == "nssa"]
    if own:  # the ABR imports the prefix itself
        return (), frozenset(own)
    rank = min((one.rank for one in candidates if one.counts), default=_NONE_COUNTS)
    stand_for = [originators(one, vip, views) for one in candidates if one.rank == rank]
    known = all(stand_for)
    return rank, frozenset(router for routers in stand_for for router in routers) if known else frozenset()


def _may_hide_others(origin: Origin, views: Sequence[RouterView]) -> bool:
    """Tell whether an LSA can stand for others though no view shows them: any summary, and a type-5 like an ABR's.

    With ``suppress-fa`` a translated type-5 looks like one of the ABR's own.
    """
    if origin.via == "inter-area":
        return True
    is_abr = {
        lsa.is_abr for view in views for lsa in view.lsdb.routers if lsa.advertising_router == origin.advertising_router
    }
    return origin.forwarding_address is not None and is_abr != {False}


def reference_origins(view: RouterView, vip: IPv4Network, witnesses: Sequence[RouterView] = ()) -> tuple[Origin, ...]:
    """Return what :func:`nornir_anycast.ospf.origins.origins` returns."""
    views = (view, *witnesses)
    found = reference_announcements(view, vip)
    return tuple(replace(origin, originators=originators(origin, vip, views)) for origin in found)
