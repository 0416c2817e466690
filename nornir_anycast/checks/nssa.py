"""Check that what nodes announce inside an NSSA leaves it (RFC 3101 section 3). Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from ipaddress import IPv4Address

from nornir_anycast.checks.lsas import describe_lsa, quote_lsa
from nornir_anycast.checks.model import Evidence, Finding
from nornir_anycast.checks.scene import Scene, SharedLsdb
from nornir_anycast.intent import Host, Service
from nornir_anycast.ospf.model import ExternalLsa, RouterView


def check_nssa(scene: Scene) -> Iterator[Finding]:
    """Finding `type-7-not-translated`: a node's type-7 counts inside its NSSA, and no ABR announces it outside."""
    outside = [one for one in scene.lsdbs if _has_type_5(scene.router_views[one.routers[0]])]
    if not outside:
        return
    for name, service in scene.intent.services.items():
        type_5 = [lsa for one in outside for lsa in one.lsdb.externals_of(service.prefix) if lsa.area is None]
        nodes = {node.router_id: node for node in scene.intent.nodes_of(name)}
        judged: set[tuple[str, IPv4Address | None]] = set()
        for inside in scene.lsdbs:
            for lsa in _type_7(scene, inside, service):
                node = nodes.get(lsa.advertising_router)
                if node is None or (node.name, lsa.area) in judged:
                    continue
                judged.add((node.name, lsa.area))
                if why := _why_not(scene, inside, lsa, type_5):
                    yield _finding(
                        node, name, service, why, (quote_lsa(inside.routers[0], lsa), *_quote(outside[0], service))
                    )


def _has_type_5(view: RouterView) -> bool:
    """True when the router is in an area that is known to carry type-5 LSAs."""
    return any(area.kind == "normal" for area in view.areas)


def _type_7(scene: Scene, inside: SharedLsdb, service: Service) -> Iterator[ExternalLsa]:
    """The type-7 LSAs of the VIP that count."""
    listed = {
        (lsa.advertising_router, lsa.area): lsa
        for lsa in inside.lsdb.externals_of(service.prefix)
        if lsa.area is not None
    }
    for origin in scene.origins(inside.routers[0], service) if listed else ():
        if origin.area is not None and origin.via == "nssa" and origin.counts:
            yield listed[origin.advertising_router, origin.area]


def _why_not(scene: Scene, inside: SharedLsdb, lsa: ExternalLsa, type_5: Sequence[ExternalLsa]) -> str | None:
    """Why nobody translates it; None when somebody does: of several nodes in one NSSA, one type-5 is all there is."""
    if lsa.propagate is False:
        return "its P-bit is clear"
    if lsa.forwarding_address is None:
        return "it has no forwarding address"
    abrs = {router.advertising_router for router in inside.lsdb.routers if router.area == lsa.area and router.is_abr}
    if not abrs:
        return "the area has no ABR"
    if any(other.advertising_router in abrs and not other.is_max_age for other in type_5):
        return None
    return f"no ABR does it ({', '.join(sorted(map(scene.name_of, abrs)))})"


def _finding(node: Host, name: str, service: Service, why: str, evidence: tuple[Evidence, ...]) -> Finding:
    return Finding(
        check="type-7-not-translated",
        severity="critical",
        service=name,
        host=node.name,
        message=(
            f"{name} {service.vip}: the type-7 LSA of {node.name} is not translated into a type-5: {why}; "
            "outside its area nobody learns this node"
        ),
        evidence=evidence,
    )


def _quote(outside: SharedLsdb, service: Service) -> tuple[Evidence, ...]:
    lines = tuple(describe_lsa(lsa) for lsa in outside.lsdb.externals_of(service.prefix) if lsa.area is None)
    return (Evidence(outside.routers[0], "show ip ospf database external", lines or ("(no LSA)",)),)
