"""A small network as its hosts show it; good at first, and every test breaks one thing in it.

::

    ns1, ns2 -- r1 -- r2 -- ns3          resolver: ns1 ns2 ns3, internal: ns1 ns3
                      r2 -- client1      every link is a broadcast segment of area 0 with cost 10
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field, replace
from ipaddress import IPv4Address, IPv4Interface, IPv4Network
from typing import Any, Literal

from nornir_anycast.checks import Cell, Finding, Report, evaluate
from nornir_anycast.dns.questions import Answer, FailedPath, PathKind
from nornir_anycast.errors import ParseError
from nornir_anycast.intent import Intent, Layer, LayerSet, build_intent
from nornir_anycast.observation import Observation
from nornir_anycast.ospf.model import (
    ExternalLsa,
    Lsdb,
    Neighbor,
    NetworkLsa,
    NextHop,
    OspfArea,
    OspfInterface,
    OspfRoute,
    Route,
    RouterLink,
    RouterLsa,
    RouterView,
)

AREA_0 = IPv4Address(0)
VIPS = {"resolver": "203.0.113.53", "internal": "203.0.113.153"}
ANNOUNCED = {"resolver": ("ns1", "ns2", "ns3"), "internal": ("ns1", "ns3")}
ROUTER_IDS = {
    "ns1": "198.51.100.11",
    "ns2": "198.51.100.12",
    "ns3": "198.51.100.13",
    "r1": "198.51.100.1",
    "r2": "198.51.100.2",
}
ADDRESSES = {
    "ns1": {"eth0": "192.0.2.11/28"},
    "ns2": {"eth0": "192.0.2.12/28"},
    "ns3": {"eth0": "192.0.2.27/28"},
    "r1": {"eth0": "192.0.2.1/28", "eth1": "192.0.2.129/30"},
    "r2": {"eth0": "192.0.2.17/28", "eth1": "192.0.2.130/30", "eth2": "192.0.2.49/28"},
    "client1": {"eth0": "192.0.2.59/28"},
}
SEGMENTS = {
    "192.0.2.0/28": ("192.0.2.1", ("r1", "ns1", "ns2")),
    "192.0.2.16/28": ("192.0.2.17", ("r2", "ns3")),
    "192.0.2.128/30": ("192.0.2.129", ("r1", "r2")),
}
"""Subnet to the DR's address, and who is on it."""
ROLES = {"ns1": "node", "ns2": "node", "ns3": "node", "r1": "router", "r2": "router", "client1": "vantage"}
NODES, ROUTERS = ("ns1", "ns2", "ns3"), ("r1", "r2")


def build(services: dict[str, dict[str, Any]] | None = None, **hosts: dict[str, Any]) -> Intent:
    """The intent, with other keys of services or hosts; a host can be given a platform."""
    defined: dict[str, dict[str, Any]] = {
        "resolver": {
            "vip": VIPS["resolver"],
            "min_nodes": 2,
            "domain": "example.net",
            "probe": {"name": "www.example.net", "answers": ["198.51.100.80"]},
        },
        "internal": {"vip": VIPS["internal"], "domain": "internal.example"},
    }
    for name, keys in (services or {}).items():
        defined[name] = defined.get(name, {}) | keys
    sets = []
    for name, role in ROLES.items():
        data: dict[str, Any] = {
            "role": role,
            "interfaces": {interface: {"address": address} for interface, address in ADDRESSES[name].items()},
        }
        if role != "vantage":
            data["router_id"] = ROUTER_IDS[name]
        if role == "node":
            data["services"] = [service for service, nodes in ANNOUNCED.items() if name in nodes]
        platform = hosts.get(name, {}).pop("platform", "linux")
        sets.append(LayerSet(name, name, platform, [Layer(f"hosts.yaml: {name}", data | hosts.get(name, {}))]))
    return build_intent(Layer("defaults.yaml", {"services": defined}), sets)


def prefix(service: str) -> IPv4Network:
    return IPv4Network(VIPS[service])


def lsa(node: str, service: str = "resolver", **changes: Any) -> ExternalLsa:
    """A node's type-5 LSA as it should be, or with other fields."""
    good = ExternalLsa(
        advertising_router=IPv4Address(ROUTER_IDS.get(node, node)),
        age_s=100,
        sequence=0x80000001,
        area=None,
        prefix=prefix(service),
        metric_type=1,
        metric=20,
        forwarding_address=None,
    )
    return replace(good, **changes)


