"""Shortest paths through one area, checked by hand."""

from __future__ import annotations

from ipaddress import IPv4Address
from typing import TYPE_CHECKING

from nornir_anycast.ospf.model import MAX_AGE_S, NetworkLsa, NextHop
from nornir_anycast.ospf.spf import AreaTree, shortest_paths, stub_prefix

from .lsdb import database, on_link, router, router_id, segment

if TYPE_CHECKING:
    from nornir_anycast.ospf.model import Lsa, RouterLink
    from nornir_anycast.ospf.spf import NextHops, Vertex


def first_hops(link: RouterLink, there: Vertex) -> NextHops:
    """Name the interface after the router's address on the link; a router is its own next hop."""
    address = None if isinstance(there, NetworkLsa) else there.advertising_router
    return frozenset({NextHop(address=address, interface=str(link.link_data))})


def tree(*lsas: Lsa, root: int = 1) -> AreaTree:
    return shortest_paths(database(*lsas), IPv4Address(0), router_id(root), first_hops)


def costs(found: AreaTree) -> dict[int, int]:
    return {address.packed[3]: shortest.cost for address, (_, shortest) in found.routers.items()}


def via(found: AreaTree, number: int) -> set[str]:
    return {str(hop.address) for hop in found.routers[router_id(number)][1].next_hops}


def test_triangle_takes_the_cheaper_way() -> None:
    found = tree(router(1, {2: 10, 3: 50}), router(2, {1: 10, 3: 10}), router(3, {1: 50, 2: 10}))
    assert costs(found) == {1: 0, 2: 10, 3: 20}
    assert via(found, 3) == {"192.0.2.2"}


def test_cost_is_that_of_the_way_out() -> None:
    lsas = router(1, {2: 10}), router(2, {1: 99})
    assert costs(tree(*lsas)) == {1: 0, 2: 10}
    assert costs(tree(*lsas, root=2)) == {2: 0, 1: 99}


def test_equal_ways_share() -> None:
    found = tree(
        router(1, {2: 10, 3: 10}),
        router(2, {1: 10, 4: 10}),
        router(3, {1: 10, 4: 10}),
        router(4, {2: 10, 3: 10, 5: 1}),
        router(5, {4: 1}),
    )
    assert via(found, 4) == via(found, 5) == {"192.0.2.2", "192.0.2.3"}


def test_cheaper_way_found_later_replaces() -> None:
    found = tree(router(1, {2: 100, 3: 1}), router(3, {1: 1, 4: 1}), router(4, {3: 1, 2: 1}), router(2, {1: 100, 4: 1}))
    assert costs(found) == {1: 0, 3: 1, 4: 2, 2: 3}
    assert via(found, 2) == {"192.0.2.3"}


def test_link_that_one_end_lacks_is_no_link() -> None:
    assert costs(tree(router(1, {2: 10}), router(2))) == {1: 0}
    assert costs(tree(router(1, segments={9: 10}), router(2, segments={9: 10}), segment(9, [2]))) == {1: 0}
    assert costs(tree(router(1, segments={9: 10}), router(2), segment(9, [1, 2]))) == {1: 0}
    assert costs(tree(router(1, {2: 10}), router(2, virtual={1: 10}))) == {1: 0}


def test_max_age_is_not_looked_at() -> None:
    ends = router(1, segments={9: 10}), router(2, segments={9: 10})
    assert costs(tree(*ends, segment(9, [1, 2]))) == {1: 0, 2: 10}
    assert costs(tree(*ends, segment(9, [1, 2], age_s=MAX_AGE_S))) == {1: 0}
    assert costs(tree(router(1, {2: 10}), router(2, {1: 10}, age_s=MAX_AGE_S))) == {1: 0}
    assert costs(tree(router(1, age_s=MAX_AGE_S))) == {}


def test_segment_costs_only_the_way_onto_it() -> None:
    found = tree(
        router(1, segments={9: 10}),
        router(2, {3: 5}, segments={9: 70}),
        router(3, {2: 5}),
        segment(9, [2, 1]),
    )
    assert costs(found) == {1: 0, 2: 10, 3: 15}
    assert found.networks[IPv4Address("198.51.100.9")][1].cost == 10


def test_next_hop_over_a_segment_is_the_neighbor_on_it() -> None:
    found = tree(
        router(1, segments={9: 10}), router(2, {3: 5}, segments={9: 70}), router(3, {2: 5}), segment(9, [2, 1])
    )
    expected = {NextHop(address=on_link(2, 109), interface=str(on_link(1, 109)))}
    assert found.routers[router_id(2)][1].next_hops == expected
    assert found.routers[router_id(3)][1].next_hops == expected


def test_segment_behind_a_router_is_reached_by_it() -> None:
    found = tree(
        router(1, {2: 10}),
        router(2, {1: 10}, segments={9: 1}),
        router(3, segments={9: 1}),
        segment(9, [2, 3]),
    )
    assert via(found, 3) == {"192.0.2.2"}


def test_segment_and_router_of_one_cost() -> None:
    # 3 is 10 away by the segment and by the link; the segment is looked at first, or the second way is missed.
    found = tree(router(1, {3: 10}, segments={9: 10}), router(3, {1: 10}, segments={9: 10}), segment(9, [1, 3]))
    assert via(found, 3) == {"192.0.2.3", str(on_link(3, 109))}


def test_younger_of_two_network_lsas_of_one_address() -> None:
    old, new = segment(9, [7, 1], age_s=900), segment(9, [2, 1], age_s=3)
    for order in ((old, new), (new, old)):
        assert costs(tree(router(1, segments={9: 1}), router(2, segments={9: 1}), *order)) == {1: 0, 2: 1}


def test_max_metric_is_the_last_resort() -> None:
    around = router(1, {2: 1, 3: 1}), router(2, {1: 65535, 4: 65535}), router(4, {2: 1, 3: 1})
    assert via(tree(*around, router(3, {1: 9, 4: 9})), 4) == {"192.0.2.3"}
    assert costs(tree(*around)) == {1: 0, 2: 1, 4: 65536}


def test_link_without_next_hop_is_not_used() -> None:
    lsdb = database(router(1, {2: 10}), router(2, {1: 10}))
    found = shortest_paths(lsdb, IPv4Address(0), router_id(1), lambda _link, _there: frozenset())
    assert costs(found) == {1: 0}


def test_other_areas_are_not_looked_at() -> None:
    assert costs(tree(router(1, {2: 10}), router(2, {1: 10}, area=1))) == {1: 0}


def test_stub_prefix() -> None:
    (link,) = router(1, stubs={"203.0.113.0/24": 10}).links
    assert str(stub_prefix(link)) == "203.0.113.0/24"
