"""Which announcements count, and which is preferred, checked by hand."""

from __future__ import annotations

from dataclasses import replace
from ipaddress import IPv4Address, IPv4Network
from typing import TYPE_CHECKING, Any

import pytest

from nornir_anycast.ospf.model import MAX_AGE_S, OspfArea
from nornir_anycast.ospf.origins import Views, catchment, origins
from nornir_anycast.ospf.routes import LS_INFINITY

from .lsdb import VIP, asbr_summary, external, router, router_id, segment, summary, view

if TYPE_CHECKING:
    from nornir_anycast.ospf.model import Lsa, RouterView

NODE = "203.0.113.53/32"


def preferred(seen: RouterView, *witnesses: RouterView) -> set[int]:
    return {address.packed[3] for address in catchment(seen, VIP, witnesses).originators}


def reasons(seen: RouterView) -> dict[tuple[int, str], str | None]:
    return {(origin.advertising_router.packed[3], origin.via): origin.reason for origin in origins(seen, VIP)}


def star(*lsas: Lsa, roles: str = "E") -> RouterView:
    """Return what router 1 shows, with 2 and 3 at a cost of 10 and 20."""
    return view(1, router(1, {2: 10, 3: 20}), router(2, {1: 10}, roles=roles), router(3, {1: 20}, roles=roles), *lsas)


class TestPreference:
    def test_least_cost(self) -> None:
        assert preferred(star(external(2), external(3))) == {2}

    def test_announced_metric_is_part_of_an_e1_cost(self) -> None:
        assert preferred(star(external(2, 30), external(3, 15))) == {3}

    def test_equal_e1_share(self) -> None:
        seen = catchment(star(external(2, 30), external(3, 20)), VIP)
        assert seen.originators == {router_id(2), router_id(3)}
        assert {hop.interface for hop in seen.next_hops} == {"to2", "to3"}
        assert seen.cost == 40

    def test_e1_before_e2_whatever_the_metric(self) -> None:
        assert preferred(star(external(2, 1, 2), external(3, 30_000, 1))) == {3}

    def test_e2_by_metric_then_by_distance(self) -> None:
        assert preferred(star(external(2, 6, 2), external(3, 5, 2))) == {3}
        assert preferred(star(external(2, 5, 2), external(3, 5, 2))) == {2}
        assert catchment(star(external(2, 5, 2)), VIP).cost == 5

    def test_intra_area_before_all(self) -> None:
        stub = router(4, {1: 1000}, stubs={NODE: 1000})
        seen = view(
            1, router(1, {2: 10, 4: 1000}), router(2, {1: 10}, roles="EA"), external(2, 1), stub, summary(2, NODE, 1)
        )
        assert preferred(seen) == {4}
        assert catchment(seen, VIP).cost == 2000

    def test_inter_area_before_external(self) -> None:
        seen = view(1, router(1, {2: 10}), router(2, {1: 10}, roles="EA"), external(2, 1), summary(2, NODE, 1000))
        assert [origin.via for origin in catchment(seen, VIP).origins] == ["inter-area"]

    def test_asbr_in_another_area(self) -> None:
        seen = view(1, router(1, {2: 10}), router(2, {1: 10}, roles="A"), asbr_summary(2, 7, 5), external(7))
        assert catchment(seen, VIP).cost == 35

    def test_path_that_is_not_by_the_backbone_is_preferred(self) -> None:
        # RFC 2328 section 16.4.1: intra-area, not in the backbone, beats a cheaper one in the backbone.
        seen = view(
            1,
            router(1, {2: 1}, roles="A"),
            router(2, {1: 1}, roles="E"),
            router(1, {3: 100}, area=1, roles="A"),
            router(3, {1: 100}, area=1, roles="E"),
            external(2),
            external(3),
        )
        assert preferred(seen) == {3}

    def test_nobody(self) -> None:
        seen = catchment(star(), VIP)
        assert (seen.origins, seen.originators, seen.cost, seen.next_hops, seen.is_known) == (
            (),
            frozenset(),
            None,
            frozenset(),
            True,
        )


