"""FRR's ospfd on a node: announces exactly the node's VIPs as E1, never becomes DR, never forwards."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from ipaddress import IPv4Address

from nornir_anycast.config_text import diff_block, diff_lines, parse_blocks
from nornir_anycast.node.facts import ORIGINATED
from nornir_anycast.node.part import NodeContext, TemplateFile

CLEAR_OSPF = "clear ip ospf process"
SETTLE_TRIES = 40
"""Quarters of a second until ospfd must originate what it should; its own delay is 5 s."""
_NOT_CONFIGURATION = re.compile(r"frr (version|defaults) |(Building|Current) configuration|no ipv6 forwarding\Z")


class Frr:
    """The integrated configuration, and ospfd switched on in `/etc/frr/daemons`."""

    name = "frr"
    path = "/etc/frr/frr.conf"
    daemons_path = "/etc/frr/daemons"

    def __init__(self, context: NodeContext) -> None:
        self._context = context

    def problems(self) -> Sequence[str]:
        """FRR is not installed."""
        if "vtysh" not in self._context.facts.tools or self.daemons_path not in self._context.facts.files:
            return ("FRR is not installed (Debian: apt install frr frr-pythontools)",)
        return ()

    def files(self) -> Sequence[TemplateFile]:
        """frr.conf is ours as a whole; of `daemons` only the switch of ospfd."""
        context = {
            "hostname": self._context.host.name.replace("_", "-"),  # FRR takes no underscore
            "router_id": self._context.host.router_id,
            "interfaces": self._context.host.interfaces,
            "ospf": self._context.host.ospf,
            "vips": self._context.vips,
        }
        daemons = enable_daemon(self._context.facts.files[self.daemons_path].content, "ospfd")
        return (
            TemplateFile(self.daemons_path, "verbatim.j2", {"text": daemons}, 0o640, "frr:frr"),
            TemplateFile(self.path, "frr.conf.j2", context, 0o640, "frr:frr", 'vtysh -C -f "$staged"'),
        )

    def drift(self, rendered: Mapping[str, str]) -> Sequence[str]:
        """The running configuration against the file, and whether FRR runs, now and at boot."""
        facts = self._context.facts
        lines = []
        if "frr" not in facts.active:
            lines += ["- frr: not running", "+ frr: running"]
        elif facts.frr_running is None:
            lines += ["- frr: its running configuration cannot be read", "+ frr: as the file says"]
        else:
            lines += running_drift(facts.frr_running, rendered[self.path])
            if facts.ospf_router_id not in {None, str(self._context.host.router_id)}:
                lines += [
                    f"- router-id in use: {facts.ospf_router_id}",
                    f"+ router-id in use: {self._context.host.router_id}",
                ]
            lines += [f"+ originated: {vip}/32" for vip in self._context.vips if vip not in facts.originated]
        if "frr" not in facts.enabled:
            lines.append("+ frr: enabled at boot")
        return lines

    def activate(self, changed: AbstractSet[str]) -> Sequence[str]:
        """Reload applies the delta without a restart; switching a daemon on needs one; a new router-id a clear."""
        facts = self._context.facts
        start = "restart" if self.daemons_path in changed or "frr" not in facts.active else "reload"
        commands = [*self._context.enable("frr"), f"systemctl {start} frr"]
        if start == "reload" and facts.ospf_router_id not in {None, str(self._context.host.router_id)}:
            commands.append(f"vtysh -c '{CLEAR_OSPF}'")
            commands += [
                f"# and after that on {name}, whose router-id this was: {CLEAR_OSPF}" for name in self._owners()
            ]
        return [*commands, *([_settle(self._context.vips)] if self._context.vips else [])]

    def _owners(self) -> list[str]:
        """Other hosts whose router-id ospfd uses here: it has overwritten their LSAs, and will flush them."""
        hosts = self._context.intent.hosts.values()
        in_use = self._context.facts.ospf_router_id
        return [h.name for h in hosts if str(h.router_id) == in_use and h.name != self._context.host.name]


def _settle(vips: Sequence[IPv4Address]) -> str:
    """Wait until ospfd originates the VIPs: it looks at the filters only after some seconds.

    FRR 8.4.4 and 10.3 now and then forget a prefix that comes back (a `network VIP/32` that was taken away, in the lab
    every time within 8 s): its address, taken away and put back, reminds them, and no other VIP is touched.
    """
    return f"""# wait until ospfd originates {", ".join(map(str, vips))}; put an address back that it forgot
(
missing() {{
  seen=$({ORIGINATED})
  for vip in {" ".join(map(str, vips))}; do echo "$seen" | grep -qxF "$vip" || echo "$vip"; done
}}
settle() {{
  tries=0
  while [ -n "$(missing)" ] && [ $tries -lt {SETTLE_TRIES} ]; do sleep 0.25; tries=$((tries + 1)); done
}}
settle
for vip in $(missing); do ip addr del "$vip/32" dev lo; sleep 0.25; ip addr replace "$vip/32" dev lo; done
settle
[ -z "$(missing)" ]
)"""


def enable_daemon(daemons: str, daemon: str) -> str:
    r"""Switch a daemon on in the text of `/etc/frr/daemons`.

    >>> enable_daemon("zebra=yes\nospfd=no\n", "ospfd")
    'zebra=yes\nospfd=yes\n'
    """
    text, count = re.subn(rf"(?m)^{daemon}=.*$", f"{daemon}=yes", daemons)
    return text if count else f"{daemons.rstrip()}\n{daemon}=yes\n"


def running_drift(running: str, wanted: str) -> list[str]:
    """Compare FRR's running configuration with a configuration file, without regard to order.

    Returns diff lines, `-` runs but is not wanted, `+` the reverse.
    """
    seen, target = _comparable(running), _comparable(wanted)
    lines = diff_lines(seen.keys() - target.keys(), ()) + diff_lines((), target.keys() - seen.keys())
    for header in sorted(seen.keys() | target.keys()):
        lines += diff_block(header, seen.get(header, []), target.get(header, []))
    return lines


def _comparable(configuration: str) -> dict[str, list[str]]:
    """Its blocks, less what FRR prints of itself: version, headings, IPv6 forwarding (only where IPv6 is)."""
    return {
        header: lines for header, lines in parse_blocks(configuration).items() if not _NOT_CONFIGURATION.match(header)
    }
