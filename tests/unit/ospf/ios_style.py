"""How an IOS router's outputs can look: the same facts, other words and blanks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ipaddress import IPv4Address


@dataclass(frozen=True, slots=True, kw_only=True)
class Style:
    """The defaults are what IOS 15 and IOS-XE print."""

    dotted_areas: bool = False
    """``Area 0.0.0.1`` instead of ``Area 1``."""
    topologies: bool = True
    """``MTID``; IOS 12.4 says ``TOS``."""
    leading_blanks: bool = True
    """False: as Netmiko's ``strip_command`` and people leave them."""
    preamble: bool = False
    """With ``terminal exec prompt timestamp``."""
    carriage_returns: bool = False
    process: int = 1

    def area(self, area: IPv4Address) -> str:
        return str(area) if self.dotted_areas else str(int(area))

    def text(self, lines: list[str]) -> str:
        """Return the lines as the output of a command."""
        if self.preamble:
            lines = [
                "Load for five secs: 2%/0%; one minute: 1%; five minutes: 1%",
                "Time source is NTP, 09:12:33.123 UTC Mon Nov 23 2026",
                "",
                *lines,
            ]
        if not self.leading_blanks:
            lines = [line.lstrip() for line in lines]
        return ("\r\n" if self.carriage_returns else "\n").join(lines) + "\n"

    def heading(self, router_id: IPv4Address) -> list[str]:
        return ["", f"            OSPF Router with ID ({router_id}) (Process ID {self.process})", ""]


STYLES = {
    "ios-xe": Style(),
    "ios-12.4": Style(topologies=False, dotted_areas=True),
    "blanks-cut": Style(leading_blanks=False),
    "timestamps": Style(preamble=True, carriage_returns=True, process=65000),
}
