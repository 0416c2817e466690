"""The snapshot in docs/snapshot, as the README tells to try it: no root, no lab."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

REPOSITORY = Path(__file__).parents[2]
SNAPSHOT = REPOSITORY / "docs" / "snapshot"


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "nornir_anycast", *arguments, "--snapshot", str(SNAPSHOT.relative_to(REPOSITORY))]
    environment = {**os.environ, "COLUMNS": "100"}
    return subprocess.run(
        command, cwd=REPOSITORY, env=environment, capture_output=True, text=True, timeout=60, check=False
    )


def test_verify() -> None:
    done = run("verify", "--format", "json")

    report = json.loads(done.stdout)
    assert (done.returncode, done.stderr) == (2, "")
    states = {(c["router"], c["node"]): c["state"] for c in report["origins"] if c["service"] == "resolver"}
    assert states == {
        (router, node): "unreachable" if node == "ns4" else "learned"
        for router in ("r1", "r2", "r3")
        for node in ("ns1", "ns2", "ns3", "ns4")
    }
    assert {f["check"] for f in report["findings"]} == {
        "adjacency-missing",
        "dns-dead",
        "host-unreachable",
        "origin-unreachable",
    }


def test_what_the_readme_shows() -> None:
    readme = (REPOSITORY / "README.md").read_text()
    matrix = run("verify").stdout.split("\n\n")[0]
    forecast = run("whatif", "--without", "ns1,link:r1-r2").stdout

    assert "\n".join(line.rstrip() for line in matrix.splitlines()) in readme
    assert "\n".join(line.rstrip() for line in forecast.splitlines()) in readme


def test_what_if() -> None:
    done = run("whatif", "--without", "ns1,link:r1-r2", "--format", "json")

    rows = json.loads(done.stdout)["catchments"]
    moved = {(r["service"], r["router"]): r["nodes_after"] for r in rows if r["nodes_before"] != r["nodes_after"]}
    assert done.returncode == 0
    assert moved == {
        ("resolver", "r1"): ["ns2"],
        ("resolver", "r3"): ["ns2"],
        ("internal", "r1"): ["ns3"],
        ("internal", "r3"): ["ns3"],
    }


def test_nothing_of_the_machine_is_in_it() -> None:
    versions = {path.read_text().partition("\n")[0] for path in SNAPSHOT.glob("*/show_version.txt")}
    assert {line.rpartition(" on ")[2] for line in versions} == {"Linux."}
