"""What is predicted is what happens: ask what if, do it for real, and compare the forwarding of every router."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest

from tests.lab.operator import SEEN_WITHIN_S, Json, Operator

Catchments = dict[tuple[str, str], list[str]]
"""(service, router) to its nodes."""
Fault = Callable[[Operator], AbstractContextManager[None]]

NOTICED_WITHIN_S = 6.0
"""The lab's dead interval is 4 s."""
R1_R2 = ("r1", "eth1"), ("r2", "eth2")
R1_R3 = ("r1", "eth2"), ("r3", "eth1")


def stopped(*nodes: str) -> Fault:
    """No OSPF on these nodes."""

    @contextmanager
    def fault(operator: Operator) -> Iterator[None]:
        try:
            for node in nodes:
                operator.run_on(node, "systemctl", "stop", "frr")
            yield
        finally:
            for node in nodes:
                # Else systemd refuses the fourth start within three minutes.
                operator.run_on(node, "systemctl", "reset-failed", "frr", check=False)
                operator.run_on(node, "systemctl", "start", "frr")

    return fault


def without_power(*hosts: str) -> Fault:
    """No power on these hosts."""

    @contextmanager
    def fault(operator: Operator) -> Iterator[None]:
        try:
            for host in hosts:
                operator.lab.power_off(host)
            yield
        finally:
            for host in hosts:
                operator.lab.power_on(host)

    return fault


def cut(*ends: tuple[str, str]) -> Fault:
    """Both ends of a link are down."""

    @contextmanager
    def fault(operator: Operator) -> Iterator[None]:
        try:
            for host, interface in ends:
                operator.run_on(host, "ip", "link", "set", interface, "down")
            yield
        finally:
            for host, interface in ends:
                operator.run_on(host, "ip", "link", "set", interface, "up")

    return fault


def both(one: Fault, other: Fault) -> Fault:
    @contextmanager
    def fault(operator: Operator) -> Iterator[None]:
        with one(operator), other(operator):
            yield

    return fault


def ask(operator: Operator, *arguments: str) -> tuple[int, Json]:
    done = operator.anycast("whatif", "--format", "json", *arguments)
    assert done.stdout, done.stderr
    document: Json = json.loads(done.stdout)
    return done.returncode, document


def predicted(document: Json, when: str = "nodes_after") -> Catchments:
    return {(row["service"], row["router"]): row[when] for row in document["catchments"]}


def installed(operator: Operator, routers: set[str]) -> Catchments:
    """Where the forwarding of these routers leads."""
    _, report = operator.verify()
    found: Catchments = {}
    for cell in report["origins"]:
        if cell["router"] in routers:
            nodes = found.setdefault((cell["service"], cell["router"]), [])
            nodes += [cell["node"]] if cell["installed"] else []
    return {key: sorted(nodes) for key, nodes in found.items()}


CASES: list[tuple[str, int, bool, Fault]] = [
    ("ns1", 0, True, stopped("ns1")),
    ("ns1,ns2", 0, True, stopped("ns1", "ns2")),
    ("ns3", 0, True, without_power("ns3")),
    ("ns1,ns3,ns4", 2, True, stopped("ns1", "ns3", "ns4")),
    ("r1", 0, True, without_power("r1")),
    ("r2", 0, False, without_power("r2")),
    ("link:r1-r2", 0, False, cut(*R1_R2)),
    ("link:r3-r1", 0, True, cut(*R1_R3)),
    ("link:r1-r2,link:r1-r3,ns1,ns2", 2, True, both(both(cut(*R1_R2), cut(*R1_R3)), stopped("ns1", "ns2"))),
]
"""What is lost, the exit code, whether somebody's catchment moves, and how to do it."""


@pytest.mark.parametrize(("lost", "code", "moves", "fault"), CASES, ids=[case[0] for case in CASES])
def test_what_is_predicted_is_what_happens(operator: Operator, lost: str, code: int, moves: bool, fault: Fault) -> None:
    operator.wait_until_ok()
    # OK does not say that the last fault is forgotten: r3 comes back to its own nodes some seconds later.
    settled_by = time.monotonic() + SEEN_WITHIN_S
    while installed(operator, {"r3"}) != {("resolver", "r3"): ["ns1", "ns2"], ("internal", "r3"): ["ns1"]}:
        assert time.monotonic() < settled_by
    exit_code, document = ask(operator, "--without", lost)
    assert exit_code == code, document
    expected = predicted(document)
    routers = {"r1", "r2", "r3"} - set(lost.split(","))
    assert {router for _, router in expected} == routers
    assert installed(operator, routers) == predicted(document, "nodes_before")
    assert (expected != predicted(document, "nodes_before")) is moves

    try:
        with fault(operator):
            seen, since = installed(operator, routers), time.monotonic()
            deadline = since + SEEN_WITHIN_S
            # Also where nothing moves OSPF must have taken note: it stays as it is for longer than the dead interval.
            while time.monotonic() < (deadline if seen != expected else since + NOTICED_WITHIN_S):
                before, seen = seen, installed(operator, routers)
                since = since if seen == before else time.monotonic()
            assert seen == expected
    finally:
        operator.wait_until_ok()


def test_saved_and_live_give_the_same_answer(operator: Operator, tmp_path: Path) -> None:
    assert operator.anycast("snapshot", str(tmp_path / "saved")).returncode == 0
    saved = "--snapshot", str(tmp_path / "saved")

    for arguments in ((), ("--without", "ns1,r2"), ("--without", "link:r1-ns2")):
        assert ask(operator, *arguments, *saved) == ask(operator, *arguments)


def test_the_example_site_has_no_single_point_of_failure(operator: Operator) -> None:
    code, document = ask(operator)

    assert (code, document["single_points"], document["unsaid"]) == (0, [], [])
