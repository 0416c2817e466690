"""Output for people, read by lines: each is understood, or it is a :class:`ParseError` that quotes it.

A pattern is a list of lines, each a regular expression without its end; blanks there are never looked at.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cached_property
from ipaddress import AddressValueError, IPv4Address, IPv4Network
from typing import NoReturn

from nornir_anycast.errors import ParseError

ADDRESS = r"\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}"
"""Regular expression of an IPv4 address; whether it is one, :func:`Cursor.address` tells."""
BLANK = ""
"""A line pattern: an empty line."""

_END = r"[ \t]*\r?(?:\n|\Z)"


@dataclass(frozen=True, slots=True)
class Maybe:
    """Lines that can be there, all of them and in this order, or not; ``many``: any number of times."""

    lines: tuple[str, ...]
    many: bool = False


def maybe(*lines: str) -> Maybe:
    """Return lines that stand there once or not at all."""
    return Maybe(lines)


def many(*lines: str) -> Maybe:
    """Return lines that are repeated any number of times; a group in them has the last one's value."""
    return Maybe(lines, many=True)


class Block:
    """Consecutive lines as one regular expression, for speed, that knows which line it failed at."""

    def __init__(self, *lines: str | Maybe) -> None:
        self._lines = lines
        self._parts = [_part(line) for line in lines]
        self.pattern = _compile("".join(self._parts))

    @cached_property
    def _beginnings(self) -> list[re.Pattern[str]]:
        """The block cut off behind each of its lines, those of a :class:`Maybe` included."""
        found = []
        for index, line in enumerate(self._lines):
            before = "".join(self._parts[:index])
            found.append(before)
            if isinstance(line, Maybe):
                before += self._parts[index] if line.many else ""
                found += [before + "".join(map(_part, line.lines[:count])) for count in range(1, len(line.lines))]
        return [_compile(beginning) for beginning in [*found, "".join(self._parts)]]

    def reach(self, text: str, position: int) -> int:
        """Return the position behind the last line that is as it should be."""
        return max(match.end() for begin in self._beginnings if (match := begin.match(text, position)))


def _compile(pattern: str) -> re.Pattern[str]:
    # Digits are those of ASCII: int() would take others too.
    return re.compile(pattern, re.ASCII)


def _part(line: str | Maybe) -> str:
    if isinstance(line, str):
        return f"(?:{line}){_END}" if line else "[ \t]*\r?\n"
    inner = "".join(map(_part, line.lines))
    return f"(?:{inner})*" if line.many else f"(?:{inner})?"


@dataclass(slots=True)
class Cursor:
    """A place in the output of one command."""

    command: str
    text: str
    position: int = field(default=0)

    def take(self, block: Block) -> re.Match[str] | None:
        """Return the match of a block that starts here, and step behind it; ``None``: it does not start here."""
        match = block.pattern.match(self.text, self.position)
        if match is not None:
            self.position = match.end()
        return match

    def need(self, block: Block, reason: str = "not understood") -> re.Match[str]:
        """Return the match of a block that must start here; else raise :class:`ParseError` with the line at fault."""
        match = self.take(block)
        if match is None:
            self.fail(reason, block.reach(self.text, self.position))
        return match

    def skip_blank(self) -> None:
        """Step behind empty lines."""
        match = _BLANKS.match(self.text, self.position)
        if match is not None:
            self.position = match.end()

    @property
    def at_end(self) -> bool:
        """True when nothing but blanks is left."""
        return _NOTHING.match(self.text, self.position) is not None

    def fail(self, reason: str = "not understood", position: int | None = None) -> NoReturn:
        """Raise a :class:`ParseError` that quotes the line at a position: this one if none is given."""
        place = self.position if position is None else position
        if place >= len(self.text.rstrip()):
            number = self.text.rstrip().count("\n") + 1
            raise ParseError(self.command, number, "", "the output ends too early")
        start = self.text.rfind("\n", 0, place) + 1
        end = self.text.find("\n", place)
        line = self.text[start : end if end >= 0 else None]
        raise ParseError(self.command, self.text.count("\n", 0, place) + 1, line.strip(), reason)

    def address(self, match: re.Match[str], group: str) -> IPv4Address:
        """Return the IPv4 address in a group of a match."""
        try:
            return IPv4Address(match[group])
        except AddressValueError:
            self.fail(f"not an IPv4 address: {match[group]!r}", match.start(group))

    def integer(self, match: re.Match[str], group: str, highest: int = 0xFFFFFFFF) -> int:
        """Return the whole number from 0 to ``highest`` in a group of a match."""
        digits = match[group]
        # int() refuses thousands of digits.
        if len(digits) > _MOST_DIGITS or (value := int(digits)) > highest:
            self.fail(f"not a whole number from 0 to {highest}: {digits[:_MOST_DIGITS]}", match.start(group))
        return value

    def network(self, match: re.Match[str], address: str, length: str) -> IPv4Network:
        """Return the prefix of two groups; the second is a length or a mask. Host bits are cut off."""
        try:
            network = IPv4Network(f"{match[address]}/{match[length]}", strict=False)
        except ValueError:
            network = None
        # "0.0.0.255" would be taken for a host mask.
        if network is None or match[length] not in (str(network.prefixlen), str(network.netmask)):
            self.fail(f"not an IPv4 prefix: {match[address]}/{match[length]}", match.start(address))
        return network


_BLANKS = re.compile(r"(?:[ \t]*\r?\n)+")
_NOTHING = re.compile(r"\s*\Z")
_MOST_DIGITS = 20
