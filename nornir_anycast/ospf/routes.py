"""The OSPF routing table of a router, but for externals (RFC 2328 sections 16.1 to 16.3): what is asked of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from ipaddress import IPv4Address, IPv4Network
from typing import TYPE_CHECKING

from nornir_anycast.ospf.database import keys_of_address, prefix_key
from nornir_anycast.ospf.lsa import AsbrSummaryLsa, NetworkLsa, RouterLsa, SummaryLsa
from nornir_anycast.ospf.model import NextHop
from nornir_anycast.ospf.spf import AreaPaths, stub_prefix

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from nornir_anycast.ospf.database import Database, PrefixKey
    from nornir_anycast.ospf.lsa import RouterLink
    from nornir_anycast.ospf.model import RouterView
    from nornir_anycast.ospf.spf import NextHops

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


class RoutingTable:
    """Paths inside the AS from one router. Each is worked out when it is asked for."""

    def __init__(self, view: RouterView, database: Database, areas: Collection[IPv4Address] | None = None) -> None:
        """Look at the router's links.

        Arguments:
            view: what the router shows.
            database: the index of its database.
            areas: those that are looked at; ``None``: all that the router is in.

        """
        attached = database.areas_of.get(view.router_id, ())
        self.view = view
        self.database = database
        self._to_routers: dict[tuple[int, int], Path | None] = {}
        self._to_prefixes: dict[PrefixKey, Path | None] = {}
        self.areas: dict[IPv4Address, AreaPaths] = {}
        # The backbone comes last: its virtual links need the paths through the other areas.
        for area in sorted(attached if areas is None else areas, reverse=True):
            self.areas[area] = AreaPaths(database.graph(area), view.router_id, self._first_hops)

    @cached_property
    def _interfaces(self) -> _Interfaces:
        return _Interfaces(self.view)

    @cached_property
    def summary_areas(self) -> Collection[IPv4Address]:
        """Areas whose summaries are used: the backbone if another router is in it, else all.

        RFC 2328 section 16.2, with RFC 3509 section 2.2, which FRR and Cisco IOS follow by default.
        """
        backbone = self.areas.get(BACKBONE)
        return (BACKBONE,) if backbone is not None and backbone.has_neighbors else tuple(self.areas)

    def to_asbr(self, router_id: IPv4Address) -> Path | None:
        """Return the preferred path to who announces a type-5 LSA (RFC 2328 section 16.4 step 3)."""
        if not self.view.forgets_best_asbr:
            return self._to_router_by(router_id, self.areas.keys() - self._without_type_5)
        # FRR and Quagga choose among all ways, and drop a way through a stub area or NSSA only then; nothing is left.
        path = self._to_router_by(router_id, self.areas)
        return replace(path, is_asbr=False) if path and path.area in self._without_type_5 else path

    @cached_property
    def _without_type_5(self) -> Collection[IPv4Address]:
        return {area.area_id for area in self.view.areas if area.kind != "normal"}

    def _to_router_by(self, router_id: IPv4Address, areas: Collection[IPv4Address]) -> Path | None:
        paths = [path for area in areas if (path := self._to_router(router_id, area))]
        if len(paths) == 1:
            return paths[0]
        if not self.view.rfc1583:
            paths = [path for path in paths if not path.by_backbone] or paths
        return min(paths, key=lambda path: (path.cost, -int(path.area)), default=None)

    def to_address(self, address: IPv4Address) -> Path | None:
        """Return the path to an address: that of the longest prefix."""
        paths = map(self._to_prefix, keys_of_address(address))
        return next((path for path in paths if path is not None), None)

    def to_stub(self, lsa: RouterLsa, link: RouterLink) -> Path | None:
        """Return the path to a stub link, its own cost included: the stub's router is inside the area."""
        path = self.inside(lsa.area, lsa.advertising_router) if lsa.area is not None else None
        if path is None:
            return None
        prefix = stub_prefix(link)
        hops = path.next_hops or self.connected(prefix)
        path = replace(path, cost=path.cost + link.metric, next_hops=hops)
        if lsa.area != BACKBONE or not self._transit_areas:
            return path
        best = self._to_prefix_as_announced(prefix_key(prefix))
        is_best = best is not None and (best.area, best.cost) == (BACKBONE, path.cost)
        return self._shortened(path, self.database.summaries.get(prefix_key(prefix), ())) if is_best else path

    def is_used(self, lsa: SummaryLsa) -> bool:
        """Tell whether a summary is looked at: where the backbone's are, one of another area only as a shorter way."""
        if lsa.area in self.summary_areas:
            return True
        if lsa.area not in self._transit_areas:
            return False
        best = self._to_prefix(prefix_key(lsa.prefix))
        (way,) = tuple(self._by_summaries([lsa], self._transit_areas)) or (None,)
        return best is not None and way is not None and (best.area, best.cost) == (BACKBONE, way.cost)

    def to_abr(self, lsa: SummaryLsa | AsbrSummaryLsa) -> Path | None:
        """Return the path to the ABR of a summary, which must be inside the summary's area."""
        if lsa.area is None or lsa.area not in self.areas:
            return None
        router = self.areas[lsa.area].graph.router_lsa(lsa.advertising_router)
        return self.inside(lsa.area, lsa.advertising_router) if router is not None and router.is_abr else None

    def inside(self, area: IPv4Address, router_id: IPv4Address) -> Path | None:
        """Return the intra-area path to a router."""
        paths = self.areas.get(area)
        vertex = paths.graph.router(router_id) if paths else None
        shortest = paths.shortest(vertex) if paths and vertex is not None else None
        if not paths or vertex is None or shortest is None:
            return None
        lsa = paths.graph.lsas[vertex]
        is_asbr = isinstance(lsa, RouterLsa) and lsa.is_asbr
        return Path(area=area, intra_area=True, cost=shortest.cost, next_hops=shortest.next_hops, is_asbr=is_asbr)

    def is_own(self, address: IPv4Address) -> bool:
        """Tell whether an address is the router's own."""
        return self._interfaces.has(address)

    def connected(self, prefix: IPv4Network) -> NextHops:
        """Return the next hop to a prefix of the router itself; its interface is ``None`` if no interface has it."""
        return self._interfaces.connected(prefix)

    def _to_router(self, router_id: IPv4Address, area: IPv4Address) -> Path | None:
        key = int(router_id), int(area)
        if key not in self._to_routers:
            lsas = self.database.asbr_summaries.get(int(router_id), ())
            path = self.inside(area, router_id)
            if path is None and area in self.summary_areas:
                path = _best(self._by_summaries(lsas, [area]))
            if lsas:
                path = self._shortened(path, lsas)
            self._to_routers[key] = path
        return self._to_routers[key]

    def _to_prefix(self, key: PrefixKey) -> Path | None:
        if key not in self._to_prefixes:
            path = self._to_prefix_as_announced(key)
            self._to_prefixes[key] = self._shortened(path, self.database.summaries.get(key, ()))
        return self._to_prefixes[key]

    def _to_prefix_as_announced(self, key: PrefixKey) -> Path | None:
        inter = self._by_summaries(self.database.summaries.get(key, ()), self.summary_areas)
        return _best(self._to_own_area_prefix(key)) or _best(inter)

    def _to_own_area_prefix(self, key: PrefixKey) -> Iterator[Path]:
        """Yield the intra-area paths to stubs and segments with this prefix, of the backbone last."""
        stubs, segments = self.database.stubs(key), self.database.segments.get(key, ())
        for area, paths in self.areas.items():
            for lsa, link in stubs:
                path = self.inside(area, lsa.advertising_router) if lsa.area == area and not lsa.is_max_age else None
                if path:
                    hops = path.next_hops or self.connected(stub_prefix(link))
                    yield replace(path, cost=path.cost + link.metric, next_hops=hops)
            for segment in segments:
                vertex = paths.graph.segment(segment) if segment.area == area else None
                shortest = None if vertex is None else paths.shortest(vertex)
                if shortest:
                    yield Path(area=area, intra_area=True, cost=shortest.cost, next_hops=shortest.next_hops)

    def _by_summaries(
        self, lsas: Iterable[SummaryLsa | AsbrSummaryLsa], areas: Collection[IPv4Address]
    ) -> Iterator[Path]:
        """Yield the paths that the usable summaries of some areas offer (RFC 2328 section 16.2)."""
        for lsa in lsas:
            if lsa.area not in areas or lsa.is_max_age or lsa.metric >= LS_INFINITY:
                continue
            abr = self.to_abr(lsa) if lsa.advertising_router != self.view.router_id else None
            if abr is not None:
                is_asbr = isinstance(lsa, AsbrSummaryLsa)
                yield replace(abr, intra_area=False, cost=abr.cost + lsa.metric, is_asbr=is_asbr)

    def _shortened(self, path: Path | None, lsas: Iterable[SummaryLsa | AsbrSummaryLsa]) -> Path | None:
        """Return the path, or a shorter way through an area that carries a virtual link (RFC 2328 section 16.3)."""
        if path is None or path.area != BACKBONE or not self._transit_areas:
            return path
        ways = [way for way in self._by_summaries(lsas, self._transit_areas) if way.cost <= path.cost]
        least = min((way.cost for way in ways), default=path.cost)
        hops = [way.next_hops for way in (path, *ways) if way.cost == least]
        return replace(path, cost=least, next_hops=frozenset().union(*hops))

    @cached_property
    def _transit_areas(self) -> Collection[IPv4Address]:
        """Areas that carry a virtual link of a router that is reached in them."""
        return {area for area, router_id in self.database.virtual_ends if self.inside(area, router_id)}

    def _first_hops(self, link: RouterLink, there: RouterLsa | NetworkLsa) -> NextHops:
        """Return the next hops over one of the router's own links (RFC 2328 section 16.1.1)."""
        if isinstance(there, NetworkLsa):
            return self._interfaces.onto_segment(link)
        if link.kind == "virtual":
            # It belongs to the backbone, and leads through another area.
            ways = (self.inside(area, there.advertising_router) for area in self.areas if area != BACKBONE)
            best = min(filter(None, ways), key=lambda path: (path.cost, -int(path.area)), default=None)
            return best.next_hops if best is not None else frozenset()
        return self._interfaces.to_router(link, there)


