"""Shortest paths through one area (RFC 2328 section 16.1)."""

from __future__ import annotations

from dataclasses import dataclass
from heapq import heappop, heappush
from ipaddress import IPv4Network
from typing import TYPE_CHECKING

from nornir_anycast.ospf.model import NetworkLsa, NextHop, RouterLsa

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from ipaddress import IPv4Address

    from nornir_anycast.ospf.model import Lsdb, RouterLink

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
