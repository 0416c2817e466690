"""Configuration drift as findings of a report. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from nornir_anycast.checks.model import Evidence, Finding, Report, worst, worst_first


@dataclass(frozen=True, slots=True, kw_only=True)
class HostChange:
    """What was done, or would be, on one host."""

    host: str
    changed: bool
    diff: str
    error: str | None = None
    """Why it could not be done."""
    is_known: bool = True
    """False when the host could not be reached: how it stands is not known."""


def add_drift(report: Report, planned: Iterable[HostChange]) -> Report:
    """Add a `config-drift` finding for each host that a deploy would change, or whose configuration is not known.

    Arguments:
        report: of the same hosts.
        planned: what `plan` says.

    """
    drift = tuple(
        Finding(
            check="config-drift",
            severity="unknown" if change.error else "warning",
            host=change.host,
            message=change.error or f"{change.host} is not configured as the inventory says; see plan, then deploy",
            evidence=() if change.error else (Evidence(change.host, "plan", tuple(change.diff.splitlines())),),
        )
        for change in planned
        if change.error or change.changed
    )
    verdict = worst([report.verdict, *(finding.severity for finding in drift)])
    return replace(report, verdict=verdict, findings=worst_first([*report.findings, *drift]))
