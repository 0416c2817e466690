"""What the hosts of a network show, read when OSPF has come to rest."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network
from typing import Any

from nornir_anycast.ospf import frr
from nornir_anycast.ospf.model import MAX_AGE_S, NextHop, RouterView
from tests.lab.topologies.daemons import Network
from tests.lab.topologies.topology import Topology

QUIET_S = 6.0
"""Longer than the slowest timers of ospfd: its ABR task and its filters for redistribution take 5 s each."""
RESTS_WITHIN_S = 60.0
"""It mostly takes 15 s to 30 s."""
_POLL_S = 0.5
_DATABASE = "show ip ospf database json"
_VIRTUAL = "VLINK"

Json = Any


class NotAtRest(Exception):
    """OSPF goes on changing, or an adjacency does not come up."""


@dataclass(frozen=True, slots=True)
class RibRoute:
    """What ``show ip route ospf`` lists for a prefix, selected or not."""

    metric: int
    next_hops: frozenset[NextHop]


@dataclass(frozen=True, slots=True)
class Seen:
    """What one host shows."""

    view: RouterView
    rib: dict[IPv4Network, RibRoute]
    """Without those that say "unreachable", which an ABR has for its own ranges."""


@dataclass(frozen=True, slots=True)
class _State:
    """What a host shows, without what changes all the time: ages, and LSAs that are being flushed."""

    areas: dict[str, frozenset[str]]
    external: frozenset[str]
    routes: str


def at_rest(network: Network, topology: Topology, gone: Collection[str] = ()) -> dict[str, Seen]:
    """Wait until OSPF is done, and return what each host shows.

    That is, when all adjacencies are up, neighbours have the same LSDB, each VIP is originated, and no LSDB and no RIB
    has changed for a while.

    Arguments:
        network: the hosts.
        topology: what they are.
        gone: names of hosts that are unplugged.

    Raises:
        NotAtRest: it takes too long.

    """
    hosts = [host.name for host in topology.hosts if host.name not in gone]
    deadline = time.monotonic() + RESTS_WITHIN_S
    last, since = None, time.monotonic()
    while True:
        now = {host: _state(network, host) for host in hosts}
        undone = [*_unlike(topology, now)]
        for host in hosts:
            undone += _without_adjacency(network, topology, host, gone)
            undone += _not_originated(topology, host, now[host])
        if now != last or undone:
            last, since = now, time.monotonic()
        elif time.monotonic() - since > QUIET_S:
            seen = {host: _seen(network, topology, host) for host in hosts}
            if now == {host: _state(network, host) for host in hosts}:
                return seen
        if time.monotonic() > deadline:
            raise NotAtRest("OSPF does not come to rest: " + ("; ".join(undone) or "it goes on changing"))
        time.sleep(_POLL_S)


def parse_rib(text: str) -> dict[IPv4Network, RibRoute]:
    """Read ``show ip route ospf json``, by itself: it is what the package's own readers are held against."""
    found: dict[IPv4Network, RibRoute] = {}
    for prefix, entries in json.loads(text).items():
        (entry,) = entries
        hops = [hop for hop in entry["nexthops"] if not hop.get("unreachable")]
        if hops:
            found[IPv4Network(prefix)] = RibRoute(entry["metric"], frozenset(map(_next_hop, hops)))
    return found


def _next_hop(hop: Json) -> NextHop:
    address = None if hop.get("directlyConnected") else IPv4Address(hop["ip"])
    return NextHop(address=address, interface=hop["interfaceName"])


def _seen(network: Network, topology: Topology, host: str) -> Seen:
    outputs = {command: network.ask(host, command) for command in frr.commands(topology.vips)}
    return Seen(frr.parse_view(outputs, topology.vips), parse_rib(network.ask(host, frr.OSPF_ROUTES)))


def _state(network: Network, host: str) -> _State:
    document = json.loads(network.ask(host, _DATABASE))
    areas = {area: frozenset(_lsas(lsas)) for area, lsas in document["areas"].items()}
    routes = re.sub(r'"uptime": ?"[^"]*"', "", network.ask(host, frr.OSPF_ROUTES))
    return _State(areas, frozenset(_lsas(document)), routes)


def _lsas(scope: Json) -> Iterator[str]:
    """Yield ``TYPE LINK-STATE-ID ADVERTISING-ROUTER SEQUENCE CHECKSUM`` of the LSAs of an area or of AS scope."""
    for key, value in scope.items():
        for lsa in value if isinstance(value, list) else ():
            if lsa["lsaAge"] < MAX_AGE_S:
                words = key, lsa["lsId"], lsa["advertisedRouter"], lsa["sequenceNumber"], lsa["checksum"]
                yield " ".join(map(str, words))


def _unlike(topology: Topology, states: Mapping[str, _State]) -> Iterator[str]:
    """Yield the segments of which the hosts have not the same LSDB of its area; nodes alone have no adjacency."""
    for segment in topology.segments:
        hosts = [port.host for port in segment.ports if port.host in states]
        is_alone = segment.kind == "broadcast" and all(topology.host(host).is_node for host in hosts)
        if not is_alone and len({states[host].areas.get(str(IPv4Address(segment.area))) for host in hosts}) > 1:
            yield f"{segment.subnet}: unlike LSDBs"


def _without_adjacency(network: Network, topology: Topology, host: str, gone: Collection[str]) -> Iterator[str]:
    """Yield the neighbours that are missing, too many or not adjacent.

    A virtual link is not waited for: there are paths on which FRR does not get one to work. The LSDB says if it does.
    """
    found = {
        neighbor["ifaceAddress"]: neighbor["nbrState"]
        for neighbors in json.loads(network.ask(host, frr.NEIGHBORS))["neighbors"].values()
        for neighbor in neighbors
        if not neighbor["ifaceName"].startswith(_VIRTUAL)
    }
    expected = {
        str(peer.address.ip)
        for segment, port in topology.ports_of(host)
        for peer in segment.ports
        if peer != port and peer.host not in gone
    }
    if found.keys() != expected:
        yield f"{host}: neighbours {sorted(found)} instead of {sorted(expected)}"
    for address, state in found.items():
        if not state.startswith(("Full/", "2-Way/DROther")):
            yield f"{host}: {address} is {state}"


def _not_originated(topology: Topology, host: str, state: _State) -> Iterator[str]:
    """Yield the VIPs that a node redistributes and does not originate yet."""
    own = topology.host(host)
    lsas = " ".join(lsa for scope in (state.external, *state.areas.values()) for lsa in scope)
    for one in own.announces:
        if one.metric_type is not None and f"{one.vip} {own.router_id}" not in lsas:
            yield f"{host}: does not originate {one.vip}"
