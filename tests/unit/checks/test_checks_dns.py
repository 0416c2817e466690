"""What the nodes answer, judged: dead, deaf over TCP, wrong, or not asked at all."""

from __future__ import annotations

from dataclasses import replace

import pytest

from nornir_anycast.dns.questions import FailedPath
from tests.unit.checks.network import Network, bad_cells, build, column, finding, found


def test_dead_but_announced(network: Network) -> None:
    network.say("ns3", "timeout")
    network.logs["ns3"] = ("dnsmasq[9]: exiting on receipt of SIGTERM",)
    report = network.judge()

    assert report.verdict == "critical"
    assert bad_cells(report) == column("ns3", "learned", "dns-dead-but-announced")
    assert found(report) == [
        ("dns-dead-but-announced", "critical", "resolver", "ns3"),
        ("dns-dead-but-announced", "critical", "internal", "ns3"),
    ]
    assert report.findings[0].message == (
        "resolver 203.0.113.53 on ns3: does not answer (timeout), but routers send queries to it"
    )
    assert report.findings[0].evidence[0].lines[0] == (
        "UDP TXT whoami.example.net @203.0.113.53 (forced path): timeout"
    )
    assert report.findings[0].evidence[1].lines == ("dnsmasq[9]: exiting on receipt of SIGTERM",)


def test_dead_and_not_announced(network: Network) -> None:
    network.say("ns3", "refused")
    network.withdraw("ns3")
    report = network.judge()

    assert {f.check for f in report.findings} == {"dns-dead", "origin-missing"}
    dead = next(f for f in report.findings if f.check == "dns-dead")
    assert (dead.severity, dead.message) == (
        "warning",
        "resolver 203.0.113.53 on ns3: does not answer (refused); it is not announced either",
    )


@pytest.mark.parametrize(("transport", "check"), [("tcp", "dns-tcp-refused"), ("udp", "dns-udp-refused")])
def test_one_transport_only(network: Network, transport: str, check: str) -> None:
    network.say("ns1", "refused", transport)
    report = network.judge()

    assert report.verdict == "critical"
    assert bad_cells(report) == column("ns1", "learned", check)
    assert report.findings[0].message == (
        f"resolver 203.0.113.53 on ns1: answers, but not over {transport.upper()} (refused)"
    )


def test_another_node_answered(network: Network) -> None:
    network.say("ns1", "NOERROR", answers=("ns2",), kind="TXT")
    report = network.judge()

    assert bad_cells(report) == column("ns1", "learned", "dns-wrong-answer")
    assert report.findings[0].message == (
        "resolver 203.0.113.53 on ns1: UDP TXT whoami.example.net: ns2 answered in its place"
    )


@pytest.mark.parametrize("status", ["NXDOMAIN", "REFUSED", "NOERROR"])
def test_node_that_does_not_say_who_it_is(network: Network, status: str) -> None:
    network.say("ns1", status, kind="TXT")

    assert network.judge().findings[0].message == (
        f"resolver 203.0.113.53 on ns1: UDP TXT whoami.example.net: it does not say who it is ({status}); deploy it"
    )


@pytest.mark.parametrize(
    ("status", "answers", "said"),
    [
        ("NOERROR", ("198.51.100.81",), "answered 198.51.100.81, wanted 198.51.100.80"),
        (
            "NOERROR",
            ("198.51.100.81", "198.51.100.80"),
            "answered 198.51.100.80, 198.51.100.81, wanted 198.51.100.80",
        ),
        ("NOERROR", (), "no answer (NOERROR)"),
        ("SERVFAIL", (), "no answer (SERVFAIL)"),
        ("NXDOMAIN", (), "no answer (NXDOMAIN)"),
        ("timeout", (), "no answer (timeout)"),
        ("malformed: the connection ended early", (), "no answer (malformed: the connection ended early)"),
    ],
)
def test_probe_answered_wrongly(network: Network, status: str, answers: tuple[str, ...], said: str) -> None:
    """Also when the node says who it is: the question its users ask is another."""
    network.say("ns1", status, answers=answers, kind="A")
    report = network.judge()

    assert report.verdict == "critical"
    assert found(report) == [("dns-wrong-answer", "critical", "resolver", "ns1")] * 2
    assert [f.message for f in report.findings] == [
        f"resolver 203.0.113.53 on ns1: {transport} A www.example.net: {said}" for transport in ("UDP", "TCP")
    ]
    assert {key[0] for key in bad_cells(report)} == {"resolver"}


def test_any_answer_to_a_probe_without_wanted_answers() -> None:
    network = Network(intent=build({"resolver": {"probe": "www.example.net"}}))
    network.say("ns1", "NOERROR", answers=("192.0.2.77",), kind="A")

    assert network.judge().verdict == "ok"


