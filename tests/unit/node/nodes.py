"""A site with nodes to configure, and facts of hosts as they may stand."""

from __future__ import annotations

from dataclasses import replace
from ipaddress import IPv4Address
from typing import Any

from nornir_anycast.intent import Intent, Layer, LayerSet, build_intent
from nornir_anycast.node.facts import Facts, FileState
from nornir_anycast.node.part import NodeContext

DAEMONS = '# which daemons run\nzebra=yes\nbgpd=no\nospfd=no\nospfd_options="  -A 127.0.0.1"\nvtysh_enable=yes\n'

SERVICES = {
    "resolver": {"vip": "203.0.113.53", "domain": "example.net"},
    "internal": {"vip": "203.0.113.153", "domain": "internal.example"},
}
NODES: dict[str, dict[str, Any]] = {
    "ns1": {
        "role": "node",
        "router_id": "198.51.100.11",
        "interfaces": {
            "eth0": {"address": "192.0.2.11/28"},
            "eth1": {"address": "192.0.2.27/28", "cost": 20, "area": 1},
        },
    },
    "ns2": {
        "role": "node",
        "router_id": "198.51.100.12",
        "services": ["resolver"],
        "interfaces": {"eth0": {"address": "192.0.2.12/28"}},
        "ospf": {"hello_s": 10, "dead_s": 40},
    },
    "ns3": {
        "role": "node",
        "router_id": "198.51.100.13",
        "services": [],
        "interfaces": {"eth0": {"address": "192.0.2.43/28"}},
        "dns": {"upstream": [], "hosts": {}},
    },
    "r1": {
        "role": "router",
        "router_id": "198.51.100.1",
        "interfaces": {
            "eth0": {"address": "192.0.2.1/28"},
            "eth1": {"address": "192.0.2.17/28", "area": 1},
            "eth2": {"address": "192.0.2.33/28"},
        },
    },
}
DEFAULTS: dict[str, Any] = {
    "services": SERVICES,
    "ospf": {"hello_s": 10, "dead_s": 40, "metric": 20},
    "dns": {
        "upstream": ["192.0.2.200", "192.0.2.201"],
        "hosts": {"www.example.net": "198.51.100.80", "ns1.example.net": "198.51.100.11"},
        "cache_size": 5000,
    },
}


def build(defaults: dict[str, Any] | None = None, **nodes: dict[str, Any]) -> Intent:
    """The site, with other defaults or other hosts."""
    hosts = [
        LayerSet(name, f"{name}.example.net", "linux", [Layer(f"hosts.yaml: {name}", data | nodes.get(name, {}))])
        for name, data in NODES.items()
    ]
    return build_intent(Layer("defaults.yaml", DEFAULTS | (defaults or {})), hosts)


UNTOUCHED = Facts(
    tools=frozenset({"systemctl", "dnsmasq", "vtysh", "ifup", "networkctl", "python3"}),
    enabled=frozenset({"networking"}),
    active=frozenset(),
    loopback=frozenset(),
    sysctls={
        "net.ipv4.ip_forward": "1",
        "net.ipv4.conf.all.arp_ignore": "0",
        "net.ipv4.conf.all.arp_announce": "0",
    },
    files={"/etc/frr/daemons": FileState(DAEMONS, 0o640, "frr:frr")},
    frr_running=None,
    dnsmasq_conflicts=(),
)
"""A fresh Debian with ifupdown, on which the packages were just installed."""


def context(name: str = "ns1", intent: Intent | None = None, **facts: Any) -> NodeContext:
    """What a part of a node sees; facts are those of an untouched host, but for those given."""
    intent = intent or build()
    return NodeContext(intent, intent.hosts[name], replace(UNTOUCHED, **facts))


def addresses(*texts: str) -> frozenset[IPv4Address]:
    return frozenset(IPv4Address(text) for text in texts)
