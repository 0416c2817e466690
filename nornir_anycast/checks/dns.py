"""Checks of what the nodes answer, asked from off the node. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from nornir_anycast.checks.model import Cell, Evidence, Finding, Severity
from nornir_anycast.checks.scene import Scene
from nornir_anycast.dns.questions import TRUNCATED, Answer, can_force_path
from nornir_anycast.intent import Host, Service

_TRANSPORTS = ("udp", "tcp")


def check_dns(scene: Scene, cells: Sequence[Cell]) -> Iterator[Finding]:
    """Findings of every node and VIP, and of every vantage that asks as a client would."""
    of_node, of_client = _by_question(scene)
    announced = {(cell.service, cell.node) for cell in cells if cell.state == "learned"}
    for name, service in scene.intent.services.items():
        for node in scene.intent.nodes_of(name):
            asked = of_node.get((name, node.name), [])
            yield from _check_node(scene, name, service, node, asked, announced=(name, node.name) in announced)
        for vantage in scene.in_scope("vantage"):
            asked = of_client.get((name, vantage.name), [])
            observed = scene.observations[vantage.name]
            if not asked and (observed.error or observed.probe_error):
                continue  # that has a finding of its own
            for check, severity, message in _judge_client(scene, name, asked):
                yield Finding(
                    check=check,
                    severity=severity,
                    service=name,
                    host=vantage.name,
                    message=f"{name} {service.vip}: {vantage.name} asks as a client would and {message}",
                    evidence=_quote(asked),
                )
    for observed in scene.observations.values():
        for path in observed.failed_paths:
            yield Finding(
                check="vip-not-asked",
                severity="warning",
                host=path.node,
                message=f"{observed.host} could not force a path to {path.node}: {path.reason}",
            )


def _by_question(
    scene: Scene,
) -> tuple[dict[tuple[str, str | None], list[Answer]], dict[tuple[str, str], list[Answer]]]:
    """Answers by service and node; and those to a client, by service and vantage."""
    of_node: dict[tuple[str, str | None], list[Answer]] = {}
    of_client: dict[tuple[str, str], list[Answer]] = {}
    for observed in scene.observations.values():
        for answer in observed.answers:
            of_node.setdefault((answer.service, answer.node), []).append(answer)
            if answer.path == "anycast":
                of_client.setdefault((answer.service, answer.vantage), []).append(answer)
    return of_node, of_client


def _judge_client(scene: Scene, name: str, asked: Sequence[Answer]) -> Iterator[tuple[str, Severity, str]]:
    """Check, severity and message of what is wrong with the answers to a client, whichever node they come from."""
    if not asked:
        yield "vip-not-asked", "warning", "brings back neither an answer nor an error"
        return
    dead = _dead_transports(asked)
    if dead:
        over = "" if len(dead) == len(_TRANSPORTS) else f" over {' and '.join(dead).upper()}"
        yield "vip-not-answered", "critical", f"gets no answer{over}"
    nodes = {(node.name,) for node in scene.intent.nodes_of(name)}
    for answer in asked:
        if answer.is_answered and answer.answers not in nodes:
            said = ", ".join(answer.answers) or answer.status
            message = f"is answered over {answer.transport.upper()} by somebody who is no node of the service ({said})"
            yield "dns-wrong-answer", "critical", message


def _dead_transports(asked: Sequence[Answer]) -> dict[str, list[Answer]]:
    """Transports over which not one question was answered, with the questions."""
    groups = {transport: [answer for answer in asked if answer.transport == transport] for transport in _TRANSPORTS}
    return {t: group for t, group in groups.items() if not any(answer.is_answered for answer in group)}


def _check_node(
    scene: Scene, name: str, service: Service, node: Host, asked: Sequence[Answer], *, announced: bool
) -> Iterator[Finding]:
    if not asked and not _somebody_should_have_asked(scene, node):
        return
    for check, severity, message in _judge(service, node, asked, announced=announced):
        yield Finding(
            check=check,
            severity=severity,
            service=name,
            host=node.name,
            message=f"{name} {service.vip} on {node.name}: {message}",
            evidence=(*_quote(asked), *scene.logs(node.name)),
        )


def _judge(
    service: Service, node: Host, asked: Sequence[Answer], *, announced: bool
) -> Iterator[tuple[str, Severity, str]]:
    """Check, severity and message of everything that is wrong with one node's answers for one service."""
    if not asked:
        yield "vip-not-asked", "warning", "nobody could ask it: no vantage was reached that can"
        return
    if all(answer.path == "unicast" for answer in asked):
        only = "only its unicast address was asked"
        yield (
            "vip-not-asked",
            "warning",
            f"{only}: no vantage or Linux router on its subnet can force a path to the VIP",
        )
    dead = _dead_transports(asked)
    how = ", ".join(sorted({answer.status for group in dead.values() for answer in group}))
    if len(dead) == 2 and announced:  # noqa: PLR2004 both transports
        yield "dns-dead-but-announced", "critical", f"does not answer ({how}), but routers send queries to it"
    elif len(dead) == 2:  # noqa: PLR2004
        yield "dns-dead", "warning", f"does not answer ({how}); it is not announced either"
    else:
        for transport in dead:
            yield f"dns-{transport}-refused", "critical", f"answers, but not over {transport.upper()} ({how})"
    for answer in asked:
        if answer.transport not in dead and (wrong := _what_is_wrong(service, node, answer)):
            yield "dns-wrong-answer", "critical", f"{answer.transport.upper()} {answer.type} {answer.name}: {wrong}"


def _what_is_wrong(service: Service, node: Host, answer: Answer) -> str | None:
    if not answer.is_answered:
        return f"no answer ({answer.status})"
    if answer.status == TRUNCATED and answer.transport == "udp":
        return None  # the same question over TCP brings the whole answer
    if answer.name == service.identity_name and answer.type == "TXT":
        return _is_somebody_else(node, answer)
    wanted = set(service.probe.answers) if service.probe else set()
    if answer.status != "NOERROR" or not answer.answers:
        return f"no answer ({answer.status})"
    if wanted and set(answer.answers) != wanted:
        return f"answered {', '.join(sorted(answer.answers))}, wanted {', '.join(sorted(wanted))}"
    return None


def _is_somebody_else(node: Host, answer: Answer) -> str | None:
    if answer.answers == (node.name,):
        return None
    if answer.answers:
        return f"{', '.join(answer.answers)} answered in its place"
    return f"it does not say who it is ({answer.status}); deploy it"


def _somebody_should_have_asked(scene: Scene, node: Host) -> bool:
    """When the node or a host that can ask it is in scope, or when nobody in the whole intent can ask it."""
    if node.name in scene.observations:
        return True
    peers = [scene.intent.hosts[link.peer] for link in scene.links_of(node.name)]
    return any(can_force_path(peer) and peer.name in scene.observations for peer in peers) or (
        bool(scene.in_scope("router")) and not any(can_force_path(peer) for peer in peers)
    )


def _quote(asked: Sequence[Answer]) -> tuple[Evidence, ...]:
    """One piece of evidence for each vantage: every question and its answer."""
    return tuple(
        Evidence(
            vantage,
            "DNS probe",
            tuple(_line(answer) for answer in asked if answer.vantage == vantage),
        )
        for vantage in dict.fromkeys(answer.vantage for answer in asked)
    )


def _line(answer: Answer) -> str:
    question = f"{answer.transport.upper()} {answer.type} {answer.name} @{answer.server} ({answer.path} path)"
    return f"{question}: {' '.join((answer.status, *answer.answers))}"
