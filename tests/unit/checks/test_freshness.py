"""LSAs are refreshed in time, and not more often than that."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest

from nornir_anycast.checks import Evidence, Finding
from nornir_anycast.checks.freshness import check_flapping
from nornir_anycast.ospf.model import RouterView
from tests.unit.checks.network import Network, finding, found, lsa

FIRST = 0x80000001


def test_lsa_that_is_not_refreshed(network: Network) -> None:
    network.externals[network.externals.index(lsa("ns1"))] = lsa("ns1", age_s=3000)
    report = network.judge()

    assert found(report) == [("lsa-near-max-age", "warning", None, "ns1")]
    assert finding(report, "lsa-near-max-age").message == (
        "ns1 does not refresh its type-5 203.0.113.53/32: age 3000 s on r1, r2, due every 1800 s; it is flushed in "
        "600 s"
    )
    assert finding(report, "lsa-near-max-age").evidence == (
        Evidence(
            "r1",
            "show ip ospf database external",
            ("type-5 203.0.113.53/32 from 198.51.100.11, E1 metric 20, age 3000 s, sequence 0x80000001",),
        ),
    )


def test_all_lsas_of_one_host_are_one_finding(network: Network) -> None:
    network.externals = [
        replace(known, age_s=2850) if known.advertising_router == lsa("ns1").advertising_router else known
        for known in network.externals
    ]
    network.change_router_lsa("ns1", age_s=2900)
    report = network.judge()

    assert finding(report, "lsa-near-max-age").message == (
        "ns1 does not refresh its router-LSA and 2 more: age 2900 s on r1, r2, due every 1800 s; it is flushed in 700 s"
    )
    assert len(finding(report, "lsa-near-max-age").evidence) == 3


@pytest.mark.parametrize("age_s", [1799, 2700, 3600])
def test_age_that_is_no_finding(network: Network, age_s: int) -> None:
    """Not due, or late by less than daemons are; at 3600 it is being flushed, which is another matter."""
    network.externals[network.externals.index(lsa("ns2"))] = lsa("ns2", age_s=age_s)

    assert "lsa-near-max-age" not in [f.check for f in network.judge().findings]


def test_ghost_is_old_and_that_is_another_finding(network: Network) -> None:
    network.externals[network.externals.index(lsa("ns3"))] = lsa("ns3", age_s=3000)
    network.isolate("ns3")
    checks = [f.check for f in network.judge().findings]

    assert "origin-unreachable" in checks
    assert "lsa-near-max-age" not in checks


def test_one_router_that_does_not_get_the_refreshed_lsa(network: Network) -> None:
    fresh = network.observations()["r1"].view
    assert fresh is not None
    old = replace(fresh.lsdb, routers=tuple(replace(known, age_s=2950) for known in fresh.lsdb.routers))
    network.lsdbs["r2"] = old
    messages = [f.message for f in network.judge().findings]

    assert len(messages) == 5
    assert "ns3 does not refresh its router-LSA: age 2950 s on r2, due every 1800 s; it is flushed in 650 s" in messages


def test_lsas_of_others_do_not_matter(network: Network) -> None:
    network.externals.append(lsa("r1", prefix=lsa("r1").prefix.supernet(new_prefix=25).supernet(), age_s=3000))

    assert "lsa-near-max-age" not in [f.check for f in network.judge().findings]


# Flapping.


def look(network: Network) -> dict[str, RouterView]:
    seen = {name: observed.view for name, observed in network.observations("r1", "r2").items()}
    return {name: view for name, view in seen.items() if view is not None}


def flaps(
    network: Network, before: Mapping[str, RouterView], after: Mapping[str, RouterView], seconds: float = 20
) -> list[Finding]:
    return list(check_flapping(network.intent, before, after, seconds))


def sequences(network: Network, old: int, new: int, seconds: float = 20) -> list[Finding]:
    """What is found when the sequence number of a node's LSA goes from one to the other."""
    index = network.externals.index(lsa("ns1"))
    network.externals[index] = lsa("ns1", sequence=old)
    before = look(network)
    network.externals[index] = lsa("ns1", sequence=new, age_s=2)
    return flaps(network, before, look(network), seconds)


