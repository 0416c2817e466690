"""What checks bring forth: findings, the origin matrix, and the verdict. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import IPv4Address
from typing import Literal

from nornir_anycast.dns.questions import Answer
from nornir_anycast.ospf.model import NextHop

Severity = Literal["ok", "warning", "unknown", "critical"]
State = Literal["learned", "missing", "unreachable", "drained", "unknown"]

_ORDER: tuple[Severity, ...] = ("ok", "warning", "unknown", "critical")
EXIT_CODES: dict[Severity, int] = {"ok": 0, "warning": 1, "critical": 2, "unknown": 3}
"""The convention of monitoring plugins."""


def worst(severities: Iterable[Severity]) -> Severity:
    """The worst of them, in the order critical, unknown, warning, ok; ok when there is none.

    >>> worst(["warning", "critical", "unknown"])
    'critical'
    """
    return max(severities, key=_ORDER.index, default="ok")


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a finding rests on: lines that a host printed to a command."""

    host: str
    command: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that is not as it should be; `check` names its page in docs/checks/."""

    check: str
    severity: Severity
    message: str
    service: str | None = None
    host: str | None = None
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One node's announcement of one VIP, as one router sees it."""

    service: str
    vip: IPv4Address
    router: str
    node: str
    state: State
    installed: bool | None
    """True when the router's forwarding leads to this node; False when not (it may prefer another); None: not known."""
    next_hops: tuple[NextHop, ...] = ()
    """Next hops in the forwarding table that lead to this node."""
    cause: str | None = None
    """The check that explains a cell that is not good."""
    reason: str | None = None
    """The same in a few words, for this very cell."""
    cost: int | None = None
    """Metric of the route if this node were the best."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Adjacency:
    """One neighbor of one router."""

    router: str
    interface: str
    neighbor: str | None
    """The host with this address in the inventory; None: a stranger."""
    address: IPv4Address
    router_id: IPv4Address | None
    state: str
    """`Full`, `2-Way`, ..."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceVerdict:
    """A service and the worst that was found of it."""

    name: str
    vip: IPv4Address
    verdict: Severity


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """The whole of one verification."""

    verdict: Severity
    services: tuple[ServiceVerdict, ...]
    origins: tuple[Cell, ...]
    adjacencies: tuple[Adjacency, ...]
    findings: tuple[Finding, ...]
    answers: tuple[Answer, ...]


def worst_first(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Findings in the order in which somebody should look at them; equal ones as they came."""
    return tuple(sorted(findings, key=lambda finding: -_ORDER.index(finding.severity)))
