"""The program that asks on the hosts: its bytes by hand, its sockets against servers on 127.0.0.1."""

from __future__ import annotations

import ast
import json
import socket
import struct
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

from nornir_anycast.dns import remote_probe
from nornir_anycast.dns.remote_probe import Malformed, decode_answer, encode_question

IDENT = 0x1234
QUESTION = b"\x06whoami\x07example\x03net\x00\x00\x10\x00\x01"
HEADER = b"\x12\x34\x85\x80\x00\x01\x00\x01\x00\x00\x00\x00"
TXT_NS1 = b"\xc0\x0c\x00\x10\x00\x01\x00\x00\x00\x00\x00\x04\x03ns1"
ANSWER = HEADER + QUESTION + TXT_NS1


def test_question_on_the_wire() -> None:
    assert encode_question(IDENT, "whoami.example.net", 16) == (
        b"\x12\x34\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00\x06whoami\x07example\x03net\x00\x00\x10\x00\x01"
    )
    assert encode_question(1, "a.", 1) == b"\0\1\1\0\0\1\0\0\0\0\0\0\x01a\0\0\1\0\1"


def test_txt_answer() -> None:
    assert decode_answer(ANSWER, IDENT, 16) == ("NOERROR", ["ns1"])


def answer(records: bytes, count: int = 1, flags: int = 0x8580) -> bytes:
    return struct.pack(">HHHHHH", IDENT, flags, 1, count, 0, 0) + QUESTION + records


def test_txt_of_several_strings_is_one_value() -> None:
    records = b"\xc0\x0c\x00\x10\x00\x01\x00\x00\x00\x3c\x00\x08\x03abc\x00\x02de"

    assert decode_answer(answer(records), IDENT, 16) == ("NOERROR", ["abcde"])


def test_txt_bytes_that_are_no_ascii_are_escaped() -> None:
    records = b"\xc0\x0c\x00\x10\x00\x01\x00\x00\x00\x3c\x00\x03\x02\xff\x1b"

    assert decode_answer(answer(records), IDENT, 16) == ("NOERROR", ["\\xff\x1b"])


def test_a_answers_with_a_cname_between() -> None:
    cname = b"\xc0\x0c\x00\x05\x00\x01\x00\x00\x00\x3c\x00\x04\x01x\xc0\x13"
    a = b"\xc0\x30\x00\x01\x00\x01\x00\x00\x00\x3c\x00\x04\xc6\x33\x64\x50"
    other = b"\x01y\x00\x00\x01\x00\x01\x00\x00\x00\x3c\x00\x04\xc6\x33\x64\x51"

    assert decode_answer(answer(cname + a + other, 3), IDENT, 1) == ("NOERROR", ["198.51.100.80", "198.51.100.81"])


def test_aaaa_answer() -> None:
    address = bytes.fromhex("20010db8000000000000000000000053")
    records = b"\xc0\x0c\x00\x1c\x00\x01\x00\x00\x00\x3c\x00\x10" + address

    assert decode_answer(answer(records), IDENT, 28) == ("NOERROR", ["2001:db8::53"])


@pytest.mark.parametrize(
    ("flags", "status"),
    [(0x8580, "NOERROR"), (0x8182, "SERVFAIL"), (0x8183, "NXDOMAIN"), (0x8185, "REFUSED"), (0x818B, "RCODE11")],
)
def test_rcode(flags: int, status: str) -> None:
    assert decode_answer(answer(b"", 0, flags), IDENT, 16) == (status, [])


BAD = {
    "nothing": b"",
    "header cut": ANSWER[:7],
    "question instead of an answer": b"\x12\x34\x01\x00" + ANSWER[4:],
    "answer to another question": b"\x43\x21" + ANSWER[2:],
    "name cut": ANSWER[:16],
    "question cut": ANSWER[: 12 + len(QUESTION) - 1],
    "record cut": ANSWER[:-8],
    "data cut": ANSWER[:-1],
    "data missing": ANSWER[:-4],
    "text longer than its record": answer(b"\xc0\x0c\x00\x10\x00\x01\x00\x00\x00\x00\x00\x04\x09ns1"),
    "address of three bytes": answer(b"\xc0\x0c\x00\x01\x00\x01\x00\x00\x00\x00\x00\x03\xc6\x33\x64"),
    "more answers than there are": answer(TXT_NS1, 2),
    "name without an end": HEADER + b"\x3f" * 40,
}


