"""The few Linux system calls the lab needs that Python 3.11 does not wrap; constants from ``<linux/*.h>``."""

from __future__ import annotations

import ctypes
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

CLONE_NEWNS = 0x00020000
CLONE_NEWNET = 0x40000000
MS_BIND = 0x1000
MS_REC = 0x4000
MS_SLAVE = 0x80000
MNT_DETACH = 2
_PR_SET_PDEATHSIG = 1

_libc = ctypes.CDLL(None, use_errno=True)


def _call(name: str, *arguments: int | bytes | None) -> None:
    if getattr(_libc, name)(*arguments) != 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{name}: {os.strerror(number)}")


def unshare(flags: int) -> None:
    """Leave the namespaces that ``flags`` name for new ones (unshare(2)); raises OSError."""
    _call("unshare", flags)


def setns(descriptor: int, kind: int) -> None:
    """Move the calling thread into the namespace that is open at ``descriptor`` (setns(2)); raises OSError."""
    _call("setns", descriptor, kind)


def mount(source: str, target: Path, kind: str = "", flags: int = 0, options: str = "") -> None:
    """Mount (mount(2)); raises OSError."""
    arguments = (source.encode(), os.fsencode(target), kind.encode() or None, flags, options.encode() or None)
    _call("mount", *arguments)


def unmount(target: Path, flags: int = MNT_DETACH) -> None:
    """Unmount (umount2(2)); raises OSError."""
    _call("umount2", os.fsencode(target), flags)


def die_with_parent() -> None:
    """Ask the kernel to kill this process with SIGKILL when the thread that started it ends (prctl(2))."""
    _call("prctl", _PR_SET_PDEATHSIG, int(signal.SIGKILL), 0, 0, 0)


@contextmanager
def network_namespace(path: Path | None) -> Iterator[None]:
    """Be inside another network namespace for a while, a new one without ``path``; affects the calling thread only.

    Sockets made inside stay there.
    """
    home = os.open("/proc/thread-self/ns/net", os.O_RDONLY)
    try:
        _enter(path)
        try:
            yield
        finally:
            setns(home, CLONE_NEWNET)
    finally:
        os.close(home)


def _enter(path: Path | None) -> None:
    if path is None:
        unshare(CLONE_NEWNET)
        return
    there = os.open(path, os.O_RDONLY)
    try:
        setns(there, CLONE_NEWNET)
    finally:
        os.close(there)
