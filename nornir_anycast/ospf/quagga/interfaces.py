"""``show ip ospf interface``."""

from __future__ import annotations

import re
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Interface

from nornir_anycast.ospf.model import Authentication, NetworkType, OspfInterface
from nornir_anycast.ospf.quagga.answer import open_answer
from nornir_anycast.ospf.text import ADDRESS, Block, Cursor, maybe

COMMAND = "show ip ospf interface"

_NETWORK_TYPES: dict[str, NetworkType] = {
    "BROADCAST": "broadcast",
    "NBMA": "non-broadcast",
    "POINTOPOINT": "point-to-point",
    "POINTOMULTIPOINT": "point-to-multipoint",
    "VIRTUALLINK": "virtual-link",
    "LOOPBACK": "loopback",
}
_STATES = r"DependUpon|Down|Loopback|Waiting|Point-To-Point|DROther|Backup|DR"
_AREA = rf"Area (?P<area>{ADDRESS})(?: \[(?:Stub|NSSA)\])?"

_INTERFACE = Block(
    r"(?P<name>\S+) is (?:up|down)",
    r"  ifindex \d+, MTU (?P<mtu>\d+) bytes, BW \d+ [KM]bit <\S*>",
)
_NOT_RUNNING = Block(r"  OSPF (?:not enabled|is enabled, but not running) on this interface")
# One for each address. What only one of Quagga and FRR prints is optional.
_RUNNING = Block(
    rf"  (?:Internet Address (?P<address>{ADDRESS})/(?P<length>\d+),(?: (?:Peer|Broadcast) {ADDRESS},)?"
    rf"|This interface is UNNUMBERED,) {_AREA}",
    r"  MTU mismatch detection:(?P<frr> ?)(?P<checks_mtu>enabled|disabled)",
    rf"  Router ID (?P<router_id>{ADDRESS}), Network Type (?P<type>{'|'.join(_NETWORK_TYPES)}), Cost: (?P<cost>\d+)",
    rf"  Transmit Delay is \d+ sec, State (?P<state>{_STATES}), Priority (?P<priority>\d+)",
    maybe(r"  Opaque LSA capability disabled on interface"),
    maybe(r"  (?P<no_dr>No designated router) on this network"),
    maybe(rf"  Designated Router \(ID\) {ADDRESS},? Interface Address (?P<dr>{ADDRESS})(?:/\d+)?"),
    maybe(r"  No backup designated router on this network"),
    maybe(rf"  Backup Designated Router \(ID\) {ADDRESS}, Interface Address {ADDRESS}(?:/\d+)?"),
    maybe(r"  Saved Network-LSA sequence number 0x[0-9a-f]+"),
    r"  Multicast group memberships:(?: <None>|(?: OSPFAllRouters)?(?: OSPFDesignatedRouters)?)",
    r"  Timer intervals configured, Hello (?P<hello>\d+)(?P<unit>m?s), "
    r"Dead (?P<dead>\d+)s, Wait \d+s, Retransmit \d+",
    r"    (?:Hello due in .+|(?P<passive>No Hellos \(Passive interface\)))",
    r"  Neighbor Count is \d+, Adjacent neighbor count is \d+",
    maybe(r"  Graceful Restart hello delay: \d+s"),
    maybe(r"  BFD: Detect Multiplier: .+"),
    maybe(r"  Suppress advertisement of interface IP prefix"),
    maybe(r"  (?P<null>Authentication NULL is enabled)"),
    maybe(r"  (?P<simple>Simple password authentication enabled)"),
    maybe(r"  (?P<cryptographic>Cryptographic authentication enabled)"),
    maybe(r"  Algorithm:MD5"),
    maybe(r"    Sending SA: Key \d+, Algorithm .+ - key chain \S+"),
    maybe(r"  (?:Don't )?Delay reflooding LSAs received on P2MP interface"),
    maybe(r"  P2MP interface does (?:not )?support broadcast"),
    maybe(r"  Neighbor filter prefix-list: \S+"),
    maybe(r"  LSA retransmissions: \d+"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Interfaces:
    """What ``show ip ospf interface`` says."""

    router_ids: frozenset[IPv4Address]
    """Of the router that was asked: one, or none if OSPF runs nowhere."""
    interfaces: tuple[OspfInterface, ...]
    """On which OSPF runs; one for each address."""


def parse_interfaces(text: str, command: str = COMMAND) -> Interfaces:
    """Return the interfaces on which OSPF runs.

    How they authenticate is known where FRR says so, but not with which keys.

    Arguments:
        text: output of the command.
        command: ``show ip ospf interface``, or that with the name of one.

    Raises:
        ParseError: a line is not understood.

    """
    cursor = open_answer(command, text)
    cursor.skip_blank()
    found: list[OspfInterface] = []
    router_ids = set()
    names = set()
    while not cursor.at_end:
        interface = cursor.need(_INTERFACE)
        if interface["name"] in names:
            cursor.fail("the same interface again", interface.start())
        names.add(interface["name"])
        if cursor.take(_NOT_RUNNING) is None:
            match: re.Match[str] | None = cursor.need(_RUNNING)
            while match is not None:
                found.append(_interface(cursor, interface, match))
                router_ids.add(cursor.address(match, "router_id"))
                match = cursor.take(_RUNNING)
            cursor.skip_blank()
            if text.startswith(" ", cursor.position):
                cursor.need(_RUNNING)
        cursor.skip_blank()
    return Interfaces(router_ids=frozenset(router_ids), interfaces=tuple(found))


def _interface(cursor: Cursor, interface: re.Match[str], match: re.Match[str]) -> OspfInterface:
    # Quagga always says one or the other; FRR nothing where there is no DR, or it is not heard.
    if match["no_dr"] is None and match["dr"] is None and (match["state"] == "DR" or not match["frr"]):
        cursor.fail("nothing is said of a designated router", match.end("priority"))
    address = None
    if match["address"] is not None:
        prefix = cursor.network(match, "address", "length")
        address = IPv4Interface((cursor.address(match, "address"), prefix.prefixlen))
    return OspfInterface(
        name=interface["name"],
        address=address,
        area=cursor.address(match, "area"),
        network_type=_NETWORK_TYPES[match["type"]],
        state=match["state"],
        cost=cursor.integer(match, "cost", 0xFFFF),
        priority=cursor.integer(match, "priority", 0xFF),
        hello_ms=cursor.integer(match, "hello") * (1000 if match["unit"] == "s" else 1),
        dead_s=cursor.integer(match, "dead"),
        mtu=cursor.integer(interface, "mtu"),
        passive=match["passive"] is not None,
        checks_mtu=match["checks_mtu"] == "enabled",
        designated_router=None if match["dr"] is None else cursor.address(match, "dr"),
        authentication=_authentication(match),
    )


def _authentication(match: re.Match[str]) -> Authentication | None:
    if match["simple"]:
        return Authentication(kind="simple")
    if match["cryptographic"]:
        return Authentication(kind="cryptographic")
    return Authentication(kind="none") if match["null"] else None
