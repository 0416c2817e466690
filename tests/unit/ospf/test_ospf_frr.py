"""FRR's JSON, command by command: what is understood."""

from __future__ import annotations

import json
from ipaddress import IPv4Address, IPv4Interface, IPv4Network
from pathlib import Path
from typing import NoReturn

import pytest

from nornir_anycast.ospf import frr
from nornir_anycast.ospf.model import (
    AsbrSummaryLsa,
    ExternalLsa,
    NetworkLsa,
    NextHop,
    OspfArea,
    OspfInterface,
    OspfRoute,
    Route,
    RouterLink,
    SummaryLsa,
)

from .captures import CASES, name, read_outputs, read_view, routers

VIP = IPv4Address("203.0.113.53")
BACKBONE, AREA_1, AREA_3 = (IPv4Address(number) for number in (0, 1, 3))
VERSIONS = ["8.4.4", "10.3"]


def node(octet: int) -> IPv4Address:
    return IPv4Address(f"198.51.100.{octet}")


def test_commands_are_asked_for_each_vip() -> None:
    assert frr.commands([VIP, IPv4Address("203.0.113.54")]) == [
        "show ip ospf json",
        "show ip ospf interface json",
        "show ip ospf neighbor detail json",
        "show ip ospf database router json",
        "show ip ospf database network json",
        "show ip ospf database summary json",
        "show ip ospf database asbr-summary json",
        "show ip ospf database external json",
        "show ip ospf database nssa-external json",
        "show ip ospf route json",
        "show ip route 203.0.113.53/32 json",
        "show ip route 203.0.113.54/32 json",
    ]


