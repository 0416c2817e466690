"""Our SPF and the routers' own agree, on topologies made at random from seeds.

Each is started on FRR's daemons, and the RIBs are held against what our SPF makes of the LSDBs. Then one host is
unplugged, and they are held against that again, and against what was predicted. ``NORNIR_ANYCAST_SEEDS=7,100-119``
takes other seeds than the usual ones.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from ipaddress import IPv4Network
from pathlib import Path

import pytest

from nornir_anycast.lab.trees import ensure
from nornir_anycast.ospf.model import Lsdb, NextHop
from tests.lab.topologies.compare import (
    LOOP,
    Compared,
    Shown,
    catchments,
    compare_catchments,
    compare_forwarding,
    compare_networks,
    compare_readings,
    differences,
    predict_without,
    trace,
    views,
)
from tests.lab.topologies.daemons import Network, left_behind, sweep
from tests.lab.topologies.generate import DESIGNS, generate
from tests.lab.topologies.seen import RibRoute
from tests.lab.topologies.topology import Topology
from tests.lab.topologies.trial import Trial, run_trial

SEEDS = {"bookworm": "1-11,13-25", "trixie": "26-33"}
"""By root tree: FRR 8.4.4 and 10.3. On seed 12 the ospfd of 8.4.4 crashes more often than not; see ``run_trial``."""
AT_ONCE = 10
"""Topologies that run at the same time. They mostly wait for timers: two processors are not busy with so many."""


@dataclass(frozen=True, slots=True)
class Case:
    """A topology on the daemons of a root tree."""

    tree: str
    seed: int

    def __str__(self) -> str:
        return f"{self.tree}-{self.seed}"


def parse_seeds(text: str) -> list[int]:
    """Read ``7,100-119``."""
    ends = [part.split("-") for part in text.split(",")]
    return [seed for part in ends for seed in range(int(part[0]), int(part[-1]) + 1)]


ASKED = os.environ.get("NORNIR_ANYCAST_SEEDS")
CASES = [Case(tree, seed) for tree, seeds in SEEDS.items() for seed in parse_seeds(ASKED or seeds)]

Trials = dict[Case, Future[Trial]]

every_case = pytest.mark.parametrize("case", CASES, ids=str)


@pytest.fixture(scope="module")
def trees(root: None) -> dict[str, Path]:  # noqa: ARG001 - fixtures are asked for by name
    sweep()
    return ensure(SEEDS, Path.cwd(), lambda line: print(line, file=sys.stderr))  # noqa: T201


@pytest.fixture(scope="module")
def trials(trees: dict[str, Path], request: pytest.FixtureRequest) -> Iterator[Trials]:
    """Run some topologies at a time: those of the tests that were chosen, or one where no test names any."""
    named = [
        item.callspec.params.get("case")
        for item in request.session.items
        if isinstance(item, pytest.Function) and hasattr(item, "callspec")
    ]
    chosen = [case for case in CASES if case in named] or CASES[:1]
    executor = ThreadPoolExecutor(AT_ONCE)
    try:
        yield {case: executor.submit(run_trial, case.seed, trees[case.tree]) for case in chosen}
    finally:
        executor.shutdown(cancel_futures=True)


@pytest.fixture
def trial(trials: Trials, case: Case) -> Trial:
    try:
        return trials[case].result()
    except Exception as error:
        raise AssertionError(f"{error}\n{generate(case.seed)}") from error


@pytest.fixture
def any_trial(trials: Trials) -> Trial:
    """Return the first trial: what is done with it costs nothing."""
    return next(iter(trials.values())).result()


def compare_all(topology: Topology, shown: Shown) -> Iterator[Compared]:
    predicted = catchments(topology, views(shown))
    yield from compare_networks(topology, shown)
    yield from compare_readings(topology, shown)
    yield from compare_catchments(topology, predicted, shown)
    yield from compare_forwarding(topology, predicted, shown)


def assert_agree(trial: Trial, compared: Iterator[Compared]) -> None:
    """Fail with all differences and the topology."""
    found = differences(compared)
    assert not found, f"{found}\nunplugged afterwards: {trial.victim}\n{trial.topology}"


@every_case
def test_the_routers_do_what_our_spf_says(trial: Trial) -> None:
    assert_agree(trial, compare_all(trial.topology, trial.before))


@every_case
def test_so_they_do_when_a_host_is_gone(trial: Trial) -> None:
    assert_agree(trial, compare_all(trial.topology, trial.after))


@every_case
def test_what_is_predicted_is_what_happens(trial: Trial) -> None:
    predicted = predict_without(trial.topology, trial.before, trial.victim)
    assert_agree(trial, compare_catchments(trial.topology, predicted, trial.after))


def changed(shown: Shown, change: Callable[[Lsdb], Lsdb]) -> Shown:
    """Return what the hosts showed, with another LSDB."""
    return {host: replace(seen, view=replace(seen.view, lsdb=change(seen.view.lsdb))) for host, seen in shown.items()}


def dearer(lsdb: Lsdb) -> Lsdb:
    """Add 1 to the cost of all links."""
    routers = (
        replace(lsa, links=tuple(replace(link, metric=link.metric + 1) for link in lsa.links)) for lsa in lsdb.routers
    )
    return replace(lsdb, routers=tuple(routers))


def without_externals(lsdb: Lsdb) -> Lsdb:
    return replace(lsdb, externals=())


def test_a_wrong_cost_is_found(any_trial: Trial) -> None:
    topology, shown = any_trial.topology, any_trial.before
    wrong = changed(shown, dearer)

    assert differences(compare_networks(topology, wrong))
    assert differences(compare_catchments(topology, catchments(topology, views(wrong)), shown))


def test_a_missing_announcement_is_found(any_trial: Trial) -> None:
    topology, shown = any_trial.topology, any_trial.before
    wrong = changed(shown, without_externals)

    assert differences(compare_catchments(topology, catchments(topology, views(wrong)), shown))


def test_a_loop_is_found(any_trial: Trial) -> None:
    """Two routers that point at each other for a VIP."""
    topology, shown = any_trial.topology, any_trial.before
    predicted = catchments(topology, views(shown))
    (host, vip), hop = next(
        (key, hop)
        for key, best in predicted.items()
        for hop in best.next_hops
        if hop.address and not {key[0], topology.owner(hop.address)} & topology.holders(key[1].network_address)
    )
    assert hop.address is not None
    peer = topology.owner(hop.address)
    back = next(port.address.ip for _, port in topology.ports_of(host) if hop.address in port.address.network)
    routes = {**shown[peer].rib, vip: RibRoute(1, frozenset([NextHop(address=back, interface=None)]))}
    wrong = {**shown, peer: replace(shown[peer], rib=routes)}

    assert LOOP in trace(topology, wrong, host, vip)[0]
    assert differences(compare_catchments(topology, predicted, wrong))
    assert differences(compare_forwarding(topology, predicted, wrong))


def test_topologies_are_repeatable_and_have_what_is_wanted() -> None:
    topologies = [generate(case.seed) for case in CASES]

    assert topologies == [generate(case.seed) for case in CASES]
    if ASKED:
        return
    assert {topology.design for topology in topologies} == set(DESIGNS)
    assert {len(topology.vips) for topology in topologies} == {1, 2, 3}
    announcements = [one for topology in topologies for host in topology.hosts for one in host.announces]
    assert {one.metric_type for one in announcements} == {1, 2, None}
    segments = [segment for topology in topologies for segment in topology.segments]
    assert {len(segment.ports) for segment in segments if segment.kind == "broadcast"} == {2, 3, 4}
    assert any(len({port.cost for port in segment.ports}) > 1 for segment in segments)
    assert any(area.range for topology in topologies for area in topology.areas)
    assert any(area.no_summary for topology in topologies for area in topology.areas)
    assert any(host.max_metric for topology in topologies for host in topology.hosts if not host.is_node)


def test_the_networks_show_what_is_hard(trials: Trials) -> None:
    """ECMP, forwarding addresses, and virtual links that work: were they not there, nothing would be proved of them."""
    if len(trials) < len(CASES) or ASKED:
        return
    shown = [seen for trial in trials.values() for seen in trial.result().before.values()]
    lsdbs = [seen.view.lsdb for seen in shown]

    vips = {IPv4Network(vip) for trial in trials.values() for vip in trial.result().topology.vips}
    assert any(len(seen.rib[vip].next_hops) > 1 for seen in shown for vip in vips & seen.rib.keys())
    assert any(lsa.area is None and lsa.forwarding_address for lsdb in lsdbs for lsa in lsdb.externals)
    assert any(lsa.is_virtual_endpoint for lsdb in lsdbs for lsa in lsdb.routers)


def fail(topology: Topology, tree: Path) -> None:
    with Network(topology, tree) as network:
        assert len(left_behind()) > len(topology.hosts)
        assert json.loads(network.ask("r1", "show ip ospf json"))["routerId"] == "203.0.113.1"
        raise RuntimeError


def test_nothing_is_left_when_a_test_fails(trials: Trials, trees: dict[str, Path]) -> None:
    wait_for(trials)
    with pytest.raises(RuntimeError):
        fail(generate(1), trees["bookworm"])

    assert left_behind() == []


def test_nothing_is_left_when_a_network_does_not_start(trials: Trials, tmp_path: Path) -> None:
    """An empty directory is no root tree."""
    wait_for(trials)
    with pytest.raises(AssertionError, match="did not start"), Network(generate(1), tmp_path):
        pass

    assert left_behind() == []


def test_nothing_is_left(trials: Trials) -> None:
    wait_for(trials)

    assert left_behind() == []


def wait_for(trials: Trials) -> None:
    """Wait until all have ended, well or not."""
    for trial in trials.values():
        trial.exception()
