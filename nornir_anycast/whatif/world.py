"""What is seen of the network, and what would be seen without a part of it. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from ipaddress import IPv4Address, IPv4Network

from nornir_anycast.checks.scene import Scene
from nornir_anycast.errors import UsageError
from nornir_anycast.intent import Service
from nornir_anycast.ospf.database import Databases
from nornir_anycast.ospf.model import Lsdb, RouterView
from nornir_anycast.ospf.origins import Catchment, Views
from nornir_anycast.ospf.settled import attached_areas, is_settled, parted_areas, unsettled_areas
from nornir_anycast.ospf.whatif import Remains
from nornir_anycast.whatif.losses import Loss, speakers


@dataclass(frozen=True)
class World:
    """What is seen now, and what follows from it whatever is lost."""

    scene: Scene

    @cached_property
    def names(self) -> dict[IPv4Address, str]:
        """Hosts by the router-id in use."""
        hosts = (host.name for host in speakers(self.scene.intent))
        return {router_id: name for name in hosts if (router_id := self.router_id(name))}

    @cached_property
    def views(self) -> Mapping[str, RouterView]:
        """Whatever could be read, of routers and nodes."""
        return {name: seen.view for name, seen in self.scene.observations.items() if seen.view}

    @cached_property
    def prefixes(self) -> Collection[IPv4Network]:
        """The VIPs, as they are announced."""
        return tuple(service.prefix for service in self.scene.intent.services.values())

    @cached_property
    def alike(self) -> Collection[Sequence[str]]:
        """Hosts that show one database in one way."""
        databases = self.scene.views.databases
        found: dict[tuple[object, ...], list[str]] = {}
        for name, view in self.views.items():
            attached = databases.of(view.lsdb).areas_of.get(view.router_id)
            key = id(view.lsdb), view.areas, attached, view.forgets_best_asbr, name in self.scene.router_views
            found.setdefault(key, []).append(name)
        return found.values()

    @cached_property
    def never_designated(self) -> frozenset[IPv4Address]:
        """Addresses of interfaces with OSPF priority 0; a node that could not be seen has it by its configuration."""
        found: set[IPv4Address] = set()
        for host in speakers(self.scene.intent):
            view = self.views.get(host.name)
            if view:
                found |= {i.address.ip for i in view.interfaces if i.address and i.priority == 0}
            elif host.role == "node":
                found |= {interface.address.ip for interface in host.interfaces.values()}
        return frozenset(found)

    def router_id(self, name: str) -> IPv4Address | None:
        """The router-id in use; the one in the inventory where it could not be seen."""
        view = self.views.get(name)
        return view.router_id if view else self.scene.intent.hosts[name].router_id

    def without(self, losses: Sequence[Loss]) -> Rest:
        """Take away what is lost.

        Raises:
            UsageError: it cannot be said what OSPF would make of it.

        """
        self._refuse_shared_router_ids(losses)
        rest = Rest(self, tuple(losses))
        for name in rest.witnesses:
            rest.view(name)
        return rest

    def _refuse_shared_router_ids(self, losses: Sequence[Loss]) -> None:
        for loss in losses:
            for host in loss.hosts:
                if (router_id := self.router_id(host.name)) in self.scene.duplicate_router_ids:
                    raise UsageError(
                        f"{loss.name}: several hosts use router-id {router_id}, so the LSDB cannot tell what is left "
                        f"without {host.name}; see verify"
                    )


class Rest:
    """What would be seen without what is lost. A view is made when it is asked for."""

    def __init__(self, world: World, losses: Sequence[Loss]) -> None:
        self._world = world
        self._losses = losses
        self._lost = {loss.host for loss in losses if loss.host}
        self.gone = {router_id for name in self._lost if (router_id := world.router_id(name))}
        """Router ids that are lost."""
        self._links = [loss for loss in losses if loss.subnet and not self._lost & {host.name for host in loss.hosts}]
        self.databases = Databases(world.scene.views.databases)
        self._remains = Remains(self.databases, world.never_designated)
        self._made: dict[str, RouterView] = {}

    @cached_property
    def witnesses(self) -> Sequence[str]:
        """Hosts from which all that is left can be learned: of those that show one database in one way, one."""
        alike = self._world.alike
        first = (next((name for name in names if name not in self._lost), None) for names in alike)
        return tuple(name for name in first if name)

    def view(self, name: str) -> RouterView:
        """What a host would show that is not lost.

        Raises:
            UsageError: it cannot be said what OSPF would make of it.

        """
        if name not in self._made:
            view = self._world.views[name]
            for link in self._links:
                view = self._cut(view, link)
            self._made[name] = self._remains.without_routers(view, self.gone) if self.gone else view
        return self._made[name]

    def moved(self) -> Iterator[tuple[Lsdb, IPv4Address, int, IPv4Address | None]]:
        """Databases as they are now, areas, vertices that get farther from something, and the router that it is."""
        for name in self.witnesses:
            now, then = self._world.views[name].lsdb, self.view(name).lsdb
            areas = {area for areas in self.databases.of(now).areas_of.values() for area in areas}
            for area in areas if now is not then else ():
                graph = self.databases.of(then).graph(area)
                for target in graph.asked_before:
                    lsa = graph.lsas[target]
                    router = None if graph.is_segment(target) else lsa.advertising_router
                    for vertex in graph.moved(target):
                        yield now, area, vertex, router

    def catchment(self, router: str, service: Service) -> Catchment:
        """Whom a router would prefer."""
        return self._views.catchment(self.view(router), service.prefix)

    def why_unsettled(self, router: str) -> str | None:
        """Why it cannot be foreseen what a router would know: an ABR would announce something else than now."""
        view = self._world.views[router]
        if not self.unsettled or is_settled(view, self.unsettled, self._parted, self.databases):
            return None
        areas = ", ".join(str(area) for area in sorted(self.unsettled))
        return f"{router} needs ABRs to know what becomes of area {areas}"

    @cached_property
    def unsettled(self) -> Collection[IPv4Address]:
        """Areas of which an ABR would say something that cannot be foreseen."""
        return unsettled_areas(self._pairs(), self._touched, self.databases, self._world.prefixes)

    @cached_property
    def _parted(self) -> Collection[IPv4Address]:
        return parted_areas(self._pairs(), self.unsettled, self.databases)

    @cached_property
    def _touched(self) -> Collection[IPv4Address]:
        touched = {area for loss in self._losses for area in loss.areas}
        own = (self._world.views[name] for name in self._lost & self._world.views.keys())
        return touched | {area for view in own for area in attached_areas(view)}

    @cached_property
    def _views(self) -> Views:
        routers = [name for name in self.witnesses if name in self._world.scene.router_views]
        views = [self.view(name) for name in routers]
        return Views(views, databases=self.databases, before=self._world.scene.views)

    def _pairs(self) -> Iterator[tuple[RouterView, RouterView]]:
        for name in self.witnesses:
            yield self._world.views[name], self.view(name)

    def _cut(self, view: RouterView, link: Loss) -> RouterView:
        one, other = (self._world.router_id(host.name) for host in link.hosts)
        if not (link.subnet and one and other):
            return view
        try:
            return self._remains.without_link(view, (one, other), link.subnet)
        except UsageError as error:
            raise UsageError(f"{link.name}: {error}") from error
