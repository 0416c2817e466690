"""What FRR 10.3 prints of a view, as JSON, and a snapshot of many such views."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from ipaddress import IPv4Address, IPv4Network
from pathlib import Path
from zlib import crc32

import rustworkx

from nornir_anycast import snapshot
from nornir_anycast.ospf.model import (
    ExternalLsa,
    Lsa,
    Lsdb,
    NetworkLsa,
    RouterLsa,
    RouterView,
)
from nornir_anycast.ospf.spf import stub_prefix

AREA = IPv4Address(0)
OPTIONS = "*|-|-|-|-|-|E|-"
RECEIVED, SELF_ORIGINATED = '"lsaFlags":6,', '"lsaFlags":3,'
LINK_TYPES = {
    "p2p": ("another Router (point-to-point)", "neighborRouterId", "routerInterfaceAddress"),
    "transit": ("a Transit Network", "designatedRouterAddress", "routerInterfaceAddress"),
    "stub": ("Stub Network", "networkAddress", "networkMask"),
}
LOOK_S, HOPS = 60, 20
"""Within so many seconds all routers are asked; an LSA is so many hops away, a second each, or fewer."""


class Writer:
    """Writes what FRR 10.3 prints of views; views with one database share its text but for ages and flags."""

    def __init__(
        self, directory: Path, vips: Sequence[IPv4Network], *, seed: int, oldest_s: int, has_tables: bool
    ) -> None:
        """Begin a snapshot in an empty folder.

        Arguments:
            directory: the folder.
            vips: the prefixes whose routes are shown.
            seed: of all that is made up.
            oldest_s: LSAs are younger than this, when they are first shown.
            has_tables: write OSPF's own table, too.

        """
        self._directory, self._vips = directory, vips
        self._oldest_s, self._has_tables = oldest_s, has_tables
        self._chance = random.Random(seed)  # noqa: S311  no secret
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
                    prefix = stub_prefix(link)
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
            "ipAddressPrefixlen": one.address.network.prefixlen,
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
