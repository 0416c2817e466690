"""A node is a leaf: neither DR nor a way through."""

from __future__ import annotations

from dataclasses import replace
from ipaddress import IPv4Address

import pytest

from nornir_anycast.checks import Evidence
from nornir_anycast.ospf.model import RouterLink
from tests.unit.checks.network import Network, finding, found, neighbor, route

SETTINGS = "hello 1 s, dead 4 s, MTU 1500, authentication not shown"


def link(address: str, metric: int = 10) -> RouterLink:
    return RouterLink(kind="transit", link_id=IPv4Address("192.0.2.65"), link_data=IPv4Address(address), metric=metric)


@pytest.mark.parametrize(("state", "role"), [("DR", "DR"), ("Backup", "backup DR")])
def test_node_is_dr(network: Network, state: str, role: str) -> None:
    network.change_interface("ns3", "eth0", state=state, priority=1)
    report = network.judge()

    assert found(report) == [("node-is-dr", "warning", None, "ns3")]
    assert finding(report, "node-is-dr").message == (
        f"ns3 eth0: the node is {role} of 192.0.2.16/28: when it is taken out of service, the segment has to elect "
        "another"
    )
    assert finding(report, "node-is-dr").evidence == (
        Evidence(
            "ns3",
            "show ip ospf interface eth0",
            (f"192.0.2.27/28, area 0.0.0.0, broadcast, state {state}, {SETTINGS}",),
        ),
    )


def test_node_is_dr_as_its_router_sees_it(network: Network) -> None:
    network.errors["ns3"] = "ns3: no TCP connection"
    network.neighbors["r2"][0] = neighbor("r2", "ns3", role="DR")

    assert finding(network.judge(), "node-is-dr").evidence == (
        Evidence("r2", "show ip ospf neighbor", ("198.51.100.13 Full/DR 192.0.2.27 eth0",)),
    )


def test_router_is_dr_and_a_node_that_nobody_sees_is_none(network: Network) -> None:
    network.errors["ns3"] = "ns3: no TCP connection"

    assert "node-is-dr" not in [f.check for f in network.judge().findings]


@pytest.mark.parametrize("costs", [(10, 10), (65535, 10)])
def test_node_with_two_links_can_become_a_way_through(network: Network, costs: tuple[int, int]) -> None:
    """One cheap link of two is a way through in one direction."""
    network.change_router_lsa("ns3", links=(link("192.0.2.27", costs[0]), link("192.0.2.70", costs[1])))
    transit = finding(network.judge(), "node-is-transit")

    assert (transit.severity, transit.host) == ("warning", "ns3")
    assert transit.message == (
        "ns3 can become a way through for others: it has several links without max-metric router-lsa, and a node does "
        "not forward"
    )
    assert transit.evidence == (
        Evidence(
            "r1",
            "show ip ospf database router",
            (
                (
                    f"router-LSA from 198.51.100.13, 192.0.2.27 cost {costs[0]}, 192.0.2.70 cost {costs[1]}, "
                    "age about 100 s"
                ),
            ),
        ),
    )


@pytest.mark.parametrize(
    "links",
    [(link("192.0.2.27", 65535), link("192.0.2.70", 65535)), (link("192.0.2.27"),)],
    ids=["max-metric router-lsa", "one link"],
)
def test_leaf_is_no_way_through(network: Network, links: tuple[RouterLink, ...]) -> None:
    network.change_router_lsa("ns3", links=links)

    assert "node-is-transit" not in [f.check for f in network.judge().findings]


def test_router_with_two_links_is_as_it_should_be(network: Network) -> None:
    assert len(next(r for r in network.router_lsas if str(r.advertising_router) == "198.51.100.1").links) == 2
    assert network.judge().verdict == "ok"


def test_node_that_is_the_only_way_is_used(network: Network) -> None:
    """ns2 stands between r1 and r2, with max-metric router-lsa; without another way it is used all the same."""
    network.router_lsas = [
        replace(
            known,
            links=tuple(one for one in known.links if str(one.link_data) not in {"192.0.2.129", "192.0.2.130"}),
        )
        for known in network.router_lsas
    ]
    segment = next(one for one in network.network_lsas if str(one.designated_router) == "192.0.2.17")
    network.network_lsas[network.network_lsas.index(segment)] = replace(
        segment, attached=(*segment.attached, IPv4Address("198.51.100.12"))
    )
    ns2 = [
        RouterLink(kind="transit", link_id=IPv4Address(dr), link_data=IPv4Address(own), metric=65535)
        for dr, own in (("192.0.2.1", "192.0.2.12"), ("192.0.2.17", "192.0.2.30"))
    ]
    network.change_router_lsa("ns2", links=tuple(ns2))
    network.externals = [known for known in network.externals if str(known.advertising_router) == "198.51.100.13"]
    for routes in network.routes.values():
        routes.clear()
    network.routes["r1"].append(route("resolver", ("192.0.2.12", "eth0")))
    transit = finding(network.judge(), "node-is-transit")

    assert (transit.severity, transit.host) == ("critical", "ns2")
    assert transit.message == (
        "ns2 is a way through for r1: queries for other nodes are sent to it, and a node does not forward"
    )
    assert transit.evidence[1:] == (
        Evidence("r1", "show ip route 203.0.113.53/32", ("203.0.113.53/32 via 192.0.2.12 eth0",)),
    )


def test_node_with_two_links_that_is_asked_itself_is_no_way_through(network: Network) -> None:
    """r1 sends queries to ns1 and ns2: they are theirs."""
    for node, address in (("ns1", "192.0.2.11"), ("ns2", "192.0.2.12")):
        transit = RouterLink(
            kind="transit", link_id=IPv4Address("192.0.2.1"), link_data=IPv4Address(address), metric=65535
        )
        network.change_router_lsa(node, links=(transit, link("192.0.2.70", 65535)))

    assert network.judge().verdict == "ok"
