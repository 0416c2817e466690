"""Checks of whom the routers prefer: the nearest node, unless announcements are unlike. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import IPv4Address

from nornir_anycast.checks.model import Evidence, Finding
from nornir_anycast.checks.scene import Scene, SharedLsdb, quote_origins
from nornir_anycast.intent import Host, Service
from nornir_anycast.ospf.origins import Origin

LAST_RESORT = 65535
"""Metric of a node that is being drained: it is passed over on purpose."""
_QUOTED = 3
"""Routers that are quoted."""
_EXTERNAL = {"external", "nssa"}

Nodes = dict[IPv4Address, Host]
"""The nodes of a service by router-id."""


def check_preference(scene: Scene) -> Iterator[Finding]:
    """Findings `intra-area-hijack` and `preference-inversion`, each once for all routers that see the same."""
    for name, service in scene.intent.services.items():
        nodes = {node.router_id: node for node in scene.intent.nodes_of(name) if node.router_id is not None}
        yield from _check_hijack(scene, name, service, nodes)
        yield from _check_inversion(scene, name, service, nodes)


def _check_hijack(scene: Scene, name: str, service: Service, nodes: Nodes) -> Iterator[Finding]:
    """A stub link, or a summary of one, is preferred to every external LSA (RFC 2328 section 11)."""
    found: dict[IPv4Address, list[tuple[str, Origin]]] = {}
    for shown in scene.lsdbs:
        for router in shown.routers if _is_announced_inside(shown, service) else ():
            for origin in scene.best(router, service).origins:
                if origin.via not in _EXTERNAL:
                    for hijacker in origin.originators or (origin.advertising_router,):
                        found.setdefault(hijacker, []).append((router, origin))
    for hijacker, seen in found.items():
        is_known = all(origin.originators for _, origin in seen)
        is_node = is_known and hijacker in nodes
        who = scene.name_of(hijacker) if is_known else f"somebody behind the ABR {scene.name_of(hijacker)}"
        stranger = "" if is_node else ", which is not known to be a node of the service"
        yield Finding(
            check="intra-area-hijack",
            severity="warning" if is_node else "critical",
            service=name,
            host=scene.name_of(hijacker),
            message=(
                f"{name} {service.vip}: {who} announces it as a network of its own, not as an external route: "
                f"{_names(seen)} send all queries there, however far it is{stranger}"
            ),
            evidence=_quote(scene, service, [(router, [origin]) for router, origin in seen]),
        )


def _is_announced_inside(shown: SharedLsdb, service: Service) -> bool:
    """True when some router-LSA or summary may hold the VIP: so most databases need no closer look."""
    vip = service.vip
    return any(lsa.prefix == service.prefix for lsa in shown.lsdb.summaries) or any(
        link.link_id == vip and link.kind == "stub" for lsa in shown.lsdb.routers for link in lsa.links
    )


def _check_inversion(scene: Scene, name: str, service: Service, nodes: Nodes) -> Iterator[Finding]:
    """A farther node is preferred to a nearer one, because of how they are announced."""
    found: dict[tuple[IPv4Address, IPv4Address], list[tuple[str, list[Origin]]]] = {}
    for shown in scene.lsdbs:
        for router in shown.routers if _can_invert(shown, service) else ():
            if pair := _inversion(scene, router, service, nodes):
                far, near = pair
                found.setdefault((far.originators[0], near.originators[0]), []).append((router, [far, near]))
    for (far_id, near_id), seen in found.items():
        far, near = seen[0][1]
        yield Finding(
            check="preference-inversion",
            severity="warning",
            service=name,
            host=nodes[far_id].name,
            message=(
                f"{name} {service.vip}: {_names(seen)} prefer {nodes[far_id].name} ({_how(far)}) to the nearer "
                f"{nodes[near_id].name} ({_how(near)})"
            ),
            evidence=_quote(scene, service, seen),
        )


def _can_invert(shown: SharedLsdb, service: Service) -> bool:
    """False when all announce alike in one area, so that the nearest is the best without a closer look."""
    externals = [lsa for lsa in shown.lsdb.externals_of(service.prefix) if not lsa.is_max_age]
    kinds = {(lsa.metric_type, lsa.metric) for lsa in externals}
    return len(kinds) > 1 or (len(externals) > 1 and len({lsa.area for lsa in shown.lsdb.routers}) > 1)


def _inversion(scene: Scene, router: str, service: Service, nodes: Nodes) -> tuple[Origin, Origin] | None:
    """The preferred announcement and that of a nearer node; None too if it is not certain who is preferred."""
    best = scene.best(router, service)
    known = all(o.originators and o.via in _EXTERNAL and set(o.originators) <= nodes.keys() for o in best.origins)
    if not best.origins or not known or not best.is_certain:
        return None
    passed_over = [
        origin
        for origin in scene.origins(router, service)
        if origin.counts
        and origin.via in _EXTERNAL
        and origin.metric < LAST_RESORT
        and origin.originators
        and set(origin.originators) <= nodes.keys()
        and not best.originators.intersection(origin.originators)
    ]
    far, near = min(best.origins, key=_distance), min(passed_over, key=_distance, default=None)
    return (far, near) if near is not None and _distance(near) < _distance(far) else None


def _distance(origin: Origin) -> int:
    """Cost of the way there without what was announced: of an E2 it stands last in its rank."""
    return origin.rank[-1] - (origin.metric if origin.metric_type == 1 else 0)


def _how(origin: Origin) -> str:
    area = "" if origin.area is None else f" in area {origin.area}"
    return f"E{origin.metric_type} metric {origin.metric}{area}, {_distance(origin)} away"


def _names(seen: list[tuple[str, Origin]] | list[tuple[str, list[Origin]]]) -> str:
    return ", ".join(dict.fromkeys(router for router, _ in seen))


def _quote(scene: Scene, service: Service, seen: list[tuple[str, list[Origin]]]) -> tuple[Evidence, ...]:
    return tuple(
        Evidence(router, "show ip ospf database", quote_origins(scene, router, service, origins))
        for router, origins in seen[:_QUOTED]
    )
