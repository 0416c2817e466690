"""Checks of adjacencies. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from nornir_anycast.checks.interfaces import quote_interface
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
    """Findings `adjacency-missing` and `adjacency-not-full`: a link of the intent that is no adjacency for a router."""
    reported: set[frozenset[tuple[str, str]]] = set()
    for router, view in scene.router_views.items():
        for link in scene.links_of(router):
            if scene.intent.hosts[link.peer].role == "vantage":
                continue
            neighbor = scene.neighbor(link)
            if is_adjacent(view, neighbor):
                continue
            ends = frozenset({(link.host, link.interface), (link.peer, link.peer_interface)})
            if ends not in reported:
                reported.add(ends)
                yield _not_adjacent(scene, link, neighbor)


def _not_adjacent(scene: Scene, link: Link, neighbor: Neighbor | None) -> Finding:
    address = scene.intent.hosts[link.peer].interfaces[link.peer_interface].address.ip
    state = f"is in state {neighbor.state}" if neighbor else "is not listed as a neighbor"
    return Finding(
        check="adjacency-not-full" if neighbor else "adjacency-missing",
        severity="warning",
        host=link.host,
        message=f"{link.host} {link.interface}: {link.peer} ({address}) {state}{_hint(scene, link, neighbor)}",
        evidence=(
            Evidence(link.host, NEIGHBORS, scene.observations[link.host].neighbors),
            *quote_interface(scene, link.host, link.interface),
            *quote_interface(scene, link.peer, link.peer_interface),
            *scene.logs(link.peer),
        ),
    )


def _hint(scene: Scene, link: Link, neighbor: Neighbor | None) -> str:
    """The usual reason, and whether the settings of both ends could be compared."""
    why = {
        "ExStart": "; if it stays so, the usual reason is a different MTU",
        "Exchange": "; if it stays so, the usual reason is a different MTU",
        "Init": "; it does not hear this router: multicast, firewall (protocol 89) or timers",
    }.get(neighbor.state if neighbor else "", "")
    passive = [
        f"{host} {name}"
        for host, name in ((link.host, link.interface), (link.peer, link.peer_interface))
        if (shown := scene.interface(host, name)) and shown.passive
    ]
    why += f"; passive: {', '.join(passive)}" if passive else ""
    observed = scene.observations.get(link.peer)
    seen = observed and observed.view
    return why if seen else f"{why}; {link.peer} was not seen, so the settings of both ends could not be compared"
