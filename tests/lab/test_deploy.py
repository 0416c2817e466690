"""What deploy leaves behind on real machines, and that it is quiet when there is nothing to do."""

from __future__ import annotations

import json
import re
import time

from tests.lab.operator import SEEN_WITHIN_S, Json, Operator


def rows(operator: Operator, *arguments: str) -> dict[str, Json]:
    done = operator.anycast(*arguments, "--format", "json")
    assert done.returncode == 0, done.stdout + done.stderr
    return {row["host"]: row for row in json.loads(done.stdout)["hosts"]}


def test_second_deploy_changes_nothing_and_says_so(operator: Operator) -> None:
    done = operator.anycast("deploy")

    assert done.returncode == 0
    assert done.stdout == "== unchanged: ns1, ns2, ns3, ns4, r1, r2, r3\n0 of 7 hosts changed\n"


def test_plan_shows_the_diff_and_changes_nothing(operator: Operator) -> None:
    operator.run_on("ns1", "sed", "-i", "s/^cache-size=.*/cache-size=1/", "/etc/dnsmasq.d/nornir-anycast.conf")
    operator.vtysh("r1", "configure terminal", "interface eth0", "ip ospf cost 77")
    try:
        first, second = rows(operator, "plan"), rows(operator, "deploy", "--dry-run")
        assert first == second
        assert {host for host, row in first.items() if row["changed"]} == {"ns1", "r1"}
        assert "-cache-size=1\n+cache-size=1000\n" in first["ns1"]["diff"]
        assert first["r1"]["diff"] == "  interface eth0\n-  ip ospf cost 77\n+  ip ospf cost 10\n"
        assert "cache-size=1\n" in operator.run_on("ns1", "cat", "/etc/dnsmasq.d/nornir-anycast.conf").stdout
    finally:
        operator.deploy()
    assert "ip ospf cost 10" in operator.run_on("r1", "vtysh", "-c", "show running-config").stdout
    operator.wait_until_ok()


def test_router_keeps_the_lines_that_are_not_ours_and_saves(operator: Operator) -> None:
    foreign = ("interface eth0", "description uplink of the office", "exit", "ip route 198.51.100.200/32 blackhole")
    for router in ("r1", "r3"):
        operator.vtysh(router, "configure terminal", *foreign)
        operator.vtysh(router, "configure terminal", "interface eth0", "no ip ospf hello-interval")
    operator.deploy()

    for router in ("r1", "r3"):
        saved = operator.run_on(router, "cat", "/etc/frr/frr.conf").stdout
        assert "description uplink of the office" in saved
        assert "ip route 198.51.100.200/32 blackhole" in saved
        assert re.search(r"(?m)^ ip ospf hello-interval 1$", saved)
        undo = ("configure terminal", "no ip route 198.51.100.200/32 blackhole", "interface eth0", "no description")
        operator.vtysh(router, *undo)
    operator.wait_until_ok()


def test_node_has_what_the_daemons_need(operator: Operator) -> None:
    for node, tree in (("ns1", "bookworm"), ("ns2", "trixie")):
        assert tree in operator.run_on(node, "cat", "/etc/os-release").stdout
        enabled = operator.run_on(node, "systemctl", "is-enabled", "frr", "dnsmasq").stdout.split()
        assert enabled == ["enabled", "enabled"]
        assert operator.run_on(node, "stat", "-c", "%a %U:%G", "/etc/frr/frr.conf").stdout == "640 frr:frr\n"
        assert operator.run_on(node, "sysctl", "-n", "net.ipv4.ip_forward").stdout == "0\n"
        process = json.loads(operator.run_on(node, "vtysh", "-c", "show ip ospf json").stdout)
        assert process["routerId"] == {"ns1": "198.51.100.11", "ns2": "198.51.100.12"}[node]


def test_networkd_backend_survives_a_reboot(operator: Operator) -> None:
    operator.run_on("ns2", "systemctl", "enable", "--now", "systemd-networkd")
    # In the lab networkd has no uplink to bring online, and at boot dnsmasq would wait two minutes for it.
    operator.run_on("ns2", "systemctl", "disable", "systemd-networkd-wait-online")
    try:
        operator.deploy()
        listing = operator.run_on("ns2", "ls", "/etc/systemd/network", "/etc/network/interfaces.d").stdout
        assert "20-nornir-anycast.network" in listing
        assert "nornir-anycast\n" not in listing
        before = operator.lab.look()["ns2"].boots
        operator.run_on("ns2", "systemctl", "reboot", check=False)
        deadline = time.monotonic() + SEEN_WITHIN_S
        while operator.lab.look()["ns2"].boots == before:
            assert time.monotonic() < deadline, "ns2 did not reboot"
        operator.wait_until_ok()
        assert rows(operator, "plan")["ns2"]["changed"] is False
        assert "127.0.0.1/8" in operator.run_on("ns2", "ip", "addr", "show", "dev", "lo").stdout
    finally:
        operator.run_on("ns2", "systemctl", "disable", "--now", "systemd-networkd.socket", "systemd-networkd")
        operator.deploy()
    operator.wait_until_ok()


def test_one_connection_per_host_per_run(operator: Operator) -> None:
    def sessions(host: str) -> int:
        journal = operator.run_on(host, "journalctl", "-q", "--no-pager", "-u", "ssh").stdout
        return journal.count("Accepted publickey")

    hosts = ("ns1", "ns2", "r1", "r3", "client1")
    before = {host: sessions(host) for host in hosts}
    operator.verify()

    assert {host: sessions(host) - before[host] for host in hosts} == dict.fromkeys(hosts, 1)
