"""Look at one host: everything in one round trip on Linux, command by command at the prompt of a CLI router."""

from __future__ import annotations

from importlib.resources import files

from nornir.core.task import Result, Task

from nornir_anycast.connection import run_cli, run_script
from nornir_anycast.observation import DAEMON, cli_commands, keep, shell_commands
from nornir_anycast.ospf.platform import VERSION
from nornir_anycast.site import intent_of

CONNECTION_NAME = "netmiko"
TIMEOUT_S = 30.0
"""For everything a host is asked, dead VIPs included."""


def observe(task: Task) -> Result:
    """Save what a host shows of OSPF, its daemons and the VIPs; judge nothing.

    Returns:
        Result object with the following attributes set:
          * result (``dict``): ``{command: {"output": str, "status": int}}``

    Raises:
        HostError: the host cannot be reached or read.

    """
    intent = intent_of(task.nornir)
    host = intent.hosts[task.host.name]
    if host.is_linux:
        probe = (files("nornir_anycast.dns") / "remote_probe.py").read_text(encoding="utf-8")
        sections = run_script(task, shell_commands(intent, host, probe), prelude=DAEMON, timeout_s=TIMEOUT_S)
    else:
        sections = run_cli(task, {VERSION: VERSION})
        sections |= run_cli(task, cli_commands(intent, sections[VERSION].output))
    kept = {name: said for name, section in sections.items() if (said := keep(name, section))}
    return Result(
        host=task.host,
        result={name: {"output": section.output, "status": section.status} for name, section in kept.items()},
    )
