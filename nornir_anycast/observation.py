"""What was seen of every host: the commands to run, and their raw output read into typed values. Pure."""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address

from nornir_anycast.dns.questions import Answer, FailedPath, build_probe, parse_probe, plan_paths
from nornir_anycast.errors import ParseError
from nornir_anycast.intent import Host, Intent
from nornir_anycast.ospf import frr
from nornir_anycast.ospf.model import RouterView
from nornir_anycast.script import Section

NEIGHBORS = "show ip ospf neighbor"
"""The one command that says in so many words, in every FRR, that there is no OSPF instance."""
LOG_LINES = 8
_LOGS = (
    f"journalctl -q --no-pager -o short-iso -n {LOG_LINES} -u frr -u dnsmasq 2>/dev/null || "
    f"grep -hE 'ospfd|zebra|watchfrr|dnsmasq' /var/log/messages /var/log/syslog 2>/dev/null | tail -n {LOG_LINES}"
)
_UNITS = "for unit in frr dnsmasq; do echo $unit $(systemctl is-active $unit); done"
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
    has_ospf: bool = True
    """False when its routing daemon says that it has no OSPF instance."""
    neighbors: tuple[str, ...] = ()
    """Its neighbors as it prints them for people: evidence."""
    active: frozenset[str] | None = None
    """Units that run; None on a CLI router."""
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
        shows = [*frr.commands(_vips(intent)), NEIGHBORS]
        commands |= {show: f"vtysh -c {shlex.quote(show)}" for show in shows}
        commands |= {"units": _UNITS, "loopback": _LOOPBACK, "logs": _LOGS}
    if paths := plan_paths(intent, host):
        commands["probe"] = build_probe(probe, paths)
    return commands


def cli_commands(intent: Intent) -> dict[str, str]:
    """What to run at the prompt of a CLI router."""
    return {show: show for show in [*frr.commands(_vips(intent), few=True), NEIGHBORS]}


def _vips(intent: Intent) -> list[IPv4Address]:
    return [service.vip for service in intent.services.values()]


def parse_observation(intent: Intent, host: str, sections: Mapping[str, Section]) -> Observation:
    """Read what the commands printed; never raises for what a host says, it says why something is not known."""
    view, view_error = None, None
    if intent.hosts[host].role != "vantage":
        try:
            view = frr.parse_view({name: section.output for name, section in sections.items()}, _vips(intent))
        except ParseError as error:
            view_error = error
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
        neighbors=tuple(neighbors.lines) if neighbors else (),
        has_ospf=not (neighbors and neighbors.output.lstrip().startswith("% OSPF is not enabled")),
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
