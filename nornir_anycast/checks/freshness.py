"""Checks that LSAs are refreshed in time, and not more often than that. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from ipaddress import IPv4Address

from nornir_anycast.checks.lsas import name_of_lsa, quote_lsa
from nornir_anycast.checks.model import Evidence, Finding
from nornir_anycast.checks.scene import Scene
from nornir_anycast.intent import Intent
from nornir_anycast.ospf.lsa import LS_REFRESH_TIME_S
from nornir_anycast.ospf.model import MAX_AGE_S, ExternalLsa, Lsa, Lsdb, NetworkLsa, RouterLsa, RouterView

LATE_S = 900 + LS_REFRESH_TIME_S + 100
"""Quagga and FRR wait up to 900 s longer before the first refresh, so that not all are due at once."""
FLAPS = 3
"""New instances between two looks, besides refreshes that are due, that are too many: one change makes one or two."""
CALM_S = 60
"""Of looks that are far apart: fewer than one new instance in so long is no flapping."""
_STILL = 2
"""What has been quiet for twice its mean interval flaps no more: a network that heals looks the same at first."""
_QUOTED = 3
_INITIAL = 0x80000001


_Key = tuple[type[Lsa], int, int, int | None]


def _key(lsa: RouterLsa | NetworkLsa | ExternalLsa) -> _Key:
    """What all instances of one LSA have in common (RFC 2328 section 12.1), as numbers: there are many to compare.

    A prefix stands for its link-state id: a service asks for one prefix only, so that its length is known.
    """
    match lsa:
        case RouterLsa():
            link_state_id = 0
        case NetworkLsa():
            link_state_id = int(lsa.designated_router)
        case ExternalLsa():
            link_state_id = int(lsa.prefix.network_address)
    return type(lsa), int(lsa.advertising_router), link_state_id, None if lsa.area is None else int(lsa.area)


def _lsas_of(intent: Intent, lsdb: Lsdb) -> Iterator[RouterLsa | NetworkLsa | ExternalLsa]:
    """LSAs of the hosts of the intent, and whoever announces a VIP; not those of the rest of the network."""
    hosts = {host.router_id for host in intent.hosts.values()}
    for lsas in (lsdb.routers, lsdb.networks):
        yield from (lsa for lsa in lsas if lsa.advertising_router in hosts)
    for service in intent.services.values():
        yield from lsdb.externals_of(service.prefix)


def check_age(scene: Scene) -> Iterator[Finding]:
    """Finding `lsa-near-max-age`: the originator is adjacent to somebody and does not refresh.

    An LSA whose originator is gone is old as well: that is a ghost, and no finding of this check.
    """
    alive = _adjacent(scene)
    late: dict[IPv4Address, dict[_Key, tuple[Evidence, Lsa, list[str]]]] = {}
    for shown in scene.lsdbs:
        for lsa in _lsas_of(scene.intent, shown.lsdb):
            if LATE_S < lsa.age_s < MAX_AGE_S and lsa.advertising_router in alive:
                found = quote_lsa(shown.routers[0], lsa), lsa, list[str]()
                late.setdefault(lsa.advertising_router, {}).setdefault(_key(lsa), found)[2].extend(shown.routers)
    for router_id, lsas in late.items():
        proof, oldest, routers = max(lsas.values(), key=lambda found: found[1].age_s)
        others = f" and {len(lsas) - 1} more" if len(lsas) > 1 else ""
        yield Finding(
            check="lsa-near-max-age",
            severity="warning",
            host=scene.name_of(router_id),
            message=(
                f"{scene.name_of(router_id)} does not refresh its {name_of_lsa(oldest)}{others}: age {oldest.age_s} s "
                f"on {', '.join(routers)}, due every {LS_REFRESH_TIME_S} s; it is flushed in "
                f"{MAX_AGE_S - oldest.age_s} s"
            ),
            evidence=(proof, *(proof for proof, lsa, _ in list(lsas.values())[:_QUOTED] if lsa is not oldest)),
        )


def _adjacent(scene: Scene) -> set[IPv4Address | None]:
    """Router-ids of those with whom somebody is adjacent: they could refresh their LSAs."""
    views = (observed.view for observed in scene.observations.values())
    return {row.router_id for view in views if view for row in view.neighbors if row.state in {"Full", "2-Way"}}


def check_flapping(
    intent: Intent, before: Mapping[str, RouterView], after: Mapping[str, RouterView], seconds: float
) -> Iterator[Finding]:
    """Finding `lsa-flapping`: an LSA was made anew again and again between two looks.

    Arguments:
        intent: whose LSAs are looked at: those of its hosts, and of whoever announces a VIP.
        before: host name to what it showed at the first look.
        after: the same at the second look; hosts that are in one look only are not compared.
        seconds: between the looks. An originator should wait 5 s between two instances (RFC 2328 appendix B,
            MinLSInterval), so looks that are less than 10 s apart show little.

    """
    too_many = seconds // LS_REFRESH_TIME_S + max(FLAPS, seconds / CALM_S)
    compared: dict[tuple[int, int], list[str]] = {}
    for name in before.keys() & after.keys():
        compared.setdefault((id(before[name].lsdb), id(after[name].lsdb)), []).append(name)
    found: dict[_Key, tuple[Lsa, int, tuple[Evidence, ...], list[str]]] = {}
    for hosts in sorted(compared.values()):
        host = min(hosts)
        first = {_key(lsa): lsa for lsa in _lsas_of(intent, before[host].lsdb)}
        for lsa in _lsas_of(intent, after[host].lsdb):
            old = first.get(_key(lsa))
            count = _new_instances(old, lsa) if old else 0
            if old and count >= too_many and lsa.age_s <= _STILL * seconds / count:
                proofs = quote_lsa(host, old), quote_lsa(host, lsa)
                found.setdefault(_key(lsa), (lsa, count, proofs, []))[3].extend(hosts)
    for newest, count, evidence, hosts in found.values():
        name = intent.name_of_router_id(newest.advertising_router) or str(newest.advertising_router)
        yield Finding(
            check="lsa-flapping",
            severity="warning",
            host=name,
            message=(
                f"{name} made its {name_of_lsa(newest)} {count} times anew in {seconds:.0f} s "
                f"(seen by {', '.join(sorted(hosts))})"
            ),
            evidence=evidence,
        )


def _new_instances(old: Lsa, new: Lsa) -> int:
    """How many were made since; after a flush the numbers begin anew, so that it is as many at least."""
    forward = _signed(new.sequence) - _signed(old.sequence)
    return forward if forward >= 0 else _signed(new.sequence) - _signed(_INITIAL) + 1


def _signed(sequence: int) -> int:
    """Sequence numbers are signed: 0x80000001 is the lowest (RFC 2328 section 12.1.6)."""
    return sequence - 2**32 if sequence >= 2**31 else sequence
