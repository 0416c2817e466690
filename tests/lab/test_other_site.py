"""Another operator's inventory: bare, with names for addresses, a Cisco's interface names, an own key, no tasks/."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from nornir_anycast.lab import down
from tests.lab.conftest import OWNER
from tests.lab.operator import Json, run_anycast, write_key

INVENTORY = {
    "defaults.yaml": """
data:
  anycast:
    ospf: {hello_s: 1, dead_s: 4}
    services:
      dns: {vip: 198.51.100.53/32}
""",
    "hosts.yaml": """
dns-a.example.net:
  data: {anycast: {role: node, interfaces: {eth0: {address: 192.0.2.2/25}}}}
dns_b:
  hostname: 192.0.2.130
  data: {anycast: {role: node, interfaces: {ens192: {address: 192.0.2.130/25, area: 0.0.0.0}}, lab: {tree: trixie}}}
dns-c:
  hostname: 192.0.2.3
  data:
    anycast:
      role: node
      interfaces: {eth0: {address: 192.0.2.3/25}, eth1: {address: 192.0.2.131/25}}
core1:
  hostname: 192.0.2.1
  platform: linux
  connection_options: {netmiko: {extras: {use_keys: true, key_file: FOLDER/operator_key}}}
  data:
    anycast:
      role: router
      router_id: 203.0.113.1
      interfaces:
        eth0: {address: 192.0.2.1/25}
        eth1: {address: 203.0.113.249/30, cost: 5}
edge2:
  hostname: 192.0.2.129
  platform: cisco_ios
  data:
    anycast:
      role: router
      router_id: 203.0.113.2
      interfaces:
        GigabitEthernet0/0: {address: 192.0.2.129/25}
        GigabitEthernet0/1: {address: 203.0.113.250/30, cost: 5}
      lab: {tree: trixie}
unrelated-printer:
  hostname: 192.0.2.9
""",
}


@pytest.fixture(scope="module")
def other(root: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:  # noqa: ARG001 asked for by name
    folder = tmp_path_factory.mktemp("other")
    for name, text in INVENTORY.items():
        (folder / name).write_text(text.replace("FOLDER", str(folder)))
    write_key(folder / "operator_key")
    prefix = f"tb{OWNER}-"
    try:
        done = run_anycast(folder, "lab", "up", "--prefix", prefix)
        assert done.returncode == 0, done.stderr
        yield folder
    finally:
        down(prefix=prefix)


def test_bare_inventory_is_deployed_and_verified(other: Path) -> None:
    done = run_anycast(other, "deploy")
    assert done.returncode == 0, done.stdout + done.stderr
    done = run_anycast(other, "verify", "--wait", "25")

    # Nobody can force a path to dns_b: its only router is driven through a CLI. That is said, and is not OK.
    assert done.returncode == 1, done.stdout
    assert done.stdout.count("vip-not-asked") == 1
    assert "dns 198.51.100.53 on dns_b: only its unicast address was asked" in done.stdout
    assert "verdict: WARNING" in done.stdout


def test_bare_inventory_is_quiet_the_second_time(other: Path) -> None:
    done = run_anycast(other, "deploy")

    assert done.stdout == "== unchanged: dns-a.example.net, dns_b, dns-c, core1, edge2\n0 of 5 hosts changed\n"


def test_node_on_two_segments_is_no_way_through(other: Path) -> None:
    """It does not forward; with `max-metric router-lsa` its links are the last resort of everybody (RFC 6987)."""
    done = run_anycast(
        other, "lab", "exec", "--prefix", f"tb{OWNER}-", "dns-c", "--", "vtysh", "-c", "show running-config"
    )

    assert " max-metric router-lsa administrative\n" in done.stdout
    done = run_anycast(
        other, "lab", "exec", "--prefix", f"tb{OWNER}-", "core1", "--", "vtysh", "-c", "show ip ospf route json"
    )
    routes = json.loads(done.stdout)
    assert routes["198.51.100.53/32"]["nexthops"]
    assert [hop["ip"] for hop in routes["192.0.2.128/25"]["nexthops"]] == ["203.0.113.250"]


def test_only_some_hosts(other: Path) -> None:
    report: Json = json.loads(run_anycast(other, "verify", "--hosts", "core1", "--format", "json").stdout)

    assert {cell["router"] for cell in report["origins"]} == {"core1"}
    assert {cell["state"] for cell in report["origins"]} == {"learned"}
