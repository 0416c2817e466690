"""Whatever is missing or wrong in what was seen, no verdict is better for it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from nornir_anycast.checks import evaluate
from nornir_anycast.errors import ParseError
from nornir_anycast.observation import Observation
from tests.unit.checks.network import NODES, ROLES, ROUTER_IDS, ROUTERS, Network, cells

RANK = {"ok": 0, "warning": 1, "unknown": 2, "critical": 3}
Fault = Callable[[Network], None]


def withdrawn(node: str) -> Fault:
    return lambda network: network.withdraw(node)


def dead(node: str) -> Fault:
    return lambda network: network.isolate(node)


def mute(node: str) -> Fault:
    return lambda network: network.say(node, "timeout")


def no_tcp(node: str) -> Fault:
    return lambda network: network.say(node, "refused", "tcp")


def no_route(router: str) -> Fault:
    return lambda network: network.routes[router].clear()


def no_neighbors(router: str) -> Fault:
    return lambda network: network.neighbors[router].clear()


faults = st.lists(
    st.one_of(
        *(st.sampled_from(NODES).map(make) for make in (withdrawn, dead, mute, no_tcp)),
        *(st.sampled_from(ROUTERS).map(make) for make in (no_route, no_neighbors)),
    ),
    max_size=3,
)
hosts = st.sets(st.sampled_from(sorted(ROLES)), min_size=1)


def broken(these: list[Fault]) -> Network:
    network = Network()
    for fault in these:
        fault(network)
    return network


@settings(deadline=None, max_examples=60)
@given(faults, hosts, st.sampled_from(["error", "view_error", "probe_error"]))
def test_a_host_that_failed_never_leads_to_ok(these: list[Fault], failed: set[str], how: str) -> None:
    observations = broken(these).observations()
    for host in failed:
        if how == "error":
            observations[host] = Observation(host=host, error="no TCP connection")
        elif how == "probe_error":
            observations[host] = replace(observations[host], answers=(), probe_error="not understood")
        elif host in ROUTER_IDS:
            observations[host] = replace(observations[host], view=None, view_error=ParseError("show", 1, "?"))
        else:
            observations[host] = Observation(host=host, error="no TCP connection")
    report = evaluate(Network().intent, observations)

    assert report.verdict in {"unknown", "critical"}
    if how == "error":
        assert {cell.state for key, cell in cells(report).items() if key[1] in failed} <= {"unknown"}
        assert {cell.installed for key, cell in cells(report).items() if key[1] in failed} <= {None}


@settings(deadline=None, max_examples=60)
@given(faults, hosts)
def test_out_of_scope_only_the_rest_is_judged(these: list[Fault], scope: set[str]) -> None:
    report = broken(these).judge(*sorted(scope))

    assert {cell.router for cell in report.origins} == scope & set(ROUTERS)
    assert report.verdict != "ok" or scope & set(ROUTERS)
    assert {answer.vantage for answer in report.answers} <= scope


@settings(deadline=None, max_examples=60)
@given(faults)
def test_verdicts_agree(these: list[Fault]) -> None:
    report = broken(these).judge()

    assert all(RANK[service.verdict] <= RANK[report.verdict] for service in report.services)
    assert all(RANK[finding.severity] <= RANK[report.verdict] for finding in report.findings)
    assert [RANK[finding.severity] for finding in report.findings] == sorted(
        (RANK[finding.severity] for finding in report.findings), reverse=True
    )
    assert (report.verdict == "ok") == (not report.findings and all(cell.state != "unknown" for cell in report.origins))
    for cell in report.origins:
        assert cell.state == "learned" or cell.cause
        assert cell.installed is not True or cell.state == "learned"


@settings(deadline=None, max_examples=60)
@given(st.lists(st.tuples(st.sampled_from(ROUTERS), st.sampled_from(["neighbors", "routes", "answers"])), min_size=1))
def test_less_seen_of_a_good_network_is_never_ok(dropped: list[tuple[str, str]]) -> None:
    network = Network()
    for router, what in dropped:
        getattr(network, what)[router] = []

    assert network.judge().verdict != "ok"


@settings(deadline=None, max_examples=60)
@given(st.sets(st.sampled_from(range(5)), min_size=1), st.sets(st.sampled_from(range(3)), max_size=3))
def test_every_lsa_is_needed(externals: set[int], segments: set[int]) -> None:
    network = Network()
    network.externals = [lsa for index, lsa in enumerate(network.externals) if index not in externals]
    network.network_lsas = [lsa for index, lsa in enumerate(network.network_lsas) if index not in segments]

    assert network.judge().verdict == "critical"
