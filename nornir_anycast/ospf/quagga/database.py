"""``show ip ospf database TYPE`` for the types that every area has: router, network, summary, asbr-summary."""

from __future__ import annotations

import re
from ipaddress import IPv4Network
from struct import Struct

from nornir_anycast.ospf.model import (
    AsbrSummaryLsa,
    LinkKind,
    NetworkLsa,
    RouterLink,
    RouterLsa,
    SummaryLsa,
)
from nornir_anycast.ospf.quagga import lsa_lines
from nornir_anycast.ospf.quagga.lsa_reader import MASKS, METRIC_24, LsaReader, Shown, read_lsas

# Number on the wire, and what Link ID and Link Data are called.
_LINKS: dict[tuple[str, str, str], tuple[int, LinkKind]] = {
    ("another Router (point-to-point)", "Neighboring Router ID", "Router Interface address"): (1, "p2p"),
    ("a Transit Network", "Designated Router address", "Router Interface address"): (2, "transit"),
    ("Stub Network", "Net", "Network Mask"): (3, "stub"),
    ("a Virtual Link", "Neighboring Router ID", "Router Interface address"): (4, "virtual"),
}
# Bits B, E and V of a router-LSA (RFC 2328 A.4.2).
_ROLES = ((1, "ABR"), (2, "ASBR"), (4, "VL-endpoint"))

_ROUTER_WIRE = Struct(">BBH")
_LINK_WIRE = Struct(">IIBBH")
_SUMMARY_WIRE = Struct(">II")
_MASK_WIRE = Struct(">I")
_NETWORK_LENGTH = 24
"""Of the header and the mask; an attached router takes 4 bytes more."""


def parse_routers(text: str) -> Shown[list[RouterLsa]]:
    """Return the router-LSAs of all attached areas.

    Arguments:
        text: output of ``show ip ospf database router``.

    Raises:
        ParseError: a line is not understood, or an LSA does not have the checksum that it carries; so do the others.

    """
    return read_lsas("router", text, lsa_lines.ROUTER, _router)


def parse_networks(text: str) -> Shown[list[NetworkLsa]]:
    """Return the network-LSAs of all attached areas, from ``show ip ospf database network``."""
    return read_lsas("network", text, lsa_lines.NETWORK, _network)


def parse_summaries(text: str) -> Shown[list[SummaryLsa]]:
    """Return the type-3 LSAs of all attached areas, from ``show ip ospf database summary``."""
    return read_lsas("summary", text, lsa_lines.SUMMARY, _summary)


def parse_asbr_summaries(text: str) -> Shown[list[AsbrSummaryLsa]]:
    """Return the type-4 LSAs of all attached areas, from ``show ip ospf database asbr-summary``."""
    return read_lsas("asbr-summary", text, lsa_lines.ASBR_SUMMARY, _asbr_summary)


def _router(reader: LsaReader, match: re.Match[str]) -> RouterLsa:
    header, wire = reader.header(match)
    bits = int(match["bits"], 16)
    roles = (match["roles"] or "").split()
    if any(bool(bits & bit) != (role in roles) for bit, role in _ROLES):
        reader.cursor.fail("not the words for these flags", match.start("bits"))
    count = int(match["links"])
    parts = [wire, _ROUTER_WIRE.pack(bits, 0, count)]
    links = []
    for _ in range(count):
        link, link_wire = _link(reader)
        links.append(link)
        parts.append(link_wire)
    reader.accept(match, b"".join(parts))
    return RouterLsa(
        **header,
        links=tuple(links),
        is_abr="ABR" in roles,
        is_asbr="ASBR" in roles,
        is_virtual_endpoint="VL-endpoint" in roles,
    )


def _link(reader: LsaReader) -> tuple[RouterLink, bytes]:
    cursor = reader.cursor
    match = cursor.need(lsa_lines.LINK)
    words = match["kind"], match["id_is"], match["data_is"]
    if words not in _LINKS:
        cursor.fail("not a link that we know", match.start("kind"))
    number, kind = _LINKS[words]
    link_id, link_data = cursor.address(match, "id"), cursor.address(match, "data")
    if kind == "stub" and int(link_data) not in MASKS.values():
        cursor.fail(f"not a network mask: {link_data}", match.start("data"))
    metric = cursor.integer(match, "metric", 0xFFFF)
    link = RouterLink(kind=kind, link_id=link_id, link_data=link_data, metric=metric)
    return link, _LINK_WIRE.pack(int(link_id), int(link_data), number, 0, metric)


def _network(reader: LsaReader, match: re.Match[str]) -> NetworkLsa:
    header, wire = reader.header(match)
    count = (int(match["length"]) - _NETWORK_LENGTH) // 4
    attached = [reader.cursor.address(reader.cursor.need(lsa_lines.ATTACHED), "id") for _ in range(count)]
    reader.accept(
        match,
        b"".join((wire, _MASK_WIRE.pack(MASKS[match["mask"]]), *(address.packed for address in attached))),
    )
    return NetworkLsa(
        **header,
        prefix=_prefix(match),
        designated_router=reader.address(match["id"]),
        attached=tuple(attached),
    )


def _summary(reader: LsaReader, match: re.Match[str]) -> SummaryLsa:
    header, wire = reader.header(match)
    metric = reader.cursor.integer(match, "metric", METRIC_24)
    reader.accept(match, wire + _SUMMARY_WIRE.pack(MASKS[match["mask"]], metric))
    return SummaryLsa(
        **header,
        prefix=_prefix(match),
        metric=metric,
    )


def _asbr_summary(reader: LsaReader, match: re.Match[str]) -> AsbrSummaryLsa:
    header, wire = reader.header(match)
    metric = reader.cursor.integer(match, "metric", METRIC_24)
    reader.accept(match, wire + _SUMMARY_WIRE.pack(MASKS[match["mask"]], metric))
    return AsbrSummaryLsa(
        **header,
        asbr=reader.address(match["id"]),
        metric=metric,
    )


def _prefix(match: re.Match[str]) -> IPv4Network:
    # Host bits can be set in a link-state id (RFC 2328 appendix E).
    return IPv4Network((match["id"], int(match["mask"])), strict=False)
