"""The one limit of the kernel that a larger lab meets: inotify instances, counted for root over all machines.

Each machine's systemd and dbus-daemon hold some; with the default of 128 about 25 machines boot, and the next ends with
"Too many open files". A lab that needs more raises the limit, and the last lab that ends puts it back.
"""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from nornir_anycast.lab import state

_LIMIT = Path("/proc/sys/fs/inotify/max_user_instances")
_PER_MACHINE = 8  # 4 when idle; a booting systemd holds a few more
_OTHERS = 32


def needed(machines: int) -> int:
    """Say how many inotify instances so many machines may hold together with the rest of the system.

    >>> needed(9)
    104
    """
    return _OTHERS + _PER_MACHINE * machines


def raise_limit() -> None:
    """Make room for the machines of all labs that are described; where that is not allowed, leave it."""
    machines = sum(len(state.read(folder)["hosts"]) for folder in state.every_folder())
    with suppress(OSError, ValueError):
        before = _LIMIT.read_text(encoding="ascii")
        if int(before) < needed(machines):
            _remember(before)
            _LIMIT.write_text(str(needed(machines)), encoding="ascii")


def restore_limit() -> None:
    """Put the limit back if no lab is left."""
    if any(True for _ in state.every_folder()):
        return
    with suppress(OSError):
        before = _memory().read_text(encoding="ascii")
        _LIMIT.write_text(before, encoding="ascii")
        _memory().unlink()


def _memory() -> Path:
    return state.STATE / "inotify-limit-before"


def _remember(before: str) -> None:
    """Note the value that was there before the first lab changed it."""
    with suppress(FileExistsError):
        descriptor = os.open(_memory(), os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(before)
