from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from nornir_anycast.lab.disk import prepare
from nornir_anycast.lab.rootfs import Entry

needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="owners and whiteouts need root")


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    folder = tmp_path / "tree"
    (folder / "etc/frr").mkdir(parents=True)
    (folder / "etc/frr").chmod(0o750)
    return folder


@needs_root
def test_every_kind_of_entry(tmp_path: Path, tree: Path) -> None:
    disk = tmp_path / "disk"
    prepare(
        disk,
        tree,
        [
            Entry("etc/frr/daemons", "file", "ospfd=yes\n", 0o640, 102, 106),
            Entry("etc/systemd/system/a.service", "link", "/dev/null"),
            Entry("etc/gone", "absent"),
            Entry("home/admin", "directory", "", 0o700, 1000, 1000),
        ],
    )
    upper = disk / "upper"
    status = (upper / "etc/frr/daemons").stat()
    assert (stat.S_IMODE(status.st_mode), status.st_uid, status.st_gid) == (0o640, 102, 106)
    # A folder in the upper layer hides the mode of the one below.
    assert stat.S_IMODE((upper / "etc/frr").stat().st_mode) == 0o750
    assert (upper / "etc/systemd/system/a.service").readlink() == Path("/dev/null")
    gone = (upper / "etc/gone").lstat()
    assert stat.S_ISCHR(gone.st_mode)
    assert gone.st_rdev == 0
    assert (upper / "home/admin").stat().st_uid == 1000


@needs_root
def test_a_complete_disk_is_kept_and_half_a_one_made_anew(tmp_path: Path, tree: Path) -> None:
    disk = tmp_path / "disk"
    prepare(disk, tree, [Entry("etc/a", "file", "one")])
    (disk / "upper/etc/a").write_text("changed by the host", encoding="utf-8")
    prepare(disk, tree, [Entry("etc/a", "file", "two")])
    assert (disk / "upper/etc/a").read_text(encoding="utf-8") == "changed by the host"
    (disk / "prepared").unlink()
    prepare(disk, tree, [Entry("etc/a", "file", "two")])
    assert (disk / "upper/etc/a").read_text(encoding="utf-8") == "two"
