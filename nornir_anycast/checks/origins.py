"""The origin matrix, router by node for every VIP, and the checks that rest on it. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from ipaddress import IPv4Address

from nornir_anycast.checks.adjacency import duplicate_router_ids, is_adjacent
from nornir_anycast.checks.hosts import is_daemon_down
from nornir_anycast.checks.model import Cell, Evidence, Finding
from nornir_anycast.checks.scene import Scene, describe_origin
from nornir_anycast.intent import Host, Service
from nornir_anycast.observation import Observation
from nornir_anycast.ospf.model import RouterView
from nornir_anycast.ospf.origins import Catchment, Origin


def build_cells(scene: Scene) -> tuple[Cell, ...]:
    """One cell for each service, router in scope and node of the service, its cause not yet explained further."""
    cells = []
    for name, service in scene.intent.services.items():
        for router in scene.in_scope("router"):
            for node in scene.intent.nodes_of(name):
                blank = Cell(
                    service=name, vip=service.vip, router=router.name, node=node.name, state="unknown", installed=None
                )
                cells.append(_judge(scene, blank, service, node))
    return tuple(cells)


def _judge(scene: Scene, cell: Cell, service: Service, node: Host) -> Cell:
    if blind := _why_blind(scene.observations[cell.router]):
        return replace(cell, cause=blind)
    listed = scene.origins(cell.router, service)
    own = [origin for origin in listed if node.router_id in origin.originators]
    sharing = duplicate_router_ids(scene)
    counting = [origin for origin in own if origin.counts]
    if counting and node.router_id in sharing:
        return replace(cell, cause="duplicate-router-id")
    if counting:
        return _learned(scene, cell, service, node, min(counting, key=lambda origin: origin.rank))
    if any(not origin.originators for origin in listed if origin.counts):
        return replace(cell, cause="origin-unknown")
    ghosts = [origin for origin in own if origin.reason not in {"max-age", "infinite-metric"}]
    if ghosts:
        return replace(cell, state="unreachable", installed=False, cause="origin-unreachable")
    return replace(cell, state="missing", installed=False, cause=_why_missing(scene, node, sharing_ids=sharing))


def _why_blind(observed: Observation) -> str | None:
    """The check that says why a router's view is not known; None when it is."""
    if observed.view:
        return None
    if observed.error:
        return "host-unreachable"
    return "daemon-not-running" if is_daemon_down(observed) else "output-not-understood"


def _learned(scene: Scene, cell: Cell, service: Service, node: Host, origin: Origin) -> Cell:
    view = scene.observations[cell.router].view
    best = _preferred(scene.origins(cell.router, service))
    preferred = node.router_id in best.originators
    installed = view is not None and preferred and _is_installed(view, service, best.next_hops)
    cause = None
    if preferred and not installed:
        cause = "not-installed"
    elif not _is_as_intended(origin, node):
        cause = "metric-inconsistent"
    return replace(cell, state="learned", installed=installed, cause=cause, cost=origin.cost)


def _preferred(listed: Sequence[Origin]) -> Catchment:
    counting = [origin for origin in listed if origin.counts]
    best = min((origin.rank for origin in counting), default=())
    return Catchment(origins=tuple(origin for origin in counting if origin.rank == best))


def _is_installed(view: RouterView, service: Service, predicted: frozenset[object]) -> bool:
    """True when the forwarding table has an OSPF route for the VIP and every next hop of it was predicted."""
    routes = [route for route in view.routes if route.prefix == service.prefix and route.selected and route.installed]
    hops = {hop for route in routes if route.protocol == "ospf" for hop in route.next_hops}
    return bool(hops) and hops <= predicted


def _is_as_intended(origin: Origin, node: Host) -> bool:
    """E1 with the metric of the intent; behind an ABR in an NSSA the metric is the same, the LSA another."""
    return origin.via in {"external", "nssa"} and (origin.metric_type, origin.metric) == (1, node.ospf.metric)


def _why_missing(scene: Scene, node: Host, sharing_ids: dict[IPv4Address, set[str]]) -> str:
    if any(node.name in hosts for hosts in sharing_ids.values()):
        return "duplicate-router-id"
    seen = scene.observations.get(node.name)
    vips = {service.vip for service in scene.intent.services.values()}
    if seen and seen.view and seen.view.router_id in vips:
        return "vip-as-router-id"
    return "adjacency-missing" if _adjacent_routers(scene, node) == [] else "origin-missing"


def _adjacent_routers(scene: Scene, node: Host) -> list[str] | None:
    """Routers that see the node as adjacent; None when no router that should was seen."""
    views = scene.router_views
    links = [link for name in views for link in scene.intent.links_of(name) if link.peer == node.name]
    if not links:
        return None
    return [link.host for link in links if is_adjacent(views[link.host], scene.neighbor(link))]


