"""Checks that the ends of a link are set alike; what an end does not show is not compared. Pure.

The hosts on one subnet are compared all at once: of a hundred nodes on a segment one odd one is one finding.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from ipaddress import IPv4Network
from itertools import combinations
from typing import NamedTuple

from nornir_anycast.checks.interfaces import describe_authentication, quote_interface
from nornir_anycast.checks.model import Finding
from nornir_anycast.checks.scene import Scene
from nornir_anycast.ospf.model import AreaKind, OspfInterface

_NOT_A_LINK = {"loopback", "virtual-link"}
_LISTED = 5
"""Hosts of one setting that are named and quoted; of more, how many more there are."""


class _End(NamedTuple):
    """One host's interface on a subnet, as that host shows it."""

    host: str
    name: str
    shown: OspfInterface
    area_kind: AreaKind | None


class _Rule(NamedTuple):
    """What must be the same on both ends."""

    check: str
    what: str
    setting: Callable[[_End], str | None]
    """In words; ``None``: not shown, so not compared."""
    fits: Callable[[_End, _End], bool] = lambda one, other: False  # noqa: ARG005 each is named, as in the others
    """Whether two different settings go together all the same."""
    consequence: str = "they do not become adjacent"


def check_mismatches(scene: Scene) -> Iterator[Finding]:
    """Findings `mtu-`, `timer-`, `area-`, `area-type-`, `network-type-` and `authentication-mismatch`."""
    for subnet in scene.segments:
        ends = list(_ends(scene, subnet))
        for rule in _RULES if len(ends) > 1 else ():
            if not _all_fit(rule, groups := _by_setting(rule, ends)):
                yield _mismatch(scene, rule, subnet, groups)


def _ends(scene: Scene, subnet: IPv4Network) -> Iterator[_End]:
    """Who runs OSPF on the subnet, as far as seen; a passive interface has no neighbors."""
    for host, name in scene.segments[subnet]:
        observed = scene.observations.get(host)
        shown = scene.interface(host, name)
        if not (observed and observed.view and shown) or shown.passive or shown.network_type in _NOT_A_LINK:
            continue
        kinds = {area.area_id: area.kind for area in observed.view.areas}
        yield _End(host, name, shown, kinds.get(shown.area))


def _by_setting(rule: _Rule, ends: list[_End]) -> dict[str, list[_End]]:
    groups: dict[str, list[_End]] = {}
    for end in ends:
        setting = rule.setting(end)
        if setting is not None:
            groups.setdefault(setting, []).append(end)
    return groups


def _all_fit(rule: _Rule, groups: Mapping[str, list[_End]]) -> bool:
    return all(rule.fits(one[0], other[0]) for one, other in combinations(groups.values(), 2))


def _mismatch(scene: Scene, rule: _Rule, subnet: IPv4Network, groups: Mapping[str, list[_End]]) -> Finding:
    """One finding for a subnet; the setting that fewest have comes first, and its host is the one to look at."""

    def oddness(ends: list[_End]) -> tuple[int, bool]:
        return len(ends), scene.intent.hosts[ends[0].host].role == "router"

    odd_first = sorted(groups.items(), key=lambda group: oddness(group[1]))
    settings = "; ".join(f"{setting} on {_names(ends)}" for setting, ends in odd_first)
    return Finding(
        check=rule.check,
        severity="warning",
        host=odd_first[0][1][0].host,
        message=f"{subnet}: {rule.what} {settings}: {rule.consequence}",
        evidence=tuple(
            quote
            for _, ends in odd_first
            for end in ends[:_LISTED]
            for quote in quote_interface(scene, end.host, end.name)
        ),
    )


def _names(ends: list[_End]) -> str:
    more = f" and {len(ends) - _LISTED} more" if len(ends) > _LISTED else ""
    return ", ".join(f"{end.host} {end.name}" for end in ends[:_LISTED]) + more


def _mtu(end: _End) -> str | None:
    return None if end.shown.mtu is None else f"{end.shown.mtu}{'' if end.shown.checks_mtu else ' (ignored)'}"


def _mtu_fits(one: _End, other: _End) -> bool:
    """The end with the larger MTU is refused by the other, if that one looks (RFC 2328 section 10.6)."""
    smaller, larger = sorted((one.shown, other.shown), key=lambda shown: shown.mtu or 0)
    return smaller.mtu == larger.mtu or not smaller.checks_mtu


def _timers(end: _End) -> str:
    """Hellos of less than a second are announced as 0, and are not compared."""
    hello_s = end.shown.hello_ms / 1000
    return f"{hello_s:g}/{end.shown.dead_s} s" if hello_s >= 1 else f"sub-second/{end.shown.dead_s} s"


def _area_type(end: _End) -> str | None:
    return f"{end.shown.area} {end.area_kind}" if end.area_kind else None


def _area_type_fits(one: _End, other: _End) -> bool:
    """Two areas are a mismatch of another name."""
    return one.shown.area != other.shown.area


def _authentication(end: _End) -> str | None:
    return None if end.shown.authentication is None else describe_authentication(end.shown.authentication)


def _authentication_fits(one: _End, other: _End) -> bool:
    """Keys that overlap are being rolled; a secret that is not shown can be any."""
    mine, yours = one.shown.authentication, other.shown.authentication
    if mine is None or yours is None:
        return True
    if mine.kind != yours.kind:
        return False
    pairs = [(key, other_key) for key in mine.keys for other_key in yours.keys]
    return not pairs or any(
        number == other_number and (secret == other_secret or not secret or not other_secret)
        for (number, secret), (other_number, other_secret) in pairs
    )


_RULES = (
    _Rule("mtu-mismatch", "MTU", _mtu, _mtu_fits, "an adjacency made anew stays in ExStart or Exchange"),
    _Rule("timer-mismatch", "hello/dead", _timers),
    _Rule("area-mismatch", "area", lambda end: str(end.shown.area)),
    _Rule("area-type-mismatch", "area", _area_type, _area_type_fits),
    _Rule(
        "network-type-mismatch",
        "network type",
        lambda end: end.shown.network_type,
        consequence="they may be Full, and still no route leads over the link",
    ),
    _Rule("authentication-mismatch", "authentication", _authentication, _authentication_fits),
)
