"""``show ip ospf database``: a line for each LSA."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NoReturn

from nornir_anycast.ospf.ios.sections import LsaKey, Sections
from nornir_anycast.ospf.ios.transcript import to_address
from nornir_anycast.ospf.text import ADDRESS, Block

if TYPE_CHECKING:
    from collections.abc import Mapping
    from ipaddress import IPv4Address

    from nornir_anycast.ospf.ios.process import Process
    from nornir_anycast.ospf.text import Cursor

COMMAND = "show ip ospf database"

_COLUMNS = Block(r"Link ID ADV Router Age Seq# Checksum(?P<last> Link count| Tag| Opaque ID)?")
_LSA = Block(
    rf"(?P<id>{ADDRESS}) (?P<router>{ADDRESS}) (?P<age>\d+)(?: ?\(DNA\))? 0x(?P<sequence>[0-9A-Fa-f]{{8}})"
    r" 0x[0-9A-Fa-f]{1,6}(?: (?P<last>\d+))?",
)
_LAST_COLUMN = {1: " Link count", 5: " Tag", 7: " Tag", 9: " Opaque ID", 10: " Opaque ID", 11: " Opaque ID"}


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedLsa:
    """One line of the list."""

    age_s: int
    sequence: int
    links: int | None
    """How many links a router-LSA has; ``None`` for other types."""
    tag: int | None
    """``None`` for all but types 5 and 7."""
    position: int
    """Where its line begins."""


@dataclass(frozen=True, slots=True)
class LsaList:
    """The LSAs of one process."""

    lsas: Mapping[LsaKey, ListedLsa]
    cursor: Cursor

    def count(self, lsa_type: int) -> int:
        """Return how many LSAs of a type there are."""
        return sum(key.lsa_type == lsa_type for key in self.lsas)

    def count_of_area(self, area: IPv4Address) -> int:
        """Return how many LSAs an area has, those of link scope left out."""
        link_scope = 9
        return sum(key.area == area and key.lsa_type != link_scope for key in self.lsas)

    def fail(self, key: LsaKey, reason: str) -> NoReturn:
        """Raise a :class:`ParseError` that quotes the line of an LSA."""
        self.cursor.fail(reason, self.lsas[key].position)


def parse_lsa_list(process: Process, text: str) -> LsaList:
    """Return the LSAs of a process, those of other processes left out.

    Raises:
        ParseError: a line is not understood, or an LSA is listed twice.

    """
    sections = Sections(process, COMMAND, text)
    cursor = sections.cursor
    found: dict[LsaKey, ListedLsa] = {}
    last: str | None = None
    while not cursor.at_end:
        if sections.take_heading():
            last = None
            cursor.skip_blank()
            if sections.lsa_type is not None:
                columns = cursor.need(_COLUMNS, "not the headings of the columns")
                last = columns["last"]
                if last != _LAST_COLUMN.get(sections.lsa_type):
                    cursor.fail("not the columns of this type", columns.start())
        else:
            match = cursor.need(_LSA)
            if sections.lsa_type is None:
                cursor.fail("no heading before this line", match.start())
            if (match["last"] is None) != (last is None):
                cursor.fail("not as many columns as in the heading", match.start())
            link_state_id, router = to_address(cursor, match, "id"), to_address(cursor, match, "router")
            key = LsaKey(sections.lsa_type, sections.area, link_state_id, router)
            value = cursor.integer(match, "last") if last is not None else None
            listed = ListedLsa(
                age_s=cursor.integer(match, "age", 0xFFFF),
                sequence=int(match["sequence"], 16),
                links=value if sections.lsa_type == 1 else None,
                tag=value if last == " Tag" else None,
                position=match.start(),
            )
            if sections.wanted and found.setdefault(key, listed) is not listed:
                cursor.fail("listed twice", match.start())
        cursor.skip_blank()
    sections.finish()
    return LsaList(found, cursor)
