"""The LSDB, OSPF's own table and the forwarding table are three things."""

from __future__ import annotations

from dataclasses import replace
from ipaddress import IPv4Address
from typing import Any

import pytest

from nornir_anycast.checks import Evidence
from nornir_anycast.ospf.model import NextHop, OspfRoute
from tests.unit.checks.network import Network, bad_cells, finding, found, lsa, prefix, route

NS3 = NextHop(address=IPv4Address("192.0.2.27"), interface="eth0")
R1 = NextHop(address=IPv4Address("192.0.2.129"), interface="eth1")


def own(service: str = "resolver", **changes: Any) -> OspfRoute:
    good = OspfRoute(destination=prefix(service), path_type="external-1", area=None, cost=30, next_hops=(NS3,))
    return replace(good, **changes)


GOOD = (own(), own("internal"))


def test_all_three_agree(network: Network) -> None:
    to_a_router = own(destination=IPv4Address("203.0.113.53"), cost=1)
    network.ospf_routes["r2"] = (*GOOD, to_a_router)

    assert network.judge().verdict == "ok"


@pytest.mark.parametrize(
    "hops",
    [(replace(NS3, interface=None),), (NextHop(address=NS3.address, interface="eth0"),)],
    ids=["interface not shown", "the same"],
)
def test_next_hop_without_interface_is_the_same(network: Network, hops: tuple[NextHop, ...]) -> None:
    network.ospf_routes["r2"] = (own(next_hops=hops), own("internal"))

    assert network.judge().verdict == "ok"


def test_ospf_has_no_route(network: Network) -> None:
    network.ospf_routes["r2"] = (own("internal"),)
    network.routes["r2"][0:1] = []
    report = network.judge()

    assert found(report) == [("spf-disagrees", "critical", "resolver", "r2")]
    assert bad_cells(report) == {("resolver", "r2", "ns3"): ("learned", "spf-disagrees")}
    disagrees = finding(report, "spf-disagrees")
    assert disagrees.message == ("resolver 203.0.113.53: r2 calculated otherwise than its LSDB says: it has no route")
    assert disagrees.evidence[1] == Evidence("r2", "show ip ospf route", ("203.0.113.53/32 (no route)",))
    assert disagrees.evidence[0].lines[2] == (
        "203.0.113.53/32 type-5 from 198.51.100.13, E1 metric 20, age about 100 s, cost 30"
    )


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"cost": 31}, "external-1 cost 31, not external-1 cost 30"),
        ({"path_type": "external-2"}, "external-2 cost 30, not external-1 cost 30"),
        ({"next_hops": (R1,)}, "via 192.0.2.129 eth1, not via 192.0.2.27 eth0"),
        ({"next_hops": (NS3, R1)}, "via 192.0.2.129 eth1, 192.0.2.27 eth0, not via 192.0.2.27 eth0"),
        ({"next_hops": ()}, "via nothing, not via 192.0.2.27 eth0"),
    ],
)
def test_ospf_calculated_otherwise(network: Network, changes: dict[str, Any], said: str) -> None:
    """The forwarding table is as the LSDB says, so queries arrive; whether the prediction is right is not known."""
    network.ospf_routes["r2"] = (own(**changes), own("internal"))
    report = network.judge()

    assert found(report) == [("spf-disagrees", "unknown", "resolver", "r2")]
    assert finding(report, "spf-disagrees").message == (
        f"resolver 203.0.113.53: r2 calculated otherwise than its LSDB says: {said}"
    )


def test_ospf_calculated_otherwise_and_forwards_so(network: Network) -> None:
    network.ospf_routes["r2"] = (own(next_hops=(R1,)), own("internal"))
    network.routes["r2"][0] = route("resolver", ("192.0.2.129", "eth1"))
    report = network.judge()

    assert found(report) == [("spf-disagrees", "unknown", "resolver", "r2")]
    assert bad_cells(report) == {("resolver", "r2", "ns3"): ("learned", "spf-disagrees")}


def test_route_that_is_not_installed_is_no_disagreement(network: Network) -> None:
    """A filter, or another protocol, stands between OSPF's own table and the forwarding table."""
    network.ospf_routes["r2"] = GOOD
    network.routes["r2"][0:1] = []
    report = network.judge()

    assert found(report) == [("not-installed", "critical", "resolver", "ns3")]
    assert bad_cells(report) == {("resolver", "r2", "ns3"): ("learned", "not-installed")}


def test_both_steps_can_be_wrong(network: Network) -> None:
    network.ospf_routes["r2"] = (own(next_hops=(R1,)), own("internal"))
    network.routes["r2"][0:1] = []
    report = network.judge()

    assert {f.check for f in report.findings} == {"spf-disagrees", "not-installed"}
    assert bad_cells(report) == {("resolver", "r2", "ns3"): ("learned", "not-installed")}


def test_route_to_a_vip_that_nobody_announces(network: Network) -> None:
    network.externals = [known for known in network.externals if known.prefix != prefix("internal")]
    network.routes = {name: routes[:1] for name, routes in network.routes.items()}
    network.ospf_routes["r2"] = GOOD

    assert finding(network.judge(), "spf-disagrees").message == (
        "internal 203.0.113.153: r2 calculated otherwise than its LSDB says: no announcement counts, and it has a route"
    )


def test_discarded_range_is_no_route(network: Network) -> None:
    network.ospf_routes["r2"] = (own(is_discard=True), own("internal"))

    assert finding(network.judge(), "spf-disagrees").severity == "critical"


def test_table_that_was_not_asked_for_is_not_compared(network: Network) -> None:
    network.externals.append(lsa("ns2", "internal", age_s=3600))

    assert network.judge().verdict == "ok"