def route(service: str, *hops: tuple[str, str], **changes: Any) -> Route:
    """An OSPF route that is in the forwarding table, by (address, interface)."""
    next_hops = tuple(NextHop(address=IPv4Address(address), interface=interface) for address, interface in hops)
    good = Route(prefix=prefix(service), protocol="ospf", selected=True, installed=True, metric=30, next_hops=next_hops)
    return replace(good, **changes)


def stub(text: str, metric: int = 1) -> RouterLink:
    """A stub link to a prefix."""
    network = IPv4Network(text)
    return RouterLink(kind="stub", link_id=network.network_address, link_data=network.netmask, metric=metric)


def neighbor(of: str, name: str, state: str = "Full", **changes: Any) -> Neighbor:
    """A host as another lists it, on the subnet they share."""
    for interface, mine in ADDRESSES[of].items():
        for theirs in ADDRESSES[name].values():
            if IPv4Interface(mine).network == IPv4Interface(theirs).network:
                good = Neighbor(
                    router_id=IPv4Address(ROUTER_IDS[name]),
                    address=IPv4Interface(theirs).ip,
                    interface=interface,
                    state=state,
                    role="DR" if name == "r1" else "DROther",
                )
                return replace(good, **changes)
    raise AssertionError((of, name))


def answer(
    vantage: str,
    node: str | None,
    service: str,
    transport: Literal["udp", "tcp"],
    kind: Literal["TXT", "A"] = "TXT",
    path: PathKind = "forced",
) -> Answer:
    """A good answer to the question who you are, or to the probe of the service."""
    domain = {"resolver": "example.net", "internal": "internal.example"}[service]
    nearest = node or "ns3"
    return Answer(
        vantage=vantage,
        path=path,
        service=service,
        node=node,
        server=IPv4Address(VIPS[service]),
        name=f"whoami.{domain}" if kind == "TXT" else f"www.{domain}",
        type=kind,
        transport=transport,
        status="NOERROR",
        answers=(nearest,) if kind == "TXT" else ("198.51.100.80",),
        rtt_ms=0.5,
    )


def _router_lsa(name: str) -> RouterLsa:
    links = []
    for address in (IPv4Interface(text) for text in ADDRESSES[name].values()):
        if str(address.network) in SEGMENTS:
            designated = IPv4Address(SEGMENTS[str(address.network)][0])
            links.append(RouterLink(kind="transit", link_id=designated, link_data=address.ip, metric=10))
        else:
            network = address.network
            links.append(RouterLink(kind="stub", link_id=network.network_address, link_data=network.netmask, metric=10))
    return RouterLsa(
        advertising_router=IPv4Address(ROUTER_IDS[name]),
        age_s=100,
        sequence=0x80000001,
        area=AREA_0,
        links=tuple(links),
        is_asbr=name in NODES,
    )


def _network_lsa(subnet: str) -> NetworkLsa:
    designated, attached = SEGMENTS[subnet]
    return NetworkLsa(
        advertising_router=IPv4Address(ROUTER_IDS[attached[0]]),
        age_s=100,
        sequence=0x80000001,
        area=AREA_0,
        prefix=IPv4Network(subnet),
        designated_router=IPv4Address(designated),
        attached=tuple(IPv4Address(ROUTER_IDS[name]) for name in attached),
    )


def _interfaces(name: str) -> tuple[OspfInterface, ...]:
    return tuple(
        OspfInterface(
            name=interface,
            address=IPv4Interface(address),
            area=AREA_0,
            network_type="broadcast",
            state="DROther" if name in NODES else "DR",
            cost=10,
            priority=0 if name in NODES else 1,
            hello_ms=1000,
            dead_s=4,
            mtu=1500,
        )
        for interface, address in ADDRESSES[name].items()
    )


