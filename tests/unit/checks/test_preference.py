"""Whom routers prefer, when announcements are unlike."""

from __future__ import annotations

from dataclasses import replace
from ipaddress import IPv4Address
from typing import Any

import pytest

from nornir_anycast.checks import Evidence
from nornir_anycast.ospf.model import Lsdb, SummaryLsa
from tests.unit.checks.network import AREA_0, VIPS, Network, finding, found, lsa, route, stub


def replace_lsa(network: Network, node: str, **changes: Any) -> None:
    network.externals[network.externals.index(lsa(node))] = lsa(node, **changes)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"metric_type": 2}, "E2 metric 20"),
        ({"metric_type": 2, "metric": 1}, "E2 metric 1"),
        ({"metric": 41}, "E1 metric 41"),
    ],
)
def test_farther_node_is_preferred(network: Network, changes: dict[str, Any], said: str) -> None:
    """r2 has ns3 at 10 and the others at 20."""
    replace_lsa(network, "ns3", **changes)
    network.routes["r2"][0] = route("resolver", ("192.0.2.129", "eth1"))
    inversion = finding(network.judge(), "preference-inversion")

    assert (inversion.severity, inversion.service, inversion.host) == ("warning", "resolver", "ns1")
    assert inversion.message == (
        f"resolver 203.0.113.53: r2 prefer ns1 (E1 metric 20, 20 away) to the nearer ns3 ({said}, 10 away)"
    )
    (quoted,) = inversion.evidence
    assert (quoted.host, quoted.command) == ("r2", "show ip ospf database")
    assert quoted.lines[0] == "203.0.113.53/32 type-5 from 198.51.100.11, E1 metric 20, age about 100 s, cost 40"
    assert quoted.lines[1].startswith(f"203.0.113.53/32 type-5 from 198.51.100.13, {said}, age about 100 s, cost ")


def test_cheap_node_takes_the_queries_of_routers_that_have_a_nearer_one(network: Network) -> None:
    replace_lsa(network, "ns3", metric=5)
    network.routes["r1"][0] = route("resolver", ("192.0.2.130", "eth1"))
    report = network.judge()

    assert finding(report, "preference-inversion").message == (
        "resolver 203.0.113.53: r1 prefer ns3 (E1 metric 5, 20 away) to the nearer ns1 (E1 metric 20, 10 away)"
    )
    assert finding(report, "metric-inconsistent").host == "ns3"


@pytest.mark.parametrize("metric", [21, 29])
def test_other_metric_that_changes_nobodys_mind_is_no_inversion(network: Network, metric: int) -> None:
    """r2 goes on to prefer ns3; at 30 it has three that are equal."""
    replace_lsa(network, "ns3", metric=metric)

    assert [f.check for f in network.judge().findings] == ["metric-inconsistent"]


def test_drained_node_is_passed_over_on_purpose(network: Network) -> None:
    replace_lsa(network, "ns3", metric=65535)
    network.reroute("ns3", "resolver")

    assert "preference-inversion" not in [f.check for f in network.judge().findings]


def test_ghost_is_not_nearer(network: Network) -> None:
    replace_lsa(network, "ns3", metric=21)
    network.isolate("ns3")

    assert "preference-inversion" not in [f.check for f in network.judge().findings]


def test_stranger_that_is_preferred_is_a_rogue_and_no_inversion(network: Network) -> None:
    network.change_router_lsa("r1", is_asbr=True)
    network.externals.append(lsa("r1", metric=1))
    network.routes["r2"][0] = route("resolver", ("192.0.2.129", "eth1"))
    checks = [f.check for f in network.judge().findings]

    assert "origin-unexpected" in checks
    assert "preference-inversion" not in checks


