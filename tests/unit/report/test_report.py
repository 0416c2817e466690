"""Reports: JSON whose fields are an interface, and a table that is harmless whatever a device printed."""

from __future__ import annotations

import json
from dataclasses import replace
from io import StringIO
from ipaddress import IPv4Address
from typing import Any

import pytest
from rich.console import Console

from nornir_anycast.checks import Cell, Evidence, Finding, HostChange, Report, ServiceVerdict
from nornir_anycast.report.changes import render_changes, render_changes_json
from nornir_anycast.report.json import render_json
from nornir_anycast.report.table import print_report
from nornir_anycast.terminal import harmless
from tests.unit.checks.network import Network, neighbor

EVIL = "[red]\x1b[2J\x1b]0;owned\x07\r\x9b31m\u202e\x00\ud800[/]"
HARMLESS = r"[red]\x1b[2J\x1b]0;owned\x07\r\x9b31m\u202e\x00\ud800[/]"


def table(report: Report, width: int = 80, *, terminal: bool = False) -> str:
    text = StringIO()
    print_report(report, Console(file=text, width=width, highlight=False, force_terminal=terminal, color_system=None))
    return text.getvalue()


def document(report: Report) -> dict[str, Any]:
    text = render_json(report)
    assert text.endswith("}\n")
    assert text.isascii()
    found: dict[str, Any] = json.loads(text)
    return found


def bad_network() -> Network:
    network = Network()
    network.withdraw("ns1", "internal")
    network.isolate("ns3")
    network.neighbors["r2"] = [n for n in network.neighbors["r2"] if n != neighbor("r2", "r1")]
    network.errors["client1"] = "client1: no TCP connection"
    network.logs["ns1"] = ("ospfd[7]: terminating",)
    return network


def test_json_has_the_fixed_fields() -> None:
    found = document(bad_network().judge())

    assert found["schema"] == 1
    assert found["verdict"] == "critical"
    assert {"schema", "verdict", "services", "origins", "findings"} <= found.keys()
    assert [set(service) for service in found["services"]] == [{"name", "vip", "verdict"}] * 2
    origin = {"service", "vip", "router", "node", "state", "installed", "cause"}
    assert all(origin <= set(row) for row in found["origins"])
    fields = {"check", "severity", "service", "host", "message", "evidence"}
    assert all(set(row) == fields for row in found["findings"])
    assert all(set(e) == {"host", "command", "lines"} for row in found["findings"] for e in row["evidence"])


def test_json_of_one_cell() -> None:
    (row,) = [
        row
        for row in document(bad_network().judge())["origins"]
        if (row["service"], row["router"], row["node"]) == ("internal", "r1", "ns1")
    ]

    assert (row["vip"], row["state"], row["installed"], row["cause"]) == (
        "203.0.113.153",
        "missing",
        False,
        "origin-missing",
    )


def test_json_of_a_good_network() -> None:
    found = document(Network().judge())

    assert found["services"][0] == {"name": "resolver", "vip": "203.0.113.53", "verdict": "ok"}
    assert found["findings"] == []
    assert {row["cause"] for row in found["origins"]} == {None}
    assert len(found["dns"]) == 20


def test_json_of_nothing() -> None:
    report = Report(verdict="unknown", services=(), origins=(), adjacencies=(), findings=(), answers=())

    assert document(report)["origins"] == []


def evil_report() -> Report:
    """Everything that can come from a device is evil."""
    report = bad_network().judge()
    finding = Finding(
        check="output-not-understood",
        severity="unknown",
        host="r1",
        message=f"r1: {EVIL}",
        evidence=(Evidence("r1", EVIL, (EVIL, "[bold", "[/]")),),
    )
    answers = tuple(replace(answer, answers=(EVIL,)) for answer in report.answers)
    dead = tuple(
        replace(answer, path="anycast", transport="udp", status=f"error: {EVIL}", answers=())
        for answer in report.answers
    )
    origins = tuple(replace(cell, cause=cell.cause or "x", reason=EVIL) for cell in report.origins)
    return replace(report, findings=(finding, *report.findings), answers=(*answers, *dead), origins=origins)


def test_json_of_evil_text_is_the_text() -> None:
    assert document(evil_report())["findings"][0]["message"] == f"r1: {EVIL}"


@pytest.mark.parametrize("terminal", [True, False])
def test_table_of_evil_text_is_harmless(terminal: bool) -> None:
    text = table(evil_report(), 400, terminal=terminal)

    assert f"r1: {HARMLESS}" in text
    assert f"| {HARMLESS}" in text
    assert "| [bold\n" in text
    assert "| [/]\n" in text
    assert all(letter.isprintable() or letter == "\n" for letter in text)
    text.encode("utf-8")