@pytest.mark.parametrize("case", BAD)
def test_malformed_answer(case: str) -> None:
    with pytest.raises(Malformed):
        decode_answer(BAD[case], IDENT, 1 if "address" in case else 16)


def test_pointer_to_itself_is_no_loop() -> None:
    loop = answer(b"\xc0\x21\x00\x10\x00\x01\x00\x00\x00\x00\x00\x04\x03ns1")

    assert decode_answer(loop, IDENT, 16) == ("NOERROR", ["ns1"])


Serve = Callable[[bytes], bytes]
"""A query to what the server sends back."""


def reply(query: bytes) -> bytes:
    return query[:2] + ANSWER[2:]


@contextmanager
def server(kind: socket.SocketKind, serve: Serve, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[bytes]]:
    """A server on 127.0.0.1, on a port that nobody has; the probe asks it instead of port 53."""
    queries: list[bytes] = []

    def work() -> None:
        while True:
            try:
                if kind is socket.SOCK_DGRAM:
                    query, client = listener.recvfrom(4096)
                    if not query:
                        return
                    queries.append(query)
                    if answered := serve(query):
                        listener.sendto(answered, client)
                else:
                    connection, _ = listener.accept()
                    with connection:
                        queries.append(connection.recv(4096))
                        connection.sendall(serve(queries[-1][2:]))
            except OSError:
                return

    with socket.socket(socket.AF_INET, kind) as listener:
        listener.bind(("127.0.0.1", 0))
        if kind is socket.SOCK_STREAM:
            listener.listen()
        monkeypatch.setattr(remote_probe, "PORT", listener.getsockname()[1])
        thread = threading.Thread(target=work)
        thread.start()
        try:
            yield queries
        finally:
            if kind is socket.SOCK_STREAM:
                listener.shutdown(socket.SHUT_RDWR)
            else:
                with socket.socket(socket.AF_INET, kind) as last:
                    last.sendto(b"", listener.getsockname())
            thread.join(timeout=5)


def question(transport: str, kind: str = "TXT") -> dict[str, str]:
    return {
        "service": "resolver",
        "server": "127.0.0.1",
        "name": "whoami.example.net",
        "type": kind,
        "transport": transport,
    }


def framed(message: bytes) -> bytes:
    return struct.pack(">H", len(message)) + message


def test_question_over_udp(monkeypatch: pytest.MonkeyPatch) -> None:
    with server(socket.SOCK_DGRAM, reply, monkeypatch) as queries:
        row = remote_probe.ask(question("udp"), None, 2.0, 2)

    assert (row["status"], row["answers"]) == ("NOERROR", ["ns1"])
    assert row["rtt_ms"] >= 0
    assert queries[0][2:] == b"\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00" + QUESTION
    assert {key: row[key] for key in question("udp")} == question("udp")


def test_question_over_tcp_from_a_source(monkeypatch: pytest.MonkeyPatch) -> None:
    with server(socket.SOCK_STREAM, lambda query: framed(reply(query)), monkeypatch) as queries:
        row = remote_probe.ask(question("tcp"), "127.0.0.9", 2.0, 2)

    assert (row["status"], row["answers"]) == ("NOERROR", ["ns1"])
    assert struct.unpack(">H", queries[0][:2])[0] == len(queries[0]) - 2


def test_first_datagram_is_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[bytes] = []

    def serve(query: bytes) -> bytes:
        seen.append(query)
        return reply(query) if len(seen) == 2 else b""

    with server(socket.SOCK_DGRAM, serve, monkeypatch):
        row = remote_probe.ask(question("udp"), None, 0.2, 2)

    assert row["status"] == "NOERROR"
    assert len(seen) == 2


def test_no_answer_over_udp(monkeypatch: pytest.MonkeyPatch) -> None:
    with server(socket.SOCK_DGRAM, lambda _: b"", monkeypatch) as queries:
        row = remote_probe.ask(question("udp"), None, 0.1, 2)

    assert (row["status"], row["answers"], row["rtt_ms"]) == ("timeout", [], None)
    assert len(queries) == 2


