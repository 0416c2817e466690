"""What is announced inside an NSSA has to leave it.

::

    ns3 -- r2 -- r1          the segment of r2 and ns3 is NSSA 0.0.0.1, r2 is its ABR
"""

from __future__ import annotations

from dataclasses import replace
from ipaddress import IPv4Address
from typing import Any

import pytest

from nornir_anycast.checks import Evidence
from nornir_anycast.ospf.model import ExternalLsa, Lsdb, OspfArea
from tests.unit.checks.network import AREA_0, ROUTER_IDS, Network, bad_cells, cells, finding, found, lsa

NSSA = IPv4Address("0.0.0.1")
NS3 = IPv4Address("192.0.2.27")


def type_7(**changes: Any) -> ExternalLsa:
    good: dict[str, Any] = {"area": NSSA, "forwarding_address": NS3, "propagate": True}
    return replace(lsa("ns3"), **good | changes)


def with_nssa(network: Network, inside: ExternalLsa, *outside: ExternalLsa) -> Network:
    """Put ns3 into an NSSA; r1 sees the backbone, r2 both areas."""
    areas = {"r2": (OspfArea(area_id=AREA_0, kind="normal"), OspfArea(area_id=NSSA, kind="nssa"))}
    network.areas |= areas | {"ns3": (OspfArea(area_id=NSSA, kind="nssa"),)}
    for host in ("r2", "ns3"):
        network.change_interface(host, "eth0", area=NSSA)
    in_nssa = (IPv4Address(ROUTER_IDS["ns3"]), IPv4Address("192.0.2.17"))
    r2 = next(known for known in network.router_lsas if str(known.advertising_router) == ROUTER_IDS["r2"])
    rest = [
        known for known in network.router_lsas if known.advertising_router not in {in_nssa[0], r2.advertising_router}
    ]
    ns3 = next(known for known in network.router_lsas if known.advertising_router == in_nssa[0])
    backbone = Lsdb(
        routers=(*rest, replace(r2, links=r2.links[1:], is_abr=True, is_asbr=True)),
        networks=tuple(known for known in network.network_lsas if known.designated_router != in_nssa[1]),
        externals=(*(known for known in network.externals if known.advertising_router != in_nssa[0]), *outside),
    )
    nssa = Lsdb(
        routers=(
            replace(r2, area=NSSA, links=r2.links[:1], is_abr=True, is_asbr=True),
            replace(ns3, area=NSSA),
        ),
        networks=tuple(
            replace(known, area=NSSA) for known in network.network_lsas if known.designated_router == in_nssa[1]
        ),
        externals=(inside,),
    )
    both = Lsdb(
        routers=(*backbone.routers, *nssa.routers),
        networks=(*backbone.networks, *nssa.networks),
        externals=(*backbone.externals, *nssa.externals),
    )
    network.lsdbs |= {"r1": backbone, "ns1": backbone, "ns2": backbone, "r2": both, "ns3": nssa}
    return network


def translation(**changes: Any) -> ExternalLsa:
    return lsa("r2", forwarding_address=NS3, **changes)


def checks(network: Network) -> list[str]:
    return [f.check for f in network.judge().findings if f.check == "type-7-not-translated"]


def test_translated(network: Network) -> None:
    report = with_nssa(network, type_7(), translation()).judge()

    assert "type-7-not-translated" not in [f.check for f in report.findings]
    assert cells(report)["resolver", "r2", "ns3"].state == "learned"