def test_table_of_a_good_network() -> None:
    assert [line.strip() for line in table(Network().judge()).splitlines() if line.strip(" ─")] == [
        "resolver  203.0.113.53/32  OK",
        "router   ns1         ns2         ns3",
        "r1       * cost 30   * cost 30   + cost 40",
        "r2       + cost 40   + cost 40   * cost 30",
        "client1 asks 203.0.113.53: answered by ns3 in 0.5 ms",
        "internal  203.0.113.153/32  OK",
        "router   ns1         ns3",
        "r1       * cost 30   + cost 40",
        "r2       + cost 40   * cost 30",
        "client1 asks 203.0.113.153: answered by ns3 in 0.5 ms",
        "* forwarding leads there   + learned   - missing   x its dead LSA   ? not known",
        "verdict: OK",
    ]


def test_table_says_the_cause_of_every_bad_cell() -> None:
    text = table(bad_network().judge(), 120)

    assert "- missing" in text
    assert "x unreachable" in text
    assert "origin-missing" in text
    assert "origin-unreachable" in text
    assert "ospfd[7]: terminating" in text
    assert text.rstrip().endswith("verdict: CRITICAL")


def test_evidence_is_quoted_once() -> None:
    evidence = Evidence("ns1", "log", ("ospfd[7]: terminating",))
    findings = tuple(Finding(check=c, severity="warning", message="m", evidence=(evidence,)) for c in ("a", "b"))
    text = table(replace(Network().judge(), findings=findings))

    assert text.count("ospfd[7]: terminating") == 1
    assert text.count("ns1: log (see above)") == 1


def wide_report(nodes: int, cause: str | None = None) -> Report:
    vip = IPv4Address("203.0.113.53")
    cells = tuple(
        Cell(
            service="resolver",
            vip=vip,
            router=f"router-{router}",
            node=f"nameserver{node:02}",
            state="missing" if cause else "learned",
            installed=node == 1,
            cause=cause,
            reason="the VIP is not on its loopback" if cause else None,
            cost=30,
        )
        for router in range(3)
        for node in range(1, nodes + 1)
    )
    services = (ServiceVerdict(name="resolver", vip=vip, verdict="ok"),)
    return Report(verdict="ok", services=services, origins=cells, adjacencies=(), findings=(), answers=())


@pytest.mark.parametrize("cause", [None, "origin-missing"])
@pytest.mark.parametrize("width", [20, 80])
def test_twenty_nodes_on_a_narrow_terminal(width: int, cause: str | None) -> None:
    lines = table(wide_report(20, cause), width).splitlines()

    matrix = lines[: next(i for i, line in enumerate(lines) if "forwarding leads there" in line)]
    assert matrix
    assert max(len(line) for line in matrix) <= width


@pytest.mark.parametrize("cause", [None, "origin-missing"])
def test_no_node_and_no_cell_is_lost_for_want_of_room(cause: str | None) -> None:
    text = table(wide_report(20, cause))

    for node in range(1, 21):
        assert f"nameserver{node:02}" in text
    assert text.count(cause or "cost 30") == 60
    assert text.count("resolver  203.0.113.53/32") == 1


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain äöü → ok", "plain äöü → ok"),
        ("two\nlines\tand a tab", "two\nlines\tand a tab"),
        ("\x1b[31mred", r"\x1b[31mred"),
        ("a\rb\x08c\x7f", r"a\rb\x08c\x7f"),
        ("\x9b2J", r"\x9b2J"),
        ("\u202eevil\u2028", r"\u202eevil\u2028"),
        ("\udcff", r"\udcff"),
        ("\U000e0041", r"\U000e0041"),
    ],
)
def test_harmless(text: str, shown: str) -> None:
    assert harmless(text) == shown


CHANGES = [
    HostChange(host="ns1", changed=True, diff="--- /dev/null\n+++ /etc/x\n+a\n"),
    HostChange(host="ns2", changed=False, diff=""),
    HostChange(host="ns3", changed=False, diff="", error="ns3: no TCP connection", is_known=False),
    HostChange(host="ns4", changed=False, diff=""),
]


def test_changes_as_text() -> None:
    assert render_changes(CHANGES, "would change") == (
        "== ns1: would change\n"
        "--- /dev/null\n"
        "+++ /etc/x\n"
        "+a\n"
        "== ns3: FAILED\n"
        "ns3: no TCP connection\n"
        "== unchanged: ns2, ns4\n"
        "1 of 4 hosts would change, 1 failed\n"
    )


def test_no_change() -> None:
    changes = [HostChange(host="ns2", changed=False, diff="")]

    assert render_changes(changes, "changed") == "== unchanged: ns2\n0 of 1 hosts changed\n"


def test_changes_as_json() -> None:
    found = json.loads(render_changes_json(CHANGES, "changed"))

    assert found["schema"] == 1
    assert found["hosts"][2] == {
        "host": "ns3",
        "changed": False,
        "diff": "",
        "error": "ns3: no TCP connection",
        "is_known": False,
    }


def test_changes_of_evil_files_are_harmless() -> None:
    text = render_changes([HostChange(host="ns1", changed=True, diff=f"-{EVIL}\n"), CHANGES[2]], "changed")

    assert f"-{HARMLESS}\n" in text