def test_no_answer_over_tcp_is_not_asked_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    def serve(_: bytes) -> bytes:
        time.sleep(0.3)
        return b""

    with server(socket.SOCK_STREAM, serve, monkeypatch) as queries:
        row = remote_probe.ask(question("tcp"), None, 0.1, 2)

    assert row["status"] == "timeout"
    assert len(queries) == 1


@pytest.mark.parametrize(("transport", "kind"), [("udp", socket.SOCK_DGRAM), ("tcp", socket.SOCK_STREAM)])
def test_nobody_listens(monkeypatch: pytest.MonkeyPatch, transport: str, kind: socket.SocketKind) -> None:
    with socket.socket(socket.AF_INET, kind) as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    monkeypatch.setattr(remote_probe, "PORT", port)

    assert remote_probe.ask(question(transport), None, 1.0, 2)["status"] == "refused"


@pytest.mark.parametrize(
    ("serve", "status"),
    [
        (lambda _: b"", "malformed: the connection ended early"),
        (lambda _: b"\x00", "malformed: the connection ended early"),
        (lambda query: framed(reply(query))[:-1], "malformed: the connection ended early"),
        (lambda _: framed(b"\0\0" + ANSWER[2:]), "malformed: not an answer to this question"),
        (lambda _: framed(b"HTTP"), "malformed: unpack requires a buffer of 8 bytes"),
    ],
)
def test_server_that_speaks_another_language(monkeypatch: pytest.MonkeyPatch, serve: Serve, status: str) -> None:
    monkeypatch.setattr("random.getrandbits", lambda _: 0x4321)
    with server(socket.SOCK_STREAM, serve, monkeypatch):
        row = remote_probe.ask(question("tcp"), None, 2.0, 1)

    assert (row["status"], row["answers"]) == (status, [])


def test_source_that_the_host_does_not_have() -> None:
    row = remote_probe.ask(question("udp"), "192.0.2.99", 0.1, 1)

    assert row["status"] == "error: Cannot assign requested address"


Ip = list[tuple[str, ...]]


@pytest.fixture
def ip(monkeypatch: pytest.MonkeyPatch) -> Ip:
    """What would be told to ip(8); nothing is done on this machine. One rule is there at first, of a run that died."""
    said: Ip = []
    rules = ["left by a run that was killed"]

    def run(*words: str) -> tuple[int, str]:
        said.append(words)
        if words[:2] == ("rule", "add"):
            rules.append(words[-1])
        elif words[:2] == ("rule", "del"):
            if not rules:
                return 2, "RTNETLINK answers: No such file or directory"
            rules.pop()
        return 0, ""

    monkeypatch.setattr(remote_probe, "ip", run)
    return said


def path(kind: str, node: str | None, *vips: str) -> dict[str, Any]:
    forced = {"gateway": "192.0.2.11", "interface": "eth0", "source": "192.0.2.1"} if kind == "forced" else {}
    return {"kind": kind, "node": node, "questions": [question("udp") | {"server": vip} for vip in vips], **forced}


def test_forced_path_is_a_rule_for_the_own_source_only(ip: Ip) -> None:
    assert remote_probe.force(path("forced", "ns1", "203.0.113.53", "203.0.113.53", "203.0.113.153")) is None
    assert [" ".join(words) for words in ip] == [
        "route add 203.0.113.153 via 192.0.2.11 dev eth0 table 5380",
        "rule add priority 5380 from 192.0.2.1 to 203.0.113.153 lookup 5380",
        "route add 203.0.113.53 via 192.0.2.11 dev eth0 table 5380",
        "rule add priority 5380 from 192.0.2.1 to 203.0.113.53 lookup 5380",
    ]


def test_path_that_cannot_be_forced_is_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remote_probe, "ip", lambda *_: (2, "Nexthop has invalid gateway."))
    monkeypatch.setattr(remote_probe, "ask", lambda *_: pytest.fail("it was asked"))

    seen = remote_probe.take_path(path("forced", "ns1", "203.0.113.53"), 1.0, 2)

    assert seen["answers"] == []
    assert seen["error"] == (
        "ip route add 203.0.113.53 via 192.0.2.11 dev eth0 table 5380: Nexthop has invalid gateway."
    )