class TestOrderOfFrr:
    """Router 1 reaches 2 in the backbone, 3 and 4 in area 1; FRR looks at them in this order."""

    def border(self, *lsas: Lsa, frr: bool = True) -> RouterView:
        seen = view(
            1,
            router(1, {2: 1, 5: 1}, roles="A"),
            router(2, {1: 1}, roles="E"),
            router(5, {1: 1}, roles="E"),
            router(1, {3: 1, 4: 1}, area=1, roles="A"),
            router(3, {1: 1}, area=1, roles="E"),
            router(4, {1: 1}, area=1, roles="E"),
            *lsas,
        )
        return replace(seen, forgets_best_asbr=frr)

    def test_dearer_one_behind_a_loser_wins(self) -> None:
        lsas = external(3, 10), external(2, 10), external(4, 90)
        assert preferred(self.border(*lsas, frr=False)) == {3}
        assert preferred(self.border(*lsas)) == {4}

    def test_equal_one_behind_a_loser_takes_all(self) -> None:
        lsas = external(3, 10), external(2, 10, 2), external(4, 10)
        assert preferred(self.border(*lsas, frr=False)) == {3, 4}
        assert preferred(self.border(*lsas)) == {4}

    def test_cheaper_one_of_the_backbone_wins_behind_another(self) -> None:
        lsas = external(3, 10), external(2, 90), external(5, 5)
        assert preferred(self.border(*lsas, frr=False)) == {3}
        assert preferred(self.border(*lsas)) == {5}

    def test_equal_ones_by_different_ways_share(self) -> None:
        seen = catchment(self.border(external(3, 10), external(2, 90), external(5, 10)), VIP)
        assert seen.originators == {router_id(3), router_id(5)}
        assert len(seen.next_hops) == 2

    def test_order_makes_it_uncertain(self) -> None:
        assert not catchment(self.border(external(3), external(2), external(4)), VIP).is_certain

    def test_two_are_certain_in_either_order(self) -> None:
        for lsas in ((external(3), external(2)), (external(2), external(3))):
            assert preferred(self.border(*lsas)) == {3}
            assert catchment(self.border(*lsas), VIP).is_certain

    def test_one_way_only_is_as_the_rfc_has_it(self) -> None:
        lsas = external(3, 10), external(4, 90), external(2, age_s=MAX_AGE_S)
        assert preferred(self.border(*lsas)) == {3}
        assert catchment(self.border(*lsas), VIP).is_certain


class TestReasons:
    def test_max_age(self) -> None:
        assert reasons(star(external(2, age_s=MAX_AGE_S))) == {(2, "external"): "max-age"}
        assert reasons(star(router(4, {1: 1}, stubs={NODE: 1}, age_s=MAX_AGE_S))) == {(4, "intra-area"): "max-age"}

    def test_unreachable(self) -> None:
        seen = star(external(9), summary(9, NODE, 1), router(8, stubs={NODE: 1}))
        assert reasons(seen) == {
            (9, "external"): "unreachable",
            (9, "inter-area"): "unreachable",
            (8, "intra-area"): "unreachable",
        }

    def test_infinite_metric(self) -> None:
        seen = star(external(2, LS_INFINITY), summary(3, NODE, LS_INFINITY))
        assert reasons(seen) == {(2, "external"): "infinite-metric", (3, "inter-area"): "infinite-metric"}

    def test_own(self) -> None:
        assert reasons(star(external(1))) == {(1, "external"): "self-originated"}

    def test_no_asbr(self) -> None:
        assert reasons(star(external(2), roles="")) == {(2, "external"): "not-asbr"}

    def test_summary_from_no_abr(self) -> None:
        assert reasons(star(summary(2, NODE, 1))) == {(2, "inter-area"): "unreachable"}

    def test_abr_uses_summaries_of_the_backbone_only(self) -> None:
        seen = view(
            1,
            router(1, {2: 1}, roles="A"),
            router(2, {1: 1}, roles="A"),
            router(1, {3: 1}, area=1, roles="A"),
            router(3, {1: 1}, area=1, roles="A"),
            summary(2, NODE, 9),
            summary(3, NODE, 1, area=1),
        )
        assert reasons(seen) == {(2, "inter-area"): None, (3, "inter-area"): "not-backbone"}
        assert catchment(seen, VIP).cost == 10

    def test_type_5_by_way_of_an_nssa(self) -> None:
        seen = view(1, router(1, {2: 1}, area=1), router(2, {1: 1}, area=1, roles="EA"), external(2))
        assert reasons(seen) == {(2, "external"): None}
        nssa = replace(seen, areas=(OspfArea(area_id=IPv4Address(1), kind="nssa"),))
        assert reasons(nssa) == {(2, "external"): "unreachable"}

    @pytest.mark.parametrize(
        ("forwarding", "reason"),
        [
            ("198.51.100.77", None),
            ("203.0.113.9", "forwarding-address-unreachable"),
            ("10.1.2.1", "forwarding-address-own"),
        ],
    )
    def test_forwarding_address(self, forwarding: str, reason: str | None) -> None:
        seen = star(router(4, {1: 7}, stubs={"198.51.100.64/26": 3}), external(2, forwarding=forwarding))
        seen = view(1, router(1, {2: 10, 3: 20, 4: 7}), *seen.lsdb.routers[1:], *seen.lsdb.externals)
        assert reasons(seen) == {(2, "external"): reason}
        if reason is None:
            assert catchment(seen, VIP).cost == 7 + 3 + 20


