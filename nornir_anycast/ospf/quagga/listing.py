"""``show ip ospf database``, one line an LSA, and ``show ip ospf database max-age``."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import IPv4Address

from nornir_anycast.ospf.quagga.answer import open_answer
from nornir_anycast.ospf.quagga.census import Census, LsaType, Scope
from nornir_anycast.ospf.quagga.lsa_reader import IN_AREA, TYPES, read_router_id
from nornir_anycast.ospf.text import ADDRESS, BLANK, Block, many

COMMAND = "show ip ospf database"
MAX_AGE = "show ip ospf database max-age"

_TYPES: dict[str, LsaType] = {title: lsa_type for lsa_type, (_, title) in TYPES.items()}
_PREFIX = rf"{ADDRESS}/\d{{1,2}}"
# What stands behind the checksum: its heading, and itself.
_REST: dict[LsaType, tuple[str, str]] = {
    "router": ("  Link count", r" \d+"),
    "network": ("", ""),
    "summary": ("  Route", f" {_PREFIX}"),
    "asbr-summary": ("", ""),
    "external": ("  Route", rf" E[12] {_PREFIX} \[0x[0-9a-f]+\]"),
    "nssa-external": ("  Route", rf" E[12] {_PREFIX} \[0x[0-9a-f]+\]"),
}
# FRR leaves no blank behind an address of 15 characters.
_LSA = rf"{ADDRESS} *{ADDRESS} +\d+ 0x[0-9a-f]{{8}} 0x(?P<checksum>[0-9a-f]{{4}})"
_SECTION = Block(
    many(BLANK),
    rf"                (?P<title>{'|'.join(_TYPES)}|[\w-]+ Opaque-LSA)(?:{IN_AREA})?",
)
_HEADINGS = "Link ID         ADV Router      Age  Seq#       CkSum"
_ROWS = {
    lsa_type: (Block(many(BLANK), _HEADINGS + heading), Block(_LSA + value))
    for lsa_type, (heading, value) in _REST.items()
}
_OPAQUE = (Block(many(BLANK), _HEADINGS.replace("Link ID       ", "Opaque-Type/Id")), Block(_LSA))

_MAX_AGE = Block(many(BLANK), r"                MaxAge Link States:")
_MAX_AGE_LSA = Block(
    many(BLANK),
    r"Link type: (?P<type>\d{1,2})",
    rf"Link State ID: (?P<id>{ADDRESS})",
    rf"Advertising Router: (?P<router>{ADDRESS})",
    r"LSA lock count: \d+",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """What ``show ip ospf database`` lists."""

    router_id: IPv4Address
    census: Mapping[Scope, Census]
    """Only what there is."""


def parse_listing(text: str) -> Listing:
    """Return how many LSAs of each type there are; opaque ones are not counted.

    Arguments:
        text: output of ``show ip ospf database``.

    Raises:
        ParseError: a line is not understood.

    """
    cursor = open_answer(COMMAND, text)
    router_id = read_router_id(cursor)
    census: dict[Scope, Census] = {}
    while not cursor.at_end:
        section = cursor.need(_SECTION)
        lsa_type = _TYPES.get(section["title"])
        headings, row = _OPAQUE if lsa_type is None else _ROWS[lsa_type]
        cursor.need(headings)
        line: re.Match[str] | None = cursor.need(row)  # a type of which there is none is not listed
        count = checksum_sum = 0
        while line is not None:
            count += 1
            checksum_sum += int(line["checksum"], 16)
            line = cursor.take(row)
        if lsa_type is None:
            continue
        scope = lsa_type, None if section["area"] is None else cursor.address(section, "area")
        if (lsa_type == "external") != (scope[1] is None) or scope in census:
            cursor.fail("not understood", section.start("title"))
        census[scope] = Census(count, checksum_sum)
    return Listing(router_id=router_id, census=census)


def parse_max_age(text: str) -> tuple[tuple[int, IPv4Address, IPv4Address], ...]:
    """Return the LSAs that are being flushed: LS type, link-state id and advertising router of each.

    Arguments:
        text: output of ``show ip ospf database max-age``.

    Raises:
        ParseError: a line is not understood.

    """
    cursor = open_answer(MAX_AGE, text)
    read_router_id(cursor)
    cursor.need(_MAX_AGE)
    found = []
    while not cursor.at_end:
        match = cursor.need(_MAX_AGE_LSA)
        found.append((cursor.integer(match, "type"), cursor.address(match, "id"), cursor.address(match, "router")))
    return tuple(found)
