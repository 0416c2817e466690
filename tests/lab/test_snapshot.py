"""Saved outputs are judged as the live ones were."""

from __future__ import annotations

import json
import stat
from pathlib import Path

from tests.lab.operator import Operator


def test_snapshot_is_judged_like_the_live_hosts(operator: Operator, tmp_path: Path) -> None:
    operator.run_on("ns4", "systemctl", "stop", "dnsmasq")
    try:
        done = operator.anycast("snapshot", str(tmp_path / "saved"))
        _, live = operator.verify()
    finally:
        operator.run_on("ns4", "systemctl", "start", "dnsmasq")
    assert done.returncode == 0, done.stderr

    judged = operator.anycast("verify", "--snapshot", str(tmp_path / "saved"), "--format", "json")

    saved = json.loads(judged.stdout)
    assert judged.returncode == 2
    assert saved["origins"] == live["origins"]
    assert {(f["check"], f["host"]) for f in saved["findings"]} == {("dns-dead-but-announced", "ns4")}
    files = [path for path in (tmp_path / "saved").rglob("*") if path.is_file()]
    assert {stat.S_IMODE(path.stat().st_mode) for path in files} == {0o600}
    assert (tmp_path / "saved" / "r1" / "show_ip_ospf_database_external_json.json").is_file()
    operator.wait_until_ok()


def test_snapshot_of_a_host_that_is_off_says_so(operator: Operator, tmp_path: Path) -> None:
    operator.lab.power_off("client1")
    try:
        done = operator.anycast("snapshot", str(tmp_path / "saved"))
    finally:
        operator.lab.power_on("client1")
    assert done.returncode == 3

    judged = operator.anycast("verify", "--snapshot", str(tmp_path / "saved"), "--format", "json")

    assert judged.returncode == 3
    assert [f["host"] for f in json.loads(judged.stdout)["findings"]] == ["client1"]
    operator.wait_until_ok()


def test_half_a_snapshot_is_refused(operator: Operator, tmp_path: Path) -> None:
    assert operator.anycast("snapshot", str(tmp_path / "saved")).returncode == 0
    (tmp_path / "saved" / "r1" / "show_ip_ospf_json.json").unlink()

    done = operator.anycast("verify", "--snapshot", str(tmp_path / "saved"))

    assert done.returncode == 64
    assert "is no whole snapshot" in done.stderr
    assert done.stdout == ""
