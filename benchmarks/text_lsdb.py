"""How long a link-state database with many external LSAs takes to read as text, against TextFSM."""

from __future__ import annotations

import argparse
import io
import platform
import shlex
import struct
import sys
from importlib.metadata import version
from ipaddress import IPv4Address
from statistics import median
from typing import TYPE_CHECKING

import textfsm
from machine import cpu_seconds, peak_bytes

from nornir_anycast.ospf.quagga import externals, listing

if TYPE_CHECKING:
    from collections.abc import Callable

ADVERTISING_ROUTERS = 1000
ROUTER_ID = "       OSPF Router with ID (198.51.100.1)"
# It takes the same values as the parser, and refuses what it does not know; it makes strings of them, and checks none.
TEMPLATE = r"""Value AGE (\d+)
Value OPTIONS ([0-9a-f]+)
Value LINK_STATE_ID ([\d.]+)
Value ADVERTISING_ROUTER ([\d.]+)
Value SEQUENCE ([0-9a-f]{8})
Value CHECKSUM ([0-9a-f]{4})
Value LENGTH (\d+)
Value MASK (\d+)
Value METRIC_TYPE (\d)
Value METRIC (\d+)
Value FORWARD_ADDRESS ([\d.]+)
Value Required TAG (\d+)

Start
  ^\s+OSPF Router with ID
  ^\s+AS External Link States
  ^  LS age: ${AGE}$$
  ^  Options: 0x${OPTIONS}\s+:\s+\S+$$
  ^  LS Flags: 0x
  ^  LS Type: AS-external-LSA$$
  ^  Link State ID: ${LINK_STATE_ID} \(External Network Number\)$$
  ^  Advertising Router: ${ADVERTISING_ROUTER}$$
  ^  LS Seq Number: ${SEQUENCE}$$
  ^  Checksum: 0x${CHECKSUM}$$
  ^  Length: ${LENGTH}$$
  ^  Network Mask: /${MASK}$$
  ^        Metric Type: ${METRIC_TYPE}
  ^        TOS: 0$$
  ^        Metric: ${METRIC}$$
  ^        Forward Address: ${FORWARD_ADDRESS}$$
  ^        External Route Tag: ${TAG}$$ -> Record
  ^\s*$$
  ^. -> Error
"""


def checksum_of(lsa: bytes) -> int:
    """Return the LS checksum of an LSA that is given without its age, and with a checksum of 0."""
    place = 14
    first, second = sum(lsa), sum((len(lsa) - index) * byte for index, byte in enumerate(lsa))
    high = ((len(lsa) - place - 1) * first - second) % 255
    low = (second - (len(lsa) - place) * first) % 255
    return (high or 255) << 8 | (low or 255)


def external_lsas(count: int, style: str) -> tuple[str, str]:
    """Return what the daemons print for so many LSAs, each of a prefix of its own: in full, and one line each."""
    gap = "\n" if style == "frr" else ""
    full, short = [], []
    for number in range(count):
        link_state_id, router = 0x0A000000 + number, 0xAC100000 + number % ADVERTISING_ROUTERS
        sequence, bit_e, tag = 0x80000001 + number % 50, (number % 2 ^ 1) << 31, number % 100
        lsa = (2, 5, link_state_id, router, sequence, 0, 36, 0xFFFFFFFF, bit_e | 20, 0, tag)
        checksum = checksum_of(struct.pack(">BBIIIHHIIII", *lsa))
        prefix, advertising_router = IPv4Address(link_state_id), IPv4Address(router)
        metric_type = "2 (Larger than any link state path)" if bit_e else "1"
        full.append(
            f"  LS age: {number % 1800}\n  Options: 0x2  : *|-|-|-|-|-|E|-\n  LS Flags: 0x6  \n"
            f"  LS Type: AS-external-LSA\n  Link State ID: {prefix} (External Network Number)\n"
            f"  Advertising Router: {advertising_router}\n  LS Seq Number: {sequence:08x}\n"
            f"  Checksum: 0x{checksum:04x}\n  Length: 36\n{gap}  Network Mask: /32\n"
            f"        Metric Type: {metric_type}\n        TOS: 0\n        Metric: 20\n"
            f"        Forward Address: 0.0.0.0\n        External Route Tag: {tag}\n\n"
        )
        short.append(
            f"{prefix!s:15} {advertising_router!s:15} {number % 1800:4} 0x{sequence:08x} 0x{checksum:04x} "
            f"{'E2' if bit_e else 'E1'} {prefix}/32 [0x{tag:x}]\n"
        )
    headings = "Link ID         ADV Router      Age  Seq#       CkSum  Route\n"
    return (
        f"\n{ROUTER_ID}\n\n                AS External Link States \n\n{''.join(full)}\n",
        f"\n{ROUTER_ID}\n\n                AS External Link States\n\n{headings}{''.join(short)}\n\n",
    )


def main() -> None:
    """Measure, and print what was measured."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lsas", type=int, default=100_000, help="how many external LSAs (default: %(default)s)")
    parser.add_argument("--textfsm-lsas", type=int, default=5_000, help="how many TextFSM reads (default: %(default)s)")
    parser.add_argument("--style", choices=("quagga", "frr"), default="quagga", help="(default: %(default)s)")
    parser.add_argument("--runs", type=int, default=9, help="how often (default: %(default)s)")
    options = parser.parse_args()

    text, short = external_lsas(options.lsas, options.style)
    less, _ = external_lsas(options.textfsm_lsas, options.style)
    ways: dict[str, tuple[str, Callable[[], object]]] = {
        "parser": (text, lambda: externals.parse_externals(text)),
        "listing": (short, lambda: listing.parse_listing(short)),
        "TextFSM": (less, lambda: textfsm.TextFSM(io.StringIO(TEMPLATE)).ParseText(less)),
    }
    print(f"$ python {shlex.join(sys.argv)}")
    print(f"Python {platform.python_version()}, {platform.system()} {platform.machine()}, TextFSM {version('textfsm')}")
    print(f"{options.lsas} type-5 LSAs as {options.style} prints them, {len(text) / 1e6:.1f} MB")
    print(f"{options.textfsm_lsas} for TextFSM, {len(less) / 1e6:.1f} MB; the listing has {len(short) / 1e6:.1f} MB")
    # In turns, so that a busy moment of the machine hits all.
    speeds = [
        {name: len(read) / 1e6 / cpu_seconds(way) for name, (read, way) in ways.items()} for _ in range(options.runs)
    ]
    for name, (read, way) in ways.items():
        found = [run[name] for run in speeds]
        peak = peak_bytes(way)
        print(
            f"{name:8}  CPU time: max {max(found):.1f} MB/s, median {median(found):.1f} MB/s;"
            f"  memory: {peak / 1e6:.0f} MB, {peak / len(read):.1f} times the text"
        )
    ratios = [run["parser"] / run["TextFSM"] for run in speeds]
    print(f"parser / TextFSM: min {min(ratios):.1f}, median {median(ratios):.1f}, max {max(ratios):.1f}")


if __name__ == "__main__":
    main()
