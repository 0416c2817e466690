"""What the main job may cost on two cores; the figures in the documentation come from these tests (pytest -s)."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time

import pytest

from nornir_anycast.lab import Boot, Lab
from tests.lab.operator import Json, Operator

KIB_PER_MB = 1000 / 1.024


def measure(operator: Operator, *arguments: str) -> tuple[float, float]:
    """Wall time in seconds and peak resident memory in MB of one run, which must end with 0."""
    command = [sys.executable, "-m", "nornir_anycast", "--site", str(operator.site), *arguments]
    started = time.monotonic()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    elapsed = time.monotonic() - started
    assert process.returncode == 0
    return elapsed, usage.ru_maxrss / KIB_PER_MB


def say(what: str, value: float, unit: str) -> None:
    sys.stdout.write(f"\nmeasured: {what}: {value:.1f} {unit}\n")


def test_lab_boots_within_a_minute(boot: Boot) -> None:
    say(f"lab up, {len(boot.booted)} hosts", boot.seconds, "s")
    assert len(boot.booted) == 8
    assert boot.seconds < 60


def test_first_deploy_is_verified_within_a_minute(operator: Operator) -> None:
    say("first deploy to verified OK", operator.first_ok_s, "s")
    assert 0 < operator.first_ok_s < 60


@pytest.mark.parametrize(("arguments", "within_s"), [(("verify",), 8), (("deploy",), 8)])
def test_time_and_memory(operator: Operator, arguments: tuple[str, ...], within_s: float) -> None:
    operator.wait_until_ok()
    elapsed, peak = measure(operator, *arguments)
    say(f"{arguments[0]}, nothing to do", elapsed, "s")
    say(f"{arguments[0]}, peak memory of the controller", peak, "MB")
    assert elapsed < within_s
    assert peak < 150


def test_machine_outside_has_nothing_of_the_lab(operator: Operator, lab: Lab) -> None:
    """No interface, no route: a packet for a lab address cannot leave through the machine's own network."""
    operator.wait_until_ok()
    ours = {str(interface.ip) for machine in lab.plan.machines for interface in machine.host.interfaces.values()}
    ours |= {str(machine.host.hostname) for machine in lab.plan.machines} | {"203.0.113.53", "203.0.113.153"}
    networks = {
        str(interface.network) for machine in lab.plan.machines for interface in machine.host.interfaces.values()
    }

    addresses = {a["local"] for link in ip_json("address", "show") for a in link["addr_info"]}
    routes = {route["dst"] for route in ip_json("route", "show", "table", "all")}

    assert addresses
    assert not addresses & ours
    assert not routes & (ours | networks)


def ip_json(*arguments: str) -> list[Json]:
    done = subprocess.run(["ip", "-json", "-4", *arguments], capture_output=True, text=True, check=True)
    rows: list[Json] = json.loads(done.stdout)
    return rows
