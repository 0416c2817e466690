"""``show ip ospf neighbor`` and ``show ip ospf neighbor detail``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from nornir_anycast.ospf.ios.transcript import AGE, AREA, INTERFACE, open_output
from nornir_anycast.ospf.model import Neighbor
from nornir_anycast.ospf.text import ADDRESS, Block, Maybe, many, maybe

if TYPE_CHECKING:
    import re
    from ipaddress import IPv4Address

    from nornir_anycast.ospf.text import Cursor

COMMAND = "show ip ospf neighbor"
DETAIL_COMMAND = "show ip ospf neighbor detail"

Role = Literal["DR", "Backup", "DROther", "-"]

_STATES = {
    "DOWN": "Down",
    "ATTEMPT": "Attempt",
    "INIT": "Init",
    "2WAY": "2-Way",
    "EXSTART": "ExStart",
    "EXCHANGE": "Exchange",
    "LOADING": "Loading",
    "FULL": "Full",
}
_ROLES: dict[str, Role] = {"DR": "DR", "BDR": "Backup", "DROTHER": "DROther", "-": "-"}
_STATE = rf"(?P<state>{'|'.join(_STATES)})"

_HEADINGS = Block(r"Neighbor ID Pri State Dead Time Address Interface")
_LINE = Block(
    rf"(?P<id>{ADDRESS}|N/A) (?P<priority>\d+) {_STATE} ?/ ?(?P<role>DR|BDR|DROTHER|-)"
    rf" (?:{AGE}|\d+ msec|-) (?P<address>{ADDRESS}) (?P<interface>{INTERFACE})",
)

_FIRST_LAST = r"(?:0x[0-9A-Fa-f]+|0)\(\d+\)"
_DETAIL_LINES: list[str | Maybe] = [
    rf"Neighbor (?P<id>{ADDRESS}|N/A), interface address (?P<address>{ADDRESS})(?:, interface-id (?:\d+|unknown))?",
    rf"In the area {AREA} via interface (?P<interface>{INTERFACE})(?: \(configured\))?(?:, BFD enabled)?",
    rf"Neighbor priority is (?P<priority>\d+)(?: \(configured \d+\))?, State is {_STATE}(?:, \d+ state changes)?",
    maybe(rf"DR is (?P<dr>{ADDRESS}) BDR is (?P<bdr>{ADDRESS})"),
    maybe(r"SR adj label \d+"),
    many(r"Options is 0x[0-9A-Fa-f]+(?: in (?:Hello|DBD))?(?: \([\w, -]*\))?"),
    maybe(rf"LLS Options is 0x[0-9A-Fa-f]+(?: \([\w, -]*\))?(?:, last OOB-Resync {AGE} ago)?"),
    maybe(rf"Dead timer due in (?:{AGE}|\d+ msec|-)"),
    maybe(r"Hello is suppressed"),
    maybe(r"Poll interval \d+(?:, .+)?"),
    maybe(rf"Neighbor is up for {AGE}"),
    maybe(r"Index \d+(?:/\d+)*, retransmission queue length \d+, number of retransmission \d+"),
    maybe(rf"First {_FIRST_LAST}(?:/{_FIRST_LAST})* Next {_FIRST_LAST}(?:/{_FIRST_LAST})*"),
    maybe(r"Last retransmission scan length is \d+, maximum is \d+"),
    maybe(r"Last retransmission scan time is \d+ msec, maximum is \d+ msec"),
]
_DETAIL = Block(*_DETAIL_LINES)


def parse_neighbors(text: str) -> tuple[Neighbor, ...]:
    """Return the neighbours of all processes; one router id can stand on several addresses.

    Raises:
        ParseError: a line is not understood.

    """
    cursor = open_output(COMMAND, text)
    cursor.need(_HEADINGS, "not the headings of the columns")
    cursor.skip_blank()
    found: list[Neighbor] = []
    while not cursor.at_end:
        # With several processes each has its headings.
        if not cursor.take(_HEADINGS):
            match = cursor.need(_LINE)
            found.append(_neighbor(cursor, match, _ROLES[match["role"]]))
        cursor.skip_blank()
    return tuple(found)


def parse_neighbor_details(text: str) -> tuple[Neighbor, ...]:
    """Return the neighbours of all processes; see :func:`parse_neighbors`."""
    cursor = open_output(DETAIL_COMMAND, text)
    found: list[Neighbor] = []
    while not cursor.at_end:
        match = cursor.need(_DETAIL)
        found.append(_neighbor(cursor, match, _role(cursor, match)))
        cursor.skip_blank()
    return tuple(found)


def _neighbor(cursor: Cursor, match: re.Match[str], role: Role) -> Neighbor:
    cursor.integer(match, "priority", 0xFF)
    router_id = None if match["id"] == "N/A" else cursor.address(match, "id")
    return Neighbor(
        # A configured neighbour that was never heard has no router id.
        router_id=None if router_id is None or int(router_id) == 0 else router_id,
        address=cursor.address(match, "address"),
        interface=match["interface"],
        state=_STATES[match["state"]],
        role=role,
    )


def _role(cursor: Cursor, match: re.Match[str]) -> Role:
    """Return the role that the addresses of DR and BDR show; both are 0.0.0.0 where there is none."""
    if match["dr"] is None:
        return "-"
    address: IPv4Address = cursor.address(match, "address")
    dr, bdr = cursor.address(match, "dr"), cursor.address(match, "bdr")
    if int(dr) == 0 and int(bdr) == 0:
        return "-"
    return "DR" if address == dr else "Backup" if address == bdr else "DROther"
