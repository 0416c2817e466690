"""Checks of other prefixes than the VIPs: what nodes announce besides, and what lies around a VIP. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import IPv4Address, IPv4Network

from nornir_anycast.checks.lsas import quote_lsa
from nornir_anycast.checks.model import Evidence, Finding
from nornir_anycast.checks.scene import Scene
from nornir_anycast.intent import Host
from nornir_anycast.ospf.model import Lsa, Lsdb
from nornir_anycast.ospf.routes import LS_INFINITY
from nornir_anycast.ospf.spf import stub_prefix

_DEFAULT = IPv4Network("0.0.0.0/0")
_LISTED = 5
"""Prefixes that are named; of more, how many more there are."""


def check_prefixes(scene: Scene) -> Iterator[Finding]:
    """Findings `prefix-leaked` and `prefix-covering`."""
    yield from _check_leaked(scene)
    yield from _check_covering(scene)


def _check_leaked(scene: Scene) -> Iterator[Finding]:
    """What a node announces that is neither a VIP nor a subnet it is on."""
    vips = {service.prefix for service in scene.intent.services.values()}
    leaked: dict[str, dict[IPv4Network, Evidence]] = {}
    for shown in scene.lsdbs:
        for node, prefix, lsa in _announced_by_nodes(scene, shown.lsdb):
            if prefix not in vips and all(prefix != interface.network for interface in node.interfaces.values()):
                leaked.setdefault(node.name, {}).setdefault(prefix, quote_lsa(shown.routers[0], lsa))
    for name, prefixes in leaked.items():
        listed = sorted(prefixes)
        names = ", ".join(map(str, listed[:_LISTED]))
        names += f" and {len(listed) - _LISTED} more" if len(listed) > _LISTED else ""
        default = "; a default route draws traffic that a node does not forward" if _DEFAULT in prefixes else ""
        yield Finding(
            check="prefix-leaked",
            severity="critical" if default else "warning",
            host=name,
            message=f"{name} announces {names}: no VIP, and no subnet of its own{default}",
            evidence=tuple(dict.fromkeys(prefixes[prefix] for prefix in listed[:_LISTED])),
        )


def _announced_by_nodes(scene: Scene, lsdb: Lsdb) -> Iterator[tuple[Host, IPv4Network, Lsa]]:
    nodes = {node.router_id: node for node in scene.intent.with_role("node") if node.router_id is not None}
    for router_id, node in nodes.items():
        for lsa in lsdb.externals_from(router_id):
            if not lsa.is_max_age and lsa.metric < LS_INFINITY:
                yield node, lsa.prefix, lsa
    for router_lsa in lsdb.routers:
        if router_lsa.advertising_router in nodes and not router_lsa.is_max_age:
            for link in router_lsa.links:
                if link.kind == "stub":
                    yield nodes[router_lsa.advertising_router], stub_prefix(link), router_lsa


def _check_covering(scene: Scene) -> Iterator[Finding]:
    """What is less specific than a VIP, contains it, and is not the default route."""
    around: dict[IPv4Network, list[str]] = {}
    for name, service in scene.intent.services.items():
        for length in range(1, 32):
            around.setdefault(service.prefix.supernet(new_prefix=length), []).append(name)
    found: dict[tuple[str, IPv4Network], dict[IPv4Address, tuple[Evidence, list[str]]]] = {}
    for shown in scene.lsdbs:
        for prefix, lsa in _announcements(shown.lsdb, around):
            for name in around[prefix]:
                announcers = found.setdefault((name, prefix), {})
                proof = quote_lsa(shown.routers[0], lsa)
                announcers.setdefault(lsa.advertising_router, (proof, []))[1].extend(shown.routers)
    for (name, prefix), announcers in found.items():
        names = [scene.name_of(router_id) for router_id in announcers]
        routers = dict.fromkeys(router for _, shown_by in announcers.values() for router in shown_by)
        yield Finding(
            check="prefix-covering",
            severity="warning",
            service=name,
            host=names[0],
            message=(
                f"{name} {scene.intent.services[name].vip}: {' and '.join(names)} also announces {prefix}, which "
                f"contains the VIP and catches its queries when the /32 is gone (seen by {', '.join(routers)})"
            ),
            evidence=tuple(proof for proof, _ in announcers.values()),
        )


def _announcements(lsdb: Lsdb, wanted: dict[IPv4Network, list[str]]) -> Iterator[tuple[IPv4Network, Lsa]]:
    """The LSAs of these prefixes that are valid."""
    numbers = {(int(prefix.network_address), int(prefix.netmask)): prefix for prefix in wanted}
    for prefix in wanted:
        for lsa in lsdb.externals_of(prefix):
            if not lsa.is_max_age and lsa.metric < LS_INFINITY:
                yield prefix, lsa
    for summary in lsdb.summaries:
        if summary.prefix in wanted and not summary.is_max_age and summary.metric < LS_INFINITY:
            yield summary.prefix, summary
    for network in lsdb.networks:
        if network.prefix in wanted and not network.is_max_age:
            yield network.prefix, network
    for router in lsdb.routers:
        if not router.is_max_age:
            stubs = {(int(link.link_id), int(link.link_data)) for link in router.links if link.kind == "stub"}
            yield from ((numbers[stub], router) for stub in stubs & numbers.keys())
