"""One shell script for many commands: build it, and take its output apart again. Pure.

A host is asked everything in one round trip. Every command's output stands between two lines that carry a
random mark, so no output can pass for another command's, and every command has its exit status.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass

from nornir_anycast.errors import ParseError

PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


@dataclass(frozen=True, slots=True)
class Section:
    """What one command printed (standard output and error together) and its exit status."""

    output: str
    status: int

    @property
    def lines(self) -> list[str]:
        """Its lines."""
        return self.output.splitlines()


def new_mark() -> str:
    """A word that no output contains by chance or by design."""
    return f"--{secrets.token_hex(16)}--"


def build_script(commands: Mapping[str, str], mark: str, prelude: str = "") -> str:
    """Build one POSIX shell script that runs the commands one after the other.

    The shell reads the whole function before it runs any of it, so a script that arrives in part does nothing;
    once it runs it ends, also when the connection is lost.

    Arguments:
        commands: section name to shell text; whatever is not a constant in it must be quoted by the caller.
        mark: from `new_mark`.
        prelude: shell text that runs first, in the shell of which each command's is a copy: its variables are theirs.

    """
    body = "".join(
        f"printf '%s begin %s\\n' '{mark}' '{name}'\n"
        f"(\n{text}\n) </dev/null 2>&1\n"
        f"printf '\\n%s end %s\\n' '{mark}' \"$?\"\n"
        for name, text in commands.items()
    )
    return (
        f"main() {{\ntrap '' HUP PIPE\numask 077\nexport LC_ALL=C PATH={PATH}\ncd /\n"
        f"{prelude}\n{body}printf '%s done\\n' '{mark}'\n}}\nmain\nexit 0\n"
    )


def parse_sections(output: str, mark: str) -> dict[str, Section]:
    """Take the output of a script apart.

    Returns:
        Section name to what its command printed.

    Raises:
        ParseError: the output ends early or is not made by `build_script`.

    """
    sections: dict[str, Section] = {}
    name, lines = "", []
    # Not splitlines(): it breaks lines at form feeds and the like, which belong to the output.
    printed = output.removesuffix("\n").split("\n") if output else []
    for number, line in enumerate(printed, start=1):
        before, found, after = line.partition(mark)
        word, _, rest = after.strip().partition(" ")
        if not found or before:
            lines.append(line)
        elif word == "begin":
            name, lines = rest, []
        elif word == "end" and rest.isdecimal():
            text = "\n".join(lines)
            sections[name] = Section(text.removesuffix("\n"), int(rest))
        elif word == "done":
            return sections
        else:
            raise ParseError("script", number, line)
    last = printed[-1] if printed else ""
    raise ParseError("script", len(printed), last, "the output ends before the script")
