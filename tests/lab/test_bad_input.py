"""What goes wrong between the operator and the hosts: one clear message, nothing changed, the others still done."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.lab.operator import Operator, write_key

REPOSITORY = Path(__file__).parents[2]


@pytest.fixture
def altered(operator: Operator) -> Operator:
    """A service differs, so that every node has something to do; put back by a deploy from the true inventory."""
    operator.run_on("ns1", "ip", "addr", "del", "203.0.113.153/32", "dev", "lo")
    operator.run_on("ns4", "ip", "addr", "del", "203.0.113.153/32", "dev", "lo")
    return operator


def edit(site: Path, old: str, new: str) -> None:
    hosts = site / "inventory" / "hosts.yaml"
    text = hosts.read_text()
    assert old in text
    hosts.write_text(text.replace(old, new, 1))


def test_wrong_key_is_refused_and_the_others_are_done(altered: Operator, tmp_path: Path) -> None:
    write_key(tmp_path / "wrong")
    hosts = altered.site / "inventory" / "hosts.yaml"
    before = hosts.read_text()
    options = f"connection_options: {{netmiko: {{extras: {{use_keys: true, key_file: {tmp_path}/wrong}}}}}}"
    edit(altered.site, "ns1:\n", f"ns1:\n  {options}\n")
    try:
        done = altered.anycast("deploy", "--format", "json")
    finally:
        hosts.write_text(before)

    assert done.returncode == 3
    rows = {row["host"]: row for row in json.loads(done.stdout)["hosts"]}
    assert rows["ns1"]["error"].startswith("ns1: netops@198.51.100.11:22 refuses the login with ")
    assert {host for host, row in rows.items() if row["error"]} == {"ns1"}
    assert rows["ns4"]["changed"]
    assert "203.0.113.153" not in altered.run_on("ns1", "ip", "addr", "show", "dev", "lo").stdout
    altered.deploy()
    altered.wait_until_ok()


def test_changed_host_key_is_refused(operator: Operator) -> None:
    keys = "/etc/ssh/ssh_host_ed25519_key"
    operator.run_on("ns2", "sh", "-c", f"mkdir -p /root/old && mv {keys}* /root/old/")
    operator.run_on("ns2", "ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", keys)
    operator.run_on("ns2", "systemctl", "restart", "ssh")
    try:
        code, report = operator.verify()
    finally:
        operator.run_on("ns2", "sh", "-c", "mv /root/old/* /etc/ssh/")
        operator.run_on("ns2", "systemctl", "restart", "ssh")

    assert code == 3
    [finding] = report["findings"]
    assert (finding["check"], finding["host"], finding["severity"]) == ("host-unreachable", "ns2", "unknown")
    assert "the host key of netops@198.51.100.12:22 has CHANGED; refused" in finding["message"]


def test_unreachable_host_does_not_hold_the_others(altered: Operator) -> None:
    altered.lab.power_off("ns2")
    try:
        done = altered.anycast("deploy")
        assert done.returncode == 3
        assert "ns2: no TCP connection to netops@198.51.100.12:22" in done.stdout
        assert "== ns1: changed" in done.stdout
        assert "Traceback" not in done.stderr
    finally:
        altered.lab.power_on("ns2")
    altered.wait_until_ok()


def test_no_sudo_is_said_and_nothing_is_changed(operator: Operator) -> None:
    operator.run_on("ns3", "sh", "-c", "mkdir /root/sudoers && mv /etc/sudoers.d/* /root/sudoers/")
    try:
        done = operator.anycast("plan", "--hosts", "ns3")
    finally:
        operator.run_on("ns3", "sh", "-c", "mv /root/sudoers/* /etc/sudoers.d/ && rmdir /root/sudoers")

    assert done.returncode == 2
    assert "ns3: cannot run commands as root there (root or passwordless sudo)" in done.stdout


def test_contradicting_dnsmasq_setting_is_refused(operator: Operator) -> None:
    operator.run_on("ns3", "sh", "-c", "echo bind-interfaces > /etc/dnsmasq.d/local.conf")
    try:
        done = operator.anycast("deploy", "--hosts", "ns3")
    finally:
        operator.run_on("ns3", "rm", "/etc/dnsmasq.d/local.conf")

    assert done.returncode == 2
    assert "/etc/dnsmasq.d/local.conf:1:bind-interfaces: contradicts what an anycast node needs" in done.stdout


def test_lab_that_is_not_up(operator: Operator, tmp_path: Path) -> None:
    (tmp_path / "inventory").symlink_to(operator.site / "inventory")
    command = [sys.executable, "-m", "nornir_anycast", "--site", str(tmp_path), "verify"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)

    assert done.returncode == 64
    assert done.stdout == ""
    assert "have documentation addresses (RFC 5737), which exist only in a lab" in done.stderr
    assert "lab up" in done.stderr


def test_not_root(operator: Operator) -> None:
    nobody = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "--inh-caps=-all"]
    assert operator.lab.is_running
    command = [*nobody, sys.executable, "-m", "nornir_anycast", "--site", str(REPOSITORY), "verify"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)

    assert done.returncode == 64
    assert "use sudo" in done.stderr
    assert "Traceback" not in done.stderr
