"""Boot a lab and end it.

Order is what makes a crash harmless: the description is written before anything it describes is created, and ending a
lab needs nothing but the description and the kernel's own lists.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nornir_anycast.errors import LabError
from nornir_anycast.lab import cgroups, control, disk, limits, namespaces, rootfs, state, trees
from nornir_anycast.lab.keys import KeyPair, known_hosts_line, make_key_pair
from nornir_anycast.lab.lab import Lab
from nornir_anycast.lab.locking import locked
from nornir_anycast.lab.plan import DEFAULT_PREFIX, LabHost, Plan, check_prefix, make_plan

_POLL_S = 0.1
_SUPERVISOR_START_S = 20.0
_BOOT_S = 180.0
_KILL_S = 10.0
_TOOLS = {"systemd-nspawn": "systemd-container", "ip": "iproute2", "nsenter": "util-linux", "setsid": "util-linux"}

Report = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Boot:
    """What ``up`` did: ``booted`` names the hosts it started, ``late`` those that did not become ready in time."""

    lab: Lab
    booted: tuple[str, ...]
    late: tuple[str, ...]
    seconds: float


def _silent(_: str) -> None:
    """Report nothing."""


def up(
    site: Path,
    hosts: Sequence[LabHost],
    *,
    prefix: str = DEFAULT_PREFIX,
    report: Report = _silent,
    timeout_s: float = _BOOT_S,
) -> Boot:
    """Boot the lab of a site, or what of it is not running, and wait until every host is ready.

    Arguments:
        site: the inventory's folder; recorded, so that :func:`~nornir_anycast.lab.find_lab` knows the lab again
        hosts: its hosts
        prefix: keeps labs apart
        report: called with each line of progress
        timeout_s: how long hosts may take until they are ready, seconds

    Raises:
        LabError: not root, a tool is missing, the hosts cannot be built, or another lab has the prefix

    """
    begin = time.monotonic()
    _require_root()
    _require_tools()
    plan = make_plan(site.resolve(), hosts, prefix)
    folder = state.Folder.of(prefix)
    state.STATE.mkdir(mode=0o755, exist_ok=True)
    with locked(folder.lock, report) as lock:
        _refuse_other(folder, plan)
        places = trees.ensure([host.tree for host in plan.hosts], plan.site, report)
        if not control.is_answering(folder):
            _clear_running(folder)
            _refuse_foreign_namespaces(plan)
            _prepare(folder, plan, places)
            limits.raise_limit()
            _start_supervisor(folder, plan, lock)
        lab = Lab(plan, folder)
        booted = [name for name, seen in lab.look().items() if seen.state != "running"]
        for name in booted:
            lab.power_on(name)
    if booted:
        report(f"booting {', '.join(booted)}")
    late = wait_ready(lab, lab.addresses, timeout_s, report)
    return Boot(lab, tuple(booted), late, time.monotonic() - begin)


def down(*, prefix: str = DEFAULT_PREFIX, report: Report = _silent) -> bool:
    """End a lab, at once and completely, also one that was left half made; only the cached trees stay.

    Returns:
        False if there was nothing to end

    Raises:
        LabError: not root, or something withstood

    """
    _require_root()
    check_prefix(prefix)
    folder = state.Folder.of(prefix)
    if not folder.path.exists() and not folder.lock.exists():
        return False
    with locked(folder.lock, report):
        found = folder.path.exists()
        if found:
            with suppress(LabError):  # it may be gone, or hang: what it leaves is killed below
                control.quit_lab(folder)
            _clear_running(folder)
            shutil.rmtree(folder.path)
            limits.restore_limit()
    with suppress(OSError):  # another lab's folder is in there
        state.STATE.rmdir()
    return found


def _require_root() -> None:
    if os.geteuid() != 0:
        words = " ".join(["sudo", "nornir-anycast", *sys.argv[1:]])
        raise LabError(f"the lab needs root: run {words}")


def _require_tools() -> None:
    missing = {package for tool, package in _TOOLS.items() if shutil.which(tool) is None}
    if missing:
        raise LabError(f"tools are missing: apt-get install {' '.join(sorted(missing))}")


def _refuse_other(folder: state.Folder, plan: Plan) -> None:
    """Refuse to change a lab that is up into another one."""
    if not folder.record.exists():
        return
    known, _ = state.load(folder)
    if known.site != plan.site:
        raise LabError(f"the prefix {plan.prefix!r} is in use by the lab of {known.site}: use --prefix, or 'lab down'")
    if known.hosts != plan.hosts:
        before = {host.name: host for host in known.hosts}
        after = {host.name: host for host in plan.hosts}
        changed = sorted(name for name in before | after if before.get(name) != after.get(name))
        names = ", ".join(changed) or "their order"
        raise LabError(f"the inventory has changed since the lab was booted ({names}): run 'lab down', then 'lab up'")


def _refuse_foreign_namespaces(plan: Plan) -> None:
    for name in plan.namespaces:
        if namespaces.exists(name):
            raise LabError(f"network namespace {name} exists and is not this lab's: use --prefix")


def _prepare(folder: state.Folder, plan: Plan, places: dict[str, Path]) -> None:
    """Write the lab's description, keys and disks; what is complete from before a crash is kept."""
    folder.path.mkdir(mode=0o700, exist_ok=True)
    state.write(folder.record, state.dump(plan, places))
    login = _kept_key(folder.key_file)
    host_keys = {machine.name: _kept_key(folder.path / "host-keys" / machine.name) for machine in plan.machines}
    pinned = [known_hosts_line(machine, host_keys[machine.name].public) for machine in plan.machines]
    state.write(folder.known_hosts, "".join(pinned))
    for machine in plan.machines:
        tree = places[machine.host.tree]
        key = host_keys[machine.name]
        disk.prepare(folder.disk(machine.name), tree, rootfs.entries(plan, machine, tree, login.public, key))


