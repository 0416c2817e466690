"""Checks of adjacencies and of the router-ids seen on them. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from ipaddress import IPv4Address

from nornir_anycast.checks.model import Adjacency, Evidence, Finding
from nornir_anycast.checks.scene import Scene
from nornir_anycast.intent import Link
from nornir_anycast.observation import NEIGHBORS
from nornir_anycast.ospf.model import Neighbor, RouterView


def is_adjacent(view: RouterView, neighbor: Neighbor | None) -> bool:
    """True when the adjacency is as far as it should be: Full, or 2-Way between two DROthers (RFC 2328 10.4)."""
    if neighbor is None:
        return False
    if neighbor.state == "Full":
        return True
    own = next((interface for interface in view.interfaces if interface.name == neighbor.interface), None)
    return neighbor.state == "2-Way" and neighbor.role == "DROther" and own is not None and own.state == "DROther"


def list_adjacencies(scene: Scene) -> tuple[Adjacency, ...]:
    """Every neighbor of every router that could be read, by the name of its address in the inventory."""
    names = {
        interface.address.ip: host.name
        for host in scene.intent.hosts.values()
        for interface in host.interfaces.values()
    }
    return tuple(
        Adjacency(
            router=router,
            interface=neighbor.interface,
            neighbor=names.get(neighbor.address),
            address=neighbor.address,
            router_id=neighbor.router_id,
            state=neighbor.state,
        )
        for router, view in scene.router_views.items()
        for neighbor in view.neighbors
    )


def check_adjacencies(scene: Scene) -> Iterator[Finding]:
    """Finding `adjacency-missing`: a link of the intent that some router does not see as adjacent."""
    reported: set[frozenset[tuple[str, str]]] = set()
    for router, view in scene.router_views.items():
        for link in scene.intent.links_of(router):
            ends = frozenset({(link.host, link.interface), (link.peer, link.peer_interface)})
            if scene.intent.hosts[link.peer].role == "vantage" or ends in reported:
                continue
            neighbor = scene.neighbor(link)
            if is_adjacent(view, neighbor):
                continue
            reported.add(ends)
            yield _missing(scene, link, neighbor)


def _missing(scene: Scene, link: Link, neighbor: Neighbor | None) -> Finding:
    address = scene.intent.hosts[link.peer].interfaces[link.peer_interface].address.ip
    state = f"is in state {neighbor.state}" if neighbor else "is not listed as a neighbor"
    hint = {
        "ExStart": "; if it stays so, the usual reason is a different MTU",
        "Exchange": "; if it stays so, the usual reason is a different MTU",
        "Init": "; it does not hear this router: multicast, firewall (protocol 89) or timers",
    }.get(neighbor.state if neighbor else "", "")
    return Finding(
        check="adjacency-missing",
        severity="warning",
        host=link.host,
        message=f"{link.host} {link.interface}: {link.peer} ({address}) {state}{hint}",
        evidence=(
            Evidence(link.host, NEIGHBORS, scene.observations[link.host].neighbors),
            *scene.logs(link.peer),
        ),
    )


def duplicate_router_ids(scene: Scene) -> dict[IPv4Address, set[str]]:
    """Router-ids that more than one host of the intent uses, by what neighbors and the hosts themselves show."""
    users: defaultdict[IPv4Address, set[str]] = defaultdict(set)
    for router_id, host, _ in _router_ids_seen(scene):
        users[router_id].add(host)
    return {router_id: hosts for router_id, hosts in users.items() if len(hosts) > 1}


def check_router_ids(scene: Scene) -> Iterator[Finding]:
    """Findings `duplicate-router-id`, `vip-as-router-id`, `router-id-unexpected`."""
    seen = list(_router_ids_seen(scene))
    duplicates = duplicate_router_ids(scene)
    vips = {service.vip: name for name, service in scene.intent.services.items()}
    for router_id, hosts in duplicates.items():
        names = " and ".join(sorted(hosts))
        yield Finding(
            check="duplicate-router-id",
            severity="critical",
            host=min(hosts),
            message=f"{names} both use router-id {router_id}: the LSDB holds one LSA for all of them",
            evidence=(*_evidence(seen, router_id), *(proof for host in sorted(hosts) for proof in scene.logs(host))),
        )
    for router_id, host in sorted({(router_id, host) for router_id, host, _ in seen}):
        wanted = scene.intent.hosts[host].router_id
        if router_id in vips:
            yield Finding(
                check="vip-as-router-id",
                severity="critical",
                service=vips[router_id],
                host=host,
                message=f"{host} uses the VIP {router_id} as its router-id, wanted {wanted}; deploy it",
                evidence=(*_evidence(seen, router_id), *scene.logs(host)),
            )
        elif router_id != wanted and router_id not in duplicates:
            yield Finding(
                check="router-id-unexpected",
                severity="warning",
                host=host,
                message=f"{host} uses router-id {router_id}, the inventory says {wanted}",
                evidence=(*_evidence(seen, router_id), *scene.logs(host)),
            )


def _router_ids_seen(scene: Scene) -> Iterator[tuple[IPv4Address, str, Evidence]]:
    """Router-id, host that uses it, and the proof: what the host says itself, and what its neighbors see of it."""
    for name, observed in scene.observations.items():
        if not observed.view:
            continue
        if own := observed.view.router_id:
            yield own, name, Evidence(name, "show ip ospf", (f"OSPF Routing Process, Router ID: {own}",))
        for link in scene.intent.links_of(name):
            neighbor = scene.neighbor(link)
            if neighbor and neighbor.router_id:
                line = f"{neighbor.router_id} {neighbor.state}/{neighbor.role} {neighbor.address} {neighbor.interface}"
                yield neighbor.router_id, link.peer, Evidence(name, NEIGHBORS, (line,))


def _evidence(seen: list[tuple[IPv4Address, str, Evidence]], router_id: IPv4Address) -> tuple[Evidence, ...]:
    return tuple(dict.fromkeys(proof for other, _, proof in seen if other == router_id))
