"""Views of a network that has lost something, checked by hand."""

from __future__ import annotations

from dataclasses import replace
from ipaddress import IPv4Address, IPv4Network

import pytest

from nornir_anycast.errors import UsageError
from nornir_anycast.ospf.model import MAX_AGE_S, Lsdb, Neighbor, OspfArea, RouterView
from nornir_anycast.ospf.origins import catchment
from nornir_anycast.ospf.settled import is_settled, parted_areas, unsettled_areas
from nornir_anycast.ospf.spf import stub_prefix
from nornir_anycast.ospf.whatif import without_link, without_routers

from .captures import read_situation
from .lsdb import VIP, area_id, asbr_summary, database, dr, external, on_link, router, router_id, segment, summary, view

AREA_1 = IPv4Address(1)
SEGMENT_9 = IPv4Network((dr(9), 32))


def gone(seen: RouterView, *numbers: int, quiet: tuple[int, ...] = ()) -> RouterView:
    """Without these routers; the quiet ones have priority 0 on segment 9."""
    return without_routers(seen, {router_id(n) for n in numbers}, {on_link(n, 109) for n in quiet})


def cut(seen: RouterView, one: int, other: int, subnet: IPv4Network = SEGMENT_9, quiet: tuple[int, ...] = ()) -> Lsdb:
    return without_link(seen, (router_id(one), router_id(other)), subnet, {on_link(n, 109) for n in quiet}).lsdb


def attached(lsdb: Lsdb) -> dict[str, list[int]]:
    """Segment to its routers."""
    return {str(lsa.prefix): [one.packed[3] for one in lsa.attached] for lsa in lsdb.networks}


def links(lsdb: Lsdb, number: int) -> set[tuple[str, str]]:
    """Kind and other end of a router's links."""
    return {
        (link.kind, str(stub_prefix(link)) if link.kind == "stub" else str(link.link_id.packed[3]))
        for lsa in lsdb.routers
        if lsa.advertising_router == router_id(number)
        for link in lsa.links
    }


def preferred(seen: RouterView) -> set[int]:
    return {address.packed[3] for address in catchment(seen, VIP).originators}


def broadcast(*numbers: int) -> RouterView:
    """Return what router 1 shows: these and itself on segment 9, of which the first is the DR; 4 announces the VIP."""
    routers = [router(n, segments={9: 10}, roles="E" if n == 4 else "") for n in sorted({1, *numbers})]
    return view(1, *routers, segment(9, numbers), external(4))


class TestWithoutRouters:
    def test_what_they_announced_is_gone(self) -> None:
        lsas = summary(2, "192.0.2.0/24", 1), asbr_summary(2, 4, 1), external(2), external(3)
        seen = view(1, router(1, {2: 1, 3: 5}), router(2, {1: 1}, roles="E"), router(3, {1: 5}, roles="E"), *lsas)

        then = gone(seen, 2)

        assert (preferred(seen), preferred(then)) == ({2}, {3})
        assert (then.lsdb.summaries, then.lsdb.asbr_summaries) == ((), ())
        assert [lsa.advertising_router for lsa in then.lsdb.routers] == [router_id(1), router_id(3)]
        assert links(then.lsdb, 1) == {("p2p", "3")}

    def test_virtual_link_to_it_is_gone(self) -> None:
        then = gone(view(1, router(1, virtual={2: 1, 3: 1}), router(2, virtual={1: 1})), 2)
        assert links(then.lsdb, 1) == {("virtual", "3")}

    def test_nothing_is_asked_of_its_rib_and_neighbors(self) -> None:
        neighbor = Neighbor(router_id=router_id(2), address=dr(2), interface="to2", state="Full", role="-")
        seen = replace(view(1, router(1)), neighbors=(neighbor, replace(neighbor, router_id=router_id(3))))
        assert [n.router_id for n in gone(seen, 2).neighbors] == [router_id(3)]
        assert gone(seen, 2).routes == ()

    def test_nobody(self) -> None:
        seen = broadcast(1, 2, 4)
        assert gone(seen) == seen

    def test_one_that_is_not_the_dr(self) -> None:
        then = gone(broadcast(1, 2, 4), 2)
        assert attached(then.lsdb) == {"198.51.100.9/32": [1, 4]}
        assert preferred(then) == {4}

    def test_dr_leaves_the_segment_to_the_others(self) -> None:
        then = gone(broadcast(2, 1, 4), 2)
        assert attached(then.lsdb) == {"198.51.100.9/32": [1, 4]}
        assert then.lsdb.networks[0].advertising_router == router_id(1)
        assert preferred(then) == {4}

    def test_router_alone_has_a_stub(self) -> None:
        then = gone(broadcast(4, 1), 4)
        assert attached(then.lsdb) == {}
        assert links(then.lsdb, 1) == {("stub", "198.51.100.9/32")}

    def test_who_has_priority_0_is_no_dr(self) -> None:
        seen = broadcast(2, 1, 4)
        assert gone(seen, 2, quiet=(1,)).lsdb.networks[0].advertising_router == router_id(4)
        nobody = gone(seen, 2, quiet=(1, 4))
        assert attached(nobody.lsdb) == {}
        assert links(nobody.lsdb, 4) == {("stub", "198.51.100.9/32")}
        assert preferred(nobody) == set()

    def test_dr_stays_though_only_who_has_priority_0_is_left(self) -> None:
        assert preferred(gone(broadcast(1, 2, 4), 2, quiet=(4,))) == {4}

    def test_network_lsa_of_a_former_dr_does_not_matter(self) -> None:
        old = segment(9, [7, 1], age_s=900)
        flushed = segment(9, [7, 1], age_s=MAX_AGE_S)
        seen = broadcast(2, 1, 4)
        for stale in (old, flushed):
            for networks in ((stale, *seen.lsdb.networks), (*seen.lsdb.networks, stale)):
                then = gone(replace(seen, lsdb=replace(seen.lsdb, networks=networks)), 7)
                assert attached(then.lsdb) == {"198.51.100.9/32": [2, 1, 4]}


