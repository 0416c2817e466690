"""What the answer to `what if` consists of. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Address


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift:
    """Where one router sends the traffic for one VIP, now and then; never of a router that is lost itself."""

    service: str
    vip: IPv4Address
    router: str
    nodes_before: tuple[str, ...] | None
    """By name; a router-id where the inventory has none for it. Empty: no node. None: not known."""
    nodes_after: tuple[str, ...] | None
    reason: str | None = None
    """Why something is not known; None: all is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SinglePoint:
    """One loss that leaves routers, which have a node of the service now, with none."""

    loss: str
    service: str
    vip: IPv4Address
    routers: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Unsaid:
    """One loss of which it cannot be said what it would do."""

    loss: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecast:
    """The answer to one question `what if`."""

    without: tuple[str, ...]
    """Names of what is lost; empty: nothing is, and every single loss was tried."""
    catchments: tuple[Shift, ...]
    single_points: tuple[SinglePoint, ...] = ()
    unsaid: tuple[Unsaid, ...] = ()

    @property
    def stranded(self) -> tuple[Shift, ...]:
        """Routers that would have no node, service by service."""
        return tuple(shift for shift in self.catchments if shift.nodes_after == ())

    @property
    def is_bad(self) -> bool:
        """True when some router would have no node: with this loss, or with any single one."""
        return bool(self.stranded or self.single_points)

    @property
    def is_known(self) -> bool:
        """False when something cannot be said, or no router is left to ask."""
        return bool(self.catchments) and not self.unsaid and all(shift.reason is None for shift in self.catchments)
