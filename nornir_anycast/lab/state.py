"""Where a lab keeps what it is: /run/nornir-anycast/PREFIX, readable by root only, gone after ``lab down``."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Interface
from pathlib import Path
from typing import Any

from nornir_anycast.errors import LabError
from nornir_anycast.lab.plan import LabHost, Plan, make_plan

STATE = Path("/run/nornir-anycast")
_FORMAT = 1


@dataclass(frozen=True, slots=True)
class Folder:
    """The paths of one lab's state."""

    path: Path

    @classmethod
    def of(cls, prefix: str) -> Folder:
        """Name the folder of the lab with this prefix."""
        return cls(STATE / prefix)

    @property
    def lock(self) -> Path:
        """Held by the one command that boots or ends the lab."""
        return self.path.with_name(f"{self.path.name}.lock")

    @property
    def record(self) -> Path:
        """The lab's description; written before anything is created, so that a crash leaves nothing unnamed."""
        return self.path / "lab.json"

    @property
    def cgroups(self) -> Path:
        """The lab's cgroup folders; written by the supervisor before it makes them."""
        return self.path / "cgroups.json"

    @property
    def control(self) -> Path:
        """The supervisor's socket."""
        return self.path / "control"

    @property
    def log(self) -> Path:
        """The supervisor's log."""
        return self.path / "supervisor.log"

    @property
    def key_file(self) -> Path:
        """The private key that may log in everywhere."""
        return self.path / "id_ed25519"

    @property
    def known_hosts(self) -> Path:
        """The machines' pinned host keys."""
        return self.path / "known_hosts"

    def disk(self, host: str) -> Path:
        """Name the folder with a machine's overlay."""
        return self.path / "machines" / host

    def console(self, host: str) -> Path:
        """Name the log of a machine's console."""
        return self.path / "machines" / f"{host}.console"


def every_folder() -> Iterator[Folder]:
    """List the labs that have a description; raises :class:`LabError` if only root may look."""
    try:
        entries = sorted(STATE.iterdir())
    except FileNotFoundError:
        return
    for entry in entries:
        if not entry.is_dir():
            continue
        folder = Folder(entry)
        try:
            described = folder.record.is_file()
        except PermissionError:
            raise LabError(
                "a lab is up on this machine, and only root can see of which site: use sudo (or --live)"
            ) from None
        if described:
            yield folder


def write(path: Path, text: str, mode: int = 0o600) -> None:
    """Write a file so that readers see all of it or none."""
    draft = path.with_name(f".{path.name}.new")
    with suppress(FileNotFoundError):
        draft.unlink()
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
    draft.replace(path)


def dump(plan: Plan, trees: Mapping[str, Path]) -> str:
    """Describe a lab as JSON; besides what :func:`load` needs, what a person or a script wants to know."""
    record = {
        "format": _FORMAT,
        "site": str(plan.site),
        "prefix": plan.prefix,
        "namespaces": list(plan.namespaces),
        "addresses": {machine.name: str(machine.address) for machine in plan.machines},
        "trees": {name: str(path) for name, path in trees.items()},
        "hosts": [_dump_host(host) for host in plan.hosts],
    }
    return json.dumps(record, indent=2) + "\n"


def _dump_host(host: LabHost) -> dict[str, Any]:
    return {
        "name": host.name,
        "role": host.role,
        "interfaces": {name: str(address) for name, address in host.interfaces.items()},
        "hostname": str(host.hostname),
        "hostname_is_address": isinstance(host.hostname, IPv4Address),
        "username": host.username,
        "cli": host.cli,
        "tree": host.tree,
        "port": host.port,
        "keys": list(host.keys),
    }


def _load_host(record: Mapping[str, Any]) -> LabHost:
    hostname = record["hostname"]
    return LabHost(
        name=record["name"],
        role=record["role"],
        interfaces={name: IPv4Interface(address) for name, address in record["interfaces"].items()},
        hostname=IPv4Address(hostname) if record["hostname_is_address"] else hostname,
        username=record["username"],
        cli=record["cli"],
        tree=record["tree"],
        port=record["port"],
        keys=tuple(record["keys"]),
    )


def read(folder: Folder) -> dict[str, Any]:
    """Read a lab's description; raises :class:`LabError` if it is of another version of this program."""
    try:
        record: dict[str, Any] = json.loads(folder.record.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise LabError(f"no lab is up with the prefix {folder.path.name!r}: run 'lab up'") from None
    except PermissionError:
        raise LabError("the lab needs root: use sudo") from None
    except ValueError as error:
        raise LabError(f"{folder.record}: {error}; run 'lab down'") from None
    if record.get("format") != _FORMAT:
        raise LabError(f"{folder.record}: written by another version of nornir-anycast; run 'lab down'")
    return record


def load(folder: Folder) -> tuple[Plan, dict[str, Path]]:
    """Read a lab's plan, and the root tree of each tree name; raises :class:`LabError`."""
    record = read(folder)
    hosts = [_load_host(one) for one in record["hosts"]]
    plan = make_plan(Path(record["site"]), hosts, record["prefix"])
    return plan, {name: Path(path) for name, path in record["trees"].items()}
