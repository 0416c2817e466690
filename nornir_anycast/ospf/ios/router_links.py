"""The part of a router-LSA that only it has: its roles and its links."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nornir_anycast.ospf.ios.transcript import to_address
from nornir_anycast.ospf.model import LinkKind, RouterLink
from nornir_anycast.ospf.text import ADDRESS, Block, many

if TYPE_CHECKING:
    import re

    from nornir_anycast.ospf.text import Cursor

_ROLE = Block(
    r"(?P<role>Area Border Router|AS Boundary Router|Virtual Link Endpoint|Virtual link endpoint"
    r"|Unconditional NSSA translator)",
)
_COUNT = Block(r"Number of Links: (?P<count>\d+)")
_KINDS: dict[str, LinkKind] = {
    "another Router (point-to-point)": "p2p",
    "a Transit Network": "transit",
    "a Stub Network": "stub",
    "a Virtual Link": "virtual",
}
_NAMES: dict[LinkKind, tuple[str, str]] = {
    "p2p": ("Neighboring Router ID", "Router Interface address"),
    "transit": ("Designated Router address", "Router Interface address"),
    "stub": ("Network/subnet number", "Network Mask"),
    "virtual": ("Neighboring Router ID", "Router Interface address"),
}
_ID = rf"(?P<id>{ADDRESS})"
_LINK = Block(
    r"Link connected to: (?P<kind>another Router \(point-to-point\)|a Transit Network|a Stub Network|a Virtual Link)",
    rf"\(Link ID\) (?P<id_name>Neighboring Router ID|Designated Router address|Network/subnet number): {_ID}",
    rf"\(Link Data\) (?P<data_name>Router Interface address|Network Mask): (?P<data>{ADDRESS})",
    r"Number of (?:MTID|TOS) metrics: (?P<metrics>\d{1,3})",
    r"TOS 0 Metrics: (?P<metric>\d+)",
    # Other topologies (RFC 4915) are not looked at.
    many(r"MTID \d+ Metrics: \d+"),
)
_HEADER_BYTES, _LINK_BYTES, _METRIC_BYTES = 24, 12, 4  # RFC 2328 A.4.2


def take_roles(cursor: Cursor) -> set[str]:
    """Step behind the roles of a router-LSA and return them."""
    roles: set[str] = set()
    while match := cursor.take(_ROLE):
        if match["role"] in roles:
            cursor.fail("listed twice", match.start())
        roles.add(match["role"])
    return roles


def take_links(cursor: Cursor, header: re.Match[str]) -> tuple[RouterLink, ...]:
    """Step behind the links of a router-LSA and return them.

    Raises:
        ParseError: they are not as many as the LSA says, or together not as long.

    """
    count = cursor.need(_COUNT)
    links: list[RouterLink] = []
    metrics = 0
    cursor.skip_blank()
    while match := cursor.take(_LINK):
        links.append(_link(cursor, match))
        metrics += cursor.integer(match, "metrics", 0xFF)
        cursor.skip_blank()
    expected = cursor.integer(count, "count", 0xFFFF)
    if len(links) < expected:
        cursor.need(_LINK, f"{len(links)} of {expected} links are understood")
    if len(links) > expected:
        cursor.fail(f"{len(links)} links are listed", count.start())
    shortest = _HEADER_BYTES + _LINK_BYTES * len(links)
    if cursor.integer(header, "length", 0xFFFF) not in {shortest, shortest + _METRIC_BYTES * metrics}:
        cursor.fail(f"what is shown of this LSA is {shortest} bytes long", header.start("length"))
    return tuple(links)


def _link(cursor: Cursor, match: re.Match[str]) -> RouterLink:
    kind = _KINDS[match["kind"]]
    if (match["id_name"], match["data_name"]) != _NAMES[kind]:
        cursor.fail(f"a link to {match['kind']} has a {' and a '.join(_NAMES[kind])}", match.start("id_name"))
    if match[0].count("MTID ") - match[0].count("of MTID ") != int(match["metrics"]):
        cursor.fail("not as many metrics as it says", match.start("metrics"))
    data = to_address(cursor, match, "data")
    if kind == "stub" and "01" in f"{int(data):032b}":
        cursor.fail(f"not a network mask: {data}", match.start("data"))
    return RouterLink(
        kind=kind,
        link_id=to_address(cursor, match, "id"),
        link_data=data,
        metric=cursor.integer(match, "metric", 0xFFFF),
    )
