"""Cisco IOS: what is not understood is never taken for something else, and the message names the line."""

from __future__ import annotations

import random
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

from nornir_anycast.errors import ParseError
from nornir_anycast.ospf import ios
from nornir_anycast.ospf.ios import configuration, rib_entry
from nornir_anycast.ospf.ios.transcript import open_output

from .ios_cases import CASES, VIPS, read_outputs, wart

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nornir_anycast.ospf.model import RouterView

SITUATIONS = ["abr", "nssa", "virtual-link"]
CONFIG = "show running-config"
LSDB = [
    "show ip ospf database router",
    "show ip ospf database network",
    "show ip ospf database summary",
    "show ip ospf database asbr-summary",
    "show ip ospf database external",
    "show ip ospf database nssa-external",
]
LOAD = "Load for five secs: 1%/0%; one minute: 2%; five minutes: 1%"
GARBAGE = "Lorem ipsum 42"
# Without these lines the output still is one that a router can print, and no other line speaks of the same.
UNCHECKED = {"Area Border Router", "AS Boundary Router"}


@cache
def outputs(situation: str) -> dict[str, str]:
    return read_outputs(CASES / f"synthetic-{situation}" / "r1")


@cache
def view(situation: str) -> RouterView:
    return ios.parse_view(outputs(situation), VIPS)


def changed(situation: str, command: str, lines: list[str]) -> RouterView | ParseError:
    try:
        return ios.parse_view({**outputs(situation), command: "\n".join(lines)}, VIPS)
    except ParseError as error:
        return error


def lsas_of(lines: list[str]) -> Iterator[tuple[int, int]]:
    """Yield where each LSA begins and where the next one does."""
    starts = [number for number, line in enumerate(lines) if "LS age:" in line]
    return pairwise([*starts, len(lines)]) if starts else iter(())


@pytest.mark.parametrize(
    ("situation", "command"),
    [(situation, command) for situation in SITUATIONS for command in outputs(situation) if command != CONFIG],
)
def test_line_that_is_not_understood_is_named(situation: str, command: str) -> None:
    lines = outputs(situation)[command].split("\n")
    for number, line in enumerate(lines):
        if not line.strip():
            continue
        found = changed(situation, command, [*lines[:number], GARBAGE, *lines[number + 1 :]])
        assert isinstance(found, ParseError), line
        assert (found.command, found.line_number, found.line) == (command, number + 1, GARBAGE), line


@pytest.mark.parametrize("situation", SITUATIONS)
@pytest.mark.parametrize("command", LSDB)
class TestDatabaseIsWhole:
    """The LSDB is either the same, or it is not read."""

    def same_or_refused(self, situation: str, command: str, lines: list[str], what: str) -> None:
        found = changed(situation, command, lines)
        if not isinstance(found, ParseError):
            assert found.lsdb == view(situation).lsdb, what

    def test_line_removed(self, situation: str, command: str) -> None:
        lines = outputs(situation)[command].split("\n")
        for number, line in enumerate(lines):
            if line.strip() in UNCHECKED:
                continue
            self.same_or_refused(situation, command, [*lines[:number], *lines[number + 1 :]], line)

    def test_line_twice(self, situation: str, command: str) -> None:
        lines = outputs(situation)[command].split("\n")
        for number, line in enumerate(lines):
            self.same_or_refused(situation, command, [*lines[: number + 1], *lines[number:]], line)

    def test_lines_swapped(self, situation: str, command: str) -> None:
        lines = outputs(situation)[command].split("\n")
        for number in range(len(lines) - 1):
            swapped = [*lines[:number], lines[number + 1], lines[number], *lines[number + 2 :]]
            found = changed(situation, command, swapped)
            if not isinstance(found, ParseError):
                # Attached routers are a set; nothing else may change places.
                assert _unordered(found) == _unordered(view(situation)), swapped[number : number + 2]

    def test_cut_off(self, situation: str, command: str) -> None:
        text = outputs(situation)[command]
        for end in range(0, len(text.rstrip()), 7):
            found = changed(situation, command, text[:end].split("\n"))
            if not isinstance(found, ParseError):
                # The last number may have lost digits: only a number that ends the output can.
                assert _but_last_number(found) == _but_last_number(view(situation)), text[:end][-60:]

    def test_lsa_left_out(self, situation: str, command: str) -> None:
        lines = outputs(situation)[command].split("\n")
        for start, end in lsas_of(lines):
            found = changed(situation, command, [*lines[:start], *lines[end:]])
            assert isinstance(found, ParseError), lines[start + 3]

    def test_lsa_twice(self, situation: str, command: str) -> None:
        lines = outputs(situation)[command].split("\n")
        for start, end in lsas_of(lines):
            # Also under the heading of the next area, if there is one between this LSA and the next.
            found = changed(situation, command, [*lines[:end], "", *lines[start:end], "", *lines[end:]])
            assert isinstance(found, ParseError), lines[start + 3]

    def test_mixed_with_another_output(self, situation: str, command: str) -> None:
        dice = random.Random(command)  # noqa: S311
        lines = outputs(situation)[command].split("\n")
        other = outputs(situation)["show ip ospf database"].split("\n")
        for _ in range(60):
            place, start = dice.randrange(len(lines)), dice.randrange(len(other))
            piece = other[start : start + dice.randrange(1, 9)]
            self.same_or_refused(situation, command, [*lines[:place], *piece, *lines[place:]], f"{place} {piece}")


