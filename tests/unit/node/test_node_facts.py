"""What a host says of itself, and that what is not understood is never taken for an answer."""

from __future__ import annotations

import base64
import subprocess
from ipaddress import IPv4Address
from pathlib import Path

import pytest

from nornir_anycast.errors import ParseError
from nornir_anycast.node.facts import FILES, FileState, facts_commands, parse_facts
from nornir_anycast.script import Section

LO = "1: lo    inet 127.0.0.1/8 scope host lo\\       valid_lft forever preferred_lft forever"
VIP = "1: lo    inet 203.0.113.53/32 scope global lo\\       valid_lft forever preferred_lft forever"
SYSCTLS = "net.ipv4.ip_forward = 0\nnet.ipv4.conf.all.arp_ignore = 1\nnet.ipv4.conf.all.arp_announce = 2"


def file(text: str, mode: str = "644", owner: str = "root:root") -> Section:
    return Section(f"{mode} {owner} 1700000000\n{base64.encodebytes(text.encode()).decode()}".rstrip("\n"), 0)


def sections(**changes: Section) -> dict[str, Section]:
    good = {
        "tools": Section("systemctl\ndnsmasq\nvtysh", 0),
        "units": Section(
            "dnsmasq enabled / active\nfrr disabled / failed\nsystemd-networkd / inactive\nnetworking static / active",
            0,
        ),
        "loopback": Section(f"{LO}\n{VIP}", 0),
        "sysctls": Section(SYSCTLS, 0),
        "frr_running": Section("Building configuration...\n\nfrr version 8.4.4\n!\nend", 0),
        "ospf_router_id": Section(" OSPF Routing Process, Router ID: 198.51.100.11\n Supports only single TOS", 0),
        "originated": Section("203.0.113.53\n203.0.113.153", 0),
        "dnsmasq_started": Section("1700000100", 0),
        "dnsmasq_conflicts": Section("", 0),
    }
    return good | {f"file {path}": Section("", 9) for path in FILES} | changes


def test_good_host() -> None:
    found = {"file /etc/frr/daemons": file("ospfd=no\n" * 40, "640", "frr:frr")}
    facts = parse_facts(sections() | found)

    assert facts.tools == {"systemctl", "dnsmasq", "vtysh"}
    assert facts.enabled == {"dnsmasq", "networking"}
    assert facts.active == {"dnsmasq", "networking"}
    assert facts.loopback == {IPv4Address("203.0.113.53")}
    assert facts.sysctls == {
        "net.ipv4.ip_forward": "0",
        "net.ipv4.conf.all.arp_ignore": "1",
        "net.ipv4.conf.all.arp_announce": "2",
    }
    assert facts.files == {"/etc/frr/daemons": FileState("ospfd=no\n" * 40, 0o640, "frr:frr", 1700000000)}
    assert facts.frr_running == "Building configuration...\n\nfrr version 8.4.4\n!\nend"
    assert facts.ospf_router_id == "198.51.100.11"
    assert facts.originated == {IPv4Address("203.0.113.53"), IPv4Address("203.0.113.153")}
    assert facts.dnsmasq_started_s == 1700000100
    assert facts.dnsmasq_conflicts == ()


@pytest.mark.parametrize("said", ["", "% OSPF is not enabled in vrf default", "ospfd is not running"])
def test_router_id_where_there_is_no_ospf(said: str) -> None:
    assert parse_facts(sections(ospf_router_id=Section(said, 0))).ospf_router_id is None


def test_start_of_a_dnsmasq_that_does_not_run_is_not_asked_for() -> None:
    units = Section("dnsmasq enabled / inactive", 0)

    assert parse_facts(sections(units=units, dnsmasq_started=Section("", 1))).dnsmasq_started_s is None


def test_empty_file_is_a_file() -> None:
    found = {"file /etc/frr/frr.conf": Section("640 frr:frr 1700000000\n", 0)}

    assert parse_facts(sections() | found).files == {"/etc/frr/frr.conf": FileState("", 0o640, "frr:frr", 1700000000)}


def test_conflicts_are_named_with_their_file() -> None:
    facts = parse_facts(
        sections(dnsmasq_conflicts=Section("dnsmasq.conf:12:bind-interfaces\ndnsmasq.d/x:1:port=53", 0))
    )

    assert facts.dnsmasq_conflicts == ("/etc/dnsmasq.conf:12:bind-interfaces", "/etc/dnsmasq.d/x:1:port=53")


@pytest.mark.parametrize(
    "section",
    [
        Section("vtysh: not found", 127),
        Section("Exiting: failed to connect to any daemons.", 1),
        Section("frr version 8.4.4", 1),
        Section("", 0),
        Section("% Unknown command", 0),
    ],
)
def test_running_configuration_that_was_not_printed_is_not_known(section: Section) -> None:
    assert parse_facts(sections(frr_running=section)).frr_running is None


