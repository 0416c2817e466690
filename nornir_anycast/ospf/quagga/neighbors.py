"""``show ip ospf neighbor`` and ``show ip ospf neighbor detail``."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import IPv4Address
from typing import Literal

from nornir_anycast.ospf.model import Neighbor
from nornir_anycast.ospf.quagga.answer import open_answer
from nornir_anycast.ospf.text import ADDRESS, Block, maybe

COMMAND = "show ip ospf neighbor"
DETAIL = "show ip ospf neighbor detail"

Role = Literal["DR", "Backup", "DROther", "-"]

# A buffer of 16 characters cuts "Exchange/DROther".
_ROLES: dict[str | None, Role] = {"DR": "DR", "Backup": "Backup", "DROther": "DROther", "DROthe": "DROther", "-": "-"}
_STATE = r"(?P<state>DependUpon|Deleted|Down|Attempt|Init|2-Way|ExStart|Exchange|Loading|Full)"
_TIME = r"-?\S+(?: usecs)?"

_HEADINGS = Block(
    r"Neighbor ID +Pri +State +(?:Up Time +)?Dead Time +Address +Interface +RXmtL +RqstL +DBsmL",
)
_ROW = Block(
    rf"(?P<id>{ADDRESS}|-) +\d+ {_STATE}/(?P<role>DR|Backup|DROther?|-)(?: +{_TIME}){{1,2}}? +(?P<address>{ADDRESS})"
    r" +(?P<interface>\S+) +\d+ +\d+ +\d+",
)
_DETAIL = Block(
    rf" Neighbor (?P<id>{ADDRESS}|-), interface address (?P<address>{ADDRESS})",
    rf"    In the area {ADDRESS}(?: \[(?:Stub|NSSA)\])? via interface (?P<interface>\S+)"
    rf"(?: local interface IP {ADDRESS})?",
    rf"    Neighbor priority is \d+, State is {_STATE}(?:/(?P<role>DR|Backup|DROther?|-))?,(?: Role is \w+,)?"
    r" +\d+ state changes",
    maybe(r"    \d+ LSA retransmissions"),
    maybe(r"    Most recent state change statistics:", r"      Progressive change .+ ago"),
    maybe(r"      Regressive change .+ ago, due to .+"),
    # FRR 10 has the router ids here, and these words; the others have the addresses.
    maybe(r"    No designated router on this network"),
    rf"(?:    DR is (?P<dr>{ADDRESS}),)? +(?:BDR is (?P<bdr>{ADDRESS})|No backup designated router on this network)",
    r"    Options \d+ \S+",
    rf"    Dead timer due in {_TIME}",
    r"    Database Summary List \d+",
    r"    Link State Request List \d+",
    r"    Link State Retransmission List \d+",
    r"    Thread Inactivity Timer (?:on|off)",
    r"    Thread Database Description Retransmision (?:on|off)",
    r"    Thread Link State Request Retransmission (?:on|off)",
    r"    Thread Link State Update Retransmission (?:on|off)",
)
# FRR
_HELPER = Block(
    r"    Graceful restart Helper info:",
    r"      Graceful Restart HELPER Status : (?:None|Inprogress\.)",
    maybe(r"      Graceful Restart grace period time: .+", r"      Graceful Restart reason: .+"),
    maybe(r"      Helper rejected reason: .+"),
    maybe(r"      Last helper exit reason: .+"),
)
_BFD = Block(
    r"  BFD: Type: .+",
    r"  Detect Multiplier: .+",
    maybe(r"  Profile: .+"),
    r"  Status: .+, Last update: .+",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownNeighbor:
    """One neighbour in ``show ip ospf neighbor detail``."""

    router_id: IPv4Address | None
    """``None`` for a configured (NBMA) neighbour that was never heard."""
    address: IPv4Address
    interface: str
    state: str
    role: Role | None
    """``None`` in Quagga, which does not say."""
    designated_router: IPv4Address | None
    """What it takes for the DR: in Quagga, the DR's address."""
    backup_designated_router: IPv4Address | None


