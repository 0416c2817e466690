"""How figures are taken and printed, and what they must be read with: the command line, versions, the machine."""

from __future__ import annotations

import gc
import os
import platform
import resource
import sys
import time
import tracemalloc
from collections.abc import Callable
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from statistics import median


def describe() -> str:
    """Return the command line, the versions and the machine, a line each."""
    names = ("nornir-anycast", "rustworkx")
    versions = ", ".join(f"{name} {_version(name)}" for name in names)
    return (
        f"command: python {' '.join(sys.argv)}\n"
        f"versions: Python {platform.python_version()}, {versions}\n"
        f"machine: {_processor()}, {os.cpu_count()} CPUs, {platform.system()} {platform.release()}, "
        f"load {os.getloadavg()[0]:.1f}"
    )


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "(not installed)"


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), platform.machine())


def peak_memory_mib() -> float:
    """Return the most memory that this process has had."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


class Timings:
    """Times of one thing that was done several times."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._seconds: list[float] = []

    def add(self, seconds: float) -> None:
        """Take one more."""
        self._seconds.append(seconds)

    def __str__(self) -> str:
        least, middle, most = min(self._seconds), median(self._seconds), max(self._seconds)
        return f"{self._name}: min {least:.3f} s, median {middle:.3f} s, max {most:.3f} s of {len(self._seconds)}"


def cpu_seconds(work: Callable[[], object]) -> float:
    """Return how long one run takes."""
    gc.collect()
    start = time.process_time()
    result = work()
    seconds = time.process_time() - start
    del result  # to free it costs time too
    return seconds


def peak_bytes(work: Callable[[], object]) -> int:
    """Return the most memory that one run has, on top of what was there before."""
    tracemalloc.start()
    work()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak
