"""``show running-config``: what of OSPF is not shown by another command. No secret is kept, nor quoted."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network
from typing import Literal

from nornir_anycast.errors import ParseError
from nornir_anycast.ospf.quagga.answer import open_answer
from nornir_anycast.ospf.quagga.configuration import (
    AuthenticationKind,
    DistributeList,
    InterfaceAuthentication,
    Redistribution,
    RunningConfig,
)
from nornir_anycast.ospf.text import ADDRESS
from nornir_anycast.redaction import redact

COMMAND = "show running-config"
_QUOTED = 3
"""So many words of a line that is not understood are quoted."""

_KEY = r"(?P<key><redacted [^>]*>|\S+)"
_AT = rf"(?: (?P<at>{ADDRESS}))?"
_KINDS: dict[str, AuthenticationKind] = {"": "simple", "message-digest": "cryptographic", "null": "none"}
_AREA = rf"area (?P<area>{ADDRESS}|\d+)"
_PREFIX = rf"(?P<prefix>{ADDRESS}/\d+)"

# Lines of these sections are about OSPF; each must be of a kind that we know, also if nothing is taken from it.
_OTHER_INTERFACE_LINES = re.compile(
    r"(?:no )?ip ospf (?:area|bfd|capability|cost|dead-interval|graceful-restart|hello-interval|mtu-ignore|network"
    r"|neighbor-filter|passive|prefix-suppression|priority|retransmit-interval|retransmit-window|transmit-delay"
    r"|\d+ area)\b.*",
)
_OTHER_OSPF_LINES = re.compile(
    r"(?:no )?(?:aggregation|auto-cost|bfd|capability|compatible|default-information|default-metric|distance"
    r"|fast-reroute|flood-reduction|graceful-restart|ldp-sync|log-adjacency-changes|max-metric|maximum-paths|mpls"
    r"|mpls-te|neighbor|network|ospf|passive-interface|pce|proactive-arp|refresh|router-info|segment-routing|snmp"
    r"|socket|socket-per-interface|summary-address|timers|write-multiplier)\b.*"
    rf"|{_AREA} (?:default-cost|export-list|filter-list|flood-reduction|import-list|shortcut|virtual-link)\b.*",
)


def parse_running_config(text: str) -> RunningConfig:
    """Return what is configured of OSPF.

    Arguments:
        text: output of ``show running-config``; secrets in it become words that stand for them.

    Raises:
        ParseError: a line about OSPF is not understood, or the end is missing.

    """
    text = redact(text)
    open_answer(COMMAND, text)
    config = RunningConfig()
    section: _Section | None = _nowhere
    ended = False
    lines = text.splitlines()
    for number, line in enumerate(lines, start=1):
        words = line.strip()
        if ended and words:
            raise ParseError(COMMAND, number, words, "behind the end")
        try:
            if line.startswith(" "):
                if section is not None:
                    section(config, words)
            elif words == "!":
                section = _nowhere
            elif words and not words.startswith("!"):
                ended = words == "end"
                section = _open(config, words)
        except ValueError as error:
            # What is not understood may hold a secret that nobody could know as one.
            raise ParseError(COMMAND, number, " ".join(words.split()[:_QUOTED]), str(error)) from None
    if not ended:
        raise ParseError(COMMAND, len(lines), "", "the output ends too early")
    return config


_Section = Callable[[RunningConfig, str], None]


def _open(config: RunningConfig, line: str) -> _Section | None:
    """Take a line that is not indented; return who reads those under it."""
    if match := re.fullmatch(r"interface (\S+).*", line):
        name = match[1]
        return lambda config, words: _interface_line(config, name, words)
    if re.fullmatch(r"router ospf(?: .*)?", line):
        return _ospf_line
    if match := re.fullmatch(r"key chain (\S+)", line):
        return _KeyChain(match[1]).line
    if match := re.fullmatch(r"ip protocol (\S+) route-map (\S+)", line):
        config.route_maps.append((match[1], match[2]))
    return None


def _nowhere(_config: RunningConfig, _words: str) -> None:
    raise ValueError("no section that it belongs to")


def _interface_line(config: RunningConfig, name: str, words: str) -> None:
    if not re.match(r"(?:no )?ip ospf\b", words):
        return
    password = re.fullmatch(rf"ip ospf authentication-key {_KEY}{_AT}", words)
    digest = re.fullmatch(rf"ip ospf message-digest-key (?P<id>\d+) md5 {_KEY}{_AT}", words)
    kind = re.fullmatch(rf"ip ospf authentication(?: (?P<kind>message-digest|null))?{_AT}", words)
    chain = re.fullmatch(rf"ip ospf authentication key-chain (?P<chain>\S+){_AT}", words)
    match = password or digest or kind or chain
    if match is None:
        if not _OTHER_INTERFACE_LINES.fullmatch(words):
            raise ValueError("not understood")
        return
    at = None if match["at"] is None else IPv4Address(match["at"])
    old = config.interfaces.get((name, at), InterfaceAuthentication())
    config.interfaces[name, at] = InterfaceAuthentication(
        kind=_KINDS[kind["kind"] or ""] if kind else "cryptographic" if chain else old.kind,
        password=password["key"] if password else old.password,
        keys=old.keys | {(int(digest["id"]), digest["key"])} if digest else old.keys,
        key_chain=chain["chain"] if chain else old.key_chain,
    )


def _ospf_line(config: RunningConfig, words: str) -> None:
    if match := re.fullmatch(rf"{_AREA} authentication(?: (?P<kind>message-digest))?", words):
        config.area_authentication[_area(match)] = _KINDS[match["kind"] or ""]
    elif match := re.fullmatch(rf"{_AREA} (?:nssa )?range {_PREFIX}(?: .*)?", words):
        config.ranges.append((_area(match), IPv4Network(match["prefix"])))
    elif match := re.fullmatch(rf"{_AREA} (?P<kind>stub|nssa)(?: .*)?", words):
        config.area_kinds[_area(match)] = "stub" if match["kind"] == "stub" else "nssa"
    elif match := re.fullmatch(
        r"redistribute (?P<protocol>\S+(?: \d+)?)(?: metric (?P<metric>\d+))?(?: metric-type (?P<type>[12]))?"
        r"(?: route-map (?P<map>\S+))?",
        words,
    ):
        config.redistributed.append(
            Redistribution(
                protocol=match["protocol"],
                metric=None if match["metric"] is None else int(match["metric"]),
                metric_type=1 if match["type"] == "1" else 2,
                route_map=match["map"],
            )
        )
    elif match := re.fullmatch(r"distribute-list (?P<name>\S+) (?P<way>in|out)(?: (?P<protocol>\S+))?", words):
        way: Literal["in", "out"] = "in" if match["way"] == "in" else "out"
        config.distribute_lists.append(DistributeList(name=match["name"], direction=way, protocol=match["protocol"]))
    elif not words.startswith("!") and not _OTHER_OSPF_LINES.fullmatch(words):
        raise ValueError("not understood")


def _area(match: re.Match[str]) -> IPv4Address:
    """Return the area of a line; they are written as addresses or as numbers."""
    text = match["area"]
    return IPv4Address(int(text)) if text.isdecimal() else IPv4Address(text)


@dataclass(slots=True)
class _KeyChain:
    """``key chain NAME``, whose keys are sections in it."""

    name: str
    id: int | None = None

    def line(self, config: RunningConfig, words: str) -> None:
        if match := re.fullmatch(r"key (\d+)", words):
            self.id = int(match[1])
        elif match := re.fullmatch(rf"key-string {_KEY}", words):
            config.key_chains[self.name] = config.key_chains.get(self.name, frozenset()) | {(self.id, match["key"])}
