"""Small databases by hand: routers are numbers, router 1's id is 192.0.2.1, the DR of segment 9 is 198.51.100.9."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Interface, IPv4Network
from typing import TYPE_CHECKING, Literal

from nornir_anycast.ospf.model import (
    AsbrSummaryLsa,
    ExternalLsa,
    Lsdb,
    NetworkLsa,
    OspfInterface,
    RouterLink,
    RouterLsa,
    RouterView,
    SummaryLsa,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from nornir_anycast.ospf.model import Lsa

VIP = IPv4Network("203.0.113.53/32")


def router_id(number: int) -> IPv4Address:
    """Return the router id of a router."""
    return IPv4Address("192.0.2.0") + number


def area_id(number: int | None) -> IPv4Address | None:
    """Return an area id; none for AS scope."""
    return None if number is None else IPv4Address(number)


def dr(number: int) -> IPv4Address:
    """Return the DR's address on a segment."""
    return IPv4Address("198.51.100.0") + number


def on_link(router: int, neighbor: int) -> IPv4Address:
    """Return the address of a router on its point-to-point link to another, or on a segment (100 and more)."""
    return IPv4Address(f"10.{router}.{neighbor}.1")


def router(
    number: int,
    to: Mapping[int, int] | None = None,
    *,
    segments: Mapping[int, int] | None = None,
    stubs: Mapping[str, int] | None = None,
    virtual: Mapping[int, int] | None = None,
    area: int = 0,
    roles: str = "",
    age_s: int = 1,
) -> RouterLsa:
    """Return a router-LSA with links to routers, segments, stub prefixes and virtual neighbours, each with its cost.

    Roles: ``A`` ABR, ``E`` ASBR, ``V`` virtual link endpoint.
    """
    links = [
        RouterLink(kind="p2p", link_id=router_id(there), link_data=on_link(number, there), metric=cost)
        for there, cost in (to or {}).items()
    ]
    links += [
        RouterLink(kind="transit", link_id=dr(there), link_data=on_link(number, 100 + there), metric=cost)
        for there, cost in (segments or {}).items()
    ]
    links += [
        RouterLink(kind="virtual", link_id=router_id(there), link_data=on_link(number, there), metric=cost)
        for there, cost in (virtual or {}).items()
    ]
    for text, cost in (stubs or {}).items():
        prefix = IPv4Network(text)
        link = RouterLink(kind="stub", link_id=prefix.network_address, link_data=prefix.netmask, metric=cost)
        links.append(link)
    return RouterLsa(
        advertising_router=router_id(number),
        age_s=age_s,
        sequence=0x80000001,
        area=IPv4Address(area),
        links=tuple(links),
        is_abr="A" in roles,
        is_asbr="E" in roles,
        is_virtual_endpoint="V" in roles,
    )


def segment(number: int, attached: Iterable[int], *, area: int = 0, age_s: int = 1) -> NetworkLsa:
    """Return the network-LSA of a segment, from the first of its routers."""
    routers = [router_id(one) for one in attached]
    return NetworkLsa(
        advertising_router=routers[0],
        age_s=age_s,
        sequence=0x80000001,
        area=IPv4Address(area),
        prefix=IPv4Network((dr(number), 32)),
        designated_router=dr(number),
        attached=tuple(routers),
    )


def summary(abr: int, prefix: str, metric: int, *, area: int = 0) -> SummaryLsa:
    """Return a type-3 LSA."""
    return SummaryLsa(
        advertising_router=router_id(abr),
        age_s=1,
        sequence=0x80000001,
        area=IPv4Address(area),
        prefix=IPv4Network(prefix),
        metric=metric,
    )


def asbr_summary(abr: int, asbr: int, metric: int, *, area: int = 0) -> AsbrSummaryLsa:
    """Return a type-4 LSA."""
    return AsbrSummaryLsa(
        advertising_router=router_id(abr),
        age_s=1,
        sequence=0x80000001,
        area=IPv4Address(area),
        asbr=router_id(asbr),
        metric=metric,
    )


def external(
    asbr: int,
    metric: int = 20,
    metric_type: Literal[1, 2] = 1,
    *,
    forwarding: str | None = None,
    area: int | None = None,
    age_s: int = 1,
) -> ExternalLsa:
    """Return a type-5 LSA for the VIP, or a type-7 if an area is given."""
    return ExternalLsa(
        advertising_router=router_id(asbr),
        age_s=age_s,
        sequence=0x80000001,
        area=area_id(area),
        prefix=VIP,
        metric_type=metric_type,
        metric=metric,
        forwarding_address=None if forwarding is None else IPv4Address(forwarding),
    )


def database(*lsas: Lsa) -> Lsdb:
    """Return the LSAs as a database."""
    return Lsdb(
        routers=tuple(lsa for lsa in lsas if isinstance(lsa, RouterLsa)),
        networks=tuple(lsa for lsa in lsas if isinstance(lsa, NetworkLsa)),
        summaries=tuple(lsa for lsa in lsas if isinstance(lsa, SummaryLsa)),
        asbr_summaries=tuple(lsa for lsa in lsas if isinstance(lsa, AsbrSummaryLsa)),
        externals=tuple(lsa for lsa in lsas if isinstance(lsa, ExternalLsa)),
    )


def view(number: int, *lsas: Lsa) -> RouterView:
    """Return what a router shows that has an interface ``to2`` for each of its links to a router or segment 2."""
    own = {
        link
        for lsa in lsas
        if isinstance(lsa, RouterLsa) and lsa.advertising_router == router_id(number)
        for link in lsa.links
        if link.kind in ("p2p", "transit")
    }
    interfaces = [
        OspfInterface(
            name=f"to{link.link_data.packed[2]}",
            address=IPv4Interface((link.link_data, 24)),
            area=IPv4Address(0),
            network_type="broadcast" if link.kind == "transit" else "point-to-point",
            state="DROther" if link.kind == "transit" else "Point-To-Point",
            cost=link.metric,
            priority=1,
            hello_ms=1000,
            dead_s=4,
            mtu=1500,
        )
        for link in own
    ]
    return RouterView(
        router_id=router_id(number),
        interfaces=tuple(interfaces),
        neighbors=(),
        lsdb=database(*lsas),
        routes=(),
    )
