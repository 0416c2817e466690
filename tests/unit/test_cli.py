"""The command line: exit codes, clean streams, one clear message and never a traceback."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import SimpleNamespace

import click
import pytest
from click.testing import CliRunner

from nornir_anycast import cli, operations
from nornir_anycast.checks import HostChange, Report
from nornir_anycast.errors import AnycastError, HostError, UsageError
from nornir_anycast.report.json import render_json
from tests.unit.checks.network import Network
from tests.unit.intent.sites import Place, write_site

ROOT = Path(__file__).parents[2]


def commands(group: click.Command = cli.cli, *path: str) -> Iterator[tuple[str, ...]]:
    """Every command with its groups."""
    yield path
    if isinstance(group, click.Group):
        for name, command in group.commands.items():
            yield from commands(command, *path, name)


@pytest.mark.parametrize("command", list(commands()), ids=" ".join)
def test_help(command: tuple[str, ...]) -> None:
    done = CliRunner().invoke(cli.cli, [*command, "--help"])

    assert done.exit_code == 0
    assert done.stderr == ""
    assert done.stdout.startswith(f"Usage: cli {' '.join(command)}".rstrip())
    assert max(len(line) for line in done.stdout.splitlines()) <= 100


def test_commands_of_the_main_job() -> None:
    assert {"plan", "deploy", "verify", "lab"} <= set(cli.cli.commands)


@pytest.fixture(autouse=True)
def no_lab(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever lab is up on this machine is none of these tests' business."""
    monkeypatch.setattr("nornir_anycast.target.find_lab", lambda _: None)


