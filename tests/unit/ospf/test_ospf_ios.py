"""Cisco IOS, command by command: what is understood."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Interface, IPv4Network

import pytest

from nornir_anycast.errors import ParseError
from nornir_anycast.ospf import ios
from nornir_anycast.ospf.ios import (
    database,
    interface_brief,
    interfaces,
    lsa_list,
    neighbors,
    ospf_routes,
    process,
    rib,
    rib_entry,
)
from nornir_anycast.ospf.ios.process import Process
from nornir_anycast.ospf.ios.sections import LsaKey
from nornir_anycast.ospf.model import Neighbor, NextHop, OspfArea, OspfRoute, RouterLink, SummaryLsa

from .ios_cases import VIPS, wart

VIP = VIPS[0]
SEVEN = Process(number=7, router_id=IPv4Address("198.51.100.7"))


def node(octet: int) -> IPv4Address:
    return IPv4Address(f"198.51.100.{octet}")


def lan(octet: int) -> IPv4Address:
    return IPv4Address(f"192.0.2.{octet}")


def area(number: int) -> IPv4Address:
    return IPv4Address(number)


def hop(octet: int | None, interface: str | None) -> NextHop:
    return NextHop(address=None if octet is None else lan(octet), interface=interface)


def test_commands_are_the_same_for_any_vips() -> None:
    assert ios.commands(VIPS) == [
        "show ip ospf",
        "show ip ospf interface",
        "show ip ospf neighbor",
        "show ip ospf database",
        "show ip ospf database router",
        "show ip ospf database network",
        "show ip ospf database summary",
        "show ip ospf database asbr-summary",
        "show ip ospf database external",
        "show ip ospf database nssa-external",
        "show ip ospf rib",
        "show ip ospf border-routers",
        "show ip route ospf",
    ]


class TestProcess:
    def test_all_lines(self) -> None:
        seven, eight = process.parse_processes(wart("two-processes"))
        assert seven == Process(
            number=7,
            router_id=node(7),
            areas=(
                OspfArea(area_id=area(0), kind="normal"),
                OspfArea(area_id=area(5), kind="stub"),
                OspfArea(area_id=IPv4Address("0.0.1.4"), kind="nssa"),
            ),
            externals=4,
            area_lsas={area(0): 3, area(5): 6, area(260): 9},
        )
        assert (eight.number, eight.vrf) == (8, "CUSTOMER")

    def test_rfc1583_is_on_unless_it_is_said_to_be_off(self) -> None:
        text = wart("two-processes")
        assert (
            process.parse_processes(text.replace("compatibility enabled", "compatibility disabled"))[0].rfc1583 is False
        )
        assert process.parse_processes(text.replace(" RFC1583 compatibility enabled\n", ""))[0].rfc1583 is True

    def test_areas_must_be_as_many_as_the_router_says(self) -> None:
        text = wart("two-processes").replace("is 3. 1 normal 1 stub 1 nssa", "is 3. 2 normal 0 stub 1 nssa")
        with pytest.raises(ParseError, match="the router counts"):
            process.parse_processes(text)

    def test_only_process_outside_a_vrf_is_meant(self) -> None:
        assert process.choose_process(process.parse_processes(wart("two-processes"))).number == 7

    def test_only_process_is_meant_even_in_a_vrf(self) -> None:
        one = Process(number=3, router_id=node(3), vrf="RED")
        assert process.choose_process([one]) is one

    def test_only_process_with_areas_is_meant(self) -> None:
        idle = Process(number=1, router_id=node(1))
        busy = Process(number=2, router_id=node(2), areas=(OspfArea(area_id=area(0), kind="normal"),))
        assert process.choose_process([idle, busy]) is busy

    def test_which_of_two_is_meant_is_not_guessed(self) -> None:
        text = wart("two-processes").replace(" Connected to MPLS VPN Superbackbone, VRF CUSTOMER\n", "")
        with pytest.raises(ParseError, match=r"more than one has areas.*ospf 7, ospf 8"):
            process.choose_process(process.parse_processes(text))

    def test_none_of_two_is_meant(self) -> None:
        idle = [Process(number=number, router_id=node(number)) for number in (1, 2)]
        with pytest.raises(ParseError, match="none outside a VRF has areas"):
            process.choose_process(idle)


class TestInterfaces:
    def test_types_and_states(self) -> None:
        found = interfaces.parse_interfaces(7, wart("interfaces"))
        assert [(i.name, i.network_type, i.state, i.priority, i.hello_ms, i.dead_s) for i in found.own] == [
            ("Serial1/0.1", "non-broadcast", "Waiting", 0, 30_000, 120),
            ("Serial1/0.2", "point-to-multipoint", "Point-To-Point", 1, 30_000, 120),
            ("TenGigabitEthernet1/1", "broadcast", "DROther", 0, 250, 1),
            ("OSPF_VL0", "virtual-link", "Point-To-Point", 1, 10_000, 40),
        ]
        assert {interface.mtu for interface in found.own} == {None}
        assert found.foreign == {"OSPF_SL1"}
        assert found.neighbors == 6

    def test_addresses_and_areas(self) -> None:
        found = interfaces.parse_interfaces(7, wart("interfaces"))
        assert [(i.address, i.area, i.cost, i.designated_router) for i in found.own] == [
            (IPv4Interface("192.0.2.65/29"), area(0), 64, None),
            (None, area(260), 64, None),
            (IPv4Interface("192.0.2.9/30"), area(0), 1, lan(10)),
            (IPv4Interface("192.0.2.9/30"), area(0), 11, None),
        ]

    def test_authentication_is_kind_and_key_ids(self) -> None:
        found = interfaces.parse_interfaces(7, wart("interfaces"))
        shown = [i.authentication for i in found.own]
        assert [(one.kind, set(one.keys)) for one in shown if one is not None] == [
            ("cryptographic", {(0, "")}),
            ("simple", {(None, "")}),
            ("cryptographic", {(25, "")}),
            ("none", set()),
        ]

    def test_sham_link_of_the_process_itself_is_not_understood(self) -> None:
        with pytest.raises(ParseError, match="unknown network type 'SHAM_LINK'"):
            interfaces.parse_interfaces(8, wart("interfaces"))

    @pytest.mark.parametrize(
        ("line", "reason"),
        [
            ("  Process ID 7, Router ID 198.51.100.7, Network Type NON_BROADCAST, Cost: 64\n", "no process of"),
            ("  Transmit Delay is 1 sec, State WAITING, Priority 0 \n", "no state of"),
            ("  Timer intervals configured, Hello 30, Dead 120, Wait 120, Retransmit 5\n", "no hello of"),
            ("  Internet Address 192.0.2.65/29, Area 0, Attached via Network Statement\n", "no address of|no area of"),
        ],
    )
    def test_nothing_is_made_up(self, line: str, reason: str) -> None:
        with pytest.raises(ParseError, match=reason) as caught:
            interfaces.parse_interfaces(7, wart("interfaces").replace(line, "", 1))
        assert caught.value.line.startswith("Serial1/0.1 is up")

    def test_brief(self) -> None:
        found = interface_brief.parse_interface_brief(wart("interface-brief"))
        assert [(i.name, i.state, str(i.address), i.area, i.full, i.neighbors) for i in found] == [
            ("Lo0", "Loopback", "198.51.100.7/32", area(260), 0, 0),
            ("Te1/1", "DROther", "192.0.2.9/30", area(0), 2, 3),
            ("Se1/0.1", "Waiting", "192.0.2.65/29", area(0), 0, 0),
            ("Se1/0.2", "Point-To-Point", "None", area(260), 0, 1),
            ("Tu1603", "Down", "None", area(0), 0, 0),
            ("VL0", "Point-To-Point", "192.0.2.9/30", area(0), 1, 1),
        ]
        assert {(i.process, i.cost) for i in found} == {(7, 1), (7, 64), (7, 50), (7, 11)}


class TestNeighbors:
    def test_states_and_roles(self) -> None:
        found = neighbors.parse_neighbors(wart("neighbors"))
        assert [(n.router_id and n.router_id.packed[3], n.state, n.role) for n in found] == [
            (9, "Full", "-"),
            (11, "Full", "DR"),
            (12, "Full", "Backup"),
            (13, "2-Way", "DROther"),
            (14, "ExStart", "DROther"),
            (15, "Exchange", "Backup"),
            (16, "Loading", "DR"),
            (17, "Init", "DROther"),
            (18, "Down", "-"),
            (None, "Attempt", "DROther"),
            (22, "Full", "-"),
        ]
        assert found[9].address == lan(66)

    def test_detail_says_the_same(self) -> None:
        short = neighbors.parse_neighbors(wart("neighbors"))
        detail = neighbors.parse_neighbor_details(wart("neighbor-detail"))
        assert set(detail) == {short[0], short[1], short[3]}


class TestDatabase:
    def test_routers(self) -> None:
        lsas = tuple(database.parse_routers(SEVEN, wart("routers")).values())
        assert [(lsa.advertising_router, lsa.area, lsa.is_abr, lsa.is_asbr, len(lsa.links)) for lsa in lsas] == [
            (node(7), area(0), True, True, 3),
            (node(11), area(0), False, True, 0),
            (node(12), area(0), False, False, 0),
            (node(7), area(260), True, True, 2),
        ]
        assert lsas[0].sequence == 0x800000A5
        assert [link.kind for link in lsas[0].links] == ["stub", "transit", "virtual"]
        assert lsas[3].links[1] == RouterLink(
            kind="p2p", link_id=node(14), link_data=IPv4Address("0.0.0.12"), metric=64
        )

    def test_lsa_at_max_age_or_marked_for_deletion_does_not_count(self) -> None:
        lsas = tuple(database.parse_routers(SEVEN, wart("routers")).values())
        assert [lsa.is_max_age for lsa in lsas] == [False, True, True, False]
        assert lsas[1].age_s == 3601

    def test_other_process_is_left_out(self) -> None:
        eight = Process(number=8, router_id=node(8))
        assert [lsa.advertising_router for lsa in database.parse_routers(eight, wart("routers")).values()] == [node(8)]

    def test_router_id_of_another_router(self) -> None:
        with pytest.raises(ParseError, match=r"the router id was 198.51.100.70"):
            database.parse_routers(Process(number=7, router_id=node(70)), wart("routers"))

    def test_process_that_is_not_there(self) -> None:
        with pytest.raises(ParseError, match="nothing about process 9"):
            database.parse_routers(Process(number=9, router_id=node(9)), wart("routers"))

    def test_summaries(self) -> None:
        found = database.parse_summaries(SEVEN, wart("summaries"))
        # The link-state id has host bits: RFC 2328 appendix E.
        assert found[LsaKey(3, area(0), IPv4Address("203.0.113.63"), node(9))] == SummaryLsa(
            advertising_router=node(9),
            age_s=131,
            sequence=0x80000003,
            area=area(0),
            prefix=IPv4Network("203.0.113.32/27"),
            metric=41,
        )
        assert [lsa.metric for lsa in found.values()] == [41, 0xFFFFFF]

    def test_list(self) -> None:
        found = lsa_list.parse_lsa_list(SEVEN, wart("list"))
        assert {(key.lsa_type, key.area) for key in found.lsas} == {
            (1, area(0)),
            (2, area(0)),
            (5, None),
            (7, area(260)),
            (10, area(0)),
        }
        assert found.count(5) == 2
        assert found.count_of_area(area(0)) == 4
        first = found.lsas[LsaKey(1, area(0), node(7), node(7))]
        assert (first.age_s, first.sequence, first.links, first.tag) == (1731, 0x80002CFB, 8, None)
        assert found.lsas[LsaKey(7, area(260), VIP, node(12))].tag == 7


class TestRoutes:
    def test_all_forms(self) -> None:
        found = {str(route.prefix): route for route in rib.parse_routes(wart("routes"))}
        assert {prefix: (route.protocol, route.distance, route.metric) for prefix, route in found.items()} == {
            "0.0.0.0/0": ("ospf", 110, 1),
            "10.0.0.0/8": ("ospf", 110, 11),
            "192.0.2.0/30": ("connected", None, 0),
            "192.0.2.2/32": ("local", None, 0),
            "192.0.2.128/25": ("ospf", None, 0),
            "192.0.2.160/27": ("ospf", 110, 20),
            "192.0.2.192/32": ("ospf", 110, 20),
            "192.0.2.200/29": ("bgp", 200, 0),
            "192.0.2.208/29": ("static", None, 0),
            "203.0.113.53/32": ("ospf", 110, 30),
            "203.0.113.54/32": ("ospf", 110, 20),
            "203.0.113.55/32": ("eigrp", 170, 2297856),
            "198.51.100.0/25": ("bgp", 200, 0),
            "198.51.100.128/26": ("isis", 115, 5565),
            "198.51.100.192/26": ("bgp", 20, 0),
            "198.51.100.255/32": ("static", 1, 0),
        }
        assert found["203.0.113.53/32"].next_hops == (hop(1, "FastEthernet0/0.100"), hop(5, "TenGigabitEthernet1/16"))
        assert found["203.0.113.54/32"].next_hops == (hop(1, "FastEthernet0/0.100"),)
        assert found["192.0.2.192/32"].next_hops == (hop(1, "TenGigabitEthernet1/15"), hop(5, "TenGigabitEthernet1/16"))
        assert found["192.0.2.128/25"].next_hops == (hop(None, None),)
        assert found["192.0.2.0/30"].next_hops == (hop(None, "FastEthernet0/0.100"),)
        assert found["192.0.2.208/29"].next_hops == (hop(None, "GigabitEthernet0/3"), hop(None, "GigabitEthernet0/2"))
        assert found["192.0.2.200/29"].next_hops == (hop(77, None),)

    def test_routes_without_legend_as_old_versions_print_them(self) -> None:
        text = wart("routes")
        body = text[text.index("O*E2") :]
        assert rib.parse_routes(body) == rib.parse_routes(text)

    def test_cut_blanks_mean_nothing(self) -> None:
        text = wart("routes")
        assert rib.parse_routes("\n".join(line.strip() for line in text.split("\n"))) == rib.parse_routes(text)

    @pytest.mark.parametrize("line", ["O E1 203.0.113.53 [110/30] via 192.0.2.1, 00:12:03, Gi0/0"])
    def test_length_that_nobody_says(self, line: str) -> None:
        with pytest.raises(ParseError, match="the length of this prefix is not known"):
            rib.parse_routes("      192.0.2.0/30 is subnetted, 1 subnets\n" + line)

    def test_entry(self) -> None:
        (route,) = rib_entry.parse_entry(wart("entry"), VIP)
        assert (route.protocol, route.distance, route.metric) == ("ospf", 110, 30)
        assert route.next_hops == (hop(5, "TenGigabitEthernet1/16"), hop(1, "FastEthernet0/0.100"))

    def test_entry_is_the_one_of_the_table(self) -> None:
        (entry,) = rib_entry.parse_entry(wart("entry"), VIP)
        (listed,) = (route for route in rib.parse_routes(wart("routes")) if route.prefix == entry.prefix)
        assert (entry.protocol, entry.metric, set(entry.next_hops)) == ("ospf", listed.metric, set(listed.next_hops))

    def test_entry_of_a_connected_vip(self) -> None:
        (route,) = rib_entry.parse_entry(wart("entry-connected"), VIP)
        assert (route.protocol, route.next_hops) == ("connected", (hop(None, "Loopback53"),))

    @pytest.mark.parametrize("text", ["% Network not in table", "% Subnet not in table\n", "default"])
    def test_vip_without_a_route_of_its_own(self, text: str) -> None:
        assert rib_entry.parse_entry(wart("entry-default") if text == "default" else text, VIP) == ()

    def test_entry_of_something_else(self) -> None:
        with pytest.raises(ParseError, match="not the route that was asked for"):
            rib_entry.parse_entry(wart("entry"), VIPS[1])


class TestOspfRoutes:
    def test_prefixes(self) -> None:
        assert ospf_routes.parse_prefixes(SEVEN, wart("rib-detail")) == (
            OspfRoute(
                destination=IPv4Network("203.0.113.0/24"),
                path_type="external-2",
                area=None,
                cost=20,
                next_hops=(hop(10, "FiveGigabitEthernet0/0/2"),),
                tag=9,
            ),
            OspfRoute(
                destination=IPv4Network("192.0.2.128/25"),
                path_type="intra-area",
                area=area(260),
                cost=11,
                next_hops=(),
                is_discard=True,
            ),
        )

    def test_border_routers_of_an_old_version(self) -> None:
        assert ospf_routes.parse_border_routers(SEVEN, wart("border-routers-old")) == (
            OspfRoute(
                destination=node(9),
                path_type="intra-area",
                area=area(260),
                cost=11,
                next_hops=(hop(131, "Serial1/0.2"),),
                is_abr=True,
                is_asbr=True,
            ),
        )


def test_neighbor_without_router_id() -> None:
    (unheard,) = (one for one in neighbors.parse_neighbors(wart("neighbors")) if one.state == "Attempt")
    assert unheard == Neighbor(
        router_id=None, address=lan(66), interface="Serial1/0.1", state="Attempt", role="DROther"
    )
