"""Who would take over, as text and as JSON. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict

from nornir_anycast.report.json import SCHEMA
from nornir_anycast.terminal import harmless
from nornir_anycast.whatif import Forecast, Shift

_HEAD = ("router", "now", "then")


def render_forecast(found: Forecast) -> str:
    """Render the catchments of each VIP, what is not known and why, and one line of summary."""
    return harmless("".join(f"{line}\n" for line in _lines(found)))


def render_forecast_json(found: Forecast) -> str:
    """Render the same as one JSON document that ends with a newline; the fields are in docs/json.md."""
    document = {"schema": SCHEMA, **asdict(found), "stranded": [asdict(shift) for shift in found.stranded]}
    return json.dumps(document, indent=2, default=str) + "\n"


def _lines(found: Forecast) -> Iterator[str]:
    columns = _HEAD if found.without else _HEAD[:-1]
    services = {(shift.service, shift.vip): None for shift in found.catchments}
    for service, vip in services:
        shifts = [shift for shift in found.catchments if shift.service == service]
        rows = [columns, *(_row(shift)[: len(columns)] for shift in shifts)]
        widths = [max(len(row[column]) for row in rows) for column in range(len(columns))]
        yield f"{service}  {vip}/32"
        for row, mark in zip(rows, ["", *map(_mark, shifts)], strict=True):
            cells = "   ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True))
            yield f" {cells}{mark}".rstrip()
        yield ""
    for reason in dict.fromkeys(shift.reason for shift in found.catchments if shift.reason):
        yield f"not known: {reason}"
    for point in found.single_points:
        yield f"single point of failure: {point.loss}: {point.service} has no node on {', '.join(point.routers)}"
    for unsaid in found.unsaid:
        yield f"not known: without {unsaid.loss}: {unsaid.reason}"
    yield _summary(found)


def _row(shift: Shift) -> tuple[str, ...]:
    return shift.router, _nodes(shift.nodes_before), _nodes(shift.nodes_after)


def _nodes(nodes: tuple[str, ...] | None) -> str:
    if nodes is None:
        return "not known"
    return " ".join(nodes) or "no node"


def _mark(shift: Shift) -> str:
    return "   *" if None not in (shift.nodes_before, shift.nodes_after) and _is_moved(shift) else ""


def _is_moved(shift: Shift) -> bool:
    return shift.nodes_before != shift.nodes_after


def _summary(found: Forecast) -> str:
    if not found.catchments:
        return "no router is left to ask"
    stranded = ", ".join(f"{shift.router} ({shift.service})" for shift in found.stranded)
    if found.without:
        head = f"without {', '.join(found.without)}: "
        moved = sum(map(bool, map(_mark, found.catchments)))
        text = f"no node left for {stranded}" if stranded else f"{moved} of {len(found.catchments)} catchments move (*)"
    else:
        head = "single points of failure: "
        text = str(len({point.loss for point in found.single_points}) or "none")
        text += f"; no node now for {stranded}" if stranded else ""
    return head + text + ("" if found.is_known else "; not all is known")
