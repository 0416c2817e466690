"""Checks of the router-ids in use: each host its own, as the inventory says, and never a VIP. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import IPv4Address

from nornir_anycast.checks.model import Evidence, Finding
from nornir_anycast.checks.scene import Scene
from nornir_anycast.intent import Host


def check_router_ids(scene: Scene) -> Iterator[Finding]:
    """Findings `duplicate-router-id`, `vip-as-router-id`, `router-id-unexpected`."""
    duplicates = scene.duplicate_router_ids
    vips = {service.vip: name for name, service in scene.intent.services.items()}
    for router_id, hosts in duplicates.items():
        names = " and ".join(sorted(hosts))
        yield Finding(
            check="duplicate-router-id",
            severity="critical",
            host=min(hosts),
            message=f"{names} both use router-id {router_id}: the LSDB holds one LSA for all of them",
            evidence=(*_evidence(scene, router_id), *(proof for host in sorted(hosts) for proof in scene.logs(host))),
        )
    for router_id, host in sorted({(seen.router_id, seen.host) for seen in scene.router_ids}):
        wanted = scene.intent.hosts[host].router_id
        if router_id in vips:
            yield Finding(
                check="vip-as-router-id",
                severity="critical",
                service=vips[router_id],
                host=host,
                message=f"{host} uses the VIP {router_id} as its router-id, wanted {wanted}; deploy it",
                evidence=(*_evidence(scene, router_id), *scene.logs(host)),
            )
        elif router_id != wanted and router_id not in duplicates:
            yield Finding(
                check="router-id-unexpected",
                severity="warning",
                host=host,
                message=f"{host} uses router-id {router_id}, the inventory says {wanted}",
                evidence=(*_evidence(scene, router_id), *scene.logs(host)),
            )


def wrong_router_id(scene: Scene, node: Host) -> tuple[str, str] | None:
    """The check that says what is wrong with the router-id that a node uses, and the same in words; None: nothing."""
    if any(node.name in hosts for hosts in scene.duplicate_router_ids.values()):
        return "duplicate-router-id", "another host uses its router-id"
    observed = scene.observations.get(node.name)
    in_use = observed.view.router_id if observed and observed.view else node.router_id
    if in_use in {service.vip for service in scene.intent.services.values()}:
        return "vip-as-router-id", "it uses the VIP as its router-id"
    return ("router-id-unexpected", f"it uses router-id {in_use}") if in_use != node.router_id else None


def _evidence(scene: Scene, router_id: IPv4Address) -> tuple[Evidence, ...]:
    return tuple(dict.fromkeys(seen.proof for seen in scene.router_ids if seen.router_id == router_id))
