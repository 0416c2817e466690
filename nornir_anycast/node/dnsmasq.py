"""dnsmasq: answers on the VIPs and on the unicast address, over UDP and TCP, the same on every node."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet

from nornir_anycast.node.part import NodeContext, TemplateFile


class Dnsmasq:
    """A drop-in of our own; settings elsewhere that contradict it are refused, not overridden."""

    name = "dnsmasq"
    path = "/etc/dnsmasq.d/nornir-anycast.conf"
    upstream_path = "/etc/nornir-anycast/upstream.conf"

    def __init__(self, context: NodeContext) -> None:
        self._context = context

    def problems(self) -> Sequence[str]:
        """Say that dnsmasq is missing, or configured elsewhere in a way that breaks anycast."""
        if "dnsmasq" not in self._context.facts.tools:
            return ("dnsmasq is not installed (Debian: apt install dnsmasq)",)
        return [
            f"{conflict}: contradicts what an anycast node needs; remove this line"
            for conflict in self._context.facts.dnsmasq_conflicts
        ]

    def files(self) -> Sequence[TemplateFile]:
        """The drop-in, and the resolvers to ask in a file that nothing else writes."""
        host, dns = self._context.host, self._context.host.dns
        drop_in = {
            "vips": self._context.vips,
            "uplinks": list(host.interfaces),
            "services": self._context.services,
            "node": host.name,
            "dns": dns,
            "upstream_path": self.upstream_path,
        }
        return (
            TemplateFile(self.upstream_path, "upstream.conf.j2", {"upstream": dns.upstream}),
            TemplateFile(self.path, "dnsmasq.conf.j2", drop_in, validate='dnsmasq --test --conf-file="$staged"'),
        )

    def drift(self, rendered: Mapping[str, str]) -> Sequence[str]:  # noqa: ARG002
        """Not running, older than its configuration, or not started at boot."""
        facts = self._context.facts
        return [
            *(f"- dnsmasq: has not read {path}" for path in self._unread()),
            *(["- dnsmasq: not running", "+ dnsmasq: running"] if "dnsmasq" not in facts.active else []),
            *(["+ dnsmasq: enabled at boot"] if "dnsmasq" not in facts.enabled else []),
        ]

    def activate(self, changed: AbstractSet[str]) -> Sequence[str]:
        """Restart on a change (a reload does not read the configuration file: dnsmasq(8), SIGHUP), else start."""
        start = "restart" if changed or self._unread() else "start"
        return (*self._context.enable("dnsmasq"), f"systemctl {start} dnsmasq")

    def _unread(self) -> list[str]:
        """Our files that were written after dnsmasq was started: a change that was not finished."""
        facts = self._context.facts
        if facts.dnsmasq_started_s is None:
            return []
        states = ((path, facts.files.get(path)) for path in (self.path, self.upstream_path))
        return [path for path, state in states if state and state.modified_s > facts.dnsmasq_started_s]
