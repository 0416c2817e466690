"""Raw outputs on disk, one folder a host and one file a command: evidence, and food for a later `verify`."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
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


@dataclass(frozen=True, slots=True)
class Seen:
    """What one host answered: sections by name, or why there are none."""

    sections: Mapping[str, Section]
    error: str | None = None


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


def load(directory: Path) -> dict[str, Seen]:
    """Read a snapshot back.

    Returns:
        Host name to what it answered.

    Raises:
        UsageError: the folder is not a snapshot, or a file of it is missing.

    """
    try:
        meta = json.loads((directory / META).read_text(encoding="utf-8"))
        if meta["schema"] != SCHEMA:
            raise UsageError(f"{directory / META}: schema {meta['schema']} is not known (known: {SCHEMA})")
        return {
            host: Seen(
                {
                    row["command"]: Section(_read(directory, host, row["file"]), int(row["status"]))
                    for row in entry["commands"]
                },
                entry["error"],
            )
            for host, entry in meta["hosts"].items()
        }
    except OSError as error:
        raise UsageError(f"{directory}: is no whole snapshot: {error.filename}: {error.strerror}") from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise UsageError(f"{directory / META}: not understood: {error!r}") from error


def _read(directory: Path, host: str, file: str) -> str:
    """Only names count: a snapshot from elsewhere leads nowhere outside its folder."""
    return (directory / Path(host).name / Path(file).name).read_text(encoding="utf-8")
