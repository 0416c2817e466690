"""Which host asks what, by which path; and reading what `remote_probe.py` brings back. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import IPv4Address
from typing import Any, Literal

from pydantic import BaseModel, TypeAdapter, ValidationError

from nornir_anycast.errors import ParseError
from nornir_anycast.intent import Host, Intent, Service

TIMEOUT_S = 1.0
TRIES = 2
LOCK_TIMEOUT_S = 15.0

TRUNCATED = "TRUNCATED"
"""Status of an answer over UDP that says it is not whole (RFC 1035 4.1.1, TC)."""

PathKind = Literal["forced", "unicast", "anycast"]
"""`forced`: the VIP at one node, whatever routing prefers. `unicast`: the node's own address, where no host can
force a path; proves less. `anycast`: the VIP as a client asks it."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back to one question."""

    vantage: str
    path: PathKind
    service: str
    node: str | None
    """The node that was asked; None on the anycast path."""
    server: IPv4Address
    name: str
    type: str
    transport: Literal["udp", "tcp"]
    status: str
    """`NOERROR`, another RCODE, `TRUNCATED`, or `timeout`, `refused`, `unreachable`, `malformed: ...`, `error: ...`."""
    answers: tuple[str, ...]
    rtt_ms: float | None

    @property
    def is_answered(self) -> bool:
        """True when a DNS server answered, whatever it said."""
        return self.status.isupper()


@dataclass(frozen=True, slots=True)
class FailedPath:
    """A path that the vantage could not take."""

    vantage: str
    node: str | None
    reason: str


def plan_paths(intent: Intent, vantage: Host) -> list[dict[str, Any]]:
    """Say what one host asks, in the format that `remote_probe.py` reads.

    Every node on a subnet of a vantage or Linux router is asked there by a forced path. A node that no such host
    reaches is asked at its unicast address by every one of them. Vantages also ask each VIP as a client would.

    Returns:
        One dict for each path: `{"kind", "node", "gateway", "interface", "source", "questions"}`.

    """
    if not can_force_path(vantage):
        return []
    paths: list[dict[str, Any]] = []
    for node in intent.with_role("node"):
        services = [(name, service) for name, service in intent.services.items() if name in node.services]
        link = next((link for link in intent.links_of(vantage.name) if link.peer == node.name), None)
        gateway = node.interfaces[link.peer_interface].address.ip if link else None
        if link:
            questions = [q for name, service in services for q in _questions(name, service, service.vip)]
            paths.append(
                {
                    "kind": "forced",
                    "node": node.name,
                    "gateway": str(gateway),
                    "interface": link.interface,
                    "source": str(vantage.interfaces[link.interface].address.ip),
                    "questions": questions,
                }
            )
        elif not any(can_force_path(intent.hosts[link.peer]) for link in intent.links_of(node.name)):
            unicast = next(iter(node.interfaces.values())).address.ip
            questions = [q for name, service in services for q in _questions(name, service, unicast)]
            paths.append({"kind": "unicast", "node": node.name, "questions": questions})
    if vantage.role == "vantage":
        questions = [q for name, service in intent.services.items() for q in _identity(name, service, service.vip)]
        paths.append({"kind": "anycast", "node": None, "questions": questions})
    return paths


def can_force_path(host: Host) -> bool:
    """True for a vantage or a Linux router: it can lead its own questions to a node on one of its subnets."""
    return host.is_linux and host.role != "node"


def _identity(name: str, service: Service, server: IPv4Address) -> Iterator[dict[str, str]]:
    for transport in ("udp", "tcp"):
        yield {
            "service": name,
            "server": str(server),
            "name": service.identity_name,
            "type": "TXT",
            "transport": transport,
        }


def _questions(name: str, service: Service, server: IPv4Address) -> Iterator[dict[str, str]]:
    yield from _identity(name, service, server)
    if service.probe:
        for question in _identity(name, service, server):
            yield {**question, "name": service.probe.name, "type": service.probe.type}


def build_probe(source: str, paths: list[dict[str, Any]]) -> str:
    """Shell text that runs the probe: `source` is the text of `remote_probe.py`."""
    request = {"paths": paths, "timeout_s": TIMEOUT_S, "tries": TRIES, "lock_timeout_s": LOCK_TIMEOUT_S}
    program = f"{source}\nmain(json.loads({json.dumps(request)!r}))"
    return f"python3 - <<'END_OF_PROBE'\n{program}\nEND_OF_PROBE"


def parse_probe(vantage: str, output: str) -> tuple[tuple[Answer, ...], tuple[FailedPath, ...]]:
    """Read the probe's output.

    Raises:
        ParseError: it is not what `remote_probe.py` prints; the last line is quoted.

    """
    try:
        paths = _PATHS.validate_json(output, strict=True)
    except ValidationError as error:
        lines = output.splitlines() or [""]
        first = error.errors()[0]
        reason = ": ".join([*(str(part) for part in first["loc"]), first["msg"]])
        raise ParseError("DNS probe", len(lines), lines[-1], f"not understood ({reason})") from None
    answers = [
        Answer(vantage=vantage, path=path.kind, node=path.node, **dict(row)) for path in paths for row in path.answers
    ]
    failed = [FailedPath(vantage, path.node, path.error) for path in paths if path.error]
    return tuple(answers), tuple(failed)


class _Row(BaseModel):
    """A question with what came back, as `remote_probe.py` prints it."""

    service: str
    server: IPv4Address
    name: str
    type: str
    transport: Literal["udp", "tcp"]
    status: str
    answers: tuple[str, ...]
    rtt_ms: float | None


class _Path(BaseModel):
    """A path that was taken, or why not."""

    kind: PathKind
    node: str | None
    error: str | None
    answers: tuple[_Row, ...]


_PATHS = TypeAdapter(tuple[_Path, ...])
