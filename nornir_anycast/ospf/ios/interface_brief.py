"""``show ip ospf interface brief``: a line for each interface."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Interface

from nornir_anycast.ospf.ios.transcript import AREA, INTERFACE, open_output, to_area
from nornir_anycast.ospf.text import ADDRESS, Block

COMMAND = "show ip ospf interface brief"

_HEADINGS = Block(r"Interface PID Area IP Address/Mask Cost State Nbrs F/C")
_LINE = Block(
    rf"(?P<name>{INTERFACE}) (?P<process>\d+) {AREA} (?:(?P<address>{ADDRESS}/\d+)|Unnumbered(?: {INTERFACE})?)"
    r" (?P<cost>\d+) (?P<state>LOOP|P2P|P2MP|DR|BDR|DROTH|WAIT|DOWN) (?P<full>\d+)/(?P<count>\d+)",
)
_STATES = {
    "LOOP": "Loopback",
    "P2P": "Point-To-Point",
    "P2MP": "Point-To-Point",
    "DR": "DR",
    "BDR": "Backup",
    "DROTH": "DROther",
    "WAIT": "Waiting",
    "DOWN": "Down",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class BriefInterface:
    """One interface that runs OSPF, in short."""

    name: str
    """Abbreviated: ``Gi0/0``."""
    process: int
    area: IPv4Address
    address: IPv4Interface | None
    """``None`` when unnumbered."""
    cost: int
    state: str
    """As in :class:`~nornir_anycast.ospf.model.OspfInterface`."""
    full: int
    """How many neighbours are Full."""
    neighbors: int
    """How many neighbours there are."""


def parse_interface_brief(text: str) -> tuple[BriefInterface, ...]:
    """Return the interfaces that run OSPF, of all processes.

    Raises:
        ParseError: a line is not understood.

    """
    cursor = open_output(COMMAND, text)
    cursor.need(_HEADINGS, "not the headings of the columns")
    found: list[BriefInterface] = []
    while not cursor.at_end:
        match = cursor.need(_LINE)
        address = None
        # An unnumbered interface is 0.0.0.0/0 in older versions.
        if match["address"] not in {None, "0.0.0.0/0"}:
            try:
                address = IPv4Interface(match["address"])
            except ValueError:
                cursor.fail(f"not an address: {match['address']!r}", match.start())
        found.append(
            BriefInterface(
                name=match["name"],
                process=cursor.integer(match, "process", 0xFFFF),
                area=to_area(cursor, match["area"]),
                address=address,
                cost=cursor.integer(match, "cost", 0xFFFF),
                state=_STATES[match["state"]],
                full=cursor.integer(match, "full"),
                neighbors=cursor.integer(match, "count"),
            ),
        )
        cursor.skip_blank()
    return tuple(found)
