"""The ends of a link must be set alike; what is not shown is not compared."""

from __future__ import annotations

from dataclasses import replace
from ipaddress import IPv4Address
from typing import Any

import pytest

from nornir_anycast.checks import Evidence
from nornir_anycast.ospf.model import Authentication, OspfArea
from tests.unit.checks.network import AREA_0, Network, finding, found

AREA_1 = IPv4Address("0.0.0.1")
NO_ROUTE = "they may be Full, and still no route leads over the link"
NONE = Authentication(kind="none")


def md5(*keys: tuple[int, str]) -> Authentication:
    return Authentication(kind="cryptographic", keys=frozenset(keys))


def simple(secret: str) -> Authentication:
    return Authentication(kind="simple", keys=frozenset({(None, secret)}))


@pytest.mark.parametrize(
    ("changes", "check", "said"),
    [
        (
            {"mtu": 1400},
            "mtu-mismatch",
            "MTU 1400 on ns2 eth0; 1500 on ns1 eth0, r1 eth0: an adjacency made anew stays in ExStart or Exchange",
        ),
        (
            {"hello_ms": 5000},
            "timer-mismatch",
            "hello/dead 5/4 s on ns2 eth0; 1/4 s on ns1 eth0, r1 eth0: they do not become adjacent",
        ),
        (
            {"dead_s": 40},
            "timer-mismatch",
            "hello/dead 1/40 s on ns2 eth0; 1/4 s on ns1 eth0, r1 eth0: they do not become adjacent",
        ),
        (
            {"hello_ms": 250},
            "timer-mismatch",
            "hello/dead sub-second/4 s on ns2 eth0; 1/4 s on ns1 eth0, r1 eth0: they do not become adjacent",
        ),
        (
            {"area": AREA_1},
            "area-mismatch",
            "area 0.0.0.1 on ns2 eth0; 0.0.0.0 on ns1 eth0, r1 eth0: they do not become adjacent",
        ),
        (
            {"network_type": "point-to-point"},
            "network-type-mismatch",
            f"network type point-to-point on ns2 eth0; broadcast on ns1 eth0, r1 eth0: {NO_ROUTE}",
        ),
    ],
)
def test_one_end_is_set_otherwise(network: Network, changes: dict[str, Any], check: str, said: str) -> None:
    network.change_interface("ns2", "eth0", **changes)
    report = network.judge()

    assert found(report) == [(check, "warning", None, "ns2")]
    assert finding(report, check).message == f"192.0.2.0/28: {said}"
    assert [(e.host, e.command) for e in finding(report, check).evidence] == [
        (host, "show ip ospf interface eth0") for host in ("ns2", "ns1", "r1")
    ]


def test_the_ends_are_quoted(network: Network) -> None:
    network.change_interface("ns3", "eth0", mtu=9000, authentication=md5((1, "<redacted 3f9a01bc>")), checks_mtu=False)
    quoted = finding(network.judge(), "mtu-mismatch").evidence

    key = "cryptographic (key 1 <redacted 3f9a01bc>)"
    common = "area 0.0.0.0, broadcast, state"
    assert quoted == (
        Evidence(
            "ns3",
            "show ip ospf interface eth0",
            (f"192.0.2.27/28, {common} DROther, hello 1 s, dead 4 s, MTU 9000 (ignored), authentication {key}",),
        ),
        Evidence(
            "r2",
            "show ip ospf interface eth0",
            (f"192.0.2.17/28, {common} DR, hello 1 s, dead 4 s, MTU 1500, authentication not shown",),
        ),
    )


@pytest.mark.parametrize("mtu", [1400, 1500])
def test_mtu_is_compared_where_it_is_shown(network: Network, mtu: int) -> None:
    """Cisco IOS shows none."""
    network.change_interface("r1", "eth0", mtu=None)
    network.change_interface("ns1", "eth0", mtu=mtu)

    assert [f.check for f in network.judge().findings] == (["mtu-mismatch"] if mtu == 1400 else [])


def test_larger_mtu_is_accepted_by_who_does_not_look(network: Network) -> None:
    """`ip ospf mtu-ignore` on the end with the smaller MTU; on the other end it is of no use."""
    network.change_interface("ns3", "eth0", mtu=1400, checks_mtu=False)
    assert network.judge().verdict == "ok"

    network.change_interface("ns3", "eth0", mtu=1400, checks_mtu=True)
    network.change_interface("r2", "eth0", checks_mtu=False)
    assert finding(network.judge(), "mtu-mismatch").message == (
        "192.0.2.16/28: MTU 1400 on ns3 eth0; 1500 (ignored) on r2 eth0: an adjacency made anew stays in ExStart or "
        "Exchange"
    )


