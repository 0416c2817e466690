"""The VIPs on the loopback interface, for the boot and now; one class a backend."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from ipaddress import IPv4Address

from nornir_anycast.node.part import NodeContext, Part, TemplateFile

_OUR_VIP = re.compile(r"(?m)^(?:Address=| +address )(\d+\.\d+\.\d+\.\d+)/32$")


class _Loopback:
    """What the backends share: the addresses now. Each backend says how they come back at boot."""

    name = "loopback"
    path: str
    template: str
    boot_unit: str
    reload: tuple[str, ...] = ()

    def __init__(self, context: NodeContext) -> None:
        self._context = context

    def problems(self) -> Sequence[str]:
        """None once a backend was chosen."""
        return ()

    def files(self) -> Sequence[TemplateFile]:
        """One file with every VIP, read at boot."""
        return (TemplateFile(self.path, self.template, {"vips": self._context.vips}),)

    def drift(self, rendered: Mapping[str, str]) -> Sequence[str]:  # noqa: ARG002
        """VIPs of the intent that are not on lo, other services' VIPs that are, and a boot that would forget them."""
        lines = [f"- lo: {vip}/32" for vip in self._surplus()]
        lines += [f"+ lo: {vip}/32" for vip in self._context.vips if vip not in self._context.facts.loopback]
        lines += [f"- {path}: of another backend" for path in self._left_over()]
        if self.boot_unit not in self._context.facts.enabled:
            lines.append(f"+ {self.boot_unit}: enabled at boot")
        return lines

    def activate(self, changed: AbstractSet[str]) -> Sequence[str]:  # noqa: ARG002
        """Set the addresses with ip(8): right also where the backend believes they are there already."""
        return [
            *self._context.enable(self.boot_unit),
            *(f"rm -f {path}" for path in self._left_over()),
            *(f"ip addr del {vip}/32 dev lo" for vip in self._surplus()),
            *(f"ip addr replace {vip}/32 dev lo" for vip in self._context.vips),
            *self.reload,
        ]

    def _left_over(self) -> list[str]:
        """Our files of the other backends: they would set old VIPs at boot."""
        ours = {backend.path for backend in (Ifupdown, Networkd)}
        return sorted((ours - {self.path}) & self._context.facts.files.keys())

    def _surplus(self) -> list[IPv4Address]:
        """VIPs on lo that this node does not announce (any more): the site's, and those our files name."""
        facts = self._context.facts
        known = {service.vip for service in self._context.intent.services.values()}
        for path in {Ifupdown.path, Networkd.path} & facts.files.keys():
            known |= {IPv4Address(found) for found in _OUR_VIP.findall(facts.files[path].content)}
        return sorted((known - set(self._context.vips)) & facts.loopback)


class Ifupdown(_Loopback):
    """Debian's ifupdown: a stanza for each VIP in interfaces.d."""

    path = "/etc/network/interfaces.d/nornir-anycast"
    template = "interfaces.j2"
    boot_unit = "networking"


class Networkd(_Loopback):
    """systemd-networkd: a .network file for lo."""

    path = "/etc/systemd/network/20-nornir-anycast.network"
    template = "loopback.network.j2"
    boot_unit = "systemd-networkd"
    reload = ("networkctl reload",)


class _NoLoopback(_Loopback):
    """A host on which nothing we know sets up the network."""

    path = template = boot_unit = ""

    def problems(self) -> Sequence[str]:
        """Say what was looked for."""
        return ("neither systemd-networkd runs here nor is ifupdown installed: no way to keep the VIP over a reboot",)


def loopback(context: NodeContext) -> Part:
    """Choose the backend by what manages the network of this host: a running networkd, else ifupdown."""
    if "systemd-networkd" in context.facts.active:
        return Networkd(context)
    if "ifup" in context.facts.tools:
        return Ifupdown(context)
    return _NoLoopback(context)
