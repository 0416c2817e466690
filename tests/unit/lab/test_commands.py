from __future__ import annotations

import os
from pathlib import Path

import pytest
from click.testing import CliRunner

from nornir_anycast.errors import LabError
from nornir_anycast.lab import LabHost, Row, commands, lifecycle
from nornir_anycast.lab.lab import environment
from nornir_anycast.lab.limits import needed
from nornir_anycast.lab.machine import Launch, nspawn_command
from tests.unit.lab.sample import SITE, hosts


class Site:
    def lab_hosts(self) -> tuple[Path, list[LabHost]]:
        return SITE, hosts()


@pytest.mark.parametrize("words", [["up"], ["down"]])
def test_without_root_it_says_what_to_type(words: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    result = CliRunner().invoke(commands.lab, words, obj=Site())
    assert isinstance(result.exception, LabError)
    assert str(result.exception).startswith("the lab needs root: run sudo ")


def test_missing_tools_are_named_by_package(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(LabError, match="apt-get install iproute2 systemd-container util-linux"):
        lifecycle.up(SITE, hosts())


def test_status_table() -> None:
    rows = [
        Row("ns1", "node", "bookworm", "running", ssh=True, uptime_s=75.2, boots=1, reason=None),
        Row("ns2", "node", "trixie", "failed", ssh=False, uptime_s=None, boots=2, reason="ended with status 1"),
    ]
    table = commands.status_table(rows)
    cells = [list(column.cells) for column in table.columns]
    assert cells[3] == ["running", "failed: ended with status 1"]
    assert cells[4] == ["yes", "no"]
    assert cells[5] == ["1 min 15 s", "-"]


def test_a_command_inside_gets_a_plain_environment() -> None:
    assert environment({"TERM": "xterm", "SECRET": "x"}).keys() == environment({}).keys()
    assert environment({"TERM": "xterm"})["TERM"] == "xterm"
    assert environment({})["TERM"] == "dumb"


def test_a_small_lab_leaves_the_kernels_limit_alone() -> None:
    assert needed(10) < 128 < needed(20)


def test_a_machine_is_not_registered_with_the_systems_systemd() -> None:
    launch = Launch("ns1", "na-ns1", "na-ns1", Path("/t"), Path("/d"), Path("/c"), ())
    command = nspawn_command(launch)
    assert "--register=no" in command
    assert "--keep-unit" in command
    assert "--machine=na-ns1" in command
    assert "--hostname=ns1" in command
