"""The report for a terminal: a matrix of routers and nodes for each VIP, then every finding with its evidence."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich import box
from rich.console import Console, RenderableType
from rich.table import Table
from rich.text import Text

from nornir_anycast.checks import Cell, Evidence, Finding, Report, Severity
from nornir_anycast.dns.questions import Answer
from nornir_anycast.terminal import harmless

_STYLES: dict[Severity, str] = {
    "ok": "bold green",
    "warning": "bold yellow",
    "critical": "bold red",
    "unknown": "bold magenta",
}
_SIGNS = {"learned": "+", "missing": "-", "unreachable": "x", "drained": "~", "unknown": "?"}
_GAP = 3
"""Columns of the terminal between two columns of the matrix, as rich lays them out."""
_WRAPPED = 24
"""A line in a cell that is longer may be wrapped; no check's name is."""


def print_report(report: Report, console: Console) -> None:
    """Print the report; rich leaves out colours where there is no terminal."""
    for service in report.services:
        cells = [cell for cell in report.origins if cell.service == service.name]
        title = Text.assemble(
            (f"{service.name}  {service.vip}/32", "bold"), "  ", (service.verdict.upper(), _STYLES[service.verdict])
        )
        console.print(title)
        if not cells:
            console.print("no router was looked at")
        for band in _bands(cells, console.width) if cells else ():
            console.print(_matrix(band))
        for client in _clients(service.name, report.answers):
            console.print(client)
        console.print()
    quoted: set[Evidence] = set()
    for finding in report.findings:
        for line in _finding(finding, quoted):
            console.print(line, soft_wrap=True)
    if any(cell.cause for cell in report.origins) or report.findings:
        console.print()
    console.print(
        "[dim]* forwarding leads there   + learned   - missing   x its dead LSA   ? not known[/]", soft_wrap=True
    )
    console.print(Text.assemble("verdict: ", (report.verdict.upper(), _STYLES[report.verdict])))


def _bands(cells: Sequence[Cell], width: int) -> Iterator[Sequence[Cell]]:
    """Cut the matrix into bands of nodes that fit the width: rich would shorten columns, and drop the last."""
    by_node: dict[str, list[Cell]] = {}
    for cell in cells:
        by_node.setdefault(cell.node, []).append(cell)
    left = max((len(cell.router) for cell in cells), default=0) + _GAP
    band: list[Cell] = []
    room = width - left
    for node, column in by_node.items():
        lines = (line for cell in column for line in _cell(cell).plain.split("\n"))
        needed = max(len(node), *(min(len(line), _WRAPPED) for line in lines)) + _GAP
        if band and needed > room:
            yield band
            band, room = [], width - left
        band += column
        room -= needed
    yield band


def _matrix(cells: Sequence[Cell]) -> RenderableType:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    nodes = list(dict.fromkeys(cell.node for cell in cells))
    table.add_column("router")
    for node in nodes:
        table.add_column(node)
    for router in dict.fromkeys(cell.router for cell in cells):
        row = {cell.node: cell for cell in cells if cell.router == router}
        table.add_row(router, *(_cell(row[node]) for node in nodes))
    return table


def _cell(cell: Cell) -> Text:
    sign = "*" if cell.installed else _SIGNS[cell.state]
    text = f"{sign} {cell.state}" if cell.state != "learned" else f"{sign} cost {cell.cost}"
    if cell.cause is None:
        return Text(text, style="green" if cell.installed else "default")
    style = "magenta" if cell.state == "unknown" else "yellow" if cell.cause == "metric-inconsistent" else "red"
    lines = [text, cell.cause, *([cell.reason] if cell.reason else [])]
    return Text(harmless("\n  ".join(lines)), style=style)


def _clients(service: str, answers: Sequence[Answer]) -> Iterator[Text]:
    """Who answers the vantages."""
    for answer in answers:
        if (answer.service, answer.path, answer.transport) == (service, "anycast", "udp"):
            who = f"answered by {' '.join(answer.answers)} in {answer.rtt_ms} ms" if answer.answers else answer.status
            yield Text(harmless(f"{answer.vantage} asks {answer.server}: {who}"))


def _finding(finding: Finding, quoted: set[Evidence]) -> Iterator[RenderableType]:
    """The finding and its evidence; what was quoted before is only named."""
    yield Text.assemble(
        (f"{finding.severity.upper():8}", _STYLES[finding.severity]),
        " ",
        (finding.check, "bold"),
        " ",
        harmless(finding.message),
    )
    for evidence in finding.evidence:
        again = " (see above)" if evidence in quoted else ""
        yield Text(harmless(f"           {evidence.host}: {evidence.command}{again}"), style="dim")
        for line in () if again else evidence.lines:
            yield Text(harmless(f"             | {line}"), style="dim")
        quoted.add(evidence)
