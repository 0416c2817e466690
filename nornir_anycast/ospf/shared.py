"""Databases that several routers show alike are parsed once.

Inside an area all routers have the same LSAs. What they print of them differs in the age, which counts the seconds and
the hops, in the router's own flags, and in the line that says who prints. A text that differs from a known one in
nothing else shows the same LSAs: to see that takes a fifth to a fortieth of the time of reading it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from ipaddress import IPv4Address
from typing import NamedTuple

from nornir_anycast.ospf.lsa import LS_REFRESH_TIME_S
from nornir_anycast.ospf.model import Lsdb

_AT_MOST = 16
"""So many databases are kept to compare with, the one that was shown last first."""

_HEAD = 400
"""Within so many characters an output says whose it is."""

_FIELD = re.compile(
    r'"lsaAge": ?(?P<age>\d{1,4})(?=\D)'
    r'|"lsaFlags": ?(?P<flags>\d{1,3})(?=\D)'
    r'|^\{\s*"routerId": ?"(?P<id>[\d.]{7,15})"'
    r"|^ *LS age: (?P<text_age>\d{1,4})$"
    r"|^ *LS Flags: (?P<text_flags>0x[0-9a-f]{1,2})(?=\s)"
    r"|^ *OSPF Router with ID \((?P<text_id>[\d.]{7,15})\)",
    re.MULTILINE,
)
"""What differs between routers that show the same LSAs, as FRR prints it in JSON, and FRR, Quagga and IOS as text."""

_AGE, _OTHER = re.compile(r"\d{1,4}"), re.compile(r"0x[0-9a-f]{1,2}|\d{1,3}(?:\.\d{1,3}){3}|\d{1,3}")


class _Piece(NamedTuple):
    """What stands between two ages."""

    text: str
    """As it was shown."""
    parts: tuple[str, ...]
    """Cut where flags or a router id stand, which seldom differ."""

    def end_in(self, text: str, start: int) -> int | None:
        """Return where the piece ends that begins here in a text; ``None`` if it is another one."""
        if text.startswith(self.text, start):
            return start + len(self.text)
        place = start
        for number, part in enumerate(self.parts):
            value = _OTHER.match(text, place) if number else None
            place = value.end() if value else place
            if (number and value is None) or not text.startswith(part, place):
                return None
            place += len(part)
        return place


class _Pattern(NamedTuple):
    """A text, cut where others that show the same may differ."""

    pieces: tuple[_Piece, ...]

    def fits(self, text: str) -> bool:
        """Tell whether a text shows the same."""
        place: int | None = 0
        for number, piece in enumerate(self.pieces):
            if number:
                age = _AGE.match(text, place or 0)
                if age is None or int(age[0]) >= LS_REFRESH_TIME_S:
                    return False
                place = age.end()
            place = piece.end_in(text, place or 0)
            if place is None:
                return False
        return place == len(text)


class SharedDatabases:
    """The databases that were parsed; one look at all routers has one of these."""

    def __init__(self) -> None:
        self._known: list[tuple[tuple[_Pattern, ...], Lsdb]] = []

    def get(self, router_id: IPv4Address, outputs: Sequence[str], parse: Callable[[], Lsdb]) -> Lsdb:
        """Return the database of a router: that of another one, if it shows the same LSAs.

        LSAs in ``outputs`` of :data:`LS_REFRESH_TIME_S` and more are the same only at the same age, so that what is
        about to expire, or is flushed, is seen on each router as it is there.

        Arguments:
            router_id: of the router; an output that does not name it at its beginning is left to ``parse``.
            outputs: everything that shows the database, in an order that is the same for all routers.
            parse: reads these outputs; what it raises is passed on.

        Returns:
            The database, with the ages that the first router has which shows it.

        """
        if not all(f"{router_id}" in output[:_HEAD] for output in outputs if output):
            return parse()
        for number, (patterns, lsdb) in enumerate(self._known):
            if len(patterns) == len(outputs) and all(map(_Pattern.fits, patterns, outputs)):
                self._known.insert(0, self._known.pop(number))
                return lsdb
        lsdb = parse()
        self._known.insert(0, (tuple(map(_cut, outputs)), lsdb))
        del self._known[_AT_MOST:]
        return lsdb


def _cut(text: str) -> _Pattern:
    pieces: list[_Piece] = []
    parts: list[str] = []
    start = place = 0
    for match in _FIELD.finditer(text):
        name = match.lastgroup or ""
        is_age = name.endswith("age")
        if is_age and int(match[name]) >= LS_REFRESH_TIME_S:
            continue
        parts.append(text[place : match.start(name)])
        if is_age:
            pieces.append(_Piece(text[start : match.start(name)], tuple(parts)))
            parts, start = [], match.end(name)
        place = match.end(name)
    return _Pattern((*pieces, _Piece(text[start:], (*parts, text[place:]))))
