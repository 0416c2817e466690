"""FRR's JSON, command by command: what is not understood is said, with the line it stands on."""

from __future__ import annotations

import json
from copy import deepcopy
from ipaddress import IPv4Address, IPv4Network
from typing import TYPE_CHECKING, Any
from unittest import mock

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nornir_anycast.errors import ParseError
from nornir_anycast.ospf import frr
from nornir_anycast.ospf.origins import origins

from .captures import CASES, UNREADABLE, name, read_outputs

if TYPE_CHECKING:
    from pathlib import Path

VIP = IPv4Address("203.0.113.53")
ROUTE = f"show ip route {VIP}/32 json"
ROUTES = read_outputs(CASES / "10.3" / "e2-tag-forwarding" / "r1")[frr.OSPF_TABLE]
AREAS = {**read_outputs(CASES / "10.3" / "areas" / "r1"), frr.OSPF_TABLE: ROUTES}
NSSA = {**read_outputs(CASES / "10.3" / "nssa" / "r1"), frr.OSPF_TABLE: ROUTES}
COMMANDS = frr.commands([VIP])
MAYBE_EMPTY = {ROUTE, frr.OSPF_TABLE}


def parse_with(command: str, text: str, outputs: dict[str, str] = AREAS) -> None:
    frr.parse_view({**outputs, command: text}, [VIP])


def parse_changed(command: str, path: str, value: object, outputs: dict[str, str] = AREAS) -> None:
    """Read the capture with one value replaced; a path of keys and indices, apart by blanks."""
    document = json.loads(outputs[command])
    *way, last = (int(step) if step.isdigit() else step for step in path.split())
    place: Any = document
    for step in way:
        place = place[step]
    if value is None:
        del place[last]
    else:
        place[last] = value
    parse_with(command, json.dumps(document, indent=1), outputs)


@pytest.mark.parametrize("command", COMMANDS)
class TestEveryCommand:
    def test_missing_output(self, command: str) -> None:
        if command == frr.OSPF_TABLE:  # older snapshots have none
            return
        outputs = {other: text for other, text in AREAS.items() if other != command}
        with pytest.raises(ParseError, match="no output of this command") as caught:
            frr.parse_view(outputs, [VIP])
        assert caught.value.command == command

    @pytest.mark.parametrize("text", ["", "\n", "  \r\n\n"])
    def test_empty_output(self, command: str, text: str) -> None:
        with pytest.raises(ParseError, match="empty output"):
            parse_with(command, text)

    @pytest.mark.parametrize(
        "line",
        [
            "% OSPF is not enabled in vrf default",
            "% Unknown command: show ip ospf json",
            "ospfd is not running",
            "Exiting: failed to connect to any daemons.",
            "[]",
            "null",
            '"text"',
            "1e",
            "1" * 5000,
            "[" * 100_000,
        ],
    )
    def test_other_text_is_quoted(self, command: str, line: str) -> None:
        with pytest.raises(ParseError) as caught:
            parse_with(command, f"\n{line}\n")
        assert (caught.value.command, caught.value.line_number, caught.value.line) == (command, 2, line)

    def test_truncated_output(self, command: str) -> None:
        text = AREAS[command]
        for length in range(1, len(text.rstrip()), 7):
            with pytest.raises(ParseError) as caught:
                parse_with(command, text[:length])
            assert caught.value.line in text

    def test_text_behind_the_json(self, command: str) -> None:
        with pytest.raises(ParseError, match="Extra data"):
            parse_with(command, AREAS[command] + "% Unknown command\n")

    def test_keys_of_a_later_version(self, command: str) -> None:
        if command not in MAYBE_EMPTY:  # there the keys are prefixes
            parse_with(command, json.dumps({**json.loads(AREAS[command]), "newKey": [1, {"a": None}]}))

    def test_empty_object(self, command: str) -> None:
        if command in MAYBE_EMPTY:  # "no such route"
            parse_with(command, "{\n}\n")
            return
        with pytest.raises(ParseError, match="missing key"):
            parse_with(command, "{\n}\n")


INTERFACE = "interfaces eth0"
NEIGHBOR = "neighbors 198.51.100.2 0"
ROUTER = "routerLinkStates areas 0.0.0.0 0"
NETWORK = "networkLinkStates areas 0.0.0.1 0"
SUMMARY = "summaryLinkStates areas 0.0.0.0 0"
ASBR = "asbrSummaryLinkStates areas 0.0.0.0 0"
EXTERNAL = "asExternalLinkStates 0"
ENTRY = "203.0.113.53/32 0"