def test_forwarding_address_on_an_own_segment_is_the_next_hop() -> None:
    seen = view(
        1,
        router(1, segments={9: 5}),
        router(2, segments={9: 5}, roles="E"),
        segment(9, [2, 1]),
        external(2, forwarding="198.51.100.9"),
    )
    assert {(str(hop.address), hop.interface) for hop in catchment(seen, VIP).next_hops} == {("198.51.100.9", "to109")}


class TestVirtualLink:
    """RFC 2328 16.3: 2 and 3 have a virtual link through area 1, in which 1 is next to both; the VIP is behind 3."""

    AREA_1 = (
        router(1, {2: 10, 3: 4}, area=1, roles="A"),
        router(2, {1: 10}, area=1, roles="AV"),
        router(3, {1: 4}, area=1, roles="AV"),
    )
    BACKBONE = (
        router(1, {2: 10}, roles="A"),
        router(2, {1: 10}, virtual={3: 20}, roles="A"),
        router(3, virtual={2: 20}, roles="A"),
    )

    def test_shorter_way_through_the_transit_area(self) -> None:
        seen = view(1, *self.BACKBONE, *self.AREA_1, summary(3, NODE, 1), summary(3, NODE, 1, area=1))
        best = catchment(seen, VIP)
        assert (best.cost, {hop.interface for hop in best.next_hops}) == (5, {"to3"})
        assert [origin.area for origin in best.origins] == [IPv4Address(1)]

    def test_longer_way_through_the_transit_area(self) -> None:
        seen = view(1, *self.BACKBONE, *self.AREA_1, summary(3, NODE, 1), summary(3, NODE, 90, area=1))
        best = catchment(seen, VIP)
        assert (best.cost, {hop.interface for hop in best.next_hops}) == (31, {"to2"})
        assert (3, "inter-area", "not-backbone") in {
            (o.advertising_router.packed[3], o.via, o.reason) for o in origins(seen, VIP)
        }

    def test_equal_ways_share(self) -> None:
        seen = view(1, *self.BACKBONE, *self.AREA_1, summary(3, NODE, 1), summary(3, NODE, 27, area=1))
        best = catchment(seen, VIP)
        assert (best.cost, {hop.interface for hop in best.next_hops}) == (31, {"to2", "to3"})

    def test_stub_of_the_backbone_by_the_transit_area(self) -> None:
        backbone = (*self.BACKBONE[:2], router(3, virtual={2: 20}, stubs={NODE: 2}, roles="A"))
        seen = view(1, *backbone, *self.AREA_1, summary(3, NODE, 2, area=1))
        best = catchment(seen, VIP)
        assert (best.cost, {hop.interface for hop in best.next_hops}) == (6, {"to3"})
        assert [origin.via for origin in best.origins] == ["intra-area"]

    def test_type_7_of_who_is_not_in_the_area(self) -> None:
        seen = view(1, router(1, {2: 1}, area=1), router(2, {1: 1}, area=1, roles="A"), external(9, area=1))
        seen = replace(seen, lsdb=replace(seen.lsdb, asbr_summaries=(asbr_summary(2, 9, 1, area=1),)))
        assert reasons(seen) == {(9, "nssa"): "unreachable"}

    def test_interface_of_a_virtual_link_has_no_prefix(self) -> None:
        seen = view(1, router(1, {2: 3}, stubs={"10.1.2.0/24": 3}), router(2, {1: 3}, roles="E"))
        link = seen.interfaces[0]
        virtual = replace(link, name="VLINK0", network_type="virtual-link")
        seen = replace(
            seen, interfaces=(link, virtual), lsdb=replace(seen.lsdb, externals=[external(2, forwarding="10.1.2.2")])
        )
        assert {hop.interface for hop in catchment(seen, VIP).next_hops} == {"to2"}


