"""Every check has a page and a row in the table of checks, and every page a check."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import nornir_anycast.checks

CODE = Path(nornir_anycast.checks.__file__).parent
PAGES = Path(__file__).parents[3] / "docs" / "checks"
HEADINGS = ["## What it means", "## Evidence", "## Likely causes", "## How to mend it", "## How it was proved"]
COMPOSED = {"dns-udp-refused", "dns-tcp-refused"}
"""Names that stand in no string of their own."""
NO_CHECKS = {
    "asbr-summary",
    "infinite-metric",
    "inter-area",
    "intra-area",
    "max-age",
    "nssa-external",
    "type-3",
    "type-5",
    "type-7",
    "virtual-link",
}
"""Other words with hyphens in the code of the checks."""


def names_of_checks() -> set[str]:
    constants = {
        node.value
        for path in CODE.glob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    return {text for text in constants if re.fullmatch(r"[a-z]+(-[a-z0-9]+)+", text)} - NO_CHECKS | COMPOSED


def test_every_check_has_a_page_and_every_page_a_check() -> None:
    pages = {path.stem for path in PAGES.glob("*.md")} - {"README"}

    assert pages == names_of_checks()


def test_every_page_is_in_the_table() -> None:
    rows = re.findall(r"^\| \[([a-z0-9-]+)\]\(([a-z0-9-]+)\.md\) \|", (PAGES / "README.md").read_text(), re.MULTILINE)

    assert sorted(rows) == sorted((name, name) for name in names_of_checks())


def test_pages_have_one_form() -> None:
    for name in names_of_checks():
        text = (PAGES / f"{name}.md").read_text()
        assert text.startswith(f"# {name}\n\n**Severity:** "), name
        assert [line for line in text.splitlines() if line.startswith("## ")] == HEADINGS, name