def test_one_question_without_an_answer_is_not_ok(network: Network) -> None:
    rows = network.answers["r1"]
    index = next(i for i, row in enumerate(rows) if (row.node, row.type, row.transport) == ("ns1", "TXT", "tcp"))
    rows[index] = replace(rows[index], status="timeout", answers=())
    assert rows[index].service == "resolver"
    rows.append(replace(rows[index], status="NOERROR", answers=("ns1",), vantage="r9"))
    report = network.judge()

    assert report.verdict == "critical"
    assert [f.message for f in report.findings] == [
        "resolver 203.0.113.53 on ns1: TCP TXT whoami.example.net: no answer (timeout)"
    ]


def test_order_of_several_answers_does_not_matter() -> None:
    answers = ("198.51.100.80", "198.51.100.81")
    network = Network(intent=build({"resolver": {"probe": {"name": "www.example.net", "answers": list(answers)}}}))
    for node in ("ns1", "ns2", "ns3"):
        network.say(node, "NOERROR", answers=answers[::-1], kind="A")

    assert network.judge().verdict == "ok"


def test_vip_that_nobody_asked(network: Network) -> None:
    network.answers["r2"] = []
    report = network.judge()

    assert report.verdict == "warning"
    assert found(report) == [
        ("vip-not-asked", "warning", "resolver", "ns3"),
        ("vip-not-asked", "warning", "internal", "ns3"),
    ]


def test_path_that_could_not_be_forced(network: Network) -> None:
    network.answers["r2"] = []
    network.failed_paths["r2"] = (FailedPath("r2", "ns3", "ip rule add: Operation not permitted"),)
    messages = [f.message for f in network.judge().findings]

    assert "r2 could not force a path to ns3: ip rule add: Operation not permitted" in messages


def test_unicast_address_only_is_a_warning_and_never_ok() -> None:
    network = Network(intent=build(r2={"platform": "cisco_ios"}))
    network.answers["client1"] += [replace(a, vantage="client1", path="unicast") for a in network.answers["r2"]]
    network.answers["r2"] = []
    report = network.judge()

    assert report.verdict == "warning"
    assert found(report) == [
        ("vip-not-asked", "warning", "resolver", "ns3"),
        ("vip-not-asked", "warning", "internal", "ns3"),
    ]
    assert report.findings[0].message == (
        "resolver 203.0.113.53 on ns3: only its unicast address was asked: no vantage or Linux router on its subnet "
        "can force a path to the VIP"
    )


def client(network: Network, status: str, answers: tuple[str, ...], *transports: str) -> None:
    network.answers["client1"] = [
        replace(row, status=status, answers=answers)
        if row.service == "resolver" and row.transport in (transports or ("udp", "tcp"))
        else row
        for row in network.answers["client1"]
    ]


def test_client_that_gets_no_answer(network: Network) -> None:
    client(network, "unreachable", ())
    report = network.judge()

    assert report.verdict == "critical"
    assert found(report) == [("vip-not-answered", "critical", "resolver", "client1")]
    assert report.findings[0].message == "resolver 203.0.113.53: client1 asks as a client would and gets no answer"


def test_client_that_gets_no_answer_over_tcp(network: Network) -> None:
    client(network, "timeout", (), "tcp")
    report = network.judge()

    assert report.verdict == "critical"
    assert finding(report, "vip-not-answered").message == (
        "resolver 203.0.113.53: client1 asks as a client would and gets no answer over TCP"
    )


@pytest.mark.parametrize(("status", "answers", "said"), [("NXDOMAIN", (), "NXDOMAIN"), ("NOERROR", ("isp",), "isp")])
def test_client_that_is_answered_by_a_stranger(
    network: Network, status: str, answers: tuple[str, ...], said: str
) -> None:
    client(network, status, answers, "udp")
    report = network.judge()

    assert report.verdict == "critical"
    assert finding(report, "dns-wrong-answer").message == (
        "resolver 203.0.113.53: client1 asks as a client would and is answered over UDP by somebody who is no node of "
        f"the service ({said})"
    )


def test_client_that_brings_nothing_back(network: Network) -> None:
    network.answers["client1"] = []
    report = network.judge()

    assert report.verdict == "warning"
    assert found(report) == [
        ("vip-not-asked", "warning", "resolver", "client1"),
        ("vip-not-asked", "warning", "internal", "client1"),
    ]


def test_cause_from_ospf_comes_first(network: Network) -> None:
    network.withdraw("ns3")
    network.say("ns3", "refused")

    assert bad_cells(network.judge()) == column("ns3", "missing", "origin-missing")
