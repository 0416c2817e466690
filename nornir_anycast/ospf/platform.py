"""Which daemon's outputs these are, and who reads them.

FRR is asked for JSON. Quagga has none, nor have all versions of Cisco IOS: they are read as text. Saved outputs of
FRR can be text too.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from ipaddress import IPv4Address
from typing import Literal

from nornir_anycast.errors import ParseError
from nornir_anycast.ospf import frr, ios, quagga
from nornir_anycast.ospf.model import RouterView
from nornir_anycast.ospf.quagga import process, running_config
from nornir_anycast.ospf.shared import SharedDatabases

VERSION = "show version"
PROCESS = process.COMMAND
RUNNING_CONFIG = running_config.COMMAND
_IOS_PROCESS = re.compile(r'^ *Routing Process "ospf', re.MULTILINE)

PlatformName = Literal["frr", "quagga", "ios"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Platform:
    """How one kind of router is asked, and read."""

    commands: Callable[[Sequence[IPv4Address]], list[str]]
    """What to ask a host with a shell, for these VIPs."""
    prompt_commands: Callable[[Sequence[IPv4Address]], list[str]]
    """What to ask at a prompt, where each command is a round trip."""
    parse_view: Callable[[Mapping[str, str], Sequence[IPv4Address], SharedDatabases | None], RouterView]
    """Reads the answers; raises :class:`ParseError`."""


PLATFORMS: dict[PlatformName, Platform] = {
    "frr": Platform(commands=frr.commands, prompt_commands=partial(frr.commands, few=True), parse_view=frr.parse_view),
    "quagga": Platform(commands=quagga.commands, prompt_commands=quagga.commands, parse_view=quagga.parse_view),
    "ios": Platform(commands=ios.commands, prompt_commands=ios.commands, parse_view=ios.parse_view),
}


def platform_of_version(output: str) -> PlatformName | None:
    """Return the platform whose ``show version`` this is, ``None`` if it is none that we know.

    >>> platform_of_version("FRRouting 8.4.4 (r1) on Linux(6.1.0-44-amd64).")
    'frr'
    >>> platform_of_version("Cisco IOS XE Software, Version 17.03.04a")
    'ios'
    """
    first = output.lstrip().partition("\n")[0]
    if first.startswith("FRRouting "):
        return "frr"
    if first.startswith("Quagga "):
        return "quagga"
    # Older ones: "IOS (tm) C2600 Software (C2600-IK9O3S3-M), Version 12.2(15)T9, RELEASE SOFTWARE (fc2)"
    return (
        "ios"
        if "Cisco IOS" in output or "IOS (tm)" in output or "Cisco Internetwork Operating System" in output
        else None
    )


def parse_view(
    outputs: Mapping[str, str], vips: Sequence[IPv4Address], shared: SharedDatabases | None = None
) -> RouterView:
    """Return what one router shows, whichever platform it is, from live or saved outputs.

    Arguments:
        outputs: by command. ``show version`` need not be there: the outputs themselves tell.
        vips: the VIPs whose RIB entries are wanted.
        shared: databases that other routers showed at the same look; equal ones are parsed once.

    Raises:
        ParseError: an output is missing or not understood, or it is no platform that we know.

    """
    return PLATFORMS[_platform_of(outputs)].parse_view(outputs, vips, shared)


def authenticate(view: RouterView, outputs: Mapping[str, str]) -> RouterView:
    """Return the view with how its interfaces authenticate, where only the running configuration says so.

    Raises:
        ParseError: the running configuration is not understood. The view is right without it.

    """
    if RUNNING_CONFIG not in outputs or _platform_of(outputs) == "ios":
        return view
    return quagga.authenticate(view, outputs[RUNNING_CONFIG])


def _platform_of(outputs: Mapping[str, str]) -> PlatformName:
    # Saved by hand: some of FRR's JSON, and all of its text.
    has_json = all(command in outputs for command in frr.NEEDED)
    if has_json or (frr.PROCESS in outputs and PROCESS not in outputs):
        return "frr"
    version = outputs.get(VERSION, "")
    known = platform_of_version(version)
    if known is None and PROCESS not in outputs:
        if version.strip():
            first = version.strip().partition("\n")[0]
            raise ParseError(VERSION, 1, first, "neither FRRouting, nor Quagga, nor Cisco IOS")
        raise ParseError(PROCESS, 0, "", "no output of this command")
    if known == "ios" or (known is None and _IOS_PROCESS.search(outputs[PROCESS])):
        return "ios"
    return "quagga"  # FRR prints nearly the same
