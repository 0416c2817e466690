"""Whatever a host prints: typed values or a ParseError, and an observation always; then a verdict that is not ok."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from nornir_anycast.checks import evaluate
from nornir_anycast.dns.questions import parse_probe
from nornir_anycast.dns.remote_probe import Malformed, decode_answer
from nornir_anycast.errors import ParseError
from nornir_anycast.node.facts import FILES, facts_commands, parse_facts
from nornir_anycast.node.frr import running_drift
from nornir_anycast.observation import parse_observation, shell_commands
from nornir_anycast.ospf import frr
from nornir_anycast.ospf.frr.document import Document
from nornir_anycast.ospf.frr.routing_table import parse_ospf_routes
from nornir_anycast.router.delta import compute_delta
from nornir_anycast.script import Section
from nornir_anycast.terminal import harmless
from tests.unit.checks.network import ROLES, build

INTENT = build()
WORDS = [
    "inet",
    "127.0.0.1/8",
    "203.0.113.53/32",
    "frr",
    "active",
    "enabled",
    "/",
    "=",
    "644",
    "root:root",
    "{",
    "}",
    "[]",
]
words = st.sampled_from(WORDS) | st.text(max_size=5)
texts = st.lists(st.lists(words, max_size=4).map(" ".join), max_size=4).map("\n".join) | st.text(max_size=30)
sections = st.builds(Section, texts, st.sampled_from([0, 0, 0, 1, 9, 127]))


@given(st.data())
def test_facts(data: st.DataObject) -> None:
    with suppress(ParseError):
        facts = parse_facts({name: data.draw(sections) for name in facts_commands()})
        assert set(facts.files) <= set(FILES)


@settings(deadline=None)
@given(st.data())
def test_observations(data: st.DataObject) -> None:
    seen = {}
    for name in ROLES:
        commands = shell_commands(INTENT, INTENT.hosts[name], "")
        seen[name] = parse_observation(INTENT, name, {command: data.draw(sections) for command in commands})

    assert evaluate(INTENT, seen).verdict in {"unknown", "critical"}


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["kind", "node", "error", "answers", "status", "server"]), inner, max_size=4)
    ),
)


@given(json_values.map(json.dumps) | texts)
def test_probe_output(output: str) -> None:
    with suppress(ParseError):
        answers, failed = parse_probe("r1", output)
        assert all(answer.vantage == "r1" for answer in answers)
        assert all(path.reason for path in failed)


routes = st.fixed_dictionaries(
    {"routeType": st.sampled_from(["N", "N IA", "N E1", "N E2", "D IA", "R ", "N E3"])},
    optional={
        "cost": st.integers(-1, 0xFFFFFFFF),
        "type2cost": st.integers(-1, 0xFFFFFF),
        "tag": st.integers(-1, 0xFFFFFFFF),
        "area": st.sampled_from(["0.0.0.1", "0.0.0.256"]),
        "ia": st.booleans() | st.none(),
        "routerType": st.sampled_from(["abr", "asbr", ""]),
        "nexthops": st.lists(
            st.sampled_from([{}, {"ip": " ", "directlyAttachedTo": "eth0"}, {"ip": "192.0.2.1", "via": "eth0"}])
            | json_values,
            max_size=2,
        ),
    },
)
tables = st.dictionaries(st.sampled_from(["203.0.113.53/32", "192.0.2.1", "192.0.2.1/24", "/"]), routes | json_values)


@given(tables)
def test_ospf_routing_table(table: dict[str, Any]) -> None:
    with suppress(ParseError):
        shown = frr.parse_border_routers(json.dumps({"routers": table}))
        assert [str(route.destination) for route in shown] == list(table)
        assert {table[str(route.destination)]["routeType"] for route in shown} <= {"R "}
    with suppress(ParseError):
        shown = parse_ospf_routes(Document("", json.dumps(table)).root())
        assert [str(route.destination) for route in shown] == list(table)
        for route in shown:
            assert route.is_discard is (table[str(route.destination)]["routeType"] == "D IA")
            assert (route.area is None) is (route.is_discard or route.path_type.startswith("external"))


@given(
    st.binary(max_size=60) | st.binary(max_size=40).map(lambda rest: b"\x12\x34\x80\x00\x00\x01\x00\x02\0\0\0\0" + rest)
)
def test_dns_message(message: bytes) -> None:
    for kind in (1, 16, 28):
        with suppress(Malformed):
            status, values = decode_answer(message, 0x1234, kind)
            assert status.isupper()
            assert len(values) <= 0xFFFF


@given(texts, texts)
def test_running_configuration(running: str, wanted: str) -> None:
    assert running_drift(running, running) == []
    running_drift(running, wanted)
    assert compute_delta(running, running).commands == ()
    compute_delta(running, wanted)


@given(st.text(st.characters()))
def test_harmless(text: str) -> None:
    shown = harmless(text)

    assert all(letter.isprintable() or letter in "\n\t" for letter in shown)
    assert shown.encode("utf-8")[:1] or not text
    assert harmless(shown) == shown
