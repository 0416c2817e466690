"""The origin matrix: router by node for every VIP, read in the LSDB and joined with reachability. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cache
from ipaddress import IPv4Address

from nornir_anycast.checks.hosts import why_blind
from nornir_anycast.checks.missing import explain_missing, why_unreachable
from nornir_anycast.checks.model import Cell
from nornir_anycast.checks.scene import Scene
from nornir_anycast.intent import Host, Service
from nornir_anycast.ospf.model import NextHop, RouterView
from nornir_anycast.ospf.origins import Catchment, Origin


def build_cells(scene: Scene) -> tuple[Cell, ...]:
    """One cell for each service, router in scope, and node of the service."""
    rows = _Rows(scene)
    return tuple(
        cell
        for name, service in scene.intent.services.items()
        for router in scene.in_scope("router")
        for cell in rows.of(name, service, router)
    )


class _Rows:
    """Rows of the matrix: one router, all nodes of a service.

    Services whose VIPs are announced and forwarded alike have the same rows but for their name and VIP. So a row is
    judged once, and copied.
    """

    def __init__(self, scene: Scene) -> None:
        self._scene = scene
        self._nodes = {name: tuple(scene.intent.nodes_of(name)) for name in scene.intent.services}
        self._judged: dict[tuple[object, ...], tuple[Cell, ...]] = {}
        # What does not depend on the router is worked out for one of them.
        self._why_missing = cache(lambda service, node: _why_missing(scene, service, node))
        self._why_unreachable = cache(lambda node: why_unreachable(scene, scene.intent.hosts[node])[0])

    def of(self, name: str, service: Service, router: Host) -> Sequence[Cell]:
        view = self._scene.router_views.get(router.name)
        if view is None:
            cause = why_blind(self._scene.observations[router.name])
            return [replace(_cell(name, service, router, node), cause=cause) for node in self._nodes[name]]
        listed = self._scene.origins(router.name, service)
        hops = installed_hops(view, service)
        key = router.name, id(listed), hops, tuple(node.name for node in self._nodes[name])
        known = self._judged.get(key)
        if known is None or any(cell.state == "missing" for cell in known):
            self._judged[key] = tuple(self._judge(name, service, router, listed, hops))
            return self._judged[key]
        vip = service.vip
        return [_copy(cell, name, vip) for cell in known]

    def _judge(
        self, name: str, service: Service, router: Host, listed: Sequence[Origin], hops: frozenset[NextHop]
    ) -> Iterator[Cell]:
        best = self._scene.best(router.name, service)
        hidden = any(origin.counts and not origin.originators for origin in listed)
        by_originator: dict[object, list[Origin]] = {}
        for origin in listed:
            for originator in origin.originators:
                by_originator.setdefault(originator, []).append(origin)
        for node in self._nodes[name]:
            own = by_originator.get(node.router_id, [])
            counting = [origin for origin in own if origin.counts]
            cell = _cell(name, service, router, node)
            if own and node.router_id in self._scene.duplicate_router_ids:
                yield replace(cell, cause="duplicate-router-id", reason="one LSA stands for several nodes")
            elif counting:
                yield _learned(cell, node, hops, best, counting)
            elif hidden:
                yield replace(cell, cause="origin-unknown", reason="an ABR hides the originator")
            elif any(origin.reason not in {"max-age", "infinite-metric"} for origin in own):
                reason = self._why_unreachable(node.name)
                yield replace(cell, state="unreachable", installed=False, cause="origin-unreachable", reason=reason)
            else:
                cause, reason = self._why_missing(name, node.name)
                yield replace(cell, state="missing", installed=False, cause=cause, reason=reason)


def _why_missing(scene: Scene, service: str, node: str) -> tuple[str, str]:
    cause, reasons = explain_missing(scene, scene.intent.services[service], scene.intent.hosts[node])
    return cause, reasons[0]


def _cell(name: str, service: Service, router: Host, node: Host) -> Cell:
    return Cell(service=name, vip=service.vip, router=router.name, node=node.name, state="unknown", installed=None)


_new = object.__new__
_set_service, _set_vip = (getattr(Cell, name).__set__ for name in ("service", "vip"))
_set_router, _set_node = (getattr(Cell, name).__set__ for name in ("router", "node"))
_set_state, _set_installed = (getattr(Cell, name).__set__ for name in ("state", "installed"))
_set_next_hops, _set_cost = (getattr(Cell, name).__set__ for name in ("next_hops", "cost"))
_set_cause, _set_reason = (getattr(Cell, name).__set__ for name in ("cause", "reason"))


def _copy(cell: Cell, name: str, vip: IPv4Address) -> Cell:
    """Return the same cell for another service.

    A large matrix has millions, and a frozen dataclass takes three times as long to make by its constructor.
    """
    copy = _new(Cell)
    _set_service(copy, name)
    _set_vip(copy, vip)
    _set_router(copy, cell.router)
    _set_node(copy, cell.node)
    _set_state(copy, cell.state)
    _set_installed(copy, cell.installed)
    _set_next_hops(copy, cell.next_hops)
    _set_cost(copy, cell.cost)
    _set_cause(copy, cell.cause)
    _set_reason(copy, cell.reason)
    return copy


def _learned(cell: Cell, node: Host, hops: frozenset[NextHop], best: Catchment, own: Sequence[Origin]) -> Cell:
    """A node that counts: does the forwarding lead to it, is it announced as intended."""
    origin = min(own, key=lambda candidate: candidate.rank)
    is_best = any(origin is one for one in best.origins)
    leading = hops & origin.next_hops if is_best or not best.is_certain else frozenset()
    # Where FRR may rank otherwise than the RFC, the RIB is right and the prediction is not.
    as_predicted = not is_best or (bool(hops) and (hops <= best.next_hops or not best.is_certain))
    cause, reason = None, None
    if not as_predicted:
        cause, reason = "not-installed", "preferred, but not in the RIB"
    elif not is_as_intended(origin, node):
        cause, reason = "metric-inconsistent", _as_announced(origin)
    return Cell(
        service=cell.service,
        vip=cell.vip,
        router=cell.router,
        node=cell.node,
        state="learned",
        installed=bool(leading) and as_predicted,
        next_hops=tuple(sorted(leading, key=str)) if leading else (),
        cost=origin.cost,
        cause=cause,
        reason=reason,
    )


def installed_hops(view: RouterView, service: Service) -> frozenset[NextHop]:
    """Next hops of the OSPF route for the VIP that is in the forwarding table."""
    prefix = service.prefix
    routes = [route for route in view.routes if route.prefix == prefix and route.selected and route.installed]
    return frozenset(hop for route in routes if route.protocol == "ospf" for hop in route.next_hops)


def is_as_intended(origin: Origin, node: Host) -> bool:
    """E1 with the metric of the intent; an ABR's translation of a type-7 keeps both."""
    return origin.via in {"external", "nssa"} and (origin.metric_type, origin.metric) == (1, node.ospf.metric)


def _as_announced(origin: Origin) -> str:
    return f"E{origin.metric_type} {origin.metric}" if origin.metric_type else origin.via
