"""Kernel settings: a node does not forward, and does not answer ARP for a VIP on its uplink."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet

from nornir_anycast.node.part import NodeContext, TemplateFile

SETTINGS = {
    "net.ipv4.ip_forward": "0",
    "net.ipv4.conf.all.arp_ignore": "1",
    "net.ipv4.conf.all.arp_announce": "2",
}
"""Kernel documentation, networking/ip-sysctl: `all` and the interface's own value, the greater one counts."""


class Kernel:
    """The sysctl settings, in a file of their own."""

    name = "kernel"
    path = "/etc/sysctl.d/90-nornir-anycast.conf"

    def __init__(self, context: NodeContext) -> None:
        self._facts = context.facts

    def problems(self) -> Sequence[str]:
        """None: every Linux has them."""
        return ()

    def files(self) -> Sequence[TemplateFile]:
        """One file, read at boot."""
        return (TemplateFile(self.path, "sysctl.conf.j2", {"settings": SETTINGS}),)

    def drift(self, rendered: Mapping[str, str]) -> Sequence[str]:  # noqa: ARG002
        """Values that are not in force."""
        lines = []
        for key, wanted in SETTINGS.items():
            seen = self._facts.sysctls.get(key)
            if seen != wanted:
                lines += [f"- {key} = {seen}", f"+ {key} = {wanted}"]
        return lines

    def activate(self, changed: AbstractSet[str]) -> Sequence[str]:  # noqa: ARG002
        """Load our file only: other files are not ours to load."""
        return (f"sysctl -q -p {self.path}",)
