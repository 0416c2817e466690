"""The lab's place in the cgroup trees: one folder per machine, so that nothing of a lab can be lost from sight.

A machine's systemd keeps its services apart by cgroup, and so each machine needs its own. All of a lab's processes are
below one folder per hierarchy: killing what is in there kills the lab, also after its supervisor died.
"""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

from nornir_anycast.errors import LabError

_NAME = "nornir-anycast-"
_POLL_S = 0.02


def folders(proc_cgroup: str, mountinfo: str, prefix: str) -> list[Path]:
    """Name the lab's cgroup folders: one in cgroup v2 and one in the v1 hierarchy that systemd uses.

    Where the process is in a scope that was made for the lab (systemd as PID 1), that scope's own folder is the lab's;
    else it is a new one inside the process's own.

    Arguments:
        proc_cgroup: text of /proc/self/cgroup
        mountinfo: text of /proc/self/mountinfo
        prefix: the lab's prefix

    Returns:
        the folders, the v2 one last; empty if neither hierarchy is mounted

    """
    own = {"name=systemd": "", "": ""}
    for line in proc_cgroup.splitlines():
        _, controllers, path = line.split(":", 2)
        if controllers in own:
            own[controllers] = path
    found = []
    for controllers, (root, mount_point) in _mounts(mountinfo).items():
        path = own[controllers]
        if path:
            inside = Path(path).relative_to(root) if Path(path).is_relative_to(root) else Path(path).relative_to("/")
            found.append(Path(mount_point) / inside)
    return [folder if folder.name.startswith(_NAME) else folder / f"{_NAME}{prefix}" for folder in found]


def _mounts(mountinfo: str) -> dict[str, tuple[str, str]]:
    """Map ``name=systemd`` (v1) and the empty string (v2) to (root, mount point)."""
    mounts: dict[str, tuple[str, str]] = {}
    for line in mountinfo.splitlines():
        before, _, after = line.partition(" - ")
        fields = before.split()
        kind, _, options = after.split()[:3]
        if kind == "cgroup" and "name=systemd" in options.split(","):
            mounts.setdefault("name=systemd", (fields[3], fields[4]))
        elif kind == "cgroup2":
            mounts.setdefault("", (fields[3], fields[4]))
    return dict(sorted(mounts.items(), reverse=True))


def own_folders(prefix: str) -> list[Path]:
    """Name the lab's folders for this process; raises :class:`LabError` where machines cannot have any."""
    found = folders(
        Path("/proc/self/cgroup").read_text(encoding="utf-8"),
        Path("/proc/self/mountinfo").read_text(encoding="utf-8"),
        prefix,
    )
    if not found:
        raise LabError("no cgroup hierarchy is mounted that systemd could run in; mount cgroup2 on /sys/fs/cgroup")
    return found


def join(bases: Iterable[Path], name: str) -> None:
    """Put this process into the folder ``name`` below the lab's; raises :class:`LabError`."""
    for base in bases:
        folder = base / name
        try:
            folder.mkdir(parents=True, exist_ok=True)
            (folder / "cgroup.procs").write_text(str(os.getpid()), encoding="ascii")
        except OSError as error:
            raise LabError(f"no cgroup for the lab's machines: {error}") from error


def processes(folder: Path) -> set[int]:
    """List the processes in a folder and below; none if it is gone."""
    found: set[int] = set()
    for path, _, _ in os.walk(folder):
        with suppress(OSError):
            found.update(int(pid) for pid in Path(path, "cgroup.procs").read_text(encoding="ascii").split())
    return found - {0}  # 0 stands for a process of another PID namespace


def kill(bases: Iterable[Path], deadline_s: float) -> bool:
    """Kill everything in the folders with SIGKILL, and wait until all of it has ended.

    Arguments:
        bases: folders of a lab, as :func:`folders` names them
        deadline_s: how long to wait, seconds

    Returns:
        False if something was still there at the deadline

    """
    own = [base for base in bases if any(part.startswith(_NAME) for part in base.parts)]
    end = time.monotonic() + deadline_s
    while left := {pid for base in own for pid in processes(base)} - {os.getpid()}:
        for pid in left:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        if time.monotonic() > end:
            return False
        time.sleep(_POLL_S)
    return True


def remove(folder: Path) -> bool:
    """Remove an emptied folder and all below; say whether it is gone."""
    for path in (*_below(folder), folder):
        with suppress(OSError):
            path.rmdir()
    return not folder.exists()


def _below(folder: Path) -> Iterator[Path]:
    for path, _, _ in os.walk(folder, topdown=False):
        if Path(path) != folder:
            yield Path(path)
