"""Which daemon's outputs these are: by its version, or by themselves."""

from __future__ import annotations

import doctest
from pathlib import Path

import pytest

from nornir_anycast.errors import ParseError
from nornir_anycast.ospf import platform
from nornir_anycast.ospf.platform import authenticate, parse_view, platform_of_version

CASES = Path(__file__).parents[2] / "cases"
QUAGGA = CASES / "quagga/1.2.4/authentication/r1"
FRR = CASES / "frr/8.4.4/nssa/r1"
IOS = sorted((CASES / "ios").glob("synthetic-*/r1"))


def saved(router: Path) -> dict[str, str]:
    return {path.stem.replace("_", " "): path.read_text() for path in router.glob("show_*.txt")}


def test_examples() -> None:
    assert doctest.testmod(platform).failed == 0


@pytest.mark.parametrize(
    ("first", "name"),
    [
        ("FRRouting 10.3 (r1) on Linux(6.1.0).", "frr"),
        ("Quagga 1.2.4 ().", "quagga"),
        ("Cisco IOS Software, C2900 Software (C2900-UNIVERSALK9-M), Version 15.7(3)M", "ios"),
        ("Cisco Internetwork Operating System Software\nIOS (tm) C2600 Software, Version 12.2", "ios"),
        ("Cisco Nexus Operating System (NX-OS) Software", None),
        ("Zebra 0.95", None),
        ("", None),
    ],
)
def test_version(first: str, name: str | None) -> None:
    assert platform_of_version(first) == name


@pytest.mark.parametrize("router", [QUAGGA, FRR, *IOS], ids=str)
def test_outputs_tell_by_themselves(router: Path) -> None:
    outputs = saved(router)
    outputs.pop("show version", None)

    view = parse_view(outputs, [])

    assert view.lsdb.routers
    assert view.forgets_best_asbr is (router not in IOS)


def test_text_where_json_is_not_whole() -> None:
    router = CASES / "frr_text/8.4.4/nssa/r1"
    text, document = saved(router), saved(FRR)
    document.pop("show ip ospf database summary json")

    assert parse_view({**document, **text}, []) == parse_view(text, [])
    with pytest.raises(ParseError, match="show ip ospf database summary json: line 0: no output of this command"):
        parse_view(document, [])


def test_every_platform_has_a_case() -> None:
    assert len(IOS) >= 3


def test_no_output_at_all() -> None:
    with pytest.raises(ParseError, match="show ip ospf: line 0: no output of this command"):
        parse_view({}, [])


def test_something_else() -> None:
    with pytest.raises(ParseError, match="neither FRRouting, nor Quagga, nor Cisco IOS: 'Junos"):
        parse_view({"show version": "\nJunos: 21.4R3\n"}, [])


def test_authentication_is_in_the_running_configuration() -> None:
    outputs = saved(QUAGGA)
    view = parse_view(outputs, [])

    kinds = {
        port.name: port.authentication.kind for port in authenticate(view, outputs).interfaces if port.authentication
    }

    assert {port.authentication for port in view.interfaces} == {None}
    assert set(kinds.values()) == {"none", "simple", "cryptographic"}
    assert authenticate(view, {name: text for name, text in outputs.items() if "running" not in name}) == view