@pytest.mark.parametrize("version", VERSIONS)
class TestRealOutputs:
    def test_process(self, version: str) -> None:
        view = read_view(CASES / version / "nssa" / "r1")
        assert view.router_id == node(1)
        assert set(view.areas) == {OspfArea(area_id=BACKBONE, kind="normal"), OspfArea(area_id=AREA_1, kind="nssa")}

    def test_rfc1583_compatibility(self, version: str) -> None:
        seen = {case: read_view(CASES / version / case / "r1").rfc1583 for case in ("rfc1583", "nssa")}
        assert seen == {"rfc1583": True, "nssa": False}

    def test_stub_area_is_known_by_its_interface(self, version: str) -> None:
        assert OspfArea(area_id=AREA_3, kind="stub") in read_view(CASES / version / "links" / "r1").areas

    def test_interfaces(self, version: str) -> None:
        view = read_view(CASES / version / "links" / "r1")
        kinds = {i.name: (i.network_type, i.state, i.passive) for i in view.interfaces}
        assert kinds == {
            "eth0": ("point-to-point", "Point-To-Point", False),
            "eth1": ("point-to-point", "Point-To-Point", False),
            "eth3": ("broadcast", "DR", True),
            "eth4": ("non-broadcast", "DR", False),
            "eth5": ("broadcast", "DR", False),
            "lo": ("loopback", "Loopback", False),
        }
        assert view.interfaces[0] == OspfInterface(
            name="eth0",
            address=IPv4Interface("192.0.2.1/30"),
            area=BACKBONE,
            network_type="point-to-point",
            state="Point-To-Point",
            cost=10,
            priority=1,
            hello_ms=1000,
            dead_s=4,
            mtu=1500,
        )

    def test_ignored_mtu(self, version: str) -> None:
        view = read_view(CASES / version / "interface-states" / "r1")
        assert {i.name: i.checks_mtu for i in view.interfaces} == {
            "eth0": True,
            "eth1": True,
            "eth2": True,
            "eth4": False,
        }

    def test_designated_router(self, version: str) -> None:
        view = read_view(CASES / version / "interface-states" / "r1")
        assert {(i.state, i.designated_router) for i in view.interfaces} == {
            ("Point-To-Point", None),
            ("DR", IPv4Address("192.0.2.65")),
            ("Waiting", None),
        }

    def test_unnumbered_interface(self, version: str) -> None:
        view = read_view(CASES / version / "links" / "r2")
        assert [i.address for i in view.interfaces if i.name == "eth2"] == [None]

    def test_neighbors(self, version: str) -> None:
        view = read_view(CASES / version / "areas" / "r1")
        assert {(n.router_id, str(n.address), n.interface, n.state, n.role) for n in view.neighbors} == {
            (node(2), "192.0.2.2", "eth0", "Full", "-"),
            (node(3), "192.0.2.6", "eth1", "Full", "-"),
            (node(11), "192.0.2.66", "eth2", "Full", "DROther"),
            (node(12), "192.0.2.67", "eth2", "Full", "DROther"),
        }

    def test_router_lsas(self, version: str) -> None:
        lsas = read_view(CASES / version / "areas" / "r1").lsdb.routers
        assert {(lsa.area, lsa.advertising_router) for lsa in lsas} == {
            *((BACKBONE, node(octet)) for octet in (1, 2, 3)),
            *((AREA_1, node(octet)) for octet in (1, 11, 12)),
        }
        roles = {lsa.advertising_router: (lsa.is_abr, lsa.is_asbr, lsa.is_virtual_endpoint) for lsa in lsas}
        assert roles[node(1)] == (True, False, False)
        assert roles[node(3)] == (False, False, False)
        assert roles[node(11)] == (False, True, False)
        (own,) = (lsa for lsa in lsas if lsa.advertising_router == node(1) and lsa.area == BACKBONE)
        assert own.links[:2] == (
            RouterLink(kind="p2p", link_id=node(2), link_data=IPv4Address("192.0.2.1"), metric=10),
            RouterLink(
                kind="stub",
                link_id=IPv4Address("192.0.2.0"),
                link_data=IPv4Address("255.255.255.252"),
                metric=10,
            ),
        )

    def test_virtual_link(self, version: str) -> None:
        lsas = read_view(CASES / version / "virtual-link" / "r1").lsdb.routers
        assert {lsa.advertising_router for lsa in lsas if lsa.is_virtual_endpoint} == {node(1), node(2)}
        assert {
            (lsa.advertising_router, link.link_id) for lsa in lsas for link in lsa.links if link.kind == "virtual"
        } == {(node(1), node(2)), (node(2), node(1))}

    def test_network_lsas(self, version: str) -> None:
        (lsa,) = read_view(CASES / version / "areas" / "r1").lsdb.networks
        assert lsa == NetworkLsa(
            advertising_router=node(1),
            age_s=lsa.age_s,
            sequence=lsa.sequence,
            area=AREA_1,
            prefix=IPv4Network("192.0.2.64/26"),
            designated_router=IPv4Address("192.0.2.65"),
            attached=(node(1), node(11), node(12)),
        )

    def test_summary_lsas(self, version: str) -> None:
        lsas = read_view(CASES / version / "areas" / "r3").lsdb.summaries
        (lsa,) = (lsa for lsa in lsas if lsa.prefix == IPv4Network("203.0.113.54/32"))
        assert lsa == SummaryLsa(
            advertising_router=node(2),
            age_s=lsa.age_s,
            sequence=lsa.sequence,
            area=BACKBONE,
            prefix=lsa.prefix,
            metric=10,
        )

    def test_asbr_summary_lsas(self, version: str) -> None:
        lsas = read_view(CASES / version / "areas" / "r3").lsdb.asbr_summaries
        assert {(lsa.advertising_router, lsa.asbr, lsa.metric, lsa.area) for lsa in lsas} == {
            (node(1), node(11), 10, BACKBONE),
            (node(1), node(12), 10, BACKBONE),
            (node(2), node(13), 10, BACKBONE),
        }
        assert all(isinstance(lsa, AsbrSummaryLsa) for lsa in lsas)

    def test_external_lsas(self, version: str) -> None:
        lsas = read_view(CASES / version / "areas" / "r3").lsdb.externals
        (lsa,) = (e for e in lsas if e.advertising_router == node(13) and e.prefix == IPv4Network(VIP))
        assert lsa == ExternalLsa(
            advertising_router=node(13),
            age_s=lsa.age_s,
            sequence=0x80000001,
            area=None,
            prefix=IPv4Network(VIP),
            metric_type=1,
            metric=20,
            forwarding_address=None,
        )

    def test_type_7(self, version: str) -> None:
        lsas = read_view(CASES / version / "nssa" / "r1").lsdb.externals
        assert {
            (lsa.area, lsa.advertising_router, str(lsa.forwarding_address))
            for lsa in lsas
            if lsa.prefix == IPv4Network(VIP) and lsa.forwarding_address is not None
        } == {(AREA_1, node(11), "192.0.2.67"), (None, node(1), "192.0.2.67")}
        assert {(lsa.area, lsa.propagate) for lsa in lsas} == {(AREA_1, True), (None, None)}

    def test_type_7_that_is_not_to_be_translated(self, version: str) -> None:
        lsas = read_view(CASES / version / "rfc1583" / "r1").lsdb.externals
        assert {(lsa.advertising_router, lsa.propagate) for lsa in lsas if lsa.area is not None} == {
            (node(1), False),
            (node(4), True),
        }

    def test_tag_and_forwarding_address(self, version: str) -> None:
        lsas = read_view(CASES / version / "e2-tag-forwarding" / "r1").lsdb.externals
        assert {
            (lsa.advertising_router, str(lsa.prefix), lsa.metric_type, lsa.metric, str(lsa.forwarding_address), lsa.tag)
            for lsa in lsas
            if lsa.advertising_router != node(12)
        } == {
            (node(2), "0.0.0.0/0", 2, 7, "None", 0),
            (node(11), "203.0.113.53/32", 2, 20, "None", 4711),
            (node(11), "203.0.113.54/32", 2, 20, "None", 4711),
            (node(2), "203.0.113.55/32", 2, 30, "192.0.2.68", 4711),
        }

    def test_lsa_at_max_age(self, version: str) -> None:
        lsas = read_view(CASES / version / "withdrawn" / "r1").lsdb.externals
        assert {lsa.advertising_router for lsa in lsas if lsa.is_max_age} == {node(12)}

    def test_routes(self, version: str) -> None:
        routes = read_view(CASES / version / "areas" / "r3").routes
        assert [route.prefix for route in routes] == [IPv4Network(VIP), IPv4Network("203.0.113.54/32")]
        assert routes[0] == Route(
            prefix=IPv4Network(VIP),
            protocol="ospf",
            selected=True,
            installed=True,
            metric=40,
            next_hops=(
                NextHop(address=IPv4Address("192.0.2.5"), interface="eth0"),
                NextHop(address=IPv4Address("192.0.2.9"), interface="eth1"),
            ),
            distance=110,
        )

    def test_hidden_route_has_no_next_hop_in_use(self, version: str) -> None:
        routes = [r for r in read_view(CASES / version / "areas" / "ns1").routes if r.prefix == IPv4Network(VIP)]
        (own,) = (route for route in routes if route.selected)
        assert own.protocol == "connected"  # 10.3 has a "local" entry beside it
        assert own.next_hops == (NextHop(address=None, interface="lo"),)
        (ospf,) = (route for route in routes if route.protocol == "ospf")
        assert (ospf.installed, ospf.next_hops) == (False, ())