class TestWithoutLink:
    def test_point_to_point(self) -> None:
        seen = view(1, router(1, {2: 1, 3: 1}), router(2, {1: 1, 3: 1}), router(3, {1: 1, 2: 1}))
        lsdb = cut(seen, 1, 2, IPv4Network("10.0.0.0/8"))
        assert links(lsdb, 1) == {("p2p", "3")}
        assert links(lsdb, 2) == {("p2p", "3")}
        assert links(lsdb, 3) == {("p2p", "1"), ("p2p", "2")}

    def test_other_link_of_the_same_two_stays(self) -> None:
        seen = view(1, router(1, {2: 1}, segments={9: 5}), router(2, {1: 1}, segments={9: 5}), segment(9, [2, 1]))
        assert links(cut(seen, 2, 1), 1) == {("p2p", "2"), ("stub", "198.51.100.9/32")}
        assert cut(seen, 1, 2, IPv4Network("10.99.0.0/16")) == seen.lsdb

    def test_unnumbered_cannot_be_told(self) -> None:
        own = router(1, {2: 1})
        index = replace(own, links=tuple(replace(link, link_data=IPv4Address(3)) for link in own.links))
        with pytest.raises(UsageError, match="unnumbered"):
            cut(view(1, index, router(2, {1: 1})), 1, 2)

    def test_segment_of_two(self) -> None:
        lsdb = cut(broadcast(1, 4), 1, 4)
        assert attached(lsdb) == {}
        assert links(lsdb, 4) == {("stub", "198.51.100.9/32")}

    def test_dr_loses_one_that_can_never_be_dr(self) -> None:
        for pair in ((1, 4), (4, 1)):
            lsdb = cut(broadcast(1, 2, 4), *pair, quiet=(2, 4))
            assert attached(lsdb) == {"198.51.100.9/32": [1, 2]}
            assert links(lsdb, 4) == {("stub", "198.51.100.9/32")}
            assert links(lsdb, 2) == {("transit", "9")}

    def test_dr_loses_one_that_would_be_dr_itself(self) -> None:
        with pytest.raises(UsageError, match=r"192\.0\.2\.4 would elect another DR"):
            cut(broadcast(1, 2, 4), 1, 4, quiet=(2,))

    def test_two_that_are_not_dr(self) -> None:
        with pytest.raises(UsageError, match="OSPF would not notice"):
            cut(broadcast(1, 2, 4), 2, 4, quiet=(2, 4))

    def test_link_that_is_not_there(self) -> None:
        seen = broadcast(1, 2)
        assert cut(seen, 1, 4) == seen.lsdb

    def test_neighbor_on_that_subnet_only(self) -> None:
        neighbor = Neighbor(router_id=router_id(4), address=dr(9), interface="to9", state="Full", role="DR")
        others = replace(neighbor, address=dr(8)), replace(neighbor, router_id=router_id(2))
        seen = replace(broadcast(1, 4), neighbors=(neighbor, *others))
        ends = router_id(1), router_id(4)
        assert without_link(seen, ends, SEGMENT_9).neighbors == others
        elsewhere = replace(seen, router_id=router_id(2))
        assert without_link(elsewhere, ends, SEGMENT_9).neighbors == seen.neighbors


