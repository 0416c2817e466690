"""The one background process of a lab: starts machines, restarts those that reboot, answers on a socket.

It is started by ``lab up`` as ``python -m nornir_anycast.lab.supervisor FOLDER LOCK``, and holds the lock that it
inherits at descriptor LOCK until it can be asked. It has one thread, because it forks
and changes namespaces. Its machines die with it (prctl(2), PR_SET_PDEATHSIG), which is a power cut: their disks stay,
and the next ``lab up`` boots them again.
"""

from __future__ import annotations

import json
import os
import selectors
import shutil
import signal
import socket
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nornir_anycast.errors import LabError
from nornir_anycast.lab import cgroups, state, wiring
from nornir_anycast.lab.leaders import leaders
from nornir_anycast.lab.machine import REBOOT_STATUS, Launch, start
from nornir_anycast.lab.plan import Machine, Plan

_CLIENT_TIMEOUT_S = 2.0
_KILL_TIMEOUT_S = 10.0
_CONSOLE_TAIL = 5


@dataclass(slots=True)
class _Running:
    pid: int
    descriptor: int
    since: float


@dataclass(slots=True)
class _Slot:
    """One machine's place: what runs in it, how often it was booted, why it is not running."""

    plan: Machine
    running: _Running | None = None
    boots: int = 0
    reason: str | None = None


class Supervisor:
    """Keeps the machines of one lab."""

    def __init__(self, folder: state.Folder, plan: Plan, trees: dict[str, Path], bases: list[Path]) -> None:
        self._folder = folder
        self._plan = plan
        self._trees = trees
        self._bases = bases
        self._slots = {machine.name: _Slot(machine) for machine in plan.machines}
        self._selector = selectors.DefaultSelector()
        self._stopping = False
        self._verbs: dict[str, Callable[[str], dict[str, Any]]] = {
            "ping": lambda _: {},
            "look": lambda _: self._look(),
            "on": self._power_on,
            "off": self._power_off,
            "quit": lambda _: self._quit(),
        }

    def serve(self, ready: Callable[[], None]) -> None:
        """Answer questions and mind the machines, until told to quit or killed; call ``ready`` once it can be asked."""
        draft = self._folder.control.with_name(".control.new")
        for left in (draft, self._folder.control):
            with suppress(FileNotFoundError):
                left.unlink()
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as listener:
            listener.bind(str(draft))
            listener.listen(64)
            # Under its own name only once it is listening: whoever finds it can talk to it.
            draft.rename(self._folder.control)
            ready()
            self._selector.register(listener, selectors.EVENT_READ, None)
            while not self._stopping:
                for key, _ in self._selector.select():
                    self._mind(listener, key.data)

    def _mind(self, listener: socket.socket, slot: _Slot | None) -> None:
        if slot is None:
            self._answer(listener)
        elif slot.running is not None:  # else a question of the same round has ended it already
            self._reap(slot)

    def _answer(self, listener: socket.socket) -> None:
        connection, _ = listener.accept()
        with connection, suppress(OSError, ValueError):
            connection.settimeout(_CLIENT_TIMEOUT_S)
            with connection.makefile("rwb") as stream:
                question = json.loads(stream.readline())
                stream.write(json.dumps(self._obey(question)).encode() + b"\n")

    def _obey(self, question: dict[str, str]) -> dict[str, Any]:
        try:
            return self._verbs[question["do"]](question.get("host", ""))
        except (LabError, OSError, KeyError) as error:
            _log(f"{question}: {error!r}")
            return {"error": str(error)}

    def _slot(self, host: str) -> _Slot:
        return self._slots[self._plan.machine(host).name]

    def _power_on(self, host: str) -> dict[str, Any]:
        slot = self._slot(host)
        if slot.running is None:
            self._start(slot)
        return {}

    def _start(self, slot: _Slot) -> None:
        name = slot.plan.name
        for base in self._bases:
            cgroups.remove(base / f"machine-{name}")
        # A fresh namespace each time: addresses and sysctls must not survive a reboot.
        wiring.connect(self._plan, slot.plan)
        pid = start(
            Launch(
                host=name,
                machine=slot.plan.namespace,
                namespace=slot.plan.namespace,
                tree=self._trees[slot.plan.host.tree],
                disk=self._folder.disk(name),
                console=self._folder.console(name),
                cgroup_bases=tuple(self._bases),
            )
        )
        slot.running = _Running(pid, os.pidfd_open(pid), time.monotonic())
        slot.boots += 1
        slot.reason = None
        self._selector.register(slot.running.descriptor, selectors.EVENT_READ, slot)
        _log(f"{name}: started as process {pid}")

    def _power_off(self, host: str) -> dict[str, Any]:
        slot = self._slot(host)
        if slot.running is None:
            return {}
        # First the cables: whatever a daemon might still say while it is killed, nobody hears it.
        wiring.cut(self._plan, slot.plan)
        for leader in leaders([slot.running.pid]).values():
            with suppress(ProcessLookupError):
                os.kill(leader, signal.SIGKILL)
        if not cgroups.kill([base / f"machine-{host}" for base in self._bases], _KILL_TIMEOUT_S):
            raise LabError(f"{host}: processes are left after {_KILL_TIMEOUT_S:.0f} s of SIGKILL")
        self._end(slot)
        slot.reason = None
        return {}

    def _quit(self) -> dict[str, Any]:
        """End all machines at once and collect them, so that none is left for somebody else to reap."""
        pids = {slot.running.pid for slot in self._slots.values() if slot.running}
        for leader in leaders(pids).values():
            with suppress(ProcessLookupError):
                os.kill(leader, signal.SIGKILL)
        folders = [base / f"machine-{name}" for base in self._bases for name in self._slots]
        if not cgroups.kill(folders, _KILL_TIMEOUT_S):
            raise LabError(f"processes are left after {_KILL_TIMEOUT_S:.0f} s of SIGKILL")
        for slot in self._slots.values():
            if slot.running:
                os.waitpid(slot.running.pid, 0)
                slot.running = None
        self._stopping = True
        return {}

    def _reap(self, slot: _Slot) -> None:
        status = self._end(slot)
        if status == REBOOT_STATUS:
            _log(f"{slot.plan.name}: reboots")
            try:
                self._start(slot)
            except (LabError, OSError) as error:
                slot.reason = str(error)
        elif status != 0:
            slot.reason = f"ended with status {status}: {self._console_tail(slot.plan.name)}"

    def _end(self, slot: _Slot) -> int:
        """Collect a machine that has ended, and unplug it; returns its exit status, negative for a signal."""
        running = slot.running
        if running is None:  # pragma: no cover - only machines that run are watched
            return 0
        _, status = os.waitpid(running.pid, 0)
        self._selector.unregister(running.descriptor)
        os.close(running.descriptor)
        slot.running = None
        code = os.waitstatus_to_exitcode(status)
        _log(f"{slot.plan.name}: ended with status {code}")
        wiring.cut(self._plan, slot.plan)
        return code

    def _console_tail(self, host: str) -> str:
        with suppress(OSError):
            lines = self._folder.console(host).read_text(encoding="utf-8", errors="replace").splitlines()
            return " | ".join(line.strip() for line in lines[-_CONSOLE_TAIL:] if line.strip())
        return "no console log"

    def _look(self) -> dict[str, Any]:
        running = {slot.running.pid for slot in self._slots.values() if slot.running}
        found = leaders(running)
        return {name: _describe(slot, found) for name, slot in self._slots.items()}


