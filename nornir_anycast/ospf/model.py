"""One typed model for what any router shows of OSPF (RFC 2328, RFC 3101).

All values are frozen. Addresses are ``ipaddress`` objects; what is absent is ``None``.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Interface, IPv4Network
from typing import Literal

from nornir_anycast.ospf.externals import ExternalLsas
from nornir_anycast.ospf.lsa import (
    MAX_AGE_S,
    AsbrSummaryLsa,
    ExternalLsa,
    LinkKind,
    Lsa,
    NetworkLsa,
    RouterLink,
    RouterLsa,
    SummaryLsa,
)

__all__ = [
    "MAX_AGE_S",
    "AreaKind",
    "AsbrSummaryLsa",
    "Authentication",
    "ExternalLsa",
    "LinkKind",
    "Lsa",
    "Lsdb",
    "Neighbor",
    "NetworkLsa",
    "NetworkType",
    "NextHop",
    "OspfArea",
    "OspfInterface",
    "OspfRoute",
    "PathType",
    "Route",
    "RouterLink",
    "RouterLsa",
    "RouterView",
    "SummaryLsa",
]

NetworkType = Literal[
    "broadcast",
    "non-broadcast",
    "point-to-point",
    "point-to-multipoint",
    "virtual-link",
    "loopback",
]
"""How OSPF treats an interface (RFC 2328 section 1.2)."""

AreaKind = Literal["normal", "stub", "nssa"]
"""Only ``normal`` areas carry type-5 LSAs (RFC 2328 section 3.6, RFC 3101 section 2.1)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lsdb:
    """One router's link-state database.

    To walk ``externals`` makes every one of them, which takes a second for 100,000. :meth:`externals_of`,
    :meth:`externals_from`, :meth:`externals_in` and :meth:`externals_without` do not look at the others.
    """

    routers: tuple[RouterLsa, ...] = ()
    networks: tuple[NetworkLsa, ...] = ()
    summaries: tuple[SummaryLsa, ...] = ()
    asbr_summaries: tuple[AsbrSummaryLsa, ...] = ()
    externals: Sequence[ExternalLsa] = ()
    """Whatever sequence is given, it is kept as :class:`~nornir_anycast.ospf.externals.ExternalLsas`."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "externals", ExternalLsas.of(self.externals))

    def externals_of(self, prefix: IPv4Network) -> tuple[ExternalLsa, ...]:
        """Return the type-5 and type-7 LSAs of exactly this prefix, in the order of ``externals``.

        The first look-up sorts, each further one is a bisection.
        """
        return ExternalLsas.of(self.externals).of_prefix(prefix)

    def externals_from(self, advertising_router: IPv4Address) -> tuple[ExternalLsa, ...]:
        """Return the type-5 and type-7 LSAs of one router, in the order of ``externals``, as fast."""
        return ExternalLsas.of(self.externals).from_router(advertising_router)

    def externals_in(self, area: IPv4Address | None) -> Sequence[ExternalLsa]:
        """Return the type-7 LSAs of an area, or the type-5 LSAs: to be the ``externals`` of another database."""
        return ExternalLsas.of(self.externals).in_area(area)

    def externals_without(self, advertising_routers: Collection[IPv4Address]) -> Sequence[ExternalLsa]:
        """Return the external LSAs of all other routers: to be the ``externals`` of another database."""
        return ExternalLsas.of(self.externals).without_routers(advertising_routers)


@dataclass(frozen=True, slots=True, kw_only=True)
class Neighbor:
    """One OSPF neighbour as a router lists it."""

    router_id: IPv4Address | None
    """``None`` for a configured (NBMA) neighbour that was never heard."""
    address: IPv4Address
    interface: str
    """Interface of the router that lists it."""
    state: str
    """``Full``, ``2-Way``, ``ExStart``, ... without the role."""
    role: Literal["DR", "Backup", "DROther", "-"]
    """Role of the neighbour on the segment."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Authentication:
    """How the packets on an interface are authenticated (RFC 2328 appendix D)."""

    kind: Literal["none", "simple", "cryptographic"]
    """``cryptographic``: MD5 or HMAC-SHA."""
    keys: frozenset[tuple[int | None, str]] = frozenset()
    """Key ids, ``None`` for a simple password, each with the name that stands for its secret, which is never kept.
    Within one look equal names mean equal secrets; the name is empty where the router does not show the secret."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OspfInterface:
    """One interface on which a router runs OSPF."""

    name: str
    address: IPv4Interface | None
    """``None`` when unnumbered."""
    area: IPv4Address
    network_type: NetworkType
    state: str
    """``DR``, ``Backup``, ``DROther``, ``Point-To-Point``, ``Down``, ..."""
    cost: int
    priority: int
    hello_ms: int
    dead_s: int
    mtu: int | None
    """``None`` where it is not shown (Cisco IOS)."""
    passive: bool = False
    checks_mtu: bool = True
    """False: neighbours of another MTU are accepted (``ip ospf mtu-ignore``)."""
    designated_router: IPv4Address | None = None
    """Interface address of the segment's DR."""
    authentication: Authentication | None = None
    """``None`` where it is not shown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OspfArea:
    """One area a router is attached to."""

    area_id: IPv4Address
    kind: AreaKind


@dataclass(frozen=True, slots=True, kw_only=True)
class NextHop:
    """One next hop of a route."""

    address: IPv4Address | None
    """``None`` when the prefix is directly connected, or dropped."""
    interface: str | None
    """``None`` when it is dropped, or not known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """A RIB entry."""

    prefix: IPv4Network
    protocol: str
    """``ospf``, ``connected``, ``static``, ..."""
    selected: bool
    installed: bool
    """True when the route is in the forwarding table."""
    metric: int
    next_hops: tuple[NextHop, ...]
    """Next hops that are in the forwarding table."""
    distance: int | None = None
    """Administrative distance, ``None`` where it is not shown."""


PathType = Literal["intra-area", "inter-area", "external-1", "external-2"]
"""RFC 2328 section 11; a type-7 route is external too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OspfRoute:
    """A destination in OSPF's own routing table (``show ip ospf route``): before filters, and other protocols."""

    destination: IPv4Network | IPv4Address
    """A prefix, or the router id of an ABR or ASBR."""
    path_type: PathType
    area: IPv4Address | None
    """``None`` for an external route."""
    cost: int
    """For ``external-2`` the metric of the LSA."""
    next_hops: tuple[NextHop, ...]
    is_abr: bool = False
    is_asbr: bool = False
    is_discard: bool = False
    """True for the blackhole of an area range."""
    tag: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class RouterView:
    """What one router shows, at about one moment."""

    router_id: IPv4Address
    interfaces: tuple[OspfInterface, ...]
    neighbors: tuple[Neighbor, ...]
    lsdb: Lsdb
    routes: tuple[Route, ...]
    """RIB entries for the VIPs that were asked for."""
    areas: tuple[OspfArea, ...] = ()
    forgets_best_asbr: bool = False
    """True for daemons that choose among externals as :mod:`nornir_anycast.ospf.external_order` says."""
    rfc1583: bool = False
    """RFC1583Compatibility (RFC 2328 section 16.4.1): off in FRR and Quagga by default, on in Cisco IOS."""
    ospf_routes: tuple[OspfRoute, ...] | None = None
    """OSPF's own routing table; ``None`` where it was not asked for."""