def run_main(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, *paths: dict[str, Any]) -> None:
    monkeypatch.setattr(remote_probe, "LOCK", str(tmp_path / "lock"))
    monkeypatch.setattr("signal.signal", lambda *_: None)
    monkeypatch.setattr("os.umask", lambda _: 0)
    remote_probe.main({"paths": list(paths), "timeout_s": 0.1, "tries": 1, "lock_timeout_s": 0.2})


def is_clean(ip: Ip) -> bool:
    """True when no rule that was added is left."""
    rules = 0
    for words in ip:
        rules = rules + 1 if words[:2] == ("rule", "add") else max(rules - (words[:2] == ("rule", "del")), 0)
    return rules == 0


def test_a_path_that_is_not_forced_does_not_take_the_one_before_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, ip: Ip, capsys: pytest.CaptureFixture[str]
) -> None:
    """TCP looks its route up again once it has a source: a rule that is left would lead it to the forced node."""
    clean_when_asked: list[bool] = []

    def ask(asked: dict[str, Any], *_: object) -> dict[str, Any]:
        clean_when_asked.append(is_clean(ip))
        return asked

    monkeypatch.setattr(remote_probe, "ask", ask)
    vip = "203.0.113.53"
    run_main(monkeypatch, tmp_path, path("forced", "ns1", vip), path("anycast", None, vip), path("unicast", "ns2", vip))

    assert clean_when_asked == [False, True, True]
    assert is_clean(ip)
    assert [row["error"] for row in json.loads(capsys.readouterr().out)] == [None, None, None]


def test_rules_are_taken_away_whatever_happens(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, ip: Ip) -> None:
    def ask(*_: object) -> dict[str, Any]:
        raise MemoryError

    monkeypatch.setattr(remote_probe, "ask", ask)
    with pytest.raises(MemoryError):
        run_main(monkeypatch, tmp_path, path("forced", "ns1", "203.0.113.53"))

    assert is_clean(ip)
    assert ip[-1] == ("route", "flush", "table", "5380")


def test_two_probes_on_one_host_wait_for_each_other(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, ip: Ip) -> None:
    fcntl = pytest.importorskip("fcntl")
    with (tmp_path / "lock").open("w") as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        with pytest.raises(SystemExit) as caught:
            run_main(monkeypatch, tmp_path, path("forced", "ns1", "203.0.113.53"))

    assert caught.value.code == f"another verify asks questions from this host (lock {tmp_path}/lock)"
    assert ip == []


SOURCE = (files("nornir_anycast.dns") / "remote_probe.py").read_text(encoding="utf-8")


def test_python_3_6_can_read_it() -> None:
    ast.parse(SOURCE, feature_version=(3, 6))
    with pytest.raises(SyntaxError):
        ast.parse("if (x := 1): pass", feature_version=(3, 6))


def test_standard_library_only() -> None:
    names = {
        alias.name.partition(".")[0] if isinstance(found, ast.Import) else str(found.module).partition(".")[0]
        for found in ast.walk(ast.parse(SOURCE))
        if isinstance(found, ast.Import | ast.ImportFrom)
        for alias in found.names
    }

    assert names <= sys.stdlib_module_names
    assert "__future__" not in names, "annotations came with 3.7"


def test_no_annotation_and_no_call_that_is_younger_than_3_6() -> None:
    """`list[str]`, `X | None` and `removeprefix` are read by 3.6 and fail when they are run."""
    tree = ast.parse(SOURCE)
    subscripted = {n.value.id for n in ast.walk(tree) if isinstance(n, ast.Subscript) and isinstance(n.value, ast.Name)}
    called = {n.func.attr for n in ast.walk(tree) if isinstance(n, ast.Call) and isinstance(n.func, ast.Attribute)}
    named = {keyword.arg for n in ast.walk(tree) if isinstance(n, ast.Call) for keyword in n.keywords}

    assert not subscripted & {"list", "dict", "tuple", "set", "frozenset", "type"}
    annotations = [n.annotation for n in ast.walk(tree) if isinstance(n, ast.arg | ast.AnnAssign)]
    annotations += [n.returns for n in ast.walk(tree) if isinstance(n, ast.FunctionDef)]
    assert not [a for a in annotations if a for n in ast.walk(a) if isinstance(n, ast.BinOp)]
    assert not called & {"removeprefix", "removesuffix", "is_relative_to", "isascii", "prod", "dist"}
    assert not named & {"capture_output", "text", "missing_ok"}
