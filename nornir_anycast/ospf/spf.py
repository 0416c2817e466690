"""One router's shortest paths through one area (RFC 2328 section 16.1)."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Network
from math import inf
from typing import TYPE_CHECKING

from nornir_anycast.ospf.lsa import RouterLsa
from nornir_anycast.ospf.model import NextHop

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from ipaddress import IPv4Address

    from nornir_anycast.ospf.graph import AreaGraph, Edge
    from nornir_anycast.ospf.lsa import NetworkLsa, RouterLink

NextHops = frozenset[NextHop]


@dataclass(frozen=True, slots=True)
class Shortest:
    """The least cost to a vertex and the next hops of all paths of that cost; none for the router itself."""

    cost: int
    next_hops: NextHops


class AreaPaths:
    """What a router reaches inside one area, and how. Its own links say it: those that are the first of a path."""

    def __init__(
        self,
        graph: AreaGraph,
        router_id: IPv4Address,
        first_hops: Callable[[RouterLink, RouterLsa | NetworkLsa], NextHops],
    ) -> None:
        """Look at the router's own links.

        Arguments:
            graph: of the area.
            router_id: the router; if it has no router-LSA in the area, nothing is reached.
            first_hops: the next hops over a link of the router to the vertex on its other end, for the LSDB does not
                know the interfaces. None means that the link cannot be used: a virtual link without a way.

        """
        self._root = graph.router(router_id)
        self._first_hops = first_hops
        self._sets: dict[tuple[tuple[int, int], ...], NextHops] = {}
        edges = [] if self._root is None else graph.edges[self._root]
        self._links = [edge for edge in edges if self._is_usable(graph, edge)]
        if self._root is not None and len(self._links) < len(edges):
            graph = graph.without_edges([(self._root, edge) for edge in edges if edge not in self._links])
        self.graph = graph
        self.looks_far = False
        """True when next hops were asked for that do not follow from the router's own links alone."""
        self._segments = {edge.there for edge in self._links if graph.is_segment(edge.there)}

    def _is_usable(self, graph: AreaGraph, edge: Edge) -> bool:
        is_virtual = edge.link is not None and edge.link.kind == "virtual"
        return not is_virtual or bool(self._over(graph, edge))

    def _over(self, graph: AreaGraph, edge: Edge) -> NextHops:
        return self._first_hops(edge.link, graph.lsas[edge.there]) if edge.link else frozenset()

    @property
    def has_neighbors(self) -> bool:
        """True when another router is reached."""
        return any(
            not self.graph.is_segment(edge.there)
            or any(onward.there != self._root for onward in self.graph.edges[edge.there])
            for edge in self._links
        )

    def cost(self, vertex: int) -> int | None:
        """Return the least cost to a vertex; ``None`` if it cannot be reached."""
        if self._root is None:
            return None
        distance = self.graph.distances_to(vertex)[self._root]
        return None if distance == inf else int(distance)

    def shortest(self, vertex: int) -> Shortest | None:
        """Return the shortest paths to a vertex; ``None`` if it cannot be reached."""
        cost = self.cost(vertex)
        return None if cost is None else Shortest(cost, self._next_hops(vertex))

    def _next_hops(self, target: int) -> NextHops:
        if target == self._root:
            return frozenset()
        first = tuple(self._first(target))
        found = self._sets.get(first)
        if found is None:
            found = self._sets[first] = frozenset(hop for link, onto in first for hop in self._hops(link, onto))
        return found

    def _hops(self, link: int, router: int) -> NextHops:
        """Return the next hops over a link, on a segment to a certain router (RFC 2328 section 16.1.1)."""
        edge = self._links[link]
        hops = self._over(self.graph, edge)
        if edge.there == router:
            return hops
        lsa, segment = self.graph.lsas[router], self.graph.lsas[edge.there]
        if not isinstance(lsa, RouterLsa) or isinstance(segment, RouterLsa):
            return hops
        addresses = [
            one.link_data for one in lsa.links if one.kind == "transit" and one.link_id == segment.designated_router
        ]
        return frozenset(NextHop(address=address, interface=hop.interface) for hop in hops for address in addresses)

    def _first(self, target: int) -> Iterator[tuple[int, int]]:
        """Yield the own links, by number, that begin a shortest path, each with the next router, or the target."""
        distances = self.graph.distances_to(target)
        here = distances[self._root or 0]
        tight = [(number, edge) for number, edge in enumerate(self._links) if edge.cost + distances[edge.there] == here]
        onto = {edge.there for _, edge in tight if edge.there in self._segments}
        if not onto and not self.graph.has_free_links:
            yield from ((number, edge.there) for number, edge in tight)
            return
        for number, edge in tight:
            if edge.there == target or edge.there not in onto:
                if self._is_way(edge.there, target, onto):
                    yield number, edge.there
                continue
            for router in self.graph.exits(edge.there, target):
                if router != self._root and self._is_way(router, target, onto):
                    yield number, router

    def _is_way(self, router: int, target: int, onto: set[int]) -> bool:
        """Tell whether a path by way of a router counts: it does not if it comes back onto a segment of the root.

        As 16.1.1 is read by Quagga and FRR: the routers on a segment that the root is on, at no more cost than by
        others, are reached directly only.
        """
        if router == target:
            return True
        distances = self.graph.distances_to(target)
        behind = distances[router]
        if self.graph.has_free_links or any(distances[one] < behind for one in onto if one != target):
            self.looks_far = True
            return self.graph.leads_to(router, target, {*onto, self._root or 0})
        return True


def stub_prefix(link: RouterLink) -> IPv4Network:
    """Return the prefix of a stub link (RFC 2328 A.4.2: Link ID is the network, Link Data its mask)."""
    return IPv4Network((link.link_id, int(link.link_data).bit_count()), strict=False)
