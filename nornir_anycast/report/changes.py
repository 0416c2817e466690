"""What was changed on hosts, or would be, as text and as JSON. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict

from nornir_anycast.checks import HostChange
from nornir_anycast.report.json import SCHEMA
from nornir_anycast.terminal import harmless


def render_changes(changes: Sequence[HostChange], word: str) -> str:
    """Render the diff of each host, then one line of summary.

    Arguments:
        changes: one for each host.
        word: `changed` or `would change`.

    """
    return harmless("".join(f"{line}\n" for line in _lines(changes, word)))


def _lines(changes: Sequence[HostChange], word: str) -> Iterator[str]:
    for change in changes:
        if change.error:
            yield f"== {change.host}: FAILED"
            yield change.error
        elif change.changed:
            yield f"== {change.host}: {word}"
            yield change.diff.rstrip()
    unchanged = [change.host for change in changes if not change.changed and not change.error]
    if unchanged:
        yield f"== unchanged: {', '.join(unchanged)}"
    failed = sum(change.error is not None for change in changes)
    count = sum(change.changed for change in changes)
    yield f"{count} of {len(changes)} hosts {word}" + (f", {failed} failed" if failed else "")


def render_changes_json(changes: Sequence[HostChange], word: str) -> str:  # noqa: ARG001 JSON says it with `changed`
    """Render the same as one JSON document that ends with a newline."""
    return json.dumps({"schema": SCHEMA, "hosts": [asdict(change) for change in changes]}, indent=2) + "\n"
