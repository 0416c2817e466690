"""Live progress on standard error: a line for each host that is done, and how many are still to come."""

from __future__ import annotations

import threading
import time

from nornir.core.inventory import Host
from nornir.core.task import AggregatedResult, MultiResult, Task
from rich.console import Console


class Progress:
    """Prints one line a host, in the order they end; prints nothing that a host sent.

    An exception in a processor would lose the whole run, so there is nothing here that can fail but the terminal.
    """

    def __init__(self, console: Console, verb: str) -> None:
        self._console = console
        self._verb = verb
        self._lock = threading.Lock()
        self._started = time.monotonic()
        self._waiting: set[str] = set()

    def task_started(self, task: Task) -> None:
        """Count the hosts."""
        self._started = time.monotonic()
        self._waiting = set(task.nornir.inventory.hosts) if task.nornir else set()

    def task_completed(self, task: Task, result: AggregatedResult) -> None:
        """Nothing to add: the command prints its own summary."""

    def task_instance_started(self, task: Task, host: Host) -> None:
        """Nothing yet."""

    def task_instance_completed(self, task: Task, host: Host, result: MultiResult) -> None:
        """Say that a host is done, and how."""
        with self._lock:
            self._waiting.discard(host.name)
            waiting = len(self._waiting)
            word, style = ("failed", "red") if result.failed else ("done", "green")
            if result.changed:
                word, style = "differs" if self._verb == "plan" else "changed", "yellow"
            left = f", {waiting} to go" if waiting else ""
            self._console.print(
                f"[dim]{time.monotonic() - self._started:5.1f} s[/] {self._verb} {host.name}: [{style}]{word}[/]{left}",
                highlight=False,
            )

    def subtask_instance_started(self, task: Task, host: Host) -> None:
        """Nothing: subtasks are details."""

    def subtask_instance_completed(self, task: Task, host: Host, result: MultiResult) -> None:
        """Nothing: subtasks are details."""
