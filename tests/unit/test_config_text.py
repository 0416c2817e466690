"""Router configuration text: blocks, and how two texts differ."""

from __future__ import annotations

import pytest

from nornir_anycast.config_text import diff_block, diff_lines, parse_blocks

FRR = """Building configuration...

Current configuration:
!
frr version 8.4.4
frr defaults traditional
hostname r1
!
interface eth0
 ip ospf cost 10
 ip ospf dead-interval 4
exit
!
interface eth1
exit
!
router ospf
 ospf router-id 198.51.100.1
 network 192.0.2.0/28 area 0.0.0.0
exit
!
end
"""


def test_blocks_of_frr() -> None:
    assert parse_blocks(FRR) == {
        "Building configuration...": [],
        "Current configuration:": [],
        "frr version 8.4.4": [],
        "frr defaults traditional": [],
        "hostname r1": [],
        "interface eth0": ["ip ospf cost 10", "ip ospf dead-interval 4"],
        "interface eth1": [],
        "router ospf": ["ospf router-id 198.51.100.1", "network 192.0.2.0/28 area 0.0.0.0"],
    }


def test_block_that_comes_twice_is_one() -> None:
    assert parse_blocks("router ospf\n a\n!\ninterface eth0\n b\nrouter ospf\n c\n") == {
        "router ospf": ["a", "c"],
        "interface eth0": ["b"],
    }


@pytest.mark.parametrize("text", ["", "\n\n", "!\n! comment\n", "end\n", "exit\n"])
def test_text_without_blocks(text: str) -> None:
    assert parse_blocks(text) == {}


def test_indented_line_before_any_block_is_not_lost() -> None:
    assert parse_blocks(" lonely\n") == {"lonely": []}


def test_windows_line_ends() -> None:
    assert parse_blocks("router ospf\r\n a\r\n!\r\n") == {"router ospf": ["a"]}


def test_diff_is_without_regard_to_order() -> None:
    assert diff_lines(["b", "a"], ["a", "b"]) == []


def test_diff_of_lines() -> None:
    assert diff_lines(["a", "b", "d"], ["b", "c"]) == ["- a", "- d", "+ c"]


def test_diff_of_lines_that_look_like_a_diff() -> None:
    assert sorted(diff_lines(["? x", "+ x"], ["- x"])) == ["+ - x", "- + x", "- ? x"]


def test_a_line_that_comes_twice_is_seen() -> None:
    assert diff_lines(["a", "a"], ["a"]) == ["- a"]


def test_diff_of_a_block() -> None:
    seen = diff_block("interface eth0", ["ip ospf cost 10"], ["ip ospf cost 20"])

    assert seen == ["  interface eth0", "-  ip ospf cost 10", "+  ip ospf cost 20"]


def test_diff_of_a_block_that_is_the_same() -> None:
    assert diff_block("interface eth0", ["a", "b"], ["b", "a"]) == []