def _unordered(found: RouterView) -> tuple[object, ...]:
    lsdb = found.lsdb
    return (
        frozenset(lsdb.routers),
        frozenset((lsa.advertising_router, lsa.prefix, frozenset(lsa.attached)) for lsa in lsdb.networks),
        frozenset(lsdb.summaries),
        frozenset(lsdb.asbr_summaries),
        frozenset(lsdb.externals),
    )


def _but_last_number(found: RouterView) -> tuple[object, ...]:
    lsdb = found.lsdb
    return (
        [
            (lsa.advertising_router, lsa.area, lsa.links[:-1], [one.link_id for one in lsa.links])
            for lsa in lsdb.routers
        ],
        [(lsa.designated_router, lsa.attached[:-1]) for lsa in lsdb.networks],
        [(lsa.advertising_router, lsa.area, lsa.prefix) for lsa in lsdb.summaries],
        [(lsa.advertising_router, lsa.area, lsa.asbr) for lsa in lsdb.asbr_summaries],
        [(lsa.advertising_router, lsa.area, lsa.prefix, lsa.metric) for lsa in lsdb.externals],
    )


class TestRefusals:
    @pytest.mark.parametrize(
        ("text", "reason", "line"),
        [
            ("", "empty output", 1),
            (" \r\n\t\n", "empty output", 1),
            ("Tue May 22 22:32:30.765 UTC\n\n", "empty output", 1),
            ("       ^\n% Invalid input detected at '^' marker.\n", "the router does not know this command", 2),
            ("% Incomplete command.\n", "the router wants more of this command", 1),
            ('% Ambiguous command:  "show ip o"\n', "the router wants more of this command", 1),
            ("%OSPF: No router process is configured\n", "the router runs no such OSPF process", 1),
            ("% Authorization failed.\n", "the user may not enter this command", 1),
            ("Command authorization failed.\n", "the user may not enter this command", 1),
            ('Routing Process "ospf 1" with ID 192.0.2.1\n --More-- \n', "a pager stopped the output", 2),
            ("Routing\x00Process\n", "not a text of a router", 1),
            ("Routing Proceß\n", "not a text of a router", 1),
        ],
    )
    def test_reason_is_in_words(self, text: str, reason: str, line: int) -> None:
        with pytest.raises(ParseError, match=reason) as caught:
            ios.parse_view({**outputs("abr"), "show ip ospf": text}, VIPS)
        assert (caught.value.command, caught.value.line_number) == ("show ip ospf", line)

    @pytest.mark.parametrize(
        "preamble",
        [
            "Tue May 22 22:32:30.765 UTC",
            "*09:12:33.123 UTC Mon Nov 23 2026",
            f"{LOAD}\nTime source is NTP, 01:20:44.789 EST Wed Jul 17 2019",
            f"{LOAD}\nNo time source, *01:20:44.789 UTC Wed Jul 17 2019\n",
            "r1#show ip ospf",
            "show ip ospf",
        ],
    )
    def test_what_stands_before_an_output(self, preamble: str) -> None:
        more = {**outputs("abr"), "show ip ospf": f"{preamble}\n{outputs('abr')['show ip ospf']}"}
        assert ios.parse_view(more, VIPS) == view("abr")

    def test_prompt_behind_an_output(self) -> None:
        text = outputs("abr")["show ip ospf"]
        assert ios.parse_view({**outputs("abr"), "show ip ospf": f"r1#show ip ospf\n{text}r1#\n"}, VIPS) == view("abr")
        with pytest.raises(ParseError, match="'r2#'"):
            ios.parse_view({**outputs("abr"), "show ip ospf": f"r1#show ip ospf\n{text}r2#\n"}, VIPS)

    def test_absent_route_is_nothing_else(self) -> None:
        with pytest.raises(ParseError, match="line 2"):
            rib_entry.parse_entry("% Network not in table\nRouting entry for 203.0.113.53/32\n", VIPS[0])

    def test_line_numbers_are_those_of_the_output(self) -> None:
        cursor = open_output("show ip ospf", "\n\nshow ip ospf\n\n  first\n")
        with pytest.raises(ParseError, match="line 5: no: 'first'"):
            cursor.fail("no")


