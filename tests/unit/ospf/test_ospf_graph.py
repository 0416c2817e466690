"""The graph of an area, what is shared, and what is left of it after a loss."""

from __future__ import annotations

from dataclasses import replace
from ipaddress import IPv4Address
from math import inf

from nornir_anycast.ospf.database import Databases
from nornir_anycast.ospf.graph import AreaGraph
from nornir_anycast.ospf.model import Lsdb
from nornir_anycast.ospf.whatif import Remains

from .lsdb import database, dr, router, router_id, segment, view

AREA = IPv4Address(0)
# 1 - 2 - 3 - 4, and a longer way from 1 to 4 by 5.
RING = (
    router(1, {2: 1, 5: 9}),
    router(2, {1: 1, 3: 1}),
    router(3, {2: 1, 4: 1}),
    router(4, {3: 1, 5: 9}),
    router(5, {1: 9, 4: 9}),
)


def distances(graph: AreaGraph, to: int) -> dict[int, float]:
    target = graph.routers[int(router_id(to))]
    return {IPv4Address(name).packed[3]: graph.distances_to(target)[vertex] for name, vertex in graph.routers.items()}


class TestDistances:
    def test_to_and_from(self) -> None:
        graph = AreaGraph(database(router(1, {2: 10}), router(2, {1: 99})), AREA)
        one, two = (graph.routers[int(router_id(number))] for number in (1, 2))
        assert graph.distances_to(two)[one] == graph.distances_from(one)[two] == 10
        assert graph.distances_to(one)[two] == graph.distances_from(two)[one] == 99

    def test_no_way(self) -> None:
        assert distances(AreaGraph(database(router(1), router(2)), AREA), 2) == {1: inf, 2: 0}

    def test_segment(self) -> None:
        graph = AreaGraph(database(router(1, segments={9: 7}), router(2, segments={9: 5}), segment(9, [1, 2])), AREA)
        assert distances(graph, 2) == {1: 7, 2: 0}
        assert graph.distances_to(graph.segments[int(dr(9))])[graph.routers[int(router_id(2))]] == 5


class TestSharing:
    def test_one_graph_for_equal_areas(self) -> None:
        databases = Databases()
        older = [replace(lsa, age_s=900, sequence=0x80000009) for lsa in RING]
        one, other = database(*RING), database(*older, router(1, {2: 1}, area=1))
        assert databases.of(one).graph(AREA) is databases.of(other).graph(AREA)
        assert databases.of(one) is databases.of(one)

    def test_none_for_others(self) -> None:
        databases = Databases()
        graphs = [
            databases.of(database(*lsas)).graph(AREA)
            for lsas in (
                RING,
                RING[:4],
                (*RING[:4], router(5, {1: 9, 4: 8})),
                (*RING[:4], router(5, {1: 9, 4: 9}, roles="E")),
            )
        ]
        assert len(set(map(id, graphs))) == 4

    def test_databases_for_a_moment_leave_nothing(self) -> None:
        databases = Databases()
        known = databases.of(database(*RING))
        after = Databases(databases)
        assert after.of(known.lsdb) is known
        other = Lsdb()
        assert databases.of(other) is not after.of(Lsdb())


class TestAfterALoss:
    def left(self, *gone: int) -> tuple[AreaGraph, AreaGraph]:
        databases = Databases()
        seen = view(1, *RING)
        before = databases.of(seen.lsdb).graph(AREA)
        for number in range(1, 6):
            distances(before, number)
        then = Remains(databases).without_routers(seen, {router_id(number) for number in gone})
        return before, databases.of(then.lsdb).graph(AREA)

    def test_longer_way(self) -> None:
        before, after = self.left(2)
        assert distances(before, 4) == {1: 3, 2: 2, 3: 1, 4: 0, 5: 9}
        assert distances(after, 4) == {1: 18, 3: 1, 4: 0, 5: 9}
        assert distances(before, 4)[1] == 3

    def test_what_does_not_change_is_not_worked_out_again(self) -> None:
        before, after = self.left(5)
        target = before.routers[int(router_id(3))]
        assert after.distances_to(target) is before.distances_to(target)
        assert after.moved(target) == set()

    def test_who_is_farther(self) -> None:
        before, after = self.left(2)
        vertex = {number: before.routers[int(router_id(number))] for number in range(1, 6)}
        assert after.moved(vertex[4]) == {vertex[1]}
        assert set(after.asked_before) == set(vertex.values()) - {vertex[2]}

    def test_no_way_is_left(self) -> None:
        _, after = self.left(2, 5)
        assert distances(after, 4) == {1: inf, 3: 1, 4: 0}

    def test_lost_twice(self) -> None:
        databases = Databases()
        remains = Remains(databases)
        seen = view(1, *RING)
        distances(databases.of(seen.lsdb).graph(AREA), 4)
        then = remains.without_routers(seen, {router_id(2)})
        last = remains.without_routers(then, {router_id(5)})
        assert distances(databases.of(last.lsdb).graph(AREA), 4) == {1: inf, 3: 1, 4: 0}

    def test_something_was_added(self) -> None:
        graph = AreaGraph(database(*RING), AREA)
        assert graph.updated(database(*RING, router(6))) is None
        assert (
            graph.updated(database(router(1, {2: 1, 5: 9, 4: 1}), *RING[1:3], router(4, {3: 1, 5: 9, 1: 1}), RING[4]))
            is None
        )
