"""What a router would show without some routers, or without a link (RFC 2328 sections 9.4 and 12.4).

Only the LSDB and the neighbours are worked out. A view made here has no RIB entries: nobody has seen them yet.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

from nornir_anycast.errors import UsageError
from nornir_anycast.ospf.database import Databases
from nornir_anycast.ospf.lsa import Lsa, RouterLink, RouterLsa

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
    from ipaddress import IPv4Address, IPv4Network

    from nornir_anycast.ospf.database import Database
    from nornir_anycast.ospf.lsa import NetworkLsa
    from nornir_anycast.ospf.model import Lsdb, RouterView

_PAIR = 2
AnyLsa = TypeVar("AnyLsa", bound=Lsa)


class Remains:
    """What is left of what routers show. Each database is looked at once, however many routers show it."""

    def __init__(self, databases: Databases, never_designated: Collection[IPv4Address] = ()) -> None:
        """Begin with nothing lost.

        Arguments:
            databases: knows the databases from now on, and gets to know what is left of them.
            never_designated: interface addresses with priority 0, which are no candidates for DR.

        """
        self._databases = databases
        self._never_designated = set(never_designated)
        self._left: dict[tuple[object, ...], tuple[Lsdb, Lsdb]] = {}

    def without_routers(self, view: RouterView, gone: Collection[IPv4Address]) -> RouterView:
        """Return what the router would show if some others were switched off, and OSPF had taken note.

        Their LSAs and all links to them are gone. A segment whose DR is gone gets another one and stays, as long as two
        routers are left on it and one of them can be DR; else it is a stub of each that is left (12.4.1.2).

        Arguments:
            view: what the router shows now.
            gone: router ids.

        """
        return replace(
            view,
            neighbors=tuple(neighbor for neighbor in view.neighbors if neighbor.router_id not in gone),
            lsdb=self._once(view.lsdb, (frozenset(gone),), lambda: self._database_without_routers(view.lsdb, gone)),
            routes=(),
            ospf_routes=None,
        )

    def without_link(self, view: RouterView, ends: tuple[IPv4Address, IPv4Address], subnet: IPv4Network) -> RouterView:
        """Return what the router would show if two routers had lost each other on one subnet.

        A point-to-point link, or a segment of these two, is gone. On a segment of more only the adjacency of the two is
        lost: if one is the DR and the other can never be, the other is off the segment.

        Arguments:
            view: what the router shows now; a link that its LSDB does not have is no error.
            ends: router ids.
            subnet: of the link.

        Raises:
            UsageError: what OSPF would make of it cannot be said: other routers share the segment, and either the pair
                has no DR, so that OSPF would not notice, or both could be DR, so that the segment would have two; or
                the link is unnumbered.

        """
        one, other = ends
        lost = {one: other, other: one}.get(view.router_id)
        return replace(
            view,
            neighbors=tuple(
                n for n in view.neighbors if n.router_id != lost or lost is None or n.address not in subnet
            ),
            lsdb=self._once(view.lsdb, (ends, subnet), lambda: self._database_without_link(view.lsdb, ends, subnet)),
            routes=(),
            ospf_routes=None,
        )

    def _once(self, lsdb: Lsdb, lost: tuple[object, ...], make: Callable[[], Lsdb]) -> Lsdb:
        key = (id(lsdb), *lost)
        if key not in self._left:
            left = make()
            if left is not lsdb:
                self._databases.add_derived(left, lsdb)
            self._left[key] = lsdb, left
        return self._left[key][1]

    def _database_without_routers(self, lsdb: Lsdb, gone: Collection[IPv4Address]) -> Lsdb:
        database = self._databases.of(lsdb)
        numbers = set(map(int, gone))

        def left(lsa: NetworkLsa) -> NetworkLsa | None:
            attached = tuple(router for router in lsa.attached if router not in gone)
            candidates = [lsa.advertising_router] if lsa.advertising_router not in gone else []
            candidates += [r for r in attached if _addresses(database, r, lsa) - self._never_designated]
            if len(attached) < _PAIR or not candidates:
                return None
            # The link-state id stays that of the old DR: for the SPF it is but the name of the segment.
            return replace(lsa, advertising_router=candidates[0], attached=attached)

        def keep(_: RouterLsa, link: RouterLink) -> bool:
            return link.kind not in ("p2p", "virtual") or int(link.link_id) not in numbers

        found = {id(lsa): lsa for number in numbers for lsa in database.segments_of.get(number, ())}
        segments = [(lsa, left(lsa)) for lsa in found.values()]
        rebuilt = _rebuilt(database, segments, numbers, keep)
        return replace(
            rebuilt,
            routers=_others(rebuilt.routers, gone),
            summaries=_others(lsdb.summaries, gone),
            asbr_summaries=_others(lsdb.asbr_summaries, gone),
            externals=lsdb.externals_without(gone) if any(map(lsdb.externals_from, gone)) else lsdb.externals,
        )

    def _database_without_link(self, lsdb: Lsdb, ends: tuple[IPv4Address, IPv4Address], subnet: IPv4Network) -> Lsdb:
        one, other = ends
        database = self._databases.of(lsdb)

        def left(lsa: NetworkLsa) -> NetworkLsa | None:
            if len(lsa.attached) == _PAIR:
                return None
            if lsa.advertising_router not in ends:
                raise UsageError(
                    f"{subnet}: others are on it, and neither {one} nor {other} is its DR: OSPF would not notice that "
                    "they do not hear each other, so it cannot be said where the traffic between them would go"
                )
            off = other if lsa.advertising_router == one else one
            if _addresses(database, off, lsa) - self._never_designated:
                raise UsageError(
                    f"{subnet}: others are on it, and {off} would elect another DR than they: it cannot be said which "
                    "of the two halves would be heard"
                )
            return replace(lsa, attached=tuple(router for router in lsa.attached if router != off))

        def between(lsa: RouterLsa, link: RouterLink) -> bool:
            return link.kind == "p2p" and (lsa.advertising_router, link.link_id) in ((one, other), (other, one))

        def keep(lsa: RouterLsa, link: RouterLink) -> bool:
            if between(lsa, link) and int(link.link_data) >> 24 == 0:  # an interface index (12.4.1.1)
                raise UsageError(f"{one} and {other} have an unnumbered link: it cannot be told which one {subnet} is")
            return not between(lsa, link) or link.link_data not in subnet

        shared = (lsa for lsa in database.segments_of.get(int(one), ()) if lsa.prefix == subnet)
        segments = [(lsa, left(lsa)) for lsa in shared if set(ends) <= set(lsa.attached)]
        return _rebuilt(database, segments, map(int, ends), keep)


def without_routers(
    view: RouterView, gone: Collection[IPv4Address], never_designated: Collection[IPv4Address] = ()
) -> RouterView:
    """Return what one router would show without some others; see :meth:`Remains.without_routers`."""
    return Remains(Databases(), never_designated).without_routers(view, gone)


def without_link(
    view: RouterView,
    ends: tuple[IPv4Address, IPv4Address],
    subnet: IPv4Network,
    never_designated: Collection[IPv4Address] = (),
) -> RouterView:
    """Return what one router would show without a link; see :meth:`Remains.without_link`."""
    return Remains(Databases(), never_designated).without_link(view, ends, subnet)


def _rebuilt(
    database: Database,
    segments: Sequence[tuple[NetworkLsa, NetworkLsa | None]],
    routers: Iterable[int],
    keep: Callable[[RouterLsa, RouterLink], bool],
) -> Lsdb:
    """Return the LSDB with other segments, and router-LSAs that fit them; what need not change is the same object.

    A router that is off a segment, or on one that is none any more, has the subnet as a stub: its interface is up.

    Arguments:
        database: as it is.
        segments: those that change, and what becomes of them.
        routers: router ids, as numbers: their links, and those of who is linked to them, are looked at.
        keep: tells which links stay, but for those onto the segments.

    """
    changed = {(lsa.area, lsa.designated_router): (lsa, left) for lsa, left in segments}

    def links(lsa: RouterLsa) -> Iterator[RouterLink]:
        for link in lsa.links:
            before, after = (
                changed.get((lsa.area, link.link_id), (None, None)) if link.kind == "transit" else (None, None)
            )
            if before is not None:
                is_off = after is None or lsa.advertising_router not in after.attached
                yield _as_stub(before.prefix, link) if is_off else link
            elif keep(lsa, link):
                yield link

    names = [*routers, *(int(lsa.designated_router) for lsa, _ in segments)]
    near = {
        place
        for name in names
        for found in (database.lsas_linked_to, database.lsas_of)
        for place in found.get(name, ())
    }
    lsas = list(database.lsdb.routers)
    for place in near:
        new = tuple(links(lsas[place]))
        if new != lsas[place].links:
            lsas[place] = replace(lsas[place], links=new)
    becomes = {id(lsa): left for lsa, left in segments}
    networks = (becomes.get(id(lsa), lsa) for lsa in database.used_segments)
    return replace(database.lsdb, routers=tuple(lsas), networks=tuple(lsa for lsa in networks if lsa))


def _others(lsas: tuple[AnyLsa, ...], gone: Collection[IPv4Address]) -> tuple[AnyLsa, ...]:
    numbers = set(map(int, gone))
    return tuple([lsa for lsa in lsas if int(lsa.advertising_router) not in numbers])


def _addresses(database: Database, router: IPv4Address, segment: NetworkLsa) -> set[IPv4Address]:
    """Return the addresses of a router on a segment, by its router-LSA."""
    lsas = (database.lsdb.routers[place] for place in database.lsas_of.get(int(router), ()))
    return {
        link.link_data
        for lsa in lsas
        if lsa.area == segment.area
        for link in lsa.links
        if link.kind == "transit" and link.link_id == segment.designated_router
    }


def _as_stub(prefix: IPv4Network, link: RouterLink) -> RouterLink:
    return RouterLink(kind="stub", link_id=prefix.network_address, link_data=prefix.netmask, metric=link.metric)
