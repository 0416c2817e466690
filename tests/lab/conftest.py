"""A real lab for the tests: the repository's own site, booted once and ended when the last test is done."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Generator, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from nornir_anycast.lab import Boot, Lab, down, state, up
from nornir_anycast.site import load_site
from nornir_anycast.target import lab_hosts
from tests.lab.operator import Operator

REPOSITORY = Path(__file__).parents[2]

# `scripts/test` sets this: there, a test that was skipped has not proved anything.
LAB_REQUIRED = os.environ.get("NORNIR_ANYCAST_LAB_REQUIRED") == "1"

# `scripts/test` names the labs of a run after its own process, and ends them whatever happened to the tests.
OWNER = os.environ.setdefault("NORNIR_ANYCAST_LAB_OWNER", str(os.getpid()))

LabExec = Callable[..., subprocess.CompletedProcess[str]]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker(pytest.mark.lab)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if LAB_REQUIRED and report.skipped and item.get_closest_marker("lab"):
        report.outcome = "failed"
        report.longrepr = f"skipped, and a lab test that is skipped has not proved anything: {report.longrepr}"
    return report


@pytest.fixture(scope="session")
def root() -> None:
    """Skip without root; sweep labs of test runs that were killed."""
    if os.geteuid() != 0:
        pytest.skip("the lab needs root")
    for folder in state.every_folder():
        prefix = folder.path.name
        owner = re.fullmatch(r"t[abc]?(\d+)-", prefix)
        if owner and not Path("/proc", owner[1]).exists():
            down(prefix=prefix)


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Copy the repository's site: its lab is a lab of its own, whatever else is up on this machine."""
    folder = tmp_path_factory.mktemp("site")
    for name in ("inventory", "tasks"):
        shutil.copytree(REPOSITORY / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    return folder


@pytest.fixture(scope="session")
def boot(root: None, site: Path) -> Iterator[Boot]:  # noqa: ARG001 - fixtures are asked for by name
    """Boot the lab of the repository's site, once; nothing is configured on its hosts yet."""
    prefix = f"t{OWNER}-"
    try:
        boot = up(site, lab_hosts(load_site(site)), prefix=prefix, report=_progress)
        assert boot.late == ()
        yield boot
    finally:
        down(prefix=prefix)


@pytest.fixture(scope="session")
def lab(boot: Boot) -> Lab:
    """The lab that was booted."""
    return boot.lab


@pytest.fixture(scope="session")
def lab_exec(lab: Lab) -> LabExec:
    """Run a command as root on a host, without SSH; a failure is an error unless ``check=False``."""

    def run(
        host: str, *command: str, check: bool = True, text_input: str | None = None
    ) -> subprocess.CompletedProcess[str]:
        done = lab.exec(host, command, text_input=text_input)
        if check and done.returncode != 0:
            raise AssertionError(f"{host}: {' '.join(command)}: {done.returncode}\n{done.stdout}{done.stderr}")
        return done

    return run


def _progress(line: str) -> None:
    sys.stderr.write(f"{line}\n")


@pytest.fixture(scope="session")
def operator(site: Path, lab: Lab, lab_exec: LabExec) -> Operator:
    """Deploy the site once, and see that it is good."""
    operator = Operator(site, lab, lab_exec)
    started = time.monotonic()
    operator.deploy()
    operator.wait_until_ok()
    return replace(operator, first_ok_s=time.monotonic() - started)
