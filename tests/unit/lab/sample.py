"""A small inventory for the lab's pure tests: two routers, a node behind the first, a client behind the second."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Interface
from pathlib import Path

from nornir_anycast.lab import LabHost
from nornir_anycast.lab.plan import Plan, make_plan

SITE = Path("/srv/site")


def host(name: str = "ns1", **changes: object) -> LabHost:
    values: dict[str, object] = {
        "name": name,
        "role": "node",
        "interfaces": {"eth0": IPv4Interface("192.0.2.2/28")},
        "hostname": IPv4Address("198.51.100.11"),
    }
    return LabHost(**{**values, **changes})  # type: ignore[arg-type]


def hosts() -> list[LabHost]:
    return [
        host("ns1"),
        host(
            "r1",
            role="router",
            interfaces={
                "lo": IPv4Interface("203.0.113.1/32"),
                "eth0": IPv4Interface("192.0.2.1/28"),
                "eth1": IPv4Interface("192.0.2.128/31"),
            },
            hostname=IPv4Address("192.0.2.1"),
        ),
        host(
            "r2",
            role="router",
            cli=True,
            username="netops",
            interfaces={"eth0": IPv4Interface("192.0.2.17/28"), "eth1": IPv4Interface("192.0.2.129/31")},
            hostname="r2.example.net",
            port=2222,
        ),
        host(
            "client1",
            role="vantage",
            interfaces={"eth0": IPv4Interface("192.0.2.18/28")},
            hostname=IPv4Address("192.0.2.18"),
        ),
    ]


def plan() -> Plan:
    return make_plan(SITE, hosts())
