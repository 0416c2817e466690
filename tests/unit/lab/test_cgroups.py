from __future__ import annotations

import subprocess
from pathlib import Path

from nornir_anycast.lab.cgroups import folders, kill, remove

V2 = "30 23 0:26 / /sys/fs/cgroup rw,nosuid shared:9 - cgroup2 cgroup2 rw,nsdelegate"
HYBRID = """\
40 31 0:37 / /sys/fs/cgroup/systemd rw,relatime - cgroup cgroup rw,xattr,name=systemd
41 31 0:38 / /sys/fs/cgroup/unified rw,relatime - cgroup2 cgroup2 rw
35 31 0:32 / /sys/fs/cgroup/memory rw,relatime - cgroup cgroup rw,memory
"""


def test_with_systemd_the_scope_is_the_labs_folder() -> None:
    found = folders("0::/system.slice/nornir-anycast-na-.scope\n", V2, "na-")
    assert found == [Path("/sys/fs/cgroup/system.slice/nornir-anycast-na-.scope")]


def test_without_systemd_it_is_one_of_its_own() -> None:
    found = folders("4:memory:/x\n9:name=systemd:/\n0::/\n", HYBRID, "na-")
    assert found == [
        Path("/sys/fs/cgroup/systemd/nornir-anycast-na-"),
        Path("/sys/fs/cgroup/unified/nornir-anycast-na-"),
    ]


def test_in_a_container_that_sees_a_part_of_the_tree() -> None:
    mount = "30 23 0:26 /docker/1f /sys/fs/cgroup rw - cgroup2 cgroup2 rw"
    assert folders("0::/docker/1f/session\n", mount, "na-") == [Path("/sys/fs/cgroup/session/nornir-anycast-na-")]


def test_no_cgroups() -> None:
    assert folders("4:memory:/\n", "35 31 0:32 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory", "na-") == []


def test_only_a_labs_folder_is_ever_killed(tmp_path: Path) -> None:
    with subprocess.Popen(["sleep", "60"]) as bystander:
        (tmp_path / "cgroup.procs").write_text(f"{bystander.pid}\n", encoding="ascii")
        assert kill([tmp_path], 1.0)
        assert bystander.poll() is None
        bystander.kill()


def test_removal_takes_what_is_below(tmp_path: Path) -> None:
    (tmp_path / "lab/machine-a/payload").mkdir(parents=True)
    assert remove(tmp_path / "lab")
    assert remove(tmp_path / "lab")
