"""Break OSPF for real, several faults that do not hide each other at a time; each is told by its own check."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from nornir_anycast.checks.freshness import check_flapping
from nornir_anycast.observation import parse_observation
from nornir_anycast.ospf.model import RouterView
from nornir_anycast.site import load_site
from nornir_anycast.snapshot import load
from tests.lab.operator import SEEN_WITHIN_S, Json, Operator, column, findings


@pytest.fixture(autouse=True)
def good_again(operator: Operator) -> Iterator[None]:
    """Every fault is mended by its test, and the site is OK again before the next."""
    yield
    try:
        operator.wait_until_ok()
    except AssertionError:
        operator.deploy()  # for the tests that follow; this one has failed
        raise


def wait_for_checks(operator: Operator, *expected: tuple[str, str]) -> Json:
    """Poll until each check is found on its host; others may be found too."""
    deadline = time.monotonic() + SEEN_WITHIN_S
    while True:
        _, report = operator.verify()
        seen = {(finding["check"], finding["host"]) for finding in report["findings"]}
        if seen.issuperset(expected) or time.monotonic() > deadline:
            assert seen.issuperset(expected), json.dumps(report["findings"], indent=1)
            return report


def configure(operator: Operator, host: str, *lines: str) -> None:
    operator.vtysh(host, "configure terminal", *lines)


def test_faults_by_which_nothing_is_lost(operator: Operator) -> None:
    """Each is a warning, the matrix stays good."""
    operator.run_on("ns2", "ip", "addr", "add", "10.99.0.1/24", "dev", "lo")
    configure(operator, "ns2", "ip prefix-list ANYCAST seq 99 permit 10.99.0.0/24")
    configure(operator, "r1", "ip route 203.0.113.0/24 Null0", "router ospf", "redistribute static")
    configure(operator, "ns3", "interface eth0", "ip ospf priority 1")
    configure(operator, "r2", "interface eth0", "ip ospf priority 0")
    try:
        quiet = (
            ("prefix-leaked", "ns2"),
            ("prefix-covering", "r1"),
            ("node-is-dr", "ns3"),
        )
        wait_for_checks(operator, *quiet)
        code, report = operator.wait_for({})
        assert code == 1
        assert {(f["check"], f["host"]) for f in report["findings"]} == set(quiet)
        assert "10.99.0.0/24" in findings(report, "prefix-leaked")[0]["message"]
        assert {f["service"] for f in findings(report, "prefix-covering")} == {"resolver", "internal"}
    finally:
        operator.run_on("ns2", "ip", "addr", "del", "10.99.0.1/24", "dev", "lo")
        configure(operator, "r1", "no ip route 203.0.113.0/24 Null0", "router ospf", "no redistribute static")
        configure(operator, "r2", "interface eth0", "no ip ospf priority")
        operator.deploy()


def test_ends_of_links_that_are_set_unlike(operator: Operator) -> None:
    configure(operator, "ns1", "interface eth0", "ip ospf network point-to-point")
    configure(operator, "ns2", "interface eth0", "ip ospf hello-interval 2", "ip ospf dead-interval 8")
    configure(operator, "ns3", "router ospf", "no network 192.0.2.16/28 area 0", "network 192.0.2.16/28 area 1")
    try:
        report = wait_for_checks(
            operator,
            ("network-type-mismatch", "ns1"),
            ("timer-mismatch", "ns2"),
            ("area-mismatch", "ns3"),
            ("adjacency-missing", "r2"),
        )
        assert report["verdict"] == "critical"
        assert (
            "hello/dead 2/8 s on ns2 eth0; 1/4 s on ns1 eth0, r1 eth0"
            in (findings(report, "timer-mismatch")[0]["message"])
        )
    finally:
        operator.deploy()


def test_authentication_at_one_end(operator: Operator) -> None:
    key = "ip ospf message-digest-key 1 md5 lab-only"
    configure(operator, "ns4", "interface eth0", "ip ospf authentication message-digest", key)
    try:
        report = wait_for_checks(operator, ("authentication-mismatch", "ns4"), ("adjacency-missing", "r2"))
        message = findings(report, "authentication-mismatch")[0]["message"]
        assert message.startswith("192.0.2.32/28: authentication cryptographic (key 1")
        assert message.endswith("on ns4 eth0; none on r2 eth1: they do not become adjacent")
        assert "lab-only" not in json.dumps(report)
    finally:
        operator.deploy()


def test_mtu(operator: Operator) -> None:
    """FRR makes the adjacency anew when the MTU changes."""
    operator.run_on("ns3", "ip", "link", "set", "eth0", "mtu", "1400")
    try:
        report = wait_for_checks(operator, ("mtu-mismatch", "ns3"), ("adjacency-not-full", "r2"))
        states = [a["state"] for a in report["adjacencies"] if (a["router"], a["neighbor"]) == ("r2", "ns3")]
        assert states in (["ExStart"], ["Exchange"])
        assert "MTU 1400 on ns3 eth0; 1500 on r2 eth0" in findings(report, "mtu-mismatch")[0]["message"]
    finally:
        operator.run_on("ns3", "ip", "link", "set", "eth0", "mtu", "1500")


def test_node_in_an_nssa(operator: Operator) -> None:
    """First the router does not know that the area is an NSSA; then it does, and translates nothing."""
    configure(operator, "r2", "router ospf", "no network 192.0.2.32/28 area 0", "network 192.0.2.32/28 area 1")
    moved = ("no network 192.0.2.32/28 area 0", "network 192.0.2.32/28 area 1", "area 1 nssa")
    configure(operator, "ns4", "router ospf", *moved)
    try:
        report = wait_for_checks(operator, ("area-type-mismatch", "ns4"))
        assert (
            "0.0.0.1 nssa on ns4 eth0; 0.0.0.1 normal on r2 eth1"
            in (findings(report, "area-type-mismatch")[0]["message"])
        )

        configure(operator, "r2", "router ospf", "area 1 nssa translate-never")
        # The others still list the type-5 that the node made when it was in the backbone.
        lost = column("ns4", "unreachable", "type-7-not-translated", routers=("r1", "r3"))
        code, report = operator.wait_for(lost, "type-7-not-translated", "no ABR does it (r2)")
        assert code == 2
        assert {f["host"] for f in findings(report, "type-7-not-translated")} == {"ns4"}
    finally:
        back = ("no area 1 nssa", "no network 192.0.2.32/28 area 1", "network 192.0.2.32/28 area 0")
        configure(operator, "r2", "router ospf", *back)
        configure(operator, "ns4", "router ospf", *back)


def test_router_takes_the_vip_over(operator: Operator) -> None:
    operator.run_on("r3", "ip", "addr", "add", "203.0.113.153/32", "dev", "lo")
    configure(operator, "r3", "router ospf", "network 203.0.113.153/32 area 0")
    try:
        report = wait_for_checks(operator, ("intra-area-hijack", "r3"), ("origin-unexpected", "r3"))
        [hijack] = findings(report, "intra-area-hijack")
        assert (hijack["severity"], hijack["service"]) == ("critical", "internal")
    finally:
        configure(operator, "r3", "router ospf", "no network 203.0.113.153/32 area 0")
        operator.run_on("r3", "ip", "addr", "del", "203.0.113.153/32", "dev", "lo")


def test_farther_nodes_are_preferred(operator: Operator) -> None:
    redistribute = "redistribute connected metric 20 metric-type 2 route-map ANYCAST"
    configure(operator, "ns3", "router ospf", redistribute)
    try:
        code, report = operator.wait_for(
            column("ns3", "learned", "metric-inconsistent"), "preference-inversion", "to the nearer ns3 (E2 metric 20"
        )
        assert code == 1
        assert {f["service"] for f in findings(report, "preference-inversion")} == {"resolver", "internal"}
    finally:
        operator.deploy()


def test_router_that_does_not_calculate(operator: Operator) -> None:
    """The SPF waits for ten minutes: its LSDB is new, its routes are old."""
    configure(operator, "r3", "router ospf", "timers throttle spf 600000 600000 600000")
    configure(operator, "r1", "interface eth0", "ip ospf cost 11")
    try:
        report = wait_for_checks(operator, ("spf-disagrees", "r3"))
        assert report["verdict"] == "unknown"
        assert "external-1 cost 40, not external-1 cost 41" in findings(report, "spf-disagrees")[0]["message"]
    finally:
        configure(operator, "r1", "interface eth0", "ip ospf cost 10")
        configure(operator, "r3", "router ospf", "no timers throttle spf")
        # The SPF that waits goes on waiting, and no other is begun before it.
        operator.run_on("r3", "systemctl", "restart", "frr")


def test_lsa_that_flaps(operator: Operator, tmp_path: Path) -> None:
    """r3 changes its mind again and again; the looks are judged as if they were half a minute apart."""
    intent = load_site(operator.site).intent
    before = look(operator, tmp_path / "before")
    try:
        for cost in (21, 22, 23):
            seen, deadline = own_sequence(operator), time.monotonic() + SEEN_WITHIN_S
            configure(operator, "r3", "interface eth2", f"ip ospf cost {cost}")
            while own_sequence(operator) == seen:
                assert time.monotonic() < deadline, "r3 made no new LSA"
        after, number = look(operator, tmp_path / "after"), 0
        while len({sequence_of_r3(view) for view in after.values()}) > 1 and number < SEEN_WITHIN_S:
            number += 1  # the others have not heard of it yet
            after = look(operator, tmp_path / f"after{number}")
    finally:
        configure(operator, "r3", "interface eth2", "ip ospf cost 20")

    [flapping] = check_flapping(intent, before, after, seconds=30)
    assert (flapping.check, flapping.host) == ("lsa-flapping", "r3")
    assert flapping.message == ("r3 made its router-LSA 3 times anew in 30 s (seen by ns1, ns2, ns3, ns4, r1, r2, r3)")


def look(operator: Operator, directory: Path) -> dict[str, RouterView]:
    """What every host shows of OSPF, by a snapshot."""
    assert operator.anycast("snapshot", str(directory)).returncode == 0
    intent = load_site(operator.site).intent
    seen = {host: parse_observation(intent, host, said.sections).view for host, said in load(directory).items()}
    return {host: view for host, view in seen.items() if view}


def own_sequence(operator: Operator) -> str:
    shown = operator.run_on("r3", "vtysh", "-c", "show ip ospf database router self-originate").stdout
    [sequence] = re.findall(r"LS Seq Number: (\w+)", shown)
    return str(sequence)


def sequence_of_r3(view: RouterView) -> int:
    [sequence] = (lsa.sequence for lsa in view.lsdb.routers if str(lsa.advertising_router) == "198.51.100.3")
    return sequence
