"""What an operator does in the lab tests: the command line, faults by root, and looking until it is as expected."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nornir_anycast.lab import Lab
from nornir_anycast.lab.keys import make_key_pair

SERVICES = {"resolver": ("ns1", "ns2", "ns3", "ns4"), "internal": ("ns1", "ns3", "ns4")}
ROUTERS = ("r1", "r2", "r3")
SEEN_WITHIN_S = 30.0
MENDED_WITHIN_S = "60"

Json = dict[str, Any]
Cells = dict[tuple[str, str, str], tuple[str, str | None]]
"""(service, router, node) to (state, cause)."""


def column(
    node: str,
    state: str,
    cause: str | None,
    services: tuple[str, ...] = tuple(SERVICES),
    routers: tuple[str, ...] = ROUTERS,
) -> Cells:
    """What routers say of one node."""
    return {
        (service, router, node): (state, cause)
        for service in services
        for router in routers
        if node in SERVICES[service]
    }


def findings(report: Json, check: str) -> list[Json]:
    return [finding for finding in report["findings"] if finding["check"] == check]


def write_key(path: Path) -> None:
    """Make an SSH key, as ssh-keygen does."""
    pair = make_key_pair()
    path.touch(mode=0o600)
    path.write_text(pair.private)
    Path(f"{path}.pub").write_text(f"{pair.public}\n")


def run_anycast(site: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the command line as a user does."""
    command = [sys.executable, "-m", "nornir_anycast", "--site", str(site), *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=150, check=False)


@dataclass(frozen=True)
class Operator:
    """Somebody with the command line, and with root on the machine that runs the lab."""

    site: Path
    lab: Lab
    run_on: Callable[..., subprocess.CompletedProcess[str]]
    """As root on a host, without SSH; a failure is an error."""
    first_ok_s: float = 0
    """Seconds from the first deploy to the first OK."""

    def anycast(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run the command line on this site."""
        return run_anycast(self.site, *arguments)

    def deploy(self) -> None:
        done = self.anycast("deploy")
        assert done.returncode == 0, done.stdout + done.stderr

    def verify(self, *arguments: str) -> tuple[int, Json]:
        done = self.anycast("verify", "--format", "json", *arguments)
        assert done.stdout, done.stderr
        report: Json = json.loads(done.stdout)
        return done.returncode, report

    def wait_for(self, cells: Cells, check: str = "", says: str = "") -> tuple[int, Json]:
        """Poll until the matrix is exactly as expected: `cells` say otherwise, every other is learned and good.

        With `check`, a finding of this name must also say so: hosts are looked at side by side, and a node may have
        been seen a moment before the routers.
        """
        expected: Cells = {key: ("learned", None) for node in SERVICES["resolver"] for key in column(node, "", "")}
        expected |= cells
        deadline = time.monotonic() + SEEN_WITHIN_S
        while True:
            code, report = self.verify()
            seen = {(c["service"], c["router"], c["node"]): (c["state"], c["cause"]) for c in report["origins"]}
            said = not check or any(says in finding["message"] for finding in findings(report, check))
            if (seen == expected and said) or time.monotonic() > deadline:
                assert seen == expected, json.dumps(report["findings"], indent=1)
                assert said, json.dumps(report["findings"], indent=1)
                return code, report

    def wait_until_ok(self) -> None:
        code, report = self.verify("--wait", MENDED_WITHIN_S)
        assert (code, report["verdict"]) == (0, "ok"), json.dumps(report["findings"], indent=1)

    def vtysh(self, host: str, *lines: str) -> None:
        self.run_on(host, "vtysh", *(word for line in lines for word in ("-c", line)))
