"""What we read of Cisco IOS is what the templates of ntc-templates read, where they read it at all.

Netmiko installs them. Real captures are compared too where the environment variable NORNIR_ANYCAST_CAPTURES names a
folder that has them in ``cisco_ios/*.raw``: those of the project ntc-templates, which we do not copy.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from functools import partial
from ipaddress import IPv4Address, IPv4Network
from pathlib import Path
from typing import Any

import pytest

from nornir_anycast.ospf.ios import database, interface_brief, lsa_list, neighbors, rib
from nornir_anycast.ospf.ios.process import Process
from nornir_anycast.ospf.ios.transcript import to_area
from nornir_anycast.ospf.model import Route
from nornir_anycast.ospf.text import Cursor

from .captures import read_view, routers
from .ios_cases import CASES, wart
from .ios_style import STYLES
from .ios_transcript import render

ntc = pytest.importorskip("ntc_templates.parse")

ROUTERS = "show ip ospf database router"
NETWORKS = "show ip ospf database network"
LIST = "show ip ospf database"
NEIGHBORS = "show ip ospf neighbor"
DETAIL = "show ip ospf neighbor detail"
ROUTES = "show ip route"
BRIEF = "show ip ospf interface brief"


MARKS = re.compile(r"(?m)^ *(?:Routing Bit Set|Adv Router is|Load for|Time source).*\n")
"""Lines that their templates of the database do not know."""


def templates(command: str, text: str) -> list[dict[str, Any]]:
    """Return what the template reads."""
    rows: list[dict[str, Any]] = ntc.parse_output(platform="cisco_ios", command=command, data=text)
    return rows


def process_of(text: str) -> Process:
    match = re.search(r"\((?P<id>[\d.]+)\) \(Process ID (?P<number>\d+)", text)
    assert match is not None
    return Process(number=int(match["number"]), router_id=IPv4Address(match["id"]))


def area(text: str) -> IPv4Address:
    return to_area(Cursor("", ""), text)


def captures(*names: str) -> list[Any]:
    """Return the captures whose names match, or one test that says why there are none."""
    folder = os.environ.get("NORNIR_ANYCAST_CAPTURES")
    if not folder:
        return [pytest.param(None, marks=pytest.mark.skip("NORNIR_ANYCAST_CAPTURES is not set"), id="captures")]
    found = [path for name in names for path in sorted((Path(folder) / "cisco_ios").glob(f"{name}.raw"))]
    return [pytest.param(path.read_text, id=path.stem) for path in found]


def transcripts(command: str) -> list[Any]:
    """Return an output of each router: of those written by hand, and of FRR's that are printed as IOS does."""
    by_hand = [
        pytest.param(path.read_text, id=path.parents[1].name)
        for path in sorted(CASES.glob(f"*/*/{command.replace(' ', '_')}.txt"))
    ]
    # Every version of FRR shows the same facts.
    printed = [
        pytest.param(partial(print_output, router, command), id=f"{router.parent.name}-{router.name}")
        for router in routers()
        if router.parents[1].name == "10.3"
    ]
    return [*by_hand, *printed]


def print_output(router: Path, command: str) -> str:
    # The templates want their blanks.
    return render(read_view(router), STYLES["ios-xe"])[command]


def with_blanks(text: str) -> str:
    """Put back the blanks before the lines of an LSA, without which the templates read nothing."""
    return re.sub(r"(?m)^(?! |OSPF Router|\s*$)", "  ", text)


class TestRouters:
    """Their template fails at marks, reads no LSA without a link, and lets bits B and E of one LSA stand for all."""

    @pytest.mark.parametrize("read", [*transcripts(ROUTERS), *captures("cisco_ios_show_ip_ospf_database_router*")])
    def test_links(self, read: Callable[[], str]) -> None:
        text = read()
        plain = MARKS.sub("", text).replace("MAXAGE(3600)", "3600")
        # It knows no other topology, and no other word for it.
        rows = templates(ROUTERS, with_blanks(plain).replace("TOS metrics", "MTID metrics"))
        ours = database.parse_routers(process_of(text), text)
        assert [
            (
                area(row["area"]),
                IPv4Address(row["lsa_adv_router"]),
                int(row["lsa_age"]),
                int(row["lsa_seq_number"], 16),
                int(row["lsa_num_links"]),
                IPv4Address(row["ls_link_id"]),
                IPv4Address(row["ls_link_data"]),
                int(row["ls_tos_0_metrics"]),
            )
            for row in rows
            if row["ls_link_id"]
        ] == [
            (
                lsa.area,
                lsa.advertising_router,
                lsa.age_s,
                lsa.sequence,
                len(lsa.links),
                link.link_id,
                link.link_data,
                link.metric,
            )
            for lsa in ours.values()
            for link in lsa.links
        ]

    @pytest.mark.parametrize("read", captures("cisco_ios_show_ip_ospf_database_router*"))
    def test_roles(self, read: Callable[[], str]) -> None:
        text = read()
        ours = database.parse_routers(process_of(text), text).values()
        assert any(lsa.is_abr for lsa in ours) == ("Area Border Router" in text)
        assert any(lsa.is_asbr for lsa in ours) == ("AS Boundary Router" in text)


