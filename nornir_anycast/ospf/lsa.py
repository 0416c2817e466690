"""The LSAs of a link-state database (RFC 2328 appendix A.4, RFC 3101).

:mod:`nornir_anycast.ospf.model` exports them too.
"""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network
from typing import Literal

MAX_AGE_S = 3600
"""Age at which an LSA is flushed (RFC 2328 appendix B, MaxAge)."""

LS_REFRESH_TIME_S = 1800
"""An LSA that is older has not been refreshed by its router in time (RFC 2328 appendix B, LSRefreshTime)."""

LinkKind = Literal["p2p", "transit", "stub", "virtual"]
"""Router-LSA link types 1, 2, 3 and 4 (RFC 2328 A.4.2)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lsa:
    """The part of the LSA header that decides whether it counts."""

    advertising_router: IPv4Address
    age_s: int
    """Up to 1799 s (LSRefreshTime) that on the first router that showed the same database at the same look: each shows
    another, by the moment it was asked and the way the LSA took. An older one is that of the router itself."""
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
    """Type 5 (``area`` is ``None``) or type 7 (``area`` is the NSSA): an external prefix.

    A database can hold 100,000: :class:`~nornir_anycast.ospf.externals.ExternalLsas` makes those that are asked for.
    """

    prefix: IPv4Network
    metric_type: Literal[1, 2]
    metric: int
    forwarding_address: IPv4Address | None
    """``None`` where it is 0.0.0.0."""
    tag: int = 0
    propagate: bool | None = None
    """Bit P of a type-7: an ABR may translate it (RFC 3101 section 2.4); ``None`` for a type-5, and where not shown."""
