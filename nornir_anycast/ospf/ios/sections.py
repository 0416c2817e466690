"""The headings in the outputs about the database: of which process, type and area the following LSAs are."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from nornir_anycast.ospf.ios.transcript import AREA, open_output, to_area
from nornir_anycast.ospf.text import ADDRESS, Block

if TYPE_CHECKING:
    from ipaddress import IPv4Address

    from nornir_anycast.ospf.ios.process import Process
    from nornir_anycast.ospf.text import Cursor

TITLES = {
    "Router Link States": 1,
    "Net Link States": 2,
    "Summary Net Link States": 3,
    "Summary ASB Link States": 4,
    "Type-5 AS External Link States": 5,
    "Type-7 AS External Link States": 7,
    "Type-9 Opaque Link Local Link States": 9,
    "Type-9 Link Opaque Link States": 9,
    "Type-10 Opaque Link Area Link States": 10,
    "Type-10 Opaque Area Link States": 10,
    "Type-11 Opaque Link AS Link States": 11,
    "Type-11 Opaque AS Link States": 11,
}
"""LSA types by the heading of their section."""

_PROCESS = Block(
    rf"OSPF Router with (?:ID|id) ?\((?P<router_id>{ADDRESS})\) \(Process ID (?P<process>\d+)(?:, VRF (?P<vrf>\S+))?\)",
)
_SECTION = Block(rf"(?:Displaying )?(?P<title>{'|'.join(TITLES)})(?: ?\(Area {AREA}\))?(?: ?\(Interface \S+\))?")
_AS_SCOPE = {5, 11}


class LsaKey(NamedTuple):
    """What tells an LSA from all others of one database (RFC 2328 section 12.1)."""

    lsa_type: int
    area: IPv4Address | None
    link_state_id: IPv4Address
    advertising_router: IPv4Address


def take_process(cursor: Cursor, process: Process) -> bool | None:
    """Step behind the heading of a process; true if it is this one, ``None`` if there is no heading here."""
    match = cursor.take(_PROCESS)
    if match is None:
        return None
    if cursor.integer(match, "process") != process.number:
        return False
    if cursor.address(match, "router_id") != process.router_id:
        cursor.fail(f"the router id was {process.router_id} in 'show ip ospf'", match.start())
    return True


class Sections:
    """Reads headings, and keeps in mind where one is."""

    def __init__(self, process: Process, command: str, text: str) -> None:
        self.cursor: Cursor = open_output(command, text)
        self._process = process
        self._headed = False
        self._seen = False
        self.wanted = False
        """True while the LSAs are those of the process that is asked for."""
        self.lsa_type: int | None = None
        """``None`` before the first section of a process."""
        self.area: IPv4Address | None = None

    def take_heading(self) -> bool:
        """Step behind a heading; false: there is none here."""
        cursor = self.cursor
        if (ours := take_process(cursor, self._process)) is not None:
            self.wanted = ours
            self._headed = True
            self._seen |= ours
            self.lsa_type = None
            return True
        if match := cursor.take(_SECTION):
            if not self._headed:
                cursor.fail("no 'OSPF Router with ID' before this line", match.start())
            self.lsa_type = TITLES[match["title"]]
            if (match["area"] is None) != (self.lsa_type in _AS_SCOPE):
                cursor.fail("an area where there is none, or none where there is one", match.start())
            self.area = to_area(cursor, match["area"]) if match["area"] else None
            return True
        return False

    def finish(self) -> None:
        """Raise :class:`ParseError` unless the process that is asked for was there."""
        if not self._seen:
            self.cursor.fail(f"nothing about process {self._process.number}", 0)