@dataclass
class Network:
    """What all hosts show; change it, then judge it."""

    intent: Intent = field(default_factory=build)
    router_lsas: list[RouterLsa] = field(default_factory=lambda: [_router_lsa(name) for name in ROUTER_IDS])
    network_lsas: list[NetworkLsa] = field(default_factory=lambda: [_network_lsa(subnet) for subnet in SEGMENTS])
    externals: list[ExternalLsa] = field(
        default_factory=lambda: [lsa(node, service) for service, nodes in ANNOUNCED.items() for node in nodes]
    )
    lsdbs: dict[str, Lsdb] = field(default_factory=dict)
    """Hosts whose database is not that of all the others."""
    router_ids: dict[str, str] = field(default_factory=lambda: dict(ROUTER_IDS))
    interfaces: dict[str, tuple[OspfInterface, ...]] = field(
        default_factory=lambda: {name: _interfaces(name) for name in ROUTER_IDS}
    )
    neighbors: dict[str, list[Neighbor]] = field(
        default_factory=lambda: {
            "r1": [neighbor("r1", "ns1"), neighbor("r1", "ns2"), neighbor("r1", "r2")],
            "r2": [neighbor("r2", "ns3"), neighbor("r2", "r1")],
            "ns1": [neighbor("ns1", "r1"), neighbor("ns1", "ns2", "2-Way")],
            "ns2": [neighbor("ns2", "r1"), neighbor("ns2", "ns1", "2-Way")],
            "ns3": [neighbor("ns3", "r2", role="DR")],
        }
    )
    routes: dict[str, list[Route]] = field(
        default_factory=lambda: {
            "r1": [
                route("resolver", ("192.0.2.11", "eth0"), ("192.0.2.12", "eth0")),
                route("internal", ("192.0.2.11", "eth0")),
            ],
            "r2": [route("resolver", ("192.0.2.27", "eth0")), route("internal", ("192.0.2.27", "eth0"))],
        }
    )
    answers: dict[str, list[Answer]] = field(
        default_factory=lambda: {
            "r1": [*_asked("r1", "ns1"), *_asked("r1", "ns2")],
            "r2": _asked("r2", "ns3"),
            "client1": [
                answer("client1", None, service, transport, path="anycast")
                for service in ANNOUNCED
                for transport in ("udp", "tcp")
            ],
        }
    )
    failed_paths: dict[str, tuple[FailedPath, ...]] = field(default_factory=dict)
    active: dict[str, Collection[str]] = field(default_factory=dict)
    loopback: dict[str, Collection[str]] = field(
        default_factory=lambda: {
            node: ["127.0.0.1", *(VIPS[service] for service, nodes in ANNOUNCED.items() if node in nodes)]
            for node in NODES
        }
    )
    areas: dict[str, tuple[OspfArea, ...]] = field(
        default_factory=lambda: dict.fromkeys(ROUTER_IDS, (OspfArea(area_id=AREA_0, kind="normal"),))
    )
    ospf_routes: dict[str, tuple[OspfRoute, ...]] = field(default_factory=dict)
    """Hosts whose own OSPF table was seen."""
    logs: dict[str, tuple[str, ...]] = field(default_factory=dict)
    neighbor_lines: dict[str, tuple[str, ...]] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    """Hosts that could not be looked at."""
    view_errors: dict[str, ParseError] = field(default_factory=dict)
    """Hosts whose OSPF was not understood."""
    probe_errors: dict[str, str] = field(default_factory=dict)

    def observations(self, *hosts: str) -> dict[str, Observation]:
        """What is seen of these hosts, of all if none is named."""
        return {name: self._observe(name) for name in hosts or ROLES}

    def judge(self, *hosts: str) -> Report:
        """The report about these hosts, about all if none is named."""
        return evaluate(self.intent, self.observations(*hosts))

    def _observe(self, name: str) -> Observation:
        if name in self.errors:
            return Observation(host=name, error=self.errors[name])
        has_view = name in ROUTER_IDS and name not in self.view_errors
        is_cli = not self.intent.hosts[name].is_linux
        return Observation(
            host=name,
            view=self._view(name) if has_view else None,
            view_error=self.view_errors.get(name),
            active=None if is_cli else frozenset(self.active.get(name, ("frr", "dnsmasq"))),
            loopback=None if is_cli else frozenset(IPv4Address(text) for text in self.loopback.get(name, ())),
            logs=self.logs.get(name, ()),
            neighbors=self.neighbor_lines.get(name, ()),
            answers=() if name in self.probe_errors else tuple(self.answers.get(name, ())),
            failed_paths=self.failed_paths.get(name, ()),
            probe_error=self.probe_errors.get(name),
        )

    def _view(self, name: str) -> RouterView:
        lsdb = Lsdb(routers=tuple(self.router_lsas), networks=tuple(self.network_lsas), externals=tuple(self.externals))
        return RouterView(
            router_id=IPv4Address(self.router_ids[name]),
            interfaces=self.interfaces[name],
            neighbors=tuple(self.neighbors[name]),
            lsdb=self.lsdbs.get(name, lsdb),
            routes=tuple(self.routes.get(name, ())),
            areas=self.areas[name],
            ospf_routes=self.ospf_routes.get(name),
        )

    # What breaks.
    def change_router_lsa(self, host: str, *links: RouterLink, **changes: Any) -> None:
        """More links, or other fields."""
        router_id = IPv4Address(ROUTER_IDS[host])
        self.router_lsas = [
            replace(known, **({"links": (*known.links, *links)} | changes))
            if known.advertising_router == router_id
            else known
            for known in self.router_lsas
        ]

    def change_interface(self, host: str, name: str, **changes: Any) -> None:
        """The interface has other settings."""
        self.interfaces[host] = tuple(
            replace(known, **changes) if known.name == name else known for known in self.interfaces[host]
        )

    def withdraw(self, node: str, *services: str) -> None:
        """The node's LSAs are gone, and the routes to it."""
        gone = IPv4Address(ROUTER_IDS[node])
        names = services or tuple(ANNOUNCED)
        prefixes = {prefix(service) for service in names}
        self.externals = [e for e in self.externals if e.advertising_router != gone or e.prefix not in prefixes]
        self.reroute(node, *names)

    def reroute(self, node: str, *services: str) -> None:
        """The routers lead nothing more to the node, but to the next best; over r1 and r2 that costs 40."""
        address = IPv4Interface(ADDRESSES[node]["eth0"]).ip
        elsewhere = {
            "r1": ("192.0.2.130", "eth1"),
            "r2": ("192.0.2.129", "eth1"),
        }
        for router, routes in self.routes.items():
            for index, known in enumerate(routes):
                if known.prefix not in {prefix(service) for service in services or ANNOUNCED}:
                    continue
                hops = tuple(hop for hop in known.next_hops if hop.address != address)
                if len(hops) < len(known.next_hops) and not hops:
                    via, interface = elsewhere[router]
                    hops = (NextHop(address=IPv4Address(via), interface=interface),)
                routes[index] = replace(known, next_hops=hops)

    def isolate(self, node: str) -> None:
        """The node lost its adjacencies, as when it has no power: its LSAs stay, nobody reaches it."""
        gone = IPv4Address(ROUTER_IDS[node])
        self.network_lsas = [
            replace(segment, attached=tuple(router for router in segment.attached if router != gone))
            for segment in self.network_lsas
        ]
        for name, rows in self.neighbors.items():
            self.neighbors[name] = [row for row in rows if row.router_id != gone]
        self.reroute(node)

    def say(self, node: str, status: str, *transports: str, answers: tuple[str, ...] = (), kind: str = "") -> None:
        """The node answers these questions otherwise."""
        for vantage, rows in self.answers.items():
            self.answers[vantage] = [
                replace(row, status=status, answers=answers)
                if row.node == node
                and row.transport in (transports or ("udp", "tcp"))
                and row.type in (kind or row.type)
                else row
                for row in rows
            ]


