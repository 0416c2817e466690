"""Who announces a VIP, as one router sees it, and whom it prefers."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from nornir_anycast.ospf.announcements import Announcements, find_announcements, judge
from nornir_anycast.ospf.behind_abr import Witnesses
from nornir_anycast.ospf.database import Databases
from nornir_anycast.ospf.origin import Origin
from nornir_anycast.ospf.routes import RoutingTable

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Sequence
    from ipaddress import IPv4Address, IPv4Network

    from nornir_anycast.ospf.model import Lsdb, RouterView
    from nornir_anycast.ospf.spf import NextHops

__all__ = ["Catchment", "Origin", "Views", "catchment", "origins", "preferred"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Catchment:
    """Where one router sends the traffic for a VIP, by its LSDB."""

    origins: tuple[Origin, ...]
    """The best, all of one rank; empty if none counts."""

    @property
    def originators(self) -> frozenset[IPv4Address]:
        """Router ids of those whom the router prefers, as far as known.

        They get the traffic where all routers on the way are in one area. An ABR on the way may prefer others: it
        looks at its own areas first (RFC 2328 section 16.4.1).
        """
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


class Views:
    """What routers show, together: each is a witness of who is behind an ABR.

    Whatever several of them show alike is walked once; and so are VIPs that the same routers announce alike.
    """

    def __init__(
        self,
        views: Sequence[RouterView],
        vips: Iterable[IPv4Network] = (),
        databases: Databases | None = None,
        before: Views | None = None,
    ) -> None:
        """Take views.

        Arguments:
            views: what routers show.
            vips: the prefixes that will be asked for: those announced alike share their origins. One that is not
                among them can be asked for all the same.
            databases: what is known already of the databases.
            before: what the same routers showed before something was lost. Whoever announced VIPs alike still does.

        """
        self.databases = databases or Databases()
        self._views = views
        self._witnesses = Witnesses(views, self.databases)
        self._tables: dict[int, RoutingTable] = {}
        self._origins: dict[tuple[int, IPv4Network], tuple[Origin, ...]] = {}
        self._originators: dict[tuple[int, IPv4Network], tuple[tuple[IPv4Address, ...], ...]] = {}
        self._best: dict[tuple[int, IPv4Network], Catchment] = {}
        self._announced: dict[tuple[int, IPv4Network], Announcements] = {}
        self._alike: dict[IPv4Network, IPv4Network] = before._alike if before else self._group(dict.fromkeys(vips))  # noqa: SLF001  one of its kind

    def origins(self, view: RouterView, vip: IPv4Network) -> tuple[Origin, ...]:
        """Return every announcement of a VIP in the LSDB of one router, also those that do not count.

        VIPs that are announced alike get one and the same tuple; see :attr:`Origin.age_s`.
        """
        first = self._alike.get(vip, vip)
        key = id(view), first
        found = self._origins.get(key)
        if found is None:
            judged = judge(self._table(view), self._announcements(view.lsdb, first))
            known = self._originators_in(view, first, judged)
            found = self._origins[key] = tuple(
                origin if originators == origin.originators else replace(origin, originators=originators)
                for origin, originators in zip(judged, known, strict=True)
            )
        return found

    def exact_origins(self, view: RouterView, vip: IPv4Network) -> tuple[Origin, ...]:
        """Return the same as :meth:`origins`, each with the age of its own LSA: a copy, for evidence."""
        lsas = find_announcements(self.databases.of(view.lsdb), vip).lsas
        return tuple(
            replace(origin, age_s=lsa.age_s) for origin, lsa in zip(self.origins(view, vip), lsas, strict=True)
        )

    def catchment(self, view: RouterView, vip: IPv4Network) -> Catchment:
        """Return whom one router prefers for a VIP; see :func:`catchment`."""
        key = id(view), self._alike.get(vip, vip)
        if key not in self._best:
            self._best[key] = preferred(self.origins(view, vip))
        return self._best[key]

    def _originators_in(
        self, view: RouterView, vip: IPv4Network, judged: Sequence[Origin]
    ) -> tuple[tuple[IPv4Address, ...], ...]:
        """Return for whom each announcement stands: all who show one database see the same."""
        key = id(view.lsdb), vip
        if key not in self._originators:
            self._originators[key] = tuple(self._witnesses.originators(origin, vip) for origin in judged)
        return self._originators[key]

    def _table(self, view: RouterView) -> RoutingTable:
        found = self._tables.get(id(view))
        if found is None:
            found = self._tables[id(view)] = RoutingTable(view, self.databases.of(view.lsdb))
        return found

    def _announcements(self, lsdb: Lsdb, vip: IPv4Network) -> Announcements:
        key = id(lsdb), vip
        if key not in self._announced:
            self._announced[key] = find_announcements(self.databases.of(lsdb), vip)
        return self._announced[key]

    def _group(self, vips: Iterable[IPv4Network]) -> dict[IPv4Network, IPv4Network]:
        """Return for each VIP the first one that is announced alike in every database."""
        lsdbs = {id(view.lsdb): view.lsdb for view in self._views}.values()
        groups: dict[tuple[Hashable, ...], list[IPv4Network]] = {}
        for vip in vips:
            alike = tuple(find_announcements(self.databases.of(lsdb), vip).but_for_prefix for lsdb in lsdbs)
            groups.setdefault(alike, []).append(vip)
        for first, *others in groups.values():
            for lsdb in lsdbs if others else ():
                announced = [find_announcements(self.databases.of(lsdb), vip) for vip in (first, *others)]
                ages = zip(*([lsa.age_s for lsa in one.lsas] for one in announced), strict=True)
                is_of_several = tuple(len(set(ages_of_one)) > 1 for ages_of_one in ages)
                self._announced[id(lsdb), first] = replace(announced[0], is_of_several=is_of_several)
        return {vip: group[0] for group in groups.values() for vip in group}


def origins(view: RouterView, vip: IPv4Network, witnesses: Sequence[RouterView] = ()) -> tuple[Origin, ...]:
    """Return every announcement of a VIP in the LSDB of one router, also those that do not count.

    Arguments:
        view: what the router shows.
        vip: the prefix, matched exactly.
        witnesses: views of other routers, to know who is behind an ABR.

    """
    return Views((view, *witnesses)).origins(view, vip)


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
