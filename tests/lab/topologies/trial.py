"""One topology on real daemons: as it is, and without one of its hosts."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from random import Random

from tests.lab.topologies.compare import Shown
from tests.lab.topologies.daemons import DaemonDied, Network
from tests.lab.topologies.generate import generate
from tests.lab.topologies.seen import NotAtRest, at_rest
from tests.lab.topologies.topology import Topology

_STARTS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """What was seen."""

    topology: Topology
    before: Shown
    victim: str
    """The host that was unplugged."""
    after: Shown


def run_trial(seed: int, tree: Path) -> Trial:
    """Start the topology of a seed on the daemons of a root tree, unplug a host, and return what the hosts showed.

    What FRR itself gets wrong now and then is no matter of our SPF, so it is started again where a daemon dies or OSPF
    does not come to rest. Seen: where there is a virtual link, ospfd 8.4.4 can crash in ``ospf_spf_calculate`` (signal
    11) while the adjacencies come up, in one start of two on seed 12, one of 30 on 19; and one adjacency in some 250
    starts that stayed in Loading.

    Raises:
        DaemonDied: a daemon died, the last time.
        NotAtRest: OSPF did not come to rest, the last time.

    """
    for _ in range(_STARTS - 1):
        with suppress(DaemonDied, NotAtRest):
            return _run_once(seed, tree)
    return _run_once(seed, tree)


def _run_once(seed: int, tree: Path) -> Trial:
    topology = generate(seed)
    victim = Random(f"victim {seed}").choice(topology.hosts).name  # noqa: S311 - it must be repeatable
    with Network(topology, tree) as network:
        before = at_rest(network, topology)
        network.unplug(victim)
        after = at_rest(network, topology, gone=[victim])
    return Trial(topology=topology, before=before, victim=victim, after=after)
