"""The parts of a node: what differs on the running system, what is done about it, and when nothing may be done."""

from __future__ import annotations

from ipaddress import IPv4Address
from pathlib import Path
from typing import Any

import pytest

from nornir_anycast.node.dnsmasq import Dnsmasq
from nornir_anycast.node.facts import FileState
from nornir_anycast.node.frr import Frr, enable_daemon, running_drift
from nornir_anycast.node.kernel import Kernel
from nornir_anycast.node.loopback import Ifupdown, Networkd, loopback
from nornir_anycast.node.part import Part
from tests.unit.node.nodes import DAEMONS, addresses, context

GOLDEN = Path(__file__).parent / "golden"
WANTED = (GOLDEN / "ns1-etc-frr-frr.conf").read_text()
RUNNING = "Building configuration...\n\nCurrent configuration:\n!\nfrr version 8.4.4\n" + WANTED.partition("\n")[2]
IN_FORCE = {
    "net.ipv4.ip_forward": "0",
    "net.ipv4.conf.all.arp_ignore": "1",
    "net.ipv4.conf.all.arp_announce": "2",
}


def drift(part: Part) -> list[str]:
    return list(part.drift({"/etc/frr/frr.conf": WANTED}))


def test_kernel_settings_that_are_not_in_force() -> None:
    assert drift(Kernel(context())) == [
        "- net.ipv4.ip_forward = 1",
        "+ net.ipv4.ip_forward = 0",
        "- net.ipv4.conf.all.arp_ignore = 0",
        "+ net.ipv4.conf.all.arp_ignore = 1",
        "- net.ipv4.conf.all.arp_announce = 0",
        "+ net.ipv4.conf.all.arp_announce = 2",
    ]


def test_kernel_setting_that_was_not_seen_is_no_good_one() -> None:
    sysctls = {key: value for key, value in IN_FORCE.items() if key != "net.ipv4.ip_forward"}

    assert drift(Kernel(context(sysctls=sysctls))) == ["- net.ipv4.ip_forward = None", "+ net.ipv4.ip_forward = 0"]


def test_kernel_as_wanted() -> None:
    part = Kernel(context(sysctls=IN_FORCE))

    assert drift(part) == []
    assert list(part.problems()) == []


def test_kernel_loads_its_own_file_only() -> None:
    assert list(Kernel(context()).activate(set())) == ["sysctl -q -p /etc/sysctl.d/90-nornir-anycast.conf"]


def test_backend_follows_what_manages_the_network() -> None:
    both = context(active=frozenset({"systemd-networkd", "networking"}))

    assert isinstance(loopback(both), Networkd)
    assert isinstance(loopback(context()), Ifupdown)


def test_host_on_which_nothing_would_bring_the_vip_back() -> None:
    part = loopback(context(tools=frozenset({"dnsmasq", "vtysh", "networkctl"})))

    assert list(part.problems()) == [
        "neither systemd-networkd runs here nor is ifupdown installed: no way to keep the VIP over a reboot"
    ]


def test_loopback_without_vips() -> None:
    assert drift(Ifupdown(context())) == ["+ lo: 203.0.113.53/32", "+ lo: 203.0.113.153/32"]


def test_loopback_as_wanted_with_addresses_that_are_not_ours() -> None:
    lo = addresses("127.0.0.1", "198.51.100.11", "203.0.113.53", "203.0.113.153")

    assert drift(Ifupdown(context(loopback=lo))) == []


def test_vip_of_a_service_the_node_has_no_more() -> None:
    part = Ifupdown(context("ns2", loopback=addresses("203.0.113.53", "203.0.113.153", "198.51.100.12")))

    assert drift(part) == ["- lo: 203.0.113.153/32"]
    assert "ip addr del 203.0.113.153/32 dev lo" in part.activate(set())
    assert "ip addr del 198.51.100.12/32 dev lo" not in part.activate(set())


def test_loopback_of_ifupdown_is_set_now_and_at_boot() -> None:
    assert list(Ifupdown(context(enabled=frozenset())).activate(set())) == [
        "systemctl -q enable networking",
        "ip addr replace 203.0.113.53/32 dev lo",
        "ip addr replace 203.0.113.153/32 dev lo",
    ]


def test_loopback_of_networkd_is_set_now_and_at_boot() -> None:
    assert list(Networkd(context(enabled=frozenset())).activate(set())) == [
        "systemctl -q enable systemd-networkd",
        "ip addr replace 203.0.113.53/32 dev lo",
        "ip addr replace 203.0.113.153/32 dev lo",
        "networkctl reload",
    ]


def test_boot_that_would_forget_the_vips() -> None:
    lo = addresses("203.0.113.53", "203.0.113.153")

    assert drift(Ifupdown(context(loopback=lo, enabled=frozenset()))) == ["+ networking: enabled at boot"]
    assert drift(Networkd(context(loopback=lo, enabled=frozenset()))) == ["+ systemd-networkd: enabled at boot"]


