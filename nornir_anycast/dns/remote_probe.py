"""Ask DNS questions from this host; runs on vantage hosts with nothing but Python 3.6 and iproute2.

The controller sends this file to the host's python3 with a call of `main` behind it, whose argument is the
request of `questions.py`. A *forced* path leads to one node's VIP whatever the routing table
prefers: a policy rule for this host's own source address, with a table of its own, taken away again at the end.
"""

import concurrent.futures
import errno
import fcntl
import json
import os
import random
import signal
import socket
import struct
import subprocess
import sys
import time
from typing import Any, Dict, List, Optional, Tuple

Row = Dict[str, Any]
TABLE = "5380"  # routing table and rule priority of the forced path; nothing else may use them
PORT = 53
LOCK = "/run/nornir-anycast-probe.lock"
TYPES = {"A": 1, "TXT": 16, "AAAA": 28}
RCODES = {0: "NOERROR", 1: "FORMERR", 2: "SERVFAIL", 3: "NXDOMAIN", 4: "NOTIMP", 5: "REFUSED"}
CLASS_IN, RECURSION_DESIRED = 1, 0x0100


class Malformed(Exception):
    """An answer that is not one to our question."""


def encode_question(ident: int, name: str, kind: int) -> bytes:
    labels = b"".join(struct.pack("B", len(part)) + part.encode() for part in name.rstrip(".").split("."))
    return (
        struct.pack(">HHHHHH", ident, RECURSION_DESIRED, 1, 0, 0, 0) + labels + struct.pack(">BHH", 0, kind, CLASS_IN)
    )


def skip_name(message: bytes, at: int) -> int:
    while message[at]:
        if message[at] >= 0xC0:  # a pointer ends the name (RFC 1035 4.1.4)
            return at + 2
        at += message[at] + 1
    return at + 1


def decode_answer(message: bytes, ident: int, kind: int) -> Tuple[str, List[str]]:
    try:
        seen, flags, questions, answers = struct.unpack(">HHHH", message[:8])
        if seen != ident or not flags & 0x8000:
            raise Malformed("not an answer to this question")
        at = 12
        for _ in range(questions):
            at = skip_name(message, at) + 4
        values = []
        for _ in range(answers):
            at = skip_name(message, at)
            record, _, _, length = struct.unpack(">HHIH", message[at : at + 10])
            data = message[at + 10 : at + 10 + length]
            at += 10 + length
            if at > len(message):
                raise Malformed("a record ends behind the end")
            if record == kind == TYPES["TXT"]:
                text, i = b"", 0
                while i < len(data):
                    if i + 1 + data[i] > len(data):
                        raise Malformed("a text ends behind its record")
                    text += data[i + 1 : i + 1 + data[i]]
                    i += data[i] + 1
                values.append(text.decode("ascii", "backslashreplace"))
            elif record == kind:
                values.append(socket.inet_ntop(socket.AF_INET if kind == 1 else socket.AF_INET6, data))
    except (struct.error, IndexError, ValueError, OSError) as error:
        raise Malformed(str(error))
    code = flags & 0x000F
    if flags & 0x0200 and code == 0:
        return "TRUNCATED", values
    return RCODES.get(code, "RCODE%d" % code), values


def receive(sock: socket.socket, length: int) -> bytes:
    data = b""
    while len(data) < length:
        chunk = sock.recv(length - len(data))
        if not chunk:
            raise Malformed("the connection ended early")
        data += chunk
    return data


def exchange(question: Row, source: Optional[str], timeout_s: float) -> Tuple[str, List[str]]:
    kind, ident = TYPES[question["type"]], random.getrandbits(16)
    query = encode_question(ident, question["name"], kind)
    tcp = question["transport"] == "tcp"
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM if tcp else socket.SOCK_DGRAM) as sock:
        sock.settimeout(timeout_s)
        if source:
            sock.bind((source, 0))
        sock.connect((question["server"], PORT))  # a connected UDP socket takes answers from the address asked only
        if not tcp:
            sock.send(query)
            return decode_answer(sock.recv(4096), ident, kind)
        sock.sendall(struct.pack(">H", len(query)) + query)
        return decode_answer(receive(sock, struct.unpack(">H", receive(sock, 2))[0]), ident, kind)


def ask(question: Row, source: Optional[str], timeout_s: float, tries: int) -> Row:
    answer = dict(question, status="timeout", answers=[], rtt_ms=None)
    for _ in range(1 if question["transport"] == "tcp" else tries):
        started = time.monotonic()
        try:
            answer["status"], answer["answers"] = exchange(question, source, timeout_s)
            answer["rtt_ms"] = round((time.monotonic() - started) * 1000, 2)
            break
        except socket.timeout:
            continue
        except Malformed as error:
            answer["status"] = "malformed: %s" % error
        except ConnectionRefusedError:
            answer["status"] = "refused"
        except OSError as error:
            unreachable = error.errno in (errno.EHOSTUNREACH, errno.ENETUNREACH, errno.ETIMEDOUT)
            answer["status"] = "unreachable" if unreachable else "error: %s" % error.strerror
    return answer


def ip(*words: str) -> Tuple[int, str]:
    run = subprocess.run(("ip", "-4") + words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    return run.returncode, run.stdout.decode("ascii", "replace").strip()


def clean() -> None:
    while ip("rule", "del", "priority", TABLE, "lookup", TABLE)[0] == 0:
        pass
    ip("route", "flush", "table", TABLE)


def force(path: Row) -> Optional[str]:
    """Lead this host's own questions for the path's VIPs to one gateway; say why it cannot be done."""
    for vip in sorted({question["server"] for question in path["questions"]}):
        for words in (
            ("route", "add", vip, "via", path["gateway"], "dev", path["interface"], "table", TABLE),
            ("rule", "add", "priority", TABLE, "from", path["source"], "to", vip, "lookup", TABLE),
        ):
            status, said = ip(*words)
            if status != 0:
                return "ip %s: %s" % (" ".join(words), said)
    return None


def take_path(path: Row, timeout_s: float, tries: int) -> Row:
    clean()  # also before a path that is not forced: the kernel looks a TCP route up again, by its source
    error = force(path) if path["kind"] == "forced" else None
    if error:
        return dict(path, error=error, answers=[])
    with concurrent.futures.ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(lambda q: ask(q, path.get("source"), timeout_s, tries), path["questions"]))
    return dict(path, error=None, answers=answers)


def main(request: Row) -> None:
    """Take every path, one after the other; print what came back as JSON."""
    os.umask(0o077)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    with open(LOCK, "w") as lock:
        deadline = time.monotonic() + request["lock_timeout_s"]
        while True:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() > deadline:
                    sys.exit("another verify asks questions from this host (lock %s)" % LOCK)
                time.sleep(0.05)
        try:
            paths = [take_path(path, request["timeout_s"], request["tries"]) for path in request["paths"]]
        finally:
            clean()
    json.dump(paths, sys.stdout)
