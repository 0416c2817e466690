"""One announcement of a prefix, as one router sees it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from ipaddress import IPv4Address

    from nornir_anycast.ospf.spf import NextHops

Via = Literal["intra-area", "inter-area", "external", "nssa"]
"""A stub link in a router-LSA, a type-3, a type-5 or a type-7 LSA."""

Reason = Literal[
    "max-age",  # being flushed
    "infinite-metric",  # announced as unreachable
    "self-originated",  # the router's own summary or external: it knows better (RFC 2328 section 16.4 step 2)
    "unreachable",  # no path to the advertising router: a ghost
    "not-asbr",  # the advertising router does not say (any more) that it imports routes: bit E
    "not-backbone",  # a summary of another area than the backbone, at an ABR (RFC 2328 section 16.2)
    "forwarding-address-unreachable",
    "forwarding-address-own",  # the forwarding address is the router's own
]
"""Why an LSA does not count."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """One announcement of a prefix, as one router sees it."""

    advertising_router: IPv4Address
    via: Via
    area: IPv4Address | None
    """Area whose database holds the LSA; ``None`` for a type-5."""
    age_s: int | None
    """``None`` where it stands for the LSAs of several prefixes that differ in it."""
    metric_type: Literal[1, 2] | None
    """``None`` for intra-area and inter-area."""
    metric: int
    """As announced."""
    forwarding_address: IPv4Address | None
    reason: Reason | None
    """Why it does not count; ``None`` if it does."""
    cost: int | None
    """Metric of the route if this is the best: the way there included, but for E2. ``None`` if it does not count."""
    rank: tuple[int, ...]
    """The lowest is the best, those of one rank share the traffic. Empty if it does not count."""
    next_hops: NextHops
    """What the router installs if this is the best."""
    originators: tuple[IPv4Address, ...]
    """Router ids of those who hold the prefix; empty if that is not known from here."""
    depends_on_order: bool = False
    """True where FRR may rank it otherwise; see :mod:`nornir_anycast.ospf.external_order`."""

    @property
    def counts(self) -> bool:
        """True when the router can send traffic to it."""
        return self.reason is None