def test_file_of_the_other_backend_would_set_old_vips() -> None:
    left = {"/etc/network/interfaces.d/nornir-anycast": FileState("auto lo:0\n", 0o644, "root:root")}
    lo = addresses("203.0.113.53", "203.0.113.153")
    part = Networkd(context(loopback=lo, files=left, enabled=frozenset({"systemd-networkd"})))

    assert drift(part) == ["- /etc/network/interfaces.d/nornir-anycast: of another backend"]
    assert "rm -f /etc/network/interfaces.d/nornir-anycast" in part.activate(set())


def test_dnsmasq_that_is_not_installed() -> None:
    part = Dnsmasq(context(tools=frozenset({"vtysh"})))

    assert list(part.problems()) == ["dnsmasq is not installed (Debian: apt install dnsmasq)"]


def test_dnsmasq_settings_elsewhere_that_contradict() -> None:
    part = Dnsmasq(context(dnsmasq_conflicts=("/etc/dnsmasq.conf:12:bind-interfaces",)))

    assert list(part.problems()) == [
        "/etc/dnsmasq.conf:12:bind-interfaces: contradicts what an anycast node needs; remove this line"
    ]


BOTH = frozenset({"dnsmasq", "frr"})


@pytest.mark.parametrize(
    ("active", "enabled", "lines"),
    [
        (frozenset(), frozenset(), ["- dnsmasq: not running", "+ dnsmasq: running", "+ dnsmasq: enabled at boot"]),
        (frozenset(), BOTH, ["- dnsmasq: not running", "+ dnsmasq: running"]),
        (BOTH, frozenset(), ["+ dnsmasq: enabled at boot"]),
        (BOTH, BOTH, []),
    ],
)
def test_dnsmasq_runs_now_and_at_boot(active: frozenset[str], enabled: frozenset[str], lines: list[str]) -> None:
    assert drift(Dnsmasq(context(active=active, enabled=enabled))) == lines


@pytest.mark.parametrize(
    ("changed", "enabled", "commands"),
    [
        (
            {"/etc/dnsmasq.d/nornir-anycast.conf"},
            frozenset(),
            ["systemctl -q enable dnsmasq", "systemctl restart dnsmasq"],
        ),
        (set(), frozenset(), ["systemctl -q enable dnsmasq", "systemctl start dnsmasq"]),
        (set(), BOTH, ["systemctl start dnsmasq"]),
    ],
)
def test_dnsmasq_is_restarted_for_a_new_file_only(
    changed: set[str], enabled: frozenset[str], commands: list[str]
) -> None:
    """A restart drops queries; a reload does not read the configuration file."""
    assert list(Dnsmasq(context(enabled=enabled)).activate(changed)) == commands


@pytest.mark.parametrize("facts", [{"tools": frozenset({"dnsmasq"})}, {"files": {}}])
def test_frr_that_is_not_installed(facts: dict[str, Any]) -> None:
    part = Frr(context(**facts))

    assert list(part.problems()) == ["FRR is not installed (Debian: apt install frr frr-pythontools)"]


VIP = IPv4Address("203.0.113.53")
VIPS = frozenset([VIP, IPv4Address("203.0.113.153")])


def test_frr_as_wanted() -> None:
    part = Frr(context(active=BOTH, enabled=BOTH, frr_running=RUNNING, originated=VIPS))

    assert drift(part) == []
    assert list(part.problems()) == []


def test_frr_that_does_not_run() -> None:
    assert drift(Frr(context())) == ["- frr: not running", "+ frr: running", "+ frr: enabled at boot"]


def test_frr_whose_running_configuration_was_not_seen_is_not_as_wanted() -> None:
    assert drift(Frr(context(active=BOTH, enabled=BOTH))) == [
        "- frr: its running configuration cannot be read",
        "+ frr: as the file says",
    ]


def test_frr_that_runs_with_another_configuration() -> None:
    running = (
        RUNNING.replace(" ospf router-id 198.51.100.11\n", "")
        .replace("metric-type 1", "metric-type 2")
        .replace(
            "ip prefix-list ANYCAST seq 10 permit 203.0.113.153/32\n", "ip prefix-list ANYCAST seq 15 permit any\n"
        )
        .replace(" ip ospf priority 0\nexit\n!\nrouter", " ip ospf priority 1\nexit\n!\nrouter")
    )

    assert drift(Frr(context(active=BOTH, enabled=BOTH, frr_running=running, originated=VIPS))) == [
        "- ip prefix-list ANYCAST seq 15 permit any",
        "+ ip prefix-list ANYCAST seq 10 permit 203.0.113.153/32",
        "  interface eth1",
        "-  ip ospf priority 1",
        "+  ip ospf priority 0",
        "  router ospf",
        "+  ospf router-id 198.51.100.11",
        "-  redistribute connected metric 20 metric-type 2 route-map ANYCAST",
        "+  redistribute connected metric 20 metric-type 1 route-map ANYCAST",
    ]