def _asked(vantage: str, node: str) -> list[Answer]:
    rows = []
    for service, nodes in ANNOUNCED.items():
        if node in nodes:
            rows += [answer(vantage, node, service, "udp"), answer(vantage, node, service, "tcp")]
            if service == "resolver":
                rows += [answer(vantage, node, service, "udp", "A"), answer(vantage, node, service, "tcp", "A")]
    return rows


def cells(report: Report) -> dict[tuple[str, str, str], Cell]:
    """By service, router, node."""
    return {(cell.service, cell.router, cell.node): cell for cell in report.origins}


def bad_cells(report: Report) -> dict[tuple[str, str, str], tuple[str, str | None]]:
    """State and cause of every cell that is not learned and good."""
    return {
        key: (cell.state, cell.cause)
        for key, cell in cells(report).items()
        if (cell.state, cell.cause) != ("learned", None)
    }


def column(node: str, state: str, cause: str | None) -> dict[tuple[str, str, str], tuple[str, str | None]]:
    """What both routers say of one node, for every service it has."""
    return {
        (service, router, node): (state, cause)
        for service, nodes in ANNOUNCED.items()
        if node in nodes
        for router in ROUTERS
    }


def found(report: Report) -> list[tuple[str, str, str | None, str | None]]:
    """Check, severity, service and host of every finding."""
    return [(f.check, f.severity, f.service, f.host) for f in report.findings]


def finding(report: Report, check: str) -> Finding:
    """The one finding of a check."""
    (one,) = [f for f in report.findings if f.check == check]
    return one
