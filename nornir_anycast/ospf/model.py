"""One typed model for what any router shows of OSPF (RFC 2328, RFC 3101).

All values are frozen. Addresses are ``ipaddress`` objects; what is absent is ``None``.
"""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Interface, IPv4Network
from typing import Literal

MAX_AGE_S = 3600
"""Age at which an LSA is flushed (RFC 2328 appendix B, MaxAge)."""

LinkKind = Literal["p2p", "transit", "stub", "virtual"]
"""Router-LSA link types 1, 2, 3 and 4 (RFC 2328 A.4.2)."""

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
class Lsa:
    """The part of the LSA header that decides whether it counts."""

    advertising_router: IPv4Address
    age_s: int
    sequence: int
    """LS sequence number as the 32 bits that are printed: the first is ``0x80000001`` (RFC 2328 section 12.1.6)."""
    area: IPv4Address | None
    """Area whose database holds it; ``None`` for AS scope (type 5)."""

    @property
    def is_max_age(self) -> bool:
        """True when the LSA is being flushed: still listed, no longer valid."""
        return self.age_s >= MAX_AGE_S


@dataclass(frozen=True, slots=True, kw_only=True)
class RouterLink:
    """One link of a router-LSA.

    ``link_id`` and ``link_data`` mean what RFC 2328 A.4.2 says for the kind: for ``transit`` the DR's
    address and the router's own address, for ``p2p`` the neighbour's router id and the router's own address,
    for ``stub`` the network and its mask.
    """

    kind: LinkKind
    link_id: IPv4Address
    link_data: IPv4Address
    metric: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RouterLsa(Lsa):
    """Type 1: a router's links in one area."""

    links: tuple[RouterLink, ...]
    is_abr: bool = False
    is_asbr: bool = False
    is_virtual_endpoint: bool = False
    """Bit V: the area it is flooded in carries a virtual link of this router."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkLsa(Lsa):
    """Type 2: the routers on a broadcast segment, from its DR."""

    prefix: IPv4Network
    designated_router: IPv4Address
    """The DR's interface address (the link-state id)."""
    attached: tuple[IPv4Address, ...]
    """Router ids."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SummaryLsa(Lsa):
    """Type 3: a prefix of another area, from an ABR."""

    prefix: IPv4Network
    metric: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AsbrSummaryLsa(Lsa):
    """Type 4: the cost to an ASBR of another area, from an ABR."""

    asbr: IPv4Address
    metric: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ExternalLsa(Lsa):
    """Type 5 (``area`` is ``None``) or type 7 (``area`` is the NSSA): an external prefix."""

    prefix: IPv4Network
    metric_type: Literal[1, 2]
    metric: int
    forwarding_address: IPv4Address | None
    tag: int = 0
    propagate: bool | None = None
    """Bit P of a type-7: an ABR may translate it (RFC 3101 section 2.4); ``None`` for a type-5, and where not shown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lsdb:
    """One router's link-state database."""

    routers: tuple[RouterLsa, ...] = ()
    networks: tuple[NetworkLsa, ...] = ()
    summaries: tuple[SummaryLsa, ...] = ()
    asbr_summaries: tuple[AsbrSummaryLsa, ...] = ()
    externals: tuple[ExternalLsa, ...] = ()


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
