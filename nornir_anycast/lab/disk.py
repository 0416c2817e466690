"""The upper layer of a machine's overlay, prepared while it is not mounted."""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Iterable
from pathlib import Path

from nornir_anycast.lab.rootfs import Entry

_WHITEOUT = stat.S_IFCHR  # a character device 0/0 hides the lower layer's file (overlayfs documentation)


def prepare(folder: Path, tree: Path, entries: Iterable[Entry]) -> None:
    """Create a machine's disk in ``folder`` with ``entries`` over ``tree``, unless it is complete already.

    A disk that was left half prepared is made anew; a complete one is kept, for it holds what the host has changed.
    """
    complete = folder / "prepared"
    if complete.exists():
        return
    shutil.rmtree(folder, ignore_errors=True)
    upper = folder / "upper"
    upper.mkdir(parents=True)
    (folder / "work").mkdir()
    _like(upper, tree)
    for entry in entries:
        _write(upper, tree, entry)
    complete.touch()


def _write(upper: Path, tree: Path, entry: Entry) -> None:
    path = upper / entry.path
    _parents(upper, tree, Path(entry.path).parent)
    if entry.kind == "link":
        path.symlink_to(entry.content)
        return
    if entry.kind == "absent":
        os.mknod(path, _WHITEOUT, os.makedev(0, 0))
        return
    if entry.kind == "directory":
        path.mkdir(exist_ok=True)
    else:
        path.touch(mode=0o600)
        path.write_text(entry.content, encoding="utf-8")
    os.chown(path, entry.uid, entry.gid)
    path.chmod(entry.mode)


def _parents(upper: Path, tree: Path, folder: Path) -> None:
    """Create the folders above a file; in a merged view the upper layer's mode and owner count, so copy the tree's."""
    missing = [one for one in (folder, *folder.parents) if not (upper / one).exists()]
    for one in reversed(missing):
        (upper / one).mkdir(mode=0o755)
        if (tree / one).is_dir():
            _like(upper / one, tree / one)


def _like(path: Path, model: Path) -> None:
    status = model.stat()
    os.chown(path, status.st_uid, status.st_gid)
    path.chmod(stat.S_IMODE(status.st_mode))
