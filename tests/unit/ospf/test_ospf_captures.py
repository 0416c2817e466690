"""Real routers: what is predicted from their LSDB is what they have in their RIB."""

from __future__ import annotations

import json
from ipaddress import IPv4Address, IPv4Network
from typing import TYPE_CHECKING

import pytest

from nornir_anycast.ospf import frr
from nornir_anycast.ospf.model import NextHop
from nornir_anycast.ospf.origins import Origin, catchment, origins

from .captures import CASES, name, read_outputs, read_situation, read_view, read_vips, routers

if TYPE_CHECKING:
    from pathlib import Path

VIP = IPv4Network("203.0.113.53/32")
STUB_VIP = IPv4Network("203.0.113.54/32")
VERSIONS = ["8.4.4", "10.3"]


def ids(*last_octets: int) -> set[IPv4Address]:
    return {IPv4Address(f"198.51.100.{octet}") for octet in last_octets}


def by_router(found: tuple[Origin, ...]) -> dict[int, str | None]:
    """Return why each advertising router's announcement does not count, by the last octet of its id."""
    return {origin.advertising_router.packed[3]: origin.reason for origin in found}


@pytest.mark.parametrize("router", routers(), ids=name)
def test_catchment_is_what_the_rib_has(router: Path) -> None:
    view = read_view(router)
    outputs = read_outputs(router)
    for vip in read_vips(router):
        shown = json.loads(outputs[f"show ip route {vip}/32 json"])
        # Also routes that another one hides, as a node's own address does: the view has no next hops of these.
        ospf = [route for routes in shown.values() for route in routes if route["protocol"] == "ospf"]
        expected = {
            NextHop(address=IPv4Address(hop["ip"]) if "ip" in hop else None, interface=hop["interfaceName"])
            for route in ospf
            for hop in route["nexthops"]
        }
        predicted = catchment(view, IPv4Network(vip))
        assert predicted.next_hops == expected
        assert predicted.cost == (ospf[0]["metric"] if ospf else None)


@pytest.mark.parametrize("version", VERSIONS)
class TestAreas:
    """r1, r2, r3: a triangle of area 0; ns1, ns2 behind r1 in area 1, ns3 behind r4 behind r2 in area 2."""

    def test_every_router_lists_every_origin(self, version: str) -> None:
        for view in read_situation(version, "areas").values():
            assert set(by_router(origins(view, VIP))) == {11, 12, 13}

    def test_nearest_nodes_are_preferred_and_equal_ones_share(self, version: str) -> None:
        views = read_situation(version, "areas")
        assert {router: catchment(view, VIP).originators for router, view in views.items() if router[0] == "r"} == {
            "r1": ids(11, 12),
            "r2": ids(13),
            "r3": ids(11, 12, 13),
            "r4": ids(13),
        }

    def test_stub_link_beats_externals_whatever_the_cost(self, version: str) -> None:
        view = read_situation(version, "areas")["r4"]
        via = {origin.advertising_router.packed[3]: origin.via for origin in catchment(view, STUB_VIP).origins}
        assert via == {13: "intra-area"}

    def test_who_is_behind_two_abrs_is_known_from_a_view_of_the_last_area(self, version: str) -> None:
        views = read_situation(version, "areas")
        seen = catchment(views["ns1"], STUB_VIP, [views["r1"], views["r2"]])
        assert [origin.via for origin in seen.origins] == ["inter-area"]
        assert seen.originators == ids(13)

    def test_who_is_behind_an_abr_is_not_known_without_such_a_view(self, version: str) -> None:
        views = read_situation(version, "areas")
        seen = catchment(views["ns1"], STUB_VIP, [views["r1"], views["r3"]])
        assert seen.originators == set()
        assert not seen.is_known

    def test_max_metric_is_a_last_resort_and_no_withdrawal(self, version: str) -> None:
        views = read_situation(version, "max-metric")
        assert catchment(views["r3"], VIP).originators == ids(13)
        assert by_router(origins(views["r3"], VIP)) == {11: None, 12: None, 13: None}

    def test_node_that_died_is_a_ghost(self, version: str) -> None:
        for view in read_situation(version, "ghost").values():
            assert by_router(origins(view, VIP)) == {11: "unreachable", 12: None, 13: None}

    def test_withdrawn_lsa_is_listed_at_max_age(self, version: str) -> None:
        for view in read_situation(version, "withdrawn").values():
            assert by_router(origins(view, VIP)) == {11: "unreachable", 12: "max-age", 13: None}


@pytest.mark.parametrize("version", VERSIONS)
class TestNssa:
    """ns1 in an NSSA behind r1, which translates; r2 and ns3 in area 0."""

    def test_inside_the_area_it_is_a_type_7(self, version: str) -> None:
        view = read_situation(version, "nssa")["r1"]
        assert [origin.via for origin in catchment(view, VIP).origins] == ["nssa"]

    def test_translated_type_5_stands_for_the_node_if_the_abr_is_seen(self, version: str) -> None:
        views = read_situation(version, "nssa")
        (origin,) = catchment(views["r2"], VIP, [views["r1"]]).origins
        assert (origin.via, origin.advertising_router, set(origin.originators)) == ("external", *ids(1), ids(11))

    def test_translated_type_5_stands_for_nobody_known_if_not(self, version: str) -> None:
        views = read_situation(version, "nssa")
        (origin,) = catchment(views["r2"], VIP, [views["ns3"]]).origins
        assert origin.originators == ()

    def test_suppressed_forwarding_address(self, version: str) -> None:
        views = read_situation(version, "nssa-suppress-fa")
        (origin,) = catchment(views["r2"], VIP, [views["r1"]]).origins
        assert origin.forwarding_address is None
        assert set(origin.originators) == ids(11)

    def test_translation_of_a_dead_node_stands_for_nobody(self, version: str) -> None:
        views = read_situation(version, "nssa-ghost")
        translated = [o for o in origins(views["r2"], VIP, [views["r1"]]) if o.advertising_router in ids(1)]
        assert all(origin.originators == () for origin in translated)
        inside = [origin for origin in origins(views["r1"], VIP) if origin.via == "nssa"]
        assert [origin.reason for origin in inside] == ["unreachable"]


@pytest.mark.parametrize("version", VERSIONS)
def test_one_router_id_on_two_nodes(version: str) -> None:
    view = read_situation(version, "same-router-id")["r1"]
    assert {str(neighbor.address) for neighbor in view.neighbors} == {"192.0.2.11", "192.0.2.12"}
    assert {neighbor.router_id for neighbor in view.neighbors} == ids(11)
    assert len(origins(view, VIP)) == 1


@pytest.mark.parametrize("router", ["r1", "r2"])
def test_routes_of_all_at_once_are_those_asked_one_by_one(router: str) -> None:
    folder = CASES / "8.4.4" / "two-routers" / router
    vips = read_vips(folder)
    outputs = {command: text for command, text in read_outputs(folder).items() if "ip route" not in command}
    outputs["show ip route ospf json"] = (folder / "show_ip_route_ospf_json.txt").read_text()

    view = frr.parse_view(outputs, vips)

    assert [command for command in frr.commands(vips, few=True) if "ip route" in command] == ["show ip route ospf json"]
    assert len(view.routes) == 1
    assert view.routes == read_view(folder).routes
