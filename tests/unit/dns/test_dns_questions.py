"""Which host asks what, by which path; and what the probe's output is read as."""

from __future__ import annotations

import json
import subprocess
from ipaddress import IPv4Address
from typing import Any

import pytest

from nornir_anycast.dns.questions import Answer, FailedPath, build_probe, can_force_path, parse_probe, plan_paths
from nornir_anycast.errors import ParseError
from nornir_anycast.intent import Intent, Layer, LayerSet, build_intent

SERVICES = {
    "resolver": {"vip": "203.0.113.53", "domain": "example.net", "probe": {"name": "www.example.net", "type": "AAAA"}},
    "internal": {"vip": "203.0.113.153"},
}


def node(address: str, **more: Any) -> dict[str, Any]:
    return {"role": "node", "interfaces": {"eth0": {"address": address}}, **more}


def router(*addresses: str) -> dict[str, Any]:
    return {"role": "router", "interfaces": {f"eth{i}": {"address": a} for i, a in enumerate(addresses)}}


def vantage(address: str) -> dict[str, Any]:
    return {"role": "vantage", "interfaces": {"eth5": {"address": address}}}


def site(platforms: dict[str, str] | None = None, **hosts: dict[str, Any]) -> Intent:
    sets = [
        LayerSet(name, name, (platforms or {}).get(name, "linux"), [Layer(f"hosts.yaml: {name}", data)])
        for name, data in hosts.items()
    ]
    return build_intent(Layer("defaults.yaml", {"services": SERVICES}), sets)


NS1, NS2 = node("192.0.2.11/28"), node("192.0.2.27/28", services=["internal"])
R1, R2 = router("192.0.2.1/28"), router("192.0.2.17/28")


def summary(intent: Intent, host: str) -> list[tuple[str, str | None]]:
    return [(path["kind"], path["node"]) for path in plan_paths(intent, intent.hosts[host])]


def test_linux_router_forces_a_path_to_the_node_on_its_subnet() -> None:
    intent = site(ns1=NS1, ns2=NS2, r1=R1, r2=R2)

    (path,) = plan_paths(intent, intent.hosts["r1"])

    questions = path.pop("questions")
    assert path == {
        "kind": "forced",
        "node": "ns1",
        "gateway": "192.0.2.11",
        "interface": "eth0",
        "source": "192.0.2.1",
    }
    assert [(q["service"], q["server"], q["name"], q["type"], q["transport"]) for q in questions] == [
        ("resolver", "203.0.113.53", "whoami.example.net", "TXT", "udp"),
        ("resolver", "203.0.113.53", "whoami.example.net", "TXT", "tcp"),
        ("resolver", "203.0.113.53", "www.example.net", "AAAA", "udp"),
        ("resolver", "203.0.113.53", "www.example.net", "AAAA", "tcp"),
        ("internal", "203.0.113.153", "whoami.anycast.invalid", "TXT", "udp"),
        ("internal", "203.0.113.153", "whoami.anycast.invalid", "TXT", "tcp"),
    ]


def test_node_is_asked_for_its_own_services_only() -> None:
    intent = site(ns1=NS1, ns2=NS2, r1=R1, r2=R2)

    (path,) = plan_paths(intent, intent.hosts["r2"])

    assert {question["service"] for question in path["questions"]} == {"internal"}


def test_nodes_ask_nobody() -> None:
    """A probe on the node passes in every case that matters."""
    assert summary(site(ns1=NS1, r1=R1), "ns1") == []


def test_cli_router_is_no_vantage() -> None:
    intent = site({"r1": "cisco_ios"}, ns1=NS1, r1=R1)

    assert summary(intent, "r1") == []
    assert not can_force_path(intent.hosts["r1"])


def test_without_a_forced_path_the_unicast_address_is_asked() -> None:
    intent = site({"r1": "cisco_ios"}, ns1=NS1, ns2=NS2, r1=R1, r2=R2, client=vantage("192.0.2.18/28"))

    assert summary(intent, "client") == [("unicast", "ns1"), ("forced", "ns2"), ("anycast", None)]
    assert summary(intent, "r2") == [("unicast", "ns1"), ("forced", "ns2")]
    path = plan_paths(intent, intent.hosts["client"])[0]
    assert {question["server"] for question in path["questions"]} == {"192.0.2.11"}
    assert "source" not in path


def test_two_vantages_and_a_router() -> None:
    hosts = {"ns1": NS1, "r1": R1, "near": vantage("192.0.2.2/28"), "far": vantage("192.0.2.99/28")}
    intent = site(**hosts)

    assert summary(intent, "near") == [("forced", "ns1"), ("anycast", None)]
    assert summary(intent, "far") == [("anycast", None)]
    assert summary(intent, "r1") == [("forced", "ns1")]


