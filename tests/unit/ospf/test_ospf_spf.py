"""Shortest paths through one area, checked by hand."""

from __future__ import annotations

from ipaddress import IPv4Address
from typing import TYPE_CHECKING

from nornir_anycast.ospf.graph import AreaGraph
from nornir_anycast.ospf.model import MAX_AGE_S, NetworkLsa, NextHop
from nornir_anycast.ospf.spf import AreaPaths, Shortest, stub_prefix

from .lsdb import database, dr, on_link, router, router_id, segment

if TYPE_CHECKING:
    from nornir_anycast.ospf.model import Lsa, RouterLink, RouterLsa
    from nornir_anycast.ospf.spf import NextHops


def first_hops(link: RouterLink, there: RouterLsa | NetworkLsa) -> NextHops:
    """Name the interface after the router's address on the link; a router is its own next hop."""
    address = None if isinstance(there, NetworkLsa) else there.advertising_router
    return frozenset({NextHop(address=address, interface=str(link.link_data))})


def tree(*lsas: Lsa, root: int = 1) -> AreaPaths:
    return AreaPaths(AreaGraph(database(*lsas), IPv4Address(0)), router_id(root), first_hops)


def costs(found: AreaPaths) -> dict[int, int]:
    all_costs = {IPv4Address(name).packed[3]: found.cost(vertex) for name, vertex in found.graph.routers.items()}
    return {number: cost for number, cost in all_costs.items() if cost is not None}


def to_router(found: AreaPaths, number: int) -> Shortest:
    vertex = found.graph.router(router_id(number))
    shortest = None if vertex is None else found.shortest(vertex)
    assert shortest is not None
    return shortest


def via(found: AreaPaths, number: int) -> set[str]:
    return {str(hop.address) for hop in to_router(found, number).next_hops}


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
    assert found.cost(found.graph.segments[int(dr(9))]) == 10


def test_next_hop_over_a_segment_is_the_neighbor_on_it() -> None:
    found = tree(
        router(1, segments={9: 10}), router(2, {3: 5}, segments={9: 70}), router(3, {2: 5}), segment(9, [2, 1])
    )
    expected = {NextHop(address=on_link(2, 109), interface=str(on_link(1, 109)))}
    assert to_router(found, 2).next_hops == expected
    assert to_router(found, 3).next_hops == expected


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


def test_virtual_link_without_next_hop_is_not_used() -> None:
    # 3 is reached by 4, and 2 by 3; by way of 1 itself, which could not go there, it would be nearer.
    lsas = router(1, {4: 1}, virtual={2: 1}), router(2, {3: 9}, virtual={1: 1})
    graph = AreaGraph(database(*lsas, router(3, {2: 9, 4: 9}), router(4, {1: 1, 3: 9})), IPv4Address(0))

    def none_virtual(link: RouterLink, there: RouterLsa | NetworkLsa) -> NextHops:
        return frozenset() if link.kind == "virtual" else first_hops(link, there)

    assert costs(AreaPaths(graph, router_id(1), none_virtual)) == {1: 0, 4: 1, 3: 10, 2: 19}
    assert costs(AreaPaths(graph, router_id(1), first_hops)) == {1: 0, 4: 1, 3: 10, 2: 1}
    assert costs(AreaPaths(graph, router_id(4), none_virtual)) == {1: 1, 4: 0, 3: 9, 2: 2}


def test_way_back_onto_an_own_segment_is_no_other_way() -> None:
    # 1 is on segment 9 with 2 and 3, at the cost that it has by 3 as well; 2 is reached directly only, as in FRR.
    found = tree(
        router(1, {3: 5}, segments={9: 10}),
        router(2, {4: 1}, segments={9: 10}),
        router(3, {1: 5}, segments={9: 5}),
        router(4, {2: 1}),
        segment(9, [2, 1, 3]),
    )
    assert via(found, 4) == via(found, 2) == {str(on_link(2, 109))}
    assert via(found, 3) == {"192.0.2.3"}


def test_other_areas_are_not_looked_at() -> None:
    assert costs(tree(router(1, {2: 10}), router(2, {1: 10}, area=1))) == {1: 0}


def test_stub_prefix() -> None:
    (link,) = router(1, stubs={"203.0.113.0/24": 10}).links
    assert str(stub_prefix(link)) == "203.0.113.0/24"
