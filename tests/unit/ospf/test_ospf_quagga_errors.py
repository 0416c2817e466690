"""Damaged text of real daemons: each line that is not as it should be is named, and no LSA gets lost or changed."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from ipaddress import IPv4Address
from pathlib import Path
from typing import Any

import pytest

from nornir_anycast.errors import ParseError
from nornir_anycast.ospf import quagga
from nornir_anycast.ospf.model import Route, RouterView
from nornir_anycast.ospf.quagga import (
    database,
    externals,
    interfaces,
    listing,
    neighbors,
    ospf_routes,
    process,
    rib,
    rib_table,
    running_config,
)

from .quagga_cases import CASES, FRR, MORE, QUAGGA, TABLES, VIPS, name, read_outputs, read_text, read_vips

VIP = VIPS[0]
PARSERS: dict[str, Callable[[str], Any]] = {
    "show ip ospf": process.parse_process,
    "show ip ospf interface": interfaces.parse_interfaces,
    "show ip ospf neighbor": neighbors.parse_neighbors,
    "show ip ospf neighbor detail": neighbors.parse_neighbor_detail,
    "show ip ospf database": listing.parse_listing,
    "show ip ospf database router": database.parse_routers,
    "show ip ospf database network": database.parse_networks,
    "show ip ospf database summary": database.parse_summaries,
    "show ip ospf database asbr-summary": database.parse_asbr_summaries,
    "show ip ospf database external": externals.parse_externals,
    "show ip ospf database nssa-external": externals.parse_nssa_externals,
    "show ip ospf database max-age": listing.parse_max_age,
    "show ip ospf route": ospf_routes.parse_ospf_routes,
    "show ip ospf border-routers": ospf_routes.parse_border_routers,
    "show ip route": rib_table.parse_route_table,
    "show ip route ospf": lambda text: rib_table.parse_route_table(text, "show ip route ospf"),
    f"show ip route {VIP}/32": lambda text: rib.parse_routes(text, VIP),
    "show running-config": running_config.parse_running_config,
}
DATABASE = [command for command in PARSERS if re.fullmatch(r"show ip ospf database [a-z]+(-[a-z]+)?", command)]
DATABASE.remove("show ip ospf database max-age")
DAMAGED = [
    QUAGGA / "areas" / "r1",
    QUAGGA / "nssa" / "r1",
    QUAGGA / "links" / "r1",
    QUAGGA / "withdrawn" / "r1",
    FRR / "10.3" / "areas" / "r1",
    FRR / "10.3" / "states" / "r1",
    FRR / "8.4.4" / "nssa" / "r1",
]
BY_ROUTER = pytest.mark.parametrize("router", DAMAGED, ids=name)
GARBAGE = "  x9 garbage 192.0.2.1"


def lines_of(router: Path, command: str) -> list[str]:
    """Return the lines of an output, with their ends."""
    return read_outputs(router, [command])[command].splitlines(keepends=True)


def read_or_none(command: str, lines: list[str]) -> Any:
    """Return what is read, ``None`` for a :class:`ParseError`, which must be of this command."""
    found: ParseError
    try:
        return PARSERS[command]("".join(lines))
    except ParseError as error:
        found = error
    assert found.command == command
    assert found.line in "".join(lines)
    return None


def all_outputs(router: Path) -> dict[str, str]:
    return {**read_text(router), **read_outputs(router, ["show running-config"])}


@BY_ROUTER
@pytest.mark.parametrize("command", [command for command in PARSERS if command != "show running-config"])
def test_a_line_of_garbage_is_named(router: Path, command: str) -> None:
    lines = lines_of(router, command)
    for index in range(len(lines)):
        damaged = [*lines[:index], GARBAGE + "\n", *lines[index + 1 :]]
        with pytest.raises(ParseError) as caught:
            PARSERS[command]("".join(damaged))
        error = caught.value
        assert (error.command, error.line_number, error.line) == (command, index + 1, GARBAGE.strip())


@BY_ROUTER
@pytest.mark.parametrize("command", DATABASE)
def test_a_changed_digit_is_found_by_the_checksum(router: Path, command: str) -> None:
    text = "".join(lines_of(router, command))
    expected = PARSERS[command](text).lsas
    changes = 0
    for match in re.finditer(r"\d", text):
        start = text.rindex("\n", 0, match.start()) + 1
        line = text[start : text.index("\n", start)]
        # Not part of the LSA, or not covered by its checksum: an age is at the end of every hop.
        if re.search(r"LS age|LS Flags|OSPF Router|Area|Number of TOS metrics|TOS: 0$", line):
            continue
        digit = "1" if match.group() != "1" else "2"
        changes += 1
        with suppress(ParseError):
            # The text is another, the LSA is not: "0x02".
            assert list(PARSERS[command](text[: match.start()] + digit + text[match.end() :]).lsas) == list(expected)
            pytest.fail(f"{line!r} was taken with another digit")
    assert changes or not expected


@BY_ROUTER
@pytest.mark.parametrize("command", DATABASE)
def test_a_missing_line_never_changes_an_lsa(router: Path, command: str) -> None:
    lines = lines_of(router, command)
    whole = PARSERS[command]("".join(lines))
    for index, line in enumerate(lines):
        rest = [*lines[:index], *lines[index + 1 :]]
        found = read_or_none(command, rest)
        if " Link States (Area " in line and found is not None:
            # Its LSAs are taken for those of the area above. That one is missing is seen when the outputs are joined.
            with pytest.raises(ParseError, match="only in 'show ip ospf'"):
                quagga.parse_view({**read_text(router), command: "".join(rest)}, read_vips(router))
            continue
        assert found is None if line.strip() else found == whole
        doubled = read_or_none(command, [*lines[:index], line, *lines[index:]])
        assert doubled is None if line.strip() else doubled in (None, whole)


@BY_ROUTER
@pytest.mark.parametrize("command", DATABASE)
def test_a_missing_lsa_is_missed(router: Path, command: str) -> None:
    outputs = read_text(router)
    text = outputs[command]
    starts = [match.start() for match in re.finditer(r"^  LS age: ", text, re.MULTILINE)]
    for start, end in zip(starts, [*starts, len(text)][1:], strict=True):
        # The last LSA of an area takes the heading of the next one with it: that is missed too.
        with pytest.raises(ParseError, match=r"LSAs|area|again") as caught:
            quagga.parse_view({**outputs, command: text[:start] + text[end:]}, read_vips(router))
        assert caught.value.command == command
        with pytest.raises(ParseError, match="again"):
            quagga.parse_view({**outputs, command: text[:end] + text[start:end] + text[end:]}, read_vips(router))


# Where these are cut off at the end of a line, nothing in them tells.
OPEN_ENDED = ("show ip ospf route", "show ip route")


@BY_ROUTER
def test_cut_off_outputs_are_no_other_view(router: Path) -> None:
    outputs, vips = all_outputs(router), read_vips(router)
    whole = quagga.parse_view(outputs, vips)
    for command in outputs:
        if command.startswith(OPEN_ENDED):
            continue
        lines = outputs[command].splitlines(keepends=True)
        for count in range(len(lines)):
            with suppress(ParseError):
                assert quagga.parse_view({**outputs, command: "".join(lines[:count])}, vips) == whole


@BY_ROUTER
def test_cut_off_routes_are_fewer_or_an_error(router: Path) -> None:
    for command in (*(c for c in read_text(router) if c.startswith(OPEN_ENDED)), *TABLES):
        if command not in PARSERS:
            continue
        lines = lines_of(router, command)
        whole = PARSERS[command]("".join(lines))
        for count in range(len(lines)):
            found = read_or_none(command, lines[:count])
            if found:
                assert found[:-1] == whole[: len(found) - 1]
                assert set(found[-1].next_hops) <= set(whole[len(found) - 1].next_hops)


@BY_ROUTER
def test_a_further_next_hop_is_not_given_to_another_route(router: Path) -> None:
    for command in TABLES:
        lines = lines_of(router, command)
        whole = PARSERS[command]("".join(lines))
        hops = {route for route in whole if len(route.next_hops) > 1}
        for index in range(len(lines)):
            for route in read_or_none(command, [*lines[:index], *lines[index + 1 :]]) or ():
                assert len(route.next_hops) < 2 or any(is_part(route, other) for other in hops)


def is_part(route: Route, other: Route) -> bool:
    return route.prefix == other.prefix and set(route.next_hops) <= set(other.next_hops)


AREAS = read_text(QUAGGA / "areas" / "r1")
EXTERNAL = "show ip ospf database external"
ROUTER = "show ip ospf database router"


def parse_with(command: str, text: str, outputs: Mapping[str, str] = AREAS) -> RouterView:
    return quagga.parse_view({**outputs, command: text}, VIPS)


def parse_changed(command: str, old: str, new: str, outputs: Mapping[str, str] = AREAS) -> RouterView:
    assert old in outputs[command]
    return parse_with(command, outputs[command].replace(old, new, 1), outputs)


@pytest.mark.parametrize("command", quagga.commands(VIPS))
class TestEveryCommand:
    def test_empty_output(self, command: str) -> None:
        with pytest.raises(ParseError, match="empty output") as caught:
            parse_with(command, " \r\n\n")
        assert caught.value.command == command

    @pytest.mark.parametrize(
        ("line", "reason"),
        [
            ("OSPF Routing Process not enabled", "there is no OSPF instance"),
            (" OSPF Routing Process not enabled", "there is no OSPF instance"),
            ("% OSPF is not enabled in vrf default", "there is no OSPF instance"),
            ("% OSPF is not enabled", "there is no OSPF instance"),
            ("% OSPF instance not found", "there is no OSPF instance"),
            ("ospfd is not running", "the daemon does not run"),
            ("Exiting: failed to connect to any daemons.", "no routing daemon runs"),
            ("No such interface.", "does not know this command"),
            ("No such interface name", "no such interface"),
            ("% Unknown command.", "the router refuses this command"),
            ("% Unknown command: show bogus", "the router refuses this command"),
            ("% Ambiguous command.", "the router refuses this command"),
            ("sh: 1: vtysh: not found", "not understood"),
        ],
    )
    def test_refusals(self, command: str, line: str, reason: str) -> None:
        with pytest.raises(ParseError, match=re.escape(reason)) as caught:
            parse_with(command, f"\n{line}\n")
        assert (caught.value.command, caught.value.line_number, caught.value.line) == (command, 2, line.strip())

    def test_text_behind_the_end(self, command: str) -> None:
        with pytest.raises(ParseError) as caught:
            parse_with(command, AREAS[command].rstrip() + "\n\n% Unknown command.\n")
        assert caught.value.line == "% Unknown command."

    def test_line_ends_of_a_terminal(self, command: str) -> None:
        assert parse_with(command, AREAS[command].replace("\n", "\r\n")) == quagga.parse_view(AREAS, VIPS)

    def test_blanks_around_are_no_matter(self, command: str) -> None:
        assert parse_with(command, AREAS[command].rstrip()) == quagga.parse_view(AREAS, VIPS)
        assert parse_with(command, AREAS[command] + " \n\n") == quagga.parse_view(AREAS, VIPS)


@pytest.mark.parametrize("command", [c for c in AREAS if c not in ("show ip ospf database", "show ip ospf route")])
def test_missing_output(command: str) -> None:
    lists_none = {"show ip ospf database nssa-external"}
    rest = {other: text for other, text in AREAS.items() if other != command}
    if command in lists_none:
        assert quagga.parse_view(rest, VIPS) == quagga.parse_view(AREAS, VIPS)
        del rest["show ip ospf database"]
    with pytest.raises(ParseError, match="no output of this command") as caught:
        quagga.parse_view(rest, VIPS)
    assert caught.value.command == command


@pytest.mark.parametrize(
    ("command", "old", "new", "reason"),
    [
        ("show ip ospf", "attached to this router: 2", "attached to this router: 3", "2 areas are shown"),
        ("show ip ospf", "Area ID: 0.0.0.1", "Area ID: 0.0.0.0", "the same area again"),
        ("show ip ospf", "Area ID: 0.0.0.1", "Area ID: 0.0.0.1 (NSSA)", "an NSSA in one line and not in another"),
        ("show ip ospf", "Router ID: 198.51.100.1", "Router ID: 198.51.100.256", "not an IPv4 address"),
        ("show ip ospf", "Active: 2", "Active: 3", "2 interfaces of area 0.0.0.0 are shown, 3 are active"),
        ("show ip ospf interface", "Router ID 198.51.100.1", "Router ID 198.51.100.2", "router id 198.51.100.2"),
        ("show ip ospf interface", "192.0.2.1/30", "192.0.2.1/33", "not an IPv4 prefix"),
        ("show ip ospf interface", "Cost: 10", "Cost: 65536", "not a whole number from 0 to 65535"),
        ("show ip ospf interface", "Priority 1", "Priority 256", "not a whole number from 0 to 255"),
        ("show ip ospf interface", "POINTOPOINT", "TUNNEL", "not understood"),
        ("show ip ospf neighbor", "Full/DROther", "Fuller/DROther", "not understood"),
        (ROUTER, "with ID (198.51.100.1)", "with ID (198.51.100.2)", "router id 198.51.100.2, and 198.51.100.1 in"),
        (ROUTER, "(Area 0.0.0.1)", "(Area 0.0.0.0)", "the same area again"),
        (ROUTER, "(Area 0.0.0.1)", "(Area 0.0.0.9)", "only in"),
        (ROUTER, "0x0\n", "0x0 : ABR\n", "not the words for these flags"),
        (ROUTER, "a Transit Network", "a Tunnel", "not a link that we know"),
        (ROUTER, "(Link ID) Net:", "(Link ID) Neighboring Router ID:", "not a link that we know"),
        (ROUTER, "Network Mask: 255.255.255.252", "Network Mask: 255.0.255.252", "not a network mask"),
        (ROUTER, "Length: 72", "Length: 84", "an LSA of 72 bytes is shown"),
        (ROUTER, "*|-|-|-|-|-|E|-", "*|-|-|-|N/P|-|E|-", "not the words for these options"),
        (EXTERNAL, "Forward Address: 0.0.0.0", "Forward Address: 0.0.0.300", "not an IPv4 address: '0.0.0.300'"),
        (EXTERNAL, "Network Mask: /32", "Network Mask: /33", "not a prefix length: 33"),
        (EXTERNAL, "Metric: 20", "Metric: 99999999", "not a whole number from 0 to 16777215"),
        (EXTERNAL, "External Route Tag: 0", "External Route Tag: 9999999999", "not a whole number"),
        (EXTERNAL, "Length: 36", "Length: 99999", "an LSA of 36 bytes is shown"),
        (ROUTER, "Length: 72", "Length: 99999", "not a whole number from 0 to 65535"),
        (EXTERNAL, "Metric: 20", "Metric: 21", "the LSA that is shown has another checksum"),
        ("show ip ospf database", "198.51.100.1)", "198.51.100.9)", "router id 198.51.100.9"),
        ("show ip ospf database", "Link count", "Route", "not understood"),
        ("show ip ospf route", "OSPF router routing", "OSPF rooter routing", "not understood"),
        (f"show ip route {VIP}/32", f"for {VIP}/32", "for 203.0.113.0/24", "not the route that was asked for"),
        (f"show ip route {VIP}/32", "distance 110", "distance 256", "not a whole number from 0 to 255"),
    ],
)
def test_what_is_wrong_is_named(command: str, old: str, new: str, reason: str) -> None:
    with pytest.raises(ParseError, match=re.escape(reason)) as caught:
        parse_changed(command, old, new)
    # Counts that do not agree may be those of either output.
    if "active" not in reason:
        assert caught.value.command == command


def test_lsas_are_not_missed_when_one_came_or_went() -> None:
    # ``show ip ospf`` has counted one less: one came then, and how many there were in between is not known.
    assert "Number of external LSA 5." in AREAS["show ip ospf"]
    parse_changed("show ip ospf", "Number of external LSA 5.", "Number of external LSA 4.")
    # Counted as many, but another instance of one.
    text = re.sub("0x[0-9a-f]{4} E1", "0x1234 E1", AREAS["show ip ospf database"], count=1)
    parse_with("show ip ospf database", text)


def test_lsas_of_another_moment_are_missed() -> None:
    ghost = read_text(QUAGGA / "withdrawn" / "r1")
    with pytest.raises(ParseError, match="these are other LSAs of area"):
        parse_with("show ip ospf database summary", ghost["show ip ospf database summary"])


@pytest.mark.parametrize("router", [QUAGGA / "areas" / "r1", FRR / "10.3" / "areas" / "r1"], ids=name)
def test_missing_line_of_the_designated_router(router: Path) -> None:
    text = read_text(router)["show ip ospf interface"]
    with pytest.raises(ParseError, match="nothing is said of a designated router") as caught:
        interfaces.parse_interfaces(re.sub(r"  Designated Router .*\n", "", text))
    assert "State DR" in caught.value.line


def test_line_of_a_second_address() -> None:
    command = "show ip ospf interface"
    text = read_text(QUAGGA / "states" / "r1")[command]
    second = text.index("Internet Address", text.index("Internet Address", text.index("eth4 is up")) + 1)
    start = text.index("  Transmit Delay", second)
    with pytest.raises(ParseError) as caught:
        interfaces.parse_interfaces(text[:start] + "  Transmit\n" + text[start:])
    assert caught.value.line == "Transmit"


def test_running_config_names_the_line_and_keeps_the_secret() -> None:
    text = "!\ninterface eth0\n ip ospf message-digest-key 1 md5 s3cret at-once\n!\nend\n"
    with pytest.raises(ParseError) as caught:
        running_config.parse_running_config(text)
    assert caught.value.line_number == 3
    assert "s3cret" not in str(caught.value)


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ("ip ospf cost 10", "ip ospf colour 10", "ip ospf colour"),
        ("ospf router-id", "osfp router-id", "osfp router-id 198.51.100.1"),
        ("end", "end\nmore", "more"),
        ("router ospf\n", "", "ospf router-id 198.51.100.1"),
        ("end", "", ""),
        (" area 1 authentication\n", " area 1 authentification\n", "area 1 authentification"),
        (" area 1 authentication\n", " area 1.2.3.256 authentication\n", "area 1.2.3.256 authentication"),
    ],
)
def test_running_config_that_is_not_understood(old: str, new: str, line: str) -> None:
    text = (CASES / "quagga/1.2.4/authentication/r1/show_running-config.txt").read_text()
    assert old in text
    with pytest.raises(ParseError) as caught:
        running_config.parse_running_config(text.replace(old, new, 1))
    assert caught.value.line == line


def test_whole_table_with_two_routes_of_ospf() -> None:
    line = f"O>* {VIP}/32 [110/30] via 192.0.2.66, eth2, 00:00:12\n"
    other = line.replace("192.0.2.66", "192.0.2.67")
    with pytest.raises(ParseError, match="OSPF has one route to a prefix"):
        rib_table.parse_route_table("Codes: K\n\n" + line + other)
    with pytest.raises(ParseError, match="no protocol that we know: Y"):
        rib_table.parse_route_table("Codes: K\n\nY" + line[1:])
    with pytest.raises(ParseError, match="not a next hop of the route above"):
        rib_table.parse_route_table("Codes: K\n\n" + line + "  *             via 192.0.2.67, eth2, 00:00:12\n")


def test_entries_of_one_prefix_twice() -> None:
    text = AREAS[f"show ip route {VIP}/32"]
    with pytest.raises(ParseError, match="OSPF has one route to a prefix"):
        rib.parse_routes(text + text, VIP)


def test_more_outputs_are_named() -> None:
    assert set(MORE) <= set(PARSERS)
    assert IPv4Address("203.0.113.53") == VIP