class TestAreas:
    """Area 1 behind the ABRs 2 and 3: 2 - 5 - 3, and the node 6 behind 5; router 1 is in the backbone."""

    LSAS = (
        router(2, {5: 10}, area=1, roles="A"),
        router(3, {5: 10}, area=1, roles="A"),
        router(5, {2: 10, 3: 10, 6: 10}, area=1),
        router(6, {5: 10}, area=1, roles="E"),
    )
    BACKBONE = (router(1, {2: 1, 3: 1}), router(2, {1: 1}, roles="A"), router(3, {1: 1}, roles="A"))

    def unsettled(self, *numbers: int, kind: str = "normal", seen_by: tuple[int, ...] = (1, 2, 5)) -> set[int]:
        views = {
            1: view(1, *self.BACKBONE),
            2: replace(
                view(2, *self.LSAS, *self.BACKBONE),
                areas=(OspfArea(area_id=AREA_1, kind="nssa" if kind == "nssa" else "normal"),),
            ),
            5: view(5, *self.LSAS),
        }
        pairs = [(views[number], gone(views[number], *numbers)) for number in seen_by if number not in numbers]
        return {int(area) for area in unsettled_areas(pairs, [AREA_1])}

    def test_node_at_the_edge(self) -> None:
        assert self.unsettled(6) == set()

    def test_router_in_the_middle(self) -> None:
        assert self.unsettled(5) == {1}

    def test_an_abr_that_nobody_needs(self) -> None:
        assert self.unsettled(3) == set()

    def test_area_that_nobody_shows(self) -> None:
        assert self.unsettled(6, seen_by=(1,)) == {1}

    def test_nssa(self) -> None:
        assert self.unsettled(6, kind="nssa") == {1}

    def test_who_needs_an_abr(self) -> None:
        inside, abr, outside = view(5, *self.LSAS), view(2, *self.LSAS, *self.BACKBONE), view(1, *self.BACKBONE)
        assert is_settled(inside, {AREA_1})
        assert not is_settled(abr, {AREA_1})
        assert not is_settled(outside, {AREA_1})
        assert is_settled(outside, set())
        assert not is_settled(inside, {AREA_1, IPv4Address(0)})

    def test_area_in_two_parts_is_settled_for_nobody(self) -> None:
        # Without 5 the ABR 2 hears of 6 by the backbone, and begins to announce it to 7.
        lsas = (
            router(2, {5: 1, 7: 1}, area=1, roles="A"),
            router(3, {5: 1, 6: 1}, area=1, roles="A"),
            router(5, {2: 1, 3: 1}, area=1),
            router(6, {3: 1}, area=1, roles="E"),
            router(7, {2: 1}, area=1),
        )
        now = view(7, *lsas, external(6))
        then = gone(now, 5)
        pairs = [(now, then)]
        assert unsettled_areas(pairs, [AREA_1]) == parted_areas(pairs, [AREA_1]) == {AREA_1}
        assert is_settled(then, {AREA_1})
        assert not is_settled(then, {AREA_1}, {AREA_1})

    def test_lost_router_that_has_the_vip_as_a_stub(self) -> None:
        # Its ABRs have announced 6, and will announce 5 instead, at another cost.
        vip = {str(VIP): 1}
        lsas = (*self.LSAS[:2], router(5, {2: 10, 3: 10, 6: 10}, area=1, stubs={str(VIP): 50}))
        now = view(5, *lsas, router(6, {5: 10}, area=1, stubs=vip))
        pairs = [(now, gone(now, 6))]
        assert unsettled_areas(pairs, [AREA_1]) == set()
        assert unsettled_areas(pairs, [AREA_1], vips=[VIP]) == {AREA_1}
        assert unsettled_areas(pairs, [AREA_1], vips=[IPv4Network("192.0.2.0/32")]) == set()

    def test_abr_that_is_cut_off_from_the_backbone(self) -> None:
        # Without 1, 2 and 3 have no neighbor in the backbone.
        backbone = (router(1, {2: 1}), router(2, {1: 1}, roles="A"))
        now = view(2, *backbone, *self.LSAS)
        assert unsettled_areas([(now, gone(now, 1))], [IPv4Address(0)]) == {IPv4Address(0), AREA_1}
        with_3 = view(
            2,
            router(1, {2: 1, 3: 1}),
            router(2, {1: 1, 3: 1}, roles="A"),
            router(3, {1: 1, 2: 1}, roles="A"),
            *self.LSAS,
        )
        assert unsettled_areas([(with_3, gone(with_3, 1))], [IPv4Address(0)]) == set()

    def test_ghost_does_not_part_an_area(self) -> None:
        now = view(5, *self.LSAS, router(9, {5: 10}, area=1))
        assert parted_areas([(now, gone(now, 6))], [AREA_1]) == set()

    def test_segment_that_became_dearer(self) -> None:
        lsas = router(2, {5: 1}, segments={9: 50}, area=1, roles="A"), segment(9, [2, 5, 6], area=1)
        inside = router(5, {2: 1}, segments={9: 1}, area=1), router(6, segments={9: 1}, area=1)
        seen = view(2, *lsas, *inside)
        assert unsettled_areas([(seen, gone(seen, 5))], [AREA_1]) == {area_id(1)}
        assert unsettled_areas([(seen, gone(seen, 6))], [AREA_1]) == set()


@pytest.mark.parametrize("version", ["8.4.4", "10.3"])
def test_real_routers_with_a_node_withdrawn(version: str) -> None:
    """The ghosts of a real capture do not change what is left without them."""
    for name, seen in read_situation(version, "ghost").items():
        best = catchment(seen, VIP)
        assert best.originators, name
        others = {lsa.advertising_router for lsa in seen.lsdb.externals} - best.originators
        assert catchment(without_routers(seen, others), VIP).originators == best.originators, name
        assert not catchment(without_routers(seen, others | best.originators), VIP).origins


def test_lsdb_without_anything() -> None:
    assert without_routers(view(1), {router_id(2)}).lsdb == database()
