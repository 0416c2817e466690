"""One parsed database for those who show the same, and never for those who do not."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from ipaddress import IPv4Address
from pathlib import Path
from typing import TypeVar

import pytest

from nornir_anycast.ospf import frr
from nornir_anycast.ospf.model import Lsa, Lsdb, RouterView
from nornir_anycast.ospf.shared import SharedDatabases

from .captures import CASES, name, read_outputs, routers

AnyLsa = TypeVar("AnyLsa", bound=Lsa)
ROUTER_ID = IPv4Address("192.0.2.9")
COMMANDS = (frr.ROUTERS, frr.NETWORKS, frr.SUMMARIES, frr.ASBR_SUMMARIES, frr.EXTERNALS, frr.NSSA_EXTERNALS)


def ageless(lsdb: Lsdb) -> Lsdb:
    """Without the ages of LSAs that are refreshed in time."""

    def young(lsas: Sequence[AnyLsa]) -> tuple[AnyLsa, ...]:
        return tuple(replace(lsa, age_s=0) if lsa.age_s < 1800 else lsa for lsa in lsas)

    return Lsdb(
        routers=young(lsdb.routers),
        networks=young(lsdb.networks),
        summaries=young(lsdb.summaries),
        asbr_summaries=young(lsdb.asbr_summaries),
        externals=young(lsdb.externals),
    )


def parsed(outputs: dict[str, str]) -> RouterView:
    return frr.parse_view(outputs, [])


def shown(folder: Path) -> dict[str, str]:
    return {command: output for command, output in read_outputs(folder).items() if "ip route" not in command}


class TestRealRouters:
    @pytest.mark.parametrize("folder", routers(), ids=name)
    def test_what_is_shared_is_what_would_have_been_parsed(self, folder: Path) -> None:
        shared = SharedDatabases()
        for other in sorted(folder.parent.iterdir()):
            outputs = shown(other)
            view = parsed(outputs)
            texts = [outputs[command] for command in COMMANDS]
            assert ageless(shared.get(view.router_id, texts, partial(ageless, view.lsdb))) == ageless(view.lsdb)

    @pytest.mark.parametrize("version", ["8.4.4", "10.3"])
    def test_routers_of_one_area_share(self, version: str) -> None:
        shared = SharedDatabases()
        found = []
        for router in ("r2", "ns3"):
            outputs = shown(CASES / version / "nssa" / router)
            view = parsed(outputs)
            found.append(shared.get(view.router_id, [outputs[c] for c in COMMANDS], partial(ageless, view.lsdb)))
        assert found[0] is found[1]


def texts(**changes: str) -> list[str]:
    """One external LSA in JSON, with other fields."""
    fields = {"lsaAge": "20", "lsaFlags": "6", "advertisingRouter": '"192.0.2.1"', "metric": "20"} | changes
    inside = ", ".join(f'"{key}": {value}' for key, value in fields.items())
    return [f'{{ "routerId": "192.0.2.9", "asExternalLinkStates": [ {{ {inside} }} ] }}']


class TestWhatIsAlike:
    def is_shared(self, one: list[str], other: list[str], router: IPv4Address = ROUTER_ID) -> bool:
        shared, first, second = SharedDatabases(), Lsdb(), Lsdb()
        assert shared.get(ROUTER_ID, one, lambda: first) is first
        return shared.get(router, other, lambda: second) is first

    @pytest.mark.parametrize("changes", [{"lsaAge": "1799"}, {"lsaAge": "0"}, {"lsaFlags": "11"}])
    def test_age_and_flags_do_not_matter(self, changes: dict[str, str]) -> None:
        assert self.is_shared(texts(), texts(**changes))
        assert self.is_shared(texts(**changes), texts())

    def test_who_prints_does_not_matter(self) -> None:
        other = [texts()[0].replace("192.0.2.9", "198.51.100.123")]
        assert self.is_shared(texts(), other, IPv4Address("198.51.100.123"))
        assert not self.is_shared(texts(), other, ROUTER_ID)

    @pytest.mark.parametrize(
        "changes",
        [
            {"lsaAge": "1800"},
            {"lsaAge": "3600"},
            {"lsaAge": "-1"},
            {"lsaAge": '"20"'},
            {"lsaAge": "1.5"},
            {"lsaFlags": "null"},
            {"lsaFlags": "1.5"},
            {"metric": "21"},
            {"metric": "2"},
            {"advertisingRouter": '"192.0.2.2"'},
            {"more": "1"},
        ],
    )
    def test_all_else_does(self, changes: dict[str, str]) -> None:
        assert not self.is_shared(texts(), texts(**changes))
        assert not self.is_shared(texts(**changes), texts())

    def test_old_ones_only_at_the_same_age(self) -> None:
        assert self.is_shared(texts(lsaAge="3600"), texts(lsaAge="3600"))
        assert not self.is_shared(texts(lsaAge="3600"), texts(lsaAge="3599"))

    def test_one_output_more(self) -> None:
        assert not self.is_shared(texts(), [*texts(), "{}"])

    @pytest.mark.parametrize(
        "output", ["", "{}", "% OSPF is not enabled in vrf default", texts()[0][:-1], "x" + texts()[0]]
    )
    def test_no_such_output(self, output: str) -> None:
        assert not self.is_shared(texts(), [output])


def test_what_the_parser_refuses_is_refused_again() -> None:
    shared = SharedDatabases()

    def refuse() -> Lsdb:
        raise ValueError("not understood")

    for _ in range(2):
        with pytest.raises(ValueError, match="not understood"):
            shared.get(ROUTER_ID, texts(), refuse)


def test_the_least_used_are_forgotten() -> None:
    shared, first = SharedDatabases(), Lsdb()
    shared.get(ROUTER_ID, texts(metric="0"), lambda: first)
    for metric in range(1, 16):
        shared.get(ROUTER_ID, texts(metric=str(metric)), Lsdb)
    assert shared.get(ROUTER_ID, texts(metric="0"), Lsdb) is first
    for metric in range(16, 32):
        shared.get(ROUTER_ID, texts(metric=str(metric)), Lsdb)
    assert shared.get(ROUTER_ID, texts(metric="0"), Lsdb) is not first


@pytest.mark.parametrize("platform", ["frr_text/10.3", "quagga/1.2.4", "ios"])
def test_real_text_of_another_router(platform: str) -> None:
    files = (CASES.parent / platform).glob("**/show_ip_ospf_database_external.txt")
    shown_texts = [text for path in sorted(files) if "LS age" in (text := path.read_text())]
    assert shown_texts
    for text in shown_texts:
        other = re.sub(r"LS age: \d+$", "LS age: 1700", text, flags=re.MULTILINE)
        other = re.sub(r"LS Flags: 0x[0-9a-f]+", "LS Flags: 0xb", other)
        other = re.sub(r"Router with ID \([\d.]+\)", "Router with ID (192.0.2.255)", other)
        assert other != text
        shared, first = SharedDatabases(), Lsdb()
        own = re.search(r"Router with ID \(([\d.]+)\)", text)
        assert own
        assert shared.get(IPv4Address(own[1]), [text], lambda: first) is first  # noqa: B023  called at once
        its_id = IPv4Address("192.0.2.255")
        is_shared = shared.get(its_id, [other], Lsdb) is first
        assert is_shared == (not re.search(r"LS age: (1[89]|[23])\d\d\d$", text, re.MULTILINE))
        dearer = other.replace("Metric: 20", "Metric: 21")
        assert shared.get(its_id, [dearer], Lsdb) is not first or "Metric: 20" not in text
