"""What a schema cannot say: the mistakes that only show when all hosts are looked at together."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from ipaddress import IPv4Address

from nornir_anycast.intent.model import Host, Intent, Interface

_SSH_TARGET = re.compile(r"[A-Za-z0-9]([A-Za-z0-9_.:-]{0,253}[A-Za-z0-9])?\Z")


def lint(intent: Intent, where: Mapping[str, str], defaults: str) -> list[str]:
    """Find the contradictions in an intent.

    Arguments:
        intent: models that are valid one by one.
        where: host name to the place in the inventory that defines it.
        defaults: the place that defines the services.

    Returns:
        One line for each problem; empty when there is none.

    """
    return [
        *_services(intent, defaults),
        *_memberships(intent, where),
        *_router_ids(intent, where),
        *_hostnames(intent, where),
        *_addresses(intent, where),
        *_links(intent, where),
    ]


def _services(intent: Intent, defaults: str) -> Iterator[str]:
    if not intent.services:
        yield f"{defaults}: anycast.services: no service is defined (services.NAME.vip)"
    by_vip: defaultdict[IPv4Address, list[str]] = defaultdict(list)
    for name, service in intent.services.items():
        by_vip[service.vip].append(name)
        nodes = intent.nodes_of(name)
        if len(nodes) < service.min_nodes:
            yield (
                f"{defaults}: anycast.services.{name}.min_nodes: {service.min_nodes} promised, "
                f"but {len(nodes)} node(s) have the service"
            )
        metrics = {node.ospf.metric for node in nodes}
        if len(metrics) > 1:
            yield (
                f"{defaults}: anycast.services.{name}: its nodes have different ospf.metric "
                f"({', '.join(f'{node.name}: {node.ospf.metric}' for node in nodes)}); give all of them one"
            )
    for vip, names in by_vip.items():
        if len(names) > 1:
            yield f"{defaults}: anycast.services: VIP {vip} is used by {', '.join(names)}; give each its own"


def _memberships(intent: Intent, where: Mapping[str, str]) -> Iterator[str]:
    for host in intent.hosts.values():
        for name in host.services:
            if name not in intent.services:
                known = ", ".join(intent.services) or "none"
                yield f"{where[host.name]}: anycast.services: {name!r} is not defined (defined: {known})"
        if host.role == "node" and not host.is_linux:
            yield f"{where[host.name]}: platform: {host.platform!r} cannot be a node; a node is a linux host"
        if host.services and host.role != "node":
            yield f"{where[host.name]}: anycast.services: only a node announces services; this is a {host.role}"


def _router_ids(intent: Intent, where: Mapping[str, str]) -> Iterator[str]:
    vips = {service.vip: name for name, service in intent.services.items()}
    seen: dict[IPv4Address, str] = {}
    for host in intent.hosts.values():
        if host.router_id is None:
            if host.role != "vantage":
                yield f"{where[host.name]}: anycast.router_id is missing, and no interface gives one"
            continue
        if host.router_id in vips:
            yield (
                f"{where[host.name]}: anycast.router_id: {host.router_id} is the VIP of {vips[host.router_id]}; "
                "use an address that only this host has"
            )
        if host.router_id in seen:
            yield (
                f"{where[host.name]}: anycast.router_id: {host.router_id} is also the router-id of "
                f"{seen[host.router_id]}; every OSPF speaker needs its own"
            )
        seen.setdefault(host.router_id, host.name)


def _hostnames(intent: Intent, where: Mapping[str, str]) -> Iterator[str]:
    """SSH must reach one host, and always the same: not two names for one address, and never a VIP."""
    vips = {str(service.vip): name for name, service in intent.services.items()}
    seen: dict[tuple[str, int], str] = {}
    for host in intent.hosts.values():
        place = f"{where[host.name]}: hostname: {host.hostname}"
        if not _SSH_TARGET.match(host.hostname):
            yield f"{where[host.name]}: hostname: {host.hostname!r} is not an address or a host name"
        if host.hostname in vips:
            yield f"{place} is the VIP of {vips[host.hostname]}: any of its nodes answers there"
        if (host.hostname, host.port) in seen:
            yield f"{place} is also the hostname of {seen[host.hostname, host.port]}"
        seen.setdefault((host.hostname, host.port), host.name)


def _interfaces(intent: Intent) -> Iterator[tuple[Host, str, Interface]]:
    for host in intent.hosts.values():
        for name, interface in host.interfaces.items():
            yield host, name, interface


def _addresses(intent: Intent, where: Mapping[str, str]) -> Iterator[str]:
    seen: dict[IPv4Address, str] = {}
    for host, name, interface in _interfaces(intent):
        place = f"{where[host.name]}: anycast.interfaces.{name}.address"
        address, network = interface.address.ip, interface.network
        if network.prefixlen < 31 and address in {network.network_address, network.broadcast_address}:  # noqa: PLR2004 RFC 3021
            yield f"{place}: {interface.address} is the network or broadcast address of its subnet"
        if address in seen:
            yield f"{place}: {address} is also the address of {seen[address]}"
        seen.setdefault(address, f"{host.name} {name}")
        for service_name, service in intent.services.items():
            if service.vip in network:
                yield (
                    f"{place}: the VIP {service.vip} of {service_name} lies in this subnet {network}; "
                    "hosts on it would look for the VIP by ARP, not by route"
                )


def _links(intent: Intent, where: Mapping[str, str]) -> Iterator[str]:
    for node in intent.with_role("node"):
        if not any(intent.hosts[link.peer].role == "router" for link in intent.links_of(node.name)):
            subnets = ", ".join(str(i.network) for i in node.interfaces.values()) or "no interface"
            yield (
                f"{where[node.name]}: anycast.interfaces: the node is on no router's subnet ({subnets}); "
                "nobody could learn its VIP"
            )
    for host in intent.hosts.values():
        for link in intent.links_of(host.name):
            if link.host > link.peer:
                continue
            mine, peer = host.interfaces[link.interface], intent.hosts[link.peer]
            theirs = peer.interfaces[link.peer_interface]
            if "vantage" in {host.role, peer.role}:
                continue
            both = f"{link.host} {link.interface} and {link.peer} {link.peer_interface} are on {mine.network}"
            if mine.area != theirs.area:
                yield f"{where[link.peer]}: {both} but in areas {mine.area} and {theirs.area}"
            if (host.ospf.hello_s, host.ospf.dead_s) != (peer.ospf.hello_s, peer.ospf.dead_s):
                yield f"{where[link.peer]}: {both} but with different hello_s/dead_s: they would never be adjacent"