def parse_neighbors(text: str) -> tuple[Neighbor, ...]:
    """Return the neighbours with their roles.

    On a point-to-point link, where there are no roles, FRR says ``Full/-`` and Quagga ``Full/DROther``.

    Arguments:
        text: output of ``show ip ospf neighbor``.

    Raises:
        ParseError: a line is not understood.

    """
    cursor = open_answer(COMMAND, text)
    cursor.skip_blank()
    cursor.need(_HEADINGS)
    found = []
    while not cursor.at_end:
        match = cursor.need(_ROW)
        found.append(
            Neighbor(
                router_id=None if match["id"] == "-" else cursor.address(match, "id"),
                address=cursor.address(match, "address"),
                # "eth0:192.0.2.1"; a virtual link has no address there
                interface=match["interface"].rpartition(":")[0] or match["interface"],
                state=match["state"],
                role=_ROLES[match["role"]],
            )
        )
        if found[-1] in found[:-1]:
            cursor.fail("the same neighbor again", match.start())
        cursor.skip_blank()
    return tuple(found)


def parse_neighbor_detail(text: str) -> tuple[ShownNeighbor, ...]:
    """Return the neighbours.

    Arguments:
        text: output of ``show ip ospf neighbor detail``. Nothing at all is no answer, although it is what Quagga prints
            when there is no neighbour: see :func:`parse_neighbors`, which has headings.

    Raises:
        ParseError: a line is not understood.

    """
    cursor = open_answer(DETAIL, text)
    cursor.skip_blank()
    found: list[ShownNeighbor] = []
    while not cursor.at_end:
        match = cursor.need(_DETAIL)
        cursor.skip_blank()
        for indent, block in (("    ", _HELPER), ("  ", _BFD)):
            if text.startswith(indent, cursor.position):
                cursor.need(block)
                cursor.skip_blank()
        found.append(
            ShownNeighbor(
                router_id=None if match["id"] == "-" else cursor.address(match, "id"),
                address=cursor.address(match, "address"),
                interface=match["interface"],
                state=match["state"],
                role=None if match["role"] is None else _ROLES[match["role"]],
                designated_router=None if match["dr"] is None else cursor.address(match, "dr"),
                backup_designated_router=None if match["bdr"] is None else cursor.address(match, "bdr"),
            )
        )
        if found[-1] in found[:-1]:
            cursor.fail("the same neighbor again", match.start())
        cursor.skip_blank()
    return tuple(found)


def join_neighbors(
    listed: Iterable[Neighbor], detailed: Iterable[ShownNeighbor], point_to_point: frozenset[str]
) -> tuple[Neighbor, ...]:
    """Return the neighbours of both outputs: one that is in one of them only came or went in between.

    Arguments:
        listed: from :func:`parse_neighbors`.
        detailed: from :func:`parse_neighbor_detail`.
        point_to_point: names of the interfaces on which nobody has a role.

    """
    found: dict[tuple[str, IPv4Address, IPv4Address | None], Neighbor] = {
        (neighbor.interface, neighbor.address, neighbor.router_id): neighbor for neighbor in listed
    }
    for shown in detailed:
        key = shown.interface, shown.address, shown.router_id
        role = shown.role or (found[key].role if key in found else _role_of(shown))
        found[key] = Neighbor(
            router_id=shown.router_id,
            address=shown.address,
            interface=shown.interface,
            state=shown.state,
            role=role,
        )
    return tuple(
        Neighbor(router_id=n.router_id, address=n.address, interface=n.interface, state=n.state, role="-")
        if n.interface in point_to_point
        else n
        for n in found.values()
    )


def _role_of(shown: ShownNeighbor) -> Role:
    if shown.address == shown.designated_router:
        return "DR"
    return "Backup" if shown.address == shown.backup_designated_router else "DROther"
