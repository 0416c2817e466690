"""What a Linux host is and how it stands: gathered in one round trip, then plain values. Pure."""

from __future__ import annotations

import base64
import binascii
import re
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Interface

from nornir_anycast.errors import ParseError
from nornir_anycast.script import Section

TOOLS = ("systemctl", "dnsmasq", "vtysh", "ifup", "networkctl", "python3")
UNITS = ("dnsmasq", "frr", "systemd-networkd", "networking")
SYSCTLS = ("net.ipv4.ip_forward", "net.ipv4.conf.all.arp_ignore", "net.ipv4.conf.all.arp_announce")
FILES = (
    "/etc/sysctl.d/90-nornir-anycast.conf",
    "/etc/network/interfaces.d/nornir-anycast",
    "/etc/systemd/network/20-nornir-anycast.network",
    "/etc/dnsmasq.d/nornir-anycast.conf",
    "/etc/nornir-anycast/upstream.conf",
    "/etc/frr/frr.conf",
    "/etc/frr/daemons",
)
ORIGINATED = (
    "vtysh -c 'show ip ospf database external self-originate' 2>/dev/null | "
    "awk '/LS age:/ {age = $3} /Link State ID:/ && age < 3600 {print $4}'"
)
"""Shell text that prints the link-state ids of the external LSAs of this host; one at MaxAge is being flushed."""
_ROUTER_ID = re.compile(r"OSPF Routing Process, Router ID: (\S+)")
_DNSMASQ_CONFLICTS = (
    r"^[[:space:]]*(bind-interfaces|bind-dynamic|port=|no-resolv|resolv-file=|except-interface=|interface=lo)"
)


@dataclass(frozen=True, slots=True)
class FileState:
    """A file that exists on the host."""

    content: str
    mode: int
    owner: str
    modified_s: int = 0
    """Seconds since the epoch, by the host's clock."""


@dataclass(frozen=True, slots=True)
class Facts:
    """A host as it stands."""

    tools: frozenset[str]
    enabled: frozenset[str]
    """Units enabled at boot."""
    active: frozenset[str]
    """Units running now."""
    loopback: frozenset[IPv4Address]
    """/32 addresses on lo."""
    sysctls: Mapping[str, str]
    files: Mapping[str, FileState]
    """Of `FILES`, those that exist."""
    frr_running: str | None
    """FRR's running configuration; None when it cannot be read."""
    ospf_router_id: str | None = None
    """The router-id that ospfd uses, which need not be the configured one; None when there is no OSPF."""
    originated: frozenset[IPv4Address] = frozenset()
    """Link-state ids of the external LSAs that its ospfd originates."""
    dnsmasq_started_s: int | None = None
    """When dnsmasq was started, seconds since the epoch; None when it does not run."""
    dnsmasq_conflicts: tuple[str, ...] = ()
    """`FILE:LINE:TEXT` of settings in other files that contradict ours."""


def facts_commands(files: Sequence[str] = FILES) -> dict[str, str]:
    """The commands whose output `parse_facts` reads."""
    commands = {
        "tools": f"for tool in {' '.join(TOOLS)}; do command -v $tool >/dev/null && echo $tool; done; true",
        "units": f"for unit in {' '.join(UNITS)}; do echo $unit $(systemctl is-enabled $unit 2>/dev/null) "
        "/ $(systemctl is-active $unit 2>/dev/null); done",
        "loopback": "ip -4 -o addr show dev lo",
        "sysctls": "sysctl " + " ".join(SYSCTLS),
        "frr_running": "vtysh -c 'show running-config'",
        "ospf_router_id": "vtysh -c 'show ip ospf'",
        "originated": ORIGINATED,
        "dnsmasq_started": 'date -d "$(systemctl show --property=InactiveExitTimestamp dnsmasq | cut -d= -f2)" +%s',
        "dnsmasq_conflicts": f"cd /etc; grep -HnE '{_DNSMASQ_CONFLICTS}' dnsmasq.conf dnsmasq.d/* 2>/dev/null "
        "| grep -v '^dnsmasq.d/nornir-anycast.conf:'; true",
    }
    for path in files:
        quoted = shlex.quote(path)
        commands[f"file {path}"] = f"[ -e {quoted} ] || exit 9; stat -c '%a %U:%G %Y' {quoted} && base64 {quoted}"
    return commands


