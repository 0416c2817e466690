"""What every program here shares: errors become messages and exit codes, files are written whole or not at all."""

from __future__ import annotations

import logging
import os
import sys
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path

import click
from rich.console import Console
from rich.text import Text

from nornir_anycast.checks import HostChange
from nornir_anycast.errors import AnycastError, UsageError
from nornir_anycast.plugins.processors import Progress
from nornir_anycast.terminal import harmless

EXIT_DONE, EXIT_NOT_DONE, EXIT_NOT_KNOWN, EXIT_USAGE = 0, 2, 3, 64
EXIT_INTERRUPTED = 130


def run(main: Callable[[], int | None]) -> int:
    """Run a program; no error of any kind becomes a traceback unless NORNIR_ANYCAST_DEBUG is set.

    Arguments:
        main: returns its exit code, None for 0.

    Returns:
        The exit code: 64 for a wrong request or inventory, 3 for any other error.

    """
    if not logging.getLogger().handlers:
        # Without a handler Python prints what libraries log to standard error, tracebacks included.
        logging.getLogger().addHandler(logging.NullHandler())
    try:
        return main() or EXIT_DONE
    except click.exceptions.Exit as error:
        return error.exit_code
    except click.ClickException as error:
        error.show()
        return EXIT_USAGE
    except (click.Abort, KeyboardInterrupt, EOFError):
        _complain("interrupted")
        return EXIT_INTERRUPTED
    except UsageError as error:
        _complain(str(error))
        return EXIT_USAGE
    except AnycastError as error:
        _complain(str(error))
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except Exception as error:
        if os.environ.get("NORNIR_ANYCAST_DEBUG"):
            raise
        _complain(f"unexpected: {type(error).__name__}: {error} (NORNIR_ANYCAST_DEBUG=1 shows where)")
    return EXIT_NOT_KNOWN


def _complain(message: str) -> None:
    for line in harmless(message).splitlines():
        error_console().print(Text.assemble(("error: ", "bold red"), line))


def exit_code(changes: Iterable[HostChange]) -> int:
    """Exit code of a plan or a deploy: 0 done, 2 some host is not done, 3 some host could not be reached."""
    failed = [change for change in changes if change.error]
    if any(change.is_known for change in failed):
        return EXIT_NOT_DONE
    return EXIT_NOT_KNOWN if failed else EXIT_DONE


def error_console() -> Console:
    """Standard error: progress and messages."""
    return Console(stderr=True, highlight=False, soft_wrap=True)


def progress(console: Console) -> Callable[[str], Progress]:
    """What `plan`, `deploy` and `verify` take to show their progress on a console."""
    return lambda verb: Progress(console, verb)


def write_file(path: Path, text: str, mode: int = 0o600) -> None:
    """Write a file whole or not at all.

    Arguments:
        path: where; the folder must exist.
        text: what.
        mode: its permissions; a report tells about the network, so it is its owner's by default.

    Raises:
        UsageError: it cannot be written there.

    """
    temporary = None
    try:
        with tempfile.NamedTemporaryFile("w", dir=path.parent, delete=False, encoding="utf-8") as file:
            temporary = Path(file.name)
            file.write(text)
        temporary.chmod(mode)
        temporary.replace(path)
    except OSError as error:
        if temporary:
            temporary.unlink(missing_ok=True)
        raise UsageError(f"{path}: cannot be written: {error.strerror}") from error