def _describe(slot: _Slot, found: dict[int, int]) -> dict[str, Any]:
    running = slot.running
    off = "failed" if slot.reason else "off"
    return {
        "state": "running" if running else off,
        "leader": found.get(running.pid) if running else None,
        "uptime_s": round(time.monotonic() - running.since, 1) if running else None,
        "boots": slot.boots,
        "reason": slot.reason,
    }


def _log(text: str) -> None:
    sys.stderr.write(f"{time.strftime('%H:%M:%S')} {text}\n")
    sys.stderr.flush()


def main(folder: state.Folder, lock: int) -> None:
    """Run the supervisor of the lab that is described in ``folder``; raises :class:`LabError`."""
    os.set_inheritable(lock, False)  # noqa: FBT003 - the os module's own signature
    plan, trees = state.load(folder)
    bases = cgroups.own_folders(plan.prefix)
    state.write(folder.cgroups, json.dumps([str(base) for base in bases]) + "\n")
    cgroups.join(bases, "supervisor")
    wiring.lay_fabric(plan)
    Supervisor(folder, plan, trees, bases).serve(ready=lambda: os.close(lock))


if __name__ == "__main__":
    if shutil.which("ip") is None:
        sys.exit("ip is missing: apt-get install iproute2")
    try:
        main(state.Folder(Path(sys.argv[1])), int(sys.argv[2]))
    except (LabError, OSError) as failure:
        sys.exit(f"lab supervisor: {failure}")