def test_order_and_headings_of_the_running_configuration_do_not_matter() -> None:
    running = "frr version 10.3\nno ipv6 forwarding\nrouter ospf\n b\n a\n!\nhostname x\n"

    assert running_drift(running, "hostname x\nrouter ospf\n a\n b\n") == []


def test_block_that_nobody_wants_is_shown_with_its_lines() -> None:
    assert running_drift("router bgp 65000\n neighbor 192.0.2.1 remote-as 65001\n", "") == [
        "- router bgp 65000",
        "  router bgp 65000",
        "-  neighbor 192.0.2.1 remote-as 65001",
    ]


CLEAR = "vtysh -c 'clear ip ospf process'"


@pytest.mark.parametrize(
    ("changed", "in_use", "commands"),
    [
        ({"/etc/frr/frr.conf"}, "198.51.100.11", ["systemctl reload frr"]),
        ({"/etc/frr/frr.conf", "/etc/frr/daemons"}, "203.0.113.53", ["systemctl restart frr"]),
        ({"/etc/frr/frr.conf"}, "203.0.113.53", ["systemctl reload frr", CLEAR]),
        (set(), "203.0.113.53", ["systemctl reload frr", CLEAR]),
        ({"/etc/frr/frr.conf"}, None, ["systemctl reload frr"]),
    ],
)
def test_frr_is_reloaded_and_a_new_router_id_needs_a_clear(
    changed: set[str], in_use: str | None, commands: list[str]
) -> None:
    part = Frr(context(active=BOTH, enabled=BOTH, frr_running=RUNNING, originated=VIPS, ospf_router_id=in_use))

    *first, last = part.activate(changed)
    assert first == commands
    assert last.startswith("# wait until ospfd originates 203.0.113.53, 203.0.113.153;")


def test_router_id_in_use_need_not_be_the_configured_one() -> None:
    """Set on a running FRR it takes effect after a clear only: until then the VIP may be the router-id."""
    part = Frr(context(active=BOTH, enabled=BOTH, frr_running=RUNNING, originated=VIPS, ospf_router_id="203.0.113.53"))

    assert drift(part) == ["- router-id in use: 203.0.113.53", "+ router-id in use: 198.51.100.11"]


def test_dnsmasq_that_is_older_than_its_configuration() -> None:
    path = "/etc/dnsmasq.d/nornir-anycast.conf"
    files = {path: FileState("", 0o644, "root:root", modified_s=101)}
    old, new = (
        Dnsmasq(context(active=BOTH, enabled=BOTH, files=files, dnsmasq_started_s=started)) for started in (100, 101)
    )

    assert drift(old) == [f"- dnsmasq: has not read {path}"]
    assert list(old.activate(set())) == ["systemctl restart dnsmasq"]
    assert drift(new) == []


def test_vip_that_our_own_file_names_is_taken_away() -> None:
    """The service was given another VIP: the old one is in nobody's intent any more."""
    path = "/etc/network/interfaces.d/nornir-anycast"
    files = {path: FileState("auto lo:0\niface lo:0 inet static\n    address 203.0.113.99/32\n", 0o644, "root:root")}
    part = Ifupdown(context(files=files, loopback=addresses("203.0.113.53", "203.0.113.153", "203.0.113.99")))

    assert drift(part) == ["- lo: 203.0.113.99/32"]


def test_frr_that_does_not_run_is_started() -> None:
    assert list(Frr(context()).activate(set()))[:-1] == ["systemctl -q enable frr", "systemctl restart frr"]


def test_vip_that_ospfd_does_not_originate_is_a_difference() -> None:
    """The configuration says it all and runs, and still ospfd forgot a prefix: seen with FRR 8.4.4 and 10.3."""
    part = Frr(context(active=BOTH, enabled=BOTH, frr_running=RUNNING, originated=frozenset([VIP])))

    assert drift(part) == ["+ originated: 203.0.113.153/32"]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (DAEMONS, DAEMONS.replace("ospfd=no", "ospfd=yes")),
        ("ospfd=yes\n", "ospfd=yes\n"),
        ("ospfd=\n", "ospfd=yes\n"),
        ("ospf6d=no\n# ospfd=no\n", "ospf6d=no\n# ospfd=no\nospfd=yes\n"),
        ("zebra=yes", "zebra=yes\nospfd=yes\n"),
        ("", "\nospfd=yes\n"),
    ],
)
def test_only_the_switch_of_ospfd_is_ours(before: str, after: str) -> None:
    assert enable_daemon(before, "ospfd") == after
    assert enable_daemon(after, "ospfd") == after