@pytest.mark.parametrize("read", [*transcripts(NETWORKS), *captures("cisco_ios_show_ip_ospf_database_network*")])
def test_networks(read: Callable[[], str]) -> None:
    text = read()
    ours = database.parse_networks(process_of(text), text)
    # Their template fails at the heading of a second area: each area is given to it alone.
    head, *parts = re.split(r"(?m)^(?= *Net Link States)", MARKS.sub("", text).replace("MAXAGE(3600)", "3600"))
    rows = [row for part in parts for row in templates(NETWORKS, with_blanks(head + part))]
    assert [
        (
            area(row["area"]),
            IPv4Address(row["lsa_id"]),
            IPv4Address(row["lsa_adv_router"]),
            IPv4Network(row["lsa_id"] + row["lsa_network_mask"], strict=False),
            IPv4Address(row["ls_att_router"]),
        )
        for row in rows
        if row["ls_att_router"]
    ] == [
        (lsa.area, lsa.designated_router, lsa.advertising_router, lsa.prefix, router)
        for lsa in ours.values()
        for router in lsa.attached
    ]


@pytest.mark.parametrize("read", [*transcripts(LIST), *captures("cisco_ios_show_ip_ospf_database")])
def test_list(read: Callable[[], str]) -> None:
    text = read()
    ours = lsa_list.parse_lsa_list(process_of(text), text)
    # Their template knows the heading of type 5 by the blanks before it.
    rows = [row for row in templates(LIST, re.sub(r"(?m)^(?=Type-5)", "  ", text)) if row["link_id"]]
    assert [(IPv4Address(row["link_id"]), IPv4Address(row["adv_router"]), int(row["age"])) for row in rows] == [
        (key.link_state_id, key.advertising_router, listed.age_s) for key, listed in ours.lsas.items()
    ]
    for row, (key, listed) in zip(rows, ours.lsas.items(), strict=True):
        if key.lsa_type == 5:
            assert (key.area, listed.tag) == (None, int(row["tag"]))
        else:
            # A type-7 has its tag where a router-LSA has the count of its links.
            last = listed.tag if listed.links is None else listed.links
            assert (key.area, last) == (area(row["area"]), int(row["link_count"]) if row["link_count"] else None)


def neighbor_facts(rows: list[dict[str, Any]], address: str) -> list[tuple[object, ...]]:
    return [
        (
            IPv4Address(row["neighbor_id"]),
            IPv4Address(row[address]),
            row["interface"],
            row["state"].partition("/")[0].replace("2WAY", "2-WAY"),
        )
        for row in rows
    ]


