"""Plan, deploy and verify on a site: every host asked for is in the result, whatever happened to it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from nornir.core.inventory import Host
from nornir.core.task import Result, Task

from nornir_anycast import operations
from nornir_anycast.checks import Report
from nornir_anycast.errors import HostError, UsageError
from nornir_anycast.script import Section
from nornir_anycast.site import Site, load_site
from tests.unit.intent.sites import write_site
from tests.unit.node.fakes import FakeLinux


@pytest.fixture
def site(tmp_path: Path) -> Site:
    """The good site; no host has a connection yet."""
    return load_site(write_site(tmp_path))


def connect(site: Site, *names: str) -> dict[str, FakeLinux]:
    """Fake hosts behind these names; whoever has none is not reachable."""
    hosts = {name: FakeLinux() for name in names}
    for name, host in hosts.items():
        site.nornir.inventory.hosts[name].connections["netmiko"] = host  # type: ignore[assignment]  # a fake
        host.running = "router ospf\n ospf router-id 198.51.100.1\n!\n" if name.startswith("r") else ""
    return hosts


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """A host without a fake is one that does not answer."""

    def open_connection(*_: object, **__: object) -> None:
        raise ConnectionRefusedError(111, "Connection refused")

    monkeypatch.setattr(Host, "open_connection", open_connection)


def test_plan_then_deploy_then_nothing_to_do(site: Site) -> None:
    hosts = connect(site, "ns1", "ns2", "r1")

    planned = operations.plan(site)
    assert {change.host: change.changed for change in planned} == {"ns1": True, "ns2": True, "r1": True}
    assert [host.changes for host in hosts.values()] == [[], [], []]
    assert operations.deploy(site) == planned
    assert {change.host: (change.changed, change.diff) for change in operations.deploy(site)} == {
        "ns1": (False, ""),
        "ns2": (False, ""),
        "r1": (False, ""),
    }


def test_host_that_is_away_does_not_hold_the_others_and_is_never_left_out(site: Site) -> None:
    """Nornir drops a host that failed from later runs, and from their results."""
    connect(site, "ns1", "r1")
    for _ in range(2):
        changes = {change.host: change for change in operations.deploy(site)}
        assert list(changes) == ["ns1", "ns2", "r1"]
        assert changes["ns2"].error is not None
        assert changes["ns2"].error.startswith("ns2: no TCP connection to netops@ns2.example.net:22")
        assert (changes["ns2"].changed, changes["ns2"].is_known) == (False, False)
        assert changes["ns1"].error is None

    connect(site, "ns2")
    assert {change.host: change.error for change in operations.deploy(site)} == {"ns1": None, "ns2": None, "r1": None}


def test_host_that_refuses_is_known(site: Site) -> None:
    hosts = connect(site, "ns1", "ns2", "r1")
    hosts["ns1"].fails = lambda _: Section("dnsmasq: bad option", 1)
    changes = {change.host: change for change in operations.deploy(site)}

    assert changes["ns1"].error == "ns1: the change failed:\ndnsmasq: bad option"
    assert changes["ns1"].is_known
    assert changes["ns2"].changed


def test_only_the_hosts_asked_for(site: Site) -> None:
    hosts = connect(site, "ns1", "ns2", "r1")

    assert [change.host for change in operations.deploy(site, "role=router")] == ["r1"]
    assert [len(host.scripts) for host in hosts.values()] == [0, 0, 2]
    assert [change.host for change in operations.deploy(site, "ns2,client1")] == ["ns2"]


def test_verify_of_hosts_that_are_all_away_is_unknown(site: Site) -> None:
    report = operations.verify(site)

    assert report.verdict == "unknown"
    away = [f for f in report.findings if f.check == "host-unreachable"]
    assert [(f.host, f.severity) for f in away] == [(name, "unknown") for name in ("ns1", "ns2", "r1", "client1")]
    assert {cell.state for cell in report.origins} == {"unknown"}


def test_verify_polls_until_ok_or_the_deadline(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    nothing = Report(verdict="unknown", services=(), origins=(), adjacencies=(), findings=(), answers=())
    reports = [nothing, replace(nothing, verdict="critical"), replace(nothing, verdict="ok"), nothing]

    def judge(*_: object) -> Report:
        return reports.pop(0)

    monkeypatch.setattr(operations, "POLL_INTERVAL_S", 0.01)
    monkeypatch.setattr(operations, "look", lambda *_: {})
    monkeypatch.setattr(operations, "judge", judge)

    polled: list[str] = []
    report = operations.verify(site, wait_s=60, on_poll=lambda report: polled.append(report.verdict))
    assert (report.verdict, polled) == ("ok", ["unknown", "critical"])
    assert operations.verify(site).verdict == "unknown"
    assert reports == []


def test_error_of_a_subtask_is_found(site: Site) -> None:
    connect(site, "ns1")

    def inner(task: Task) -> Result:
        raise HostError(task.host.name, "the true reason")

    def outer(task: Task) -> Result:
        task.run(inner)
        return Result(host=task.host)

    result = site.nornir.filter(name="ns1").run(task=outer)["ns1"]

    assert str(operations.find_error(result)) == "ns1: the true reason"
    assert operations.find_error(None) is None
    assert operations.describe_error("ns1", None) == "ns1: nornir returned no result for it"
    assert operations.describe_error("ns1", KeyError("x")) == "ns1: KeyError: 'x'"


@pytest.mark.parametrize("returned", [None, "text", {"show": "text"}, {"show": {"output": "x"}}, 7])
def test_sites_own_task_that_returns_no_outputs(site: Site, monkeypatch: pytest.MonkeyPatch, returned: object) -> None:
    connect(site, "ns1", "ns2", "r1", "client1")

    def verify_anycast(task: Task) -> Result:
        return Result(host=task.host, result=returned)

    monkeypatch.setattr(operations, "_site_or", lambda *_: verify_anycast)
    report = operations.verify(site)

    assert report.verdict == "unknown"
    assert "ns1: the task returned no outputs" in report.findings[0].message


def test_seen_of_a_host_that_is_not_in_the_inventory(site: Site) -> None:
    with pytest.raises(UsageError, match="not in the inventory: ns7, ns8"):
        operations.judge(site, dict.fromkeys(("ns8", "ns1", "ns7")))  # type: ignore[arg-type]