def check_origins(scene: Scene, cells: Sequence[Cell]) -> Iterator[Finding]:
    """Findings `origin-missing`, `origin-unreachable`, `origin-unknown`, `not-installed`, `metric-inconsistent`."""
    groups: dict[tuple[str, str, str], list[Cell]] = {}
    for cell in cells:
        if cell.state in {"missing", "unreachable"}:
            groups.setdefault((f"origin-{cell.state}", cell.service, cell.node), []).append(cell)
        elif cell.cause in {"origin-unknown", "not-installed", "metric-inconsistent"}:
            groups.setdefault((cell.cause, cell.service, cell.node), []).append(cell)
    for (check, service_name, node_name), group in groups.items():
        service, node = scene.intent.services[service_name], scene.intent.hosts[node_name]
        routers = ", ".join(cell.router for cell in group)
        severity, message = {
            "origin-missing": (
                "critical",
                f"not learned from {node.name} on {routers}: {_explain(scene, service, node)}",
            ),
            "origin-unreachable": (
                "critical",
                f"{routers} still list {node.name}'s LSA, but cannot reach {node.name}: it died without withdrawing",
            ),
            "origin-unknown": (
                "unknown",
                f"who announces it cannot be seen from {routers}: an ABR hides the originator",
            ),
            "not-installed": (
                "critical",
                f"{routers} should prefer {node.name}, but the route is not in the forwarding table as predicted",
            ),
            "metric-inconsistent": (
                "warning",
                f"{node.name} announces it in another way than the other nodes: it takes all the traffic or none",
            ),
        }[check]
        yield Finding(
            check=check,
            severity=severity,  # type: ignore[arg-type]  # the table above holds severities
            service=service_name,
            host=node_name,
            message=f"{service_name} {service.vip}: {message}",
            evidence=(*_lsas(scene, group[0].router, service), *scene.logs(node_name)),
        )


def _explain(scene: Scene, service: Service, node: Host) -> str:
    """Why a node's announcement is not there, as far as the node itself and its neighbors show."""
    seen = scene.observations.get(node.name)
    if seen is None or seen.error:
        known = (
            "no router sees it as adjacent" if _adjacent_routers(scene, node) == [] else "its own state is not known"
        )
        return f"{known}; {node.name} could not be looked at"
    facts = [
        (seen.view is None, "its routing daemon does not run or cannot be read"),
        (seen.loopback is not None and service.vip not in seen.loopback, "the VIP is not on its loopback interface"),
        (_adjacent_routers(scene, node) == [], "no router sees it as adjacent"),
        (
            seen.view is not None and not _originates(seen.view, service),
            "its ospfd does not originate it: look at redistribution, route-map and prefix list",
        ),
    ]
    return "; ".join(text for is_so, text in facts if is_so) or "it originates the LSA, but the LSA does not arrive"


def _originates(view: RouterView, service: Service) -> bool:
    return any(
        lsa.prefix == service.prefix and lsa.advertising_router == view.router_id and not lsa.is_max_age
        for lsa in view.lsdb.externals
    )


def _lsas(scene: Scene, router: str, service: Service) -> tuple[Evidence, ...]:
    lines = tuple(describe_origin(origin) for origin in scene.origins(router, service))
    return (Evidence(router, "show ip ospf database external", lines or ("(no LSA)",)),)


def check_unexpected(scene: Scene) -> Iterator[Finding]:
    """Finding `origin-unexpected`: somebody announces a VIP who should not."""
    found: dict[tuple[str, IPv4Address], list[tuple[str, Origin]]] = {}
    for name, service in scene.intent.services.items():
        expected = {node.router_id for node in scene.intent.nodes_of(name)}
        for router in scene.router_views:
            for origin in scene.origins(router, service):
                for originator in set(origin.originators) - expected if origin.counts else ():
                    found.setdefault((name, originator), []).append((router, origin))
    for (name, originator), seen in found.items():
        service = scene.intent.services[name]
        host = next((h.name for h in scene.intent.hosts.values() if h.router_id == originator), None)
        who = f"{host} (router-id {originator})" if host else f"router-id {originator}, which is not in the inventory,"
        routers = ", ".join(dict.fromkeys(router for router, _ in seen))
        yield Finding(
            check="origin-unexpected",
            severity="critical",
            service=name,
            host=host or str(originator),
            message=f"{name} {service.vip}: {who} announces the VIP but is no node of the service (seen by {routers})",
            evidence=tuple(
                Evidence(router, "show ip ospf database external", (describe_origin(origin),))
                for router, origin in seen
            ),
        )


def check_min_nodes(scene: Scene, cells: Sequence[Cell]) -> Iterator[Finding]:
    """Finding `too-few-nodes`: fewer nodes than promised are learned everywhere it could be seen."""
    for name, service in scene.intent.services.items():
        states = {
            node.name: {cell.state for cell in cells if (cell.service, cell.node) == (name, node.name)}
            for node in scene.intent.nodes_of(name)
        }
        lost = [node for node, seen in states.items() if seen & {"missing", "unreachable"}]
        left = len(states) - len(lost)
        if lost and left < service.min_nodes:
            yield Finding(
                check="too-few-nodes",
                severity="critical",
                service=name,
                message=f"{name} {service.vip}: {left} of {service.min_nodes} nodes left (lost: {', '.join(lost)})",
            )
