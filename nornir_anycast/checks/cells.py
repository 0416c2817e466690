"""The origin matrix: router by node for every VIP, read in the LSDB and joined with reachability. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from nornir_anycast.checks.adjacency import duplicate_router_ids
from nornir_anycast.checks.hosts import why_blind
from nornir_anycast.checks.missing import explain_missing, why_unreachable
from nornir_anycast.checks.model import Cell
from nornir_anycast.checks.scene import Scene
from nornir_anycast.intent import Host, Service
from nornir_anycast.ospf.model import NextHop, RouterView
from nornir_anycast.ospf.origins import Origin, preferred


def build_cells(scene: Scene) -> tuple[Cell, ...]:
    """One cell for each service, router in scope, and node of the service."""
    return tuple(
        _judge(
            scene,
            Cell(service=name, vip=service.vip, router=router.name, node=node.name, state="unknown", installed=None),
            service,
            node,
        )
        for name, service in scene.intent.services.items()
        for router in scene.in_scope("router")
        for node in scene.intent.nodes_of(name)
    )


def _judge(scene: Scene, cell: Cell, service: Service, node: Host) -> Cell:
    observed = scene.observations[cell.router]
    if observed.view is None:
        return replace(cell, cause=why_blind(observed))
    listed = scene.origins(cell.router, service)
    own = [origin for origin in listed if node.router_id in origin.originators]
    counting = [origin for origin in own if origin.counts]
    if own and node.router_id in duplicate_router_ids(scene):
        return replace(cell, cause="duplicate-router-id", reason="one LSA stands for several nodes")
    if counting:
        return _learned(cell, service, node, observed.view, listed, counting)
    if any(origin.counts and not origin.originators for origin in listed):
        return replace(cell, cause="origin-unknown", reason="an ABR hides the originator")
    if any(origin.reason not in {"max-age", "infinite-metric"} for origin in own):
        reason = why_unreachable(scene, node)[0]
        return replace(cell, state="unreachable", installed=False, cause="origin-unreachable", reason=reason)
    cause, reasons = explain_missing(scene, service, node)
    return replace(cell, state="missing", installed=False, cause=cause, reason=reasons[0])


def _learned(
    cell: Cell, service: Service, node: Host, view: RouterView, listed: Sequence[Origin], own: Sequence[Origin]
) -> Cell:
    """A node that counts: does the forwarding lead to it, is it announced as intended."""
    best = preferred(listed)
    origin = min(own, key=lambda candidate: candidate.rank)
    hops = installed_hops(view, service)
    leading = hops & origin.next_hops if origin in best.origins or not best.is_certain else frozenset()
    cell = replace(
        cell, state="learned", installed=bool(leading), next_hops=tuple(sorted(leading, key=str)), cost=origin.cost
    )
    # Where FRR may rank otherwise than the RFC, the RIB is right and the prediction is not.
    as_predicted = bool(hops) and (hops <= best.next_hops or not best.is_certain)
    if origin in best.origins and not as_predicted:
        return replace(cell, installed=False, cause="not-installed", reason="preferred, but not in the RIB")
    if not is_as_intended(origin, node):
        return replace(cell, cause="metric-inconsistent", reason=_as_announced(origin))
    return cell


def installed_hops(view: RouterView, service: Service) -> frozenset[NextHop]:
    """Next hops of the OSPF route for the VIP that is in the forwarding table."""
    routes = [route for route in view.routes if route.prefix == service.prefix and route.selected and route.installed]
    return frozenset(hop for route in routes if route.protocol == "ospf" for hop in route.next_hops)


def is_as_intended(origin: Origin, node: Host) -> bool:
    """E1 with the metric of the intent; an ABR's translation of a type-7 keeps both."""
    return origin.via in {"external", "nssa"} and (origin.metric_type, origin.metric) == (1, node.ospf.metric)


def _as_announced(origin: Origin) -> str:
    return f"E{origin.metric_type} {origin.metric}" if origin.metric_type else origin.via
