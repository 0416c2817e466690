"""Who announces a VIP, as one router sees it, and whom it prefers."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from nornir_anycast.ospf.announcements import announcements
from nornir_anycast.ospf.behind_abr import originators
from nornir_anycast.ospf.origin import Origin

if TYPE_CHECKING:
    from collections.abc import Sequence
    from ipaddress import IPv4Address, IPv4Network

    from nornir_anycast.ospf.model import RouterView
    from nornir_anycast.ospf.spf import NextHops

__all__ = ["Catchment", "Origin", "catchment", "origins", "preferred"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Catchment:
    """Where one router sends the traffic for a VIP, by its LSDB."""

    origins: tuple[Origin, ...]
    """The best, all of one rank; empty if none counts."""

    @property
    def originators(self) -> frozenset[IPv4Address]:
        """Router ids of those who get the traffic, as far as known."""
        return frozenset(router for origin in self.origins for router in origin.originators)

    @property
    def is_known(self) -> bool:
        """False when a part of the traffic goes to an originator that is not known."""
        return all(origin.originators for origin in self.origins)

    @property
    def is_certain(self) -> bool:
        """False where FRR may prefer others, by an order that cannot be seen: the RIB decides."""
        return not any(origin.depends_on_order for origin in self.origins)

    @property
    def cost(self) -> int | None:
        """Metric of the route, ``None`` if there is none."""
        return self.origins[0].cost if self.origins else None

    @property
    def next_hops(self) -> NextHops:
        """What the RIB has as next hops, if nothing outside OSPF prevents it."""
        return frozenset(hop for origin in self.origins for hop in origin.next_hops)


def origins(view: RouterView, vip: IPv4Network, witnesses: Sequence[RouterView] = ()) -> tuple[Origin, ...]:
    """Return every announcement of a VIP in the LSDB of one router, also those that do not count.

    Arguments:
        view: what the router shows.
        vip: the prefix, matched exactly.
        witnesses: views of other routers, to know who is behind an ABR.

    """
    views = (view, *witnesses)
    return tuple(replace(origin, originators=originators(origin, vip, views)) for origin in announcements(view, vip))


def catchment(view: RouterView, vip: IPv4Network, witnesses: Sequence[RouterView] = ()) -> Catchment:
    """Return whom one router prefers for a VIP; see :func:`origins` for the arguments.

    OSPF alone is asked: a router that holds the VIP as a connected address prefers itself whatever this says, and a
    filter (``distribute-list in``, ``ip protocol ospf route-map``) or another protocol can keep the route out of the
    RIB.
    """
    return preferred(origins(view, vip, witnesses))


def preferred(found: Sequence[Origin]) -> Catchment:
    """Return the best of the origins that one router sees, equal ones together."""
    counting = [origin for origin in found if origin.counts]
    best = min((origin.rank for origin in counting), default=())
    return Catchment(origins=tuple(origin for origin in counting if origin.rank == best))
