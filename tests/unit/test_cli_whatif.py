"""The command `whatif`: exit codes, clean streams, and names that are wrong."""

from __future__ import annotations

import json
from dataclasses import replace
from ipaddress import IPv4Address
from pathlib import Path

import pytest

from nornir_anycast import operations
from nornir_anycast.checks.scene import Scene
from nornir_anycast.ospf.model import NextHop
from nornir_anycast.report.whatif import render_forecast
from nornir_anycast.snapshot import Seen
from nornir_anycast.whatif import find_single_points, forecast, parse_losses
from tests.unit.checks.network import Network
from tests.unit.intent.sites import write_site
from tests.unit.test_cli import Program, no_lab, program

__all__ = ["no_lab", "program"]
"""Fixtures."""


OVER_R1 = NextHop(address=IPv4Address("192.0.2.129"), interface="eth1")
SEEN = {"r1": Seen({}, "r1: no TCP connection")}


def test_whatif_of_hosts_that_could_not_be_seen_is_3(
    program: Program, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(operations, "look", lambda *_: SEEN)
    site = str(write_site(tmp_path))
    code, out, err = program.run("--site", site, "whatif", "--without", "ns1", "--format", "json")

    assert (code, err) == (3, "")
    assert json.loads(out)["catchments"] == [
        {
            "service": "resolver",
            "vip": "203.0.113.53",
            "router": "r1",
            "nodes_before": None,
            "nodes_after": None,
            "reason": "r1 could not be read: host-unreachable",
        }
    ]
    code, out, err = program.run("--site", site, "whatif")
    assert (code, err) == (3, "")
    assert out.endswith(
        "not known: r1 could not be read: host-unreachable\nsingle points of failure: none; not all is known\n"
    )


@pytest.mark.parametrize(("without", "code"), [("ns2", 0), ("ns1", 2), ("r1,r2", 3), ("", 2)])
def test_exit_code_of_whatif(
    program: Program, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, without: str, code: int
) -> None:
    network = Network()
    network.withdraw("ns3", "internal")
    network.routes["r2"][1] = replace(network.routes["r1"][1], next_hops=(OVER_R1,))
    scene = Scene(network.intent, network.observations())
    found = forecast(scene, parse_losses(network.intent, without)) if without else find_single_points(scene)
    monkeypatch.setattr(operations, "look", lambda *_: {})
    monkeypatch.setattr(operations, "what_if", lambda *_: found)
    output = tmp_path / "whatif.txt"

    assert program.run("--site", str(write_site(tmp_path)), "whatif", "--output", str(output)) == (code, "", "")
    assert output.read_text() == render_forecast(found)


WRONG_LOSSES = [
    ("ns7", "error: --without: ns7: no such node or router (hosts: ns1, ns2, r1)\n"),
    ("ns1,link:r1-r9", "error: --without: link:r1-r9: no such link (links: link:ns1-ns2, link:ns1-r1, link:ns2-r1)\n"),
    ("client1", "error: --without: client1: speaks no OSPF: nothing would change (hosts: ns1, ns2, r1)\n"),
    ("", "error: --without: '': a name is missing; write NODE, ROUTER or link:A-B, with commas between\n"),
]


@pytest.mark.parametrize(("without", "said"), WRONG_LOSSES)
def test_whatif_without_what_is_not_there_is_64_and_nobody_is_asked(
    program: Program, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, without: str, said: str
) -> None:
    monkeypatch.setattr(operations, "look", lambda *_: pytest.fail("somebody was asked"))

    assert program.run("--site", str(write_site(tmp_path)), "whatif", "--without", without) == (64, "", said)


def test_whatif_of_no_snapshot_is_64(program: Program, tmp_path: Path) -> None:
    code, out, err = program.run("--site", str(write_site(tmp_path)), "whatif", "--snapshot", str(tmp_path / "none"))

    assert (code, out) == (64, "")
    assert "is no whole snapshot" in err
