"""Checks that rest on the origin matrix, and who announces a VIP without being asked to. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from ipaddress import IPv4Address

from nornir_anycast.checks.missing import explain_missing, why_unreachable
from nornir_anycast.checks.model import Cell, Evidence, Finding
from nornir_anycast.checks.scene import Scene, quote_origins
from nornir_anycast.intent import Host, Service
from nornir_anycast.ospf.origins import Origin


def check_origins(scene: Scene, cells: Sequence[Cell]) -> Iterator[Finding]:
    """Findings `origin-missing`, `origin-unreachable`, `origin-unknown`, `not-installed`, `metric-inconsistent`."""
    groups: dict[tuple[str, str, str], list[Cell]] = {}
    for cell in cells:
        if cell.state in {"missing", "unreachable"}:
            groups.setdefault((f"origin-{cell.state}", cell.service, cell.node), []).append(cell)
        # spf-disagrees is told by a check of its own.
        elif cell.cause in {"origin-unknown", "not-installed", "metric-inconsistent"}:
            groups.setdefault((cell.cause, cell.service, cell.node), []).append(cell)
    for (check, service_name, node_name), group in groups.items():
        service, node = scene.intent.services[service_name], scene.intent.hosts[node_name]
        routers = ", ".join(cell.router for cell in group)
        severity, message = {
            "origin-missing": (
                "critical",
                f"not learned from {node.name} on {routers}: {_explain(scene, service, node, group[0])}",
            ),
            "origin-unreachable": (
                "critical",
                f"{routers} list {node.name}'s LSA, but cannot reach {node.name}: {_why(scene, node, group[0])}",
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
            evidence=(
                *_lsas(scene, group[0].router, service),
                *(_routes(scene, group[0].router, service) if check == "not-installed" else ()),
                *scene.logs(node_name),
            ),
        )


def _explain(scene: Scene, service: Service, node: Host, cell: Cell) -> str:
    if cell.cause == "type-7-not-translated":
        return "no ABR translates its type-7 into a type-5"
    return "; ".join(explain_missing(scene, service, node)[1])


def _why(scene: Scene, node: Host, cell: Cell) -> str:
    if cell.cause == "type-7-not-translated":
        return "it is an old one, and no ABR translates its type-7 into a type-5"
    return why_unreachable(scene, node)[1]


def _lsas(scene: Scene, router: str, service: Service) -> tuple[Evidence, ...]:
    lines = quote_origins(scene, router, service)
    return (Evidence(router, "show ip ospf database external", lines or ("(no LSA)",)),)


def _routes(scene: Scene, router: str, service: Service) -> tuple[Evidence, ...]:
    routes = [route for route in scene.router_views[router].routes if route.prefix == service.prefix]
    lines = tuple(
        f"{route.protocol} metric {route.metric}{' selected' * route.selected}{' installed' * route.installed} via "
        + ", ".join(f"{hop.address} {hop.interface}" for hop in route.next_hops)
        for route in routes
    )
    return (Evidence(router, f"show ip route {service.prefix}", lines or ("(no route)",)),)


def check_unexpected(scene: Scene) -> Iterator[Finding]:
    """Finding `origin-unexpected`: somebody announces a VIP who should not; `origin-unknown`: perhaps somebody does."""
    found: dict[tuple[str, IPv4Address], list[tuple[str, Origin]]] = {}
    for name, service in scene.intent.services.items():
        expected = frozenset(node.router_id for node in scene.intent.nodes_of(name) if node.router_id is not None)
        for router in scene.router_views:
            for origin in scene.origins(router, service):
                if origin.counts and not expected.issuperset(origin.originators):
                    for originator in set(origin.originators) - expected:
                        found.setdefault((name, originator), []).append((router, origin))
            yield from _hidden(scene, name, router, expected)
    for (name, originator), seen in found.items():
        service = scene.intent.services[name]
        host = scene.host_of_router_id[originator].name if originator in scene.host_of_router_id else None
        who = f"{host} (router-id {originator})" if host else f"router-id {originator}, which is not in the inventory,"
        routers = ", ".join(dict.fromkeys(router for router, _ in seen))
        yield Finding(
            check="origin-unexpected",
            severity="critical",
            service=name,
            host=host or str(originator),
            message=f"{name} {service.vip}: {who} announces the VIP but is no node of the service (seen by {routers})",
            evidence=tuple(
                Evidence(router, "show ip ospf database external", quote_origins(scene, router, service, [origin]))
                for router, origin in seen
            ),
        )


def _hidden(scene: Scene, name: str, router: str, nodes: frozenset[IPv4Address]) -> Iterator[Finding]:
    """Every node is learned, and an ABR announces somebody more: a node once more, or a stranger."""
    service = scene.intent.services[name]
    counting = [origin for origin in scene.origins(router, service) if origin.counts]
    hidden = [origin for origin in counting if not origin.originators]
    if hidden and nodes <= {originator for origin in counting for originator in origin.originators}:
        yield Finding(
            check="origin-unknown",
            severity="unknown",
            service=name,
            host=router,
            message=f"{name} {service.vip}: {router} also lists it from an ABR that hides the originator",
            evidence=(
                Evidence(router, "show ip ospf database external", quote_origins(scene, router, service, hidden)),
            ),
        )


def check_min_nodes(scene: Scene, cells: Sequence[Cell]) -> Iterator[Finding]:
    """Finding `too-few-nodes`: fewer nodes than promised are learned everywhere it could be seen."""
    seen_of: dict[tuple[str, str], set[str]] = {}
    for cell in cells:
        seen_of.setdefault((cell.service, cell.node), set()).add(cell.state)
    for name, service in scene.intent.services.items():
        states = {node.name: seen_of.get((name, node.name), set()) for node in scene.intent.nodes_of(name)}
        lost = [node for node, seen in states.items() if seen & {"missing", "unreachable"}]
        left = len(states) - len(lost)
        if lost and left < service.min_nodes:
            yield Finding(
                check="too-few-nodes",
                severity="critical",
                service=name,
                message=f"{name} {service.vip}: {left} of {service.min_nodes} nodes left (lost: {', '.join(lost)})",
            )