@pytest.mark.parametrize(
    ("inside", "why"),
    [
        (type_7(), "no ABR does it (r2)"),
        (type_7(propagate=None), "no ABR does it (r2)"),
        (type_7(propagate=False), "its P-bit is clear"),
        (type_7(forwarding_address=None), "it has no forwarding address"),
    ],
)
def test_not_translated(network: Network, inside: ExternalLsa, why: str) -> None:
    report = with_nssa(network, inside).judge()
    lost = finding(report, "type-7-not-translated")

    assert (lost.severity, lost.service, lost.host) == ("critical", "resolver", "ns3")
    assert lost.message == (
        f"resolver 203.0.113.53: the type-7 LSA of ns3 is not translated into a type-5: {why}; outside its area nobody "
        "learns this node"
    )
    assert bad_cells(report)["resolver", "r1", "ns3"] == ("missing", "type-7-not-translated")
    assert cells(report)["resolver", "r2", "ns3"].state == "learned"
    missing = next(f for f in report.findings if f.check == "origin-missing" and f.service == "resolver")
    assert missing.message == (
        "resolver 203.0.113.53: not learned from ns3 on r1: no ABR translates its type-7 into a type-5"
    )


def test_old_type_5_of_the_node_is_left(network: Network) -> None:
    """The node was in the backbone before: what it announced there is a ghost."""
    report = with_nssa(network, type_7(), lsa("ns3")).judge()

    assert bad_cells(report)["resolver", "r1", "ns3"] == ("unreachable", "type-7-not-translated")
    (unreachable,) = (f.message for f in report.findings if f.check == "origin-unreachable")
    assert unreachable == (
        "resolver 203.0.113.53: r1 list ns3's LSA, but cannot reach ns3: it is an old one, and no ABR translates its "
        "type-7 into a type-5"
    )


def test_both_sides_are_quoted(network: Network) -> None:
    evidence = finding(with_nssa(network, type_7()).judge(), "type-7-not-translated").evidence

    more = "forwarding address 192.0.2.27, P-bit set, age about 100 s"
    assert evidence == (
        Evidence(
            "r2",
            "show ip ospf database nssa-external",
            (f"type-7 203.0.113.53/32 from 198.51.100.13, area 0.0.0.1, E1 metric 20, {more}, sequence 0x80000001",),
        ),
        Evidence(
            "r1",
            "show ip ospf database external",
            tuple(
                f"type-5 203.0.113.53/32 from 198.51.100.{host}, E1 metric 20, age about 100 s, sequence 0x80000001"
                for host in (11, 12)
            ),
        ),
    )


def test_translation_that_is_being_flushed_is_none(network: Network) -> None:
    assert checks(with_nssa(network, type_7(), translation(age_s=3600))) == ["type-7-not-translated"]


def test_p_bit_is_looked_at_though_the_abr_announces_another_nodes(network: Network) -> None:
    assert checks(with_nssa(network, type_7(propagate=False), translation())) == ["type-7-not-translated"]


def test_area_without_an_abr(network: Network) -> None:
    with_nssa(network, type_7())
    both = network.lsdbs["r2"]
    network.lsdbs["r2"] = replace(both, routers=tuple(replace(known, is_abr=False) for known in both.routers))

    assert "the area has no ABR" in finding(network.judge(), "type-7-not-translated").message


@pytest.mark.parametrize("inside", [type_7(age_s=3600), type_7(metric=0xFFFFFF)], ids=["being flushed", "infinite"])
def test_type_7_that_does_not_count_need_not_be_translated(network: Network, inside: ExternalLsa) -> None:
    assert checks(with_nssa(network, inside)) == []


def test_node_that_cannot_be_reached_need_not_be_translated(network: Network) -> None:
    with_nssa(network, type_7())
    both = network.lsdbs["r2"]
    network.lsdbs["r2"] = replace(both, networks=both.networks[:-1])

    assert checks(network) == []


def test_type_7_of_a_stranger_is_a_rogues(network: Network) -> None:
    with_nssa(network, type_7(advertising_router=IPv4Address(ROUTER_IDS["r2"])))

    assert checks(network) == []


def test_outside_that_was_not_seen_is_not_judged(network: Network) -> None:
    """Without the types of the areas it is not known who should have a type-5."""
    with_nssa(network, type_7())
    network.areas |= {"r1": (), "r2": ()}

    assert checks(network) == []
    assert found(network.judge("ns3"))[0] == ("nothing-observed", "unknown", None, None)
