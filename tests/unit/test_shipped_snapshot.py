"""The snapshot in docs/snapshot, as the README tells to try it: no root, no lab."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from datetime import datetime, timedelta
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[2]
SNAPSHOT = REPOSITORY / "docs" / "snapshot"


def run(*arguments: str, snapshot: Path = SNAPSHOT) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "nornir_anycast", *arguments, "--snapshot", str(snapshot)]
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


@pytest.fixture
def later(tmp_path: Path) -> Path:
    """The same, taken half a minute later."""
    folder = tmp_path / "later"
    shutil.copytree(SNAPSHOT, folder)
    meta = json.loads((folder / "meta.json").read_text())
    taken_at = datetime.fromisoformat(meta["taken_at"]) + timedelta(seconds=30)
    (folder / "meta.json").write_text(json.dumps({**meta, "taken_at": taken_at.isoformat()}))
    return folder


def findings(done: subprocess.CompletedProcess[str], check: str) -> list[str]:
    return [f["message"] for f in json.loads(done.stdout)["findings"] if f["check"] == check]


def test_lsas_that_flapped_since_an_earlier_snapshot(later: Path) -> None:
    calm = run("verify", "--format", "json", "--before", str(SNAPSHOT), snapshot=later)
    for host in ("r1", "r2", "r3", "ns1", "ns2", "ns3"):
        file = later / host / "show_ip_ospf_database_external_json.json"
        shown = json.loads(file.read_text())
        for lsa in shown["asExternalLinkStates"]:
            if (lsa["advertisingRouter"], lsa["linkStateId"]) == ("198.51.100.12", "203.0.113.53"):
                lsa["lsaSeqNumber"] = f"{int(lsa['lsaSeqNumber'], 16) + 5:08x}"
                lsa["lsaAge"] = 1
        file.write_text(json.dumps(shown))
    restless = run("verify", "--format", "json", "--before", str(SNAPSHOT), snapshot=later)

    assert findings(calm, "lsa-flapping") == []
    assert findings(restless, "lsa-flapping") == [
        "ns2 made its type-5 203.0.113.53/32 5 times anew in 30 s (seen by ns1, ns2, ns3, r1, r2, r3)"
    ]
    assert findings(run("verify", "--format", "json", snapshot=later), "lsa-flapping") == []


def test_earlier_snapshot_of_no_known_time(later: Path) -> None:
    (later / "meta.json").unlink()

    done = run("verify", "--before", str(later))

    assert (done.returncode, done.stdout) == (64, "")
    assert f"{later}: when it was taken is not known: meta.json: No such file or directory" in done.stderr


def test_line_of_the_configuration_that_is_not_understood_hides_nothing_else(later: Path) -> None:
    file = later / "r1" / "show_running-config.txt"
    file.write_text(file.read_text().replace("interface eth0\n", "interface eth0\n ip ospf frobnicate s3cret\n", 1))

    done = run("verify", "--format", "json", snapshot=later)

    assert findings(done, "output-not-understood") == [
        (
            "how r1 authenticates its neighbors is not known: show running-config: line 11: not understood: "
            "'ip ospf frobnicate'"
        )
    ]
    assert "s3cret" not in done.stdout
    assert {c["state"] for c in json.loads(done.stdout)["origins"] if c["router"] == "r1"} == {"learned", "unreachable"}


def test_nothing_of_the_machine_is_in_it() -> None:
    versions = {path.read_text().partition("\n")[0] for path in SNAPSHOT.glob("*/show_version.txt")}
    assert {line.rpartition(" on ")[2] for line in versions} == {"Linux."}
