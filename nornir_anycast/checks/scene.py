"""What every check looks at: the intent, the observations in scope, and the questions checks ask of both. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from ipaddress import IPv4Network

from nornir_anycast.checks.model import Evidence
from nornir_anycast.intent import Host, Intent, Link, Service
from nornir_anycast.observation import Observation
from nornir_anycast.ospf.model import Neighbor, RouterView
from nornir_anycast.ospf.origins import Origin, origins


@dataclass(frozen=True)
class Scene:
    """Intent and observations. Only hosts in `observations` are in scope."""

    intent: Intent
    observations: Mapping[str, Observation]

    def in_scope(self, role: str) -> list[Host]:
        """Hosts of a role that were asked for."""
        return [host for host in self.intent.hosts.values() if host.role == role and host.name in self.observations]

    @cached_property
    def router_views(self) -> dict[str, RouterView]:
        """Routers that could be read."""
        routers = ((host.name, self.observations[host.name].view) for host in self.in_scope("router"))
        return {name: view for name, view in routers if view}

    @cached_property
    def _origins(self) -> Mapping[tuple[str, IPv4Network], tuple[Origin, ...]]:
        """SPF is run once for each router and VIP, however many checks ask."""
        found = {}
        for name, view in self.router_views.items():
            others = [other for other in self.router_views.values() if other is not view]
            for service in self.intent.services.values():
                found[name, service.prefix] = origins(view, service.prefix, others)
        return found

    def origins(self, router: str, service: Service) -> tuple[Origin, ...]:
        """Every announcement of the VIP that the router lists; the other routers are witnesses."""
        return self._origins[router, service.prefix]

    def neighbor(self, link: Link) -> Neighbor | None:
        """The link's peer as its host lists it, found by address: a router-id can lie."""
        observed = self.observations.get(link.host)
        address = self.intent.hosts[link.peer].interfaces[link.peer_interface].address.ip
        if not observed or not observed.view:
            return None
        return next((neighbor for neighbor in observed.view.neighbors if neighbor.address == address), None)

    def logs(self, host: str) -> tuple[Evidence, ...]:
        """The host's last log lines, as evidence."""
        observed = self.observations.get(host)
        return (Evidence(host, "log", observed.logs),) if observed and observed.logs else ()


def describe_origin(origin: Origin) -> str:
    """One line that names an LSA as routers do."""
    kind = {"external": "type-5", "nssa": "type-7", "intra-area": "router-LSA stub", "inter-area": "type-3"}[origin.via]
    metric = f"E{origin.metric_type} metric {origin.metric}" if origin.metric_type else f"metric {origin.metric}"
    return f"{kind} from {origin.advertising_router}, {metric}, age {origin.age_s} s, " + (
        f"cost {origin.cost}" if origin.counts else f"does not count: {origin.reason}"
    )
