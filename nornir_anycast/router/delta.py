"""The smallest change that makes a router's running configuration hold the wanted lines. Pure.

Works on the indented configuration text that FRR, Quagga and Cisco IOS share: a line at the margin opens a block.
A line that is *owned* but not wanted is taken away, every other line is left alone.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address

from nornir_anycast.config_text import diff_block, parse_blocks

_AREA = re.compile(r" area ([0-9]{1,9})\Z")


@dataclass(frozen=True, slots=True)
class Delta:
    """Configuration lines to enter, and the same as a diff."""

    commands: tuple[str, ...]
    diff: str


def compute_delta(running: str, wanted: str, owned: Sequence[str] = ()) -> Delta:
    """Compute the lines to enter.

    Arguments:
        running: the router's running configuration.
        wanted: configuration text with all the lines the intent owns.
        owned: first words of lines that are taken away from the wanted blocks when they are not wanted.

    Returns:
        The delta; without commands when there is nothing to do. A wanted line replaces a line that differs only in
        its last word (`ip ospf cost 20` takes the place of `ip ospf cost 10`), as the router itself does it.

    """
    before = {header: [_area_as_address(line) for line in lines] for header, lines in parse_blocks(running).items()}
    target = parse_blocks(wanted)
    commands: list[str] = []
    diff: list[str] = []
    for header, lines in target.items():
        present = before.get(header, [])
        surplus = [
            line
            for line in present
            if line.startswith(tuple(owned)) and line not in lines and not _replaced(line, lines)
        ]
        missing = [line for line in lines if line not in present]
        if not surplus and not missing:
            continue
        commands += [header, *(f"no {line}" for line in surplus), *missing, "exit"]
        after = [line for line in present if line not in surplus and not _replaced(line, missing)] + missing
        diff += diff_block(header, present, after)
    return Delta(tuple(commands), "\n".join(diff) + "\n" if diff else "")


def _area_as_address(line: str) -> str:
    """An area as we write it: the router prints it as it was entered (`area 0`), and refuses the same line again."""
    found = _AREA.search(line)
    return f"{line[: found.start(1)]}{IPv4Address(int(found[1]))}" if found else line


def _replaced(line: str, by: Sequence[str]) -> bool:
    """True when one of the lines sets the same thing: all words but the last are the same, and the thing is single."""
    stem = line.rpartition(" ")[0]
    return not stem.startswith("network") and any(other != line and other.rpartition(" ")[0] == stem for other in by)