class Program:
    """The program as it is started, in this process."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        self.monkeypatch, self.capsys = monkeypatch, capsys

    def run(self, *arguments: str) -> tuple[int, str, str]:
        """Exit code, standard output and standard error."""
        self.monkeypatch.setattr(sys, "argv", ["nornir-anycast", *arguments])
        with pytest.raises(SystemExit) as caught:
            cli.main()
        out, err = self.capsys.readouterr()
        assert "Traceback" not in out + err
        code = caught.value.code
        assert isinstance(code, int)
        return code, out, err


@pytest.fixture
def program(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Program:
    return Program(monkeypatch, capsys)


USAGE = [
    (["deplo"], "No such command 'deplo'"),
    (["plan", "--no-such-option"], "No such option"),
    (["plan", "--format", "xml"], "'xml' is not one of"),
    (["verify", "--wait", "soon"], "'soon' is not a valid float"),
    (["verify", "--wait", "-1"], "-1"),
    (["plan", "too", "many"], "unexpected extra argument"),
    (["--site"], "requires an argument"),
]


@pytest.mark.parametrize(("arguments", "said"), USAGE)
def test_usage_error_is_64(program: Program, arguments: list[str], said: str) -> None:
    code, out, err = program.run(*arguments)

    assert (code, out) == (64, "")
    assert said in err


def test_no_command_is_64_with_the_help(program: Program) -> None:
    code, out, err = program.run()

    assert (code, out) == (64, "")
    assert "Usage: " in err


@pytest.mark.parametrize("command", ["plan", "deploy", "verify"])
def test_site_that_is_none_is_64(program: Program, tmp_path: Path, command: str) -> None:
    assert program.run("--site", str(tmp_path), command) == (
        64,
        "",
        f"error: {tmp_path}: no inventory/hosts.yaml, hosts.yaml or config.yaml here (see --site)\n",
    )


WRONG: Mapping[Place, object] = {
    ("hosts.yaml", "ns1", "anycast", "routerid"): 1,
    ("hosts.yaml", "ns2", "anycast", "router_id"): "[red]\x1b[31m",
}


@pytest.mark.parametrize("command", ["plan", "deploy", "verify"])
def test_inventory_that_is_wrong_is_64_and_a_line_a_mistake(program: Program, tmp_path: Path, command: str) -> None:
    code, out, err = program.run("--site", str(write_site(tmp_path, WRONG)), command)

    assert (code, out) == (64, "")
    assert err.splitlines() == [
        "error: inventory/hosts.yaml: ns1: anycast.routerid: unknown key (see docs/inventory.md for the keys)",
        (
            "error: inventory/hosts.yaml: ns2: anycast.router_id: Input is not a valid IPv4 address "
            r"(seen: '[red]\x1b[31m')"
        ),
    ]


LAB_ONLY: Mapping[Place, object] = {("hosts.yaml", "ns1", "hostname"): "192.0.2.11"}


@pytest.mark.parametrize("command", ["plan", "deploy", "verify"])
def test_documentation_addresses_without_a_lab_are_64(program: Program, tmp_path: Path, command: str) -> None:
    site = write_site(tmp_path, LAB_ONLY)

    assert program.run("--site", str(site), command) == (
        64,
        "",
        (
            "error: ns1 have documentation addresses (RFC 5737), which exist only in a lab, and the lab of "
            f"{site} is not up; start it: nornir-anycast --site {site} lab up\n"
        ),
    )


def test_no_such_host_is_64(program: Program, tmp_path: Path) -> None:
    site = str(write_site(tmp_path))

    assert program.run("--site", site, "plan", "--hosts", "ns7") == (
        64,
        "",
        "error: --hosts: no such host: ns7 (hosts: ns1, ns2, r1, client1)\n",
    )


@pytest.mark.parametrize("command", ["plan", "deploy"])
def test_nothing_to_configure_is_64(program: Program, tmp_path: Path, command: str) -> None:
    code, out, err = program.run("--site", str(write_site(tmp_path)), command, "--hosts", "client1")

    assert (code, out) == (64, "")
    assert "none of them is a node or a router" in err


def test_host_key_checking_cannot_be_switched_off(program: Program, tmp_path: Path) -> None:
    options = {"netmiko": {"extras": {"ssh_strict": False}}}
    site = write_site(tmp_path, {("hosts.yaml", "ns1", "connection_options"): options})
    code, out, err = program.run("--site", str(site), "plan")

    assert (code, out) == (64, "")
    assert err == (
        "error: ns1: connection_options.netmiko.extras.ssh_strict: false is refused; add the host's key to your known "
        "hosts instead\n"
    )


RAISED: list[tuple[BaseException, int, str]] = [
    (RuntimeError("boom"), 3, "error: unexpected: RuntimeError: boom (NORNIR_ANYCAST_DEBUG=1 shows where)\n"),
    (
        ValueError("[/red]\x1b[2J"),
        3,
        "error: unexpected: ValueError: [/red]\\x1b[2J (NORNIR_ANYCAST_DEBUG=1 shows where)\n",
    ),
    (HostError("ns1", "gone"), 3, "error: ns1: gone\n"),
    (AnycastError("two\nlines"), 3, "error: two\nerror: lines\n"),
    (UsageError("not so"), 64, "error: not so\n"),
    (KeyboardInterrupt(), 130, "\nerror: interrupted\n"),
]


@pytest.mark.parametrize(("raised", "code", "said"), RAISED)
def test_errors_become_messages(
    program: Program, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, raised: BaseException, code: int, said: str
) -> None:
    def plan(*_: object) -> None:
        raise raised

    monkeypatch.delenv("NORNIR_ANYCAST_DEBUG", raising=False)
    monkeypatch.setattr(operations, "plan", plan)

    assert program.run("--site", str(write_site(tmp_path)), "plan") == (code, "", said)


def test_debugging_shows_where(program: Program, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def plan(*_: object) -> None:
        raise RuntimeError("boom")

    monkeypatch.setenv("NORNIR_ANYCAST_DEBUG", "1")
    monkeypatch.setattr(operations, "plan", plan)
    with pytest.raises(RuntimeError, match="boom"):
        program.run("--site", str(write_site(tmp_path)), "plan")


GOOD = HostChange(host="ns1", changed=True, diff="+ lo: 203.0.113.53/32\n")
SAME = HostChange(host="ns2", changed=False, diff="")
REFUSED = HostChange(host="r1", changed=False, diff="", error="r1: refused")
AWAY = HostChange(host="r1", changed=False, diff="", error="r1: no TCP connection", is_known=False)
CODES = [([], 0), ([SAME], 0), ([GOOD, SAME], 0), ([GOOD, REFUSED], 2), ([GOOD, AWAY], 3), ([AWAY, REFUSED], 2)]


@pytest.mark.parametrize("command", ["plan", "deploy"])
@pytest.mark.parametrize(("changes", "code"), CODES)
def test_exit_code_of_changes(
    program: Program,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    command: str,
    changes: list[HostChange],
    code: int,
) -> None:
    monkeypatch.setattr(operations, command, lambda *_: changes)
    seen, out, err = program.run("--site", str(write_site(tmp_path)), command, "--format", "json")

    assert (seen, err) == (code, "")
    assert [row["host"] for row in json.loads(out)["hosts"]] == [change.host for change in changes]


def test_dry_run_is_a_plan(program: Program, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(operations, "plan", lambda *_: [GOOD])
    monkeypatch.setattr(operations, "deploy", lambda *_: pytest.fail("it was deployed"))

    assert program.run("--site", str(write_site(tmp_path)), "deploy", "--dry-run") == (
        0,
        "== ns1: would change\n+ lo: 203.0.113.53/32\n1 of 1 hosts would change\n",
        "",
    )


def reports() -> dict[str, Report]:
    """One of each verdict."""
    networks = {verdict: Network() for verdict in ("ok", "warning", "critical", "unknown")}
    networks["warning"].neighbors["r1"].clear()
    networks["critical"].withdraw("ns1")
    networks["unknown"].errors["ns1"] = "ns1: no TCP connection"
    return {verdict: network.judge() for verdict, network in networks.items()}


@pytest.mark.parametrize(("verdict", "code"), [("ok", 0), ("warning", 1), ("critical", 2), ("unknown", 3)])
def test_exit_code_of_verify(
    program: Program, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, verdict: str, code: int
) -> None:
    report = reports()[verdict]
    monkeypatch.setattr(operations, "verify", lambda *_: report)
    site = str(write_site(tmp_path))

    assert report.verdict == verdict
    assert program.run("--site", site, "verify", "--format", "json") == (code, render_json(report), "")
    seen, out, err = program.run("--site", site, "verify")
    assert (seen, err) == (code, "")
    assert f"verdict: {verdict.upper()}" in out
    assert "\x1b" not in out


def test_output_goes_to_a_file_whole(program: Program, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(operations, "verify", lambda *_: reports()["ok"])
    site, output = str(write_site(tmp_path)), tmp_path / "report.json"

    assert program.run("--site", site, "verify", "--format", "json", "--output", str(output)) == (0, "", "")
    assert json.loads(output.read_text())["verdict"] == "ok"
    assert output.stat().st_mode & 0o777 == 0o600
    assert program.run("--site", site, "verify", "--output", str(output)) == (0, "", "")
    assert "verdict: OK" in output.read_text()


def test_output_that_cannot_be_written_is_64(program: Program, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(operations, "plan", lambda *_: [GOOD])
    site, output = str(write_site(tmp_path)), tmp_path / "no such folder" / "plan.txt"

    assert program.run("--site", site, "plan", "--output", str(output)) == (
        64,
        "",
        f"error: {output}: cannot be written: No such file or directory\n",
    )


def test_lab_is_said_whatever_the_folder_is_called(
    program: Program, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Lab:
        key_file = known_hosts = tmp_path / "key"
        addresses: Mapping[str, str] = {}
        plan = SimpleNamespace(machines=())

        def enter(self) -> None:
            """This process stays where it is."""

    folder = tmp_path / "[bold]site [" / "red]"
    folder.mkdir(parents=True)
    monkeypatch.setattr("nornir_anycast.target.find_lab", lambda _: Lab())
    monkeypatch.setattr(operations, "plan", lambda *_: [SAME])
    code, _, err = program.run("--site", str(write_site(folder)), "plan")

    assert code == 0
    assert err == f"talking to the lab twin of {folder} (--live for the hosts themselves)\n"


def start(*arguments: str, stdout: int = subprocess.PIPE) -> subprocess.CompletedProcess[str]:
    """The program as a user starts it."""
    command = [sys.executable, "-m", "nornir_anycast", *arguments]
    return subprocess.run(command, stdout=stdout, stderr=subprocess.PIPE, text=True, check=False, timeout=60)


def test_as_a_process(tmp_path: Path) -> None:
    done = start("--site", str(write_site(tmp_path, WRONG)), "plan")

    assert (done.returncode, done.stdout) == (64, "")
    assert done.stderr.startswith("error: inventory/hosts.yaml: ns1: anycast.routerid: unknown key")
    assert len(done.stderr.splitlines()) == 2


def test_version_as_a_process() -> None:
    done = start("--version")

    assert (done.returncode, done.stderr) == (0, "")
    assert re.fullmatch(r".*, version \d+\.\d+\.\S+\n", done.stdout)


@pytest.mark.parametrize("arguments", [["verify"], ["verify", "--format", "json"]])
def test_reader_that_went_away(tmp_path: Path, arguments: list[str]) -> None:
    """`nornir-anycast verify | head -1`: no traceback, no word about a broken pipe, and not the 1 of a WARNING."""
    program = (
        "import sys; from nornir_anycast import cli, operations, target; "
        "from tests.unit.checks.network import Network; "
        "target.find_lab = lambda _: None; sys.argv[0] = 'nornir-anycast'; "
        "operations.verify = lambda *_: Network().judge(); cli.main()"
    )
    command = [sys.executable, "-c", program, "--site", str(write_site(tmp_path)), *arguments]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT) as process:
        assert process.stdout
        assert process.stderr
        process.stdout.close()
        said = process.stderr.read()

    assert (process.returncode, said) == (3, "")
