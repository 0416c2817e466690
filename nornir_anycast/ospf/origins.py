"""Who announces a VIP, as one router sees it, and whom it prefers.

An ABR hides who is behind it: its type-5 translated from a type-7 (RFC 3101 section 3.2) and its summary (type-3) name
the ABR only. Whom they stand for is judged by views of routers that hold the database of the area behind, the
*witnesses*; where there is none, it is not known.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from nornir_anycast.ospf.announcements import Origin, announcements
from nornir_anycast.ospf.model import Lsdb
from nornir_anycast.ospf.spf import stub_prefix

if TYPE_CHECKING:
    from collections.abc import Sequence
    from ipaddress import IPv4Address, IPv4Network

    from nornir_anycast.ospf.model import RouterView
    from nornir_anycast.ospf.spf import NextHops

__all__ = ["Catchment", "Origin", "catchment", "origins"]


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
    return tuple(replace(origin, originators=_originators(origin, vip, views)) for origin in announcements(view, vip))


def catchment(view: RouterView, vip: IPv4Network, witnesses: Sequence[RouterView] = ()) -> Catchment:
    """Return whom one router prefers for a VIP.

    OSPF alone is asked: a router that holds the VIP itself prefers itself whatever this says, and a route filter
    (``distribute-list in``) or another protocol can keep the route out of the RIB.
    """
    counting = [origin for origin in origins(view, vip, witnesses) if origin.counts]
    best = min((origin.rank for origin in counting), default=())
    return Catchment(origins=tuple(origin for origin in counting if origin.rank == best))


def _originators(origin: Origin, vip: IPv4Network, views: Sequence[RouterView]) -> tuple[IPv4Address, ...]:
    """Return for whom an LSA stands, empty if that is not known."""
    if origin.via in ("intra-area", "nssa"):
        return origin.originators
    behind: dict[IPv4Address, frozenset[IPv4Address]] = {}
    for view in views:
        for area in _areas_behind(origin, vip, view):
            seen = _seen_by_abr(origin, vip, view, area)
            # Where two views of one area differ, only whom both see is sure.
            behind[area] = behind.get(area, seen) & seen
    if behind:
        return tuple(sorted(frozenset().union(*behind.values())))
    return () if _may_hide_others(origin, views) else origin.originators


def _areas_behind(origin: Origin, vip: IPv4Network, view: RouterView) -> set[IPv4Address]:
    """Return the areas from which the ABR can have the prefix: it borders them, and the prefix is announced there."""
    if origin.via == "external":
        announced = {lsa.area for lsa in view.lsdb.externals if lsa.area is not None and lsa.prefix == vip}
    else:
        announced = {
            lsa.area
            for lsa in view.lsdb.routers
            if lsa.area is not None
            and lsa.area != origin.area
            and any(link.kind == "stub" and stub_prefix(link) == vip for link in lsa.links)
        }
    return {
        lsa.area
        for lsa in view.lsdb.routers
        if lsa.advertising_router == origin.advertising_router and lsa.is_abr and lsa.area in announced
    }


def _seen_by_abr(origin: Origin, vip: IPv4Network, view: RouterView, area: IPv4Address) -> frozenset[IPv4Address]:
    """Return whom the ABR prefers inside one area, worked out from the database of another router in it."""
    inside = replace(
        view,
        router_id=origin.advertising_router,
        interfaces=(),
        neighbors=(),
        lsdb=Lsdb(
            routers=tuple(lsa for lsa in view.lsdb.routers if lsa.area == area),
            networks=tuple(lsa for lsa in view.lsdb.networks if lsa.area == area),
            externals=tuple(lsa for lsa in view.lsdb.externals if lsa.area == area),
        ),
    )
    via = "nssa" if origin.via == "external" else "intra-area"
    found = [
        candidate
        for candidate in announcements(inside, vip)
        if candidate.via == via and origin.forwarding_address in (None, candidate.forwarding_address)
    ]
    if any(candidate.reason == "self-originated" for candidate in found):
        return frozenset({origin.advertising_router})
    best = min((candidate.rank for candidate in found if candidate.counts), default=None)
    return frozenset(candidate.advertising_router for candidate in found if candidate.rank == best)


def _may_hide_others(origin: Origin, views: Sequence[RouterView]) -> bool:
    """Tell whether an LSA can stand for others, though no view shows them: any summary, and a type-5 like an ABR's.

    A translated type-5 has the forwarding address of its type-7, unless ``suppress-fa`` removes it: then it looks like
    the ABR's own.
    """
    if origin.via == "inter-area":
        return True
    roles = {
        lsa.is_abr
        for view in views
        for lsa in view.lsdb.routers
        if lsa.advertising_router == origin.advertising_router and not lsa.is_max_age
    }
    return origin.forwarding_address is not None and roles != {False}
