"""Measure all checks of a large site: every router's view of every node, for every VIP.

    python benchmarks/fleet.py [--routers 1000] [--nodes 200] [--vips 10] [--databases 3] [--what-if]
    python benchmarks/fleet.py --from-snapshot [--ospf-routes] [--oldest-s 1700] [...]

The views are made in memory, as parsing leaves them: routers that show the same LSAs share one database. Of
`--databases` different ones, each but the first lacks another stub network, as if it had been looked at a moment
earlier. Routers are a ring with chords, of point-to-point links; every node is on a segment of its own with a router.

With `--from-snapshot` the same views are written into a temporary folder as FRR 10.3 prints them, with the ages and
the LSA flags of each router, and are read, parsed and judged by another process, so that its memory is that of the
work and nothing else. FRR refreshes an LSA when it is 1680 to 1740 s old, so that no age reaches LSRefreshTime; others
wait longer (Quagga 1860 s and more): `--oldest-s 1860` is about how that looks. Checksums are made up: nothing reads
them in JSON. `verify` asks for `show ip ospf route json` as well, with a route to every subnet: `--ospf-routes` adds
it. The running configuration is left out.

The garbage collector is set as the command line sets it (`nornir_anycast/entry.py`).
"""

from __future__ import annotations

import argparse
import gc
import json
import random
import re
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from ipaddress import IPv4Address, IPv4Interface, IPv4Network
from multiprocessing import get_context
from pathlib import Path
from time import perf_counter
from typing import Literal
from zlib import crc32

import rustworkx
from machine import describe, peak_memory_mib

from nornir_anycast import snapshot
from nornir_anycast.checks import Report, evaluate
from nornir_anycast.checks.scene import Scene
from nornir_anycast.intent import Host, Intent, Service
from nornir_anycast.intent.model import Interface
from nornir_anycast.observation import Observation, parse_observation
from nornir_anycast.ospf.model import (
    ExternalLsa,
    Lsa,
    Lsdb,
    Neighbor,
    NetworkLsa,
    OspfArea,
    OspfInterface,
    Route,
    RouterLink,
    RouterLsa,
    RouterView,
)
from nornir_anycast.ospf.origins import Views
from nornir_anycast.ospf.shared import SharedDatabases
from nornir_anycast.whatif import find_single_points, forecast, parse_losses

AREA = IPv4Address(0)
FIRST_ROUTER_ID = IPv4Address("198.18.0.1")
FIRST_SUBNET = IPv4Address("10.0.0.0")
FIRST_VIP = IPv4Address("203.0.113.1")
LENGTH = 29
OPTIONS = "*|-|-|-|-|-|E|-"
RECEIVED, SELF_ORIGINATED = '"lsaFlags":6,', '"lsaFlags":3,'
LINK_TYPES = {
    "p2p": ("another Router (point-to-point)", "neighborRouterId", "routerInterfaceAddress"),
    "transit": ("a Transit Network", "designatedRouterAddress", "routerInterfaceAddress"),
    "stub": ("Stub Network", "networkAddress", "networkMask"),
}
LOOK_S, HOPS = 60, 20
"""Within so many seconds all routers are asked; an LSA is so many hops away, a second each, or fewer."""


