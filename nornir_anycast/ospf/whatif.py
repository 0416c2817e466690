"""What a router would show without some routers, or without a link (RFC 2328 sections 9.4 and 12.4).

Only the LSDB and the neighbours are worked out. A view made here has no RIB entries: nobody has seen them yet.
"""

from __future__ import annotations

from dataclasses import replace
from ipaddress import IPv4Address
from typing import TYPE_CHECKING

from nornir_anycast.errors import UsageError
from nornir_anycast.ospf.model import NextHop, RouterLink
from nornir_anycast.ospf.spf import shortest_paths

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator
    from ipaddress import IPv4Network

    from nornir_anycast.ospf.model import Lsdb, NetworkLsa, RouterLsa, RouterView

_PAIR = 2
_ANYWHERE = frozenset({NextHop(address=None, interface=None)})


def without_routers(
    view: RouterView, gone: Collection[IPv4Address], never_designated: Collection[IPv4Address] = ()
) -> RouterView:
    """Return what the router would show if some others were switched off, and OSPF had taken note.

    Their LSAs and all links to them are gone. A segment whose DR is gone gets another one and stays, as long as two
    routers are left on it and one of them can be DR; else it is a stub of each that is left (12.4.1.2).

    Arguments:
        view: what the router shows now.
        gone: router ids.
        never_designated: interface addresses with priority 0, which are no candidates for DR.

    """

    def left(lsa: NetworkLsa) -> NetworkLsa | None:
        attached = tuple(router for router in lsa.attached if router not in gone)
        candidates = [lsa.advertising_router] if lsa.advertising_router not in gone else []
        candidates += [r for r in attached if _addresses(view.lsdb, r, lsa) - set(never_designated)]
        if len(attached) < _PAIR or not candidates:
            return None
        # The link-state id stays that of the old DR: for the SPF it is but the name of the segment.
        return replace(lsa, advertising_router=candidates[0], attached=attached)

    def keep(_: RouterLsa, link: RouterLink) -> bool:
        return link.kind not in ("p2p", "virtual") or link.link_id not in gone

    lsdb = _rebuilt(view.lsdb, left, keep)
    return replace(
        view,
        neighbors=tuple(neighbor for neighbor in view.neighbors if neighbor.router_id not in gone),
        lsdb=replace(
            lsdb,
            routers=tuple(lsa for lsa in lsdb.routers if lsa.advertising_router not in gone),
            summaries=tuple(lsa for lsa in lsdb.summaries if lsa.advertising_router not in gone),
            asbr_summaries=tuple(lsa for lsa in lsdb.asbr_summaries if lsa.advertising_router not in gone),
            externals=tuple(lsa for lsa in lsdb.externals if lsa.advertising_router not in gone),
        ),
        routes=(),
    )


def without_link(
    view: RouterView,
    ends: tuple[IPv4Address, IPv4Address],
    subnet: IPv4Network,
    never_designated: Collection[IPv4Address] = (),
) -> RouterView:
    """Return what the router would show if two routers had lost each other on one subnet.

    A point-to-point link, or a segment of these two, is gone. On a segment of more only the adjacency of the two is
    lost: if one is the DR and the other can never be, the other is off the segment.

    Arguments:
        view: what the router shows now; a link that its LSDB does not have is no error.
        ends: router ids.
        subnet: of the link.
        never_designated: interface addresses with priority 0.

    Raises:
        UsageError: what OSPF would make of it cannot be said: other routers share the segment, and either the pair
            has no DR, so that OSPF would not notice, or both could be DR, so that the segment would have two; or the
            link is unnumbered.

    """
    one, other = ends

    def left(lsa: NetworkLsa) -> NetworkLsa | None:
        if lsa.prefix != subnet or not set(ends) <= set(lsa.attached):
            return lsa
        if len(lsa.attached) == _PAIR:
            return None
        if lsa.advertising_router not in ends:
            raise UsageError(
                f"{subnet}: others are on it, and neither {one} nor {other} is its DR: OSPF would not notice that they "
                "do not hear each other, so it cannot be said where the traffic between them would go"
            )
        off = other if lsa.advertising_router == one else one
        if _addresses(view.lsdb, off, lsa) - set(never_designated):
            raise UsageError(
                f"{subnet}: others are on it, and {off} would elect another DR than they: it cannot be said which of "
                "the two halves would be heard"
            )
        return replace(lsa, attached=tuple(router for router in lsa.attached if router != off))

    def between(lsa: RouterLsa, link: RouterLink) -> bool:
        return link.kind == "p2p" and (lsa.advertising_router, link.link_id) in ((one, other), (other, one))

    def keep(lsa: RouterLsa, link: RouterLink) -> bool:
        if between(lsa, link) and int(link.link_data) >> 24 == 0:  # an interface index (12.4.1.1)
            raise UsageError(f"{one} and {other} have an unnumbered link: it cannot be told which one {subnet} is")
        return not between(lsa, link) or link.link_data not in subnet

    peers = {one: other, other: one}
    lost = peers.get(view.router_id)
    return replace(
        view,
        neighbors=tuple(n for n in view.neighbors if n.router_id != lost or lost is None or n.address not in subnet),
        lsdb=_rebuilt(view.lsdb, left, keep),
        routes=(),
    )


