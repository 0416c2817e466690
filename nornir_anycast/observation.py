"""What was seen of every host: the commands to run, and their raw output read into typed values. Pure."""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from ipaddress import IPv4Address

from nornir_anycast.dns.questions import Answer, FailedPath, build_probe, parse_probe, plan_paths
from nornir_anycast.errors import ParseError
from nornir_anycast.intent import Host, Intent
from nornir_anycast.ospf.model import RouterView
from nornir_anycast.ospf.platform import (
    PLATFORMS,
    RUNNING_CONFIG,
    VERSION,
    authenticate,
    parse_view,
    platform_of_version,
)
from nornir_anycast.ospf.shared import SharedDatabases
from nornir_anycast.redaction import redact
from nornir_anycast.script import Section

NEIGHBORS = "show ip ospf neighbor"
"""The one command that says in so many words, in every FRR, that there is no OSPF instance."""
_NO_INSTANCE = ("% OSPF is not enabled", "OSPF Routing Process not enabled", "OSPF is not enabled")
LOG_LINES = 8
_LOGS = (
    f"journalctl -q --no-pager -o short-iso -n {LOG_LINES} -u frr -u dnsmasq 2>/dev/null || "
    f"grep -hE 'ospfd|zebra|watchfrr|dnsmasq' /var/log/messages /var/log/syslog 2>/dev/null | tail -n {LOG_LINES}"
)
_UNITS = (
    "for unit in frr dnsmasq; do echo $unit $(systemctl is-active $unit); done\n"
    "! pidof ospfd >/dev/null || echo ospfd active"  # Quagga's unit has another name on each system
)
DAEMON = "daemon=$(vtysh -c 'show version' 2>/dev/null | head -n 1)"
"""To run before the commands of a Linux host: which of them are asked depends on its routing daemon."""
_NOT_ASKED = 95
_LOOPBACK = "ip -4 -o addr show dev lo"


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation:
    """One host as it was seen; what could not be seen is None, and the reason stands beside it."""

    host: str
    error: str | None = None
    """Why nothing at all was seen."""
    view: RouterView | None = None
    view_error: ParseError | None = None
    """Why there is no view although the host answered."""
    config_error: ParseError | None = None
    """Why it is not known how it authenticates although it showed its configuration."""
    has_ospf: bool = True
    """False when its routing daemon says that it has no OSPF instance."""
    neighbors: tuple[str, ...] = ()
    """Its neighbors as it prints them for people: evidence."""
    active: frozenset[str] | None = None
    """Units that run, and ``ospfd`` if it does; None on a CLI router."""
    loopback: frozenset[IPv4Address] | None = None
    logs: tuple[str, ...] = ()
    """The last log lines of its daemons."""
    answers: tuple[Answer, ...] = ()
    failed_paths: tuple[FailedPath, ...] = ()
    probe_error: str | None = None


def shell_commands(intent: Intent, host: Host, probe: str) -> dict[str, str]:
    """What to run on a Linux host: section name to shell text.

    Arguments:
        intent: the whole intent: the questions follow from it.
        host: the host that runs them.
        probe: the text of `dns/remote_probe.py`.

    """
    commands: dict[str, str] = {}
    if host.role != "vantage":
        commands |= _shows(_vips(intent))
        commands |= {"units": _UNITS, "loopback": _LOOPBACK, "logs": _LOGS}
    if paths := plan_paths(intent, host):
        commands["probe"] = build_probe(probe, paths)
    return commands


def cli_commands(intent: Intent, version: str) -> dict[str, str]:
    """What to run at the prompt of a CLI router whose ``show version`` is known; nothing if we do not know it."""
    platform = platform_of_version(version)
    if platform is None:
        return {}
    # Cisco IOS shows with the interface what of its configuration is looked at.
    more = [NEIGHBORS] if platform == "ios" else [NEIGHBORS, RUNNING_CONFIG]
    return {show: show for show in [*PLATFORMS[platform].prompt_commands(_vips(intent)), *more]}


