"""``show running-config``: how interfaces authenticate, and what else no other command says."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network
from pathlib import Path

import pytest

from nornir_anycast.ospf import quagga
from nornir_anycast.ospf.model import Authentication
from nornir_anycast.ospf.quagga.configuration import DistributeList, Redistribution, RunningConfig, authentication
from nornir_anycast.ospf.quagga.running_config import parse_running_config

from .quagga_cases import FRR, QUAGGA, name, read_outputs, read_text, read_vips

CONFIG = "show running-config"
ETH0 = IPv4Address("192.0.2.1")
BACKBONE, AREA_1 = IPv4Address(0), IPv4Address(1)


def config(*lines: str, ospf: tuple[str, ...] = ()) -> RunningConfig:
    text = "\n".join(["!", "interface eth0", *(f" {line}" for line in lines), "!", "router ospf", *ospf, "!", "end"])
    return parse_running_config(text + "\n")


def of(found: RunningConfig, area: IPv4Address = BACKBONE, address: IPv4Address = ETH0) -> Authentication:
    return authentication(found, "eth0", address, area)


@pytest.mark.parametrize("version", [QUAGGA, FRR / "8.4.4", FRR / "10.3"], ids=name)
def test_authentication_of_a_view(version: Path) -> None:
    router = version / "authentication" / "r1"
    outputs = {**read_text(router), **read_outputs(router, [CONFIG])}
    view = quagga.authenticate(quagga.parse_view(outputs, read_vips(router)), outputs[CONFIG])
    found = {i.name: i.authentication for i in view.interfaces}
    kinds = {port: None if one is None else (one.kind, len(one.keys)) for port, one in found.items() if port != "lo"}
    assert kinds == {
        "eth0": ("cryptographic", 1),
        "eth1": ("simple", 1),  # by its area
        "eth2": ("none", 0),
        "eth3": ("simple", 1),
        "eth4": ("none", 0),  # null, in spite of its area
    }
    assert found["eth0"] is not None
    assert found["eth1"] is not None
    assert found["eth3"] is not None
    ((key_id, word),) = found["eth0"].keys
    assert key_id == 7
    assert word.startswith("<redacted ")
    # The same password on both.
    assert found["eth1"].keys == found["eth3"].keys
    assert found["eth0"].keys.isdisjoint(found["eth1"].keys)


def test_without_configuration_it_is_not_known() -> None:
    found = quagga.parse_view(read_text(QUAGGA / "authentication" / "r1"), []).interfaces
    assert {i.authentication for i in found} == {None}


def test_secrets_are_never_kept() -> None:
    found = config("ip ospf authentication message-digest", "ip ospf message-digest-key 3 md5 s3cret")
    assert "s3cret" not in repr(found)
    assert {key_id for key_id, _ in of(found).keys} == {3}


def test_redacted_word_is_the_name() -> None:
    found = config("ip ospf authentication", "ip ospf authentication-key <redacted 3>")
    assert of(found) == Authentication(kind="simple", keys=frozenset({(None, "<redacted 3>")}))


def test_two_keys_while_they_are_rolled() -> None:
    found = config(
        "ip ospf authentication message-digest",
        "ip ospf message-digest-key 1 md5 <redacted 1>",
        "ip ospf message-digest-key 2 md5 <redacted 2>",
    )
    keys = frozenset({(1, "<redacted 1>"), (2, "<redacted 2>")})
    assert of(found) == Authentication(kind="cryptographic", keys=keys)


def test_without_a_key_nothing_is_authenticated() -> None:
    assert of(config("ip ospf authentication message-digest")) == Authentication(kind="none")
    assert of(config("ip ospf authentication")) == Authentication(kind="simple")


def test_one_address_of_an_interface() -> None:
    found = config(
        "ip ospf authentication", "ip ospf authentication-key <redacted 1>", "ip ospf authentication null 192.0.2.9"
    )
    assert of(found).kind == "simple"
    assert of(found, address=IPv4Address("192.0.2.9")).kind == "none"
    found = config("ip ospf authentication", "ip ospf authentication-key <redacted 2> 192.0.2.1")
    assert of(found) == Authentication(kind="simple", keys=frozenset({(None, "<redacted 2>")}))


def test_area_as_number_or_address() -> None:
    lines = ("ip ospf message-digest-key 1 md5 <redacted 1>", "ip ospf authentication-key <redacted 2>")
    for area in ("1", "0.0.0.1"):
        found = config(*lines, ospf=(f" area {area} authentication message-digest",))
        assert of(found, AREA_1).keys == frozenset({(1, "<redacted 1>")})
        assert of(found, BACKBONE) == Authentication(kind="none")


def test_key_chain() -> None:
    text = (
        "key chain K\n key 3\n  key-string <redacted 5>\n  cryptographic-algorithm md5\n exit\nexit\n"
        "interface eth0\n ip ospf authentication key-chain K\nexit\nend\n"
    )
    keys = frozenset({(3, "<redacted 5>")})
    assert of(parse_running_config(text)) == Authentication(kind="cryptographic", keys=keys)
    unknown = parse_running_config(text[text.index("interface") :])
    assert of(unknown) == Authentication(kind="cryptographic")


def test_what_is_announced_and_filtered() -> None:
    text = read_outputs(QUAGGA / "extras" / "r1", [CONFIG])[CONFIG]
    found = parse_running_config(text)
    assert found.redistributed == [Redistribution(protocol="connected", metric=33)]
    assert found.distribute_lists == [DistributeList(name="VIPS", direction="out", protocol="connected")]
    assert found.area_kinds == {IPv4Address(2): "nssa"}


def test_redistribution_in_full() -> None:
    found = config(ospf=(" redistribute static metric 7 metric-type 1 route-map M", " distribute-list L in"))
    assert found.redistributed == [Redistribution(protocol="static", metric=7, metric_type=1, route_map="M")]
    assert found.distribute_lists == [DistributeList(name="L", direction="in", protocol=None)]


def test_ranges_and_stub_areas() -> None:
    found = parse_running_config(read_outputs(QUAGGA / "stub-and-range" / "r1", [CONFIG])[CONFIG])
    assert found.ranges == [(IPv4Address(3), IPv4Network("192.0.2.64/27"))]
    assert found.area_kinds == {AREA_1: "stub", IPv4Address(2): "stub"}


def test_what_zebra_takes_from_ospf() -> None:
    found = parse_running_config(read_outputs(QUAGGA / "route-map-in" / "r1", [CONFIG])[CONFIG])
    assert found.route_maps == [("ospf", "NO")]
