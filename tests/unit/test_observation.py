"""Raw output into typed values: what a host says never breaks it, and what is not understood is not known."""

from __future__ import annotations

import json
from ipaddress import IPv4Address

import pytest

from nornir_anycast.observation import cli_commands, keep, parse_observation, shell_commands
from nornir_anycast.script import Section
from tests.unit.checks.network import build

INTENT = build()


def test_commands_of_a_node() -> None:
    commands = shell_commands(INTENT, INTENT.hosts["ns1"], "PROBE")

    assert commands["show ip ospf json"] == "case $daemon in Quagga*) exit 95;; *) vtysh -c 'show ip ospf json';; esac"
    assert commands["show ip ospf"] == "case $daemon in Quagga*) vtysh -c 'show ip ospf';; *) exit 95;; esac"
    assert commands["show ip ospf neighbor"] == "vtysh -c 'show ip ospf neighbor'"
    assert commands["show running-config"] == "vtysh -d ospfd -c 'show running-config'"
    assert {"units", "loopback", "logs"} <= commands.keys()
    assert "probe" not in commands


def test_commands_of_a_router_and_of_a_vantage() -> None:
    assert "PROBE" in shell_commands(INTENT, INTENT.hosts["r1"], "PROBE")["probe"]
    assert list(shell_commands(INTENT, INTENT.hosts["client1"], "PROBE")) == ["probe"]


@pytest.mark.parametrize(
    ("version", "command"),
    [
        ("FRRouting 8.4.4 (r3) on Linux(6.1.0).", "show ip ospf json"),
        ("Quagga 1.2.4 ().", "show ip ospf database external"),
        ("Cisco IOS Software, ISR Software (X86_64_LINUX_IOSD-UNIVERSALK9-M)", "show ip ospf database external"),
    ],
)
def test_commands_at_a_prompt_are_their_own_names(version: str, command: str) -> None:
    commands = cli_commands(INTENT, version)

    assert command in commands
    assert all(name == command and command.startswith("show ") for name, command in commands.items())
    assert ("show running-config" in commands) is ("Cisco" not in version)


def test_a_prompt_of_something_else_is_asked_nothing() -> None:
    assert cli_commands(INTENT, "Arista vEOS\nHardware version:") == {}

    seen = parse_observation(INTENT, "r1", {"show version": Section("Arista vEOS", 0)})
    assert str(seen.view_error) == ("show version: line 1: neither FRRouting, nor Quagga, nor Cisco IOS: 'Arista vEOS'")


def test_what_was_not_asked_is_not_kept() -> None:
    assert keep("show ip ospf json", Section("", 95)) is None


def test_a_running_configuration_is_kept_without_its_secrets() -> None:
    kept = keep("show running-config", Section("password geheim\n ip ospf authentication-key geheim", 0))

    assert kept is not None
    first, second = kept.lines
    assert first.startswith("password <redacted ")
    assert second.endswith(first.removeprefix("password "))


@pytest.mark.parametrize(
    "said", ["", "ospfd is not running", "% OSPF is not enabled in vrf default", "{", "[]", "null"]
)
def test_output_of_ospf_that_is_none(said: str) -> None:
    sections = {name: Section(said, 1) for name in shell_commands(INTENT, INTENT.hosts["ns1"], "")}
    seen = parse_observation(INTENT, "ns1", sections)

    assert seen.error is None
    assert seen.view is None
    assert seen.view_error is not None
    assert seen.has_ospf is ("not enabled" not in said)


def test_nothing_at_all() -> None:
    seen = parse_observation(INTENT, "ns1", {})

    assert (seen.view, seen.active, seen.loopback, seen.logs, seen.answers) == (None, None, None, (), ())
    assert seen.view_error is not None


def test_units() -> None:
    seen = parse_observation(INTENT, "ns1", {"units": Section("frr active\ndnsmasq failed\nx\n y active", 0)})

    assert seen.active == frozenset({"frr"})


LO = "1: lo    inet {} scope host lo"


def test_loopback() -> None:
    printed = "\n".join(LO.format(address) for address in ("127.0.0.1/8", "203.0.113.53/32"))
    seen = parse_observation(INTENT, "ns1", {"loopback": Section(printed, 0)})

    assert seen.loopback == frozenset({IPv4Address("127.0.0.1"), IPv4Address("203.0.113.53")})


@pytest.mark.parametrize(
    "section",
    [
        Section("sh: ip: not found", 127),
        Section("", 1),
        Section("1: lo inet", 0),
        Section(LO.format("localhost/8"), 0),
        Section(LO.format("300.1.1.1/32"), 0),
    ],
)
def test_loopback_that_is_not_understood_is_not_known(section: Section) -> None:
    """Else the VIP would seem to be missing there."""
    assert parse_observation(INTENT, "ns1", {"loopback": section}).loopback is None


def test_only_the_last_log_lines() -> None:
    printed = "\n".join(f"line {number}" for number in range(20))
    seen = parse_observation(INTENT, "ns1", {"logs": Section(printed, 0)})

    assert seen.logs == tuple(f"line {number}" for number in range(12, 20))


def test_probe_that_failed() -> None:
    seen = parse_observation(INTENT, "client1", {"probe": Section("sh: python3: not found", 127)})

    assert seen.probe_error == "DNS probe: line 1: failed with exit status 127: 'sh: python3: not found'"
    assert seen.view_error is None


def test_probe_that_is_not_understood() -> None:
    seen = parse_observation(INTENT, "client1", {"probe": Section("{}", 0)})

    assert seen.probe_error is not None
    assert seen.probe_error.startswith("DNS probe: line 1: not understood")


def test_probe_that_could_not_take_a_path() -> None:
    paths = [{"kind": "forced", "node": "ns1", "error": "ip rule: denied", "answers": []}]
    seen = parse_observation(INTENT, "r1", {"probe": Section(json.dumps(paths), 0)})

    assert (seen.probe_error, seen.answers) == (None, ())
    assert [(path.node, path.reason) for path in seen.failed_paths] == [("ns1", "ip rule: denied")]
