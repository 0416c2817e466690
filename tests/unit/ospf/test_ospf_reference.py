# ruff: noqa: S311  nothing here is secret
"""What is worked out over shared graphs is what the plain algorithm of the RFC finds, for every router."""

from __future__ import annotations

from dataclasses import replace
from ipaddress import IPv4Network
from random import Random
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nornir_anycast.ospf.catchments import Catchments
from nornir_anycast.ospf.database import Databases
from nornir_anycast.ospf.origins import Views, origins, preferred
from nornir_anycast.ospf.whatif import Remains

from .captures import CASES, UNREADABLE, read_situation, read_vips
from .lsdb import VIP, router_id
from .networks import RandomNetwork, same_database
from .reference_spf import reference_origins

if TYPE_CHECKING:
    from pathlib import Path

    from nornir_anycast.ospf.model import RouterView

seeds = st.integers(min_value=0, max_value=2**32)
SITUATIONS = sorted(path for path in CASES.glob("*/*") if path.name not in UNREADABLE)


def assert_as_the_rfc(views: list[RouterView], vip: IPv4Network) -> None:
    together = Views(views, [vip])
    for view in views:
        others = [other for other in views if other is not view]
        assert set(together.origins(view, vip)) == set(reference_origins(view, vip, others))


@settings(deadline=None, max_examples=120)
@given(seeds)
def test_random_network(seed: int) -> None:
    assert_as_the_rfc(same_database(RandomNetwork(Random(seed)).views()), VIP)


@settings(deadline=None, max_examples=40)
@given(seeds)
def test_random_network_of_which_only_the_database_is_known(seed: int) -> None:
    network = RandomNetwork(Random(seed))
    assert_as_the_rfc([network.view(number, bare=True) for number in network.numbers], VIP)


@settings(deadline=None, max_examples=60)
@given(seeds)
def test_links_that_cost_nothing(seed: int) -> None:
    """RFC 2328 appendix C.3 forbids them; the plain algorithm then misses equal ways, so only costs are compared."""
    views = RandomNetwork(Random(seed), free_links=True).views()
    for view in views:
        for found, expected in zip(origins(view, VIP), reference_origins(view, VIP), strict=True):
            assert (found.reason, found.rank) == (expected.reason, expected.rank)
            assert bool(found.next_hops) == bool(expected.next_hops)


@settings(deadline=None, max_examples=60)
@given(seeds)
def test_random_network_that_has_lost_something(seed: int) -> None:
    """The graph is not made anew: distances are repaired where what is lost was on a shortest path."""
    random = Random(seed)
    network = RandomNetwork(random, routers=12)
    views = same_database(network.views())
    before = Databases()
    Views(views, [VIP], before).origins(views[0], VIP)
    after = Databases(before)
    remains = Remains(after)
    gone = {router_id(number) for number in random.sample(network.numbers, random.choice([1, 1, 2]))}
    left = [remains.without_routers(view, gone) for view in views if view.router_id not in gone]
    together = Views(left, [VIP], after)
    for view in left:
        assert set(together.origins(view, VIP)) == set(reference_origins(view, VIP, left))


@pytest.mark.parametrize("situation", SITUATIONS, ids=lambda path: str(path.relative_to(CASES)))
def test_real_routers(situation: Path) -> None:
    views = read_situation(situation.parent.name, situation.name)
    folders = (path for path in situation.iterdir() if path.is_dir())
    vips = {vip for folder in folders for vip in read_vips(folder)}
    assert views
    for vip in vips:
        assert_as_the_rfc(list(views.values()), IPv4Network(vip))


@settings(deadline=None, max_examples=60)
@given(seeds)
def test_catchments_of_all_routers_by_one_database(seed: int) -> None:
    network = RandomNetwork(Random(seed), routers=9)
    for number in network.numbers:
        view = network.view(number)
        for router, found in Catchments(view, VIP).by_router.items():
            own = router == view.router_id
            seen = view if own else replace(view, router_id=router, interfaces=(), neighbors=())
            expected = preferred(reference_origins(seen, VIP))
            assert set(found.origins) == set(expected.origins)


@settings(deadline=None, max_examples=80)
@given(seeds)
def test_catchments_of_all_routers_after_a_loss_are_those_worked_out_anew(seed: int) -> None:
    random = Random(seed)
    network = RandomNetwork(random, routers=14, areas=(0,), no_abrs=True)
    view = network.view(1)
    before = Databases()
    now = Catchments(view, VIP, before)
    for gone in network.numbers[1:]:
        after = Databases(before)
        then = Remains(after).without_routers(view, {router_id(gone)})
        expected = Catchments(then, VIP).by_router
        assert {r: set(c.origins) for r, c in now.without(then, after).by_router.items()} == {
            r: set(c.origins) for r, c in expected.items()
        }
