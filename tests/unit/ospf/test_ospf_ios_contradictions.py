"""Cisco IOS: each line is one that a router prints, but together they cannot be true."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from ipaddress import IPv4Address
from typing import Any

import pytest

from nornir_anycast.errors import ParseError
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

from .ios_cases import CASES, VIPS, read_outputs, wart

SEVEN = Process(number=7, router_id=IPv4Address("198.51.100.7"))
ONE = Process(number=1, router_id=IPv4Address("198.51.100.1"))

ROUTERS = partial(database.parse_routers, SEVEN)
LIST = partial(lsa_list.parse_lsa_list, SEVEN)
INTERFACES = partial(interfaces.parse_interfaces, 7)
RIB = partial(ospf_routes.parse_prefixes, SEVEN)
OLD = partial(ospf_routes.parse_border_routers, SEVEN)
YOUNGEST = "  Youngest key id is 1\n"
Parse = Callable[[str], Any]

CHANGES: list[tuple[Parse, str, str, str, str]] = [
    (process.parse_processes, "two-processes", '"ospf 8"', '"ospf 7"', "a process is listed twice"),
    (process.parse_processes, "two-processes", "    Area 5\n", "    Area 0\n", "this area is listed twice"),
    (process.parse_processes, "two-processes", "    Area 5\n", "    Area 99999999999\n", "not understood"),
    (process.parse_processes, "two-processes", "    Area 5\n", "    Area 5.0.0.256\n", "not an area"),
    (process.parse_processes, "two-processes", "    Area 5\n", "    Area 9999999999\n", "not an area"),
    (INTERFACES, "interfaces", "192.0.2.65/29", "192.0.2.65/33", "not an address"),
    (INTERFACES, "interfaces", "State WAITING", "State CONFUSED", "unknown state"),
    (INTERFACES, "interfaces", "count is 2", "count is 3", "2 adjacent neighbors are listed"),
    (
        INTERFACES,
        "interfaces",
        "  Configured as",
        "  Youngest key id is 1\n  Youngest key id is 1\n  Configured as",
        "second",
    ),
    (interface_brief.parse_interface_brief, "interface-brief", "192.0.2.9/30", "192.0.2.9/99", "not an address"),
    (neighbors.parse_neighbors, "neighbors", "192.0.2.66 ", "192.0.2.666", "not an IPv4 address"),
    (ROUTERS, "routers", "Link State ID: 198.51.100.11", "Link State ID: 198.51.100.12", "is its router's id"),
    (ROUTERS, "routers", "Number of Links: 3", "Number of Links: 2", "3 links are listed"),
    (ROUTERS, "routers", "Length: 68", "Length: 72", "is 60 bytes long"),
    (
        ROUTERS,
        "routers",
        "(Link Data) Network Mask",
        "(Link Data) Router Interface address",
        "has a Network/subnet number",
    ),
    (ROUTERS, "routers", "Number of MTID metrics: 2", "Number of MTID metrics: 3", "not as many metrics"),
    (ROUTERS, "routers", "255.255.255.255", "255.0.255.255", "not a network mask"),
    (ROUTERS, "routers", "192.0.2.130", "192.0.2.300", "not an IPv4 address"),
    (ROUTERS, "routers", "Metrics: 65535", "Metrics: 65536", "not a whole number from 0 to 65535"),
    (ROUTERS, "routers", "  AS Boundary Router\n", "  AS Boundary Router\n  AS Boundary Router\n", "listed twice"),
    (ROUTERS, "routers", "Router Link States (Area 0)", "Router Link States", "none where there is one"),
    (ROUTERS, "routers", "Router Link States (Area 0)", "Net Link States (Area 0)", "no heading of this type"),
    (LIST, "list", "Checksum Tag", "Checksum", "not the columns of this type"),
    (LIST, "list", "0x003F23 7", "0x003F23", "not as many columns"),
    (LIST, "list", "0x007C05 0\n", "0x007C05 0\n203.0.113.53 198.51.100.11 5 0x80000001 0x1 0\n", "listed twice"),
    (LIST, "list", "                 Displaying Router Link States(Area 0.0.0.0)\n", "", "not understood"),
    (RIB, "rib-detail", ", area 260", "", "none where there is one"),
    (RIB, "rib-detail", "(Process ID 7)", "(Process ID 8)", "nothing about process 7"),
    (OLD, "border-routers-old", "OSPF Process 7 internal", "Internal Router", "not understood|no process"),
    (rib.parse_routes, "routes", "12:55:19, TenGigabitEthernet1/16", "12:55, TenGigabitEthernet1/16", "not understood"),
    (rib.parse_routes, "routes", "[110/20] via 192.0.2.5", "[110/21] via 192.0.2.5", "different metrics"),
    (rib.parse_routes, "routes", "O*E2  0.0.0.0/0 [", "[", "a next hop without a route"),
    (rib.parse_routes, "routes", "192.0.2.160/27", "192.0.2.161/27", "host bits are set"),
    (rib.parse_routes, "routes", "via 192.0.2.77", "via 192.0.2.777", "not an address"),
    (rib.parse_routes, "routes", "203.0.113.0/32 is subnetted", "203.0.113.0/33 is subnetted", "from 0 to 32"),
]


@pytest.mark.parametrize(("parse", "name", "old", "new", "reason"), CHANGES, ids=[f"{c[1]}: {c[3]}" for c in CHANGES])
def test_contradiction_is_refused(parse: Parse, name: str, old: str, new: str, reason: str) -> None:
    text = (CASES / "synthetic-warts" / f"synthetic-{name}.txt").read_text()
    parse(text)
    assert old in text
    with pytest.raises(ParseError, match=reason):
        parse(text.replace(old, new, 1))


def test_route_at_the_end_without_a_next_hop() -> None:
    with pytest.raises(ParseError, match="a route without a next hop"):
        rib.parse_routes("O E1     203.0.113.53/32 \n")


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("Routing entry", "Routing Table: RED\nRouting entry", "a route of a VRF"),
        (wart("entry").partition("Blocks:\n")[2], "", "a route without a next hop"),
    ],
)
def test_entry(old: str, new: str, reason: str) -> None:
    with pytest.raises(ParseError, match=reason):
        rib_entry.parse_entry(wart("entry").replace(old, new), VIPS[0])


def test_bit_p_stands_in_type_7_only() -> None:
    outputs = read_outputs(CASES / "synthetic-nssa" / "r1")
    fives, sevens = outputs["show ip ospf database external"], outputs["show ip ospf database nssa-external"]
    with pytest.raises(ParseError, match="bit P is shown for type 7 only"):
        database.parse_externals(ONE, fives.replace("capability, DC", "capability, Type 7/5 translation, DC", 1))
    with pytest.raises(ParseError, match="bit P is shown for type 7 only"):
        database.parse_nssa_externals(ONE, sevens.replace("Type 7/5 translation, ", "", 1))
    cleared = sevens.replace("Type 7/5 translation", "No Type 7/5 translation", 1)
    assert [lsa.propagate for lsa in database.parse_nssa_externals(ONE, cleared).values()] == [False, True]


def test_neighbor_whose_segment_has_no_dr() -> None:
    lines = [line for line in wart("neighbor-detail").split("\n") if "DR is" not in line]
    assert {one.role for one in neighbors.parse_neighbor_details("\n".join(lines))} == {"-"}
