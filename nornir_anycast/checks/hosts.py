"""Checks of the hosts themselves: could they be seen, do their daemons run. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from nornir_anycast.checks.model import Evidence, Finding
from nornir_anycast.checks.scene import Scene
from nornir_anycast.observation import NEIGHBORS, Observation


def why_blind(observed: Observation) -> str | None:
    """The check that says why a host's view of OSPF is not known; None when it is."""
    if observed.error:
        return "host-unreachable"
    if observed.view_error is None:
        return None
    stopped = observed.active is not None and not observed.active & {"frr", "ospfd"}
    if stopped or any(words in observed.view_error.line for words in ("not running", "failed to connect")):
        return "daemon-not-running"
    return "output-not-understood" if observed.has_ospf else "ospf-not-configured"


def check_hosts(scene: Scene) -> Iterator[Finding]:
    """Findings `nothing-observed`, and for each host that could not be read the one that says why."""
    if not scene.in_scope("router"):
        yield Finding(
            check="nothing-observed",
            severity="unknown",
            message="no router is among the hosts asked for: nothing can be said about what is learned",
        )
    for name, observed in scene.observations.items():
        if check := why_blind(observed):
            severity, message = {
                "host-unreachable": ("unknown", observed.error or ""),
                "daemon-not-running": ("critical", f"the routing daemon of {name} does not run (systemctl start frr)"),
                "ospf-not-configured": ("critical", f"{name} has no OSPF instance (no `router ospf`); deploy it"),
                "output-not-understood": ("unknown", f"{name}: {observed.view_error}"),
            }[check]
            yield Finding(
                check=check,
                severity=severity,  # type: ignore[arg-type]  # the table above holds severities
                host=name,
                message=message,
                evidence=(*_quote(observed), *scene.logs(name)),
            )
        if error := observed.config_error:
            yield Finding(
                check="output-not-understood",
                severity="warning",
                host=name,
                message=f"how {name} authenticates its neighbors is not known: {error}",
                evidence=(Evidence(name, error.command, (error.line,)),),
            )
        if observed.probe_error:
            yield Finding(
                check="output-not-understood",
                severity="unknown",
                host=name,
                message=f"{name} could not ask the VIPs: {observed.probe_error}",
            )


def _quote(observed: Observation) -> tuple[Evidence, ...]:
    error = observed.view_error
    if not observed.has_ospf:
        return (Evidence(observed.host, NEIGHBORS, observed.neighbors),)
    return (Evidence(observed.host, error.command, (error.line,)),) if error else ()
