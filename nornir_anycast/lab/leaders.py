"""Which process is a machine's PID 1."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from contextlib import suppress
from pathlib import Path


def leaders(parents: Collection[int]) -> dict[int, int]:
    """Find the PID 1 of machines among the children of their nspawn processes, in one pass over /proc.

    Arguments:
        parents: process ids of nspawn

    Returns:
        parent -> leader, as this process sees them; a machine that is only being set up has none yet

    """
    found: dict[int, int] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with suppress(OSError, KeyError, ValueError):  # it has ended meanwhile
                parent = leads(_status(entry))
                if parent is not None and parent in parents:
                    found[parent] = int(entry.name)
    return found


def leads(status: Mapping[str, str]) -> int | None:
    """Name the parent of a process that is PID 1 of a namespace of its own, from /proc/PID/status (proc(5)).

    >>> leads({"PPid": "700", "NSpid": "701 1"})
    700
    >>> leads({"PPid": "700", "NSpid": "701"}) is None
    True
    """
    inside = status["NSpid"].split()[1:]
    return int(status["PPid"]) if inside[-1:] == ["1"] else None


def _status(entry: Path) -> dict[str, str]:
    lines = (entry / "status").read_text(encoding="utf-8", errors="replace").splitlines()
    return {key: value.strip() for key, _, value in (line.partition(":") for line in lines)}