@pytest.mark.parametrize(
    ("command", "path", "value", "reason"),
    [
        (frr.PROCESS, "routerId", None, "missing key: 'routerId'"),
        (frr.PROCESS, "routerId", "198.51.100", "routerId: not an IPv4 address: '198.51.100'"),
        (frr.PROCESS, "areas", [], "areas: not an object"),
        (frr.PROCESS, "areas 0.0.0.1 nssa", "yes", "areas.0.0.0.1.nssa: neither true nor false: 'yes'"),
        (frr.INTERFACES, f"{INTERFACE} ospfEnabled", None, "interfaces.eth0: missing key: 'ospfEnabled'"),
        (frr.INTERFACES, f"{INTERFACE} state", "Sleeping", "interfaces.eth0.state: unknown value 'Sleeping'"),
        (frr.INTERFACES, f"{INTERFACE} networkType", "TUNNEL", "unknown value 'TUNNEL'"),
        (frr.INTERFACES, f"{INTERFACE} area", "0.0.0.1 [Odd]", "not an area: '0.0.0.1 [Odd]'"),
        (frr.INTERFACES, f"{INTERFACE} area", "0.0.0.256", "not an IPv4 address"),
        (frr.INTERFACES, f"{INTERFACE} cost", "10", "not a whole number from 0 to 65535: '10'"),
        (frr.INTERFACES, f"{INTERFACE} mtuBytes", True, "not a whole number"),
        (frr.INTERFACES, f"{INTERFACE} ipAddressPrefixlen", 33, "not a whole number from 0 to 32: 33"),
        (frr.NEIGHBORS, f"{NEIGHBOR} nbrState", "Fuller/DR", "unknown neighbor state 'Fuller/DR'"),
        (frr.NEIGHBORS, f"{NEIGHBOR} nbrState", "Full/Boss", "unknown neighbor state 'Full/Boss'"),
        (frr.NEIGHBORS, f"{NEIGHBOR} ifaceAddress", None, "missing key: 'ifaceAddress'"),
        (frr.NEIGHBORS, "neighbors 198.51.100.2", {}, "not a list"),
        (frr.NEIGHBORS, NEIGHBOR, "down", "neighbors.198.51.100.2.0: not an object"),
        (frr.ROUTERS, f"{ROUTER} lsaType", "opaque-LSA", "'opaque-LSA' instead of 'router-LSA'"),
        (frr.ROUTERS, f"{ROUTER} lsaAge", -1, "not a whole number"),
        (frr.ROUTERS, f"{ROUTER} lsaSeqNumber", "0x80000001", "not a hexadecimal number"),
        (frr.ROUTERS, f"{ROUTER} numOfLinks", 9, "links are listed"),
        (frr.ROUTERS, f"{ROUTER} routerLinks link0 linkType", "a Tunnel", "link0.linkType: unknown value 'a Tunnel'"),
        (frr.ROUTERS, f"{ROUTER} routerLinks link0 tos0Metric", 65536, "not a whole number from 0 to 65535"),
        (frr.ROUTERS, f"{ROUTER} routerLinks link1 networkMask", "255.0.255.0", "not a network mask: 255.0.255.0"),
        (frr.NETWORKS, f"{NETWORK} attchedRouters", None, "missing key: 'attchedRouters'"),
        (frr.NETWORKS, f"{NETWORK} networkMask", "26", "not a whole number"),
        (frr.SUMMARIES, f"{SUMMARY} tos0Metric", 1 << 24, "not a whole number"),
        (frr.ASBR_SUMMARIES, f"{ASBR} linkStateId", "", "not a text: ''"),
        (frr.EXTERNALS, f"{EXTERNAL} metricType", "E3", "asExternalLinkStates.0.metricType: unknown value 'E3'"),
        (frr.EXTERNALS, f"{EXTERNAL} forwardAddress", None, "missing key: 'forwardAddress'"),
        (frr.EXTERNALS, f"{EXTERNAL} lsaType", "NSSA-LSA", "'NSSA-LSA' instead of 'AS-external-LSA'"),
        (frr.EXTERNALS, f"{EXTERNAL} lsaAge", True, "asExternalLinkStates.0.lsaAge: not a whole number"),
        (frr.EXTERNALS, f"{EXTERNAL} lsaAge", 65536, "not a whole number from 0 to 65535: 65536"),
        (frr.EXTERNALS, f"{EXTERNAL} lsaSeqNumber", "8000_0001", "not a hexadecimal number"),
        (frr.EXTERNALS, f"{EXTERNAL} lsaSeqNumber", "8000000A", "not a hexadecimal number"),
        (frr.EXTERNALS, f"{EXTERNAL} linkStateId", "203.0.113.053", "not an IPv4 address: '203.0.113.053'"),
        (frr.EXTERNALS, f"{EXTERNAL} advertisingRouter", 7, "asExternalLinkStates.0.advertisingRouter: not a text: 7"),
        (frr.EXTERNALS, f"{EXTERNAL} networkMask", 33, "not a whole number from 0 to 32: 33"),
        (frr.EXTERNALS, f"{EXTERNAL} metric", 1 << 24, "not a whole number from 0 to 16777215"),
        (frr.EXTERNALS, f"{EXTERNAL} externalRouteTag", 1.0, "not a whole number"),
        (frr.EXTERNALS, "asExternalLinkStates 1", "gone", "asExternalLinkStates.1: not an object"),
        (frr.EXTERNALS, "asExternalLinkStates", {}, "asExternalLinkStates: not a list"),
        (frr.PROCESS, "rfc1583Compatibility", "on", "rfc1583Compatibility: neither true nor false: 'on'"),
        (frr.INTERFACES, f"{INTERFACE} mtuMismatchDetect", "no", "neither true nor false: 'no'"),
        (frr.INTERFACES, f"{INTERFACE} drAddress", "r1", "interfaces.eth0.drAddress: not an IPv4 address: 'r1'"),
        (frr.OSPF_TABLE, "203.0.113.53/32 routeType", "N E3", "203.0.113.53/32.routeType: unknown value 'N E3'"),
        (frr.OSPF_TABLE, "203.0.113.53/32 type2cost", None, "missing key: 'type2cost'"),
        (frr.OSPF_TABLE, "203.0.113.53/32 tag", -1, "not a whole number"),
        (frr.OSPF_TABLE, "203.0.113.53/32 nexthops 0 via", None, "missing key: 'via'"),
        (frr.OSPF_TABLE, "203.0.113.53/32 nexthops 0 ip", " ", "not an IPv4 address: ' '"),
        (frr.OSPF_TABLE, "192.0.2.64/26 area", "0", "192.0.2.64/26.area: not an IPv4 address: '0'"),
        (frr.OSPF_TABLE, "192.0.2.64/26 cost", None, "missing key: 'cost'"),
        (frr.OSPF_TABLE, "198.51.100.2 routerType", "dr", "198.51.100.2.routerType: unknown value 'dr'"),
        (ROUTE, f"{ENTRY} distance", 256, "not a whole number from 0 to 255: 256"),
        (ROUTE, f"{ENTRY} prefix", "203.0.113.0/24", "not 203.0.113.53/32"),
        (ROUTE, f"{ENTRY} nexthops 0 ip", None, "missing key: 'ip'"),
        (ROUTE, f"{ENTRY} nexthops 0 fib", 1, "neither true nor false: 1"),
        (ROUTE, f"{ENTRY} metric", 1.5, "not a whole number"),
    ],
)
def test_what_is_wrong_is_named(command: str, path: str, value: object, reason: str) -> None:
    with pytest.raises(ParseError) as caught:
        parse_changed(command, path, value)
    assert caught.value.command == command
    assert reason in caught.value.reason
    if value is not None and not isinstance(value, list | dict):
        assert json.dumps(value) in caught.value.line


