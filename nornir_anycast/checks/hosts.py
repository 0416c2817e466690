"""Checks of the hosts themselves: could they be seen, do their daemons run. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from nornir_anycast.checks.model import Evidence, Finding
from nornir_anycast.checks.scene import Scene
from nornir_anycast.observation import Observation


def is_daemon_down(observed: Observation) -> bool:
    """True when the routing daemon of a host that answered does not run."""
    said = observed.view_error.line if observed.view_error else ""
    stopped = observed.active is not None and "frr" not in observed.active
    return observed.view_error is not None and (stopped or "not running" in said or "failed to connect" in said)


def check_hosts(scene: Scene) -> Iterator[Finding]:
    """Findings `host-unreachable`, `daemon-not-running`, `output-not-understood`, `nothing-observed`."""
    if not scene.in_scope("router"):
        yield Finding(
            check="nothing-observed",
            severity="unknown",
            message="no router is among the hosts asked for: nothing can be said about what is learned",
        )
    for name, observed in scene.observations.items():
        if observed.error:
            yield Finding(check="host-unreachable", severity="unknown", host=name, message=observed.error)
        elif observed.view_error and is_daemon_down(observed):
            yield Finding(
                check="daemon-not-running",
                severity="critical",
                host=name,
                message=f"the routing daemon of {name} does not run (systemctl status frr; systemctl start frr)",
                evidence=(_quote(observed), *scene.logs(name)),
            )
        elif observed.view_error:
            yield Finding(
                check="output-not-understood",
                severity="unknown",
                host=name,
                message=f"{name}: {observed.view_error}",
                evidence=(_quote(observed),),
            )
        if observed.probe_error:
            yield Finding(
                check="output-not-understood",
                severity="unknown",
                host=name,
                message=f"{name} could not ask the VIPs: {observed.probe_error}",
            )


def _quote(observed: Observation) -> Evidence:
    error = observed.view_error
    if error is None:
        raise ValueError(observed.host)
    return Evidence(observed.host, error.command, (error.line,))
