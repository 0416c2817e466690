"""Link-state databases made fit to be asked: an index of each, and one graph for each area that several show."""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar

from nornir_anycast.ospf.externals import ExternalLsas
from nornir_anycast.ospf.graph import AreaGraph
from nornir_anycast.ospf.lsa import RouterLsa

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from ipaddress import IPv4Address, IPv4Network

    from nornir_anycast.ospf.lsa import AsbrSummaryLsa, ExternalLsa, NetworkLsa, RouterLink, SummaryLsa
    from nornir_anycast.ospf.model import Lsdb

Key = TypeVar("Key")
Value = TypeVar("Value")
PrefixKey = int
"""Network and length in one number: far cheaper to look up than an ``IPv4Network``."""

_Graphs = dict[tuple[object, ...], list[AreaGraph]]
_MASKS = [0xFFFFFFFF << 32 - length & 0xFFFFFFFF for length in range(33)]


def prefix_key(prefix: IPv4Network) -> PrefixKey:
    """Return under what a prefix is found."""
    return int(prefix.network_address) << 6 | prefix.prefixlen


def keys_of_address(address: IPv4Address) -> Iterable[PrefixKey]:
    """Return under what all prefixes that hold an address are found, the longest first."""
    return ((int(address) & _MASKS[length]) << 6 | length for length in range(32, -1, -1))


def _stub_key(link: RouterLink) -> PrefixKey:
    length = int(link.link_data).bit_count()
    return (int(link.link_id) & _MASKS[length]) << 6 | length


class Database:
    """An LSDB by prefix, router and area. What is not asked for is not worked out."""

    def __init__(self, lsdb: Lsdb, graphs: _Graphs, made_from: Database | None = None) -> None:
        """Take a database.

        Arguments:
            lsdb: the LSAs.
            graphs: of areas, by the area and its vertices: one that is here is used, one that is not is added.
            made_from: a database from which this one was made by taking something away; of who announces externals,
                all or none.

        """
        self.lsdb = lsdb
        self._all_graphs = graphs
        self._made_from = made_from
        self._graphs: dict[IPv4Address, AreaGraph] = {}
        self._externals: dict[IPv4Network, tuple[ExternalLsa, ...]] = {}

    def graph(self, area: IPv4Address) -> AreaGraph:
        """Return the graph of an area."""
        found = self._graphs.get(area)
        if found is None:
            before = self._made_from.graph(area) if self._made_from else None
            found = self._graphs[area] = (before and before.updated(self.lsdb)) or self._built(area)
        return found

    def _built(self, area: IPv4Address) -> AreaGraph:
        graph = AreaGraph(self.lsdb, area)
        alike = self._all_graphs.setdefault((area, *graph.routers, *graph.segments), [])
        same = next((other for other in alike if all(map(_is_same, graph.lsas, other.lsas))), None)
        if same is None:
            alike.append(graph)
        return same or graph

    @cached_property
    def areas_of(self) -> Mapping[IPv4Address, tuple[IPv4Address, ...]]:
        """Router id to the areas in which the router has a router-LSA."""
        return _grouped((lsa.advertising_router, lsa.area) for lsa in self.lsdb.routers if lsa.area is not None)

    @cached_property
    def abr_areas_of(self) -> Mapping[IPv4Address, tuple[IPv4Address, ...]]:
        """Router id of an ABR to the areas in which its router-LSA says that it is one."""
        routers = self.lsdb.routers
        return _grouped((lsa.advertising_router, lsa.area) for lsa in routers if lsa.is_abr and lsa.area is not None)

    @cached_property
    def virtual_ends(self) -> tuple[tuple[IPv4Address, IPv4Address], ...]:
        """Areas that carry virtual links, each with a router at the end of one."""
        ends = (lsa for lsa in self.lsdb.routers if lsa.is_virtual_endpoint and not lsa.is_max_age)
        return tuple((lsa.area, lsa.advertising_router) for lsa in ends if lsa.area is not None and int(lsa.area))

    @cached_property
    def asbr_summaries(self) -> Mapping[int, tuple[AsbrSummaryLsa, ...]]:
        """Type-4 LSAs by the router id of the ASBR, as a number."""
        return _grouped((int(lsa.asbr), lsa) for lsa in self.lsdb.asbr_summaries)

    @cached_property
    def summaries(self) -> Mapping[PrefixKey, tuple[SummaryLsa, ...]]:
        """Type-3 LSAs by prefix."""
        return _grouped((prefix_key(lsa.prefix), lsa) for lsa in self.lsdb.summaries)

    @cached_property
    def segments(self) -> Mapping[PrefixKey, tuple[NetworkLsa, ...]]:
        """Network-LSAs by prefix."""
        return _grouped((prefix_key(lsa.prefix), lsa) for lsa in self.lsdb.networks)

    @cached_property
    def lsas_of(self) -> Mapping[int, tuple[int, ...]]:
        """Router id, as a number, to the places of its router-LSAs in the database."""
        return _grouped((int(lsa.advertising_router), place) for place, lsa in enumerate(self.lsdb.routers))

    @cached_property
    def lsas_linked_to(self) -> Mapping[int, tuple[int, ...]]:
        """Router id or DR's address, as a number, to the places of the router-LSAs that have a link to it."""
        links = ((place, link) for place, lsa in enumerate(self.lsdb.routers) for link in lsa.links)
        return _grouped((int(link.link_id), place) for place, link in links if link.kind != "stub")

    @cached_property
    def used_segments(self) -> tuple[NetworkLsa, ...]:
        """The network-LSAs that count: of two with one link-state id the younger."""
        by_age = sorted(self.lsdb.networks, key=lambda lsa: -lsa.age_s)
        used = {(lsa.area, int(lsa.designated_router)): lsa for lsa in by_age if not lsa.is_max_age}
        return tuple(used.values())

    @cached_property
    def segments_of(self) -> Mapping[int, tuple[NetworkLsa, ...]]:
        """Router id, as a number, to the segments that count and name the router."""
        return _grouped(
            (int(router), lsa) for lsa in self.used_segments for router in {lsa.advertising_router, *lsa.attached}
        )

    def externals(self, prefix: IPv4Network) -> tuple[ExternalLsa, ...]:
        """Return the type-5 and type-7 LSAs of a prefix."""
        if prefix not in self._externals:
            self._externals[prefix] = self._find_externals(prefix)
        return self._externals[prefix]

    def _find_externals(self, prefix: IPv4Network) -> tuple[ExternalLsa, ...]:
        if self._made_from is None:
            return self.lsdb.externals_of(prefix)
        before = self._made_from.externals(prefix)
        if self.lsdb.externals is self._made_from.lsdb.externals:
            return before
        left = self._externals_left
        return tuple(
            lsa for lsa in before if (int(lsa.advertising_router), None if lsa.area is None else int(lsa.area)) in left
        )

    @cached_property
    def _externals_left(self) -> frozenset[tuple[int, int | None]]:
        """Announcing routers, and the area of a type-7: these are taken away with all that they announce."""
        columns = ExternalLsas.of(self.lsdb.externals).columns
        return frozenset(zip(columns.advertising_router, columns.area, strict=True))

    def stubs(self, key: PrefixKey) -> tuple[tuple[RouterLsa, RouterLink], ...]:
        """Return the stub links of a prefix, each with its router-LSA."""
        first, others = self._stubs
        lsas = [self.lsdb.routers[place] for place in (first.get(key, -1), *others.get(key, ())) if place >= 0]
        found = tuple(
            (lsa, link) for lsa in lsas for link in lsa.links if link.kind == "stub" and _stub_key(link) == key
        )
        if self._made_from is None:
            return found
        return tuple(stub for stub in self._made_from.stubs(key) if id(stub[0]) in self._router_lsas) + found

    @cached_property
    def _stubs(self) -> tuple[dict[PrefixKey, int], dict[PrefixKey, list[int]]]:
        """Stub links by prefix: places of router-LSAs, the first, and others where a prefix has several.

        Most prefixes have one. Only LSAs are here that the database, from which this one was made, has not.
        """
        known = self._made_from._router_lsas if self._made_from else frozenset()  # noqa: SLF001  one of its kind
        first: dict[PrefixKey, int] = {}
        others: dict[PrefixKey, list[int]] = {}
        for place, lsa in enumerate(self.lsdb.routers):
            if known and id(lsa) in known:
                continue
            for link in lsa.links:
                if link.kind == "stub" and first.setdefault(_stub_key(link), place) != place:
                    others.setdefault(_stub_key(link), []).append(place)
        return first, others

    @cached_property
    def _router_lsas(self) -> frozenset[int]:
        return frozenset(map(id, self.lsdb.routers))


