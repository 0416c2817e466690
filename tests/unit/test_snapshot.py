"""Snapshots on disk: those we wrote, and those that somebody saved by hand."""

from __future__ import annotations

from pathlib import Path

import pytest

from nornir_anycast.errors import UsageError
from nornir_anycast.script import Section
from nornir_anycast.snapshot import Seen, command_of, load


@pytest.mark.parametrize(
    ("name", "command"),
    [
        ("show_ip_ospf_neighbor.txt", "show ip ospf neighbor"),
        ("show_ip_ospf_database_asbr-summary.txt", "show ip ospf database asbr-summary"),
        ("show_ip_ospf_database_asbr-summary_json.txt", "show ip ospf database asbr-summary json"),
        ("show_ip_ospf_neighbor_detail.json", "show ip ospf neighbor detail json"),
        ("show_ip_ospf_neighbor_detail_json.json", "show ip ospf neighbor detail json"),
        ("show_ip_route_203.0.113.53-32_json.json", "show ip route 203.0.113.53/32 json"),
        ("show_running-config.txt", "show running-config"),
        ("probe.json", "probe"),
        ("ospfd.conf", None),
        ("README", None),
    ],
)
def test_files_are_named_after_commands(name: str, command: str | None) -> None:
    assert command_of(name) == command


def test_a_folder_saved_by_hand(tmp_path: Path) -> None:
    for name in ("r1", "_notes", ".git"):
        (tmp_path / name).mkdir()
    (tmp_path / "r1" / "show_ip_ospf.txt").write_text(" OSPF Routing Process")
    (tmp_path / "r1" / "notes.md").write_text("not an output")

    seen = load(tmp_path, ["r1", "r2"])

    assert seen.keys() == {"r1", "r2"}
    assert dict(seen["r1"].sections) == {"show ip ospf": Section(" OSPF Routing Process", 0)}
    assert seen["r1"].error is None
    assert seen["r2"] == Seen({}, f"r2: {tmp_path} has no folder of it")


def test_bytes_that_are_no_text_are_read(tmp_path: Path) -> None:
    """A parser will refuse them, and quote them."""
    (tmp_path / "r1").mkdir()
    (tmp_path / "r1" / "show_ip_ospf.txt").write_bytes(b"\xff\xfe")

    assert load(tmp_path)["r1"].sections["show ip ospf"].output == "\ufffd\ufffd"


def test_an_empty_folder_is_no_snapshot(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"neither meta\.json nor a folder named after a host"):
        load(tmp_path)


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no whole snapshot"):
        load(tmp_path / "none")
