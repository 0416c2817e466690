"""Raw output into typed values: what a host says never breaks it, and what is not understood is not known."""

from __future__ import annotations

import json
from ipaddress import IPv4Address

import pytest

from nornir_anycast.observation import cli_commands, parse_observation, shell_commands
from nornir_anycast.script import Section
from tests.unit.checks.network import build

INTENT = build()


def test_commands_of_a_node() -> None:
    commands = shell_commands(INTENT, INTENT.hosts["ns1"], "PROBE")

    assert commands["show ip ospf json"] == "vtysh -c 'show ip ospf json'"
    assert commands["show ip route 203.0.113.53/32 json"] == "vtysh -c 'show ip route 203.0.113.53/32 json'"
    assert {"units", "loopback", "logs"} <= commands.keys()
    assert "probe" not in commands


def test_commands_of_a_router_and_of_a_vantage() -> None:
    assert "PROBE" in shell_commands(INTENT, INTENT.hosts["r1"], "PROBE")["probe"]
    assert list(shell_commands(INTENT, INTENT.hosts["client1"], "PROBE")) == ["probe"]


def test_commands_at_a_prompt_are_their_own_names() -> None:
    commands = cli_commands(INTENT)

    assert commands
    assert all(name == command and command.startswith("show ") for name, command in commands.items())


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