class TestWayThroughAStubArea:
    """1 and 2 are in the backbone at a cost of 1, and in the stub area 3 at 2, where bit E is not set."""

    def seen(self, *, frr: bool, rfc1583: bool = False) -> RouterView:
        shown = view(
            2,
            router(2, {1: 1}, roles="A"),
            router(1, {2: 1}, roles="AE"),
            router(2, {1: 2}, area=3, roles="A"),
            router(1, {2: 2}, area=3, roles="A"),
            external(1),
        )
        kinds = (OspfArea(area_id=IPv4Address(0), kind="normal"), OspfArea(area_id=IPv4Address(3), kind="stub"))
        return replace(shown, areas=kinds, forgets_best_asbr=frr, rfc1583=rfc1583)

    def test_rfc_does_not_look_at_it(self) -> None:
        assert catchment(self.seen(frr=False), VIP).cost == 21

    def test_frr_chooses_it_and_drops_it(self) -> None:
        assert reasons(self.seen(frr=True)) == {(1, "external"): "not-asbr"}

    def test_frr_with_rfc1583_takes_the_cheaper(self) -> None:
        assert catchment(self.seen(frr=True, rfc1583=True), VIP).cost == 21


class TestRfc1583:
    """RFC 2328 16.4.1: with RFC1583Compatibility an intra-area path outside the backbone is not preferred."""

    SEEN = view(
        1,
        router(1, {2: 1}, roles="A"),
        router(2, {1: 1}, roles="E"),
        router(1, {3: 100}, area=1, roles="A"),
        router(3, {1: 100}, area=1, roles="E"),
        external(2),
        external(3),
    )

    def test_only_the_cost_counts(self) -> None:
        assert preferred(self.SEEN) == {3}
        assert preferred(replace(self.SEEN, rfc1583=True)) == {2}

    def test_type_2_by_the_distance(self) -> None:
        lsas = [external(2, 5, 2), external(3, 5, 2)]
        seen = replace(self.SEEN, lsdb=replace(self.SEEN.lsdb, externals=lsas))
        assert preferred(seen) == {3}
        assert preferred(replace(seen, rfc1583=True)) == {2}

    def test_of_equal_ways_to_one_asbr_the_area_of_the_greater_id(self) -> None:
        seen = view(
            1,
            router(1, {2: 1}, roles="A"),
            router(2, {1: 1}, roles="E"),
            router(1, {2: 1}, area=1, roles="A"),
            router(2, {1: 1}, area=1),
            external(2),
        )
        assert reasons(replace(seen, rfc1583=True)) == {(2, "external"): "not-asbr"}


class TestVipsAnnouncedAlike:
    OTHER = IPv4Network("203.0.113.54/32")

    def seen(self, **changes: Any) -> RouterView:
        others = [replace(external(number), prefix=self.OTHER, **changes) for number in (2, 3)]
        return star(external(2), external(3), *others)

    def test_share_their_origins(self) -> None:
        seen = self.seen(tag=5, sequence=0x80000007)
        together = Views([seen], [VIP, self.OTHER])
        assert together.origins(seen, VIP) is together.origins(seen, self.OTHER)
        assert together.catchment(seen, VIP) is together.catchment(seen, self.OTHER)
        assert together.origins(seen, VIP) == origins(seen, self.OTHER)

    def test_ages_that_differ_are_not_told(self) -> None:
        seen = self.seen(age_s=77)
        together = Views([seen], [VIP, self.OTHER])
        assert together.origins(seen, VIP) is together.origins(seen, self.OTHER)
        assert {origin.age_s for origin in together.origins(seen, VIP)} == {None}
        assert {origin.age_s for origin in together.exact_origins(seen, self.OTHER)} == {77}
        assert {origin.age_s for origin in together.exact_origins(seen, VIP)} == {1}

    @pytest.mark.parametrize(
        "changes", [{"metric": 21}, {"metric_type": 2}, {"age_s": MAX_AGE_S}, {"forwarding_address": router_id(9)}]
    )
    def test_others_do_not(self, changes: dict[str, Any]) -> None:
        seen = self.seen(**changes)
        together = Views([seen], [VIP, self.OTHER])
        for vip in (VIP, self.OTHER):
            assert together.origins(seen, vip) == origins(seen, vip)
        assert together.origins(seen, VIP) is not together.origins(seen, self.OTHER)

    def test_all_databases_count(self) -> None:
        one, other = self.seen(), self.seen(metric=21)
        together = Views([one, other], [VIP, self.OTHER])
        assert together.origins(one, VIP) is not together.origins(one, self.OTHER)
        assert together.origins(other, self.OTHER) == origins(other, self.OTHER)

    def test_stub_links_are_never_shared(self) -> None:
        seen = view(1, router(1, {2: 1}), router(2, {1: 1}, stubs={str(VIP): 1, str(self.OTHER): 1}))
        together = Views([seen], [VIP, self.OTHER])
        assert together.origins(seen, VIP) is not together.origins(seen, self.OTHER)