def test_hellos_of_less_than_a_second_are_not_compared(network: Network) -> None:
    network.change_interface("ns3", "eth0", hello_ms=250, dead_s=1)
    network.change_interface("r2", "eth0", hello_ms=333, dead_s=1)

    assert network.judge().verdict == "ok"


@pytest.mark.parametrize("kind", ["stub", "nssa"])
def test_area_of_another_type(network: Network, kind: Any) -> None:
    network.areas["ns3"] = (OspfArea(area_id=AREA_0, kind=kind),)
    report = network.judge()

    assert found(report) == [("area-type-mismatch", "warning", None, "ns3")]
    assert finding(report, "area-type-mismatch").message == (
        f"192.0.2.16/28: area 0.0.0.0 {kind} on ns3 eth0; 0.0.0.0 normal on r2 eth0: they do not become adjacent"
    )


def test_areas_are_not_compared_by_type_when_they_are_not_the_same_or_not_shown(network: Network) -> None:
    network.areas["ns3"] = (OspfArea(area_id=AREA_1, kind="nssa"),)
    assert network.judge().verdict == "ok"

    network.change_interface("ns3", "eth0", area=AREA_1)
    assert found(network.judge()) == [("area-mismatch", "warning", None, "ns3")]


@pytest.mark.parametrize(
    ("one", "other", "said"),
    [
        (NONE, md5((1, "a")), "none on ns3 eth0; cryptographic (key 1 a) on r2 eth0"),
        (simple("a"), simple("b"), "simple (a) on ns3 eth0; simple (b) on r2 eth0"),
        (simple("a"), md5((1, "a")), "simple (a) on ns3 eth0; cryptographic (key 1 a) on r2 eth0"),
        (md5((1, "a")), md5((2, "a")), "cryptographic (key 1 a) on ns3 eth0; cryptographic (key 2 a) on r2 eth0"),
        (md5((1, "a")), md5((1, "b")), "cryptographic (key 1 a) on ns3 eth0; cryptographic (key 1 b) on r2 eth0"),
        (
            md5((1, ""), (2, "")),
            md5((3, "c")),
            "cryptographic (key 1, key 2) on ns3 eth0; cryptographic (key 3 c) on r2 eth0",
        ),
    ],
)
def test_authentication_that_cannot_fit(
    network: Network, one: Authentication, other: Authentication, said: str
) -> None:
    network.change_interface("ns3", "eth0", authentication=one)
    network.change_interface("r2", "eth0", authentication=other)
    report = network.judge()

    assert found(report) == [("authentication-mismatch", "warning", None, "ns3")]
    assert finding(report, "authentication-mismatch").message == (
        f"192.0.2.16/28: authentication {said}: they do not become adjacent"
    )


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (NONE, NONE),
        (md5((1, "a")), md5((1, "a"))),
        (md5((1, "a")), md5((1, "a"), (2, "b"))),
        (md5((1, "a")), md5((1, ""))),
        (simple("a"), simple("")),
        (md5(), md5((1, "a"))),
        (None, md5((1, "a"))),
        (None, NONE),
    ],
    ids=["none", "same", "rolled", "secret not shown", "password not shown", "no keys shown", "not shown", "half"],
)
def test_authentication_that_fits_or_is_not_known(
    network: Network, one: Authentication | None, other: Authentication | None
) -> None:
    network.change_interface("ns3", "eth0", authentication=one)
    network.change_interface("r2", "eth0", authentication=other)

    assert network.judge().verdict == "ok"


def test_ends_that_were_not_seen_are_not_compared(network: Network) -> None:
    network.change_interface("ns3", "eth0", mtu=1400, hello_ms=5000, area=AREA_1, network_type="point-to-point")
    network.errors["ns3"] = "ns3: no TCP connection"

    assert found(network.judge()) == [("host-unreachable", "unknown", None, "ns3")]


def test_passive_and_loopback_interfaces_have_no_other_end(network: Network) -> None:
    network.change_interface("ns3", "eth0", dead_s=40, passive=True)
    network.change_interface("ns2", "eth0", dead_s=40, network_type="loopback")

    assert network.judge().verdict == "ok"


def test_interface_is_found_by_name_when_it_has_another_address(network: Network) -> None:
    """Of several addresses FRR's JSON shows one only."""
    eth0 = network.interfaces["ns3"][0]
    network.interfaces["ns3"] = (replace(eth0, address=None, mtu=1400),)

    assert finding(network.judge(), "mtu-mismatch").host == "ns3"
