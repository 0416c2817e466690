"""The Nornir tasks against hosts that are none: what is looked at, what is changed, and what is said of it."""

from __future__ import annotations

import getpass
import grp
import json
import os
import subprocess
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from pathlib import Path
from typing import Any

import pytest
from nornir.core.exceptions import NornirSubTaskError
from nornir.core.task import MultiResult, Result, Task

from nornir_anycast.connection import run_script
from nornir_anycast.errors import CommandFailed, ConnectionFailed, HostError
from nornir_anycast.node.part import NodeContext, TemplateFile
from nornir_anycast.plugins.tasks import apply_parts, configure_linux_node, configure_router, observe
from nornir_anycast.script import Section
from tests.unit.node.fakes import FakeChannel, FakeCli, FakeLinux, nornir_with
from tests.unit.node.nodes import build

GOLDEN = Path(__file__).parent / "node" / "golden"


LOOPBACK_THEN = (
    "--- loopback, then\n$ ip addr replace 203.0.113.53/32 dev lo\n$ ip addr replace 203.0.113.153/32 dev lo\n"
)
SETTLE = "# wait until ospfd originates 203.0.113.53, 203.0.113.153; put an address back that it forgot\n"


def error_of(result: MultiResult) -> BaseException:
    """What the task raised; nornir keeps it as the last result's exception."""
    errors = [
        item.exception for item in result if item.exception and not isinstance(item.exception, NornirSubTaskError)
    ]
    assert result.failed
    assert len(errors) == 1
    return errors[0]


def configure(host: FakeLinux, *, dry_run: bool = False) -> MultiResult:
    return nornir_with(build(), ns1=host).run(task=configure_linux_node, dry_run=dry_run)["ns1"]


def state(host: FakeLinux) -> dict[str, Any]:
    return {key: repr(value) for key, value in vars(host).items() if key not in {"scripts", "fails"}}


def test_plan_changes_nothing_and_shows_what_deploy_would_do() -> None:
    host = FakeLinux()
    before = state(host)

    planned = configure(host, dry_run=True)[0]

    assert state(host) == before
    assert host.changes == []
    assert len(host.scripts) == 1
    assert planned.changed
    assert planned.result == {"changed": ["kernel", "loopback", "dnsmasq", "frr"], "router_id_before": None}
    assert "--- /dev/null\n+++ /etc/frr/frr.conf\n" in planned.diff
    assert "+ ospf router-id 198.51.100.11\n" in planned.diff
    assert (
        "--- /etc/frr/daemons\n+++ /etc/frr/daemons\n@@ -1,2 +1,2 @@\n zebra=yes\n-ospfd=no\n+ospfd=yes\n"
        in planned.diff
    )
    assert "--- loopback, running system\n+ lo: 203.0.113.53/32\n+ lo: 203.0.113.153/32\n" in planned.diff
    assert planned.diff.endswith(f"--- frr, then\n$ systemctl -q enable frr\n$ systemctl restart frr\n{SETTLE}")
    assert configure(host)[0].diff == planned.diff


def test_deploy_makes_the_host_as_wanted_in_two_round_trips() -> None:
    host = FakeLinux()

    done = configure(host)[0]

    assert done.changed
    assert len(host.scripts) == 2
    assert host.files["/etc/frr/frr.conf"] == ((GOLDEN / "ns1-etc-frr-frr.conf").read_text(), "640", "frr:frr")
    assert host.files["/etc/frr/daemons"] == ("zebra=yes\nospfd=yes\n", "640", "frr:frr")
    assert host.loopback == ["127.0.0.1/8", "203.0.113.53/32", "203.0.113.153/32"]
    assert host.active == host.enabled - {"networking"} == {"dnsmasq", "frr"}


def test_second_deploy_changes_nothing_and_says_so() -> None:
    host = FakeLinux()
    configure(host)
    before, sent = state(host), len(host.scripts)

    again = configure(host)[0]

    assert (again.changed, again.diff, again.result) == (
        False,
        "",
        {"changed": [], "router_id_before": "198.51.100.11"},
    )
    assert state(host) == before
    assert len(host.scripts) == sent + 1
    assert len(host.changes) == 1


