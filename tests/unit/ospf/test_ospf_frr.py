"""FRR's JSON, command by command: what is understood."""

from __future__ import annotations

import json
from ipaddress import IPv4Address, IPv4Interface, IPv4Network

import pytest

from nornir_anycast.ospf import frr
from nornir_anycast.ospf.model import (
    AsbrSummaryLsa,
    ExternalLsa,
    NetworkLsa,
    NextHop,
    OspfArea,
    OspfInterface,
    Route,
    RouterLink,
    SummaryLsa,
)

from .captures import CASES, read_outputs, read_view

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
        "show ip route 203.0.113.53/32 json",
        "show ip route 203.0.113.54/32 json",
    ]


@pytest.mark.parametrize("version", VERSIONS)
class TestRealOutputs:
    def test_process(self, version: str) -> None:
        view = read_view(CASES / version / "nssa" / "r1")
        assert view.router_id == node(1)
        assert set(view.areas) == {OspfArea(area_id=BACKBONE, kind="normal"), OspfArea(area_id=AREA_1, kind="nssa")}

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
        )

    def test_hidden_route_has_no_next_hop_in_use(self, version: str) -> None:
        routes = [r for r in read_view(CASES / version / "areas" / "ns1").routes if r.prefix == IPv4Network(VIP)]
        (own,) = (route for route in routes if route.selected)
        assert own.protocol == "connected"  # 10.3 has a "local" entry beside it
        assert own.next_hops == (NextHop(address=None, interface="lo"),)
        (ospf,) = (route for route in routes if route.protocol == "ospf")
        assert (ospf.installed, ospf.next_hops) == (False, ())


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
