"""What is a function from values to values imports nothing that reaches outside."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import nornir_anycast

PACKAGE = Path(nornir_anycast.__file__).parent
PURE = ("intent", "ospf", "checks", "report", "node", "router", "dns", "whatif")
PURE_FILES = ("observation.py", "script.py", "config_text.py", "errors.py", "terminal.py")
IMPURE = {"nornir", "nornir_netmiko", "nornir_utils", "nornir_jinja2", "netmiko", "paramiko"}
IMPURE |= {"socket", "subprocess", "asyncio", "http", "urllib", "requests", "os", "sys", "threading", "time"}
ALLOWED = {"remote_probe.py"}
"""Sent to hosts as text; nothing here imports it."""
FILES = sorted(
    path
    for path in [
        *(PACKAGE / name for name in PURE_FILES),
        *(p for name in PURE for p in (PACKAGE / name).rglob("*.py")),
    ]
    if path.name not in ALLOWED
)


def imported(path: Path) -> Iterator[str]:
    for found in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(found, ast.Import):
            yield from (alias.name for alias in found.names)
        elif isinstance(found, ast.ImportFrom):
            assert found.level == 0, "a relative import"
            yield str(found.module)
            yield from (f"{found.module}.{alias.name}" for alias in found.names)


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_pure(path: Path) -> None:
    names = list(imported(path))

    assert not [name for name in names if name.partition(".")[0] in IMPURE]
    edge = ("connection", "site", "target", "operations", "plugins", "lab", "cli", "program", "snapshot")
    own = [name.split(".")[1] for name in names if name.startswith("nornir_anycast.")]
    assert not set(own) & set(edge)
    assert not [name for name in names if "remote_probe" in name]


def test_every_pure_folder_was_looked_at() -> None:
    assert {path.relative_to(PACKAGE).parts[0] for path in FILES} == {*PURE, *PURE_FILES}


@pytest.mark.parametrize("folder", ["tasks", "runbooks"])
def test_the_package_never_imports_the_site(folder: str) -> None:
    names = [name for path in PACKAGE.rglob("*.py") for name in imported(path)]

    assert folder not in {name.partition(".")[0] for name in names}
