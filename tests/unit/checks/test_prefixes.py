"""What nodes announce besides the VIPs, and what lies around a VIP."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network
from typing import Any

import pytest

from nornir_anycast.checks import Evidence
from nornir_anycast.ospf.model import Lsdb, SummaryLsa
from tests.unit.checks.network import AREA_0, Network, finding, found, lsa, stub

MANAGEMENT = IPv4Network("198.51.100.0/24")


def test_node_leaks_its_management_prefix(network: Network) -> None:
    """As when the access list behind `distribute-list` does not exist: it permits everything."""
    network.externals.append(lsa("ns2", prefix=MANAGEMENT))
    report = network.judge()

    assert found(report) == [("prefix-leaked", "warning", None, "ns2")]
    leaked = finding(report, "prefix-leaked")
    assert leaked.message == "ns2 announces 198.51.100.0/24: no VIP, and no subnet of its own"
    assert leaked.evidence == (
        Evidence(
            "r1",
            "show ip ospf database external",
            ("type-5 198.51.100.0/24 from 198.51.100.12, E1 metric 20, age about 100 s, sequence 0x80000001",),
        ),
    )


def test_node_leaks_a_prefix_by_network_statement(network: Network) -> None:
    network.change_router_lsa("ns2", stub("198.51.100.0/24"))
    report = network.judge()

    assert finding(report, "prefix-leaked").message == "ns2 announces 198.51.100.0/24: no VIP, and no subnet of its own"
    assert finding(report, "prefix-leaked").evidence == (
        Evidence(
            "r1",
            "show ip ospf database router",
            ("router-LSA from 198.51.100.12, area 0.0.0.0, age about 100 s, sequence 0x80000001",),
        ),
    )


def test_default_route_of_a_node_draws_traffic(network: Network) -> None:
    network.externals.append(lsa("ns1", prefix=IPv4Network("0.0.0.0/0"), metric_type=2))
    report = network.judge()

    assert found(report) == [("prefix-leaked", "critical", None, "ns1")]
    assert finding(report, "prefix-leaked").message == (
        "ns1 announces 0.0.0.0/0: no VIP, and no subnet of its own; a default route draws traffic that a node does not "
        "forward"
    )


def test_many_leaked_prefixes_are_one_finding(network: Network) -> None:
    network.externals += [lsa("ns1", prefix=IPv4Network(f"10.0.{number}.0/24")) for number in range(7)]
    leaked = finding(network.judge(), "prefix-leaked")

    assert leaked.message == (
        "ns1 announces 10.0.0.0/24, 10.0.1.0/24, 10.0.2.0/24, 10.0.3.0/24, 10.0.4.0/24 and 2 more: no VIP, and no "
        "subnet of its own"
    )
    assert len(leaked.evidence) == 5


@pytest.mark.parametrize(
    "known",
    [
        lsa("ns2", prefix=IPv4Network("192.0.2.0/28")),
        lsa("ns2", prefix=MANAGEMENT, age_s=3600),
        lsa("ns2", prefix=MANAGEMENT, metric=0xFFFFFF),
        lsa("r1", prefix=MANAGEMENT),
        lsa("192.0.2.59", prefix=MANAGEMENT),
    ],
    ids=["its own subnet", "being flushed", "infinite", "a router's", "a stranger's"],
)
def test_prefix_that_is_not_leaked(network: Network, known: Any) -> None:
    network.externals.append(known)

    assert network.judge().verdict == "ok"


def test_aggregate_catches_queries_when_the_vip_is_gone(network: Network) -> None:
    network.externals.append(lsa("r1", prefix=IPv4Network("203.0.113.0/26"), metric_type=2))
    report = network.judge()

    assert found(report) == [("prefix-covering", "warning", "resolver", "r1")]
    assert finding(report, "prefix-covering").message == (
        "resolver 203.0.113.53: r1 also announces 203.0.113.0/26, which contains the VIP and catches its queries when "
        "the /32 is gone (seen by r1, r2)"
    )
    assert finding(report, "prefix-covering").evidence == (
        Evidence(
            "r1",
            "show ip ospf database external",
            ("type-5 203.0.113.0/26 from 198.51.100.1, E2 metric 20, age about 100 s, sequence 0x80000001",),
        ),
    )


def test_aggregate_of_several_announcers_around_several_vips(network: Network) -> None:
    network.externals.append(lsa("192.0.2.99", prefix=IPv4Network("203.0.113.0/24")))
    network.change_router_lsa("r2", stub("203.0.113.0/24"))
    report = network.judge()

    assert [f.message for f in report.findings if f.check == "prefix-covering"] == [
        f"{service}: 192.0.2.99 and r2 also announces 203.0.113.0/24, which contains the VIP and catches its queries "
        "when the /32 is gone (seen by r1, r2)"
        for service in ("resolver 203.0.113.53", "internal 203.0.113.153")
    ]


def test_covering_summary_and_segment(network: Network) -> None:
    summary = SummaryLsa(
        advertising_router=IPv4Address("198.51.100.2"),
        age_s=1,
        sequence=0x80000001,
        area=AREA_0,
        prefix=IPv4Network("203.0.112.0/23"),
        metric=5,
    )
    good = Lsdb(routers=tuple(network.router_lsas), networks=tuple(network.network_lsas), externals=network.externals)
    network.lsdbs["r1"] = Lsdb(
        routers=good.routers, networks=good.networks, externals=good.externals, summaries=(summary,)
    )
    messages = [f.message for f in network.judge().findings]

    assert messages == [
        f"{service}: r2 also announces 203.0.112.0/23, which contains the VIP and catches its queries when the /32 is "
        "gone (seen by r1)"
        for service in ("resolver 203.0.113.53", "internal 203.0.113.153")
    ]


@pytest.mark.parametrize(
    "harmless",
    [
        lsa("r1", prefix=IPv4Network("0.0.0.0/0")),
        lsa("r1", prefix=IPv4Network("203.0.113.0/27")),
        lsa("r1", prefix=IPv4Network("203.0.113.0/24"), age_s=3600),
        lsa("r1", prefix=IPv4Network("203.0.113.0/24"), metric=0xFFFFFF),
    ],
    ids=["default route", "beside it", "being flushed", "infinite"],
)
def test_prefix_that_catches_nothing(network: Network, harmless: Any) -> None:
    network.externals.append(harmless)

    assert network.judge().verdict == "ok"
