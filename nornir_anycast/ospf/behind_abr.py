"""For whom the LSA of an ABR stands.

An ABR hides who is behind it: its summary (type-3) and its type-5 translated from a type-7 (RFC 3101 section 3.2) name
the ABR only. A forwarding address proves a segment, not a node. So whom they stand for is worked out from the database
of the area behind, as any router in that area shows it; where no view has it, it is not known.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from nornir_anycast.ospf.announcements import Announcements, find_announcements, judge
from nornir_anycast.ospf.routes import BACKBONE, RoutingTable

if TYPE_CHECKING:
    from collections.abc import Sequence
    from ipaddress import IPv4Address, IPv4Network

    from nornir_anycast.ospf.database import Database, Databases
    from nornir_anycast.ospf.model import RouterView
    from nornir_anycast.ospf.origin import Origin

_NONE_COUNTS = (5,)
"""Behind every rank."""

_Key = tuple[object, ...]


class Witnesses:
    """What any routers show, to know who is behind an ABR. Views of one database are one witness."""

    def __init__(self, views: Sequence[RouterView], databases: Databases) -> None:
        distinct = {(id(view.lsdb), view.forgets_best_asbr, view.rfc1583): view for view in views}
        self._seen = [(view, databases.of(view.lsdb)) for view in distinct.values()]
        self._tables: dict[_Key, RoutingTable] = {}
        self._originators: dict[_Key, tuple[IPv4Address, ...]] = {}

    def originators(self, origin: Origin, vip: IPv4Network) -> tuple[IPv4Address, ...]:
        """Return the router ids of those for whom an announcement of a VIP stands, empty if that is not known.

        Where two witnesses of one area differ, only whom both see counts.
        """
        if origin.via in ("intra-area", "nssa"):
            return origin.originators
        key = origin.advertising_router, origin.via, origin.area, origin.forwarding_address, vip
        if key not in self._originators:
            self._originators[key] = self._look_behind(origin, vip)
        return self._originators[key]

    def identify(self, origin: Origin, vip: IPv4Network) -> Origin:
        """Return the announcement with the router ids of those for whom it stands."""
        originators = self.originators(origin, vip)
        return origin if originators == origin.originators else replace(origin, originators=originators)

    def _look_behind(self, origin: Origin, vip: IPv4Network) -> tuple[IPv4Address, ...]:
        behind: dict[IPv4Address, tuple[tuple[int, ...], frozenset[IPv4Address]]] = {}
        for view, database in self._seen:
            for area in database.abr_areas_of.get(origin.advertising_router, ()):
                if area == origin.area:
                    continue
                candidates = [
                    one for one in self._from_abr(origin, view, database, area, vip) if _is_source(origin, one)
                ]
                if candidates:
                    rank, routers = self._best(candidates, vip)
                    worst, both = behind.get(area, (rank, routers))
                    behind[area] = max(worst, rank), both & routers
        if behind:
            best = min(rank for rank, _ in behind.values())
            return tuple(sorted({router for rank, routers in behind.values() if rank == best for router in routers}))
        return () if self._may_hide_others(origin) else origin.originators

    def _from_abr(
        self, origin: Origin, view: RouterView, database: Database, area: IPv4Address, vip: IPv4Network
    ) -> tuple[Origin, ...]:
        """Return what the ABR would make of the announcements if it had no other area."""
        abr = origin.advertising_router
        key = id(view), area, abr
        if key not in self._tables:
            of_abr = replace(view, router_id=abr, interfaces=(), neighbors=())
            self._tables[key] = RoutingTable(of_abr, database, [area])
        found = find_announcements(database, vip)
        inside = Announcements(
            stubs=tuple((lsa, link) for lsa, link in found.stubs if lsa.area == area),
            summaries=tuple(lsa for lsa in found.summaries if lsa.area == area),
            externals=tuple(lsa for lsa in found.externals if lsa.area == area),
        )
        return judge(self._tables[key], inside)

    def _best(self, candidates: Sequence[Origin], vip: IPv4Network) -> tuple[tuple[int, ...], frozenset[IPv4Address]]:
        """Return the rank of the best candidates and for whom they stand."""
        own = [one.advertising_router for one in candidates if one.reason == "self-originated" and one.via == "nssa"]
        if own:  # the ABR imports the prefix itself
            return (), frozenset(own)
        rank = min((one.rank for one in candidates if one.counts), default=_NONE_COUNTS)
        stand_for = [self.originators(one, vip) for one in candidates if one.rank == rank]
        known = all(stand_for)
        return rank, frozenset(router for routers in stand_for for router in routers) if known else frozenset()

    def _may_hide_others(self, origin: Origin) -> bool:
        """Tell whether an LSA can stand for others though nobody shows them: any summary, a type-5 like an ABR's.

        With ``suppress-fa`` a translated type-5 looks like one of the ABR's own.
        """
        if origin.via == "inter-area":
            return True
        if origin.forwarding_address is None:
            return False
        router = origin.advertising_router
        is_abr = any(router in database.abr_areas_of for _, database in self._seen)
        return is_abr or not any(router in database.areas_of for _, database in self._seen)


def _is_source(origin: Origin, candidate: Origin) -> bool:
    """Tell whether the ABR can have made ``origin`` from what it sees in another area."""
    if origin.via == "external":
        # A translation keeps the forwarding address, unless it is suppressed.
        return candidate.via == "nssa" and origin.forwarding_address in (None, candidate.forwarding_address)
    # Inter-area routes are announced from the backbone into the other areas only (RFC 2328 section 12.4.3).
    return candidate.via == "intra-area" or (candidate.via == "inter-area" and candidate.area == BACKBONE)
