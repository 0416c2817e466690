"""The LSAs that announce a prefix, and what one router makes of each (RFC 2328 section 16, RFC 3101 section 2.5)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from nornir_anycast.ospf.database import prefix_key
from nornir_anycast.ospf.external_order import rank_as_frr
from nornir_anycast.ospf.origin import Origin
from nornir_anycast.ospf.routes import LS_INFINITY, Path
from nornir_anycast.ospf.spf import stub_prefix

if TYPE_CHECKING:
    from collections.abc import Hashable
    from ipaddress import IPv4Address, IPv4Network

    from nornir_anycast.ospf.database import Database
    from nornir_anycast.ospf.lsa import ExternalLsa, Lsa, RouterLink, RouterLsa, SummaryLsa
    from nornir_anycast.ospf.origin import Reason, Via
    from nornir_anycast.ospf.routes import RoutingTable


@dataclass(frozen=True, slots=True)
class Announcements:
    """Every LSA of a database that announces exactly one prefix: who may look at it, and from where, is left open."""

    stubs: tuple[tuple[RouterLsa, RouterLink], ...]
    summaries: tuple[SummaryLsa, ...]
    externals: tuple[ExternalLsa, ...]
    is_of_several: tuple[bool, ...] = ()
    """For each LSA, whether it stands for those of several prefixes that differ in age; empty: none does."""

    @property
    def lsas(self) -> tuple[Lsa, ...]:
        """All of them, in the order of the origins that :func:`judge` makes."""
        return (*(lsa for lsa, _ in self.stubs), *self.summaries, *self.externals)

    @property
    def but_for_prefix(self) -> Hashable:
        """What is equal for two prefixes that are announced alike; age, sequence number and tag do not matter."""
        own = tuple((stub_prefix(link), lsa.advertising_router) for lsa, link in self.stubs)  # never alike
        return (
            own,
            tuple((lsa.advertising_router, lsa.is_max_age, lsa.area, lsa.metric) for lsa in self.summaries),
            tuple(
                (lsa.advertising_router, lsa.is_max_age, lsa.area, lsa.metric_type, lsa.metric, lsa.forwarding_address)
                for lsa in self.externals
            ),
        )


def find_announcements(database: Database, prefix: IPv4Network) -> Announcements:
    """Return the LSAs that announce a prefix, in the order of the database."""
    key = prefix_key(prefix)
    return Announcements(
        stubs=database.stubs(key),
        summaries=database.summaries.get(key, ()),
        externals=database.externals(prefix),
    )


def judge(table: RoutingTable, found: Announcements) -> tuple[Origin, ...]:
    """Return what one router makes of announcements.

    The originator is the advertising router, except for summaries, of which the ABR is hardly ever the originator.
    """
    flags = iter(found.is_of_several or (False,) * len(found.lsas))
    stubs = [
        _origin(table, lsa, "intra-area", link.metric, _to_stub(table, lsa, link), no_age=no_age)
        for (lsa, link), no_age in zip(found.stubs, flags, strict=False)
    ]
    summaries = [_summary(table, lsa, no_age=no_age) for lsa, no_age in zip(found.summaries, flags, strict=False)]
    externals = tuple(
        [_external(table, lsa, no_age=no_age) for lsa, no_age in zip(found.externals, flags, strict=False)]
    )
    return (*stubs, *summaries, *(rank_as_frr(externals) if table.view.forgets_best_asbr else externals))


def _to_stub(table: RoutingTable, lsa: RouterLsa, link: RouterLink) -> Path | Reason:
    return "max-age" if lsa.is_max_age else table.to_stub(lsa, link) or "unreachable"


def _summary(table: RoutingTable, lsa: SummaryLsa, *, no_age: bool) -> Origin:
    path: Path | Reason | None = _unusable(table, lsa, lsa.metric)
    if path is None and not table.is_used(lsa):
        path = "not-backbone"
    if path is None:
        path = table.to_abr(lsa) or "unreachable"
    return _origin(table, lsa, "inter-area", lsa.metric, path, no_age=no_age)


def _external(table: RoutingTable, lsa: ExternalLsa, *, no_age: bool) -> Origin:
    return _origin(
        table,
        lsa,
        "external" if lsa.area is None else "nssa",
        lsa.metric,
        _unusable(table, lsa, lsa.metric) or _to_external(table, lsa),
        no_age=no_age,
        metric_type=lsa.metric_type,
        forwarding_address=lsa.forwarding_address,
    )


def _to_external(table: RoutingTable, lsa: ExternalLsa) -> Path | Reason:
    """Return the path to the ASBR or the forwarding address (RFC 2328 section 16.4 step 3, RFC 3101 section 2.5)."""
    asbr = lsa.advertising_router
    # Who announces a type-7 is inside its area: there are no type-4 LSAs in an NSSA.
    path = table.to_asbr(asbr) if lsa.area is None else table.inside(lsa.area, asbr)
    if path is None:
        return "unreachable"
    if not path.is_asbr:
        return "not-asbr"
    address = lsa.forwarding_address
    if address is None:
        return path
    if table.is_own(address):
        return "forwarding-address-own"
    path = table.to_address(address)
    if path is None:
        return "forwarding-address-unreachable"
    # On a segment of the router itself the forwarding address is the next hop.
    return path.by_way_of(address)


def _unusable(table: RoutingTable, lsa: Lsa, metric: int) -> Reason | None:
    if lsa.is_max_age:
        return "max-age"
    if metric >= LS_INFINITY:
        return "infinite-metric"
    return "self-originated" if lsa.advertising_router == table.view.router_id else None


def _origin(
    table: RoutingTable,
    lsa: Lsa,
    via: Via,
    metric: int,
    path: Path | Reason,
    *,
    no_age: bool,
    metric_type: Literal[1, 2] | None = None,
    forwarding_address: IPv4Address | None = None,
) -> Origin:
    """Put an announcement together; the path is that to the stub, the advertising router or the forwarding address."""
    cost: int | None = None
    rank: tuple[int, ...] = ()
    if isinstance(path, Path):
        # RFC 2328 sections 11 (path types) and 16.4 step 6.
        by_backbone = path.by_backbone and not table.view.rfc1583
        cost = path.cost + (0 if via == "intra-area" else metric)
        if metric_type is None:
            rank = (via != "intra-area", cost)
        elif metric_type == 1:
            rank = (2, by_backbone, cost)
        else:
            cost, rank = metric, (3, metric, by_backbone, path.cost)
    return Origin(
        advertising_router=lsa.advertising_router,
        via=via,
        area=lsa.area,
        age_s=None if no_age else lsa.age_s,
        metric_type=metric_type,
        metric=metric,
        forwarding_address=forwarding_address,
        reason=None if isinstance(path, Path) else path,
        cost=cost,
        rank=rank,
        next_hops=path.next_hops if isinstance(path, Path) else frozenset(),
        originators=() if via == "inter-area" else (lsa.advertising_router,),
    )