def unsettled_areas(
    views: Iterable[tuple[RouterView, RouterView]], touched: Collection[IPv4Address]
) -> frozenset[IPv4Address]:
    """Return the areas of which the ABRs would tell the other areas something else than now.

    What an ABR announces is its own work: the LSDB of another area still has what it announces today.

    Arguments:
        views: what routers show, before and after.
        touched: areas in which something was taken away.

    Returns:
        Those of the touched areas whose ABRs have other costs to what is left than before. Also an NSSA, for which
        its ABRs translate, and an area that no view has.

    """
    pairs = tuple(views)
    return frozenset(area for area in touched if not _is_settled(area, pairs))


def is_settled(view: RouterView, unsettled: Collection[IPv4Address]) -> bool:
    """Tell whether a router needs no ABR to know all that changes: nothing does, or it is inside the one such area."""
    return not unsettled or set(attached_areas(view)) == set(unsettled)


def attached_areas(view: RouterView) -> frozenset[IPv4Address]:
    """Return the areas in which the router is, by its own router-LSAs."""
    own = (lsa.area for lsa in view.lsdb.routers if lsa.advertising_router == view.router_id)
    return frozenset(area for area in own if area is not None)


def _is_settled(area: IPv4Address, pairs: Collection[tuple[RouterView, RouterView]]) -> bool:
    inside = [(now, then) for now, then in pairs if area in attached_areas(now)]
    is_nssa = any(known.area_id == area and known.kind == "nssa" for now, _ in inside for known in now.areas)
    if not inside or is_nssa:
        return False
    for now, then in inside:
        for abr in then.lsdb.routers:
            if abr.is_abr and abr.area == area:
                new = _costs(then.lsdb, area, abr.advertising_router)
                old = _costs(now.lsdb, area, abr.advertising_router)
                still = {lsa.advertising_router for lsa in then.lsdb.routers if lsa.area == area}
                still |= {lsa.designated_router for lsa in then.lsdb.networks if lsa.area == area}
                if new != {name: cost for name, cost in old.items() if name in still}:
                    return False
    return True


def _costs(lsdb: Lsdb, area: IPv4Address, root: IPv4Address) -> dict[IPv4Address, int]:
    """Costs from a router to the routers of an area by router id, and to its segments by the DR's address."""
    tree = shortest_paths(lsdb, area, root, lambda *_: _ANYWHERE)
    vertices = {**tree.routers, **tree.networks}
    return {name: shortest.cost for name, (_, shortest) in vertices.items()}


def _rebuilt(
    lsdb: Lsdb,
    left: Callable[[NetworkLsa], NetworkLsa | None],
    keep: Callable[[RouterLsa, RouterLink], bool],
) -> Lsdb:
    """Return the LSDB with other segments, and router-LSAs that fit them.

    A router that is off a segment, or on one that is none any more, has the subnet as a stub: its interface is up.
    """
    before = {(lsa.area, lsa.designated_router): lsa for lsa in _segments(lsdb)}
    after = {key: lsa for key, old in before.items() if (lsa := left(old))}

    def links(lsa: RouterLsa) -> Iterator[RouterLink]:
        for link in lsa.links:
            key = lsa.area, link.link_id
            if link.kind == "transit" and (old := before.get(key)):
                is_off = key not in after or lsa.advertising_router not in after[key].attached
                yield _as_stub(old.prefix, link) if is_off else link
            elif keep(lsa, link):
                yield link

    return replace(
        lsdb,
        routers=tuple(replace(lsa, links=tuple(links(lsa))) for lsa in lsdb.routers),
        networks=tuple(after.values()),
    )


def _segments(lsdb: Lsdb) -> Iterator[NetworkLsa]:
    """Yield the network-LSAs that count; of two with one link-state id the younger is the last."""
    return (lsa for lsa in sorted(lsdb.networks, key=lambda lsa: -lsa.age_s) if not lsa.is_max_age)


def _addresses(lsdb: Lsdb, router: IPv4Address, segment: NetworkLsa) -> set[IPv4Address]:
    """Return the addresses of a router on a segment, by its router-LSA."""
    return {
        link.link_data
        for lsa in lsdb.routers
        if lsa.advertising_router == router and lsa.area == segment.area
        for link in lsa.links
        if link.kind == "transit" and link.link_id == segment.designated_router
    }


def _as_stub(prefix: IPv4Network, link: RouterLink) -> RouterLink:
    return RouterLink(kind="stub", link_id=prefix.network_address, link_data=prefix.netmask, metric=link.metric)
