"""``nornir-anycast lab``: boot, look at, break and end the lab of a site."""

from __future__ import annotations

import dataclasses
import json
import os
import sys
from pathlib import Path
from typing import Protocol

import click
from rich.console import Console
from rich.table import Table

from nornir_anycast.lab import lifecycle
from nornir_anycast.lab.lab import Row, environment, open_lab
from nornir_anycast.lab.plan import DEFAULT_PREFIX, LabHost

_NOT_DONE = 2
_MINUTE_S = 60


class Site(Protocol):
    """What the command line hands over as ``ctx.obj``."""

    def lab_hosts(self) -> tuple[Path, list[LabHost]]:
        """Load the inventory: its folder and its hosts; raises InventoryError."""


_prefix = click.option("--prefix", default=DEFAULT_PREFIX, show_default=True, help="Keeps two labs apart.")


def _progress(line: str) -> None:
    click.echo(line, err=True)


@click.group()
def lab() -> None:
    """A twin of the inventory on this machine: real Linux machines in network namespaces. Needs root."""


@lab.command()
@_prefix
@click.option("--timeout", "timeout_s", default=180.0, show_default=True, help="Seconds until every host is ready.")
@click.pass_obj
def up(site: Site, prefix: str, timeout_s: float) -> None:
    """Boot the lab, or what of it is not running, and wait until every host answers."""
    folder, hosts = site.lab_hosts()
    boot = lifecycle.up(folder, hosts, prefix=prefix, report=_progress, timeout_s=timeout_s)
    for machine in boot.lab.plan.machines:
        for wanted, given in machine.renamed.items():
            _progress(f"{machine.name}: interface {wanted} is called {given} here, Linux takes no such name")
    total = len(boot.lab.plan.machines)
    if boot.late:
        click.echo(f"not ready: {', '.join(boot.late)}; {total - len(boot.late)} of {total} hosts are up")
        sys.exit(_NOT_DONE)
    click.echo(
        f"lab {prefix!r} of {boot.lab.site}: {total} hosts up, {len(boot.booted)} booted in {boot.seconds:.1f} s"
    )


@lab.command()
@_prefix
def down(prefix: str) -> None:
    """End the lab at once; only the cached root trees stay."""
    ended = lifecycle.down(prefix=prefix, report=_progress)
    click.echo(f"lab {prefix!r} is down" if ended else f"lab {prefix!r} was not up")


@lab.command()
@_prefix
@click.option("--format", "form", type=click.Choice(["table", "json"]), default="table", show_default=True)
def status(prefix: str, form: str) -> None:
    """Show every host: what it is, whether it runs, whether SSH answers."""
    found = open_lab(prefix)
    rows = found.status()
    if form == "json":
        record = {
            "schema": 1,
            "site": str(found.site),
            "prefix": prefix,
            "hosts": [dataclasses.asdict(row) for row in rows],
        }
        click.echo(json.dumps(record, indent=2))
        return
    Console(width=None if sys.stdout.isatty() else 100).print(status_table(rows))


def status_table(rows: list[Row]) -> Table:
    """Lay out the rows of `lab status`."""
    table = Table(box=None, pad_edge=False)
    for heading in ("host", "role", "tree", "state", "ssh", "uptime", "boots"):
        table.add_column(heading, justify="right" if heading in {"uptime", "boots"} else "left")
    for row in rows:
        state = f"{row.state}: {row.reason}" if row.reason else row.state
        ssh = "yes" if row.ssh else "no"
        table.add_row(row.host, row.role, row.tree, state, ssh, _duration(row.uptime_s), str(row.boots))
    return table


def _duration(seconds: float | None) -> str:
    if seconds is None:
        return "-"
    minutes, rest = divmod(int(seconds), _MINUTE_S)
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"


@lab.command("exec", context_settings={"ignore_unknown_options": True, "allow_interspersed_args": False})
@_prefix
@click.argument("host")
@click.argument("command", nargs=-1, type=click.UNPROCESSED)
def execute(prefix: str, host: str, command: tuple[str, ...]) -> None:
    """Run COMMAND as root on HOST, without SSH; a shell if there is none. Its exit status is passed on."""
    words = command[1:] if command[:1] == ("--",) else command
    argv = open_lab(prefix).command(host, words or ("/bin/bash",))
    sys.stdout.flush()
    os.execvpe(argv[0], argv, environment(os.environ))  # noqa: S606 - no shell


@lab.group()
def power() -> None:
    """Cut a host's power, or give it back."""


@power.command("off")
@_prefix
@click.argument("host")
def power_off(prefix: str, host: str) -> None:
    """Cut the power of HOST: no daemon gets to say goodbye."""
    open_lab(prefix).power_off(host)
    click.echo(f"{host} is off")


@power.command("on")
@_prefix
@click.option("--timeout", "timeout_s", default=60.0, show_default=True, help="Seconds until the host is ready.")
@click.argument("host")
def power_on(prefix: str, host: str, timeout_s: float) -> None:
    """Boot HOST, with the disk it had, and wait until it answers."""
    found = open_lab(prefix)
    found.power_on(host)
    if lifecycle.wait_ready(found, {host}, timeout_s):
        click.echo(f"{host} was started and does not answer on SSH after {timeout_s:.0f} s")
        sys.exit(_NOT_DONE)
    click.echo(f"{host} is on")
