"""For whom the LSA of an ABR stands.

An ABR hides who is behind it: its summary (type-3) and its type-5 translated from a type-7 (RFC 3101 section 3.2) name
the ABR only. A forwarding address proves a segment, not a node. So whom they stand for is worked out from the database
of the area behind, as any router in that area shows it; where no view has it, it is not known.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from nornir_anycast.ospf.announcements import announcements
from nornir_anycast.ospf.model import Lsdb
from nornir_anycast.ospf.routes import BACKBONE

if TYPE_CHECKING:
    from collections.abc import Sequence
    from ipaddress import IPv4Address, IPv4Network

    from nornir_anycast.ospf.model import RouterView
    from nornir_anycast.ospf.origin import Origin

_NONE_COUNTS = (5,)
"""Behind every rank."""


def originators(origin: Origin, vip: IPv4Network, views: Sequence[RouterView]) -> tuple[IPv4Address, ...]:
    """Return the router ids of those for whom an LSA stands, empty if that is not known.

    Arguments:
        origin: an announcement of ``vip``.
        vip: the prefix.
        views: what any routers show. Where two views of one area differ, only whom both see counts.

    """
    if origin.via in ("intra-area", "nssa"):
        return origin.originators
    behind: dict[IPv4Address, tuple[tuple[int, ...], frozenset[IPv4Address]]] = {}
    for view in views:
        for area in _areas_behind(origin, view):
            candidates = [one for one in announcements(_from_abr(origin, view, area), vip) if _is_source(origin, one)]
            if candidates:
                rank, routers = _best(candidates, vip, views)
                worst, both = behind.get(area, (rank, routers))
                behind[area] = max(worst, rank), both & routers
    if behind:
        best = min(rank for rank, _ in behind.values())
        return tuple(sorted({router for rank, routers in behind.values() if rank == best for router in routers}))
    return () if _may_hide_others(origin, views) else origin.originators


def _areas_behind(origin: Origin, view: RouterView) -> list[IPv4Address]:
    """Return the areas of the view that the ABR borders, but for the one into which it announces."""
    return [
        lsa.area
        for lsa in view.lsdb.routers
        if lsa.advertising_router == origin.advertising_router and lsa.is_abr and lsa.area not in (None, origin.area)
    ]


def _from_abr(origin: Origin, view: RouterView, area: IPv4Address) -> RouterView:
    """Return what the ABR would show if it had no other area."""
    return replace(
        view,
        router_id=origin.advertising_router,
        interfaces=(),
        neighbors=(),
        lsdb=Lsdb(
            routers=tuple(lsa for lsa in view.lsdb.routers if lsa.area == area),
            networks=tuple(lsa for lsa in view.lsdb.networks if lsa.area == area),
            summaries=tuple(lsa for lsa in view.lsdb.summaries if lsa.area == area),
            externals=tuple(lsa for lsa in view.lsdb.externals if lsa.area == area),
        ),
    )


def _is_source(origin: Origin, candidate: Origin) -> bool:
    """Tell whether the ABR can have made ``origin`` from what it sees in another area."""
    if origin.via == "external":
        # A translation keeps the forwarding address, unless it is suppressed.
        return candidate.via == "nssa" and origin.forwarding_address in (None, candidate.forwarding_address)
    # Inter-area routes are announced from the backbone into the other areas only (RFC 2328 section 12.4.3).
    return candidate.via == "intra-area" or (candidate.via == "inter-area" and candidate.area == BACKBONE)


def _best(
    candidates: Sequence[Origin],
    vip: IPv4Network,
    views: Sequence[RouterView],
) -> tuple[tuple[int, ...], frozenset[IPv4Address]]:
    """Return the rank of the best candidates and for whom they stand."""
    own = [one.advertising_router for one in candidates if one.reason == "self-originated" and one.via == "nssa"]
    if own:  # the ABR imports the prefix itself
        return (), frozenset(own)
    rank = min((one.rank for one in candidates if one.counts), default=_NONE_COUNTS)
    stand_for = [originators(one, vip, views) for one in candidates if one.rank == rank]
    known = all(stand_for)
    return rank, frozenset(router for routers in stand_for for router in routers) if known else frozenset()


def _may_hide_others(origin: Origin, views: Sequence[RouterView]) -> bool:
    """Tell whether an LSA can stand for others though no view shows them: any summary, and a type-5 like an ABR's.

    With ``suppress-fa`` a translated type-5 looks like one of the ABR's own.
    """
    if origin.via == "inter-area":
        return True
    is_abr = {
        lsa.is_abr for view in views for lsa in view.lsdb.routers if lsa.advertising_router == origin.advertising_router
    }
    return origin.forwarding_address is not None and is_abr != {False}
