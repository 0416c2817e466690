"""Where the command line begins: an interrupt while the libraries are still being loaded ends it without a word."""

from __future__ import annotations

import sys


def main() -> None:
    """Run the command line."""
    try:
        from nornir_anycast.cli import main as run  # noqa: PLC0415 loading takes its time

        run()
    except KeyboardInterrupt:
        sys.exit(130)
