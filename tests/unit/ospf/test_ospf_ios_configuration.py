"""The running configuration of Cisco IOS: what it adds to what OSPF's own commands show."""

from __future__ import annotations

from dataclasses import replace
from ipaddress import IPv4Address, IPv4Interface

import pytest

from nornir_anycast.ospf.ios.configuration import parse_configuration
from nornir_anycast.ospf.model import Authentication, OspfInterface

INTERFACE = OspfInterface(
    name="GigabitEthernet0/1",
    address=IPv4Interface("192.0.2.1/30"),
    area=IPv4Address(0),
    network_type="broadcast",
    state="DR",
    cost=1,
    priority=1,
    hello_ms=10_000,
    dead_s=40,
    mtu=None,
)
NONE = Authentication(kind="none")
SIMPLE = Authentication(kind="simple", keys=frozenset({(None, "")}))
MD5 = Authentication(kind="cryptographic", keys=frozenset({(1, "")}))


def completed(lines: str, seen: Authentication | None, area: int = 0, rest: str = "") -> Authentication | None:
    text = f"hostname r1\n!\ninterface GigabitEthernet0/1\n ip address 192.0.2.1 255.255.255.252\n{lines}!\n{rest}end\n"
    interface = replace(INTERFACE, authentication=seen, area=IPv4Address(area))
    return parse_configuration(text).complete(interface, 1).authentication


def keys(*pairs: tuple[int | None, str]) -> Authentication:
    return Authentication(kind="simple" if pairs[0][0] is None else "cryptographic", keys=frozenset(pairs))


KEY_LINE = " ip ospf authentication-key 7 <redacted a1>\n"
AREAS = "router ospf 1\n area 0 authentication message-digest\n area 0.0.0.5 authentication\n!\n"
CHAIN = "key chain CORE\n key 1\n  key-string 7 <redacted a1>\n key 9\n  key-string <redacted b2>\n!\n"


@pytest.mark.parametrize(
    ("lines", "rest", "area", "seen", "expected"),
    [
        ("", "", 0, NONE, NONE),
        (" ip ospf authentication null\n", AREAS, 0, NONE, NONE),
        (
            " ip ospf authentication\n ip ospf authentication-key 7 <redacted a1>\n",
            "",
            0,
            SIMPLE,
            keys((None, "<redacted a1>")),
        ),
        (" ip ospf authentication-key <redacted a1>\n", AREAS, 5, SIMPLE, keys((None, "<redacted a1>"))),
        (" ip ospf message-digest-key 1 md5 <redacted a1>\n", AREAS, 0, MD5, keys((1, "<redacted a1>"))),
        (" ip ospf authentication key-chain CORE\n", CHAIN, 0, MD5, keys((1, "<redacted a1>"), (9, "<redacted b2>"))),
    ],
)
def test_keys_get_the_names_of_their_secrets(
    lines: str,
    rest: str,
    area: int,
    seen: Authentication,
    expected: Authentication,
) -> None:
    assert completed(lines, seen, area, rest) == expected


@pytest.mark.parametrize(
    ("lines", "seen"),
    [
        (" ip ospf authentication message-digest\n", NONE),
        ("", SIMPLE),
        (" ip ospf authentication key-chain MISSING\n", MD5),
        (" ip ospf authentication\n", None),
    ],
)
def test_what_the_router_does_counts_and_not_what_it_should_do(lines: str, seen: Authentication | None) -> None:
    assert completed(lines, seen) == seen


def test_other_process_has_other_areas() -> None:
    assert completed("", MD5, rest=AREAS.replace("ospf 1", "ospf 2")) == MD5


def test_cut_blanks_mean_nothing() -> None:
    lines = " ip ospf message-digest-key 1 md5 <redacted a1>\n"
    cut = lines.lstrip(), AREAS.replace("\n ", "\n")
    assert completed(cut[0], MD5, rest=cut[1]) == completed(lines, MD5, rest=AREAS) == keys((1, "<redacted a1>"))


def test_mtu_ignore() -> None:
    text = "interface GigabitEthernet0/1\n ip ospf mtu-ignore\n!\ninterface GigabitEthernet0/2\n!\n"
    found = parse_configuration(text)
    assert not found.complete(INTERFACE, 1).checks_mtu
    assert found.complete(replace(INTERFACE, name="GigabitEthernet0/2"), 1).checks_mtu