class Fleet:
    """A site that is as it should be."""

    def __init__(self, routers: int, nodes: int, vips: int, seed: int) -> None:
        self._chance = random.Random(seed)  # noqa: S311  no secret
        self.routers = [f"r{number}" for number in range(routers)]
        self.nodes = [f"ns{number}" for number in range(nodes)]
        self._ids = {name: FIRST_ROUTER_ID + number for number, name in enumerate((*self.routers, *self.nodes))}
        self._services = {f"dns{number}": Service(vip=FIRST_VIP + number) for number in range(vips)}
        self._links: dict[str, list[RouterLink]] = {name: [] for name in self._ids}
        self._interfaces: dict[str, list[OspfInterface]] = {name: [] for name in self._ids}
        self._neighbors: dict[str, list[Neighbor]] = {name: [] for name in self._ids}
        self._segments: list[NetworkLsa] = []
        self._subnets = 0
        for number, router in enumerate(self.routers):
            for step in (1, self._chance.choice((7, 31, 101))):
                if (other := self.routers[(number + step) % routers]) != router:
                    self._connect(router, other)
        for number, node in enumerate(self.nodes):
            self._attach(node, self.routers[number * routers // nodes])

    def _addresses(self) -> tuple[IPv4Address, IPv4Address]:
        subnet = FIRST_SUBNET + 8 * self._subnets
        self._subnets += 1
        return subnet + 1, subnet + 2

    def _add(self, name: str, address: IPv4Address, cost: int, designated: IPv4Address | None) -> None:
        self._interfaces[name].append(
            OspfInterface(
                name=f"eth{len(self._interfaces[name])}",
                address=IPv4Interface((address, LENGTH)),
                area=AREA,
                network_type="broadcast" if designated else "point-to-point",
                state=("DR" if address == designated else "DROther") if designated else "Point-To-Point",
                cost=cost,
                priority=0 if designated and address != designated else 1,
                hello_ms=10_000,
                dead_s=40,
                mtu=1500,
                designated_router=designated,
            )
        )

    def _connect(self, one: str, other: str) -> None:
        addresses = self._addresses()
        cost = self._chance.choice((1, 2, 5))
        for here, there, own, peer in ((one, other, *addresses), (other, one, *reversed(addresses))):
            self._add(here, own, cost, None)
            self._links[here].append(RouterLink(kind="p2p", link_id=self._ids[there], link_data=own, metric=cost))
            network = IPv4Interface((own, LENGTH)).network
            self._links[here].append(
                RouterLink(kind="stub", link_id=network.network_address, link_data=network.netmask, metric=cost)
            )
            self._meet(here, there, peer, "-")

    def _attach(self, node: str, router: str) -> None:
        designated, other = self._addresses()
        for name, own, peer_name, peer in ((router, designated, node, other), (node, other, router, designated)):
            self._add(name, own, 10, designated)
            self._links[name].append(RouterLink(kind="transit", link_id=designated, link_data=own, metric=10))
            self._meet(name, peer_name, peer, "DR" if peer == designated else "DROther")
        self._segments.append(
            NetworkLsa(
                **self._header(router),
                area=AREA,
                prefix=IPv4Interface((designated, LENGTH)).network,
                designated_router=designated,
                attached=(self._ids[router], self._ids[node]),
            )
        )

    def _meet(self, here: str, there: str, address: IPv4Address, role: Literal["DR", "DROther", "-"]) -> None:
        interface = self._interfaces[here][-1].name
        self._neighbors[here].append(
            Neighbor(router_id=self._ids[there], address=address, interface=interface, state="Full", role=role)
        )

    def _header(self, name: str) -> dict[str, int | IPv4Address]:
        return {"advertising_router": self._ids[name], "age_s": self._chance.randrange(1700), "sequence": 0x80000001}

    def intent(self) -> Intent:
        """Return what should be true."""
        hosts = {
            name: Host(
                name=name,
                role="node" if name in set(self.nodes) else "router",
                hostname=str(router_id),
                router_id=str(router_id),
                services=tuple(self._services) if name in set(self.nodes) else (),
                interfaces={
                    one.name: Interface(address=str(one.address), cost=one.cost) for one in self._interfaces[name]
                },
            )
            for name, router_id in self._ids.items()
        }
        return Intent(services=self._services, hosts=hosts)

    def lsdb(self) -> Lsdb:
        """Return what every router has."""
        routers = [
            RouterLsa(**self._header(name), area=AREA, links=tuple(links), is_asbr=name in set(self.nodes))
            for name, links in self._links.items()
        ]
        externals = [
            ExternalLsa(
                **self._header(node),
                area=None,
                prefix=service.prefix,
                metric_type=1,
                metric=20,
                forwarding_address=None,
            )
            for service in self._services.values()
            for node in self.nodes
        ]
        return Lsdb(routers=tuple(routers), networks=tuple(self._segments), externals=externals)

    def observations(self, databases: int) -> dict[str, Observation]:
        """Return what all routers show, their RIBs as their LSDBs predict."""
        whole = self.lsdb()
        lsdbs = [whole, *(_without_a_stub(whole, number) for number in range(1, databases))]
        views = {
            name: RouterView(
                router_id=self._ids[name],
                interfaces=tuple(self._interfaces[name]),
                neighbors=tuple(self._neighbors[name]),
                lsdb=lsdbs[number % databases],
                routes=(),
                areas=(OspfArea(area_id=AREA, kind="normal"),),
                forgets_best_asbr=True,
            )
            for number, name in enumerate(self.routers)
        }
        prefixes = [service.prefix for service in self._services.values()]
        together = Views(tuple(views.values()), prefixes)
        found = {}
        for name, view in views.items():
            best = [(prefix, together.catchment(view, prefix)) for prefix in prefixes]
            routes = tuple(
                Route(
                    prefix=prefix,
                    protocol="ospf",
                    selected=True,
                    installed=True,
                    metric=catchment.cost or 0,
                    next_hops=tuple(catchment.next_hops),
                )
                for prefix, catchment in best
            )
            found[name] = Observation(host=name, view=replace(view, routes=routes), active=frozenset({"frr", "ospfd"}))
        return found


def _without_a_stub(lsdb: Lsdb, number: int) -> Lsdb:
    routers = list(lsdb.routers)
    routers[number] = replace(
        routers[number], links=tuple(link for link in routers[number].links if link.kind != "stub")
    )
    return replace(lsdb, routers=tuple(routers))


class Writer:
    """Writes what FRR 10.3 prints of views; views with one database share its text but for ages and flags."""

    def __init__(self, directory: Path, vips: Sequence[IPv4Network], options: argparse.Namespace) -> None:
        self._directory, self._vips = directory, vips
        self._oldest_s, self._has_tables = options.oldest_s, options.ospf_routes
        self._chance = random.Random(options.seed)  # noqa: S311  no secret
        self._distances: dict[int, Distances] = {}
        self._texts: dict[int, dict[str, tuple[list[str], list[int], list[str]]]] = {}
        self._hosts: dict[str, object] = {}
        self.size_bytes = 0

    def write(self, host: str, view: RouterView) -> None:
        """Write one router's outputs."""
        tables = {"show ip ospf route json": self._table(view)} if self._has_tables else {}
        outputs = {
            "show ip ospf json": _pretty(_process(view)),
            "show ip ospf interface json": _pretty({"interfaces": _interfaces(view)}),
            "show ip ospf neighbor detail json": _pretty({"neighbors": _neighbors(view)}),
            **self._database(view),
            **tables,
            **{f"show ip route {prefix} json": _pretty(_route(view, prefix)) for prefix in self._vips},
            "units": "frr active\ndnsmasq inactive\nospfd active\n",
        }
        (self._directory / host).mkdir(mode=0o700)
        rows = []
        for command, output in outputs.items():
            file = snapshot.file_name(command, output)
            self.size_bytes += (self._directory / host / file).write_bytes(output.encode())
            rows.append({"command": command, "file": file, "status": 0})
        self._hosts[host] = {"error": None, "commands": rows}

    def finish(self) -> None:
        """Write what makes a snapshot of the folder."""
        meta = {
            "schema": snapshot.SCHEMA,
            "taken_at": datetime.now(UTC).isoformat(timespec="seconds"),
            "hosts": self._hosts,
        }
        (self._directory / snapshot.META).write_text(json.dumps(meta, indent=2) + "\n", encoding="utf-8")

    def _table(self, view: RouterView) -> str:
        if id(view.lsdb) not in self._distances:
            self._distances[id(view.lsdb)] = Distances(view.lsdb)
        return json.dumps(_ospf_routes(view, self._distances[id(view.lsdb)]), separators=(",", ":")) + "\n"

    def _database(self, view: RouterView) -> dict[str, str]:
        if id(view.lsdb) not in self._texts:
            self._texts[id(view.lsdb)] = {
                command: self._cut(shown) for command, shown in _shown_database(view.lsdb).items()
            }
        asked_at_s = self._chance.randrange(LOOK_S)
        outputs = {}
        for command, (texts, ages, advertising) in self._texts[id(view.lsdb)].items():
            pieces = texts.copy()
            pieces[0] = pieces[0].replace('"routerId":""', f'"routerId":"{view.router_id}"')
            hops = self._chance.choices(range(1, HOPS), k=len(ages))
            pieces[1::2] = [str(age + asked_at_s + hop) for age, hop in zip(ages, hops, strict=True)]
            for number, router_id in enumerate(advertising):
                if router_id == str(view.router_id):
                    pieces[2 * number + 1] = str(ages[number] + asked_at_s)
                    pieces[2 * number + 2] = pieces[2 * number + 2].replace(RECEIVED, SELF_ORIGINATED, 1)
            outputs[command] = "".join(pieces)
        return outputs

    def _cut(self, shown: object) -> tuple[list[str], list[int], list[str]]:
        """Return the text with its ages at every second place, the ages, and who advertises."""
        text = _pretty(shown)
        pieces = re.split(r'(?<="lsaAge":)(\d+)', text)
        ages = [self._chance.randrange(self._oldest_s) for _ in pieces[1::2]]
        return pieces, ages, re.findall(r'"advertisingRouter":"([\d.]+)"', text)


class Distances:
    """How far everything is from everything in one area: routers by router id, segments by their DR's address."""

    def __init__(self, lsdb: Lsdb) -> None:
        self._graph: rustworkx.PyDiGraph[IPv4Address, int] = rustworkx.PyDiGraph()
        self.prefixes: dict[IPv4Network, list[tuple[IPv4Address, int, IPv4Address]]] = {}
        """To each the routers or segments it is on, the cost from there, and who says so."""
        self._places = {
            end: self._graph.add_node(end)
            for end in (
                *(lsa.advertising_router for lsa in lsdb.routers),
                *(lsa.designated_router for lsa in lsdb.networks),
            )
        }
        self.asbrs = [lsa.advertising_router for lsa in lsdb.routers if lsa.is_asbr]
        for lsa in lsdb.routers:
            here = lsa.advertising_router
            for link in lsa.links:
                if link.kind == "stub":
                    prefix = IPv4Network((link.link_id, LENGTH))
                    self.prefixes.setdefault(prefix, []).append((here, link.metric, here))
                else:
                    self._graph.add_edge(self._places[here], self._places[link.link_id], link.metric)
        for segment in lsdb.networks:
            there = segment.designated_router
            self.prefixes[segment.prefix] = [(there, 0, segment.advertising_router)]
            for router_id in segment.attached:
                self._graph.add_edge(self._places[there], self._places[router_id], 0)
        self._found: dict[IPv4Address, dict[IPv4Address, int]] = {}

    def of(self, router_id: IPv4Address) -> dict[IPv4Address, int]:
        """Return how far all others are from a router."""
        if router_id not in self._found:
            place = self._places[router_id]
            lengths = rustworkx.dijkstra_shortest_path_lengths(self._graph, place, float)
            self._found[router_id] = {self._graph[end]: int(cost) for end, cost in lengths.items()} | {router_id: 0}
        return self._found[router_id]


def _ospf_routes(view: RouterView, distances: Distances) -> dict[str, object]:
    own, area = distances.of(view.router_id), str(AREA)
    interfaces = {one.name: one for one in view.interfaces if one.address}
    first = [
        ({"ip": str(one.address), "via": one.interface}, interfaces[one.interface].cost, distances.of(one.router_id))
        for one in view.neighbors
        if one.router_id
    ]
    hops = {end: [hop for hop, cost, rest in first if cost + rest[end] == far] for end, far in own.items()}
    shown: dict[str, object] = {}
    direct = {one.address.network: one for one in interfaces.values() if one.address}
    for prefix, ends in sorted(distances.prefixes.items()):
        cost = min(own[end] + rest for end, rest, _ in ends)
        if (interface := direct.get(prefix)) and interface.cost == cost:
            found: list[dict[str, str]] = [{"ip": " ", "directlyAttachedTo": interface.name}]
        else:
            nearest = [(hop, router) for end, rest, router in ends if own[end] + rest == cost for hop in hops[end]]
            merged = {hop["ip"]: {**hop, "advertisedRouter": str(router)} for hop, router in nearest}
            found = list(merged.values())
        shown[str(prefix)] = {"routeType": "N", "transit": False, "cost": cost, "area": area, "nexthops": found}
    for router in distances.asbrs:
        shown[str(router)] = {
            "routeType": "R ",
            "cost": own[router],
            "area": area,
            "routerType": "asbr",
            "nexthops": hops[router],
        }
    for route in view.routes:
        next_hops = [{"ip": str(hop.address), "via": hop.interface} for hop in route.next_hops]
        shown[str(route.prefix)] = {"routeType": "N E1", "cost": route.metric, "tag": 0, "nexthops": next_hops}
    return shown


def _pretty(shown: object) -> str:
    return json.dumps(shown, indent=2, separators=(",", ":")) + "\n"


def _shown_database(lsdb: Lsdb) -> dict[str, dict[str, object]]:
    def of_area(key: str, lsas: Iterable[dict[str, object]]) -> dict[str, object]:
        return {"routerId": "", key: {"areas": {str(AREA): list(lsas)}}}

    routers = sorted(lsdb.routers, key=lambda lsa: lsa.advertising_router)
    networks = sorted(lsdb.networks, key=lambda lsa: lsa.designated_router)
    externals = sorted(lsdb.externals, key=lambda lsa: (lsa.prefix, lsa.advertising_router))
    database = "show ip ospf database"
    return {
        f"{database} router json": of_area("routerLinkStates", map(_router_lsa, routers)),
        f"{database} network json": of_area("networkLinkStates", map(_network_lsa, networks)),
        f"{database} summary json": of_area("summaryLinkStates", ()),
        f"{database} asbr-summary json": of_area("asbrSummaryLinkStates", ()),
        f"{database} external json": {"routerId": "", "asExternalLinkStates": list(map(_external_lsa, externals))},
        f"{database} nssa-external json": of_area("nssaExternalLinkStates", ()),
    }


def _router_lsa(lsa: RouterLsa) -> dict[str, object]:
    links = {}
    for number, link in enumerate(lsa.links):
        link_type, id_key, data_key = LINK_TYPES[link.kind]
        links[f"link{number}"] = {
            "linkType": link_type,
            id_key: str(link.link_id),
            data_key: str(link.link_data),
            "numOfTosMetrics": 0,
            "tos0Metric": link.metric,
        }
    flags = {"flags": 2, "asbr": True} if lsa.is_asbr else {"flags": 0}
    length = 24 + 12 * len(links)
    more = {"numOfLinks": len(links), "routerLinks": links}
    return _header(lsa, "router-LSA", lsa.advertising_router, length, flags) | more


def _network_lsa(lsa: NetworkLsa) -> dict[str, object]:
    return _header(lsa, "network-LSA", lsa.designated_router, 24 + 4 * len(lsa.attached)) | {
        "networkMask": lsa.prefix.prefixlen,
        "attchedRouters": {str(router): {"attachedRouterId": str(router)} for router in lsa.attached},
    }


def _external_lsa(lsa: ExternalLsa) -> dict[str, object]:
    return _header(lsa, "AS-external-LSA", lsa.prefix.network_address, 36) | {
        "networkMask": lsa.prefix.prefixlen,
        "metricType": f"E{lsa.metric_type}",
        "tos": 0,
        "metric": lsa.metric,
        "forwardAddress": str(lsa.forwarding_address or "0.0.0.0"),  # noqa: S104  no address to listen on
        "externalRouteTag": lsa.tag,
    }


def _header(
    lsa: Lsa, lsa_type: str, link_state_id: IPv4Address, length: int, flags: Mapping[str, object] | None = None
) -> dict[str, object]:
    return {
        "lsaAge": 0,
        "options": OPTIONS,
        "lsaFlags": 6,
        **(flags or {}),
        "lsaType": lsa_type,
        "linkStateId": str(link_state_id),
        "advertisingRouter": str(lsa.advertising_router),
        "lsaSeqNumber": f"{lsa.sequence:08x}",
        "checksum": f"{crc32(f'{link_state_id} {lsa.advertising_router}'.encode()) & 0xFFFF:x}",
        "length": length,
    }


def _process(view: RouterView) -> dict[str, object]:
    area = {
        "backbone": True,
        "areaIfTotalCounter": len(view.interfaces),
        "areaIfActiveCounter": len(view.interfaces),
        "nbrFullAdjacentCounter": len(view.neighbors),
        "authentication": "authenticationNone",
        "spfExecutedCounter": 12,
        "lsaRouterNumber": len(view.lsdb.routers),
        "lsaNetworkNumber": len(view.lsdb.networks),
    }
    return {
        "routerId": str(view.router_id),
        "tosRoutesOnly": True,
        "rfc2328Conform": True,
        "spfLastExecutedMsecs": 9024,
        "maximumPaths": 256,
        "preference": 110,
        "abrType": "Alternative Cisco",
        "lsaExternalCounter": len(view.lsdb.externals),
        "attachedAreaCounter": 1,
        "areas": {str(AREA): area},
    }


def _interfaces(view: RouterView) -> dict[str, object]:
    return {
        one.name: {
            "ifUp": True,
            "ifIndex": number + 2,
            "mtuBytes": one.mtu,
            "bandwidthMbit": 10000,
            "ifFlags": "<UP,LOWER_UP,BROADCAST,RUNNING,MULTICAST>",
            "ospfEnabled": True,
            "ipAddress": str(one.address.ip),
            "ipAddressPrefixlen": LENGTH,
            "ospfIfType": "Broadcast",
            "localIfUsed": str(one.address.network.broadcast_address),
            "area": str(one.area),
            "routerId": str(view.router_id),
            "networkType": "BROADCAST" if one.designated_router else "POINTOPOINT",
            "cost": one.cost,
            "transmitDelaySecs": 1,
            "state": one.state,
            "priority": one.priority,
            "opaqueCapable": True,
            **({"drId": str(view.router_id), "drAddress": str(one.designated_router)} if one.designated_router else {}),
            "mcastMemberOspfAllRouters": True,
            "timerMsecs": one.hello_ms,
            "timerDeadSecs": one.dead_s,
            "timerWaitSecs": one.dead_s,
            "timerRetransmitSecs": 5,
            "timerHelloInMsecs": 453,
            "nbrCount": 1,
            "nbrAdjacentCount": 1,
            "prefixSuppression": False,
        }
        for number, one in enumerate(view.interfaces)
        if one.address
    }


def _neighbors(view: RouterView) -> dict[str, object]:
    # Two routers can be neighbours on two links.
    found: dict[str, list[object]] = {}
    addresses = {one.name: one.address.ip for one in view.interfaces if one.address}
    for one in view.neighbors:
        shown = {
            "ifaceAddress": str(one.address),
            "areaId": str(AREA),
            "ifaceName": one.interface,
            "localIfaceAddress": str(addresses[one.interface]),
            "nbrPriority": 1 if one.role == "-" else 0,
            "nbrState": f"{one.state}/{one.role}",
            "role": "DROther",
            "stateChangeCounter": 5,
            "lastPrgrsvChangeMsec": 20598,
            "optionsCounter": 2,
            "optionsList": OPTIONS,
            "routerDeadIntervalTimerDueMsec": 35870,
            "databaseSummaryListCounter": 0,
            "linkStateRequestListCounter": 0,
            "linkStateRetransmissionListCounter": 0,
            "threadInactivityTimer": "on",
            "grHelperStatus": "None",
        }
        found.setdefault(str(one.router_id), []).append(shown)
    return dict(found)


def _route(view: RouterView, prefix: IPv4Network) -> dict[str, object]:
    routes = [
        {
            "prefix": str(prefix),
            "prefixLen": prefix.prefixlen,
            "protocol": route.protocol,
            "vrfId": 0,
            "vrfName": "default",
            "selected": True,
            "destSelected": True,
            "distance": 110,
            "metric": route.metric,
            "installed": True,
            "table": 254,
            "internalNextHopNum": len(route.next_hops),
            "uptime": "00:00:09",
            "nexthops": [
                {
                    "flags": 3,
                    "fib": True,
                    "ip": str(hop.address),
                    "afi": "ipv4",
                    "interfaceName": hop.interface,
                    "active": True,
                    "weight": 1,
                }
                for hop in route.next_hops
            ],
        }
        for route in view.routes
        if route.prefix == prefix
    ]
    return {str(prefix): routes}


def write_snapshot(options: argparse.Namespace, directory: Path) -> None:
    """Write what all routers show."""
    fleet = Fleet(options.routers, options.nodes, options.vips, options.seed)
    vips = [service.prefix for service in fleet.intent().services.values()]
    writer = Writer(directory, vips, options)
    started = perf_counter()
    for name, seen in fleet.observations(options.databases).items():
        if seen.view:
            writer.write(name, seen.view)
    writer.finish()
    print(f"snapshot: {writer.size_bytes / 1e6:.0f} MB, written in {perf_counter() - started:.0f} s")


def judge_snapshot(options: argparse.Namespace, directory: Path) -> None:
    """Read, parse and judge a snapshot, as `nornir_anycast.operations.judge` does; print the figures."""
    gc.set_threshold(200_000, 20, 100)
    intent = Fleet(options.routers, options.nodes, options.vips, options.seed).intent()
    gc.collect()
    print(f"memory before {peak_memory_mib():.0f} MiB")
    started = perf_counter()
    shared = SharedDatabases()
    observations = {
        host: parse_observation(intent, host, answer.sections, shared)
        for host, answer in snapshot.load(directory).items()
    }
    read = perf_counter() - started
    views = [seen.view for seen in observations.values()]
    if None in views:
        raise RuntimeError(next(str(seen.view_error) for seen in observations.values() if not seen.view))
    databases = len({id(view.lsdb) for view in views if view})
    print(f"read and parsed: {read:.2f} s, {databases} databases of {len(views)} routers")
    print(f"peak memory {peak_memory_mib():.0f} MiB")
    checked = check(intent, observations)
    print(f"all: {read + checked:.2f} s")


def check(intent: Intent, observations: Mapping[str, Observation]) -> float:
    """Run all checks, print the figures, and return how long it took."""
    started = perf_counter()
    report: Report = evaluate(intent, observations)
    checked = perf_counter() - started
    print(
        f"all checks: {checked:.2f} s, {len(report.origins)} cells, {len(report.findings)} findings: {report.verdict}"
    )
    print(f"peak memory {peak_memory_mib():.0f} MiB")
    if any(cell.state != "learned" for cell in report.origins):
        raise RuntimeError("the site is not as it should be")
    return checked


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--routers", type=int, default=1000)
    parser.add_argument("--nodes", type=int, default=200)
    parser.add_argument("--vips", type=int, default=10)
    parser.add_argument("--databases", type=int, default=3, help="different LSDBs among the routers")
    parser.add_argument("--from-snapshot", action="store_true", help="read and parse the views too")
    parser.add_argument("--ospf-routes", action="store_true", help="with OSPF's own routing table of every router")
    parser.add_argument("--oldest-s", type=int, default=1700, help="LSAs of a snapshot are younger when first seen")
    parser.add_argument("--what-if", action="store_true", help="also lose a node, and try every single loss")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    print(describe(), flush=True)
    if options.from_snapshot:
        if options.what_if:
            parser.error("--what-if works on the views in memory")
        with tempfile.TemporaryDirectory() as directory:
            for step in (write_snapshot, judge_snapshot):
                # A process that is not forked from one that has the fleet has none of its memory.
                process = get_context("spawn").Process(target=step, args=(options, Path(directory)))
                process.start()
                process.join()
                if process.exitcode:
                    parser.exit(1)
        return

    gc.set_threshold(200_000, 20, 100)
    fleet = Fleet(options.routers, options.nodes, options.vips, options.seed)
    intent, observations = fleet.intent(), fleet.observations(options.databases)
    gc.collect()
    print(f"memory before {peak_memory_mib():.0f} MiB")
    check(intent, observations)
    if options.what_if:
        scene = Scene(intent, observations)
        for question in (fleet.nodes[0], f"{fleet.routers[1]},link:{fleet.routers[2]}-{fleet.routers[3]}"):
            started = perf_counter()
            then = forecast(scene, parse_losses(intent, question))
            print(f"what if without {question}: {perf_counter() - started:.2f} s, {len(then.catchments)} catchments")
        started = perf_counter()
        points = find_single_points(scene)
        print(f"every single loss: {perf_counter() - started:.1f} s, {len(points.single_points)} single points")


if __name__ == "__main__":
    main()