def test_lsa_that_is_made_anew_again_and_again(network: Network) -> None:
    (flapping,) = sequences(network, FIRST + 1, FIRST + 5)

    assert (flapping.check, flapping.severity, flapping.host) == ("lsa-flapping", "warning", "ns1")
    assert flapping.message == "ns1 made its type-5 203.0.113.53/32 4 times anew in 20 s (seen by r1, r2)"
    assert flapping.evidence == tuple(
        Evidence(
            "r1",
            "show ip ospf database external",
            (f"type-5 203.0.113.53/32 from 198.51.100.11, E1 metric 20, age about {age} s, sequence {sequence}",),
        )
        for age, sequence in ((100, "0x80000002"), (2, "0x80000006"))
    )


@pytest.mark.parametrize(
    ("old", "new", "seconds", "count"),
    [
        (FIRST, FIRST, 20, 0),
        (FIRST, FIRST + 2, 20, 0),
        (FIRST, FIRST + 3, 20, 3),
        (0x80000100, FIRST + 1, 20, 0),
        (0x80000100, FIRST + 2, 20, 3),
        (0xFFFFFFFF, 0x00000002, 20, 3),
        (FIRST, FIRST + 9, 600, 0),
        (FIRST, FIRST + 10, 600, 10),
        (FIRST, FIRST + 50, 86400, 0),
    ],
    ids=[
        "quiet",
        "one change",
        "three in 20 s",
        "flushed once",
        "flushed and made anew",
        "from minus one",
        "under one a minute",
        "one a minute",
        "a day of refreshes",
    ],
)
def test_how_often_is_too_often(network: Network, old: int, new: int, seconds: float, count: int) -> None:
    expected = [f"ns1 made its type-5 203.0.113.53/32 {count} times anew in {seconds} s (seen by r1, r2)"]

    assert [f.message for f in sequences(network, old, new, seconds)] == (expected if count else [])


def test_rogue_that_flaps_is_named_by_its_router_id(network: Network) -> None:
    network.externals.append(lsa("192.0.2.59"))
    before = look(network)
    network.externals[-1] = lsa("192.0.2.59", sequence=FIRST + 3, age_s=1)

    assert [f.host for f in flaps(network, before, look(network))] == ["192.0.2.59"]


def test_routers_and_segments_flap_too(network: Network) -> None:
    before = look(network)
    network.change_router_lsa("r2", sequence=FIRST + 4, age_s=10)
    segment = network.network_lsas[0]
    network.network_lsas[0] = replace(segment, sequence=FIRST + 4, age_s=3)

    assert [f.message for f in flaps(network, before, look(network))] == [
        "r2 made its router-LSA 4 times anew in 20 s (seen by r1, r2)",
        "r1 made its network-LSA 192.0.2.1 4 times anew in 20 s (seen by r1, r2)",
    ]


@pytest.mark.parametrize(("age_s", "is_found"), [(29, True), (30, True), (31, False)])
def test_network_that_has_healed_flaps_no_more(network: Network, age_s: int, is_found: bool) -> None:
    """Four in 60 s, one every 15 s; then quiet for more than 30 s."""
    before = look(network)
    network.change_router_lsa("r2", sequence=FIRST + 4, age_s=age_s)

    assert bool(flaps(network, before, look(network), 60)) is is_found


def test_what_is_seen_once_is_not_compared(network: Network) -> None:
    """A new LSA, one that is gone, and a router that was not seen at one of the looks."""
    before = look(network)
    network.externals.append(lsa("ns2", "internal", sequence=FIRST + 9, age_s=1))
    network.externals.remove(lsa("ns1"))
    after = look(network)
    network.change_router_lsa("ns3", sequence=FIRST + 9, age_s=1)

    assert flaps(network, before, after) == []
    assert flaps(network, {"r1": before["r1"]}, {"r2": look(network)["r2"]}) == []
