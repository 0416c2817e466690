"""Cisco IOS, all outputs of a router together."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network
from pathlib import Path

import pytest

from nornir_anycast.errors import ParseError
from nornir_anycast.ospf import ios
from nornir_anycast.ospf.model import Authentication, OspfArea, OspfRoute
from nornir_anycast.ospf.origins import catchment, origins

from .ios_cases import CASES, VIPS, name, read, read_outputs, read_view, routers, wart

VIP = IPv4Network(VIPS[0])
EXTERNAL = "show ip ospf database external"
NSSA = "show ip ospf database nssa-external"
LIST = "show ip ospf database"


def node(octet: int) -> IPv4Address:
    return IPv4Address(f"198.51.100.{octet}")


def outputs(situation: str = "abr", *without: str) -> dict[str, str]:
    found = read_outputs(CASES / f"synthetic-{situation}" / "r1")
    return {command: text for command, text in found.items() if command not in without}


@pytest.mark.parametrize("router", routers(), ids=name)
def test_catchment_is_what_the_rib_has(router: Path) -> None:
    view = read_view(router)
    for vip in VIPS:
        predicted = catchment(view, IPv4Network(vip))
        assert predicted.cost is not None
        installed = [route for route in view.routes if route.prefix == IPv4Network(vip)]
        assert [(route.metric, frozenset(route.next_hops)) for route in installed] == [
            (predicted.cost, predicted.next_hops)
        ]


class TestAbr:
    """Areas 0 and 1; ns1 and ns2 announce the VIP as E1 in area 1, ns3 behind another ABR."""

    def test_areas(self) -> None:
        view = read("abr")
        assert view.areas == tuple(OspfArea(area_id=IPv4Address(number), kind="normal") for number in (0, 1))
        assert view.rfc1583
        assert not view.forgets_best_asbr

    def test_origins(self) -> None:
        seen = origins(read("abr"), VIP)
        assert {o.advertising_router for o in seen} == {node(11), node(12), node(13)}
        assert {o.metric_type for o in seen} == {1}
        assert catchment(read("abr"), VIP).originators == {node(11), node(12)}

    def test_own_table_agrees(self) -> None:
        view = read("abr")
        table = {route.destination: route for route in view.ospf_routes or ()}
        best = table[VIP]
        assert (best.path_type, best.cost) == ("external-1", catchment(view, VIP).cost)
        assert set(best.next_hops) == catchment(view, VIP).next_hops
        assert isinstance(table[node(13)], OspfRoute)
        assert (table[node(13)].is_asbr, table[node(13)].is_abr, len(table[node(13)].next_hops)) == (True, False, 2)
        # A worse path stands there without a star.
        assert table[IPv4Network("192.0.2.64/26")].path_type == "intra-area"

    def test_configuration_adds_the_names_of_secrets(self) -> None:
        view = read("abr")
        shown = {interface.name: interface for interface in view.interfaces}
        assert shown["GigabitEthernet0/0/1"].authentication == Authentication(
            kind="cryptographic",
            keys=frozenset({(1, "<redacted aaaaaaaa>"), (2, "<redacted bbbbbbbb>")}),
        )
        assert shown["GigabitEthernet0/0/0"].authentication == Authentication(kind="none")
        assert [i.name for i in view.interfaces if not i.checks_mtu] == ["GigabitEthernet0/0/0"]
        assert shown["Loopback0"].authentication is None
        assert (shown["Tunnel7"].state, shown["Tunnel7"].address, shown["Tunnel7"].passive) == ("Down", None, True)

    def test_without_configuration_the_ids_of_keys_remain(self) -> None:
        view = ios.parse_view(outputs("abr", "show running-config"), VIPS)
        (shown,) = (i.authentication for i in view.interfaces if i.name == "GigabitEthernet0/0/1")
        assert shown == Authentication(kind="cryptographic", keys=frozenset({(1, ""), (2, "")}))

    def test_configuration_can_turn_rfc1583_off(self) -> None:
        changed = outputs()
        text = changed["show running-config"]
        changed["show running-config"] = text.replace("router ospf 1\n", "router ospf 1\n no compatible rfc1583\n")
        assert not ios.parse_view(changed, VIPS).rfc1583


class TestNssa:
    def test_type_7_counts_and_its_own_translation_does_not(self) -> None:
        seen = origins(read("nssa"), VIP)
        assert [(o.via, o.advertising_router, o.reason) for o in seen] == [
            ("external", node(1), "self-originated"),
            ("external", node(13), None),
            ("nssa", node(11), None),
        ]
        assert catchment(read("nssa"), VIP).originators == {node(11)}

    def test_area_and_bit_p(self) -> None:
        view = read("nssa")
        assert [(int(area.area_id), area.kind) for area in view.areas] == [(0, "normal"), (1, "nssa")]
        assert {lsa.propagate for lsa in view.lsdb.externals if lsa.area is not None} == {True}
        assert {lsa.propagate for lsa in view.lsdb.externals if lsa.area is None} == {None}


def test_virtual_link_marks_its_transit_area() -> None:
    view = read("virtual-link")
    marked = {(lsa.advertising_router, int(lsa.area or 0)) for lsa in view.lsdb.routers if lsa.is_virtual_endpoint}
    assert marked == {(node(1), 1), (node(2), 1)}
    assert [i.network_type for i in view.interfaces if i.name == "VLINK0"] == ["virtual-link"]


class TestMissing:
    def test_empty_database_is_proven_by_the_list(self) -> None:
        assert ios.parse_view(outputs("abr", NSSA), VIPS) == read("abr")

    def test_list_that_is_missing_proves_nothing(self) -> None:
        with pytest.raises(ParseError, match="nssa-external: line 0: no output of this command"):
            ios.parse_view(outputs("abr", NSSA, LIST), VIPS)

    def test_list_that_has_such_lsas_proves_the_opposite(self) -> None:
        with pytest.raises(ParseError, match="external: line 0: no output of this command, and there are 5 such LSAs"):
            ios.parse_view(outputs("abr", EXTERNAL), VIPS)

    @pytest.mark.parametrize("missing", [EXTERNAL, NSSA])
    def test_list_that_is_cut_off_proves_nothing(self, missing: str) -> None:
        cut = outputs("abr", missing)
        text = cut[LIST]
        cut[LIST] = text[: text.index("                Summary ASB Link States (Area 1)")]
        with pytest.raises(ParseError, match="and the list of LSAs is not complete"):
            ios.parse_view(cut, VIPS)

    @pytest.mark.parametrize("command", [c for c in ios.commands(VIPS) if "rib" not in c and "border" not in c])
    def test_every_other_output_is_needed(self, command: str) -> None:
        needed = {**outputs(), command: ""}
        with pytest.raises(ParseError, match="empty output") as caught:
            ios.parse_view(needed, VIPS)
        assert caught.value.command == command

    @pytest.mark.parametrize("command", ["show ip ospf", "show ip ospf interface", "show ip ospf neighbor"])
    def test_outputs_that_were_not_asked_for(self, command: str) -> None:
        with pytest.raises(ParseError, match="no output of this command") as caught:
            ios.parse_view(outputs("abr", command), VIPS)
        assert (caught.value.command, caught.value.line_number) == (command, 0)

    def test_ospf_table_is_not_known_where_the_router_has_no_such_command(self) -> None:
        refused = {
            **outputs(),
            "show ip ospf rib": "                     ^\n% Invalid input detected at '^' marker.\n\n",
        }
        assert ios.parse_view(refused, VIPS).ospf_routes is None
        assert ios.parse_view(outputs("abr", "show ip ospf rib"), VIPS).ospf_routes is None

    def test_router_without_neighbors_prints_nothing(self) -> None:
        alone = outputs()
        interfaces = [
            line.replace(
                "Neighbor Count is 1, Adjacent neighbor count is 1", "Neighbor Count is 0, Adjacent neighbor count is 0"
            ).replace(
                "Neighbor Count is 2, Adjacent neighbor count is 2", "Neighbor Count is 0, Adjacent neighbor count is 0"
            )
            for line in alone["show ip ospf interface"].split("\n")
            if "Adjacent with" not in line
        ]
        alone |= {"show ip ospf interface": "\n".join(interfaces), "show ip ospf neighbor": "\n"}
        assert ios.parse_view(alone, VIPS).neighbors == ()


class TestRoutes:
    def test_entry_of_each_vip_wins(self) -> None:
        more = {
            **outputs(),
            f"show ip route {VIPS[0]}": wart("entry"),
            f"show ip route {VIPS[1]}": "% Network not in table",
        }
        (route,) = ios.parse_view(more, VIPS).routes
        assert route.next_hops[0].interface == "TenGigabitEthernet1/16"

    def test_whole_table_comes_before_that_of_ospf(self) -> None:
        more = {**outputs(), "show ip route": wart("routes")}
        assert [str(route.prefix) for route in ios.parse_view(more, VIPS).routes] == [
            "203.0.113.53/32",
            "203.0.113.54/32",
        ]


class TestSeveralProcesses:
    def test_database_interfaces_and_neighbors_are_not_mixed(self) -> None:
        both = outputs("abr", "show ip ospf rib", "show ip ospf border-routers", "show running-config")
        other = outputs("nssa")
        for command in both:
            if command in other and "show ip route" not in command:
                both[command] += "\n" + _as_process_2(other[command], command)
        view = ios.parse_view(both, VIPS)
        alone = ios.parse_view(outputs("abr", "show ip ospf rib", "show running-config"), VIPS)
        assert view == alone


def _as_process_2(text: str, command: str) -> str:
    text = (
        text.replace("ospf 1", "ospf 2")
        .replace("Process ID 1", "Process ID 2")
        .replace("198.51.100.1)", "198.51.100.200)")
    )
    text = text.replace("GigabitEthernet0/0", "Serial0/0")
    if command == "show ip ospf":
        text = text.replace("with ID 198.51.100.1\n", "with ID 198.51.100.200\n").replace(
            "Supports opaque LSA\n", "Supports opaque LSA\nConnected to MPLS VPN Superbackbone, VRF RED\n"
        )
    return text
