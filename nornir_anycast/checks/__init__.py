"""Intent against observation: findings, the origin matrix, the verdict. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from nornir_anycast.checks.adjacency import check_adjacencies, check_router_ids, list_adjacencies
from nornir_anycast.checks.cells import build_cells
from nornir_anycast.checks.dns import check_dns
from nornir_anycast.checks.drift import HostChange, add_drift
from nornir_anycast.checks.hosts import check_hosts
from nornir_anycast.checks.model import (
    EXIT_CODES,
    Cell,
    Evidence,
    Finding,
    Report,
    ServiceVerdict,
    Severity,
    worst,
    worst_first,
)
from nornir_anycast.checks.origins import check_min_nodes, check_origins, check_unexpected
from nornir_anycast.checks.scene import Scene
from nornir_anycast.intent import Intent
from nornir_anycast.observation import Observation

__all__ = [
    "EXIT_CODES",
    "Cell",
    "Evidence",
    "Finding",
    "HostChange",
    "Report",
    "ServiceVerdict",
    "Severity",
    "add_drift",
    "evaluate",
    "worst",
]


def evaluate(intent: Intent, observations: Mapping[str, Observation]) -> Report:
    """Judge what was seen against what should be.

    Arguments:
        intent: the whole intent.
        observations: host name to what was seen of it; hosts that are not in it are out of scope.

    Returns:
        The report. Whatever could not be seen is UNKNOWN in it, never OK.

    """
    scene = Scene(intent, observations)
    cells = build_cells(scene)
    dns = tuple(check_dns(scene, cells))
    findings = (
        *check_hosts(scene),
        *check_router_ids(scene),
        *check_origins(scene, cells),
        *check_unexpected(scene),
        *check_min_nodes(scene, cells),
        *check_adjacencies(scene),
        *dns,
    )
    cells = tuple(_with_dns_cause(cell, dns) for cell in cells)
    verdict = worst([finding.severity for finding in findings] + [_severity(cell) for cell in cells])
    services = tuple(
        ServiceVerdict(
            name=name,
            vip=service.vip,
            verdict=worst(
                [f.severity for f in findings if f.service == name]
                + [_severity(c) for c in cells if c.service == name]
                + (["unknown"] if not scene.in_scope("router") else [])
            ),
        )
        for name, service in intent.services.items()
    )
    answers = tuple(answer for observed in observations.values() for answer in observed.answers)
    return Report(
        verdict=verdict,
        services=services,
        origins=cells,
        adjacencies=list_adjacencies(scene),
        findings=worst_first(findings),
        answers=answers,
    )


def _severity(cell: Cell) -> Severity:
    """A cell by itself: not seen is UNKNOWN; what else is wrong with it has a finding."""
    return "unknown" if cell.state == "unknown" else "ok"


def _with_dns_cause(cell: Cell, findings: Sequence[Finding]) -> Cell:
    """A learned cell whose node does not answer as it should is not good; OSPF causes come first."""
    if cell.cause or cell.state != "learned":
        return cell
    causes = [
        f.check for f in findings if f.severity == "critical" and (f.service, f.host) == (cell.service, cell.node)
    ]
    return replace(cell, cause=causes[0]) if causes else cell
