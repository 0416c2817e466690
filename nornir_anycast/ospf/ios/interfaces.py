"""``show ip ospf interface``: the interfaces on which OSPF runs."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from ipaddress import IPv4Interface
from typing import TYPE_CHECKING

from nornir_anycast.ospf.ios.interface_lines import PASSED
from nornir_anycast.ospf.ios.transcript import AREA, INTERFACE, open_output, to_area
from nornir_anycast.ospf.model import Authentication, NetworkType, OspfInterface
from nornir_anycast.ospf.text import ADDRESS, Block

if TYPE_CHECKING:
    from nornir_anycast.ospf.text import Cursor

COMMAND = "show ip ospf interface"

_HEAD = Block(
    rf"(?P<name>{INTERFACE}) is (?P<status>up|down|administratively down|deleted|reset|unknown)"
    r", line protocol is (?P<protocol>up|down)(?: \([\w -]+\))?",
)
_AREA = rf"(?:, Interface ID \d+)?, Area {AREA}(?:, Attached via [\w ]+)?"
_OWNER = rf"(?:, VRF \S+)?, Router ID {ADDRESS}"
_LINES = [
    rf"Internet Address (?P<address>{ADDRESS}/\d+){_AREA}",
    rf"(?P<unnumbered>Interface is unnumbered)(?:\. Using address of {INTERFACE} \({ADDRESS}\))?{_AREA}",
    rf"Process ID (?P<process>\d+){_OWNER}, Network Type (?P<network>[A-Z_]+), Cost: (?P<cost>\d+)",
    r"Transmit Delay is \d+ sec, State (?P<state>[A-Z_]+),?(?: Priority (?P<priority>\d+))?(?:, BFD enabled)?",
    rf"Designated Router \(ID\) {ADDRESS}, Interface address (?P<dr>{ADDRESS})",
    r"Timer intervals configured, Hello (?P<hello>\d+)(?P<msec> msec)?, Dead (?P<dead>\d+), Wait \d+, Retransmit \d+",
    r"No Hellos \((?P<passive>Passive) interface\)",
    r"(?P<loopback>Loopback) interface is treated as a stub Host",
    r"(?P<simple>Simple) password authentication enabled",
    r"(?P<cryptographic>Message digest|Cryptographic) authentication enabled",
    r"Youngest key id is (?P<youngest>\d+)",
    r"No key configured, using default key id (?P<default_key>\d+)",
    r"Sending SA: Key (?P<sa_key>\d+), Algorithm [\w-]+(?: - key chain \S+)?",
    r"Neighbor Count is (?P<neighbors>\d+), Adjacent neighbor count is (?P<adjacent>\d+)",
]
_FACTS = [Block(line) for line in _LINES]
# With several neighbours, several keys: these lines stand there more than once.
_ADJACENT = Block(
    rf"Adjacent with neighbor {ADDRESS}(?: \((?:(?:Backup )?Designated Router|Hello suppressed)\))*",
)
_OLD_KEY = Block(r"key id (?P<id>\d+)(?: algorithm [\w-]+)?")
_UNNUMBERED_BY = Block(rf"Using address of {INTERFACE} \({ADDRESS}\)")

_NETWORK_TYPES: dict[str, NetworkType] = {
    "BROADCAST": "broadcast",
    "NON_BROADCAST": "non-broadcast",
    "POINT_TO_POINT": "point-to-point",
    "POINT_TO_MULTIPOINT": "point-to-multipoint",
    "VIRTUAL_LINK": "virtual-link",
    "LOOPBACK": "loopback",
}
_STATES = {
    "DOWN": "Down",
    "LOOPBACK": "Loopback",
    "WAITING": "Waiting",
    "POINT_TO_POINT": "Point-To-Point",
    "POINT_TO_MULTIPOINT": "Point-To-Point",
    "DROTHER": "DROther",
    "BDR": "Backup",
    "DR": "DR",
}
# The defaults of IOS: a loopback shows none of them, a point-to-point link no priority.
_ANY_KEY_ID = 0x7FFFFFFF  # of a key chain; what is sent is its last byte
_PRIORITY, _HELLO_MS, _DEAD_S = 1, 10_000, 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Interfaces:
    """The interfaces on which a router runs OSPF."""

    own: tuple[OspfInterface, ...]
    """Those of one process."""
    foreign: frozenset[str]
    """The names of those of other processes."""
    neighbors: int
    """How many neighbours they all count."""


@dataclass(slots=True)
class _Draft:
    """What is known of an interface, by the names of the groups."""

    name: str
    position: int
    facts: dict[str, tuple[str, re.Match[str]]] = field(default_factory=dict)
    adjacent: int = 0
    old_keys: list[int] = field(default_factory=list)

    def add(self, cursor: Cursor, match: re.Match[str]) -> None:
        for name, value in match.groupdict().items():
            if value is not None:
                if name in self.facts:
                    cursor.fail("a second line of this kind for one interface", match.start())
                self.facts[name] = value, match

    def match(self, cursor: Cursor, name: str) -> re.Match[str]:
        if name not in self.facts:
            cursor.fail(f"no {name} of this interface is shown", self.position)
        return self.facts[name][1]

    def integer(self, cursor: Cursor, name: str, highest: int = 0xFFFF) -> int:
        return cursor.integer(self.match(cursor, name), name, highest)

    def has(self, name: str) -> bool:
        return name in self.facts


def parse_interfaces(process: int, text: str) -> Interfaces:
    """Return the interfaces of the OSPF process with this number.

    Raises:
        ParseError: a line is not understood, or something of an interface is missing.

    """
    cursor = open_output(COMMAND, text)
    drafts: list[_Draft] = []
    while not cursor.at_end:
        if match := cursor.take(_HEAD):
            drafts.append(_Draft(match["name"], match.start()))
        elif not drafts:
            cursor.fail("no interface before this line")
        else:
            _read_line(cursor, drafts[-1])
        cursor.skip_blank()
    own = [draft for draft in drafts if draft.integer(cursor, "process") == process]
    return Interfaces(
        own=tuple(_interface(cursor, draft) for draft in own),
        foreign=frozenset(draft.name for draft in drafts) - {draft.name for draft in own},
        neighbors=sum(draft.integer(cursor, "neighbors") for draft in drafts if draft.has("neighbors")),
    )


def _read_line(cursor: Cursor, draft: _Draft) -> None:
    for block in _FACTS:
        if match := cursor.take(block):
            draft.add(cursor, match)
            return
    if cursor.take(_ADJACENT):
        draft.adjacent += 1
    elif match := cursor.take(_OLD_KEY):
        draft.old_keys.append(cursor.integer(match, "id", 0xFF))
    elif not cursor.take(_UNNUMBERED_BY) and not cursor.take(PASSED):
        cursor.fail()


def _interface(cursor: Cursor, draft: _Draft) -> OspfInterface:
    if draft.has("adjacent") and draft.integer(cursor, "adjacent") != draft.adjacent:
        cursor.fail(f"{draft.adjacent} adjacent neighbors are listed", draft.match(cursor, "adjacent").start())
    network = draft.match(cursor, "network")
    if network["network"] not in _NETWORK_TYPES:
        cursor.fail(f"unknown network type {network['network']!r}", network.start("network"))
    loopback = draft.has("loopback")
    hello_ms, dead_s = _HELLO_MS, _DEAD_S
    if not loopback:
        hello_ms = draft.integer(cursor, "hello") * (1 if draft.has("msec") else 1000)
        dead_s = draft.integer(cursor, "dead")
    state = _state(cursor, draft)
    return OspfInterface(
        name=draft.name,
        address=_address(cursor, draft),
        area=to_area(cursor, draft.match(cursor, "area")["area"]),
        network_type=_NETWORK_TYPES[network["network"]],
        state=state,
        cost=draft.integer(cursor, "cost"),
        priority=draft.integer(cursor, "priority", 0xFF) if draft.has("priority") else _PRIORITY,
        hello_ms=hello_ms,
        dead_s=dead_s,
        mtu=None,
        passive=draft.has("passive"),
        designated_router=cursor.address(draft.match(cursor, "dr"), "dr") if draft.has("dr") else None,
        authentication=None if loopback or state == "Down" else _authentication(cursor, draft),
    )


def _address(cursor: Cursor, draft: _Draft) -> IPv4Interface | None:
    if draft.has("unnumbered"):
        return None
    match = draft.match(cursor, "address")
    try:
        return IPv4Interface(match["address"])
    except ValueError:
        cursor.fail(f"not an address: {match['address']!r}", match.start())


def _state(cursor: Cursor, draft: _Draft) -> str:
    if draft.has("loopback"):
        return "Loopback"
    match = draft.match(cursor, "state")
    if match["state"] not in _STATES:
        cursor.fail(f"unknown state {match['state']!r}", match.start("state"))
    return _STATES[match["state"]]


def _authentication(cursor: Cursor, draft: _Draft) -> Authentication:
    """Return what is shown of it: the ids of keys, never a secret."""
    if draft.has("simple"):
        return Authentication(kind="simple", keys=frozenset({(None, "")}))
    if not draft.has("cryptographic"):
        return Authentication(kind="none")
    keys = {
        cursor.integer(draft.match(cursor, name), name, 0xFF) for name in ("youngest", "default_key") if draft.has(name)
    }
    if draft.has("sa_key"):
        keys.add(draft.integer(cursor, "sa_key", _ANY_KEY_ID))
    return Authentication(kind="cryptographic", keys=frozenset((key, "") for key in keys.union(draft.old_keys)))
