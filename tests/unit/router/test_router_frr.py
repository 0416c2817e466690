"""A peer router that runs FRR: what it should hold, and when it must not be touched."""

from __future__ import annotations

from ipaddress import IPv4Address
from typing import Any

import pytest

from nornir_anycast.intent import Host
from nornir_anycast.plugins.tasks.render import ENVIRONMENT
from nornir_anycast.router import frr
from nornir_anycast.router.delta import compute_delta

INTERFACES: dict[str, Any] = {
    "eth0": {"address": "192.0.2.1/28", "cost": 10},
    "eth1": {"address": "192.0.2.129/30", "area": 1},
}


def router(**changes: Any) -> Host:
    fields = {"name": "r1", "role": "router", "hostname": "r1", "router_id": "198.51.100.1", "interfaces": INTERFACES}
    return Host.model_validate(fields | changes)


def render(host: Host, running: str) -> str:
    return ENVIRONMENT.get_template(f"router/{frr.TEMPLATE}").render(frr.build_context(host, running))


def test_networks_on_a_router_that_has_no_ospf_yet() -> None:
    assert render(router(ospf={"hello_s": 1, "dead_s": 4}), "hostname r1\n") == (
        "interface eth0\n"
        " ip ospf cost 10\n"
        " ip ospf dead-interval 4\n"
        " ip ospf hello-interval 1\n"
        "interface eth1\n"
        " ip ospf dead-interval 4\n"
        " ip ospf hello-interval 1\n"
        "router ospf\n"
        " ospf router-id 198.51.100.1\n"
        " network 192.0.2.0/28 area 0.0.0.0\n"
        " network 192.0.2.128/30 area 0.0.0.1\n"
    )


def test_area_on_interfaces_where_the_router_does_it_so() -> None:
    """FRR refuses the one where the other is used."""
    running = "interface eth9\n ip ospf area 0\n"

    assert render(router(), running) == (
        "interface eth0\n"
        " ip ospf area 0.0.0.0\n"
        " ip ospf cost 10\n"
        "interface eth1\n"
        " ip ospf area 0.0.0.1\n"
        "router ospf\n"
        " ospf router-id 198.51.100.1\n"
    )


def test_area_word_elsewhere_is_no_area_on_an_interface() -> None:
    running = "router ospf\n network 192.0.2.0/28 area 0\n!\nroute-map X permit 10\n ip ospf area 0\n"

    assert frr.build_context(router(), running)["area_on_interface"] is False


def test_default_timers_are_not_written_and_old_ones_go() -> None:
    running = "interface eth0\n ip ospf cost 10\n ip ospf hello-interval 1\n"

    stated = router(ospf={"hello_s": 10, "dead_s": 40})

    assert "interval" not in render(stated, "")
    assert compute_delta(running, render(stated, running), frr.owned(stated)).commands[:3] == (
        "interface eth0",
        "no ip ospf hello-interval 1",
        "exit",
    )


def test_timers_that_the_inventory_does_not_state_are_not_ours() -> None:
    running = "interface eth0\n ip ospf cost 10\n ip ospf hello-interval 1\n ip ospf dead-interval 4\n"
    host = router()

    assert frr.owned(host) == ()
    assert "interface eth0" not in compute_delta(running, render(host, running), frr.owned(host)).commands


@pytest.mark.parametrize(
    ("ospf", "owned"),
    [
        ({"hello_s": 1, "dead_s": 4}, ("ip ospf hello-interval", "ip ospf dead-interval")),
        ({"dead_s": 60}, ("ip ospf dead-interval",)),
        ({"metric": 30}, ()),
    ],
)
def test_only_stated_timers_are_ours(ospf: dict[str, int], owned: tuple[str, ...]) -> None:
    assert frr.owned(router(ospf=ospf)) == owned


def test_rendered_delta_is_empty_the_second_time() -> None:
    host = router(ospf={"hello_s": 1, "dead_s": 4})
    wanted = render(host, "")

    assert compute_delta(wanted, render(host, wanted)).commands == ()


def test_other_router_id_is_refused() -> None:
    running = "router ospf\n ospf router-id 198.51.100.9\n"

    assert frr.problems(router(), running) == [
        "runs with router-id 198.51.100.9, the inventory says 198.51.100.1; mend the inventory"
    ]


@pytest.mark.parametrize("running", ["router ospf\n ospf router-id 198.51.100.1\n", "router ospf\n", "hostname r1\n"])
def test_router_that_may_be_configured(running: str) -> None:
    assert frr.problems(router(), running) == []


@pytest.mark.parametrize(
    ("output", "version"),
    [
        ("FRRouting 8.4.4 (r1) on Linux(6.1.0-18-amd64).\nCopyright 1996-2005 Kunihiro Ishiguro, et al.\n", "8.4.4"),
        ("FRRouting 10.3 (r1) on Linux(6.1.0).", "10.3"),
        ("Quagga 1.2.4 (r1).\n", None),
        ("Cisco IOS Software, C2900 Software, Version 15.7(3)M\n", None),
        ("not FRRouting 8.4.4\n", None),
        ("", None),
    ],
)
def test_version(output: str, version: str | None) -> None:
    assert frr.parse_version(output) == version


def test_context_holds_what_the_template_uses() -> None:
    context = frr.build_context(router(), "")

    assert context["router_id"] == IPv4Address("198.51.100.1")
    assert list(context["interfaces"]) == ["eth0", "eth1"]