def _kept_key(path: Path) -> KeyPair:
    public = path.with_name(f"{path.name}.pub")
    with suppress(FileNotFoundError):
        return KeyPair(path.read_text(encoding="ascii"), public.read_text(encoding="ascii").strip())
    path.parent.mkdir(mode=0o700, exist_ok=True)
    key = make_key_pair()
    state.write(path, key.private)
    state.write(public, f"{key.public}\n")
    return key


def _start_supervisor(folder: state.Folder, plan: Plan, lock: int) -> None:
    """Start the supervisor; it holds the lock too until it answers, so that nobody comes between if we are killed."""
    command = [sys.executable, "-m", "nornir_anycast.lab.supervisor", str(folder.path), str(lock)]
    if Path("/run/systemd/system").is_dir():  # sd_booted(3)
        unit = f"--unit=nornir-anycast-{plan.prefix}.scope"
        scope = ["systemd-run", "--scope", "--quiet", "--collect", unit, "--property=Delegate=yes"]
        command = [*scope, "--description=nornir-anycast lab", *command]
    with folder.log.open("a", encoding="utf-8") as log:
        done = subprocess.run(  # noqa: S603 - no shell
            ["setsid", "--fork", *command],  # noqa: S607 - found on PATH, as all tools are
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            cwd="/",
            pass_fds=[lock],
            check=False,
        )
    deadline = time.monotonic() + _SUPERVISOR_START_S
    while done.returncode == 0 and time.monotonic() < deadline:
        if control.is_answering(folder):
            return
        time.sleep(_POLL_S)
    lines = folder.log.read_text(encoding="utf-8", errors="replace").splitlines()
    raise LabError(f"the lab's supervisor did not start: {' | '.join(lines[-5:]) or 'it said nothing'}")


def wait_ready(lab: Lab, hosts: Collection[str], timeout_s: float, report: Report = _silent) -> tuple[str, ...]:
    """Wait until hosts answer on SSH and their routing daemons take commands.

    Arguments:
        lab: the lab
        hosts: whom to wait for
        timeout_s: how long at most, seconds
        report: called with a line about each host that is ready, and each that is not in the end

    Returns:
        those that are not ready; it does not wait for hosts that are off

    """
    begin = time.monotonic()
    missing = tuple(machine.name for machine in lab.plan.machines if machine.name in hosts)
    while True:
        ready = lab.ready(missing)
        for name in sorted(ready):
            report(f"{name} is up ({time.monotonic() - begin:.1f} s)")
        missing = tuple(name for name in missing if name not in ready)
        seen = lab.look()
        running = any(seen[name].state == "running" for name in missing)
        if not running or time.monotonic() - begin > timeout_s:
            break
        time.sleep(_POLL_S)
    for name in missing:
        report(f"{name} is not ready: {seen[name].reason or 'no answer on SSH'}")
    return missing


def _clear_running(folder: state.Folder) -> None:
    """Kill a lab's processes and remove its namespaces and cgroups; its folder stays."""
    bases = [Path(base) for base in _recorded(folder.cgroups, [])]
    if not cgroups.kill(bases, _KILL_S):
        left = sorted({pid for base in bases for pid in cgroups.processes(base)})
        raise LabError(f"processes of the lab are left after {_KILL_S:.0f} s of SIGKILL: {left}")
    for base in bases:
        cgroups.remove(base)
    for name in _recorded(folder.record, {}).get("namespaces", []):
        namespaces.delete(name)
    with suppress(FileNotFoundError):
        folder.control.unlink()


def _recorded(path: Path, default: Any) -> Any:  # noqa: ANN401 - JSON
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return default
