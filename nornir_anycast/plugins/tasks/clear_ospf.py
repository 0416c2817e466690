"""Make a Linux host announce its LSAs anew."""

from __future__ import annotations

from nornir.core.task import Result, Task

from nornir_anycast.connection import run_script
from nornir_anycast.errors import CommandFailed
from nornir_anycast.node.frr import CLEAR_OSPF

CONNECTION_NAME = "netmiko"


def clear_ospf(task: Task) -> Result:
    """Run `clear ip ospf process`: every adjacency of the host goes down and comes back.

    Returns:
        Result object with the following attributes set:
          * changed (``bool``): True

    Raises:
        HostError: the host cannot be reached, or refuses.

    """
    section = run_script(task, {"clear": f"vtysh -c '{CLEAR_OSPF}'"})["clear"]
    if section.status != 0:
        raise CommandFailed(task.host.name, f"{CLEAR_OSPF!r} failed: {' '.join(section.output.split())[-200:]}")
    return Result(host=task.host, changed=True)
