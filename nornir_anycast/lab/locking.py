"""One command at a time: a lock file that is gone when nobody holds it."""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from nornir_anycast.errors import LabError

_WAIT_S = 900.0  # as long as building root trees over a slow line may take
_POLL_S = 0.1


@contextmanager
def locked(path: Path, report: Callable[[str], None]) -> Iterator[int]:
    """Hold the lock ``path`` while inside; the kernel frees it when its last holder dies.

    What is yielded is its file descriptor: a child that inherits it holds the lock too, until it closes it (flock(2)).

    Arguments:
        path: the lock's file; its folder exists
        report: called once if somebody else holds the lock

    Raises:
        LabError: it was not free within 15 minutes

    """
    descriptor = _acquire(path, report)
    try:
        yield descriptor
    finally:
        with suppress(FileNotFoundError):
            path.unlink()
        os.close(descriptor)


def _acquire(path: Path, report: Callable[[str], None]) -> int:
    deadline = time.monotonic() + _WAIT_S
    told = False
    while True:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
        if _try_lock(descriptor, path):
            os.ftruncate(descriptor, 0)
            os.write(descriptor, f"{os.getpid()}\n".encode())
            return descriptor
        holder = os.read(descriptor, 32).decode("ascii", "replace").strip() or "unknown"
        os.close(descriptor)
        if not told:
            report(f"waiting for another lab command (process {holder})")
            told = True
        if time.monotonic() > deadline:
            raise LabError(f"another lab command (process {holder}) holds {path}; wait for it to end")
        time.sleep(_POLL_S)


def _try_lock(descriptor: int, path: Path) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    # The last holder removes the file: a lock on a file that is no longer there locks nothing.
    try:
        return path.stat().st_ino == os.fstat(descriptor).st_ino
    except FileNotFoundError:
        return False