def keep(name: str, section: Section) -> Section | None:
    """Return what is kept of an answer, without secrets; None if the host was not asked that."""
    if section.status == _NOT_ASKED:
        return None
    return replace(section, output=redact(section.output)) if name == RUNNING_CONFIG else section


def _vips(intent: Intent) -> list[IPv4Address]:
    return [service.vip for service in intent.services.values()]


def _shows(vips: Sequence[IPv4Address]) -> dict[str, str]:
    """Shell text of the show commands of FRR and of Quagga; the shell runs those of the daemon that is there."""
    frr, quagga = ([*PLATFORMS[name].commands(vips), NEIGHBORS, RUNNING_CONFIG] for name in ("frr", "quagga"))
    texts = {VERSION: _vtysh(VERSION)}
    for show in dict.fromkeys([*frr, *quagga]):
        not_asked = f"exit {_NOT_ASKED}"
        of_quagga, of_others = (_vtysh(show) if show in shows else not_asked for shows in (quagga, frr))
        texts[show] = (
            of_quagga if of_quagga == of_others else f"case $daemon in Quagga*) {of_quagga};; *) {of_others};; esac"
        )
    return texts


def _vtysh(show: str) -> str:
    # Only ospfd's part of the configuration is looked at.
    return f"vtysh {'-d ospfd ' if show == RUNNING_CONFIG else ''}-c {shlex.quote(show)}"


def parse_observation(
    intent: Intent, host: str, sections: Mapping[str, Section], shared: SharedDatabases | None = None
) -> Observation:
    """Read what the commands printed; never raises for what a host says, it says why something is not known.

    Arguments:
        intent: the whole intent.
        host: whose outputs they are.
        sections: what its commands printed, by name.
        shared: the databases of the hosts that were read before, at the same look.

    """
    view, view_error, config_error = None, None, None
    if intent.hosts[host].role != "vantage":
        outputs = {name: section.output for name, section in sections.items()}
        if RUNNING_CONFIG in outputs:  # one that was saved by hand
            outputs[RUNNING_CONFIG] = redact(outputs[RUNNING_CONFIG])
        try:
            view = parse_view(outputs, _vips(intent), shared)
        except ParseError as error:
            view_error = error
        try:
            view = authenticate(view, outputs) if view else None
        except ParseError as error:
            config_error = error
    answers: tuple[Answer, ...] = ()
    failed: tuple[FailedPath, ...] = ()
    probe_error = None
    if probe := sections.get("probe"):
        try:
            if probe.status != 0:
                raise ParseError("DNS probe", 1, probe.output[-200:], f"failed with exit status {probe.status}")  # noqa: TRY301
            answers, failed = parse_probe(host, probe.output)
        except ParseError as error:
            probe_error = str(error)
    neighbors = sections.get(NEIGHBORS)
    return Observation(
        host=host,
        view=view,
        view_error=view_error,
        config_error=config_error,
        neighbors=tuple(neighbors.lines) if neighbors else (),
        has_ospf=not (neighbors and neighbors.output.lstrip().startswith(_NO_INSTANCE)),
        active=_parse_active(sections["units"].lines) if "units" in sections else None,
        loopback=_parse_loopback(sections["loopback"]) if "loopback" in sections else None,
        logs=tuple(sections["logs"].lines[-LOG_LINES:]) if "logs" in sections else (),
        answers=answers,
        failed_paths=failed,
        probe_error=probe_error,
    )


def _parse_active(lines: Sequence[str]) -> frozenset[str]:
    pairs = (line.partition(" ") for line in lines)
    return frozenset(unit for unit, _, state in pairs if state.strip() in {"active", "reloading"})


def _parse_loopback(section: Section) -> frozenset[IPv4Address] | None:
    """None when it was not printed, or is not understood."""
    words = [line.split() for line in section.lines]
    try:
        found = [IPv4Address(line[line.index("inet") + 1].partition("/")[0]) for line in words if "inet" in line]
    except (ValueError, IndexError):
        return None
    return frozenset(found) if section.status == 0 else None
