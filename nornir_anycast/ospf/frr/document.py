"""A JSON document that knows where each of its values stands.

What is not as expected is a :class:`ParseError` that names the value's place and quotes its line.
Keys nobody asks for are no error: FRR adds some with each version.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import AddressValueError, IPv4Address
from typing import TYPE_CHECKING, NoReturn, TypeVar

from nornir_anycast.errors import ParseError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

T = TypeVar("T")
Path = tuple[str | int, ...]

# A database names the same few routers again and again.
_address = lru_cache(maxsize=65536)(IPv4Address)

_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\],:]|[^\s{}\[\],:"]+')


@dataclass(frozen=True, slots=True)
class Document:
    """The output of one command."""

    command: str
    text: str

    def root(self) -> JsonObject:
        """Return the outermost object; raise :class:`ParseError` unless the text is exactly one JSON object."""
        if not self.text or self.text.isspace():
            raise ParseError(self.command, 1, "", "empty output")
        try:
            value: object = json.loads(self.text)
        except json.JSONDecodeError as error:
            raise self._error(error.pos, f"not JSON: {error.msg}") from None
        except (ValueError, RecursionError) as error:  # an endless number, a nesting without end
            raise self._error(0, f"not JSON: {error}") from None
        if not isinstance(value, dict):
            raise self._error(0, "not a JSON object")
        return JsonObject(value, self, ())

    def fail(self, path: Path, reason: str) -> NoReturn:
        """Raise a :class:`ParseError` that names ``path`` and quotes the line it is on."""
        place = ".".join(str(step) for step in path)
        raise self._error(_position(self.text, path), f"{place}: {reason}" if place else reason)

    def _error(self, position: int, reason: str) -> ParseError:
        # Text that ends too early fails behind its last line: blank lines are not worth a quotation.
        first, last = len(self.text) - len(self.text.lstrip()), len(self.text.rstrip()) - 1
        number = self.text.count("\n", 0, max(first, min(position, last)))
        return ParseError(self.command, number + 1, self.text.split("\n")[number].strip(), reason)


@dataclass(frozen=True, slots=True)
class JsonObject:
    """One object of a document; every reader raises :class:`ParseError` for what is missing or of another type."""

    value: dict[str, object]
    document: Document
    path: Path

    def fail(self, key: str, reason: str) -> NoReturn:
        """Raise a :class:`ParseError` about the value under ``key``, or about this object when there is none."""
        if key in self.value:
            self.document.fail((*self.path, key), reason)
        self.document.fail(self.path, f"{reason}: {key!r}")

    def _get(self, key: str) -> object:
        if key not in self.value:
            self.fail(key, "missing key")
        return self.value[key]

    def integer(self, key: str, highest: int = 0xFFFFFFFF) -> int:
        """Return a whole number from 0 to ``highest``."""
        value = self._get(key)
        if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= highest:
            self.fail(key, f"not a whole number from 0 to {highest}: {value!r}")
        return value

    def text(self, key: str) -> str:
        """Return a string that is not empty."""
        value = self._get(key)
        if not isinstance(value, str) or not value:
            self.fail(key, f"not a text: {value!r}")
        return value

    def flag(self, key: str, *, required: bool = False) -> bool:
        """Return a boolean; a missing one is false, as FRR leaves most of them out, unless it is required."""
        value = self._get(key) if required else self.value.get(key, False)
        if not isinstance(value, bool):
            self.fail(key, f"neither true nor false: {value!r}")
        return value

    def address(self, key: str) -> IPv4Address:
        """Return an IPv4 address."""
        return self.to_address(key, self.text(key))

    def to_address(self, key: str, text: str) -> IPv4Address:
        """Return the address that ``text`` is: the key itself, or a part of its value."""
        try:
            return _address(text)
        except AddressValueError:
            self.fail(key, f"not an IPv4 address: {text!r}")

    def choice(self, key: str, meanings: Mapping[str, T]) -> T:
        """Return what the text under ``key`` means."""
        text = self.text(key)
        if text not in meanings:
            self.fail(key, f"unknown value {text!r}")
        return meanings[text]

    def object(self, key: str) -> JsonObject:
        """Return the object under ``key``."""
        value = self._get(key)
        if not isinstance(value, dict):
            self.fail(key, "not an object")
        return JsonObject(value, self.document, (*self.path, key))

    def objects(self, key: str) -> Iterator[JsonObject]:
        """Yield the objects of the list under ``key``."""
        value = self._get(key)
        if not isinstance(value, list):
            self.fail(key, "not a list")
        path = (*self.path, key)
        for index, item in enumerate(value):
            if not isinstance(item, dict):
                self.document.fail((*path, index), "not an object")
            yield JsonObject(item, self.document, (*path, index))


def _position(text: str, path: Path) -> int:
    """Return where the value at ``path`` starts in a valid JSON text, or the end of the text."""
    stack: list[str | int | None] = []
    key_next = False
    for token in _TOKEN.finditer(text):
        word = token.group()
        if word in "}]":
            stack.pop()
            key_next = False
            continue
        if word == ":":
            key_next = False
            continue
        if word == ",":
            top = stack[-1]
            key_next = not isinstance(top, int)
            if isinstance(top, int):
                stack[-1] = top + 1
            continue
        if key_next:
            stack[-1] = json.loads(word)
            continue
        if tuple(stack) == path:
            return token.start()
        if word in "{[":
            stack.append(0 if word == "[" else None)
            key_next = word == "{"
    return len(text)
