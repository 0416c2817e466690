"""The routers and segments of one area as a graph: built once, whoever shows the area (RFC 2328 section 16.1).

Routers that need a path are many, what they need it to is little: nodes, ABRs, segments of forwarding addresses. So the
distances *to* a vertex are worked out for all routers at once, by one Dijkstra against the direction of the links.
"""

from __future__ import annotations

from functools import cached_property
from heapq import heapify, heappop, heappush
from math import inf
from typing import TYPE_CHECKING, NamedTuple

from nornir_anycast.ospf.lsa import NetworkLsa, RouterLsa

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator
    from ipaddress import IPv4Address

    from rustworkx import PyDiGraph

    from nornir_anycast.ospf.lsa import RouterLink
    from nornir_anycast.ospf.model import Lsdb

_REPAIRED_AT_MOST = 8
"""Distances are repaired while less than one of so many vertices loses its shortest path; else they are made anew."""

_CLAIMS = {"p2p": 0, "virtual": 1 << 32, "transit": 1 << 33}


class Edge(NamedTuple):
    """A way from one vertex to the next that both ends confirm."""

    there: int
    cost: int
    link: RouterLink | None
    """``None`` from a segment to a router, which costs nothing."""


class AreaGraph:
    """The graph of one area. A vertex is a number, for an address is expensive to hash.

    LSAs at MaxAge are left out, and of two network-LSAs with one link-state id the older one: a segment that had two
    DRs with one address. A cost of 65535 (``max-metric router-lsa``, RFC 6987) is a cost like any other: the last
    resort.
    """

    def __init__(self, lsdb: Lsdb, area: IPv4Address) -> None:
        self.area = area
        routers = _routers(lsdb, area)
        segments = _segments(lsdb, area)
        self.lsas: list[RouterLsa | NetworkLsa] = [*routers.values(), *segments.values()]
        self.routers = {name: vertex for vertex, name in enumerate(routers)}
        self.segments = {name: vertex for vertex, name in enumerate(segments, len(routers))}
        """Router ids and DRs' addresses, as numbers, to vertices."""
        self._claims = [_claims(lsa) for lsa in self.lsas]
        self.edges = [self._edges_of(vertex) for vertex in range(len(self.lsas))]
        self._all_edges = self.edges
        """Those of the graph that was built: for every edge there is one back, which need not be so after a loss."""
        self._origin: AreaGraph | None = None
        self._lost: list[tuple[int, Edge]] = []
        self._gone: frozenset[int] = frozenset()
        """Vertices that are left out: their distances mean nothing."""
        self._moved: dict[int, set[int]] = {}
        self._distances: dict[int, list[float]] = {}
        self._distances_from: dict[int, list[float]] = {}
        self._exits: dict[tuple[int, int], tuple[int, ...]] = {}
        self.has_free_links = any(not edge.cost and edge.link for edges in self.edges for edge in edges)
        """True when a link costs 0, which RFC 2328 appendix C.3 forbids: then equal distance is no proof of a way."""

    def router(self, router_id: IPv4Address) -> int | None:
        """Return the vertex of a router."""
        return self.routers.get(int(router_id))

    def segment(self, lsa: NetworkLsa) -> int | None:
        """Return the vertex that a network-LSA makes; ``None`` if a younger one of the same link-state id does."""
        vertex = self.segments.get(int(lsa.designated_router))
        used = None if vertex is None else self.lsas[vertex]
        is_used = isinstance(used, NetworkLsa) and (used.prefix, used.attached) == (lsa.prefix, lsa.attached)
        return vertex if is_used else None

    def router_lsa(self, router_id: IPv4Address) -> RouterLsa | None:
        """Return the router-LSA of a router that counts."""
        vertex = self.routers.get(int(router_id))
        lsa = None if vertex is None else self.lsas[vertex]
        return lsa if isinstance(lsa, RouterLsa) else None

    def is_segment(self, vertex: int) -> bool:
        """Tell a segment from a router."""
        return not isinstance(self.lsas[vertex], RouterLsa)

    def distances_to(self, target: int) -> list[float]:
        """Return the cost of the shortest path from every vertex to one; infinite where there is none."""
        found = self._distances.get(target)
        if found is None:
            found = (self._repaired(target) if self._origin else None) or self._remade(target)
            self._distances[target] = found
        return found

    @property
    def asked_before(self) -> Iterable[int]:
        """Targets of which distances are known in the graph from which this one was made, and that are left."""
        left = {*self.routers.values(), *self.segments.values()}
        return [target for target in (self._origin._distances if self._origin else ()) if target in left]  # noqa: SLF001

    def moved(self, target: int) -> frozenset[int]:
        """Return the vertices that are farther from the target than in the graph from which this one was made."""
        self.distances_to(target)
        return frozenset(self._moved.get(target, ()))

    def touched(self, target: int) -> frozenset[int]:
        """Return the vertices of which the cost or the first edges to the target may be others than before."""
        found = set(self.moved(target))
        found.update(edge.there for vertex in tuple(found) for edge in self._all_edges[vertex])
        found.update(vertex for _, _, vertex in self._bereft(target))
        # The routers of a segment look at each other over it.
        segments = [vertex for vertex in found if self.is_segment(vertex)]
        return frozenset(found.union(edge.there for vertex in segments for edge in self._all_edges[vertex]))

    def _bereft(self, target: int) -> list[tuple[float, bool, int]]:
        """Return the vertices that lost the first edge of a shortest path, in a form that puts the nearest first.

        A segment rests on a router that is as near as itself, so it comes behind that.
        """
        old = self._origin.distances_to(target) if self._origin else []
        return [
            (old[vertex], self.is_segment(vertex), vertex)
            for vertex, edge in self._lost
            if vertex != target and vertex not in self._gone and edge.cost + old[edge.there] == old[vertex] < inf
        ]

    def distances_from(self, source: int) -> list[float]:
        """Return the cost of the shortest path from one vertex to every other; infinite where there is none."""
        found = self._distances_from.get(source)
        if found is None:
            found = self._distances_from[source] = self._dijkstra(self._along_the_links, source)
        return found

    def exits(self, segment: int, target: int) -> tuple[int, ...]:
        """Return the routers on a segment that are nearest to the target: as near as the segment itself."""
        key = segment, target
        found = self._exits.get(key)
        if found is None:
            found = self._exits[key] = tuple(edge.there for edge in self.onward(segment, target))
        return found

    def onward(self, vertex: int, target: int) -> Iterator[Edge]:
        """Yield the first edges of the shortest paths from a vertex to another one."""
        distances = self.distances_to(target)
        here = distances[vertex]
        return (edge for edge in self.edges[vertex] if edge.cost + distances[edge.there] == here < inf)

    def leads_to(self, vertex: int, target: int, blocked: Collection[int]) -> bool:
        """Tell whether a shortest path from a vertex to the target avoids some others."""
        seen, left = {vertex}, [vertex]
        while left:
            here = left.pop()
            if here == target:
                return True
            for edge in self.onward(here, target):
                if edge.there not in seen and (edge.there not in blocked or edge.there == target):
                    seen.add(edge.there)
                    left.append(edge.there)
        return False

    def without_edges(self, lost: Collection[tuple[int, Edge]]) -> AreaGraph:
        """Return the graph without some edges, each with the vertex that it leaves."""
        gone: dict[int, list[Edge]] = {}
        for vertex, edge in lost:
            gone.setdefault(vertex, []).append(edge)
        changed = {vertex: [e for e in self.edges[vertex] if e not in edges] for vertex, edges in gone.items()}
        return self._derived(changed, list(lost))

    def updated(self, lsdb: Lsdb) -> AreaGraph | None:
        """Return the graph of a database that was made from this one's by taking something away.

        LSAs that are the same object are taken as unchanged. ``None`` when something was added: build it anew.
        """
        routers, segments = _routers(lsdb, self.area), _segments(lsdb, self.area)
        if not (routers.keys() <= self.routers.keys() and segments.keys() <= self.segments.keys()):
            return None
        now: dict[int, RouterLsa | NetworkLsa | None] = {v: routers.get(name) for name, v in self.routers.items()}
        now |= {vertex: segments.get(name) for name, vertex in self.segments.items()}
        changed = {vertex: lsa for vertex, lsa in now.items() if lsa is not self.lsas[vertex]}
        graph = self._derived({}, [])
        graph._gone = self._gone.union(vertex for vertex, lsa in changed.items() if lsa is None)  # noqa: SLF001
        graph.lsas = list(self.lsas)
        graph._claims = list(self._claims)  # noqa: SLF001
        for vertex, lsa in changed.items():
            graph.lsas[vertex] = lsa or self.lsas[vertex]
            graph._claims[vertex] = _claims(lsa) if lsa else frozenset()  # noqa: SLF001
        graph.routers = {name: self.routers[name] for name in routers}
        graph.segments = {name: self.segments[name] for name in segments}
        near = {edge.there for vertex in changed for edge in self._all_edges[vertex]} | changed.keys()
        for vertex in near:
            there = changed.get(vertex, self.lsas[vertex])
            graph.edges[vertex] = graph._edges_of(vertex) if there else []  # noqa: SLF001
            before = list(self.edges[vertex])
            for edge in graph.edges[vertex]:
                if edge not in before:
                    return None
                before.remove(edge)
            graph._lost += [(vertex, edge) for edge in before]  # noqa: SLF001
        return graph

    def _derived(self, changed: dict[int, list[Edge]], lost: list[tuple[int, Edge]]) -> AreaGraph:
        graph = object.__new__(AreaGraph)
        graph.area, graph.lsas, graph.routers, graph.segments = self.area, self.lsas, self.routers, self.segments
        graph._claims, graph.has_free_links = self._claims, self.has_free_links
        graph._all_edges = self._all_edges
        graph.edges = list(self.edges)
        for vertex, edges in changed.items():
            graph.edges[vertex] = edges
        graph._origin, graph._lost, graph._gone, graph._moved = self, lost, self._gone, {}
        graph._distances, graph._distances_from, graph._exits = {}, {}, {}
        return graph

    def _edges_of(self, vertex: int) -> list[Edge]:
        """Return the usable links: those that both ends have."""
        lsa, claims, found = self.lsas[vertex], self._claims, []
        if not isinstance(lsa, RouterLsa):
            claim = int(lsa.designated_router) + _CLAIMS["transit"]
            ends = (self.routers.get(int(router)) for router in dict.fromkeys(lsa.attached))
            return [Edge(there, 0, None) for there in ends if there is not None and claim in claims[there]]
        name = int(lsa.advertising_router)
        for link in lsa.links:
            kind = link.kind
            if kind == "stub":
                continue
            there = (self.segments if kind == "transit" else self.routers).get(int(link.link_id))
            if there is not None and there != vertex and name + _CLAIMS[kind] in claims[there]:
                found.append(Edge(there, link.metric, link))
        return found

    @cached_property
    def _along_the_links(self) -> PyDiGraph[int, float]:
        return self._made((vertex, edge.there, edge) for vertex, edges in enumerate(self.edges) for edge in edges)

    @cached_property
    def _against_the_links(self) -> PyDiGraph[int, float]:
        return self._made((edge.there, vertex, edge) for vertex, edges in enumerate(self.edges) for edge in edges)

    def _made(self, edges: Iterable[tuple[int, int, Edge]]) -> PyDiGraph[int, float]:
        from rustworkx import PyDiGraph  # noqa: PLC0415  who asks for no path needs not load it

        graph: PyDiGraph[int, float] = PyDiGraph()
        graph.add_nodes_from(range(len(self.lsas)))
        graph.add_edges_from([(one, other, float(edge.cost)) for one, other, edge in edges])
        return graph

    def _dijkstra(self, graph: PyDiGraph[int, float], source: int) -> list[float]:
        from rustworkx import digraph_dijkstra_shortest_path_lengths  # noqa: PLC0415

        get = dict(digraph_dijkstra_shortest_path_lengths(graph, source, float).items()).get
        found = [get(vertex, inf) for vertex in range(len(self.lsas))]
        found[source] = 0.0
        return found

    def _remade(self, target: int) -> list[float]:
        found = self._dijkstra(self._against_the_links, target)
        if self._origin:
            old = self._origin.distances_to(target)
            self._moved[target] = {
                vertex for vertex, before in enumerate(old) if before != found[vertex] and vertex not in self._gone
            }
        return found

    def _repaired(self, target: int) -> list[float] | None:
        """Return the distances of the whole graph, worked out again where a shortest path is lost; ``None``: too many.

        A vertex whose shortest paths all begin with what is lost, or lead to such a vertex, is affected. Only the
        distances of these change, and they follow from those of their other neighbours.
        """
        assert self._origin is not None  # noqa: S101  told by the caller
        old = self._origin.distances_to(target)
        if self.has_free_links:
            return None
        suspects = self._bereft(target)
        if not suspects:
            return old
        heapify(suspects)
        affected: set[int] = set()
        while suspects:
            here, _, vertex = heappop(suspects)
            if vertex in affected or any(
                edge.cost + old[edge.there] == here and edge.there not in affected for edge in self.edges[vertex]
            ):
                continue
            affected.add(vertex)
            if len(affected) * _REPAIRED_AT_MOST > len(old):
                return None
            for before, cost in self._into(vertex):
                if cost + here == old[before] and before != target:
                    heappush(suspects, (old[before], self.is_segment(before), before))
        self._moved[target] = affected
        return self._settled(old, affected)

    def _settled(self, old: list[float], affected: set[int]) -> list[float]:
        """Return the distances with those of the affected vertices made anew."""
        new = list(old)
        for vertex in affected:
            new[vertex] = min(
                (e.cost + old[e.there] for e in self.edges[vertex] if e.there not in affected), default=inf
            )
        candidates = [(new[vertex], vertex) for vertex in affected if new[vertex] < inf]
        heapify(candidates)
        while candidates:
            here, vertex = heappop(candidates)
            if here > new[vertex]:
                continue
            for before, cost in self._into(vertex):
                if before in affected and cost + here < new[before]:
                    new[before] = cost + here
                    heappush(candidates, (cost + here, before))
        return new

    def _into(self, vertex: int) -> Iterator[tuple[int, int]]:
        """Yield from where edges lead to a vertex, and their costs."""
        for there in {edge.there for edge in self._all_edges[vertex]}:
            for back in self.edges[there]:
                if back.there == vertex:
                    yield there, back.cost


def _routers(lsdb: Lsdb, area: IPv4Address) -> dict[int, RouterLsa]:
    return {int(lsa.advertising_router): lsa for lsa in lsdb.routers if lsa.area == area and not lsa.is_max_age}


def _segments(lsdb: Lsdb, area: IPv4Address) -> dict[int, NetworkLsa]:
    by_age = sorted(lsdb.networks, key=lambda lsa: lsa.age_s, reverse=True)
    return {int(lsa.designated_router): lsa for lsa in by_age if lsa.area == area and not lsa.is_max_age}


def _claims(lsa: RouterLsa | NetworkLsa) -> frozenset[int]:
    """Return to whom an LSA says that it is linked, and how, in one number: router id or DR's address, and kind."""
    if isinstance(lsa, RouterLsa):
        return frozenset([int(link.link_id) + _CLAIMS[link.kind] for link in lsa.links if link.kind != "stub"])
    return frozenset([int(router) + _CLAIMS["transit"] for router in lsa.attached])