def parse_facts(sections: Mapping[str, Section], files: Sequence[str] = FILES) -> Facts:
    """Read the output of `facts_commands`.

    Raises:
        ParseError: a section is missing or not understood.

    """
    enabled, active = set(), set()
    for number, line in enumerate(_required(sections, "units").lines, start=1):
        name, separator, states = line.partition(" ")
        if not separator or "/" not in states:
            raise ParseError("systemctl", number, line)
        at_boot, _, now = states.partition("/")
        if at_boot.strip() in {"enabled", "enabled-runtime", "static", "generated", "alias"}:
            enabled.add(name)
        if now.strip() in {"active", "reloading"}:
            active.add(name)
    running = _section(sections, "frr_running")
    return Facts(
        tools=frozenset(_required(sections, "tools").lines),
        enabled=frozenset(enabled),
        active=frozenset(active),
        loopback=frozenset(_parse_loopback(_required(sections, "loopback"))),
        sysctls=dict(_parse_sysctls(_required(sections, "sysctls"))),
        files={path: state for path in files if (state := _parse_file(path, _section(sections, f"file {path}")))},
        frr_running=running.output if running.status == 0 and "frr version" in running.output else None,
        originated=frozenset(_parse_originated(_required(sections, "originated"))),
        ospf_router_id=_parse_router_id(_section(sections, "ospf_router_id")),
        dnsmasq_started_s=_parse_started(_required(sections, "dnsmasq_started")) if "dnsmasq" in active else None,
        dnsmasq_conflicts=tuple(f"/etc/{line}" for line in _required(sections, "dnsmasq_conflicts").lines),
    )


def _section(sections: Mapping[str, Section], name: str) -> Section:
    if name not in sections:
        raise ParseError(name, 0, "", "no output of this command")
    return sections[name]


def _required(sections: Mapping[str, Section], name: str) -> Section:
    section = _section(sections, name)
    if section.status != 0:
        raise ParseError(name, 1, section.output, f"failed with exit status {section.status}")
    return section


def _parse_router_id(section: Section) -> str | None:
    found = _ROUTER_ID.search(section.output)
    return found[1] if found else None


def _parse_originated(section: Section) -> list[IPv4Address]:
    addresses = []
    for number, line in enumerate(section.lines, start=1):
        try:
            addresses.append(IPv4Address(line))
        except ValueError:
            raise ParseError("show ip ospf database external self-originate", number, line) from None
    return addresses


def _parse_started(section: Section) -> int:
    if not section.output.isdecimal():
        raise ParseError("systemctl show dnsmasq", 1, section.output)
    return int(section.output)


def _parse_loopback(section: Section) -> list[IPv4Address]:
    addresses = []
    for number, line in enumerate(section.lines, start=1):
        words = line.split()
        try:
            interface = IPv4Interface(words[words.index("inet") + 1])
        except (ValueError, IndexError):
            raise ParseError("ip addr show dev lo", number, line) from None
        if interface.network.prefixlen == 32:  # noqa: PLR2004 a host address
            addresses.append(interface.ip)
    return addresses


def _parse_sysctls(section: Section) -> list[tuple[str, str]]:
    pairs = []
    for number, line in enumerate(section.lines, start=1):
        key, separator, value = line.partition(" = ")
        if not separator:
            raise ParseError("sysctl", number, line)
        pairs.append((key, value.strip()))
    return pairs


def _parse_file(path: str, section: Section) -> FileState | None:
    if section.status == 9:  # noqa: PLR2004 our own "no such file"
        return None
    head, *rest = section.lines or [""]
    mode, owner, modified, *_ = [*head.split(), "", "", ""]
    if section.status != 0:
        raise ParseError(f"read {path}", 1, head, f"failed with exit status {section.status}")
    try:
        return FileState(
            base64.b64decode("".join(rest), validate=True).decode(errors="replace"), int(mode, 8), owner, int(modified)
        )
    except (ValueError, binascii.Error):
        raise ParseError(f"read {path}", 1, head) from None
