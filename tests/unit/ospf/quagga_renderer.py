"""Writes LSAs as Quagga and FRR print them, with the checksum that they carry."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Mapping, Sequence
from ipaddress import IPv4Address, IPv4Network
from typing import Literal

from nornir_anycast.ospf.model import (
    AsbrSummaryLsa,
    ExternalLsa,
    Lsa,
    NetworkLsa,
    RouterLsa,
    SummaryLsa,
)

Style = Literal["quagga", "frr"]

_ROUTER_ID = IPv4Address("198.51.100.1")
_LINKS = {
    "p2p": (1, "another Router (point-to-point)", "Neighboring Router ID", "Router Interface address"),
    "transit": (2, "a Transit Network", "Designated Router address", "Router Interface address"),
    "stub": (3, "Stub Network", "Net", "Network Mask"),
    "virtual": (4, "a Virtual Link", "Neighboring Router ID", "Router Interface address"),
}
_WORDS = ("O", "DC", "EA", "N/P", "MC", "E", "M/T")
_CHECKSUM = 14
"""Where it stands, without the age in front."""


def render_database(title: str, lsas: Mapping[IPv4Address, Sequence[Lsa]], style: Style, options: int = 2) -> str:
    """Return ``show ip ospf database TYPE`` for LSAs by area."""
    sections = (
        f"\n                {title} (Area {area})\n\n" + "".join(render_lsa(lsa, style, options) for lsa in found)
        for area, found in lsas.items()
    )
    return f"\n       OSPF Router with ID ({_ROUTER_ID})\n\n" + "".join(sections) + ("\n" if style == "frr" else "")


def render_externals(lsas: Iterable[ExternalLsa], style: Style, options: int = 2) -> str:
    """Return ``show ip ospf database external``."""
    heading = f"\n       OSPF Router with ID ({_ROUTER_ID})\n\n                AS External Link States \n\n"
    return heading + "".join(render_lsa(lsa, style, options) for lsa in lsas) + ("\n" if style == "frr" else "")


def render_lsa(lsa: Lsa, style: Style, options: int = 2) -> str:
    """Return the lines of one LSA."""
    if isinstance(lsa, RouterLsa):
        return _router(lsa, style, options)
    if isinstance(lsa, NetworkLsa):
        return _network(lsa, style, options)
    if isinstance(lsa, SummaryLsa | AsbrSummaryLsa):
        return _summary(lsa, style, options)
    assert isinstance(lsa, ExternalLsa)
    return _external(lsa, style, options)


def checksummed(lsa: bytes) -> bytes:
    """Return an LSA, given without its age and with a checksum of 0, with the right one (RFC 905 annex B)."""
    first = sum(lsa)
    second = sum((len(lsa) - index) * byte for index, byte in enumerate(lsa))
    # The two bytes that make both sums 0 modulo 255; 255 is the same as 0 to them, and 0 means "none".
    high = ((len(lsa) - _CHECKSUM - 1) * first - second) % 255
    low = (second - (len(lsa) - _CHECKSUM) * first) % 255
    return lsa[:_CHECKSUM] + bytes((high or 255, low or 255)) + lsa[_CHECKSUM + 2 :]


def _header(
    lsa: Lsa, style: Style, options: int, number: int, lsa_id: IPv4Address, words: str, body: bytes, bits: str = ""
) -> str:
    length = len(body) + 20
    header = struct.pack(">BBIIIHH", options, number, int(lsa_id), int(lsa.advertising_router), lsa.sequence, 0, length)
    checksum = checksummed(header + body)[_CHECKSUM : _CHECKSUM + 2].hex()
    kinds = {1: "router", 2: "network", 3: "summary", 4: "summary", 5: "AS-external", 7: "NSSA"}
    flags = "|".join(["*", *(word if options & 0x40 >> bit else "-" for bit, word in enumerate(_WORDS))])
    return (
        f"  LS age: {lsa.age_s}\n  Options: 0x{options:<2x} : {flags}\n  LS Flags: 0x6  \n{bits}"
        f"  LS Type: {kinds[number]}-LSA\n  Link State ID: {lsa_id} {words}\n"
        f"  Advertising Router: {lsa.advertising_router}\n  LS Seq Number: {lsa.sequence:08x}\n"
        f"  Checksum: 0x{checksum}\n  Length: {length}\n" + ("\n" if style == "frr" else "")
    )


def _router(lsa: RouterLsa, style: Style, options: int) -> str:
    flags = lsa.is_abr | lsa.is_asbr << 1 | lsa.is_virtual_endpoint << 2
    names = [(lsa.is_abr, " ABR"), (lsa.is_asbr, " ASBR"), (lsa.is_virtual_endpoint, " VL-endpoint")]
    bits = f"  Flags: 0x{flags:x}" + (" :" if flags else "") + "".join(name for on, name in names if on) + "\n"
    body = struct.pack(">BBH", flags, 0, len(lsa.links))
    text = f"   Number of Links: {len(lsa.links)}\n\n"
    for link in lsa.links:
        number, kind, id_is, data_is = _LINKS[link.kind]
        body += struct.pack(">IIBBH", int(link.link_id), int(link.link_data), number, 0, link.metric)
        text += (
            f"    Link connected to: {kind}\n     (Link ID) {id_is}: {link.link_id}\n"
            f"     (Link Data) {data_is}: {link.link_data}\n      Number of TOS metrics: 0\n"
            f"       TOS 0 Metric: {link.metric}\n\n"
        )
    return _header(lsa, style, options, 1, lsa.advertising_router, "", body, bits) + text + "\n"


def _network(lsa: NetworkLsa, style: Style, options: int) -> str:
    body = lsa.prefix.netmask.packed + b"".join(router.packed for router in lsa.attached)
    gap = "\n" if style == "frr" else ""
    lines = "".join(f"        Attached Router: {router}\n{gap}" for router in lsa.attached)
    header = _header(lsa, style, options, 2, lsa.designated_router, "(address of Designated Router)", body)
    return f"{header}  Network Mask: /{lsa.prefix.prefixlen}\n{lines}" + ("" if style == "frr" else "\n")


def _summary(lsa: SummaryLsa | AsbrSummaryLsa, style: Style, options: int) -> str:
    if isinstance(lsa, SummaryLsa):
        number, lsa_id, mask, words = 3, lsa.prefix.network_address, lsa.prefix, "(summary Network Number)"
    else:
        number, lsa_id, mask, words = 4, lsa.asbr, IPv4Network(0).supernet(new_prefix=0), "(AS Boundary Router address)"
    body = mask.netmask.packed + struct.pack(">I", lsa.metric)
    header = _header(lsa, style, options, number, lsa_id, words, body)
    return f"{header}  Network Mask: /{mask.prefixlen}\n        TOS: 0  Metric: {lsa.metric}\n\n"


def _external(lsa: ExternalLsa, style: Style, options: int) -> str:
    forward = lsa.forwarding_address or IPv4Address(0)
    is_type_2 = lsa.metric_type == 2
    body = lsa.prefix.netmask.packed + struct.pack(
        ">III", lsa.metric | (0x80000000 if is_type_2 else 0), int(forward), lsa.tag
    )
    number, words, nssa = (
        (5, "(External Network Number)", "")
        if lsa.area is None
        else (7, "(External Network Number for NSSA)", "NSSA: ")
    )
    if lsa.propagate is not None:
        options = options & ~8 | lsa.propagate << 3
    return (
        _header(lsa, style, options, number, lsa.prefix.network_address, words, body)
        + f"  Network Mask: /{lsa.prefix.prefixlen}\n"
        f"        Metric Type: {'2 (Larger than any link state path)' if is_type_2 else '1'}\n        TOS: 0\n"
        f"        Metric: {lsa.metric}\n        {nssa}Forward Address: {forward}\n"
        f"        External Route Tag: {lsa.tag}\n\n"
    )