def test_plan_of_a_host_that_is_as_wanted() -> None:
    host = FakeLinux()
    configure(host)

    planned = configure(host, dry_run=True)[0]

    assert (planned.changed, planned.diff) == (False, "")


def test_one_drifted_setting_is_the_only_change() -> None:
    host = FakeLinux()
    configure(host)
    host.loopback.remove("203.0.113.153/32")

    done = configure(host)[0]

    assert done.diff == "--- loopback, running system\n+ lo: 203.0.113.153/32\n" + LOOPBACK_THEN
    assert done.result == {"changed": ["loopback"], "router_id_before": "198.51.100.11"}
    assert "dnsmasq" not in host.changes[-1]
    assert "frr" not in host.changes[-1]


def test_mode_and_owner_are_a_difference() -> None:
    host = FakeLinux()
    configure(host)
    text, _, _ = host.files["/etc/frr/frr.conf"]
    host.files["/etc/frr/frr.conf"] = (text, "644", "root:root")

    done = configure(host)[0]

    assert done.diff == (
        "-/etc/frr/frr.conf: mode 0644 root:root\n"
        "+/etc/frr/frr.conf: mode 0640 frr:frr\n"
        "--- frr, then\n"
        f"$ systemctl reload frr\n{SETTLE}"
    )
    assert host.files["/etc/frr/frr.conf"] == (text, "640", "frr:frr")


def test_results_can_be_json() -> None:
    host = FakeLinux()
    results = [configure(host, dry_run=True), configure(host), configure(host)]

    assert [json.loads(json.dumps(result[0].result)) for result in results] == [
        {"changed": ["kernel", "loopback", "dnsmasq", "frr"], "router_id_before": None},
        {"changed": ["kernel", "loopback", "dnsmasq", "frr"], "router_id_before": None},
        {"changed": [], "router_id_before": "198.51.100.11"},
    ]


def test_change_that_fails_is_an_error_with_the_last_lines() -> None:
    host = FakeLinux()
    host.fails = lambda _: Section("\n".join(f"line {n}" for n in range(1, 21)), 1)

    error = error_of(configure(host))

    assert isinstance(error, CommandFailed)
    assert str(error) == "ns1: the change failed:\n" + "\n".join(f"line {n}" for n in range(9, 21))


def test_host_that_is_not_as_wanted_after_the_change_is_an_error() -> None:
    host = FakeLinux()
    configure(host)
    host.loopback.remove("203.0.113.53/32")
    host.is_deaf = True

    error = error_of(configure(host))

    assert isinstance(error, HostError)
    assert str(error) == (
        "ns1: after the change it is still not as wanted:\n--- loopback, running system\n+ lo: 203.0.113.53/32\n"
        + LOOPBACK_THEN
    )


def test_host_that_must_not_be_configured_is_not_touched() -> None:
    host = FakeLinux(daemons=None)
    host.tools = ["systemctl"]

    error = error_of(configure(host))

    assert str(error) == (
        "ns1: cannot be configured: loopback: neither systemd-networkd runs here nor is ifupdown installed: no way to "
        "keep the VIP over a reboot; dnsmasq: dnsmasq is not installed (Debian: apt install dnsmasq); frr: FRR is not "
        "installed (Debian: apt install frr frr-pythontools)"
    )
    assert host.changes == []


def test_host_that_is_not_understood_is_not_touched() -> None:
    host = FakeLinux()
    host.extra["sysctls"] = Section("sysctl: command not found", 127)

    error = error_of(configure(host))

    assert isinstance(error, HostError)
    assert str(error) == "ns1: sysctls: line 1: failed with exit status 127: 'sysctl: command not found'"
    assert host.changes == []


