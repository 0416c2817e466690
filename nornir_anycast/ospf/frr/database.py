"""``show ip ospf database TYPE json``: the LSAs of types 1 to 4, in full."""

from __future__ import annotations

import re
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network
from typing import TYPE_CHECKING, TypedDict

from nornir_anycast.ospf.model import (
    AsbrSummaryLsa,
    LinkKind,
    NetworkLsa,
    RouterLink,
    RouterLsa,
    SummaryLsa,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nornir_anycast.ospf.frr.document import JsonObject

# linkType, and the keys of its Link ID and Link Data (ospfd/ospf_vty.c, link_id_desc_json).
_LINKS: dict[str, tuple[LinkKind, str, str]] = {
    "another Router (point-to-point)": ("p2p", "neighborRouterId", "routerInterfaceAddress"),
    "a Transit Network": ("transit", "designatedRouterAddress", "routerInterfaceAddress"),
    "Stub Network": ("stub", "networkAddress", "networkMask"),
    "a Virtual Link": ("virtual", "neighborRouterId", "routerInterfaceAddress"),
}
# Bits B, E and V of a router-LSA (RFC 2328 A.4.2).
_BIT_ABR, _BIT_ASBR, _BIT_VIRTUAL = 1, 2, 4
METRIC_24 = 0xFFFFFF
_SEQUENCE = re.compile(r"[0-9a-f]{1,8}")


class _Header(TypedDict):
    advertising_router: IPv4Address
    age_s: int
    sequence: int
    area: IPv4Address | None


def parse_routers(root: JsonObject) -> tuple[RouterLsa, ...]:
    """Return the router-LSAs of all attached areas."""
    found: list[RouterLsa] = []
    for area, lsa in of_areas(root, "routerLinkStates"):
        flags = lsa.integer("flags", 0xFF)
        links = lsa.object("routerLinks")
        if len(links.value) != lsa.integer("numOfLinks"):
            lsa.fail("numOfLinks", f"{len(links.value)} links are listed")
        found.append(
            RouterLsa(
                **header(lsa, area, "router-LSA"),
                links=tuple(_link(links.object(key)) for key in links.value),
                is_abr=bool(flags & _BIT_ABR),
                is_asbr=bool(flags & _BIT_ASBR),
                is_virtual_endpoint=bool(flags & _BIT_VIRTUAL),
            ),
        )
    return tuple(found)


def parse_networks(root: JsonObject) -> tuple[NetworkLsa, ...]:
    """Return the network-LSAs of all attached areas."""
    found: list[NetworkLsa] = []
    for area, lsa in of_areas(root, "networkLinkStates"):
        # FRR up to 10.3 spells it so; the right spelling is read for the day they mend it.
        attached = lsa.object("attachedRouters" if "attachedRouters" in lsa.value else "attchedRouters")
        found.append(
            NetworkLsa(
                **header(lsa, area, "network-LSA"),
                prefix=prefix(lsa),
                designated_router=lsa.address("linkStateId"),
                attached=tuple(attached.object(key).address("attachedRouterId") for key in attached.value),
            ),
        )
    return tuple(found)


def parse_summaries(root: JsonObject) -> tuple[SummaryLsa, ...]:
    """Return the type-3 LSAs of all attached areas."""
    return tuple(
        SummaryLsa(**header(lsa, area, "summary-LSA"), prefix=prefix(lsa), metric=lsa.integer("tos0Metric", METRIC_24))
        for area, lsa in of_areas(root, "summaryLinkStates")
    )


def parse_asbr_summaries(root: JsonObject) -> tuple[AsbrSummaryLsa, ...]:
    """Return the type-4 LSAs of all attached areas; FRR calls them ``summary-LSA`` too."""
    return tuple(
        AsbrSummaryLsa(
            **header(lsa, area, "summary-LSA"),
            asbr=lsa.address("linkStateId"),
            metric=lsa.integer("tos0Metric", METRIC_24),
        )
        for area, lsa in of_areas(root, "asbrSummaryLinkStates")
    )


def of_areas(root: JsonObject, key: str) -> Iterator[tuple[IPv4Address, JsonObject]]:
    """Yield the LSAs of all attached areas, each with its area."""
    areas = root.object(key).object("areas")
    for area in areas.value:
        area_id = areas.to_address(area, area)
        for lsa in areas.objects(area):
            yield area_id, lsa


def header(lsa: JsonObject, area: IPv4Address | None, lsa_type: str) -> _Header:
    """Return the fields that all LSAs have."""
    if lsa.text("lsaType") != lsa_type:
        lsa.fail("lsaType", f"{lsa.text('lsaType')!r} instead of {lsa_type!r}")
    sequence = lsa.text("lsaSeqNumber")
    if _SEQUENCE.fullmatch(sequence) is None:
        lsa.fail("lsaSeqNumber", f"not a hexadecimal number: {sequence!r}")
    return {
        "advertising_router": lsa.address("advertisingRouter"),
        "age_s": lsa.integer("lsaAge", 0xFFFF),
        "sequence": int(sequence, 16),
        "area": area,
    }


def _link(link: JsonObject) -> RouterLink:
    kind, id_key, data_key = link.choice("linkType", _LINKS)
    link_data = link.address(data_key)
    if kind == "stub" and "01" in f"{int(link_data):032b}":
        link.fail(data_key, f"not a network mask: {link_data}")
    return RouterLink(
        kind=kind,
        link_id=link.address(id_key),
        link_data=link_data,
        metric=link.integer("tos0Metric", 0xFFFF),
    )


def prefix(lsa: JsonObject) -> IPv4Network:
    """Return the prefix of a network-LSA, a summary or an external."""
    return _network(lsa.address("linkStateId"), lsa.integer("networkMask", 32))


@lru_cache(maxsize=65536)
def _network(link_state_id: IPv4Address, length: int) -> IPv4Network:
    # Host bits can be set in a link-state id (RFC 2328 appendix E).
    return IPv4Network((link_state_id, length), strict=False)
