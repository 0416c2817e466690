"""Questions to a lab's supervisor: one line of JSON each way on its socket.

What runs is always asked, never read from a file: a process id in a file may belong to somebody else by now.
"""

from __future__ import annotations

import json
import socket
from dataclasses import dataclass
from typing import Any, Literal

from nornir_anycast.errors import LabError
from nornir_anycast.lab.state import Folder

_TIMEOUT_S = 20.0
_IMPATIENT_S = 4.0  # where there is another way if it hangs

State = Literal["running", "off", "failed"]


@dataclass(frozen=True, slots=True)
class Seen:
    """What the supervisor says of one machine.

    ``leader`` is the process id of the machine's systemd, absent while it is not running; ``uptime_s`` counts from the
    power on; ``reason`` says why a machine failed.
    """

    name: str
    state: State
    leader: int | None
    uptime_s: float | None
    boots: int
    reason: str | None


def is_answering(folder: Folder) -> bool:
    """Say whether the lab's supervisor is alive."""
    try:
        _ask(folder, {"do": "ping"}, _IMPATIENT_S)
    except LabError:
        return False
    return True


def look(folder: Folder) -> dict[str, Seen]:
    """Ask for the state of every machine; raises :class:`LabError` if the supervisor does not answer."""
    return {name: Seen(name=name, **fields) for name, fields in _ask(folder, {"do": "look"}).items()}


def power_on(folder: Folder, host: str) -> None:
    """Start a machine that is off; raises :class:`LabError` if that failed."""
    _ask(folder, {"do": "on", "host": host})


def power_off(folder: Folder, host: str) -> None:
    """Take a machine's power away; it is off when this returns. Raises :class:`LabError`."""
    _ask(folder, {"do": "off", "host": host})


def quit_lab(folder: Folder) -> None:
    """End all machines and the supervisor; raises :class:`LabError` if it does not answer."""
    _ask(folder, {"do": "quit"}, _IMPATIENT_S)


def _ask(folder: Folder, question: dict[str, str], timeout_s: float = _TIMEOUT_S) -> dict[str, Any]:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
        connection.settimeout(timeout_s)
        try:
            connection.connect(str(folder.control))
            connection.sendall(json.dumps(question).encode() + b"\n")
            with connection.makefile("rb") as stream:
                line = stream.readline()
            answer: dict[str, Any] = json.loads(line)
        except (OSError, ValueError) as error:
            raise LabError(f"the lab's supervisor does not answer ({error}): run 'lab up' to mend it") from None
    if "error" in answer:
        raise LabError(str(answer["error"]))
    return answer