def test_hosts_do_not_hold_each_other() -> None:
    good, bad = FakeLinux(), FakeLinux()
    bad.fails = lambda _: Section("no space left on device", 1)

    results = nornir_with(build(), ns1=bad, ns2=good).run(task=configure_linux_node)

    assert results["ns1"].failed
    assert results["ns2"][0].changed
    assert "203.0.113.53/32" in good.loopback


def test_no_root_on_the_host() -> None:
    host = FakeLinux()
    host.status, host.errors = 1, b"sudo: a password is required\n"

    error = error_of(configure(host))

    assert isinstance(error, CommandFailed)
    assert str(error) == (
        "ns1: cannot run commands as root there (root or passwordless sudo): sudo: a password is required"
    )


@pytest.mark.parametrize(
    ("cut", "said"), [(0, "line 0: the output ends"), (40, "line 1: not understood"), (400, "the output ends")]
)
def test_answer_that_arrives_in_part(cut: int, said: str) -> None:
    host = FakeLinux()
    host.cut = cut

    error = error_of(configure(host))

    assert isinstance(error, CommandFailed)
    assert said in str(error)
    assert host.changes == []


@pytest.mark.parametrize(
    ("raised", "kind", "said"),
    [
        (TimeoutError(), CommandFailed, "ns1: no whole answer within 120 s"),
        (EOFError(), ConnectionFailed, "ns1: the SSH connection broke: EOFError()"),
        (OSError("reset"), ConnectionFailed, "ns1: the SSH connection broke: OSError('reset')"),
    ],
)
def test_connection_that_breaks(
    monkeypatch: pytest.MonkeyPatch, raised: Exception, kind: type[HostError], said: str
) -> None:
    def recv(*_: object) -> bytes:
        raise raised

    monkeypatch.setattr(FakeChannel, "recv", recv)
    error = error_of(configure(FakeLinux()))

    assert type(error) is kind
    assert str(error) == said


def test_bytes_that_are_no_text_do_not_break_the_answer() -> None:
    host = FakeLinux()
    seen: dict[str, Section] = {}

    def work(task: Task) -> Result:
        seen.update(run_script(task, {"tools": "cat /dev/urandom"}))
        return Result(host=task.host)

    answer = host.answer
    host.answer = lambda script: answer(script).replace(b"dnsmasq", b"dns\xff\xfemasq")  # type: ignore[method-assign]
    nornir_with(build(), ns1=host).run(task=work)

    assert seen["tools"].lines[1] == "dns\ufffd\ufffdmasq"


class Note:
    """A part as a site may write it: one file of its own, checked before it is installed."""

    name = "note"

    def __init__(self, context: NodeContext, path: Path, text: str, owner: str) -> None:
        self.context, self.path, self.text, self.owner = context, path, text, owner

    def problems(self) -> Sequence[str]:
        return ()

    def files(self) -> Sequence[TemplateFile]:
        check = 'grep -q good "$staged"'
        return (TemplateFile(str(self.path), "verbatim.j2", {"text": self.text}, 0o600, self.owner, check),)

    def drift(self, rendered: Mapping[str, str]) -> Sequence[str]:
        assert list(rendered) == [str(self.path)]
        return ()

    def activate(self, changed: AbstractSet[str]) -> Sequence[str]:
        assert changed == {str(self.path)}
        return (f"echo active >> {self.path}.log",)