def test_type_7_is_read_as_strictly() -> None:
    first = "nssaExternalLinkStates areas 0.0.0.1 0"
    parse_with(frr.NSSA_EXTERNALS, NSSA[frr.NSSA_EXTERNALS], NSSA)
    with pytest.raises(ParseError, match="missing key: 'nssaForwardAddress'"):
        parse_changed(frr.NSSA_EXTERNALS, f"{first} nssaForwardAddress", None, NSSA)
    with pytest.raises(ParseError, match="'AS-external-LSA' instead of 'NSSA-LSA'"):
        parse_changed(frr.NSSA_EXTERNALS, f"{first} lsaType", "AS-external-LSA", NSSA)
    with pytest.raises(ParseError, match=r"areas\.0\.0\.0\.1\.0\.options: not the options of an LSA"):
        parse_changed(frr.NSSA_EXTERNALS, f"{first} options", "N/P", NSSA)
    with pytest.raises(ParseError, match="missing key: 'options'"):
        parse_changed(frr.NSSA_EXTERNALS, f"{first} options", None, NSSA)


@pytest.mark.parametrize(
    ("key", "reason"),
    [
        ("203.0.113.53/33", "203.0.113.53/33: not an IPv4 prefix"),
        ("203.0.113.53/24", "not an IPv4 prefix: '203.0.113.53/24'"),  # host bits
        ("203.0.113.0/255.255.255.0", "not an IPv4 prefix"),
        ("203.0.113.53", "203.0.113.53: not an IPv4 prefix"),
        ("vrfName", "vrfName: not an IPv4 prefix"),
    ],
)
def test_ospf_route_to_what_is_no_prefix(key: str, reason: str) -> None:
    with pytest.raises(ParseError) as caught:
        parse_with(frr.OSPF_TABLE, ROUTES.replace('"203.0.113.53/32"', f'"{key}"'))
    assert reason in caught.value.reason


