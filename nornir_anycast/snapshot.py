"""Raw outputs on disk, one folder a host and one file a command: evidence, and food for a later `verify`."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from nornir.core.task import Result, Task
from nornir_utils.plugins.tasks.files import write_file

from nornir_anycast.errors import UsageError
from nornir_anycast.script import Section
from nornir_anycast.site import Site

SCHEMA = 1
META = "meta.json"
_PREFIX = re.compile(r"(\d+\.\d+\.\d+\.\d+)-(\d{1,2})\b")


@dataclass(frozen=True, slots=True)
class Seen:
    """What one host answered: sections by name, or why there are none."""

    sections: Mapping[str, Section]
    error: str | None = None


@dataclass(frozen=True, slots=True)
class Look:
    """What all hosts answered, and when."""

    taken_at: datetime
    seen: Mapping[str, Seen]


def file_name(section: str, output: str) -> str:
    """Name of the file for a command's output.

    >>> file_name("show ip route 203.0.113.53/32 json", "{}")
    'show_ip_route_203.0.113.53-32_json.json'
    """
    stem = "".join(letter if letter.isalnum() or letter in "._-" else "-" for letter in section.replace(" ", "_"))
    return stem + (".json" if output.lstrip().startswith(("{", "[")) else ".txt")


def save(site: Site, directory: Path, seen: Mapping[str, Seen]) -> None:
    """Write what was seen into a new folder that only its owner can read.

    Arguments:
        site: its hosts are the ones of `seen`.
        directory: must not exist, or be empty.
        seen: host name to what it answered.

    Raises:
        UsageError: the folder holds something, or cannot be written.

    """
    try:
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        if any(directory.iterdir()):
            raise UsageError(f"{directory}: is not empty; a snapshot goes into a new folder")
        for host in seen:
            (directory / host).mkdir(mode=0o700)
    except OSError as error:
        raise UsageError(f"{directory}: cannot be written: {error.strerror}") from error

    def write(task: Task) -> Result:
        for name, section in seen[task.host.name].sections.items():
            path = directory / task.host.name / file_name(name, section.output)
            task.run(write_file, filename=str(path), content=section.output, dry_run=False)
        return Result(host=task.host)

    previous = os.umask(0o077)
    try:
        done = site.nornir.filter(filter_func=lambda host: host.name in seen).run(task=write)
        meta = {"schema": SCHEMA, "taken_at": datetime.now(UTC).isoformat(timespec="seconds"), "hosts": _index(seen)}
        (directory / META).write_text(json.dumps(meta, indent=2) + "\n", encoding="utf-8")
    finally:
        os.umask(previous)
    if done.failed:
        raise UsageError(f"{directory}: not all could be written: {', '.join(done.failed_hosts)}")


def _index(seen: Mapping[str, Seen]) -> dict[str, object]:
    return {
        host: {
            "error": answer.error,
            "commands": [
                {"command": name, "file": file_name(name, section.output), "status": section.status}
                for name, section in answer.sections.items()
            ],
        }
        for host, answer in seen.items()
    }


def load(directory: Path, routers: Collection[str] = ()) -> dict[str, Seen]:
    """Read a snapshot back: one that `save` wrote, or a folder a host that somebody saved by hand.

    Arguments:
        directory: with `meta.json`, what that lists is read. Without it every folder in it is a host, but for those
            that start with `_` or a dot, and every file `COMMAND.txt` or `COMMAND.json` an output.
        routers: hosts that are not known if a folder saved by hand has nothing of them.

    Returns:
        Host name to what it answered.

    Raises:
        UsageError: the folder is not a snapshot, or a file of it is missing.

    """
    try:
        if not (directory / META).exists():
            return _load_saved_by_hand(directory, routers)
        meta = json.loads((directory / META).read_text(encoding="utf-8"))
        if meta["schema"] != SCHEMA:
            raise UsageError(f"{directory / META}: schema {meta['schema']} is not known (known: {SCHEMA})")
        return {
            host: Seen(
                _Saved(
                    {
                        row["command"]: (_file(directory, host, row["file"]), int(row["status"]))
                        for row in entry["commands"]
                    }
                ),
                entry["error"],
            )
            for host, entry in meta["hosts"].items()
        }
    except OSError as error:
        raise UsageError(f"{directory}: is no whole snapshot: {error.filename}: {error.strerror}") from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise UsageError(f"{directory / META}: not understood: {error!r}") from error


def load_look(directory: Path) -> Look:
    """Read a snapshot that `save` wrote, with the time it was taken at; see `taken_at` for errors."""
    return Look(taken_at(directory), load(directory))


def taken_at(directory: Path) -> datetime:
    """Return when a snapshot was taken that `save` wrote.

    Raises:
        UsageError: it is no such snapshot, for example one saved by hand, of which the time is not known.

    """
    try:
        return datetime.fromisoformat(json.loads((directory / META).read_text(encoding="utf-8"))["taken_at"])
    except OSError as error:
        raise UsageError(f"{directory}: when it was taken is not known: {META}: {error.strerror}") from error
    except (ValueError, KeyError, TypeError) as error:
        raise UsageError(f"{directory / META}: when it was taken is not understood: {error!r}") from error


def command_of(name: str) -> str | None:
    """Return the command whose output a file has by its name; None if it has no output.

    >>> command_of("show_ip_route_203.0.113.53-32.txt")
    'show ip route 203.0.113.53/32'
    >>> command_of("show_ip_ospf_neighbor_detail.json")
    'show ip ospf neighbor detail json'
    """
    stem, dot, suffix = name.rpartition(".")
    if not dot or suffix not in {"txt", "json"}:
        return None
    command = _PREFIX.sub(r"\1/\2", stem.replace("_", " "))
    is_plain = suffix == "txt" or command.endswith(" json") or not command.startswith("show ")
    return command if is_plain else f"{command} json"


def _load_saved_by_hand(directory: Path, routers: Collection[str]) -> dict[str, Seen]:
    hosts = sorted(path for path in directory.iterdir() if path.is_dir() and path.name[0] not in "_.")
    if not hosts:
        raise UsageError(f"{directory}: is no snapshot: it has neither {META} nor a folder named after a host")
    seen = {
        host.name: Seen(
            _Saved(
                {
                    command: (path, 0)
                    for path in sorted(host.iterdir())
                    if path.is_file() and (command := command_of(path.name))
                }
            )
        )
        for host in hosts
    }
    absent = {name: Seen({}, f"{name}: {directory} has no folder of it") for name in routers if name not in seen}
    return seen | absent


class _Saved(Mapping[str, Section]):
    """Outputs on disk, read when they are asked for: those of a thousand routers do not fit into memory at once."""

    def __init__(self, files: Mapping[str, tuple[Path, int]]) -> None:
        self._files = files

    def __getitem__(self, command: str) -> Section:
        path, status = self._files[command]
        return Section(path.read_text(encoding="utf-8", errors="replace"), status)

    def __iter__(self) -> Iterator[str]:
        return iter(self._files)

    def __len__(self) -> int:
        return len(self._files)


def _file(directory: Path, host: str, file: str) -> Path:
    """Only names count: a snapshot from elsewhere leads nowhere outside its folder."""
    path = directory / Path(host).name / Path(file).name
    path.open("rb").close()  # now, not in the middle of the work
    return path
