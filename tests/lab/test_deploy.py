"""What deploy leaves behind on real machines, and that it is quiet when there is nothing to do."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

from tests.lab.operator import SEEN_WITHIN_S, Json, Operator, column


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


def test_dnsmasq_that_has_not_read_its_file_is_restarted(operator: Operator) -> None:
    """A change that was not finished: the file is right, the daemon is older."""
    path = "/etc/dnsmasq.d/nornir-anycast.conf"
    operator.run_on("ns1", "sh", "-c", f"cp {path} /root/good && sed -i s/,ns1$/,someone/ {path}")
    operator.run_on("ns1", "systemctl", "restart", "dnsmasq")
    deadline = time.monotonic() + SEEN_WITHIN_S
    while "has not read" not in (diff := rows(operator, "plan")["ns1"]["diff"]):
        assert time.monotonic() < deadline, diff
        operator.run_on("ns1", "sh", "-c", f"cp /root/good {path}")  # a file's age counts in whole seconds
    assert diff.startswith("--- dnsmasq, running system\n- dnsmasq: has not read /etc/dnsmasq.d/nornir-anycast.conf\n")
    assert "$ systemctl restart dnsmasq\n" in diff
    code, report = operator.verify()
    assert (code, {finding["check"] for finding in report["findings"]}) == (2, {"dns-wrong-answer"})

    operator.deploy()

    operator.wait_until_ok()


def test_router_id_in_use_is_compared_not_only_the_configured_one(operator: Operator) -> None:
    operator.vtysh(
        "ns4", "configure terminal", "router ospf", "ospf router-id 192.0.2.43", "end", "clear ip ospf process"
    )
    # With adjacencies up ospfd takes a router-id only when it is cleared.
    operator.wait_for(column("ns4", "missing", "router-id-unexpected"))
    operator.vtysh("ns4", "configure terminal", "router ospf", "ospf router-id 198.51.100.14")

    diff = rows(operator, "plan")["ns4"]["diff"]

    assert "- router-id in use: 192.0.2.43\n+ router-id in use: 198.51.100.14\n" in diff
    assert "$ vtysh -c 'clear ip ospf process'\n" in diff

    operator.deploy()

    operator.wait_until_ok()


def test_vip_that_moves_leaves_nothing_behind(operator: Operator) -> None:
    """The old VIP is in no inventory any more; our own file on the node still tells of it."""
    defaults = operator.site / "inventory" / "defaults.yaml"
    before = defaults.read_text()
    defaults.write_text(before.replace("vip: 203.0.113.153", "vip: 203.0.113.253"))
    try:
        operator.deploy()
        operator.wait_until_ok()
        for node in ("ns1", "ns3", "ns4"):
            loopback = operator.run_on(node, "ip", "addr", "show", "dev", "lo").stdout
            assert "203.0.113.253/32" in loopback
            assert "203.0.113.153" not in loopback
        database = operator.run_on("r1", "vtysh", "-c", "show ip route 203.0.113.153/32 json").stdout
        assert json.loads(database) == {}
    finally:
        defaults.write_text(before)
        operator.deploy()
    operator.wait_until_ok()


def test_node_that_leaves_a_service_is_no_longer_announced_for_it(operator: Operator) -> None:
    hosts = operator.site / "inventory" / "hosts.yaml"
    before = hosts.read_text()
    hosts.write_text(
        before.replace("router_id: 198.51.100.14\n", "router_id: 198.51.100.14\n      services: [resolver]\n")
    )
    try:
        operator.deploy()
        code, report = operator.verify("--wait", "60")
        assert code == 0
        assert {c["node"] for c in report["origins"] if c["service"] == "internal"} == {"ns1", "ns3"}
    finally:
        hosts.write_text(before)
        operator.deploy()
    operator.wait_until_ok()


def test_runbooks_run_on_the_lab(operator: Operator) -> None:
    runbooks = Path(__file__).parents[2] / "runbooks"
    shutil.copytree(runbooks, operator.site / "runbooks", dirs_exist_ok=True)

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", *arguments]
        return subprocess.run(command, capture_output=True, text=True, timeout=150, check=False, cwd=operator.site)

    done = run("runbooks.deploy_and_verify", "--yes")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "verdict: OK" in done.stdout

    done = run("runbooks.compliance_check")
    assert (done.returncode, done.stderr) == (0, "")
    assert re.match(r"ANYCAST OK: every VIP is learned .* \| origins=21;;;0;21 findings=0 drifted=0\n\Z", done.stdout)

    operator.run_on("ns1", "sysctl", "-w", "net.ipv4.ip_forward=1")
    done = run("runbooks.compliance_check")
    assert done.returncode == 1
    assert done.stdout.startswith("ANYCAST WARNING: config-drift: ns1 is not configured as the inventory says")
    operator.deploy()