def test_several_announcements_of_one_router() -> None:
    seen = star(external(2), external(2, 5, 2), router(4, {1: 1}))
    assert [(origin.advertising_router, origin.metric_type) for origin in origins(seen, VIP)] == [
        (router_id(2), 1),
        (router_id(2), 2),
    ]


class TestBehindAnAbr:
    """Router 2 borders area 0, where 1 is, and area 1, where 3 and 4 are."""

    OUTSIDE = (router(1, {2: 10}), router(2, {1: 10}, roles="EA"))
    INSIDE = (
        router(2, {3: 10, 4: 20}, area=1, roles="EA"),
        router(3, {2: 10}, area=1, roles="E", stubs={"198.51.100.3/32": 0}),
        router(4, {2: 20}, area=1, roles="E", stubs={"198.51.100.4/32": 0}),
    )
    TYPE_7 = (external(3, area=1, forwarding="198.51.100.3"), external(4, area=1, forwarding="198.51.100.4"))

    def test_forwarding_address_names_one_of_two(self) -> None:
        outside = view(1, *self.OUTSIDE, summary(2, "198.51.100.4/32", 20), external(2, forwarding="198.51.100.4"))
        assert preferred(outside, view(3, *self.INSIDE, *self.TYPE_7)) == {4}

    def test_without_one_it_is_whom_the_abr_prefers(self) -> None:
        outside = view(1, *self.OUTSIDE, external(2))
        assert preferred(outside, view(4, *self.INSIDE, *self.TYPE_7)) == {3}

    def test_witnesses_must_agree(self) -> None:
        outside = view(1, *self.OUTSIDE, external(2))
        sees_3_dead = view(4, self.INSIDE[0], self.INSIDE[2], *self.TYPE_7)
        assert preferred(outside, view(4, *self.INSIDE, *self.TYPE_7), sees_3_dead) == set()
        assert preferred(outside, sees_3_dead) == {4}

    def test_dead_node_is_not_credited(self) -> None:
        outside = view(1, *self.OUTSIDE, external(2))
        dead = view(2, self.INSIDE[0], *self.TYPE_7)
        assert preferred(outside, dead) == set()
        assert not catchment(outside, VIP, [dead]).is_known

    def test_abr_that_imports_the_prefix_itself(self) -> None:
        outside = view(1, *self.OUTSIDE, external(2))
        assert preferred(outside) == {2}
        assert preferred(outside, view(3, *self.INSIDE, *self.TYPE_7, external(2, area=1))) == {2}

    def test_forwarding_address_of_an_asbr_that_is_no_abr(self) -> None:
        outside = star(router(4, {1: 1}), external(2, forwarding="10.2.1.1"), router(5, stubs={"10.2.1.0/24": 1}))
        assert {origin.originators for origin in origins(outside, VIP)} == {(router_id(2),)}

    def test_forwarding_address_of_an_abr_nobody_sees(self) -> None:
        outside = view(1, *self.OUTSIDE, external(2, forwarding="198.51.100.4"))
        assert {origin.originators for origin in origins(outside, VIP)} == {()}

    def test_summary_stands_for_the_nearest_stub_links(self) -> None:
        outside = view(1, *self.OUTSIDE, summary(2, NODE, 20))
        inside = view(
            3,
            router(2, {3: 10, 4: 10}, area=1, roles="A"),
            router(3, {2: 10}, area=1, stubs={NODE: 10}),
            router(4, {2: 10}, area=1, stubs={NODE: 10}),
        )
        assert preferred(outside) == set()
        assert preferred(outside, inside) == {3, 4}

    def test_summary_of_the_abrs_own_address(self) -> None:
        outside = view(1, *self.OUTSIDE, summary(2, NODE, 0))
        assert preferred(
            outside, view(3, router(2, {3: 1}, area=1, roles="A", stubs={NODE: 0}), router(3, {2: 1}, area=1))
        ) == {2}
