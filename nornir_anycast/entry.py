"""Where the command line begins: an interrupt while the libraries are still being loaded ends it without a word."""

from __future__ import annotations

import gc
import sys


def main() -> None:
    """Run the command line."""
    # Millions of small values that refer to no other: looking for cycles among them again and again finds none.
    gc.set_threshold(200_000, 20, 100)
    try:
        from nornir_anycast.cli import main as run  # noqa: PLC0415 loading takes its time

        run()
    except KeyboardInterrupt:
        sys.exit(130)