class Databases:
    """Every database once, however many routers show it; and every area once, however many databases hold it."""

    def __init__(self, parent: Databases | None = None) -> None:
        """Begin with none, or with those of another, which is not added to: for what is needed for a moment."""
        self._parent = parent
        self._known: dict[int, Database] = {}
        self._graphs: _Graphs = {}

    def of(self, lsdb: Lsdb) -> Database:
        """Return the index of a database. One object is indexed once; its LSAs must not change."""
        # The index keeps the database alive, and with it the number.
        return self._find(lsdb) or self._add(Database(lsdb, self._graphs))

    def add_derived(self, lsdb: Lsdb, made_from: Lsdb) -> Database:
        """Index a database that was made from another one by taking something away: most of that one's work is kept."""
        return self._find(lsdb) or self._add(Database(lsdb, self._graphs, self.of(made_from)))

    def _find(self, lsdb: Lsdb) -> Database | None:
        return self._known.get(id(lsdb)) or (self._parent._find(lsdb) if self._parent else None)  # noqa: SLF001

    def _add(self, database: Database) -> Database:
        self._known[id(database.lsdb)] = database
        return database


def _grouped(pairs: Iterable[tuple[Key, Value]]) -> dict[Key, tuple[Value, ...]]:
    found: dict[Key, list[Value]] = {}
    for key, value in pairs:
        found.setdefault(key, []).append(value)
    return {key: tuple(values) for key, values in found.items()}


def _is_same(one: RouterLsa | NetworkLsa, other: RouterLsa | NetworkLsa) -> bool:
    """Tell whether two LSAs of one vertex make the same graph: age and sequence number do not matter."""
    return one is other or replace(one, age_s=other.age_s, sequence=other.sequence) == other
