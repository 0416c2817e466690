"""How long a link-state database with many external LSAs takes to read as JSON, against ``json.loads`` alone."""

from __future__ import annotations

import argparse
import json
import platform
import shlex
import sys
from statistics import median
from typing import TYPE_CHECKING

from machine import cpu_seconds, peak_bytes

from nornir_anycast.ospf.frr import externals
from nornir_anycast.ospf.frr.document import Document

if TYPE_CHECKING:
    from collections.abc import Callable

AREA = "0.0.0.1"


TYPE_5 = {
    "lsaAge": 41,
    "options": "*|-|-|-|-|-|E|-",
    "lsaFlags": 6,
    "lsaType": "AS-external-LSA",
    "linkStateId": "203.0.113.53",
    "advertisingRouter": "198.51.100.13",
    "lsaSeqNumber": "80000001",
    "checksum": "5ab6",
    "length": 36,
    "networkMask": 32,
    "metricType": "E1",
    "tos": 0,
    "metric": 20,
    "forwardAddress": "192.0.2.67",
    "externalRouteTag": 0,
}
TYPE_7 = {
    **{key.replace("forwardAddress", "nssaForwardAddress"): value for key, value in TYPE_5.items()},
    "options": "*|-|-|-|N/P|-|E|-",
    "lsaType": "NSSA-LSA",
}


def external_lsas(count: int, routers: int, lsa_type: str, style: str) -> str:
    """Return what FRR prints for so many LSAs, each of a prefix of its own, from so many routers."""
    lsas = [
        (TYPE_5 if lsa_type == "5" else TYPE_7)
        | {
            "lsaAge": number % 1800,
            "linkStateId": f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}",
            "advertisingRouter": f"172.{number % routers >> 16}.{number % routers >> 8 & 255}.{number % routers & 255}",
            "lsaSeqNumber": f"{0x80000001 + number % 50:08x}",
            "metricType": "E1" if number % 2 else "E2 (Larger than any link state path)",
        }
        for number in range(count)
    ]
    shown = {"asExternalLinkStates": lsas} if lsa_type == "5" else {"nssaExternalLinkStates": {"areas": {AREA: lsas}}}
    if style == "10.3":
        return json.dumps(shown, indent=2, separators=(",", ":")) + "\n"
    # FRR 8.4 prints one line.
    return json.dumps(shown, separators=(", ", ": ")).replace("/", "\\/") + "\n"


def main() -> None:
    """Measure, and print what was measured."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lsas", type=int, default=100_000, help="how many external LSAs (default: %(default)s)")
    parser.add_argument("--routers", type=int, default=1000, help="how many advertising routers (default: %(default)s)")
    parser.add_argument("--type", choices=("5", "7"), default="5", help="LS type (default: %(default)s)")
    parser.add_argument("--style", choices=("8.4", "10.3"), default="10.3", help="FRR's version (default: %(default)s)")
    parser.add_argument("--runs", type=int, default=9, help="how often (default: %(default)s)")
    options = parser.parse_args()

    text = external_lsas(options.lsas, options.routers, options.type, options.style)
    document = Document("show ip ospf database", text)
    parse = externals.parse_externals if options.type == "5" else externals.parse_nssa_externals
    ways: dict[str, Callable[[], object]] = {
        "json.loads": lambda: json.loads(text),
        "parser": lambda: parse(document),
    }
    print(f"$ python {shlex.join(sys.argv)}")
    print(f"Python {platform.python_version()}, {platform.system()} {platform.machine()}")
    print(f"{options.lsas} type-{options.type} LSAs as FRR {options.style} prints them, {len(text) / 1e6:.1f} MB")
    # In turns, so that a busy moment of the machine hits both.
    seconds = [{name: cpu_seconds(way) for name, way in ways.items()} for _ in range(options.runs)]
    for name, way in ways.items():
        times = [run[name] for run in seconds]
        peak = peak_bytes(way)
        print(
            f"{name:10}  CPU time: min {min(times):.3f} s, median {median(times):.3f} s;"
            f"  memory: {peak / 1e6:.0f} MB, {peak / len(text):.1f} times the text"
        )
    ratios = [run["parser"] / run["json.loads"] for run in seconds]
    print(f"parser / json.loads: min {min(ratios):.2f}, median {median(ratios):.2f}, max {max(ratios):.2f}")


if __name__ == "__main__":
    main()
