"""``show running-config``: what no other command shows of OSPF's interfaces.

Secrets must be taken out before: here a word stands for each, such as ``<redacted 3f9a01bc>``. Lines about other
things than OSPF are nobody's business and are passed over.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal

from nornir_anycast.errors import ParseError
from nornir_anycast.ospf.ios.transcript import open_output, to_area
from nornir_anycast.ospf.model import Authentication, OspfInterface
from nornir_anycast.ospf.text import Block

if TYPE_CHECKING:
    from ipaddress import IPv4Address

    from nornir_anycast.ospf.text import Cursor

COMMAND = "show running-config"

Kind = Literal["none", "simple", "cryptographic"]

_WORD = r"(?:\d{1,2} )?(?P<word><redacted \w+>)"
_INTERFACE = Block(r"interface (?P<name>\S+(?: \d\S*)?)(?: (?:point-to-point|multipoint))?")
_PROCESS = Block(r"router ospf (?P<process>\d+)(?: vrf \S+)?")
_CHAIN = Block(r"key chain (?P<name>\S+)")
_OTHER_SECTION = Block(r"!.*|end|router .*|line .*|ip access-list .*|route-map .*|policy-map .*|class-map .*|vrf .*")
_ANY = Block(r"[^\n]*")

_AUTHENTICATION = Block(r"ip ospf authentication(?: (?:(?P<kind>message-digest|null)|key-chain (?P<chain>\S+)))?")
_SIMPLE_KEY = Block(rf"ip ospf authentication-key {_WORD}")
_DIGEST_KEY = Block(rf"ip ospf message-digest-key (?P<id>\d+) md5 {_WORD}")
_MTU_IGNORE = Block(r"ip ospf mtu-ignore")
# What was not understood of these would be missed: they have to do with secrets.
_SECRET = Block(r"(?P<known>ip ospf (?:authentication-key|authentication|message-digest-key)|key-string)[^\n]*")
_AREA_AUTHENTICATION = Block(r"area (?P<area>[\d.]+) authentication(?P<digest> message-digest)?")
_NOT_RFC1583 = Block(r"no compatible rfc1583")
_KEY = Block(r"key (?P<id>\d+)")
_KEY_STRING = Block(rf"key-string {_WORD}")
_KINDS: dict[str | None, Kind] = {None: "simple", "message-digest": "cryptographic", "null": "none"}


@dataclass(frozen=True, slots=True, kw_only=True)
class InterfaceConfiguration:
    """What is configured of OSPF on one interface."""

    kind: Kind | None = None
    """``None``: as the area has it."""
    chain: str | None = None
    """The key chain whose keys are used."""
    simple: str | None = None
    """The word that stands for the simple password."""
    digests: frozenset[tuple[int, str]] = frozenset()
    """Key ids, each with the word that stands for its secret."""
    checks_mtu: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Configuration:
    """What is configured of OSPF, as far as it is asked for."""

    interfaces: dict[str, InterfaceConfiguration] = field(default_factory=dict)
    areas: dict[tuple[int, IPv4Address], Kind] = field(default_factory=dict)
    """Authentication of areas, by process and area."""
    chains: dict[str, frozenset[tuple[int, str]]] = field(default_factory=dict)
    """Key ids of key chains, each with the word that stands for its secret."""
    not_rfc1583: frozenset[int] = frozenset()
    """Processes with ``no compatible rfc1583``."""

    def complete(self, interface: OspfInterface, process: int) -> OspfInterface:
        """Return an interface with what its own command does not show: names of secrets, and ``mtu-ignore``."""
        known = self.interfaces.get(interface.name, InterfaceConfiguration())
        seen = interface.authentication
        completed = replace(interface, checks_mtu=known.checks_mtu)
        if seen is None or interface.network_type == "virtual-link":
            return completed  # virtual links are authenticated by the backbone's own lines
        kind = known.kind or self.areas.get((process, interface.area), "none")
        if kind != seen.kind:
            return completed  # what the router does counts, not what it should do
        keys: frozenset[tuple[int | None, str]] = frozenset()
        if kind == "simple":
            keys = frozenset({(None, known.simple or "")})
        elif kind == "cryptographic":
            keys = frozenset(self.chains.get(known.chain, frozenset()) if known.chain else known.digests) or seen.keys
        return replace(completed, authentication=Authentication(kind=kind, keys=keys))


@dataclass(slots=True)
class _Reader:
    """Where one is in the configuration, and what was found so far."""

    cursor: Cursor
    interfaces: dict[str, InterfaceConfiguration] = field(default_factory=dict)
    areas: dict[tuple[int, IPv4Address], Kind] = field(default_factory=dict)
    chains: dict[str, frozenset[tuple[int, str]]] = field(default_factory=dict)
    not_rfc1583: set[int] = field(default_factory=set)
    interface: str | None = None
    process: int | None = None
    chain: str | None = None
    key: int | None = None

    def read_line(self) -> None:
        """Read one line, whatever it is."""
        cursor = self.cursor
        if match := cursor.take(_INTERFACE):
            self._enter(interface=match["name"])
            self.interfaces.setdefault(match["name"], InterfaceConfiguration())
        elif match := cursor.take(_PROCESS):
            self._enter(process=cursor.integer(match, "process"))
        elif match := cursor.take(_CHAIN):
            self._enter(chain=match["name"])
        elif cursor.take(_OTHER_SECTION):
            self._enter()
        elif not (self._read_interface() or self._read_process() or self._read_chain()):
            if match := cursor.take(_SECRET):
                self._refuse(match["known"])
            cursor.take(_ANY)

    def _enter(self, interface: str | None = None, process: int | None = None, chain: str | None = None) -> None:
        self.interface, self.process, self.chain, self.key = interface, process, chain, None

    def _refuse(self, known: str) -> None:
        # The line may hold a secret that nobody took out: it is not quoted.
        number = self.cursor.text.count("\n", 0, self.cursor.position)
        raise ParseError(COMMAND, number, f"{known} ...", "not understood, or a secret that was not taken out")

    def _read_interface(self) -> bool:
        cursor = self.cursor
        if self.interface is None:
            return False
        known = self.interfaces[self.interface]
        if match := cursor.take(_AUTHENTICATION):
            kind = "cryptographic" if match["chain"] else _KINDS[match["kind"]]
            known = replace(known, kind=kind, chain=match["chain"])
        elif match := cursor.take(_SIMPLE_KEY):
            known = replace(known, simple=match["word"])
        elif match := cursor.take(_DIGEST_KEY):
            known = replace(known, digests=known.digests | {(cursor.integer(match, "id", 0xFF), match["word"])})
        elif cursor.take(_MTU_IGNORE):
            known = replace(known, checks_mtu=False)
        else:
            return False
        self.interfaces[self.interface] = known
        return True

    def _read_process(self) -> bool:
        cursor = self.cursor
        if self.process is None:
            return False
        if match := cursor.take(_AREA_AUTHENTICATION):
            area = to_area(cursor, match["area"])
            self.areas[self.process, area] = "cryptographic" if match["digest"] else "simple"
        elif cursor.take(_NOT_RFC1583):
            self.not_rfc1583.add(self.process)
        else:
            return False
        return True

    def _read_chain(self) -> bool:
        cursor = self.cursor
        if self.chain is None:
            return False
        if match := cursor.take(_KEY):
            self.key = cursor.integer(match, "id")
        elif self.key is not None and (match := cursor.take(_KEY_STRING)):
            self.chains[self.chain] = self.chains.get(self.chain, frozenset()) | {(self.key, match["word"])}
        else:
            return False
        return True


def parse_configuration(text: str) -> Configuration:
    """Return what a running configuration says of OSPF.

    Raises:
        ParseError: it is no running configuration, or a line about authentication is not understood, or holds a secret.

    """
    cursor = open_output(COMMAND, text, ascii_only=False)
    reader = _Reader(cursor)
    while not cursor.at_end:
        reader.read_line()
        cursor.skip_blank()
    if not reader.interfaces:
        cursor.fail("no running configuration: it has no interface", 0)
    return Configuration(
        interfaces=reader.interfaces,
        areas=reader.areas,
        chains=reader.chains,
        not_rfc1583=frozenset(reader.not_rfc1583),
    )