class TestConsistency:
    def test_sequence_tells_a_newer_lsa_from_a_damaged_one(self) -> None:
        listed = outputs("abr")["show ip ospf database"]
        fewer = listed.replace("0x80000005 0x00ABCD 4", "0x80000005 0x00ABCD 3", 1)
        with pytest.raises(ParseError, match="shows 4 links of this LSA"):
            ios.parse_view({**outputs("abr"), "show ip ospf database": fewer}, VIPS)
        older = fewer.replace("0x80000005 0x00ABCD 3", "0x80000004 0x00ABCD 3", 1)
        assert ios.parse_view({**outputs("abr"), "show ip ospf database": older}, VIPS) == view("abr")

    def test_lsa_at_max_age_may_be_gone(self) -> None:
        listed = outputs("abr")["show ip ospf database"]
        line = "203.0.113.53    198.51.100.77   {age}        0x80000001 0x00ABCD 0\n"
        young, old = (listed + line.format(age=age) for age in (12, 3601))
        with pytest.raises(ParseError, match="does not show this LSA: cut off, or withdrawn meanwhile"):
            ios.parse_view({**outputs("abr"), "show ip ospf database": young}, VIPS)
        assert ios.parse_view({**outputs("abr"), "show ip ospf database": old}, VIPS) == view("abr")


class TestConfiguration:
    @pytest.mark.parametrize(
        "line",
        [
            "ip ospf message-digest-key 1 md5 7 0822455D0A16",
            "ip ospf authentication-key hunter2",
            "ip ospf authentication rot13",
        ],
    )
    def test_secret_is_refused_and_not_quoted(self, line: str) -> None:
        text = outputs("abr")[CONFIG].replace(" ip ospf authentication message-digest\n", f" {line}\n")
        with pytest.raises(ParseError, match="a secret that was not taken out") as caught:
            configuration.parse_configuration(text)
        assert line.rpartition(" ")[2] not in str(caught.value)
        number = caught.value.line_number
        assert text.split("\n")[number - 1].strip() == line

    def test_secret_of_a_key_chain_is_refused(self) -> None:
        text = outputs("abr")[CONFIG].replace("<redacted 11223344>", "0822455D0A16")
        with pytest.raises(ParseError, match="a secret") as caught:
            configuration.parse_configuration(text)
        assert "0822455D0A16" not in str(caught.value)

    @pytest.mark.parametrize("text", ["hello\n", "", "% Invalid input detected at '^' marker."])
    def test_it_is_one_at_all(self, text: str) -> None:
        with pytest.raises(ParseError, match=CONFIG):
            configuration.parse_configuration(text)


def test_every_wart_is_read_by_some_test() -> None:
    names = {path.stem.removeprefix("synthetic-") for path in (CASES / "synthetic-warts").iterdir()}
    sources = "".join(path.read_text() for path in CASES.parents[1].glob("unit/ospf/test_ospf_ios*.py"))
    assert [name for name in sorted(names) if f'wart("{name}")' not in sources] == []
    assert wart("entry")