def test_node_that_announces_the_vip_as_its_own_network(network: Network) -> None:
    network.change_router_lsa("ns3", stub(f"{VIPS['resolver']}/32", metric=1000))
    network.routes["r1"][0] = route("resolver", ("192.0.2.130", "eth1"))
    report = network.judge()

    assert set(found(report)) == {
        ("metric-inconsistent", "warning", "resolver", "ns3"),
        ("intra-area-hijack", "warning", "resolver", "ns3"),
    }
    hijack = finding(report, "intra-area-hijack")
    assert hijack.message == (
        "resolver 203.0.113.53: ns3 announces it as a network of its own, not as an external route: r1, r2 send all "
        "queries there, however far it is"
    )
    assert hijack.evidence == tuple(
        Evidence(
            router,
            "show ip ospf database",
            (f"203.0.113.53/32 router-LSA stub from 198.51.100.13, metric 1000, age about 100 s, cost {cost}",),
        )
        for router, cost in (("r1", 1020), ("r2", 1010))
    )


def test_router_that_announces_the_vip_as_its_own_network(network: Network) -> None:
    network.change_router_lsa("r1", stub(f"{VIPS['resolver']}/32"))
    network.routes["r2"][0] = route("resolver", ("192.0.2.129", "eth1"))
    report = network.judge()

    hijack = finding(report, "intra-area-hijack")
    assert (hijack.severity, hijack.host) == ("critical", "r1")
    assert hijack.message == (
        "resolver 203.0.113.53: r1 announces it as a network of its own, not as an external route: r1, r2 send all "
        "queries there, however far it is, which is not known to be a node of the service"
    )
    assert ("origin-unexpected", "critical", "resolver", "r1") in found(report)


def test_summary_of_an_abr_that_hides_who_announces_it(network: Network) -> None:
    network.change_router_lsa("r2", is_abr=True)
    summary = SummaryLsa(
        advertising_router=IPv4Address("198.51.100.2"),
        age_s=1,
        sequence=0x80000001,
        area=AREA_0,
        prefix=lsa("ns1").prefix,
        metric=5,
    )
    routers, networks = tuple(network.router_lsas), tuple(network.network_lsas)
    network.lsdbs["r1"] = Lsdb(routers=routers, networks=networks, summaries=(summary,), externals=network.externals)
    report = network.judge("r1")

    hijack = finding(report, "intra-area-hijack")
    assert (hijack.severity, hijack.host) == ("critical", "r2")
    assert hijack.message == (
        "resolver 203.0.113.53: somebody behind the ABR r2 announces it as a network of its own, not as an external "
        "route: r1 send all queries there, however far it is, which is not known to be a node of the service"
    )


def test_stub_of_a_node_that_cannot_be_reached_takes_nothing(network: Network) -> None:
    network.change_router_lsa("ns3", stub(f"{VIPS['resolver']}/32"))
    network.isolate("ns3")

    assert "intra-area-hijack" not in [f.check for f in network.judge().findings]


def test_stub_beside_the_vip_takes_nothing(network: Network) -> None:
    network.change_router_lsa("r1", stub("203.0.113.54/32"))

    assert network.judge().verdict == "ok"


def test_preference_by_area(network: Network) -> None:
    """An ABR prefers the node in another area than the backbone, however far (RFC 2328 section 16.4.1)."""
    area_1 = IPv4Address("0.0.0.1")
    network.router_lsas = [
        replace(known, area=area_1) if str(known.advertising_router) == "198.51.100.13" else known
        for known in network.router_lsas
    ]
    network.network_lsas = [
        replace(known, area=area_1) if str(known.designated_router) == "192.0.2.17" else known
        for known in network.network_lsas
    ]
    r2 = next(known for known in network.router_lsas if str(known.advertising_router) == "198.51.100.2")
    network.router_lsas.remove(r2)
    here = replace(r2.links[0], metric=50)
    network.router_lsas += [
        replace(r2, area=AREA_0, links=r2.links[1:], is_abr=True),
        replace(r2, area=area_1, links=(here,), is_abr=True),
    ]
    report = network.judge("r2")

    assert [f.message for f in report.findings if f.check == "preference-inversion"] == [
        f"{service}: r2 prefer ns3 (E1 metric 20, 50 away) to the nearer ns1 (E1 metric 20, 20 away)"
        for service in ("resolver 203.0.113.53", "internal 203.0.113.153")
    ]
