"""The text of Quagga and FRR, command by command: what is understood."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Interface, IPv4Network

import pytest

from nornir_anycast.ospf import quagga
from nornir_anycast.ospf.model import (
    AsbrSummaryLsa,
    Authentication,
    ExternalLsa,
    Neighbor,
    NetworkLsa,
    NextHop,
    OspfArea,
    OspfInterface,
    OspfRoute,
    Route,
    RouterLink,
    SummaryLsa,
)
from nornir_anycast.ospf.quagga import interfaces, listing, neighbors, rib, rib_table
from nornir_anycast.ospf.quagga.checksum import is_sound

from .quagga_cases import FRR, QUAGGA, VIPS, read_outputs, read_text, read_view, read_vips

VIP = VIPS[0]
BACKBONE, AREA_1 = IPv4Address(0), IPv4Address(1)
AREAS = read_view(QUAGGA / "areas" / "r1")


def node(octet: int) -> IPv4Address:
    return IPv4Address(f"198.51.100.{octet}")


def hop(address: str | None, interface: str | None) -> NextHop:
    return NextHop(address=None if address is None else IPv4Address(address), interface=interface)


def test_commands_count_the_lsas_before_and_after() -> None:
    assert quagga.commands(VIPS) == [
        "show ip ospf",
        "show ip ospf interface",
        "show ip ospf neighbor",
        "show ip ospf neighbor detail",
        "show ip ospf database router",
        "show ip ospf database network",
        "show ip ospf database summary",
        "show ip ospf database asbr-summary",
        "show ip ospf database external",
        "show ip ospf database nssa-external",
        "show ip ospf database",
        "show ip ospf route",
        "show ip route 203.0.113.53/32",
        "show ip route 203.0.113.54/32",
    ]


class TestProcess:
    def test_areas(self) -> None:
        assert AREAS.router_id == node(1)
        assert AREAS.areas == (OspfArea(area_id=BACKBONE, kind="normal"), OspfArea(area_id=AREA_1, kind="normal"))
        kinds = {area.area_id: area.kind for area in read_view(QUAGGA / "stub-and-range" / "r1").areas}
        assert list(kinds.values()) == ["normal", "stub", "stub", "normal"]
        assert OspfArea(area_id=AREA_1, kind="nssa") in read_view(QUAGGA / "nssa" / "r1").areas

    def test_rfc_1583(self) -> None:
        assert not AREAS.rfc1583
        assert read_view(QUAGGA / "extras" / "r1").rfc1583


class TestInterfaces:
    def test_all_of_one(self) -> None:
        assert AREAS.interfaces[0] == OspfInterface(
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

    def test_designated_router(self) -> None:
        found = {i.name: (i.state, i.designated_router) for i in AREAS.interfaces}
        assert found["eth2"] == ("DR", IPv4Address("192.0.2.65"))

    def test_two_addresses_fast_hellos_and_any_mtu(self) -> None:
        eth4 = [i for i in read_view(QUAGGA / "states" / "r1").interfaces if i.name == "eth4"]
        assert [str(i.address) for i in eth4] == ["192.0.2.5/30", "192.0.2.209/28"]
        assert {(i.hello_ms, i.dead_s, i.checks_mtu) for i in eth4} == {(250, 1, False)}

    def test_network_types(self) -> None:
        found = {i.name: (i.network_type, i.passive) for i in read_view(FRR / "10.3" / "links" / "r1").interfaces}
        assert found["eth3"] == ("broadcast", True)
        assert found["eth4"] == ("non-broadcast", False)
        assert found["lo"] == ("loopback", False)
        assert "eth2" not in found  # down
        virtual = [i for i in read_view(QUAGGA / "virtual-link" / "r1").interfaces if i.network_type == "virtual-link"]
        assert [i.area for i in virtual] == [BACKBONE]

    def test_unnumbered(self) -> None:
        found = {i.name: i.address for i in read_view(FRR / "10.3" / "links" / "r2").interfaces}
        assert None in found.values()

    def test_one_by_name(self) -> None:
        text = "eth3 is up\n  ifindex 5, MTU 1500 bytes, BW 0 Kbit <UP>\n  OSPF not enabled on this interface\n"
        assert interfaces.parse_interfaces(text, "show ip ospf interface eth3").interfaces == ()

    @pytest.mark.parametrize(
        ("lines", "kind"),
        [
            ("  Authentication NULL is enabled\n", "none"),
            ("  Simple password authentication enabled\n", "simple"),
            ("  Cryptographic authentication enabled\n  Algorithm:MD5\n", "cryptographic"),
            (
                "  Cryptographic authentication enabled\n    Sending SA: Key 3, Algorithm md5 - key chain K\n",
                "cryptographic",
            ),
        ],
    )
    def test_authentication_that_frr_shows(self, lines: str, kind: str) -> None:
        text = read_text(FRR / "10.3" / "areas" / "r1")["show ip ospf interface"]
        before, after = text.split("  LSA retransmissions: ", 1)
        found = interfaces.parse_interfaces(f"{before}{lines}  LSA retransmissions: {after}").interfaces
        assert [None if i.authentication is None else i.authentication.kind for i in found] == [kind, None, None]
        assert found[0].authentication == Authentication(kind=found[0].authentication.kind)  # type: ignore[union-attr]

    def test_no_interface_at_all(self) -> None:
        outputs = read_text(FRR / "10.3" / "areas" / "r1")
        text = outputs["show ip ospf"].replace("Active: 2", "Active: 0").replace("Active: 1", "Active: 0")
        view = quagga.parse_view({**outputs, "show ip ospf": text, "show ip ospf interface": "\n"}, VIPS)
        assert view.interfaces == ()


class TestNeighbors:
    def test_roles(self) -> None:
        assert set(AREAS.neighbors) == {
            Neighbor(
                router_id=node(router),
                address=IPv4Address(address),
                interface=interface,
                state="Full",
                role="DROther" if interface == "eth2" else "-",
            )
            for router, address, interface in [
                (2, "192.0.2.2", "eth0"),
                (3, "192.0.2.6", "eth1"),
                (11, "192.0.2.66", "eth2"),
                (12, "192.0.2.67", "eth2"),
            ]
        }

    def test_states(self) -> None:
        found = {(str(n.router_id), str(n.address)): n.state for n in read_view(QUAGGA / "states" / "r1").neighbors}
        assert found == {
            ("198.51.100.2", "192.0.2.2"): "Exchange",  # printed as "Exchange/DROthe"
            ("198.51.100.11", "192.0.2.66"): "Init",
            ("None", "192.0.2.162"): "Attempt",
            ("None", "192.0.2.163"): "Attempt",
            ("198.51.100.3", "192.0.2.6"): "Full",
            ("198.51.100.3", "192.0.2.210"): "Full",
        }

    def test_two_way_between_drothers(self) -> None:
        found = {n.router_id: (n.state, n.role) for n in read_view(QUAGGA / "areas" / "ns1").neighbors}
        assert found == {node(1): ("Full", "DR"), node(12): ("2-Way", "DROther")}

    def test_one_router_id_at_two_addresses(self) -> None:
        found = read_view(QUAGGA / "same-router-id" / "r1").neighbors
        assert len({n.address for n in found}) == 2
        assert {n.router_id for n in found} == {node(11)}

    def test_role_in_quagga_follows_from_the_dr_where_the_list_lacks_it(self) -> None:
        outputs = read_text(QUAGGA / "areas" / "ns1")
        listed, detailed = outputs["show ip ospf neighbor"], outputs["show ip ospf neighbor detail"]
        headings = listed.strip().split("\n")[0]
        assert neighbors.parse_neighbors(headings) == ()
        view = quagga.parse_view({**outputs, "show ip ospf neighbor": headings}, VIPS)
        assert set(view.neighbors) == set(quagga.parse_view(outputs, VIPS).neighbors)
        backup = detailed.replace("DR is 192.0.2.65, BDR is 0.0.0.0", "DR is 192.0.2.1, BDR is 192.0.2.65")
        found = neighbors.join_neighbors([], neighbors.parse_neighbor_detail(backup), frozenset())
        assert {n.router_id: n.role for n in found}[node(1)] == "Backup"

    def test_neighbor_that_came_or_went_in_between_is_there(self) -> None:
        outputs = read_text(QUAGGA / "areas" / "r1")
        text = outputs["show ip ospf neighbor detail"]
        shorter = text[text.index(" Neighbor 198.51.100.3") :]
        view = quagga.parse_view({**outputs, "show ip ospf neighbor detail": shorter}, VIPS)
        assert set(view.neighbors) == set(AREAS.neighbors)

    def test_no_neighbor_in_quagga_prints_nothing(self) -> None:
        view = read_view(QUAGGA / "interface-down" / "r1")
        assert read_text(QUAGGA / "interface-down" / "r1")["show ip ospf neighbor detail"] == ""
        assert view.neighbors == ()

    def test_graceful_restart_and_bfd_of_frr(self) -> None:
        text = read_text(FRR / "10.3" / "areas" / "r1")["show ip ospf neighbor detail"]
        more = (
            "Status : Inprogress.\n      Graceful Restart grace period time: 120 (seconds).\n"
            "      Graceful Restart reason: Software restart.\n      Helper rejected reason: None of.\n"
            "      Last helper exit reason: Grace timer expiry.\n\n"
            "  BFD: Type: single hop\n  Detect Multiplier: 3, Min Rx interval: 300, Min Tx interval: 300\n"
            "  Status: Up, Last update: 0:00:00:07\n"
        )
        changed = text.replace("Status : None\n", more, 1)
        assert neighbors.parse_neighbor_detail(changed) == neighbors.parse_neighbor_detail(text)


class TestDatabase:
    def test_router_lsas(self) -> None:
        own, abr = (r for r in AREAS.lsdb.routers if r.advertising_router in {node(1), node(2)} and r.area == BACKBONE)
        assert own.links[:2] == (
            RouterLink(kind="p2p", link_id=node(2), link_data=IPv4Address("192.0.2.1"), metric=10),
            RouterLink(
                kind="stub", link_id=IPv4Address("192.0.2.0"), link_data=IPv4Address("255.255.255.252"), metric=10
            ),
        )
        assert (own.is_abr, own.is_asbr, abr.is_abr) == (True, False, True)
        assert {r.advertising_router for r in AREAS.lsdb.routers if r.is_asbr} == {node(11), node(12)}

    def test_virtual_link(self) -> None:
        lsas = read_view(QUAGGA / "virtual-link" / "r1").lsdb.routers
        assert {lsa.advertising_router for lsa in lsas if lsa.is_virtual_endpoint} == {node(1), node(2)}
        found = {(lsa.advertising_router, x.link_id) for lsa in lsas for x in lsa.links if x.kind == "virtual"}
        assert found == {(node(1), node(2)), (node(2), node(1))}

    def test_network_lsas(self) -> None:
        (lsa,) = AREAS.lsdb.networks
        assert lsa == NetworkLsa(
            advertising_router=node(1),
            age_s=lsa.age_s,
            sequence=lsa.sequence,
            area=AREA_1,
            prefix=IPv4Network("192.0.2.64/26"),
            designated_router=IPv4Address("192.0.2.65"),
            attached=(node(1), node(11), node(12)),
        )

    def test_summaries(self) -> None:
        lsas = read_view(QUAGGA / "areas" / "r3").lsdb
        (lsa,) = (lsa for lsa in lsas.summaries if lsa.prefix == IPv4Network("203.0.113.54/32"))
        assert lsa == SummaryLsa(
            advertising_router=node(2),
            age_s=lsa.age_s,
            sequence=0x80000001,
            area=BACKBONE,
            prefix=lsa.prefix,
            metric=lsa.metric,
        )
        assert {(lsa.advertising_router, lsa.asbr) for lsa in lsas.asbr_summaries} == {
            (node(1), node(11)),
            (node(1), node(12)),
            (node(2), node(13)),
        }
        assert all(isinstance(lsa, AsbrSummaryLsa) for lsa in lsas.asbr_summaries)

    def test_externals(self) -> None:
        (lsa,) = (lsa for lsa in AREAS.lsdb.externals_of(IPv4Network(VIP)) if lsa.advertising_router == node(13))
        assert lsa == ExternalLsa(
            advertising_router=node(13),
            age_s=lsa.age_s,
            sequence=lsa.sequence,
            area=None,
            prefix=IPv4Network(VIP),
            metric_type=1,
            metric=20,
            forwarding_address=None,
        )

    def test_type_2_tag_and_forwarding_address(self) -> None:
        lsdb = read_view(QUAGGA / "e2-tag-forwarding" / "r1").lsdb
        (lsa,) = lsdb.externals_of(IPv4Network("203.0.113.55/32"))
        assert (lsa.metric_type, lsa.metric, lsa.forwarding_address) == (2, 30, IPv4Address("192.0.2.68"))
        assert {lsa.tag for lsa in lsdb.externals_of(IPv4Network(VIP))} == {0, 4711}

    def test_type_7(self) -> None:
        lsas = read_view(QUAGGA / "nssa" / "r1").lsdb.externals_of(IPv4Network(VIP))
        found = {(x.area, x.advertising_router, str(x.forwarding_address), x.propagate) for x in lsas}
        assert (AREA_1, node(11), "192.0.2.67", True) in found
        assert (None, node(1), "192.0.2.67", None) in found

    def test_lsa_at_max_age(self) -> None:
        outputs = read_outputs(QUAGGA / "withdrawn" / "r1", ["show ip ospf database max-age"])
        flushed = listing.parse_max_age(outputs["show ip ospf database max-age"])
        lsas = read_view(QUAGGA / "withdrawn" / "r1").lsdb.externals
        assert {lsa.advertising_router for lsa in lsas if lsa.is_max_age} == {node(12)}
        assert {router for lsa_type, _, router in flushed if lsa_type == 5} == {node(12)}

    def test_lsa_that_does_not_age(self) -> None:
        outputs = read_text(FRR / "10.3" / "areas" / "r1")
        command = "show ip ospf database external"
        for words in ("(DNA)", "(S-DNA)"):
            text = outputs[command].replace("\n  Options", f"{words}\n  Options")
            assert text != outputs[command]
            assert quagga.parse_view({**outputs, command: text}, VIPS) == quagga.parse_view(outputs, VIPS)

    def test_listing_of_frr_leaves_no_blank_behind_a_long_address(self) -> None:
        text = (
            "\n       OSPF Router with ID (198.51.100.1)\n\n                AS External Link States\n\n"
            "Link ID         ADV Router      Age  Seq#       CkSum  Route\n"
            "203.113.113.253198.151.100.113 3600 0x80000001 0x00ff E2 203.113.113.253/32 [0x1267]\n"
            "                AS-external Opaque-LSA\n\n"
            "Opaque-Type/Id  ADV Router      Age  Seq#       CkSum\n"
            "4.0.0.0        198.51.100.1       3 0x80000001 0x2ddc\n"
        )
        census = listing.parse_listing(text).census
        assert {scope: (one.count, one.checksum_sum) for scope, one in census.items()} == {("external", None): (1, 255)}

    def test_empty_database(self) -> None:
        empty = listing.parse_listing("\n       OSPF Router with ID (198.51.100.1)\n\n\n")
        assert (empty.router_id, empty.census) == (node(1), {})

    def test_checksum(self) -> None:
        lsa = bytes.fromhex("0205cb007135c633640b800000043d230024ffffffff000000140000000000000000")
        assert is_sound(lsa)
        for index in range(len(lsa)):
            assert not is_sound(lsa[:index] + bytes([lsa[index] ^ 1]) + lsa[index + 1 :])
        assert not is_sound(lsa[:4] + lsa[4:6][::-1] + lsa[6:])


ENTRY = """Routing entry for 203.0.113.53/32
  Known via "ospf", distance 110, metric 30, tag 0, vrf 0, best, fib
  Last update 00:01:35 ago
  >* 192.0.2.11, via eth0
  >  192.0.2.12, via eth0

