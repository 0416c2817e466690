"""How this site configures a DNS node: which parts, in which order."""

from nornir.core.task import Result, Task

from nornir_anycast.node.dnsmasq import Dnsmasq
from nornir_anycast.node.frr import Frr
from nornir_anycast.node.kernel import Kernel
from nornir_anycast.node.loopback import loopback
from nornir_anycast.plugins.tasks import apply_parts

CONNECTION_NAME = "netmiko"


def configure_dns_node(task: Task, dry_run: bool | None = None) -> Result:
    """Kernel settings, VIPs, DNS, and routing last: nothing is announced before it is answered."""
    return apply_parts(task, (Kernel, loopback, Dnsmasq, Frr), dry_run=dry_run)