class _Interfaces:
    """The router's own interfaces and neighbours: what an LSDB does not know of next hops.

    An interface is known by the router's own address on it. On point-to-point links the neighbour's address comes from
    the neighbour table, for the LSAs of an unnumbered link have none.
    """

    def __init__(self, view: RouterView) -> None:
        self._view = view
        # A virtual link has the address of the interface it leaves by.
        self._real = [interface for interface in view.interfaces if interface.network_type != "virtual-link"]
        self._unnumbered = {i.name for i in self._real if i.address is None}
        self._numbered: dict[int, set[str]] = {}
        for interface in self._real:
            if interface.address is not None:
                self._numbered.setdefault(int(interface.address), set()).add(interface.name)

    def has(self, address: IPv4Address) -> bool:
        return int(address) in self._numbered

    def onto_segment(self, link: RouterLink) -> NextHops:
        names = self._numbered.get(int(link.link_data), ())
        return frozenset(NextHop(address=None, interface=name) for name in names or (None,))

    def to_router(self, link: RouterLink, there: RouterLsa) -> NextHops:
        numbered = self._numbered.get(int(link.link_data), set())
        names = numbered or self._unnumbered
        found = {
            NextHop(address=neighbor.address, interface=neighbor.interface)
            for neighbor in self._view.neighbors
            if neighbor.interface in names and neighbor.router_id == there.advertising_router
        }
        if found:
            return frozenset(found)
        # The neighbour table is younger than the LSAs, or the view is not the router's own.
        own, name = int(self._view.router_id), min(numbered, default=None)
        links = [back for back in there.links if back.kind == "p2p" and int(back.link_id) == own]
        return frozenset([NextHop(address=back.link_data, interface=name) for back in links])

    def connected(self, prefix: IPv4Network) -> NextHops:
        names = {i.name for i in self._real if i.address is not None and i.address.network == prefix}
        return frozenset(NextHop(address=None, interface=name) for name in names or (None,))


def _best(paths: Iterable[Path]) -> Path | None:
    """Return the cheapest of paths of one kind, with the next hops of all that are as cheap and the last one's area."""
    best: Path | None = None
    for path in paths:
        if best is None or path.cost < best.cost:
            best = path
        elif path.cost == best.cost:
            best = replace(path, next_hops=path.next_hops | best.next_hops)
    return best