@pytest.mark.parametrize("version", VERSIONS)
class TestOspfRoutes:
    def test_external_2(self, version: str) -> None:
        routes = {r.destination: r for r in read_routes(version, "e2-tag-forwarding")}
        to_2 = (
            NextHop(address=IPv4Address("192.0.2.2"), interface="eth1"),
            NextHop(address=IPv4Address("192.0.2.66"), interface="eth0"),
        )
        assert routes[IPv4Network("192.0.2.64/26")] == OspfRoute(
            destination=IPv4Network("192.0.2.64/26"),
            path_type="intra-area",
            area=BACKBONE,
            cost=10,
            next_hops=(NextHop(address=None, interface="eth0"),),
        )
        assert routes[node(2)] == OspfRoute(
            destination=node(2), path_type="intra-area", area=BACKBONE, cost=10, next_hops=to_2, is_asbr=True
        )
        assert routes[IPv4Network("0.0.0.0/0")] == OspfRoute(
            destination=IPv4Network("0.0.0.0/0"), path_type="external-2", area=None, cost=7, next_hops=to_2
        )
        assert routes[IPv4Network("203.0.113.55/32")].tag == 4711

    def test_area_range_is_a_discard_route(self, version: str) -> None:
        (route,) = (r for r in read_routes(version, "stub-and-range") if r.is_discard)
        assert route == OspfRoute(
            destination=IPv4Network("192.0.2.64/27"),
            path_type="inter-area",
            area=None,
            cost=0,
            next_hops=(),
            is_discard=True,
        )

    def test_next_hop_over_a_virtual_link_is_left_out(self, version: str) -> None:
        routes = {r.destination: r for r in read_routes(version, "virtual-link-routes")}
        assert routes[node(2)] == OspfRoute(
            destination=node(2), path_type="intra-area", area=BACKBONE, cost=30, next_hops=(), is_abr=True
        )
        assert routes[node(11)].path_type == "inter-area"
        assert routes[IPv4Network(VIP)].path_type == "external-1"
        assert routes[IPv4Network(VIP)].next_hops == (
            NextHop(address=IPv4Address("192.0.2.6"), interface="eth1"),
            NextHop(address=IPv4Address("192.0.2.10"), interface="eth2"),
        )

    def test_router_that_is_neither_abr_nor_asbr(self, version: str) -> None:
        routes = {r.destination: r for r in read_routes(version, "rfc1583")}
        assert {octet: (routes[node(octet)].is_abr, routes[node(octet)].is_asbr) for octet in (2, 3, 4)} == {
            2: (False, False),
            3: (False, False),
            4: (False, True),
        }

    def test_costs_are_those_of_the_rib(self, version: str) -> None:
        for case in ("e2-tag-forwarding", "stub-and-range"):
            view = read_view(CASES / version / case / "r1")
            rib = {(r.prefix, r.metric, frozenset(r.next_hops)) for r in view.routes if r.protocol == "ospf"}
            table = {(r.destination, r.cost, frozenset(r.next_hops)) for r in view.ospf_routes or ()}
            assert rib <= table
            assert rib

    def test_snapshot_without_the_command(self, version: str) -> None:
        assert read_view(CASES / version / "nssa" / "r1").ospf_routes is None


