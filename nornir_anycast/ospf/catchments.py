"""Whom every router of an area prefers, by the database of one of them.

Inside an area all routers have the same database. So what a router would do whose command line nobody can reach is
known all the same, but for ABRs: their other areas are not here.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property
from itertools import count
from math import inf
from typing import TYPE_CHECKING

from nornir_anycast.ospf.announcements import Announcements, find_announcements, judge
from nornir_anycast.ospf.behind_abr import Witnesses
from nornir_anycast.ospf.database import Databases, keys_of_address
from nornir_anycast.ospf.origins import Catchment, preferred
from nornir_anycast.ospf.routes import BACKBONE, LS_INFINITY, RoutingTable

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence
    from ipaddress import IPv4Address, IPv4Network

    from nornir_anycast.ospf.database import Database
    from nornir_anycast.ospf.graph import AreaGraph
    from nornir_anycast.ospf.lsa import AsbrSummaryLsa, ExternalLsa, Lsa, RouterLink, RouterLsa, SummaryLsa
    from nornir_anycast.ospf.model import RouterView

_Head = tuple[int, ...]
_Way = tuple[bool, "Sequence[float]"]
"""Whether RFC 2328 section 16.4.1 prefers others, and the cost for each router."""


class Catchments:
    """Whom the routers prefer that are in one area only, of those that the database of one router holds."""

    def __init__(self, view: RouterView, vip: IPv4Network, databases: Databases | None = None) -> None:
        """Work them out.

        Arguments:
            view: what the one router shows.
            vip: the prefix, matched exactly.
            databases: what is known already of the databases.

        """
        self._view = view
        self._vip = vip
        self._databases = databases or Databases()
        self._far: set[IPv4Address] = set()
        self.by_router: dict[IPv4Address, Catchment] = {}
        """The next hops of all but the one router have no interfaces: an LSDB does not know them."""
        database = self._databases.of(view.lsdb)
        for area in {area for areas in database.areas_of.values() for area in areas}:
            self._add(area, range(len(database.graph(area).lsas)))

    def without(self, then: RouterView, databases: Databases) -> Catchments:
        """Return the catchments after something was lost; those that it does not touch are the same.

        Arguments:
            then: what the one router would show.
            databases: knows what is left, and from what it was made.

        """
        before, after = databases.of(self._view.lsdb), databases.of(then.lsdb)
        gone = before.areas_of.keys() - after.areas_of.keys()
        announced = find_announcements(after, self._vip)
        has_other = any(lsa.forwarding_address for lsa in announced.externals)
        if has_other or then.router_id != self._view.router_id or before.abr_areas_of:
            return Catchments(then, self._vip, databases)
        found = object.__new__(Catchments)
        found._view, found._vip, found._databases = then, self._vip, databases
        found._far = set(self._far)
        found.by_router = {router: best for router, best in self.by_router.items() if router not in gone}
        again = self._far | {then.router_id}
        again |= {r for r, best in found.by_router.items() for one in best.origins if one.advertising_router in gone}
        for area in {area for areas in before.areas_of.values() for area in areas}:
            graph = after.graph(area)
            asked = {vertex for router in again if (vertex := graph.router(router)) is not None}
            # The others have only become worse: who prefers somebody, whose way has not changed, prefers him still.
            announcers = {lsa.advertising_router: graph.router(lsa.advertising_router) for lsa in announced.lsas}
            touched = {r: graph.touched(target) for r, target in announcers.items() if target is not None}
            for router, best in found.by_router.items():
                vertex = graph.router(router)
                for one in best.origins:
                    if vertex is not None and vertex in touched.get(one.advertising_router, ()):
                        asked.add(vertex)
            found._add(area, asked)
        return found

    def _add(self, area: IPv4Address, vertices: Collection[int]) -> None:
        database = self._databases.of(self._view.lsdb)
        witnesses = Witnesses((self._view,), self._databases)
        inside = _Inside(self._view, database, area, self._vip, vertices)
        for router_id, announced in inside.best():
            own = self._view if router_id == self._view.router_id else inside.view_of(router_id)
            table = RoutingTable(own, database)
            judged = judge(table, announced) if announced.lsas else ()
            self.by_router[router_id] = preferred([witnesses.identify(origin, self._vip) for origin in judged])
            paths = table.areas[area]
            if paths.looks_far or paths.graph is not database.graph(area):
                self._far.add(router_id)


class _Inside:
    """One area: every announcement is ranked for all routers at once, and only the best are looked at closer."""

    def __init__(
        self, view: RouterView, database: Database, area: IPv4Address, vip: IPv4Network, vertices: Collection[int]
    ) -> None:
        self._view = view
        self._database = database
        self._area = area
        self._graph: AreaGraph = database.graph(area)
        asked = set(vertices)
        self._routers = [
            (router_id, vertex)
            for router_id, areas in database.areas_of.items()
            if areas == (area,)
            and (vertex := self._graph.router(router_id)) is not None
            and vertex in asked
            and router_id not in database.abr_areas_of
        ]
        self._vertices = [vertex for _, vertex in self._routers]
        self._places = {vertex: place for place, vertex in enumerate(self._vertices)}
        self._announced = find_announcements(database, vip)
        self._bare = replace(view, interfaces=(), neighbors=(), routes=(), ospf_routes=None)
        self._has_type_5 = all(known.kind == "normal" for known in view.areas if known.area_id == area)

    def view_of(self, router_id: IPv4Address) -> RouterView:
        """Return what another router shows, as far as it is known."""
        return replace(self._bare, router_id=router_id)

    def best(self) -> Iterator[tuple[IPv4Address, Announcements]]:
        """Yield the routers, each with the announcements among which its best ones are."""
        # Where ways of both kinds can meet, the order of FRR matters: all announcements are looked at.
        needs_all = self._view.forgets_best_asbr and self._area != BACKBONE
        chosen: dict[tuple[int, ...], Announcements] = {}
        for (router_id, vertex), best in zip(self._routers, self._all_best(), strict=True):
            if needs_all or router_id == self._view.router_id or self._has_virtual_link(vertex):
                yield router_id, self._announced
                continue
            if best not in chosen:
                chosen[best] = self._chosen(best)
            yield router_id, chosen[best]

    def _all_best(self) -> list[tuple[int, ...]]:
        """Return for each router the numbers of its best announcements."""
        fields: dict[_Head, list[tuple[int, Sequence[float]]]] = {}
        for number, (head, costs) in self._ranks():
            fields.setdefault(head, []).append((number, costs))
        found: list[tuple[int, ...]] = [() for _ in self._vertices]
        for _, ranked in sorted(fields.items()):
            numbers = [number for number, _ in ranked]
            for place, row in enumerate(zip(*(costs for _, costs in ranked), strict=True)):
                least = min(row)
                if least < inf and not found[place]:
                    found[place] = tuple([number for number, cost in zip(numbers, row, strict=True) if cost == least])
        return found

    def _has_virtual_link(self, vertex: int) -> bool:
        return any(edge.link and edge.link.kind == "virtual" for edge in self._graph.edges[vertex])

    def _chosen(self, best: Collection[int]) -> Announcements:
        stubs, summaries, externals = self._announced.stubs, self._announced.summaries, self._announced.externals
        others = len(stubs), len(stubs) + len(summaries)
        return Announcements(
            stubs=tuple(stub for number, stub in enumerate(stubs) if number in best),
            summaries=tuple(lsa for number, lsa in enumerate(summaries, others[0]) if number in best),
            externals=tuple(lsa for number, lsa in enumerate(externals, others[1]) if number in best),
        )

    def _ranks(self) -> Iterator[tuple[int, tuple[_Head, Sequence[float]]]]:
        """Yield the number of an announcement, what its rank begins with, and how it ends for each router.

        See :attr:`Origin.rank`. An announcement has two beginnings if there are ways of two kinds.
        """
        numbers = count()
        for lsa, link in self._announced.stubs:
            yield next(numbers), ((0,), self._to_stubs([(lsa, link)]))
        for summary in self._announced.summaries:
            yield next(numbers), ((1,), self._but_for_own(summary, self._to_summaries([summary])))
        for external in self._announced.externals:
            number = next(numbers)
            for by_backbone, costs in self._to_external(external):
                others = self._but_for_own(external, costs)
                if external.metric_type == 1:
                    yield number, ((2, by_backbone), [cost + external.metric for cost in others])
                else:
                    yield number, ((3, external.metric, by_backbone), others)

    def _but_for_own(self, lsa: Lsa, costs: Sequence[float]) -> Sequence[float]:
        own = self._places.get(self._graph.routers.get(int(lsa.advertising_router), -1))
        return costs if own is None else [*costs[:own], inf, *costs[own + 1 :]]

    def _to_external(self, lsa: ExternalLsa) -> Iterable[_Way]:
        is_here = self._has_type_5 if lsa.area is None else lsa.area == self._area
        if lsa.is_max_age or lsa.metric >= LS_INFINITY or not is_here:
            return ()
        ways = tuple(self._to_asbr(lsa))
        if lsa.forwarding_address is None:
            return ways
        reached = [any(cost < inf for cost in costs) for costs in zip(*(costs for _, costs in ways), strict=True)]
        return [
            (by_backbone, [cost if is_reached else inf for cost, is_reached in zip(costs, reached, strict=True)])
            for by_backbone, costs in self._to_address(lsa.forwarding_address)
        ]

    def _to_asbr(self, lsa: ExternalLsa) -> Iterator[_Way]:
        vertex = self._graph.router(lsa.advertising_router)
        router = self._graph.router_lsa(lsa.advertising_router)
        inside = self._nowhere if vertex is None else self._costs(vertex)
        yield self._is_preferred_last, inside if router is not None and router.is_asbr else self._nowhere
        if lsa.area is None and (type_4 := self._database.asbr_summaries.get(int(lsa.advertising_router))):
            yield self._has_preference, _where_none(inside, self._to_summaries(type_4))

    def _to_address(self, address: IPv4Address) -> Iterator[_Way]:
        """Yield the ways by the longest prefix of which there is one."""
        so_far: Sequence[float] = self._nowhere
        for key in keys_of_address(address):
            lsas = (lsa for lsa in self._database.segments.get(key, ()) if lsa.area == self._area)
            segments = [vertex for lsa in lsas if (vertex := self._graph.segment(lsa)) is not None]
            onto = [self._costs(vertex) for vertex in segments]
            inside = _least([self._to_stubs(self._database.stubs(key)), *onto])
            outside = self._to_summaries(self._database.summaries.get(key, ()))
            for by_backbone, costs in ((self._is_preferred_last, inside), (self._has_preference, outside)):
                if costs is not self._nowhere:
                    yield by_backbone, _where_none(so_far, costs)
                    so_far = list(map(min, so_far, costs))

    @property
    def _has_preference(self) -> bool:
        """False with RFC1583Compatibility: only the cost counts (RFC 2328 section 16.4.1)."""
        return not self._view.rfc1583

    @property
    def _is_preferred_last(self) -> bool:
        return self._has_preference and self._area == BACKBONE

    def _to_stubs(self, stubs: Iterable[tuple[RouterLsa, RouterLink]]) -> Sequence[float]:
        used = [(lsa, link.metric) for lsa, link in stubs if lsa.area == self._area and not lsa.is_max_age]
        return _least([self._nowhere, *(self._beyond(lsa.advertising_router, metric) for lsa, metric in used)])

    def _to_summaries(self, lsas: Iterable[SummaryLsa | AsbrSummaryLsa]) -> Sequence[float]:
        fields = [self._nowhere]
        for lsa in lsas:
            abr = self._graph.router_lsa(lsa.advertising_router) if lsa.area == self._area else None
            if abr is not None and abr.is_abr and not lsa.is_max_age and lsa.metric < LS_INFINITY:
                fields.append(self._beyond(lsa.advertising_router, lsa.metric))
        return _least(fields)

    def _beyond(self, router_id: IPv4Address, metric: int) -> Sequence[float]:
        vertex = self._graph.router(router_id)
        return self._nowhere if vertex is None else [cost + metric for cost in self._costs(vertex)]

    def _costs(self, vertex: int) -> Sequence[float]:
        distances = self._graph.distances_to(vertex)
        return [distances[one] for one in self._vertices]

    @cached_property
    def _nowhere(self) -> Sequence[float]:
        return [inf for _ in self._vertices]


def _least(fields: Sequence[Sequence[float]]) -> Sequence[float]:
    """Return the least of several costs for each router; the first field has none."""
    return list(map(min, *fields)) if len(fields) > 1 else fields[0]


def _where_none(before: Sequence[float], costs: Sequence[float]) -> Sequence[float]:
    return [inf if known < inf else cost for known, cost in zip(before, costs, strict=True)]
