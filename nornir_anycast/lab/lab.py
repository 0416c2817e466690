"""A lab that is up: find it, look at it, be inside it."""

from __future__ import annotations

import os
import subprocess
import threading
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from nornir_anycast.errors import LabError
from nornir_anycast.lab import control, namespaces, reach, state, syscalls
from nornir_anycast.lab.control import Seen
from nornir_anycast.lab.plan import DEFAULT_PREFIX, Plan

_BANNER_TIMEOUT_S = 1.0
_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


@dataclass(frozen=True, slots=True)
class Row:
    """One host of the lab as ``lab status`` shows it."""

    host: str
    role: str
    tree: str
    state: str
    ssh: bool
    uptime_s: float | None
    boots: int
    reason: str | None


@dataclass(frozen=True, slots=True)
class Lab:
    """A lab that is up, or was until its supervisor was killed."""

    plan: Plan
    folder: state.Folder

    @property
    def site(self) -> Path:
        """The folder of the inventory it is a twin of."""
        return self.plan.site

    @property
    def prefix(self) -> str:
        """What its namespaces' names begin with."""
        return self.plan.prefix

    @property
    def key_file(self) -> Path:
        """The private key that may log in on every host."""
        return self.folder.key_file

    @property
    def known_hosts(self) -> Path:
        """The hosts' pinned keys, for their hostnames and for :attr:`addresses`."""
        return self.folder.known_hosts

    @property
    def addresses(self) -> dict[str, str]:
        """Where SSH answers whatever happens to a host's own interfaces: host name -> management address."""
        return {machine.name: str(machine.address) for machine in self.plan.machines}

    @property
    def is_running(self) -> bool:
        """Whether its supervisor answers; its machines cannot live without."""
        return control.is_answering(self.folder)

    def enter(self) -> None:
        """Move this process into the controller's network namespace, from where hosts are reached, for good.

        Raises:
            LabError: not root, or the namespace is gone
            RuntimeError: the process has more than one thread; the others would stay outside

        """
        if threading.active_count() > 1:
            raise RuntimeError("Lab.enter() must be called before any thread is started")
        try:
            descriptor = os.open(namespaces.path_of(self.plan.controller_namespace), os.O_RDONLY)
        except OSError as error:
            raise LabError(f"the lab's controller namespace is gone ({error}): run 'lab up' to mend it") from None
        try:
            syscalls.setns(descriptor, syscalls.CLONE_NEWNET)
        except OSError as error:
            raise LabError(f"the lab needs root: {error}; use sudo") from None
        finally:
            os.close(descriptor)

    def look(self) -> dict[str, Seen]:
        """Ask what runs; raises :class:`LabError` if the supervisor does not answer."""
        return control.look(self.folder)

    def ready(self, hosts: Collection[str] | None = None) -> set[str]:
        """Name the hosts that answer on SSH and, where they route, whose routing daemons take commands.

        Arguments:
            hosts: whom to ask; all if absent

        Raises:
            LabError: the supervisor does not answer

        """
        seen = self.look()
        up = {machine.name: leader for machine in self.plan.machines if (leader := seen[machine.name].leader)}
        asked = up.keys() if hosts is None else up.keys() & set(hosts)
        machines = [machine for machine in self.plan.machines if machine.name in asked]
        answering = reach.answering(self.plan.controller_namespace, machines, _BANNER_TIMEOUT_S)
        return {
            machine.name
            for machine in machines
            if machine.name in answering and reach.routing_ready(machine, up[machine.name])
        }

    def status(self) -> list[Row]:
        """Describe every host, in inventory order; raises :class:`LabError`."""
        seen = self.look()
        running = [machine for machine in self.plan.machines if seen[machine.name].state == "running"]
        answering = reach.answering(self.plan.controller_namespace, running, _BANNER_TIMEOUT_S)
        return [
            Row(
                host=machine.name,
                role=machine.host.role,
                tree=machine.host.tree,
                state=seen[machine.name].state,
                ssh=machine.name in answering,
                uptime_s=seen[machine.name].uptime_s,
                boots=seen[machine.name].boots,
                reason=seen[machine.name].reason,
            )
            for machine in self.plan.machines
        ]

    def command(self, host: str, argv: Sequence[str]) -> list[str]:
        """Compose the command that runs ``argv`` as root inside a host, without SSH.

        Raises:
            LabError: no such host, or it is off

        """
        self.plan.machine(host)
        leader = self.look()[host].leader
        if leader is None:
            raise LabError(f"host {host} is off: run 'lab power on {host}'")
        spaces = ("--mount", "--uts", "--ipc", "--net", "--pid", "--cgroup")
        return ["nsenter", f"--target={leader}", *spaces, "--root", "--wd", "--", *argv]

    def exec(
        self, host: str, argv: Sequence[str], *, text_input: str | None = None
    ) -> subprocess.CompletedProcess[str]:
        """Run a command as root inside a host, without SSH, and collect its output.

        Arguments:
            host: the host's name
            argv: program and arguments; no shell is involved
            text_input: what it reads on standard input; nothing if absent

        Returns:
            the completed process; a status other than 0 is not an error here

        Raises:
            LabError: no such host, or it is off

        """
        return subprocess.run(  # noqa: S603 - no shell
            self.command(host, argv),
            input=text_input or "",
            capture_output=True,
            text=True,
            check=False,
            env=environment(os.environ),
        )

    def power_off(self, host: str) -> None:
        """Take a host's power away: nothing on it hears a signal. Fine if it is off. Raises :class:`LabError`."""
        self.plan.machine(host)
        control.power_off(self.folder, host)

    def power_on(self, host: str) -> None:
        """Start a host that is off, with the disk it had; returns before it has booted. Raises :class:`LabError`."""
        self.plan.machine(host)
        control.power_on(self.folder, host)


def environment(caller: Mapping[str, str]) -> dict[str, str]:
    """Compose what a command inside a host finds in its environment; only the terminal is the caller's."""
    return {
        "PATH": _PATH,
        "HOME": "/root",
        "USER": "root",
        "LOGNAME": "root",
        "SHELL": "/bin/bash",
        "LANG": "C.UTF-8",
        "TERM": caller.get("TERM", "dumb"),
    }


def find_lab(site: Path) -> Lab | None:
    """Find the running lab of a site.

    Arguments:
        site: the inventory's folder

    Returns:
        None if no lab of this site is up

    Raises:
        LabError: there is one and it is broken (then its addresses must not be tried in the real network), or labs are
            up and only root can see of which sites

    """
    wanted = site.resolve()
    for folder in state.every_folder():
        if Path(str(state.read(folder)["site"])) == wanted:
            return _running(folder)
    return None


def open_lab(prefix: str = DEFAULT_PREFIX) -> Lab:
    """Open the running lab with this prefix; raises :class:`LabError` if it is not up."""
    return _running(state.Folder.of(prefix))


def _running(folder: state.Folder) -> Lab:
    plan, _ = state.load(folder)
    lab = Lab(plan, folder)
    if not lab.is_running:
        raise LabError(f"the lab {plan.prefix!r} of {plan.site} is broken, its supervisor is gone: 'lab up' mends it")
    return lab
