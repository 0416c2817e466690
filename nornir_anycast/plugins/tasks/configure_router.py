"""Give a peer router the OSPF lines that the intent owns: the smallest delta, then saved, then looked at again."""

from __future__ import annotations

import shlex
from collections.abc import Sequence

from nornir.core.task import Result, Task

from nornir_anycast.connection import configure_cli, run_cli, run_script
from nornir_anycast.errors import CommandFailed, HostError
from nornir_anycast.plugins.tasks.render import render
from nornir_anycast.router import frr
from nornir_anycast.router.delta import Delta, compute_delta
from nornir_anycast.script import Section
from nornir_anycast.site import intent_of

CONNECTION_NAME = "netmiko"
_SHOW = {"version": frr.SHOW_VERSION, "running": frr.SHOW_RUNNING}


def configure_router(task: Task, dry_run: bool | None = None) -> Result:
    """Configure a peer router that runs FRR, on Linux by shell, else at the prompt of its CLI.

    Arguments:
        dry_run: whether to apply changes or not.

    Returns:
        Result object with the following attributes set:
          * result (``dict``): ``{"commands": [line, ...]}``
          * diff (``str``): the lines of the running configuration that change, under their blocks
          * changed (``bool``): whether anything was (or, in a dry run, would be) changed

    Raises:
        HostError: the router cannot be read, is of a kind not supported, or refused a line.

    """
    is_linux = intent_of(task.nornir).hosts[task.host.name].is_linux
    shows = {name: f"vtysh -c {shlex.quote(command)}" for name, command in _SHOW.items()}
    delta = _compare(task, run_script(task, shows) if is_linux else run_cli(task, _SHOW))
    if delta.commands and not task.is_dry_run(dry_run):
        if is_linux:
            sections = run_script(task, {"apply": _vtysh_script(delta.commands), **shows})
            if sections["apply"].status != 0:
                said = " ".join(sections["apply"].output.split())[-300:]
                raise CommandFailed(task.host.name, f"the router refused the configuration: {said}")
        else:
            configure_cli(task, list(delta.commands))
            sections = run_cli(task, _SHOW)
        if left := _compare(task, sections).diff:
            raise HostError(task.host.name, f"after the change the router still lacks:\n{left}")
    return Result(
        host=task.host, result={"commands": list(delta.commands)}, diff=delta.diff, changed=bool(delta.commands)
    )


def _compare(task: Task, sections: dict[str, Section]) -> Delta:
    host = intent_of(task.nornir).hosts[task.host.name]
    for name, command in _SHOW.items():
        if sections[name].status != 0 or not sections[name].output.strip():
            said = " ".join(sections[name].output.split())[:200] or "nothing"
            raise CommandFailed(host.name, f"{command!r} failed (status {sections[name].status}): {said}")
    if frr.parse_version(sections["version"].output) is None:
        said = sections["version"].lines[0][:100]
        raise HostError(host.name, f"only FRR routers can be configured as yet; this one says {said!r}")
    running = sections["running"].output
    if problems := frr.problems(host, running):
        raise HostError(host.name, "; ".join(problems))
    wanted = render(task, f"router/{frr.TEMPLATE}", frr.build_context(host, running))
    return compute_delta(running, wanted, frr.owned(host))


def _vtysh_script(commands: Sequence[str]) -> str:
    """One vtysh call, which stops at the first line it refuses; saved only when it took them all."""
    lines = ["configure terminal", *commands, "end", "write memory"]
    return "vtysh " + " ".join(f"-c {shlex.quote(line)}" for line in lines)