class RealShell(FakeLinux):
    """Runs the sections that concern a file below a folder with the `sh` of this machine."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self.folder = folder

    def run(self, name: str, text: str) -> Section:
        if name != "apply" and str(self.folder) not in name:
            return super().run(name, text)
        done = subprocess.run(["sh", "-c", text], capture_output=True, text=True, check=False, timeout=20)
        return Section((done.stdout + done.stderr).removesuffix("\n"), done.returncode)


def apply_note(host: FakeLinux, path: Path, text: str) -> MultiResult:
    owner = f"{getpass.getuser()}:{grp.getgrgid(os.getgid()).gr_name}"

    def work(task: Task) -> Result:
        return apply_parts(task, [lambda context: Note(context, path, text, owner)])

    return nornir_with(build(), ns1=host).run(task=work)["ns1"]


def test_a_sites_own_part_is_applied_once(tmp_path: Path) -> None:
    host, path = RealShell(tmp_path), tmp_path / "new folder" / "note"

    first, second = apply_note(host, path, "good\n"), apply_note(host, path, "good\n")

    assert not first.failed, error_of(first)
    assert first[0].diff == (
        f"--- /dev/null\n+++ {path}\n@@ -0,0 +1 @@\n+good\n--- note, then\n$ echo active >> {path}.log\n"
    )
    assert (second[0].changed, second[0].diff) == (False, "")
    assert path.read_text() == "good\n"
    assert path.stat().st_mode & 0o7777 == 0o600


def test_file_that_is_refused_changes_nothing(tmp_path: Path) -> None:
    host, path = RealShell(tmp_path), tmp_path / "note"
    path.write_text("old\n")

    error = error_of(apply_note(host, path, "bad\n"))

    assert str(error) == f"ns1: the change failed:\n{path}: refused, nothing was changed"
    assert path.read_text() == "old\n"
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["note"]


RUNNING = "hostname r1\n!\nrouter ospf\n ospf router-id 198.51.100.1\n passive-interface eth9\n!\n"


def linux_router(running: str = RUNNING) -> FakeLinux:
    host = FakeLinux()
    host.running = running
    return host


def configure_r1(host: FakeLinux, *, dry_run: bool = False) -> MultiResult:
    return nornir_with(build(), r1=host).run(task=configure_router, dry_run=dry_run)["r1"]


NETWORKS = [
    "network 192.0.2.0/28 area 0.0.0.0",
    "network 192.0.2.16/28 area 0.0.0.1",
    "network 192.0.2.32/28 area 0.0.0.0",
]


def test_plan_of_a_router_changes_nothing() -> None:
    host = linux_router()

    planned = configure_r1(host, dry_run=True)[0]

    assert planned.changed
    assert planned.diff == "  router ospf\n" + "".join(f"+  {line}\n" for line in NETWORKS)
    assert (host.running, host.changes) == (RUNNING, [])


def test_deploy_of_a_router_saves_and_leaves_the_rest_alone() -> None:
    host = linux_router()

    done = configure_r1(host)[0]

    assert done.result == {"commands": ["router ospf", *NETWORKS, "exit"]}
    assert host.changes[0].startswith("vtysh -c 'configure terminal' -c 'router ospf' -c 'network 192.0.2.0/28 ")
    assert host.changes[0].endswith(" -c end -c 'write memory'")
    assert " passive-interface eth9\n" in host.running
    assert configure_r1(host)[0].changed is False
    assert len(host.changes) == 1


def test_router_that_refuses_a_line() -> None:
    host = linux_router()
    host.fails = lambda _: Section("% Unknown command:\n network x", 1)

    error = error_of(configure_r1(host))

    assert isinstance(error, CommandFailed)
    assert str(error) == "r1: the router refused the configuration: % Unknown command: network x"


def test_router_that_takes_a_line_without_a_word_and_without_effect() -> None:
    """As Quagga does while ospfd is down."""
    host = linux_router()
    host.is_deaf = True

    error = error_of(configure_r1(host))

    assert str(error).startswith("r1: after the change the router still lacks:\n  router ospf\n+  network 192.0.2.0/28")


@pytest.mark.parametrize(
    ("name", "section", "said"),
    [
        ("running", Section("", 0), "'show running-config' failed (status 0): nothing"),
        (
            "running",
            Section("ospfd is not running", 1),
            "'show running-config' failed (status 1): ospfd is not running",
        ),
        ("version", Section("vtysh: not found", 127), "'show version' failed (status 127): vtysh: not found"),
        (
            "version",
            Section("Quagga 1.2.4 (r1).", 0),
            "only FRR routers can be configured as yet; this one says 'Quagga",
        ),
        (
            "running",
            Section("router ospf\n ospf router-id 198.51.100.9\n", 0),
            "runs with router-id 198.51.100.9, the inventory says 198.51.100.1; mend the inventory",
        ),
    ],
)
def test_router_that_cannot_be_read_is_not_touched(name: str, section: Section, said: str) -> None:
    host = linux_router()
    host.extra[name] = section

    error = error_of(configure_r1(host))

    assert isinstance(error, HostError)
    assert str(error).startswith(f"r1: {said}")
    assert host.changes == []


def cli_intent() -> Any:
    intent = build()
    router = intent.hosts["r1"].model_copy(update={"platform": "cisco_ios"})
    return intent.model_copy(update={"hosts": intent.hosts | {"r1": router}})


def cli_router() -> FakeCli:
    return FakeCli({"show version": "FRRouting 8.4.4 (r1).", "show running-config": f"frr version 8.4.4\n{RUNNING}"})


def test_cli_router_is_configured_at_its_prompt() -> None:
    router = cli_router()
    nornir = nornir_with(cli_intent(), r1=router)

    planned = nornir.run(task=configure_router, dry_run=True)["r1"][0]
    assert (planned.changed, router.entered, router.is_saved) == (True, [], False)

    done = nornir.run(task=configure_router)["r1"][0]
    assert done.diff == planned.diff
    assert router.entered == ["router ospf", *NETWORKS, "exit"]
    assert router.is_saved

    assert nornir.run(task=configure_router)["r1"][0].changed is False


def test_cli_router_that_refuses_a_line_is_not_saved() -> None:
    router = cli_router()
    router.refuses = NETWORKS[1]

    error = error_of(nornir_with(cli_intent(), r1=router).run(task=configure_router)["r1"])

    assert isinstance(error, CommandFailed)
    assert str(error) == (f"r1: the router refused the configuration: Invalid input detected at command: {NETWORKS[1]}")
    assert not router.is_saved


def test_cli_router_that_does_not_know_a_command() -> None:
    router = FakeCli({"show version": "FRRouting 8.4.4 (r1)."})

    error = error_of(nornir_with(cli_intent(), r1=router).run(task=configure_router)["r1"])

    assert str(error) == "r1: 'show running-config' failed (status 1): % Unknown command."


def test_cli_router_without_a_prompt() -> None:
    router = cli_router()
    router.is_silent = True

    error = error_of(nornir_with(cli_intent(), r1=router).run(task=configure_router)["r1"])

    assert isinstance(error, HostError)
    assert str(error) == "r1: no whole answer to 'show version': Pattern not detected"


def test_observe_keeps_what_was_printed() -> None:
    host = FakeLinux()
    host.run = lambda name, text: Section(f"said of {name}", int("ospf" in text))  # type: ignore[method-assign]

    result = nornir_with(build(), ns1=host).run(task=observe)["ns1"][0]

    assert result.changed is False
    assert json.loads(json.dumps(result.result)) == result.result
    assert result.result["show ip ospf json"] == {"output": "said of show ip ospf json", "status": 1}
    assert {"units", "loopback", "logs", "show ip route 203.0.113.53/32 json"} <= result.result.keys()
    assert len(host.scripts) == 1


def test_observe_asks_the_vips_from_routers_and_only_from_there() -> None:
    node, router = FakeLinux(), FakeLinux()
    for host in (node, router):
        host.run = lambda *_: Section("", 0)  # type: ignore[method-assign]

    nornir_with(build(), ns1=node, r1=router).run(task=observe)

    assert "'probe'" not in node.scripts[0]
    assert "'probe'" in router.scripts[0]


def test_observe_at_a_prompt() -> None:
    router = FakeCli({"show version": "FRRouting 8.4.4 (r1).", "show ip ospf json": "{}"})

    result = nornir_with(cli_intent(), r1=router).run(task=observe)["r1"][0].result

    assert result["show ip ospf json"] == {"output": "{}", "status": 0}
    assert result["show ip ospf interface json"] == {"output": "% Unknown command.", "status": 1}