def test_vantage_asks_every_vip_as_a_client_would() -> None:
    intent = site(ns1=NS1, r1=R1, far=vantage("192.0.2.99/28"))

    (path,) = plan_paths(intent, intent.hosts["far"])

    assert (path["kind"], path["node"]) == ("anycast", None)
    assert [(q["server"], q["name"], q["transport"]) for q in path["questions"]] == [
        ("203.0.113.53", "whoami.example.net", "udp"),
        ("203.0.113.53", "whoami.example.net", "tcp"),
        ("203.0.113.153", "whoami.anycast.invalid", "udp"),
        ("203.0.113.153", "whoami.anycast.invalid", "tcp"),
    ]


def test_probe_is_one_shell_command_that_hands_the_request_over() -> None:
    """Run for real, with another program in the place of the probe."""
    paths = [{"kind": "forced", "node": 'it\'s "ns1" $(x) `y` \\ é', "questions": []}]
    source = "import json\ndef main(request):\n    print(json.dumps(request))"

    done = subprocess.run(["sh", "-c", build_probe(source, paths)], capture_output=True, text=True, check=True)

    assert json.loads(done.stdout) == {"paths": paths, "timeout_s": 1.0, "tries": 2, "lock_timeout_s": 15.0}


ROW = {
    "service": "resolver",
    "server": "203.0.113.53",
    "name": "whoami.example.net",
    "type": "TXT",
    "transport": "udp",
    "status": "NOERROR",
    "answers": ["ns1"],
    "rtt_ms": 1.25,
}


def test_answers() -> None:
    paths = [
        {"kind": "forced", "node": "ns1", "error": None, "answers": [ROW]},
        {"kind": "forced", "node": "ns2", "error": "ip route add: refused", "answers": []},
        {"kind": "anycast", "node": None, "error": None, "answers": [ROW | {"status": "timeout", "rtt_ms": None}]},
    ]

    answers, failed = parse_probe("r1", json.dumps(paths))

    good = Answer(
        vantage="r1",
        path="forced",
        service="resolver",
        node="ns1",
        server=IPv4Address("203.0.113.53"),
        name="whoami.example.net",
        type="TXT",
        transport="udp",
        status="NOERROR",
        answers=("ns1",),
        rtt_ms=1.25,
    )
    assert answers[0] == good
    assert (answers[1].path, answers[1].node, answers[1].status, answers[1].rtt_ms) == (
        "anycast",
        None,
        "timeout",
        None,
    )
    assert failed == (FailedPath("r1", "ns2", "ip route add: refused"),)


@pytest.mark.parametrize(
    ("status", "answered"),
    [
        ("NOERROR", True),
        ("REFUSED", True),
        ("RCODE11", True),
        ("timeout", False),
        ("refused", False),
        ("unreachable", False),
        ("malformed: the connection ended early", False),
        ("error: Operation not permitted", False),
    ],
)
def test_only_an_rcode_is_an_answer(status: str, answered: bool) -> None:
    ((answer,), _) = parse_probe(
        "r1", json.dumps([{"kind": "forced", "node": "ns1", "error": None, "answers": [ROW | {"status": status}]}])
    )

    assert answer.is_answered is answered


@pytest.mark.parametrize(
    ("output", "said"),
    [
        ("", "DNS probe: line 1: not understood"),
        ("sh: python3: not found", "sh: python3: not found"),
        (
            'Traceback (most recent call last):\n  File "<stdin>"\nPermissionError: lock',
            "DNS probe: line 3: not understood",
        ),
        ("{}x", "DNS probe: line 1: not understood"),
        ("7", "DNS probe: line 1: not understood"),
        ('{"error": null}', "DNS probe: line 1: not understood"),
        ("[7]", "DNS probe: line 1: not understood"),
        ('["text"]', "DNS probe: line 1: not understood"),
        ("[[]]", "DNS probe: line 1: not understood"),
        ('[{"error": null}]', "DNS probe: line 1: not understood"),
        ("[" * 100_000, "DNS probe: line 1: not understood"),
    ],
)
def test_output_that_the_probe_does_not_print(output: str, said: str) -> None:
    with pytest.raises(ParseError) as caught:
        parse_probe("r1", output)

    assert said in str(caught.value)


@pytest.mark.parametrize(
    "change",
    [
        {"server": "resolver"},
        {"server": None},
        {"status": 7},
        {"status": None},
        {"answers": None},
        {"answers": [7]},
        {"answers": "ns1"},
        {"rtt_ms": "1"},
        {"service": None},
        {"transport": "doq"},
    ],
)
def test_answer_of_wrong_types(change: dict[str, Any]) -> None:
    output = json.dumps([{"kind": "forced", "node": "ns1", "error": None, "answers": [ROW | change]}])

    with pytest.raises(ParseError, match=r"DNS probe: line 1: not understood"):
        parse_probe("r1", output)


@pytest.mark.parametrize("change", [{"kind": "other"}, {"node": 7}, {"error": 7}, {"answers": {}}])
def test_path_of_wrong_types(change: dict[str, Any]) -> None:
    output = json.dumps([{"kind": "forced", "node": "ns1", "error": None, "answers": [ROW], **change}])

    with pytest.raises(ParseError, match=r"DNS probe: line 1: not understood"):
        parse_probe("r1", output)
