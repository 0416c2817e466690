"""The one error tree.

::

    AnycastError
      UsageError          what was asked for cannot be done as asked (exit code 64)
        InventoryError    the inventory is wrong: file, host or key, what was seen, what to do
        LabError          the lab cannot do that here: not root, not up, a tool is missing
      HostError           one host could not be read or changed; the others are not affected
        ConnectionFailed  no SSH session: unreachable, wrong key, changed host key
        CommandFailed     a command on the host failed; its exit status and last lines are quoted
      ParseError          output that is not understood: command, line number, line
"""

from __future__ import annotations


class AnycastError(Exception):
    """Base of every error this package raises on purpose; its text is meant for the user."""


class UsageError(AnycastError):
    """The request cannot be carried out as asked."""


class InventoryError(UsageError):
    """The inventory is wrong; ``problems`` holds one line for each mistake found."""

    def __init__(self, problems: list[str]) -> None:
        self.problems = problems
        super().__init__("\n".join(problems))


class LabError(UsageError):
    """The lab cannot do what was asked on this machine."""


class HostError(AnycastError):
    """One host could not be read or changed."""

    def __init__(self, host: str, message: str) -> None:
        self.host = host
        self.message = message
        super().__init__(f"{host}: {message}")


class ConnectionFailed(HostError):
    """No SSH session to the host."""


class CommandFailed(HostError):
    """A command on the host failed."""


class ParseError(AnycastError):
    """Output of a device that is not understood."""

    def __init__(self, command: str, line_number: int, line: str, reason: str = "not understood") -> None:
        self.command = command
        self.line_number = line_number
        self.line = line
        self.reason = reason
        super().__init__(f"{command}: line {line_number}: {reason}: {line[:200]!r}")
