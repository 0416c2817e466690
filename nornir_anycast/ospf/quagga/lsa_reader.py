"""The frame of ``show ip ospf database TYPE``: areas, LSA headers, and the checksum that each LSA must have."""

from __future__ import annotations

import re
import struct
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from ipaddress import IPv4Address
from typing import Generic, NoReturn, TypedDict, TypeVar

from nornir_anycast.ospf.externals import address_number
from nornir_anycast.ospf.quagga.answer import open_answer
from nornir_anycast.ospf.quagga.census import Census, LsaType, Scope
from nornir_anycast.ospf.quagga.checksum import is_sound
from nornir_anycast.ospf.text import ADDRESS, Block, Cursor, many

T = TypeVar("T")
ShownT_co = TypeVar("ShownT_co", covariant=True)

# Number on the wire; what it is called above its LSAs.
TYPES: dict[LsaType, tuple[int, str]] = {
    "router": (1, "Router Link States"),
    "network": (2, "Net Link States"),
    "summary": (3, "Summary Link States"),
    "asbr-summary": (4, "ASBR-Summary Link States"),
    "external": (5, "AS External Link States"),
    "nssa-external": (7, "NSSA-external Link States"),
}
IN_AREA = rf" \(Area (?P<area>{ADDRESS})(?: \[(?:Stub|NSSA)\])?\)"
MASKS = {str(length): 0xFFFFFFFF << 32 - length & 0xFFFFFFFF for length in range(33)}
METRIC_24 = 0xFFFFFF

_ROUTER_ID = Block(many(""), rf"       OSPF Router with ID \((?P<router_id>{ADDRESS})\)")
_WIRE = struct.Struct(">BBIIIHH")


def _option_words(options: int) -> str:
    """Return what the daemons print for the options (``ospf_options_dump``)."""
    words = ("O", "DC", "EA", "N/P", "MC", "E", "M/T")
    return "|".join(["*", *(word if options & (0x40 >> bit) else "-" for bit, word in enumerate(words))])


OPTIONS = {f"{options:x}": (options, _option_words(options)) for options in range(256)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown(Generic[ShownT_co]):
    """The LSAs of one type."""

    router_id: IPv4Address
    """Of the router that was asked."""
    lsas: ShownT_co
    census: Mapping[Scope, Census]
    """By area, also those that have none."""


class Header(TypedDict):
    """What all LSAs begin with."""

    advertising_router: IPv4Address
    age_s: int
    sequence: int
    area: IPv4Address | None


def command_of(lsa_type: LsaType) -> str:
    """Return the command that shows the LSAs of a type."""
    return f"show ip ospf database {lsa_type}"


def read_router_id(cursor: Cursor) -> IPv4Address:
    """Step behind the first line of every ``show ip ospf database ...``, and return the router id in it."""
    return cursor.address(cursor.need(_ROUTER_ID), "router_id")


def read_lsas(
    lsa_type: LsaType, text: str, block: Block, build: Callable[[LsaReader, re.Match[str]], T]
) -> Shown[list[T]]:
    """Return what ``build`` makes of each LSA.

    Arguments:
        lsa_type: which LSAs these must be.
        text: output of ``show ip ospf database TYPE``.
        block: the lines of an LSA; what is repeated in it, ``build`` reads.
        build: called with a match of the block; must call :meth:`LsaReader.accept`.

    Raises:
        ParseError: a line is not understood, or an LSA does not have the checksum that it carries.

    """
    number, title = TYPES[lsa_type]
    cursor = open_answer(command_of(lsa_type), text)
    router_id = read_router_id(cursor)
    has_areas = lsa_type != "external"
    section = Block(many(""), f"                (?P<title>{title})" + (IN_AREA if has_areas else ""))
    match_lsa = block.pattern.match
    lsas: list[T] = []
    census: dict[Scope, Census] = {}
    # Type 5 has one section, there with no LSA too; the others have one for each area.
    while not cursor.at_end or not (has_areas or census):
        heading = cursor.need(section)
        area = cursor.address(heading, "area") if has_areas else None
        if (lsa_type, area) in census:
            cursor.fail("the same area again", heading.start("title"))
        reader = LsaReader(cursor, number, area)
        while match := match_lsa(text, cursor.position):
            cursor.position = match.end()
            try:
                lsas.append(build(reader, match))
            except (KeyError, ValueError, struct.error):
                reader.explain(match)
        if not cursor.at_end and section.pattern.match(text, cursor.position) is None:
            cursor.need(block)
        census[lsa_type, area] = Census(len(reader.seen), reader.checksum_sum)
    return Shown(router_id=router_id, lsas=lsas, census=census)


@dataclass(slots=True)
class LsaReader:
    """Reads the LSAs of one type and area; its methods raise :class:`ValueError` for what is no address or number."""

    cursor: Cursor
    type: int
    area: IPv4Address | None
    checksum_sum: int = 0
    seen: set[int] = field(default_factory=set)
    """Link-state id and advertising router of each, as one number."""
    addresses: dict[str, IPv4Address] = field(default_factory=dict)
    """The same few routers are named again and again."""
    numbers: dict[str, int] = field(default_factory=dict)
    """The same as numbers."""

    def header(self, match: re.Match[str]) -> tuple[Header, bytes]:
        """Return the header of an LSA, and as it is sent, without the age."""
        options, words = OPTIONS[match["options"]]
        if words != match["words"]:
            raise ValueError
        router = self.address(match["router"])
        sequence = int(match["sequence"], 16)
        wire = _WIRE.pack(
            options,
            self.type,
            address_number(match["id"]),
            int(router),
            sequence,
            int(match["checksum"], 16),
            int(match["length"]),
        )
        header: Header = {
            "advertising_router": router,
            "age_s": int(match["age"]),
            "sequence": sequence,
            "area": self.area,
        }
        return header, wire

    def address(self, text: str) -> IPv4Address:
        """Return an address, the same object for the same text."""
        known = self.addresses.get(text)
        if known is None:
            known = self.addresses[text] = IPv4Address(text)
        return known

    def accept(self, match: re.Match[str], lsa: bytes) -> None:
        """Count an LSA; refuse it if its checksum or length is not its own, or if it was there before.

        Arguments:
            match: its lines.
            lsa: what was read, as it is sent, without the age.

        """
        if int(match["length"]) != len(lsa) + 2:
            self.cursor.fail(f"an LSA of {len(lsa) + 2} bytes is shown", match.start("length"))
        if not is_sound(lsa):
            self.cursor.fail("the LSA that is shown has another checksum", match.start("checksum"))
        key = int.from_bytes(lsa[2:10], "big")
        if key in self.seen:
            self.cursor.fail("the same LSA again", match.start("id"))
        self.seen.add(key)
        self.checksum_sum += int(match["checksum"], 16)

    def explain(self, match: re.Match[str]) -> NoReturn:
        """Say which of the values of an LSA is none."""
        cursor, groups = self.cursor, match.groupdict()
        for group in ("id", "router", "forward", "data"):
            if group in groups:
                cursor.address(match, group)
        if groups.get("mask") not in (None, *MASKS):
            cursor.fail(f"not a prefix length: {match['mask']}", match.start("mask"))
        if "options" in groups and OPTIONS.get(match["options"], (0, ""))[1] != match["words"]:
            cursor.fail("not the words for these options", match.start("words"))
        for group, highest in (("length", 0xFFFF), ("metric", METRIC_24), ("tag", 0xFFFFFFFF)):
            if group in groups:
                cursor.integer(match, group, highest)
        cursor.fail("not understood", match.start())