def test_border_routers_are_read_as_strictly() -> None:
    for text, reason in [
        ("", "empty output"),
        ("% Unknown command: show ip ospf border-routers json", "not JSON"),
        ("{}", "missing key: 'routers'"),
        (
            '{"routers": {"198.51.100.1": {"routeType": "N"}}}',
            "routers.198.51.100.1.routeType: not a route to a router",
        ),
        ('{"routers": {"r1": {"routeType": "R ", "routerType": "abr"}}}', "not an IPv4 address: 'r1'"),
    ]:
        with pytest.raises(ParseError, match=reason) as caught:
            frr.parse_border_routers(text)
        assert caught.value.command == "show ip ospf border-routers json"


def test_route_of_another_prefix() -> None:
    with pytest.raises(ParseError, match="not the route that was asked for"):
        parse_with(ROUTE, AREAS[ROUTE].replace('"203.0.113.53/32":', '"203.0.113.0/24":'))


def test_line_of_a_deep_value() -> None:
    text = '{\n "neighbors": {\n  "192.0.2.1": [\n   {"nbrState": "Full/DR"},\n   {"nbrState":\n    7}\n  ]\n }\n}\n'
    text = text.replace('"Full/DR"', '"Full/DR", "ifaceAddress": "192.0.2.1", "ifaceName": "a\\"b: {[,"')
    with pytest.raises(ParseError) as caught:
        parse_with(frr.NEIGHBORS, text)
    assert (caught.value.line_number, caught.value.line) == (6, "7}")


@pytest.mark.parametrize(
    "router",
    sorted(path for situation in UNREADABLE for path in CASES.glob(f"*/{situation}/*")),
    ids=name,
)
def test_router_without_ospf(router: Path) -> None:
    """Each command by itself says that there is no OSPF; what they print differs, ``{}`` and nothing included."""
    outputs = read_outputs(router)
    for command in set(outputs) - {ROUTE, frr.SUMMARIES}:
        with pytest.raises(ParseError):
            parse_with(command, outputs[command])


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=8)
    | st.sampled_from(["192.0.2.1", "E1"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


def places(value: Any) -> list[tuple[Any, Any]]:
    """Return every container of a document with every key or index in it."""
    steps = list(value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ())
    return [(value, step) for step, _ in steps] + [place for _, inner in steps for place in places(inner)]


@given(command=st.sampled_from(COMMANDS), text=st.text() | JSON.map(json.dumps))
def test_arbitrary_text_is_a_parse_error(command: str, text: str) -> None:
    if command in MAYBE_EMPTY and text.strip() == "{}":
        return
    with pytest.raises(ParseError):
        parse_with(command, text)


@settings(max_examples=300, deadline=None)
@given(data=st.data(), outputs=st.sampled_from([AREAS, NSSA]))
def test_changed_output_is_understood_or_a_parse_error(data: st.DataObject, outputs: dict[str, str]) -> None:
    command = data.draw(st.sampled_from(COMMANDS))
    document = deepcopy(json.loads(outputs[command]))
    for container, step in data.draw(st.lists(st.sampled_from(places(document)), min_size=1, max_size=3)):
        if data.draw(st.booleans()):
            container[step] = data.draw(JSON)
        elif isinstance(container, dict):
            container.pop(step, None)
    changed = {**outputs, command: json.dumps(document)}
    try:
        view = frr.parse_view(changed, [VIP])
    except ParseError:
        return
    with mock.patch.object(frr.externals, "_columns", side_effect=ValueError):  # LSA by LSA
        assert frr.parse_view(changed, [VIP]) == view
    origins(view, IPv4Network(VIP), [frr.parse_view(outputs, [VIP])])