"""


class TestRoutes:
    def test_one_prefix(self) -> None:
        found = {str(route.prefix): route for route in AREAS.routes}
        assert found["203.0.113.53/32"] == Route(
            prefix=IPv4Network(VIP),
            protocol="ospf",
            selected=True,
            installed=True,
            metric=30,
            next_hops=(hop("192.0.2.66", "eth2"), hop("192.0.2.67", "eth2")),
            distance=110,
        )

    def test_quagga_without_multipath_installs_one_of_two(self) -> None:
        (route,) = rib.parse_routes(ENTRY, VIP)
        assert (route.installed, route.next_hops) == (True, (hop("192.0.2.11", "eth0"),))
        table = "Codes: K\n\nO>* 203.0.113.53/32 [110/30] via 192.0.2.11, eth0, 00:01:35\n"
        other = "                             via 192.0.2.12, eth0, 00:01:35\n"
        (route,) = rib_table.parse_route_table(table + other)
        assert route.next_hops == (hop("192.0.2.11", "eth0"),)

    def test_route_that_a_route_map_keeps_out(self) -> None:
        kept, hidden = read_view(QUAGGA / "route-map-in" / "r1").routes
        assert (kept.installed, hidden.installed, hidden.selected, hidden.next_hops) == (True, False, False, ())

    def test_own_address_hides_the_route_of_ospf(self) -> None:
        routes = [r for r in read_view(QUAGGA / "areas" / "ns1").routes if r.prefix == IPv4Network(VIP)]
        assert {(r.protocol, r.selected, r.installed, r.next_hops) for r in routes} == {
            ("ospf", False, False, ()),
            ("connected", True, True, (hop(None, "lo"),)),
        }

    def test_no_route(self) -> None:
        assert rib.parse_routes("% Network not in table\n", VIP) == ()

    def test_covering_prefix_is_no_route_of_the_vip(self) -> None:
        command = "show ip route 203.0.113.200"
        router = QUAGGA / "e2-tag-forwarding" / "r1"
        text = read_outputs(router, [command])[command]
        assert "0.0.0.0/0" in text
        vip = IPv4Address("203.0.113.200")
        assert quagga.parse_view({**read_text(router), command: text}, [vip]).routes == ()

    @pytest.mark.parametrize(
        ("line", "expected"),
        [
            ("  >* directly connected, Null0", hop(None, None)),
            ("  * unreachable (blackhole), weight 1", hop(None, None)),
            ("  * directly connected, eth0, weight 1", hop(None, "eth0")),
            ("  * 192.0.2.1, via eth0 onlink, weight 1", hop("192.0.2.1", "eth0")),
            ("  >*   192.0.2.1, via eth0, src 192.0.2.9", hop("192.0.2.1", "eth0")),
            ("  >  192.0.2.7 (recursive)\n  >*   192.0.2.1, via eth0", hop("192.0.2.1", "eth0")),
            (
                "  * 192.0.2.1, via eth0, label 3, weight 1, backup 0\n      b 192.0.2.5, via eth1",
                hop("192.0.2.1", "eth0"),
            ),
            (
                "  * 192.0.2.1, via eth0, weight 1\n    192.0.2.1, via eth0 (duplicate nexthop removed)",
                hop("192.0.2.1", "eth0"),
            ),
        ],
    )
    def test_next_hops_of_one_prefix(self, line: str, expected: NextHop) -> None:
        text = f'Routing entry for {VIP}/32\n  Known via "static", distance 1, metric 0, best\n{line}\n\n'
        (route,) = rib.parse_routes(text, VIP)
        assert (route.installed, route.next_hops) == (True, (expected,))

    @pytest.mark.parametrize(
        ("line", "protocol", "hops"),
        [
            ("S>* 203.0.113.53/32 [1/0] is directly connected, Null0, bh", "static", (hop(None, None),)),
            ("S>* 203.0.113.53/32 [1/0] unreachable (blackhole), weight 1, 00:00:01", "static", (hop(None, None),)),
            ("K>* 203.0.113.53/32 via 192.0.2.1, eth0", "kernel", (hop("192.0.2.1", "eth0"),)),
            (
                (
                    "B>  203.0.113.53/32 [200/0] via 192.0.2.9 (recursive), 1d02h03m\n"
                    "  *                           via 192.0.2.1, eth0, 1d02h03m"
                ),
                "bgp",
                (hop("192.0.2.1", "eth0"),),
            ),
            (
                "O[1]>* 203.0.113.53/32 [110/9] via 192.0.2.1, eth0, weight 1, 02w3d04h",
                "ospf",
                (hop("192.0.2.1", "eth0"),),
            ),
            ("O>r 203.0.113.53/32 [110/9] via 192.0.2.1, eth0, weight 1, 00:00:01", "ospf", ()),
            ("O   203.0.113.53/32 [110/9] via 192.0.2.1, eth0 inactive, 00:00:01", "ospf", ()),
            (
                (
                    "O>* 203.0.113.53/32 [110/9] via 192.0.2.1, eth0, 00:00:01\n"
                    "  b                       via 192.0.2.5, eth1, 00:00:01"
                ),
                "ospf",
                (hop("192.0.2.1", "eth0"),),
            ),
        ],
    )
    def test_lines_of_the_table(self, line: str, protocol: str, hops: tuple[NextHop, ...]) -> None:
        (route,) = rib_table.parse_route_table(f"Codes: K\n       O - OSPF\n\nVRF default:\n{line}\n")
        assert (route.protocol, route.next_hops, route.installed) == (protocol, hops, bool(hops))


class TestOspfRoutes:
    def test_prefixes(self) -> None:
        routes = {route.destination: route for route in AREAS.ospf_routes or ()}
        assert routes[IPv4Network("192.0.2.12/30")] == OspfRoute(
            destination=IPv4Network("192.0.2.12/30"),
            path_type="inter-area",
            area=BACKBONE,
            cost=15,
            next_hops=(hop("192.0.2.2", "eth0"),),
        )
        assert routes[IPv4Network("192.0.2.64/26")].path_type == "intra-area"
        assert routes[IPv4Network("192.0.2.64/26")].next_hops == (hop(None, "eth2"),)
        assert routes[IPv4Network(VIP)].path_type == "external-1"
        assert routes[node(13)] == OspfRoute(
            destination=node(13),
            path_type="inter-area",
            area=BACKBONE,
            cost=20,
            next_hops=(hop("192.0.2.2", "eth0"),),
            is_asbr=True,
        )

    def test_discarded_range(self) -> None:
        routes = read_view(QUAGGA / "stub-and-range" / "r1").ospf_routes or ()
        (discard,) = (route for route in routes if route.is_discard)
        assert (str(discard.destination), discard.next_hops) == ("192.0.2.64/27", ())

    def test_type_2_and_tag(self) -> None:
        routes = {
            route.destination: route for route in read_view(QUAGGA / "e2-tag-forwarding" / "r1").ospf_routes or ()
        }
        route = routes[IPv4Network("203.0.113.55/32")]
        assert (route.path_type, route.cost, route.tag) == ("external-2", 30, 4711)

    def test_a_router_in_two_areas(self) -> None:
        routes = [r for r in read_view(QUAGGA / "virtual-link" / "r2").ospf_routes or () if r.destination == node(1)]
        assert [(route.area, len(route.next_hops)) for route in routes] == [(AREA_1, 2), (BACKBONE, 1)]

    def test_not_asked_for(self) -> None:
        outputs = read_text(QUAGGA / "areas" / "r1")
        del outputs["show ip ospf route"]
        assert quagga.parse_view(outputs, VIPS).ospf_routes is None

    def test_not_computed_yet(self) -> None:
        outputs = {**read_text(QUAGGA / "areas" / "r1"), "show ip ospf route": "No OSPF routing information exist\n"}
        assert quagga.parse_view(outputs, VIPS).ospf_routes == ()


def test_view_without_any_vip() -> None:
    router = QUAGGA / "areas" / "r1"
    assert read_vips(router) == VIPS
    assert quagga.parse_view(read_text(router), []).routes == ()
