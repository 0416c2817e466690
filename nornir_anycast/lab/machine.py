"""Start one machine: an overlay on its tree, a network namespace, systemd-nspawn; all of it ends with the process.

The child is forked from the supervisor, which has one thread. Its mounts are in a mount namespace of its own, so that
they are gone, and never seen by the rest of the system, however it ends.
"""

from __future__ import annotations

import os
import signal
from dataclasses import dataclass
from pathlib import Path

from nornir_anycast.lab import cgroups, namespaces, syscalls

_RUN = Path("/run")
_ROOT = _RUN / "machine"
_NETWORK = _RUN / "network"

# systemd-nspawn(1): a machine that asked for a reboot, when nspawn was told to keep its unit.
REBOOT_STATUS = 133


@dataclass(frozen=True, slots=True)
class Launch:
    """What starting a machine takes; ``cgroup_bases`` are the lab's folders, ``disk`` has ``upper`` and ``work``."""

    host: str
    machine: str
    namespace: str
    tree: Path
    disk: Path
    console: Path
    cgroup_bases: tuple[Path, ...]


def nspawn_command(launch: Launch) -> list[str]:
    """Compose the nspawn command of a machine (systemd-nspawn(1))."""
    return [
        "systemd-nspawn",
        "--quiet",
        f"--directory={_ROOT}",
        # Neither may hold an underscore (hostname(7)); inventories do.
        f"--machine={launch.machine.replace('_', '-')}",
        f"--hostname={launch.host.replace('_', '-')}",
        "--boot",
        "--register=no",
        "--keep-unit",  # our cgroup is made already
        "--settings=no",
        f"--network-namespace-path={_NETWORK}",
        "--capability=CAP_NET_ADMIN,CAP_NET_RAW,CAP_SYS_ADMIN,CAP_SYS_NICE",
        "--link-journal=no",
        "--resolv-conf=off",
        "--timezone=off",
        "--console=pipe",
    ]


def start(launch: Launch) -> int:
    """Start a machine and return the process id of its nspawn, a child of this process.

    A machine that cannot be started ends with a status other than 0 and says why in its console log.
    """
    parent = os.getpid()
    pid = os.fork()
    if pid:
        return pid
    try:
        _become_machine(launch, parent)
    except BaseException as error:  # noqa: BLE001 - the child must never return into the supervisor's loop
        os.write(2, f"lab: cannot start {launch.host}: {error}\n".encode())
    os._exit(1)


def _become_machine(launch: Launch, parent: int) -> None:
    os.setsid()
    _redirect(launch.console)
    syscalls.die_with_parent()
    if os.getppid() != parent:
        return
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    cgroups.join(launch.cgroup_bases, f"machine-{launch.host}")
    syscalls.unshare(syscalls.CLONE_NEWNS)
    syscalls.mount("none", Path("/"), flags=syscalls.MS_REC | syscalls.MS_SLAVE)
    _private_run(launch)
    environment = {
        "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
        "LANG": "C.UTF-8",
        "SYSTEMD_NSPAWN_API_VFS_WRITABLE": "network",  # /proc/sys/net is the machine's own to set
    }
    command = nspawn_command(launch)
    os.execvpe(command[0], command, environment)  # noqa: S606 - no shell on purpose


def _redirect(console: Path) -> None:
    null = os.open("/dev/null", os.O_RDONLY)
    log = os.open(console, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    for source, target in ((null, 0), (log, 1), (log, 2)):
        os.dup2(source, target)


def _private_run(launch: Launch) -> None:
    """Replace /run, in this mount namespace, by a small one with the root file system and the network namespace.

    nspawn leaves folders in /run/systemd/nspawn, and insists that it is a tmpfs; here they vanish with the machine. The
    overlay's layers are named relative to the working directory, so that their paths need no escaping.
    """
    os.chdir(launch.disk)
    tree = os.open(launch.tree, os.O_PATH | os.O_DIRECTORY)
    staging = launch.disk / "run"
    staging.mkdir(exist_ok=True)
    syscalls.mount("tmpfs", staging, "tmpfs", options="mode=0755,size=16m")
    for folder in ("machine", "systemd/nspawn"):
        (staging / folder).mkdir(parents=True)
    (staging / "network").touch()
    options = f"lowerdir=/proc/self/fd/{tree},upperdir=upper,workdir=work"
    syscalls.mount("overlay", staging / "machine", "overlay", options=options)
    os.close(tree)
    syscalls.mount(str(namespaces.path_of(launch.namespace)), staging / "network", flags=syscalls.MS_BIND)
    syscalls.mount(str(staging), _RUN, flags=syscalls.MS_BIND | syscalls.MS_REC)
    os.chdir("/")
