"""Intent against observation: findings, the origin matrix, the verdict. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from nornir_anycast.checks.adjacency import check_adjacencies, list_adjacencies
from nornir_anycast.checks.agreement import Disagreements, check_agreement, find_disagreements
from nornir_anycast.checks.cells import build_cells
from nornir_anycast.checks.dns import check_dns
from nornir_anycast.checks.drift import HostChange, add_drift
from nornir_anycast.checks.freshness import check_age, check_flapping
from nornir_anycast.checks.hosts import check_hosts
from nornir_anycast.checks.mismatches import check_mismatches
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
from nornir_anycast.checks.node_role import check_node_roles
from nornir_anycast.checks.nssa import check_nssa
from nornir_anycast.checks.origins import check_min_nodes, check_origins, check_unexpected
from nornir_anycast.checks.preference import check_preference
from nornir_anycast.checks.prefixes import check_prefixes
from nornir_anycast.checks.router_ids import check_router_ids
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
    "add_flapping",
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
    disagreements = find_disagreements(scene)
    nssa = tuple(check_nssa(scene))
    cells = tuple(_with_ospf_cause(cell, disagreements, nssa) for cell in build_cells(scene))
    dns = tuple(check_dns(scene, cells))
    findings = (
        *check_hosts(scene),
        *check_router_ids(scene),
        *check_origins(scene, cells),
        *check_unexpected(scene),
        *check_min_nodes(scene, cells),
        *nssa,
        *check_agreement(scene, disagreements),
        *check_preference(scene),
        *check_prefixes(scene),
        *check_adjacencies(scene),
        *check_mismatches(scene),
        *check_node_roles(scene),
        *check_age(scene),
        *dns,
    )
    wrong_answers = {(f.service, f.host): f.check for f in reversed(dns) if f.severity == "critical"}
    cells = tuple(_with_dns_cause(cell, wrong_answers) for cell in cells)
    by_service: dict[str | None, set[Severity]] = {}
    for finding in findings:
        by_service.setdefault(finding.service, set()).add(finding.severity)
    for cell in cells:
        by_service.setdefault(cell.service, set()).add(_severity(cell))
    blind: set[Severity] = set() if scene.in_scope("router") else {"unknown"}
    services = tuple(
        ServiceVerdict(name=name, vip=service.vip, verdict=worst(by_service.get(name, set()) | blind))
        for name, service in intent.services.items()
    )
    verdict = worst(severity for severities in by_service.values() for severity in severities)
    answers = tuple(answer for observed in observations.values() for answer in observed.answers)
    return Report(
        verdict=verdict,
        services=services,
        origins=cells,
        adjacencies=list_adjacencies(scene),
        findings=worst_first(findings),
        answers=answers,
    )


def add_flapping(
    report: Report,
    intent: Intent,
    before: Mapping[str, Observation],
    after: Mapping[str, Observation],
    seconds: float,
) -> Report:
    """Return the report with findings `lsa-flapping`, from what was seen at two moments so many seconds apart."""
    earlier, later = ({name: seen.view for name, seen in look.items() if seen.view} for look in (before, after))
    found = tuple(check_flapping(intent, earlier, later, seconds))
    return replace(
        report,
        verdict=worst([report.verdict, *(finding.severity for finding in found)]),
        findings=worst_first((*report.findings, *found)),
    )


def _severity(cell: Cell) -> Severity:
    """A cell by itself: not seen is UNKNOWN; what else is wrong with it has a finding."""
    return "unknown" if cell.state == "unknown" else "ok"


def _with_ospf_cause(cell: Cell, disagreements: Disagreements, nssa: Sequence[Finding]) -> Cell:
    """Where the trouble is before the place that the matrix sees."""
    if cell.cause in {"origin-missing", "origin-unreachable"} and any(
        (f.service, f.host) == (cell.service, cell.node) for f in nssa
    ):
        return replace(cell, cause="type-7-not-translated", reason="no ABR announces its type-7 outside")
    found = disagreements.get((cell.router, cell.service)) if cell.cause == "not-installed" else None
    return replace(cell, cause="spf-disagrees", reason=found.what) if found and found.is_installed else cell


def _with_dns_cause(cell: Cell, wrong_answers: Mapping[tuple[str | None, str | None], str]) -> Cell:
    """A learned cell whose node does not answer as it should is not good; OSPF causes come first."""
    if cell.cause or cell.state != "learned":
        return cell
    cause = wrong_answers.get((cell.service, cell.node))
    return replace(cell, cause=cause) if cause else cell
