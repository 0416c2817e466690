"""The OSPF routing table of a router, but for externals (RFC 2328 sections 16.1 to 16.3)."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import partial
from ipaddress import IPv4Address, IPv4Network
from typing import TYPE_CHECKING, TypeVar

from nornir_anycast.ospf.model import NetworkLsa, NextHop, SummaryLsa
from nornir_anycast.ospf.spf import shortest_paths, stub_prefix

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from nornir_anycast.ospf.model import AsbrSummaryLsa, RouterLink, RouterView
    from nornir_anycast.ospf.spf import AreaTree, NextHops, Vertex

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
    table = RoutingTable({})
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
    transit = [
        area
        for area, tree in table.trees.items()
        if area != BACKBONE and any(router.is_virtual_endpoint for router, _ in tree.routers.values())
    ]
    for lsa, path in _summaries(view, table, transit):
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
    names = {i.name for i in view.interfaces if i.address is not None and i.address.network == prefix}
    return frozenset(NextHop(address=None, interface=name) for name in names or (None,))
