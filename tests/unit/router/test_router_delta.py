"""The smallest change to a router: running + commands = wanted, and what is not ours stays."""

from __future__ import annotations

from nornir_anycast.config_text import parse_blocks
from nornir_anycast.router.delta import compute_delta
from tests.unit.router.frr_shell import enter

WANTED = """interface eth0
 ip ospf cost 10
 ip ospf dead-interval 4
 ip ospf hello-interval 1
router ospf
 ospf router-id 198.51.100.1
 network 192.0.2.0/28 area 0.0.0.0
"""
RUNNING = """frr version 8.4.4
hostname r1
!
interface eth0
 description to the nodes
 ip ospf cost 10
 ip ospf dead-interval 4
 ip ospf hello-interval 1
!
interface eth9
 ip ospf hello-interval 7
!
router ospf
 ospf router-id 198.51.100.1
 passive-interface eth9
 network 10.0.0.0/8 area 1
 network 192.0.2.0/28 area 0.0.0.0
!
ip route 0.0.0.0/0 10.0.0.1
"""


TIMERS = ("ip ospf hello-interval", "ip ospf dead-interval")


def test_nothing_to_do() -> None:
    delta = compute_delta(RUNNING, WANTED)

    assert (delta.commands, delta.diff) == ((), "")


def test_router_without_ospf() -> None:
    delta = compute_delta("hostname r1\n", WANTED)

    assert delta.commands == (
        "interface eth0",
        "ip ospf cost 10",
        "ip ospf dead-interval 4",
        "ip ospf hello-interval 1",
        "exit",
        "router ospf",
        "ospf router-id 198.51.100.1",
        "network 192.0.2.0/28 area 0.0.0.0",
        "exit",
    )
    assert delta.diff == (
        "  interface eth0\n"
        "+  ip ospf cost 10\n"
        "+  ip ospf dead-interval 4\n"
        "+  ip ospf hello-interval 1\n"
        "  router ospf\n"
        "+  network 192.0.2.0/28 area 0.0.0.0\n"
        "+  ospf router-id 198.51.100.1\n"
    )


def test_another_value_takes_the_place_of_the_old_one() -> None:
    delta = compute_delta(RUNNING.replace("cost 10", "cost 20"), WANTED)

    assert delta.commands == ("interface eth0", "ip ospf cost 10", "exit")
    assert delta.diff == "  interface eth0\n-  ip ospf cost 20\n+  ip ospf cost 10\n"


def test_timers_that_are_not_wanted_are_taken_away() -> None:
    wanted = "interface eth0\n ip ospf cost 10\nrouter ospf\n ospf router-id 198.51.100.1\n"
    delta = compute_delta(RUNNING, wanted, TIMERS)

    assert delta.commands == (
        "interface eth0",
        "no ip ospf dead-interval 4",
        "no ip ospf hello-interval 1",
        "exit",
    )
    assert delta.diff == "  interface eth0\n-  ip ospf dead-interval 4\n-  ip ospf hello-interval 1\n"


def test_timers_that_are_not_ours_stay() -> None:
    assert compute_delta(RUNNING, "interface eth0\n ip ospf cost 10\n").commands == ()


def test_cost_that_the_intent_does_not_state_stays() -> None:
    wanted = WANTED.replace(" ip ospf cost 10\n", "")

    assert compute_delta(RUNNING, wanted).commands == ()


def test_two_networks_do_not_replace_each_other() -> None:
    wanted = WANTED + " network 192.0.2.128/30 area 0.0.0.0\n"
    delta = compute_delta(RUNNING, wanted)

    assert delta.commands == ("router ospf", "network 192.0.2.128/30 area 0.0.0.0", "exit")


def test_area_in_the_words_of_the_router() -> None:
    """FRR prints an area as it was entered, and refuses to enter the same network twice."""
    assert compute_delta(RUNNING.replace("area 0.0.0.0", "area 0"), WANTED).commands == ()
    assert compute_delta(RUNNING, WANTED.replace("area 0.0.0.0", "area 0.0.0.1")).commands == (
        "router ospf",
        "network 192.0.2.0/28 area 0.0.0.1",
        "exit",
    )
    on_interface = "interface eth0\n ip ospf area 0.0.1.0\n"
    assert compute_delta("interface eth0\n ip ospf area 256\n", on_interface).commands == ()


def test_delta_makes_running_as_wanted_and_a_second_is_empty() -> None:
    running = RUNNING.replace("cost 10", "cost 99").replace(" ip ospf hello-interval 1\n", "")
    running = running.replace(" network 192.0.2.0/28 area 0.0.0.0\n", "")

    after = enter(running, compute_delta(running, WANTED).commands)

    assert compute_delta(after, WANTED).commands == ()
    assert {header: sorted(lines) for header, lines in parse_blocks(after).items()} == {
        header: sorted(lines) for header, lines in parse_blocks(RUNNING).items()
    }
