"""What is seen of the network, and what would be seen without a part of it. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from ipaddress import IPv4Address

from nornir_anycast.checks.adjacency import duplicate_router_ids
from nornir_anycast.checks.scene import Scene
from nornir_anycast.errors import UsageError
from nornir_anycast.observation import Observation
from nornir_anycast.ospf.model import RouterView
from nornir_anycast.ospf.whatif import attached_areas, unsettled_areas, without_link, without_routers
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
    def shared_router_ids(self) -> frozenset[IPv4Address]:
        """Router-ids that several hosts use."""
        return frozenset(duplicate_router_ids(self.scene))

    @cached_property
    def _never_designated(self) -> frozenset[IPv4Address]:
        """Addresses of interfaces with OSPF priority 0; a node that could not be seen has it by its configuration."""
        found: set[IPv4Address] = set()
        for host in speakers(self.scene.intent):
            observed = self.scene.observations.get(host.name)
            if observed and observed.view:
                found |= {i.address.ip for i in observed.view.interfaces if i.address and i.priority == 0}
            elif host.role == "node":
                found |= {interface.address.ip for interface in host.interfaces.values()}
        return frozenset(found)

    def router_id(self, name: str) -> IPv4Address | None:
        """The router-id in use; the one in the inventory where it could not be seen."""
        observed = self.scene.observations.get(name)
        return observed.view.router_id if observed and observed.view else self.scene.intent.hosts[name].router_id

    def without(self, losses: Sequence[Loss]) -> tuple[Scene, frozenset[IPv4Address]]:
        """Take away what is lost.

        Returns:
            What would be seen, and the areas of which an ABR would say something that cannot be foreseen.

        Raises:
            UsageError: it cannot be said what OSPF would make of it.

        """
        self._refuse_shared_router_ids(losses)
        lost = {loss.host for loss in losses if loss.host}
        links = [loss for loss in losses if loss.subnet and not lost & {host.name for host in loss.hosts}]
        gone = {router_id for name in lost if (router_id := self.router_id(name))}
        seen: dict[str, Observation] = {}
        pairs: list[tuple[RouterView, RouterView]] = []
        for name, observed in self.scene.observations.items():
            if name in lost:
                continue
            seen[name] = observed
            if observed.view and losses:
                view = observed.view
                for link in links:
                    view = self._cut(view, link)
                view = without_routers(view, gone, self._never_designated)
                pairs.append((observed.view, view))
                seen[name] = replace(observed, view=view)
        touched = {area for loss in losses for area in loss.areas}
        own = (self.scene.observations[name].view for name in lost & self.scene.observations.keys())
        touched |= {area for view in own if view for area in attached_areas(view)}
        return Scene(self.scene.intent, seen), unsettled_areas(pairs, touched)

    def _cut(self, view: RouterView, link: Loss) -> RouterView:
        one, other = (self.router_id(host.name) for host in link.hosts)
        if not (link.subnet and one and other):
            return view
        try:
            return without_link(view, (one, other), link.subnet, self._never_designated)
        except UsageError as error:
            raise UsageError(f"{link.name}: {error}") from error

    def _refuse_shared_router_ids(self, losses: Sequence[Loss]) -> None:
        for loss in losses:
            for host in loss.hosts:
                if (router_id := self.router_id(host.name)) in self.shared_router_ids:
                    raise UsageError(
                        f"{loss.name}: several hosts use router-id {router_id}, so the LSDB cannot tell what is left "
                        f"without {host.name}; see verify"
                    )
