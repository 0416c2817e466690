"""What an IOS router printed, made ready to be read by lines.

Netmiko and people cut leading blanks, so none means anything: every run of blanks becomes one, and those at both ends
of a line go. Lines keep their numbers.
"""

from __future__ import annotations

import re
from functools import lru_cache
from ipaddress import IPv4Address

from nornir_anycast.errors import ParseError
from nornir_anycast.ospf.text import Block, Cursor

AREA = r"(?P<area>\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}|\d{1,10})"
"""Regular expression of an area: ``0`` and ``0.0.0.0`` are the same."""
AGE = r"(?:never|\d+:\d\d:\d\d(?:\.\d+)?|\d+d\d+h|\d+w\d+d|\d+y\d+w)"
"""Regular expression of a span of time: ``00:12:03``, ``1d05h``, ``7w0d``, ``2y3w``."""
INTERFACE = r"[A-Za-z][\w./:-]*"
"""Regular expression of an interface's name."""

_BLANKS = re.compile(r"  +")
_STRANGE = re.compile(r"[^\n -~]")
_FIRST_LINE = re.compile(r"(?<![^\n])([^\n]+)")
_PAGER = re.compile(r"-- ?More ?--", re.IGNORECASE)
_REFUSED = re.compile(
    r"^(?:(?P<unknown>% ?(?:Invalid input detected|Unknown command))"
    r"|(?P<incomplete>% ?(?:Incomplete|Ambiguous) command)"
    r"|(?P<no_process>% ?OSPF: .+)"
    r"|(?P<forbidden>% ?Authorization failed|Command authorization failed))",
    re.MULTILINE,
)
_REASONS = {
    "unknown": "the router does not know this command",
    "incomplete": "the router wants more of this command",
    "no_process": "the router runs no such OSPF process",
    "forbidden": "the user may not enter this command",
}
# Like R1#show ip ospf; Tue May 22 22:32:30.765 UTC; Load for five secs: 1%/0%; one minute: 2%; five minutes: 1%.
_ECHO = re.compile(r"(?P<prompt>[\w.()/:@-]+[#>]) ?(?P<command>.*)")
_CLOCK = r"[*.]?\d\d:\d\d:\d\d\.\d{3} [\w+:-]+"
_PREAMBLE = Block(
    r"(?:Load for five secs: \d+%/\d+%; one minute: \d+%; five minutes: \d+%"
    rf"|(?:Time source is [\w ]+|No time source), {_CLOCK} \w{{3}} \w{{3}} \d{{1,2}} \d{{4}}"
    r"|\w{3} \w{3} \d{1,2} [*.]?\d\d:\d\d:\d\d\.\d{3} [\w+:-]+(?: \d{4})?"
    rf"|{_CLOCK} \w{{3}} \w{{3}} \d{{1,2}} \d{{4}})",
)


def open_output(command: str, text: str, *, ascii_only: bool = True) -> Cursor:
    """Return a cursor at the first line that tells something.

    Passed over are the command itself behind a prompt, and the load and the time that ``terminal exec prompt
    timestamp`` adds.

    Raises:
        ParseError: there is no output, the router refused the command, a pager stopped it, or it is not ASCII.

    >>> open_output("show ip ospf", "  Routing   Process").text.strip()
    'Routing Process'

    """
    plain = _BLANKS.sub(" ", f"\n{text}\n".replace("\t", " ").replace("\r", " "))
    plain = plain.replace(" \n", "\n").replace("\n ", "\n")[1:]
    if not plain.strip("\n"):
        raise ParseError(command, 1, "", "empty output")
    if strange := _STRANGE.search(plain) if ascii_only else None:
        Cursor(command, plain).fail("not a text of a router", strange.start())
    if pager := _PAGER.search(plain):
        Cursor(command, plain).fail("a pager stopped the output: 'terminal length 0' is missing", pager.start())
    if refused := _REFUSED.search(plain):
        Cursor(command, plain).fail(_REASONS[str(refused.lastgroup)], refused.start())
    cursor = Cursor(command, _without_prompts(command, plain))
    cursor.skip_blank()
    while cursor.take(_PREAMBLE):
        cursor.skip_blank()
    if cursor.at_end:
        raise ParseError(command, 1, "", "empty output")
    return cursor


def is_unknown_command(text: str) -> bool:
    """Return whether all that the router said is that it does not know the command."""
    lines = [line.strip() for line in text.split("\n") if line.strip(" \t\r^")]
    return len(lines) == 1 and lines[0].startswith("% Invalid input detected")


def _without_prompts(command: str, plain: str) -> str:
    """Empty the line with the command, also behind a prompt, and the same prompt alone at the end."""
    before, first, rest = _FIRST_LINE.split(plain, maxsplit=1)
    echo = _ECHO.fullmatch(first)
    if first != command and (echo is None or echo["command"] != command):
        return plain
    start, _, last = rest.rstrip("\n").rpartition("\n")
    if echo is not None and last == echo["prompt"]:
        rest = f"{start}\n"
    return before + rest


@lru_cache(maxsize=65536)
def _address(text: str) -> IPv4Address:
    return IPv4Address(text)


def to_address(cursor: Cursor, match: re.Match[str], group: str) -> IPv4Address:
    """Return the address in a group of a match; a database names the same few routers again and again."""
    try:
        return _address(match[group])
    except ValueError:
        return cursor.address(match, group)


def to_area(cursor: Cursor, area: str) -> IPv4Address:
    """Return the area that a number or four numbers stand for.

    >>> to_area(Cursor("", ""), "1")
    IPv4Address('0.0.0.1')
    """
    try:
        return IPv4Address(area if "." in area else int(area))
    except ValueError:
        cursor.fail(f"not an area: {area!r}")
