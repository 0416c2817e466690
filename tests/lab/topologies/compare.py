"""Our SPF against what the routers do. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from ipaddress import IPv4Address, IPv4Network

from nornir_anycast.ospf.database import Databases
from nornir_anycast.ospf.model import RouterView
from nornir_anycast.ospf.origins import Catchment, catchment, origins
from nornir_anycast.ospf.routes import RoutingTable
from nornir_anycast.ospf.settled import attached_areas, is_settled, parted_areas, unsettled_areas
from nornir_anycast.ospf.spf import NextHops
from nornir_anycast.ospf.whatif import without_routers
from tests.lab.topologies.seen import RibRoute, Seen
from tests.lab.topologies.topology import Topology

Shown = Mapping[str, Seen]
"""What each host shows, by name."""
Catchments = Mapping[tuple[str, IPv4Network], Catchment]
"""By host and VIP."""

DROPPED, LOOP = "dropped", "loop"
_NONE = "no route"
_ANYWHERE = IPv4Address(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """One comparison."""

    what: str
    ours: str
    theirs: str
    agrees: bool

    def __str__(self) -> str:
        return f"{self.what}\n    ours   {self.ours}\n    theirs {self.theirs}"


def views(shown: Shown) -> dict[str, RouterView]:
    return {host: seen.view for host, seen in shown.items()}


def catchments(topology: Topology, known: Mapping[str, RouterView]) -> Catchments:
    """Return where each host sends the traffic for each VIP, by its LSDB and those of all others."""
    return {
        (host, vip): catchment(view, vip, [other for name, other in known.items() if name != host])
        for host, view in known.items()
        for vip in map(IPv4Network, topology.vips)
    }


def compare_networks(topology: Topology, shown: Shown) -> Iterator[Compared]:
    """Compare the routes to all segments: their cost and their next hops; and those to anywhere else, by default."""
    vips = set(map(IPv4Network, topology.vips))
    addresses = [_ANYWHERE, *(segment.subnet.network_address for segment in topology.segments)]
    for host, seen in shown.items():
        table = RoutingTable(seen.view, Databases().of(seen.view.lsdb))
        areas = topology.areas_of(host)
        # An ABR drops what is in its own range and nowhere else; what others say of that range is nothing to it.
        own_ranges = [area.range for area in areas if area.range and len(areas) > 1]
        for address in addresses:
            found = [prefix for prefix in seen.rib.keys() - vips if address in prefix]
            longest = max(found, key=lambda prefix: prefix.prefixlen, default=None)
            if any(address in one for one in own_ranges) and (longest is None or longest in own_ranges):
                continue
            path = table.to_address(address)
            ours = _words(path.cost, path.next_hops) if path else _NONE
            route = seen.rib[longest] if longest else None
            if path and route and _is_way_of_virtual_link(topology, host, path.next_hops, route):
                ours = _words(path.cost, _sound(topology, host, route))
            theirs = _words(route.metric, _sound(topology, host, route)) if route else _NONE
            yield _compared(f"{host}: route to {address}", ours, theirs)


def compare_catchments(topology: Topology, predicted: Catchments, shown: Shown) -> Iterator[Compared]:
    """Compare the routes to the VIPs: their cost and their next hops.

    Where FRR's choice depends on an order that cannot be seen, the route must lead to some of the announcements that
    count.
    """
    for (host, vip), best in predicted.items():
        route = shown[host].rib.get(vip)
        ours, theirs = best.next_hops, _sound(topology, host, route) if route else frozenset()
        if route and _is_way_of_virtual_link(topology, host, ours, route):
            ours = theirs
        if host in topology.holders(vip.network_address):
            # FRR shows but one of the addresses on lo, so we cannot always name the interface of a stub link there.
            ours, theirs = _without_lo(ours), _without_lo(theirs)
        if best.is_certain or route is None:
            yield _compared(f"{host}: {vip}", _words(best.cost, ours), _words(route.metric if route else None, theirs))
            continue
        counting = [one for one in origins(shown[host].view, vip) if one.counts]
        possible = frozenset(hop for one in counting for hop in one.next_hops)
        yield Compared(
            what=f"{host}: {vip}, an uncertain choice",
            ours=" or ".join(sorted(_words(one.cost, one.next_hops) for one in counting)),
            theirs=_words(route.metric, theirs),
            agrees=theirs <= possible and route.metric in {one.cost for one in counting},
        )


def compare_readings(topology: Topology, shown: Shown) -> Iterator[Compared]:
    """Compare the routes to the VIPs as the package reads them with those of the routers that forward by them."""
    for host, seen in shown.items():
        for vip in map(IPv4Network, topology.vips):
            if host not in topology.holders(vip.network_address):
                read = [r for r in seen.view.routes if r.prefix == vip and r.protocol == "ospf" and r.selected]
                ours = ", ".join(_words(one.metric, frozenset(one.next_hops)) for one in read) or _NONE
                route = seen.rib.get(vip)
                theirs = _words(route.metric, route.next_hops) if route else _NONE
                yield _compared(f"{host}: {vip} as read", ours, theirs)


def compare_forwarding(topology: Topology, predicted: Catchments, shown: Shown) -> Iterator[Compared]:
    """Compare whom the traffic gets to, hop by hop by what is in the RIBs, with the originators of the catchment.

    An ABR on the way may prefer others than the routers before it: what it reaches inside an area that is not the
    backbone (RFC 2328 section 16.4.1). Then the traffic gets to those that somebody on the way prefers.
    """
    names = {host.router_id: host.name for host in topology.hosts}

    def nodes(host: str, vip: IPv4Network) -> set[str]:
        return {names[router_id] for router_id in predicted[host, vip].originators}

    for (host, vip), best in predicted.items():
        holders = topology.holders(vip.network_address)
        reached, passed = trace(topology, shown, host, vip)
        on_the_way = [predicted[one, vip] for one in passed - holders if one in shown]
        if host in holders or not best.origins or not all(one.is_known and one.is_certain for one in on_the_way):
            continue
        abrs = [one for one in passed - holders if len(topology.areas_of(one)) > 1]
        if all(nodes(one, vip) == nodes(host, vip) for one in abrs):
            what, ours = f"{host}: traffic for {vip}", nodes(host, vip)
            yield _compared(what, " ".join(sorted(ours)), " ".join(sorted(reached)))
        else:
            ours = {node for one in passed - holders for node in nodes(one, vip)}
            yield Compared(
                what=f"{host}: traffic for {vip}, ABRs on the way prefer others",
                ours=" or ".join(sorted(ours)),
                theirs=" ".join(sorted(reached)),
                agrees=reached <= ours,
            )


def trace(topology: Topology, shown: Shown, start: str, vip: IPv4Network) -> tuple[set[str], set[str]]:
    """Follow the next hops in the RIBs.

    Returns:
        the nodes that are reached, with ``dropped`` or ``loop`` where traffic goes astray; and all hosts on the way

    """
    holders = topology.holders(vip.network_address)
    reached: set[str] = set()
    passed: set[str] = set()

    def follow(host: str, before: tuple[str, ...]) -> None:
        passed.add(host)
        route = shown[host].rib.get(vip) if host in shown else None
        if host in before:
            reached.add(LOOP)
        elif host in holders and host in shown:
            reached.add(host)
        elif route is None:
            reached.add(DROPPED)
        else:
            for hop in route.next_hops:
                assert hop.address is not None, f"{host} has {vip} on a segment"
                follow(topology.owner(hop.address), (*before, host))

    follow(start, ())
    return reached, passed


def predict_without(topology: Topology, shown: Shown, gone: str) -> Catchments:
    """Return the catchments that are predicted without a host, where it can be said; as ``whatif/forecast.py`` does."""
    lost = topology.host(gone).router_id
    priority_0 = [p.address.ip for host in topology.hosts if host.is_node for _, p in topology.ports_of(host.name)]
    now = {host: view for host, view in views(shown).items() if host != gone}
    then = {host: without_routers(view, [lost], priority_0) for host, view in now.items()}
    touched = attached_areas(shown[gone].view)
    pairs = [(now[host], then[host]) for host in now]
    unsettled = unsettled_areas(pairs, touched, vips=[IPv4Network(vip) for vip in topology.vips])
    parted = parted_areas(pairs, touched)
    return {
        (host, vip): best
        for (host, vip), best in catchments(topology, then).items()
        if is_settled(then[host], unsettled, parted) and best.is_known and best.is_certain
    }


def differences(compared: Iterable[Compared]) -> str:
    """Return what does not agree, and the empty string if all does."""
    return "\n".join(str(one) for one in compared if not one.agrees)


def _compared(what: str, ours: str, theirs: str) -> Compared:
    return Compared(what=what, ours=ours, theirs=theirs, agrees=ours == theirs)


def _words(cost: int | None, hops: NextHops) -> str:
    ways = sorted(f"{hop.address or 'direct'} {hop.interface}" for hop in hops)
    return f"{cost} by {', '.join(ways)}" if cost is not None else _NONE


def _without_lo(hops: NextHops) -> NextHops:
    return frozenset(replace(hop, interface=None) if hop.interface == "lo" else hop for hop in hops)


def _sound(topology: Topology, host: str, route: RibRoute) -> NextHops:
    """Return the next hops without those that FRR puts on a wrong interface where it is the end of a virtual link.

    The next hop over a virtual link has the place of its interface in the router-LSA of the transit area, and FRR
    looks up that place in the router-LSA of the backbone (``vl_data->nexthop.lsa_pos`` in ospfd/ospf_spf.c and
    ``ospf_route_copy_nexthops_from_vertex`` in ospf_route.c, 8.4.4 and 10.3).
    """
    if not _has_virtual_link(topology, host):
        return route.next_hops
    subnets = {port.interface: segment.subnet for segment, port in topology.ports_of(host)}
    return frozenset(
        hop
        for hop in route.next_hops
        if hop.address is None or (hop.interface in subnets and hop.address in subnets[hop.interface])
    )


def _is_way_of_virtual_link(topology: Topology, host: str, ours: NextHops, route: RibRoute) -> bool:
    """Tell whether FRR may have left out some of the ways that are as good.

    "vl_data can only reference one nexthop, so no ECMP to backbone through VLinks", says ospfd/ospf_spf.c.
    """
    sound = _sound(topology, host, route)
    return _has_virtual_link(topology, host) and frozenset() < sound < ours


def _has_virtual_link(topology: Topology, host: str) -> bool:
    return any(host in link.ends for link in topology.virtual_links)