def read_routes(version: str, case: str) -> tuple[OspfRoute, ...]:
    routes = read_view(CASES / version / case / "r1").ospf_routes
    assert routes is not None
    return routes


@pytest.mark.parametrize("case", ["rfc1583", "e2-tag-forwarding", "virtual-link-routes"])
def test_border_routers(case: str) -> None:
    text = (CASES / "10.3" / case / "r1" / "show_ip_ospf_border-routers_json.txt").read_text()
    found = frr.parse_border_routers(text)
    assert found == tuple(r for r in read_routes("10.3", case) if r.is_abr or r.is_asbr)
    assert found


def test_route_that_a_route_map_keeps_out() -> None:
    routes = {str(r.prefix): r for r in read_view(CASES / "8.4.4" / "route-map-in" / "r1").routes}
    assert routes["203.0.113.53/32"].installed
    assert not routes["203.0.113.54/32"].installed


def test_two_way_between_drothers() -> None:
    neighbors = read_view(CASES / "8.4.4" / "two-way-drother" / "n1").neighbors
    assert {(neighbor.state, neighbor.role) for neighbor in neighbors} == {("Full", "DR"), ("2-Way", "DROther")}


def test_neighbor_in_init() -> None:
    neighbors = read_view(CASES / "8.4.4" / "neighbor-init" / "r1").neighbors
    assert {n.router_id: n.state for n in neighbors}[node(11)] == "Init"


