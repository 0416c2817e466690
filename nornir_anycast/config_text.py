"""Router configuration text, as FRR, Quagga and Cisco IOS print it: its blocks, and how two texts differ. Pure."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence


def parse_blocks(configuration: str) -> dict[str, list[str]]:
    r"""Split configuration text: a line at the margin opens a block, the lines indented under it are its lines.

    Comments, blank lines, `exit` and `end` are left out.

    >>> parse_blocks("interface eth0\n ip ospf cost 10\n!\n")
    {'interface eth0': ['ip ospf cost 10']}
    """
    blocks: dict[str, list[str]] = {}
    header = ""
    for line in configuration.splitlines():
        text = line.strip()
        if not text or text.startswith("!") or text in {"exit", "end"}:
            continue
        if line[0] == " " and header:
            blocks[header].append(text)
        else:
            header = text
            blocks.setdefault(header, [])
    return blocks


def diff_lines(before: Iterable[str], after: Iterable[str]) -> list[str]:
    """The lines that differ, without regard to order: `- LINE` for one only before, `+ LINE` for one only after."""
    return [line for line in difflib.ndiff(sorted(before), sorted(after)) if line[0] in "+-"]


def diff_block(header: str, before: Sequence[str], after: Sequence[str]) -> list[str]:
    """Diff lines of one block, under its header when there are any."""
    lines = [f"{line[0]}  {line[2:]}" for line in diff_lines(before, after)]
    return [f"  {header}", *lines] if lines else []
