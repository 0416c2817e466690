"""Checks that a node is a leaf: neither DR of its segment nor a way through for others. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import IPv4Address

from nornir_anycast.checks.cells import installed_hops
from nornir_anycast.checks.interfaces import quote_interface
from nornir_anycast.checks.lsas import describe_age
from nornir_anycast.checks.model import Evidence, Finding
from nornir_anycast.checks.scene import Scene
from nornir_anycast.intent import Host
from nornir_anycast.observation import NEIGHBORS
from nornir_anycast.ospf.model import RouterLsa

MAX_METRIC = 65535
"""Cost of the links of a router that others are not to pass through (RFC 6987)."""
_QUOTED = 3
_ROLES = {"DR": "DR", "Backup": "backup DR"}


def check_node_roles(scene: Scene) -> Iterator[Finding]:
    """Findings `node-is-dr` and `node-is-transit`."""
    for node in scene.intent.with_role("node"):
        yield from _check_dr(scene, node)
    yield from _check_transit(scene)


def _check_dr(scene: Scene, node: Host) -> Iterator[Finding]:
    """By what the node itself shows, or else by what its neighbors see of it."""
    for name in node.interfaces:
        shown = scene.interface(node.name, name)
        if shown:
            role, evidence = shown.state, quote_interface(scene, node.name, name)
        else:
            role, evidence = _role_as_seen(scene, node, name)
        if role in _ROLES:
            yield Finding(
                check="node-is-dr",
                severity="warning",
                host=node.name,
                message=(
                    f"{node.name} {name}: the node is {_ROLES[role]} of {node.interfaces[name].network}: when it is "
                    "taken out of service, the segment has to elect another"
                ),
                evidence=evidence,
            )


def _role_as_seen(scene: Scene, node: Host, name: str) -> tuple[str, tuple[Evidence, ...]]:
    for link in scene.links_of(node.name):
        if link.interface != name:
            continue
        back = type(link)(link.peer, link.peer_interface, link.host, link.interface)
        neighbor = scene.neighbor(back)
        if neighbor and neighbor.role in _ROLES:
            line = f"{neighbor.router_id} {neighbor.state}/{neighbor.role} {neighbor.address} {neighbor.interface}"
            return neighbor.role, (Evidence(link.peer, NEIGHBORS, (line,)),)
    return "", ()


def _check_transit(scene: Scene) -> Iterator[Finding]:
    """Nodes with two links and more: are they in use as a way through, or would they be."""
    nodes = {node.router_id: node for node in scene.intent.with_role("node")}
    several: dict[str, tuple[str, RouterLsa]] = {}
    cheap: set[str] = set()
    for shown in scene.lsdbs:
        for lsa in shown.lsdb.routers:
            node = nodes.get(lsa.advertising_router) if len(lsa.links) > 1 and not lsa.is_max_age else None
            links = [link for link in lsa.links if link.kind != "stub"] if node else []
            if node and len(links) > 1:
                if any(link.metric < MAX_METRIC for link in links):
                    cheap.add(node.name)
                several.setdefault(node.name, (shown.routers[0], lsa))
    in_use = _in_use(scene, several)
    for name, (router, lsa) in several.items():
        if name not in cheap and name not in in_use:
            continue
        costs = ", ".join(f"{link.link_data} cost {link.metric}" for link in lsa.links if link.kind != "stub")
        line = f"router-LSA from {lsa.advertising_router}, {costs}, {describe_age(lsa.age_s)}"
        routes = in_use.get(name, [])
        by = ", ".join(dict.fromkeys(proof.host for proof in routes))
        yield Finding(
            check="node-is-transit",
            severity="critical" if routes else "warning",
            host=name,
            message=f"{name} {f'is a way through for {by}' if routes else 'can become a way through for others'}: "
            + (
                "queries for other nodes are sent to it, and a node does not forward"
                if routes
                else "it has several links without max-metric router-lsa, and a node does not forward"
            ),
            evidence=(Evidence(router, "show ip ospf database router", (line,)), *routes[:_QUOTED]),
        )


def _in_use(scene: Scene, names: dict[str, tuple[str, RouterLsa]]) -> dict[str, list[Evidence]]:
    """Routes for a VIP that lead over one of these nodes to another."""
    addresses: dict[IPv4Address, Host] = {
        interface.address.ip: scene.intent.hosts[name]
        for name in names
        for interface in scene.intent.hosts[name].interfaces.values()
    }
    found: dict[str, list[Evidence]] = {}
    for router, view in scene.router_views.items() if names else ():
        for service in scene.intent.services.values():
            for hop in installed_hops(view, service):
                node = addresses.get(hop.address) if hop.address else None
                if node is None:
                    continue
                leading = [origin for origin in scene.best(router, service).origins if hop in origin.next_hops]
                known = leading and all(origin.originators for origin in leading)
                if known and not any(node.router_id in origin.originators for origin in leading):
                    line = f"{service.prefix} via {hop.address} {hop.interface}"
                    found.setdefault(node.name, []).append(Evidence(router, f"show ip route {service.prefix}", (line,)))
    return found
