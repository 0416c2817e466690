from __future__ import annotations

from pathlib import Path

import pytest

from nornir_anycast.errors import LabError
from nornir_anycast.lab.trees import PACKAGES, build_command, ensure, sources

TARGETS = """\
Packages\tDebian\tDebian\thttp://mirror.example.net/debian/
Translations\tDebian\tDebian\thttp://mirror.example.net/debian/
Packages\tDebian\tDebian-Security\thttp://mirror.example.net/debian-security/
Packages\tnodesource\tnodesource\thttps://node.example.net/
"""


def test_the_machines_own_mirror_is_used_for_any_suite() -> None:
    assert sources("trixie", TARGETS, Path("/debian.gpg")) == [
        "deb [signed-by=/debian.gpg] http://mirror.example.net/debian/ trixie main",
        "deb [signed-by=/debian.gpg] http://mirror.example.net/debian/ trixie-updates main",
        "deb [signed-by=/debian.gpg] http://mirror.example.net/debian-security/ trixie-security main",
    ]


@pytest.mark.parametrize("targets", ["", "Packages\tDebian\tDebian\tcdrom://disc/\n", "Packages\tx\tx\thttp://x/\n"])
def test_without_one_the_builder_takes_debians(targets: str) -> None:
    assert sources("trixie", targets, None) == []


def test_the_builder_dies_with_us_and_installs_what_a_host_needs() -> None:
    command = build_command("trixie", Path("/t"), ['Acquire::http::Proxy "http://p/";'], ["deb http://m/ trixie main"])
    assert "--kill-child" in command
    assert '--aptopt=Acquire::http::Proxy "http://p/";' in command
    assert command[-3:] == ["trixie", "/t", "deb http://m/ trixie main"]
    [packages] = [word for word in command if word.startswith("--include=")]
    assert set(packages.removeprefix("--include=").split(",")) == set(PACKAGES)


def test_a_tree_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(LabError, match=r"no such directory or tar; trees by name are bookworm and trixie"):
        ensure(["quagga.tar"], tmp_path, print)


def test_a_directory_that_is_no_root_file_system(tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    with pytest.raises(LabError, match="/usr/sbin/sshd is not in it"):
        ensure(["mine"], tmp_path, print)


def test_a_directory_of_the_sites_own(tmp_path: Path) -> None:
    for name in ("usr/sbin/sshd", "usr/lib/systemd/systemd"):
        path = tmp_path / "mine" / name
        path.parent.mkdir(parents=True)
        path.touch()
    assert ensure(["mine", "mine"], tmp_path, print) == {"mine": tmp_path / "mine"}
