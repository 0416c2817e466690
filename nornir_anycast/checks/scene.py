"""What every check looks at: the intent, the observations in scope, and the questions checks ask of both. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from ipaddress import IPv4Address, IPv4Network
from typing import NamedTuple

from nornir_anycast.checks.lsas import describe_age
from nornir_anycast.checks.model import Evidence
from nornir_anycast.intent import Host, Intent, Link, Service
from nornir_anycast.observation import NEIGHBORS, Observation
from nornir_anycast.ospf.model import Lsdb, Neighbor, OspfInterface, RouterView
from nornir_anycast.ospf.origins import Catchment, Origin, Views


class SharedLsdb(NamedTuple):
    """One LSDB, and the routers that show it."""

    lsdb: Lsdb
    routers: tuple[str, ...]


class SeenRouterId(NamedTuple):
    """A router-id in use, the host that uses it, and the proof."""

    router_id: IPv4Address
    host: str
    proof: Evidence


@dataclass(frozen=True)
class Scene:
    """Intent and observations. Only hosts in `observations` are in scope."""

    intent: Intent
    observations: Mapping[str, Observation]

    def in_scope(self, role: str) -> list[Host]:
        """Hosts of a role that were asked for."""
        return self._by_role.get(role, [])

    @cached_property
    def _by_role(self) -> dict[str, list[Host]]:
        found: dict[str, list[Host]] = {}
        for host in self.intent.hosts.values():
            if host.name in self.observations:
                found.setdefault(host.role, []).append(host)
        return found

    @cached_property
    def router_views(self) -> dict[str, RouterView]:
        """Routers that could be read."""
        routers = ((host.name, self.observations[host.name].view) for host in self.in_scope("router"))
        return {name: view for name, view in routers if view}

    @cached_property
    def views(self) -> Views:
        """What the routers show, together; whatever is asked of it is worked out once, however many checks ask."""
        return Views(tuple(self.router_views.values()), [service.prefix for service in self.intent.services.values()])

    def origins(self, router: str, service: Service) -> tuple[Origin, ...]:
        """Every announcement of the VIP that the router lists; the other routers are witnesses.

        VIPs that are announced alike share one tuple: whoever quotes an LSA takes `exact_origins`.
        """
        return self.views.origins(self.router_views[router], service.prefix)

    def exact_origins(self, router: str, service: Service) -> tuple[Origin, ...]:
        """The same, each with the age of its LSA: made anew at every call."""
        return self.views.exact_origins(self.router_views[router], service.prefix)

    def best(self, router: str, service: Service) -> Catchment:
        """Whom the router prefers by its LSDB."""
        return self.views.catchment(self.router_views[router], service.prefix)

    @cached_property
    def lsdbs(self) -> tuple[SharedLsdb, ...]:
        """The LSDBs of the routers that could be read, each once: routers can share one object."""
        shown: dict[int, tuple[Lsdb, list[str]]] = {}
        for name, view in self.router_views.items():
            shown.setdefault(id(view.lsdb), (view.lsdb, []))[1].append(name)
        return tuple(SharedLsdb(lsdb, tuple(routers)) for lsdb, routers in shown.values())

    @cached_property
    def segments(self) -> dict[IPv4Network, list[tuple[str, str]]]:
        """Subnet to who is on it: host and interface, in inventory order."""
        found: dict[IPv4Network, list[tuple[str, str]]] = {}
        for host in self.intent.hosts.values():
            for name, interface in host.interfaces.items():
                found.setdefault(interface.network, []).append((host.name, name))
        return found

    def links_of(self, host: str) -> Iterator[Link]:
        """Who shares a subnet with the host, as `Intent.links_of`, without looking at all the other hosts."""
        for name, interface in self.intent.hosts[host].interfaces.items():
            for peer, peer_name in self.segments[interface.network]:
                if peer != host:
                    yield Link(host, name, peer, peer_name)

    @cached_property
    def _neighbors(self) -> dict[str, dict[IPv4Address, Neighbor]]:
        found: dict[str, dict[IPv4Address, Neighbor]] = {}
        for name, observed in self.observations.items():
            rows = found.setdefault(name, {})
            for neighbor in observed.view.neighbors if observed.view else ():
                rows.setdefault(neighbor.address, neighbor)
        return found

    def neighbor(self, link: Link) -> Neighbor | None:
        """The link's peer as its host lists it, found by address: a router-id can lie."""
        address = self.intent.hosts[link.peer].interfaces[link.peer_interface].address.ip
        return self._neighbors.get(link.host, {}).get(address)

    def interface(self, host: str, name: str) -> OspfInterface | None:
        """An interface of the intent as its host shows it, by address or else by name; None: not seen, or no OSPF."""
        observed = self.observations.get(host)
        running = observed.view.interfaces if observed and observed.view else ()
        address = self.intent.hosts[host].interfaces[name].address.ip
        by_address = (one for one in running if one.address is not None and one.address.ip == address)
        return next(by_address, None) or next((one for one in running if one.name == name), None)

    @cached_property
    def host_of_router_id(self) -> dict[IPv4Address, Host]:
        """Router-id to the host that should have it."""
        return {host.router_id: host for host in self.intent.hosts.values() if host.router_id is not None}

    def name_of(self, router_id: IPv4Address) -> str:
        """The host that should have this router-id, or the router-id itself."""
        host = self.host_of_router_id.get(router_id)
        return host.name if host else str(router_id)

    @cached_property
    def router_ids(self) -> tuple[SeenRouterId, ...]:
        """Router-ids in use, by what hosts say themselves and what their neighbors see of them."""
        return tuple(self._router_ids())

    def _router_ids(self) -> Iterator[SeenRouterId]:
        for name, observed in self.observations.items():
            if not observed.view:
                continue
            own = observed.view.router_id
            line = f"OSPF Routing Process, Router ID: {own}"
            yield SeenRouterId(own, name, Evidence(name, "show ip ospf", (line,)))
            for link in self.links_of(name):
                neighbor = self.neighbor(link)
                if neighbor and neighbor.router_id:
                    line = (
                        f"{neighbor.router_id} {neighbor.state}/{neighbor.role} {neighbor.address} {neighbor.interface}"
                    )
                    yield SeenRouterId(neighbor.router_id, link.peer, Evidence(name, NEIGHBORS, (line,)))

    @cached_property
    def duplicate_router_ids(self) -> dict[IPv4Address, set[str]]:
        """Router-ids that more than one host of the intent uses, and who."""
        users: dict[IPv4Address, set[str]] = {}
        for seen in self.router_ids:
            users.setdefault(seen.router_id, set()).add(seen.host)
        return {router_id: hosts for router_id, hosts in users.items() if len(hosts) > 1}

    def logs(self, host: str) -> tuple[Evidence, ...]:
        """The host's last log lines, as evidence."""
        observed = self.observations.get(host)
        return (Evidence(host, "log", observed.logs),) if observed and observed.logs else ()


def quote_origins(
    scene: Scene, router: str, service: Service, chosen: Collection[Origin] | None = None
) -> tuple[str, ...]:
    """A router's announcements of the VIP, one line for each, or some of them, in the order of its LSDB."""
    both = zip(scene.origins(router, service), scene.exact_origins(router, service), strict=True)
    return tuple(
        f"{service.prefix} {describe_origin(exact)}" for origin, exact in both if chosen is None or origin in chosen
    )


def describe_origin(origin: Origin) -> str:
    """One line that names an LSA as routers do."""
    kind = {"external": "type-5", "nssa": "type-7", "intra-area": "router-LSA stub", "inter-area": "type-3"}[origin.via]
    metric = f"E{origin.metric_type} metric {origin.metric}" if origin.metric_type else f"metric {origin.metric}"
    age = "" if origin.age_s is None else f"{describe_age(origin.age_s)}, "
    return f"{kind} from {origin.advertising_router}, {metric}, {age}" + (
        f"cost {origin.cost}" if origin.counts else f"does not count: {origin.reason}"
    )