def test_type_2_metric() -> None:
    lsas = read_view(CASES / "8.4.4" / "metric-type-2" / "r1").lsdb.externals
    assert {lsa.metric_type for lsa in lsas} == {2}


OUTPUTS = read_outputs(CASES / "10.3" / "areas" / "r1")


def test_configured_neighbor_that_was_never_heard() -> None:
    shown = json.loads(OUTPUTS[frr.NEIGHBORS])
    (entry,) = shown["neighbors"]["198.51.100.2"]
    text = json.dumps({"neighbors": {"noNbrId": [{**entry, "nbrState": "Attempt/DROther"}]}})
    (neighbor,) = frr.parse_view({**OUTPUTS, frr.NEIGHBORS: text}, [VIP]).neighbors
    assert (neighbor.router_id, neighbor.state) == (None, "Attempt")


def test_neighbor_state_that_frr_cuts() -> None:
    shown = json.loads(OUTPUTS[frr.NEIGHBORS])
    (entry,) = shown["neighbors"]["198.51.100.2"]
    text = json.dumps({"neighbors": {"198.51.100.2": [{**entry, "nbrState": "Exchange/DROthe"}]}})
    (neighbor,) = frr.parse_view({**OUTPUTS, frr.NEIGHBORS: text}, [VIP]).neighbors
    assert (neighbor.state, neighbor.role) == ("Exchange", "DROther")


@pytest.mark.parametrize("shown", [{"ifDown": False, "ospfRunning": False}, {"ifUp": True, "ospfEnabled": False}])
def test_interface_without_ospf(shown: dict[str, bool]) -> None:
    text = json.dumps({"interfaces": {"eth9": shown}})
    assert frr.parse_view({**OUTPUTS, frr.INTERFACES: text}, [VIP]).interfaces == ()


def test_attached_routers_spelt_right() -> None:
    text = OUTPUTS[frr.NETWORKS].replace("attchedRouters", "attachedRouters")
    assert frr.parse_view({**OUTPUTS, frr.NETWORKS: text}, [VIP]) == frr.parse_view(OUTPUTS, [VIP])


def test_blackhole_route() -> None:
    hop = {"flags": 3, "fib": True, "unreachable": True, "blackhole": True, "active": True}
    entry = {"prefix": f"{VIP}/32", "protocol": "static", "selected": True, "metric": 0, "nexthops": [hop]}
    text = json.dumps({f"{VIP}/32": [entry]})
    (route,) = frr.parse_view({**OUTPUTS, f"show ip route {VIP}/32 json": text}, [VIP]).routes
    assert route.next_hops == (NextHop(address=None, interface=None),)


def test_no_route() -> None:
    view = frr.parse_view({**OUTPUTS, f"show ip route {VIP}/32 json": "{\n}\n"}, [VIP])
    assert view.routes == ()


def test_no_ospf_route() -> None:
    assert frr.parse_view({**OUTPUTS, frr.OSPF_TABLE: "{\n}\n"}, [VIP]).ospf_routes == ()


@pytest.mark.parametrize("router", routers(), ids=name)
def test_quick_way_and_careful_way_agree(router: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    quick = read_view(router).lsdb
    monkeypatch.setattr(frr.externals, "_columns", refuse)
    careful = read_view(router).lsdb
    assert careful == quick
    assert hash(careful) == hash(quick)


def refuse(*_: object) -> NoReturn:
    raise ValueError


def test_short_sequence_number() -> None:
    text = OUTPUTS[frr.EXTERNALS].replace('"80000001"', '"1"')
    lsas = frr.parse_view({**OUTPUTS, frr.EXTERNALS: text}, [VIP]).lsdb.externals
    assert 1 in {lsa.sequence for lsa in lsas}