BAD = {
    "units": [
        (Section("dnsmasq", 0), "systemctl: line 1: not understood: 'dnsmasq'"),
        (Section("frr enabled / active\nbash: oops", 0), "systemctl: line 2: not understood: 'bash: oops'"),
        (Section("x / y", 1), "units: line 1: failed with exit status 1: 'x / y'"),
    ],
    "loopback": [
        (Section("1: lo inet", 0), "ip addr show dev lo: line 1: not understood: '1: lo inet'"),
        (Section(f"{LO}\ninet 300.1.1.1/32", 0), "ip addr show dev lo: line 2: not understood: 'inet 300.1.1.1/32'"),
        (Section("sh: ip: not found", 127), "loopback: line 1: failed with exit status 127: 'sh: ip: not found'"),
    ],
    "sysctls": [
        (Section("net.ipv4.ip_forward=0", 0), "sysctl: line 1: not understood: 'net.ipv4.ip_forward=0'"),
        (Section("sysctl: cannot stat", 255), "sysctls: line 1: failed with exit status 255: 'sysctl: cannot stat'"),
    ],
    "originated": [
        (
            Section("203.0.113.53\nage", 0),
            "show ip ospf database external self-originate: line 2: not understood: 'age'",
        ),
    ],
    "dnsmasq_started": [
        (Section("date: invalid date", 1), "dnsmasq_started: line 1: failed with exit status 1: 'date: invalid date'"),
        (Section("yesterday", 0), "systemctl show dnsmasq: line 1: not understood: 'yesterday'"),
        (Section("²", 0), "systemctl show dnsmasq: line 1: not understood: '²'"),
    ],
    "tools": [(Section("no", 2), "tools: line 1: failed with exit status 2: 'no'")],
    "dnsmasq_conflicts": [(Section("no", 2), "dnsmasq_conflicts: line 1: failed with exit status 2: 'no'")],
    "file /etc/frr/frr.conf": [
        (Section("stat: denied", 1), "read /etc/frr/frr.conf: line 1: failed with exit status 1: 'stat: denied'"),
        (Section("", 0), "read /etc/frr/frr.conf: line 1: not understood: ''"),
        (Section("644 root:root\nAAAA", 0), "read /etc/frr/frr.conf: line 1: not understood: '644 root:root'"),
        (Section("abc root:root 1\nAAAA", 0), "read /etc/frr/frr.conf: line 1: not understood: 'abc root:root 1'"),
        (Section("644 root:root 1\nA*AA", 0), "read /etc/frr/frr.conf: line 1: not understood: '644 root:root 1'"),
        (Section("644 root:root 1\nAAA", 0), "read /etc/frr/frr.conf: line 1: not understood: '644 root:root 1'"),
    ],
}


@pytest.mark.parametrize(("name", "section", "said"), [(name, *case) for name, cases in BAD.items() for case in cases])
def test_output_that_is_not_understood(name: str, section: Section, said: str) -> None:
    with pytest.raises(ParseError) as caught:
        parse_facts(sections() | {name: section})

    assert str(caught.value) == said


@pytest.mark.parametrize("name", [*sections()])
def test_section_that_is_missing(name: str) -> None:
    incomplete = sections()
    del incomplete[name]
    with pytest.raises(ParseError) as caught:
        parse_facts(incomplete)

    assert str(caught.value) == f"{name}: line 0: no output of this command: ''"


def test_commands_and_parser_agree() -> None:
    assert list(facts_commands()) == list(sections())


def test_number_of_commands_does_not_depend_on_the_site() -> None:
    assert len(facts_commands()) == 9 + len(FILES)


def test_file_commands_on_this_machine(tmp_path: Path) -> None:
    """They only read: run by the real `sh`."""
    present, absent = tmp_path / "it's here", tmp_path / "absent"
    present.write_bytes("zwölf\n".encode() * 30)
    present.chmod(0o640)
    owner = f"{present.owner()}:{present.group()}"
    paths = (str(present), str(absent))
    commands = facts_commands(paths)
    seen = {}
    for path in paths:
        done = subprocess.run(["sh", "-c", commands[f"file {path}"]], capture_output=True, text=True, check=False)
        seen[f"file {path}"] = Section(done.stdout.removesuffix("\n"), done.returncode)

    modified_s = int(present.stat().st_mtime)
    assert parse_facts(sections() | seen, paths).files == {
        str(present): FileState("zwölf\n" * 30, 0o640, owner, modified_s)
    }
