"""Break things for real on the lab, one at a time; the right cell says the right cause, every other stays good."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from tests.lab.operator import MENDED_WITHIN_S, SEEN_WITHIN_S, SERVICES, Cells, Json, Operator, column, findings


@pytest.fixture(autouse=True)
def good_again(operator: Operator) -> Iterator[None]:
    """Every fault is mended by its test, and the site is OK again before the next."""
    yield
    try:
        operator.wait_until_ok()
    except AssertionError:
        operator.deploy()  # for the tests that follow; this one has failed
        raise
    operator.wait_for({})


def test_good_site_is_ok_and_says_who_is_preferred(operator: Operator) -> None:
    code, report = operator.wait_for({})

    assert code == 0
    assert report["findings"] == []
    installed = {(c["router"], c["node"]) for c in report["origins"] if c["installed"] and c["service"] == "resolver"}
    assert installed == {("r1", "ns1"), ("r1", "ns2"), ("r2", "ns3"), ("r3", "ns1"), ("r3", "ns2")}
    forced = [answer for answer in report["dns"] if answer["path"] == "forced" and answer["type"] == "TXT"]
    assert {(a["node"], *a["answers"]) for a in forced} == {(node, node) for node in SERVICES["resolver"]}
    assert {a["transport"] for a in forced} == {"udp", "tcp"}


def test_ospfd_stopped(operator: Operator) -> None:
    operator.run_on("ns1", "systemctl", "stop", "frr")
    try:
        code, report = operator.wait_for(
            column("ns1", "missing", "origin-missing"), "origin-missing", "its routing daemon does not run"
        )
        assert code == 2
        assert [f["host"] for f in findings(report, "daemon-not-running")] == ["ns1"]
        assert any(
            e["command"] == "log" and e["host"] == "ns1" for e in findings(report, "origin-missing")[0]["evidence"]
        )
    finally:
        operator.run_on("ns1", "systemctl", "start", "frr")


def test_ospfd_killed_comes_back_by_itself(operator: Operator) -> None:
    before = operator.run_on("ns2", "pidof", "ospfd").stdout.strip()
    assert before
    operator.run_on("ns2", "kill", "-9", before)

    code, _ = operator.verify("--wait", MENDED_WITHIN_S)

    after = operator.run_on("ns2", "pidof", "ospfd").stdout.strip()
    assert code == 0
    assert after not in {"", before}


def test_node_without_power_leaves_a_ghost(operator: Operator) -> None:
    operator.lab.power_off("ns3")
    try:
        code, report = operator.wait_for(column("ns3", "unreachable", "origin-unreachable"))
        assert code == 2
        assert [f["host"] for f in findings(report, "host-unreachable")] == ["ns3"]
        lsa = findings(report, "origin-unreachable")[0]["evidence"][0]["lines"]
        assert any("198.51.100.13" in line and "unreachable" in line for line in lsa)
    finally:
        operator.lab.power_on("ns3")


def test_rebooted_node_comes_back_announcing(operator: Operator) -> None:
    before = operator.lab.look()["ns4"].boots
    operator.run_on("ns4", "systemctl", "reboot", check=False)
    deadline = time.monotonic() + SEEN_WITHIN_S
    while operator.lab.look()["ns4"].boots == before:
        assert time.monotonic() < deadline, "ns4 did not reboot"

    operator.wait_until_ok()


def test_dnsmasq_stopped(operator: Operator) -> None:
    operator.run_on("ns3", "systemctl", "stop", "dnsmasq")
    try:
        code, report = operator.wait_for(column("ns3", "learned", "dns-dead-but-announced"))
        assert code == 2
        assert {f["service"] for f in findings(report, "dns-dead-but-announced")} == set(SERVICES)
    finally:
        operator.run_on("ns3", "systemctl", "start", "dnsmasq")


def test_tcp_refused(operator: Operator) -> None:
    table = "table ip fault { chain input { type filter hook input priority 0; tcp dport 53 reject with tcp reset; }; }"
    operator.run_on("ns4", "nft", table)
    try:
        code, _ = operator.wait_for(column("ns4", "learned", "dns-tcp-refused"))
        assert code == 2
    finally:
        operator.run_on("ns4", "nft", "delete table ip fault")


def test_vip_removed_of_one_service(operator: Operator) -> None:
    operator.run_on("ns3", "ip", "addr", "del", "203.0.113.53/32", "dev", "lo")

    code, _report = operator.wait_for(
        column("ns3", "missing", "origin-missing", ("resolver",)), "origin-missing", "the VIP is not on its loopback"
    )

    assert code == 2
    operator.deploy()


def test_wrong_filter(operator: Operator) -> None:
    operator.vtysh("ns4", "configure terminal", "no ip prefix-list ANYCAST seq 5 permit 203.0.113.53/32")

    code, _report = operator.wait_for(
        column("ns4", "missing", "origin-missing", ("resolver",)),
        "origin-missing",
        "its ospfd does not originate the VIP",
    )

    assert code == 2
    operator.deploy()


@pytest.mark.parametrize(
    ("owner", "other", "router_id"), [("ns1", "ns2", "198.51.100.11"), ("ns3", "ns4", "198.51.100.13")]
)
def test_two_nodes_with_one_router_id(operator: Operator, owner: str, other: str, router_id: str) -> None:
    """On one segment, and on two segments of one router.

    The other flushes what both had announced under the owner's id, and ospfd there (FRR 8.4.4) does not come back from
    that by itself: deploy clears OSPF on the owner too, and `good_again` sees that all is well.
    """
    lines = ("configure terminal", "router ospf", f"ospf router-id {router_id}", "end", "clear ip ospf process")
    operator.vtysh(other, *lines)

    shared = column(owner, "unknown", "duplicate-router-id") | column(other, "missing", "duplicate-router-id")
    code, report = operator.wait_for(shared)

    assert code == 2
    assert f"{owner} and {other}" in findings(report, "duplicate-router-id")[0]["message"]
    plan = operator.anycast("plan", "--hosts", other).stdout
    assert f"# and after that on {owner}, whose router-id this was: clear ip ospf process" in plan
    operator.deploy()


def test_vip_as_router_id(operator: Operator) -> None:
    lines = ("configure terminal", "router ospf", "ospf router-id 203.0.113.53", "end", "clear ip ospf process")
    operator.vtysh("ns3", *lines)

    code, report = operator.wait_for(column("ns3", "missing", "vip-as-router-id"))

    assert code == 2
    assert [f["host"] for f in findings(report, "vip-as-router-id")] == ["ns3"]
    operator.deploy()


def test_e2_on_one_node(operator: Operator) -> None:
    redistribute = "redistribute connected metric 20 metric-type 2 route-map ANYCAST"
    operator.vtysh("ns2", "configure terminal", "router ospf", redistribute)

    code, report = operator.wait_for(column("ns2", "learned", "metric-inconsistent"))

    assert code == 1
    assert [f["host"] for f in findings(report, "metric-inconsistent")] == ["ns2"]
    operator.deploy()


def test_vip_by_network_statement_on_one_node(operator: Operator) -> None:
    """A stub link beats every E1 whatever the cost: this node takes all the traffic."""
    operator.vtysh("ns4", "configure terminal", "router ospf", "network 203.0.113.53/32 area 0")

    code, report = operator.wait_for(column("ns4", "learned", "metric-inconsistent", ("resolver",)))

    assert code == 1
    assert {c["node"] for c in report["origins"] if c["installed"] and c["service"] == "resolver"} == {"ns4"}
    operator.deploy()


def test_route_filtered_on_one_router(operator: Operator) -> None:
    """`distribute-list in` keeps the LSA and hides the route: the LSDB alone would say OK."""
    lines = (
        "configure terminal",
        "ip prefix-list HIDE deny 203.0.113.53/32",
        "ip prefix-list HIDE permit any",
        "route-map HIDE permit 10",
        "match ip address prefix-list HIDE",
        "exit",
        "ip protocol ospf route-map HIDE",
    )
    operator.vtysh("r2", *lines)
    try:
        code, report = operator.wait_for({("resolver", "r2", "ns3"): ("learned", "not-installed")})
        assert code == 2
        assert {f["check"] for f in report["findings"]} == {"not-installed"}
    finally:
        undo = ("configure terminal", "no ip protocol ospf", "no route-map HIDE", "no ip prefix-list HIDE")
        operator.vtysh("r2", *undo)


def test_foreign_host_announces_the_vip(operator: Operator) -> None:
    configuration = (
        "configure terminal",
        "interface eth0",
        "ip ospf hello-interval 1",
        "ip ospf dead-interval 4",
        "router ospf",
        "ospf router-id 192.0.2.59",
        "redistribute connected metric-type 1",
        "network 192.0.2.48/28 area 0",
    )
    operator.run_on("client1", "ip", "addr", "add", "203.0.113.53/32", "dev", "lo")
    operator.run_on("client1", "sed", "-i", "s/^ospfd=no/ospfd=yes/", "/etc/frr/daemons")
    operator.run_on("client1", "systemctl", "restart", "frr")
    operator.vtysh("client1", *configuration)
    try:
        deadline = time.monotonic() + SEEN_WITHIN_S
        rogue: list[Json] = []
        while not rogue and time.monotonic() < deadline:
            code, report = operator.verify()
            rogue = findings(report, "origin-unexpected")
        assert code == 2
        assert [f["host"] for f in rogue] == ["192.0.2.59"]
        assert {f["service"] for f in rogue} == {"resolver"}
        assert all(cell["state"] == "learned" for cell in report["origins"])
    finally:
        operator.run_on("client1", "systemctl", "stop", "frr")
        operator.run_on("client1", "sed", "-i", "s/^ospfd=yes/ospfd=no/", "/etc/frr/daemons")
        operator.run_on("client1", "ip", "addr", "del", "203.0.113.53/32", "dev", "lo")


def test_router_switched_off(operator: Operator) -> None:
    operator.lab.power_off("r2")
    try:
        blind = {
            (service, "r2", node): ("unknown", "host-unreachable")
            for service, nodes in SERVICES.items()
            for node in nodes
        }
        cut_off = column("ns3", "unreachable", "origin-unreachable", routers=("r1", "r3"))
        cut_off |= column("ns4", "unreachable", "origin-unreachable", routers=("r1", "r3"))
        code, report = operator.wait_for(blind | cut_off)
        assert code == 2
        assert [f["host"] for f in findings(report, "host-unreachable")] == ["r2"]
    finally:
        operator.lab.power_on("r2")


def test_router_without_ospf(operator: Operator) -> None:
    operator.vtysh("r3", "configure terminal", "no router ospf")

    blind: Cells = {
        (service, "r3", node): ("unknown", "ospf-not-configured")
        for service, nodes in SERVICES.items()
        for node in nodes
    }
    code, report = operator.wait_for(blind)

    assert code == 2
    assert [f["host"] for f in findings(report, "ospf-not-configured")] == ["r3"]
    operator.deploy()


def test_node_without_ospf_on_the_newer_frr(operator: Operator) -> None:
    operator.vtysh("ns4", "configure terminal", "no router ospf")

    code, report = operator.wait_for(
        column("ns4", "missing", "origin-missing"), "ospf-not-configured", "ns4 has no OSPF instance"
    )

    assert code == 2
    [found] = findings(report, "ospf-not-configured")
    assert found["host"] == "ns4"
    assert found["evidence"][0]["lines"] == ["% OSPF is not enabled in vrf default"]
    operator.deploy()


def test_ospf_blocked_by_a_firewall(operator: Operator) -> None:
    table = "table ip fault { chain input { type filter hook input priority 0; ip protocol 89 drop; }; }"
    operator.run_on("r2", "nft", table.replace("ip protocol", "iifname eth1 ip protocol"))
    try:
        code, report = operator.wait_for(
            column("ns4", "unreachable", "origin-unreachable"),
            "origin-unreachable",
            "it is up, but no router is adjacent to it",
        )
        assert code == 2
        assert [f["host"] for f in findings(report, "adjacency-missing")] == ["r2"]
    finally:
        operator.run_on("r2", "nft", "delete table ip fault")


def test_sshd_down_is_not_known_but_the_routers_are_believed(operator: Operator) -> None:
    operator.run_on("ns2", "systemctl", "stop", "ssh.socket", "ssh.service")
    try:
        code, report = operator.wait_for({})
        assert code == 3
        assert [(f["host"], f["severity"]) for f in findings(report, "host-unreachable")] == [("ns2", "unknown")]
    finally:
        operator.run_on("ns2", "systemctl", "start", "ssh")