class TestNeighbors:
    """Their template passes over a neighbour that was never heard, and over a dead time that is no clock."""

    @pytest.mark.parametrize(
        "read",
        [
            *transcripts(NEIGHBORS),
            *captures("cisco_ios_show_ip_ospf_neighbor", "four_neighbors"),
            pytest.param(partial(wart, "neighbors"), id="wart"),
        ],
    )
    def test_short(self, read: Callable[[], str]) -> None:
        text = read()
        if not text.strip():
            pytest.skip("IOS prints nothing where there is no neighbour")
        clocks = re.compile(r"(?:N/A | -  {5}| msec|/ +- +- )")
        shown = "\n".join(line for line in text.split("\n") if not clocks.search(line))
        ours = neighbors.parse_neighbors(shown)
        assert neighbor_facts(templates(NEIGHBORS, shown.replace(".963 ", "     ")), "ip_address") == [
            (one.router_id, one.address, one.interface, one.state.upper()) for one in ours
        ]
        roles = {"DR": "DR", "BDR": "Backup", "DROTHER": "DROther", "-": "-"}
        rows = templates(NEIGHBORS, shown.replace(".963 ", "     "))
        assert [roles[row["state"].partition("/")[2].strip()] for row in rows] == [one.role for one in ours]

    @pytest.mark.parametrize(
        "read",
        [
            *captures("cisco_ios_show_ip_ospf_neighbor_detail"),
            pytest.param(partial(wart, "neighbor-detail"), id="wart"),
        ],
    )
    def test_detail(self, read: Callable[[], str]) -> None:
        text = read()
        # It fails at what IOS-XE adds, and at a time of more than a day.
        old = re.sub(r", interface-id \w+|, BFD enabled| in Hello \(.*\)", "", text)
        old = re.sub(r"(?m)^ *(?:SR adj label|Options is \S+ in DBD).*\n", "", old).replace("3d16h", "88:00:00")
        old = re.sub(r"\((?:LR)\)\n", "(LR), last OOB-Resync 00:00:01 ago\n", old)
        old = re.sub(r"Index (\d+/\d+)/\d+", r"Index \1", old)
        assert neighbor_facts(templates(DETAIL, old), "address") == [
            (one.router_id, one.address, one.interface, one.state.upper())
            for one in neighbors.parse_neighbor_details(text)
        ]


BRIEF_STATES = {
    "LOOP": "Loopback",
    "P2P": "Point-To-Point",
    "P2MP": "Point-To-Point",
    "DROTH": "DROther",
    "BDR": "Backup",
    "WAIT": "Waiting",
    "DOWN": "Down",
    "DR": "DR",
}


@pytest.mark.parametrize(
    "read",
    [*captures("cisco_ios_show_ip_ospf_interface_brief*"), pytest.param(partial(wart, "interface-brief"), id="wart")],
)
def test_interface_brief(read: Callable[[], str]) -> None:
    text = read()
    # Their template passes over unnumbered interfaces, unless they are shown as 0.0.0.0/0.
    numbered = "\n".join(line for line in text.split("\n") if "Unnumbered" not in line)
    assert [
        (
            row["interface"],
            int(row["process"]),
            area(row["area"]),
            f"{row['ip_address']}/{row['prefix_length']}",
            int(row["cost"]),
            BRIEF_STATES[row["state"]],
            row["neighbors_fc"],
        )
        for row in templates(BRIEF, numbered)
    ] == [
        (
            one.name,
            one.process,
            one.area,
            str(one.address or "0.0.0.0/0"),
            one.cost,
            one.state,
            f"{one.full}/{one.neighbors}",
        )
        for one in interface_brief.parse_interface_brief(numbered)
    ]


PROTOCOLS = rib.PROTOCOLS


def route_facts(route: Route) -> list[tuple[object, ...]]:
    return [
        (route.prefix, route.protocol, route.distance, route.metric, hop.address, hop.interface)
        for hop in route.next_hops
    ]


class TestRoutes:
    """Their template passes over a second ``is directly connected``, a replicated route, and an IPv6 next hop."""

    @pytest.mark.parametrize(
        "read",
        [
            *transcripts("show ip route ospf"),
            *captures("cisco_ios_show_ip_route*"),
            pytest.param(partial(wart, "routes"), id="wart"),
        ],
    )
    def test_same_paths(self, read: Callable[[], str]) -> None:
        text = read()
        lines = [line for line in text.split("\n") if not re.match(r"\s+is directly|B +\+|.*via 2001:", line)]
        # It reads nothing in lines whose blanks were cut; and a mask is a VRF's own.
        shown = "\n".join(re.sub(r"^(?=[\d\[])", "      ", line) for line in lines)
        expected = [
            (
                IPv4Network(f"{row['network']}/{row['prefix_length']}"),
                PROTOCOLS[row["protocol"]],
                int(row["distance"]) if row["distance"] else None,
                int(row["metric"]) if row["metric"] else 0,
                IPv4Address(row["nexthop_ip"]) if row["nexthop_ip"] else None,
                None if row["nexthop_if"] in {"", "Null0"} else row["nexthop_if"],
            )
            for row in templates(ROUTES, shown)
            if not row["vrf"]
        ]
        ours = [fact for route in rib.parse_routes(shown) for fact in route_facts(route)]
        # Metrics of paths that differ within one route: we keep the first.
        differ = {fact[0] for fact in ours if fact[1] == "eigrp"}
        assert [one[:2] + one[4:] if one[0] in differ else one for one in ours] == [
            one[:2] + one[4:] if one[0] in differ else one for one in expected
        ]
