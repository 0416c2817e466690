"""Why a node's announcement is missing: what the node itself and its neighbors show. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from nornir_anycast.checks.adjacency import is_adjacent
from nornir_anycast.checks.hosts import why_blind
from nornir_anycast.checks.router_ids import wrong_router_id
from nornir_anycast.checks.scene import Scene
from nornir_anycast.intent import Host, Link, Service
from nornir_anycast.ospf.model import RouterView


def explain_missing(scene: Scene, service: Service, node: Host) -> tuple[str, tuple[str, ...]]:
    """Explain why a node's announcement of a VIP is not there.

    Returns:
        The check that is the cause, and everything that was seen to be wrong, the most fundamental first.

    """
    reasons = tuple(_reasons(scene, service, node))
    if wrong := wrong_router_id(scene, node):
        return wrong[0], (wrong[1], *reasons)
    observed = scene.observations.get(node.name)
    if adjacent_routers(scene, node) == [] and not (observed and observed.view_error):
        listed = any(scene.neighbor(link) for link in _links_to(scene, node))
        return "adjacency-not-full" if listed else "adjacency-missing", reasons
    lost = f"it originates the LSA, but the LSA does not arrive; if that stays so: clear ip ospf process on {node.name}"
    return "origin-missing", reasons or (lost,)


def _reasons(scene: Scene, service: Service, node: Host) -> Iterator[str]:
    observed = scene.observations.get(node.name)
    blind = why_blind(observed) if observed else "host-unreachable"
    if blind:
        yield {
            "host-unreachable": "the node could not be looked at",
            "daemon-not-running": "its routing daemon does not run",
            "ospf-not-configured": "it has no OSPF instance",
            "output-not-understood": "its routing daemon is not understood",
        }[blind]
    if observed and observed.loopback is not None and service.vip not in observed.loopback:
        yield "the VIP is not on its loopback"
    if adjacent_routers(scene, node) == []:
        yield "no router sees it as adjacent"
    if observed and observed.view and not _originates(observed.view, service):
        yield "its ospfd does not originate the VIP"


def why_unreachable(scene: Scene, node: Host) -> tuple[str, str]:
    """Why routers list a node's LSA and cannot reach the node: in a few words for a cell, and in a sentence."""
    routers = adjacent_routers(scene, node)
    observed = scene.observations.get(node.name)
    if routers:
        return "adjacent, but no way in the LSDB", (
            f"{', '.join(routers)} has an adjacency with it, but its router-LSA does not lead there; if that stays so "
            f"(seen after a duplicate router-id), on {node.name}: vtysh -c 'clear ip ospf process'"
        )
    if observed and not observed.error:
        return "up, but no router is adjacent", (
            "it is up, but no router is adjacent to it: OSPF (protocol 89) does not get through, or ospfd is gone"
        )
    return "it died, its LSA is left", "it died without withdrawing"


def adjacent_routers(scene: Scene, node: Host) -> list[str] | None:
    """Routers that see the node as adjacent; None when no router that should was seen."""
    links = _links_to(scene, node)
    if not links:
        return None
    return [link.host for link in links if is_adjacent(scene.router_views[link.host], scene.neighbor(link))]


def _links_to(scene: Scene, node: Host) -> list[Link]:
    """The links of the routers that could be read to the node."""
    return [
        Link(link.peer, link.peer_interface, link.host, link.interface)
        for link in scene.links_of(node.name)
        if link.peer in scene.router_views
    ]


def _originates(view: RouterView, service: Service) -> bool:
    return any(
        lsa.advertising_router == view.router_id and not lsa.is_max_age
        for lsa in view.lsdb.externals_of(service.prefix)
    )
