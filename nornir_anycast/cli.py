"""The command line. Results go to standard output, progress and errors to standard error."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

import click
from rich.console import Console

from nornir_anycast import operations
from nornir_anycast import snapshot as snapshots
from nornir_anycast.checks import EXIT_CODES, Report
from nornir_anycast.lab import LabHost
from nornir_anycast.lab.commands import lab
from nornir_anycast.plugins.processors import Progress
from nornir_anycast.program import EXIT_DONE, EXIT_NOT_DONE, EXIT_NOT_KNOWN, error_console, exit_code, run, write_file
from nornir_anycast.report.changes import render_changes, render_changes_json
from nornir_anycast.report.json import render_json
from nornir_anycast.report.table import print_report
from nornir_anycast.report.whatif import render_forecast, render_forecast_json
from nornir_anycast.site import Site, load_site
from nornir_anycast.target import lab_hosts, open_site
from nornir_anycast.whatif import parse_losses


@dataclass(frozen=True, slots=True)
class Context:
    """What every command needs."""

    directory: Path
    live: bool

    def open_site(self) -> Site:
        """Load the site, enter its lab when that is up, and say so."""
        site = open_site(self.directory, live=self.live)
        if site.in_lab:
            said = f"talking to the lab twin of {site.directory} (--live for the hosts themselves)"
            error_console().print(said, style="dim", markup=False)
        return site

    def lab_hosts(self) -> tuple[Path, list[LabHost]]:
        """The site's directory and the hosts that its lab is made of."""
        site = load_site(self.directory)
        return site.directory, lab_hosts(site)


def _progress(verb: str) -> Progress:
    return Progress(error_console(), verb)


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="nornir-anycast")
@click.option(
    "--site",
    type=click.Path(path_type=Path),
    default=Path(),
    show_default="this folder",
    help="Folder with inventory/ and perhaps tasks/.",
)
@click.option("--live", is_flag=True, help="Talk to the hosts themselves although a lab twin of the site is up.")
@click.pass_context
def cli(context: click.Context, site: Path, live: bool) -> None:
    """Anycast DNS on Linux with OSPF: configure it, and prove from the routers that it works.

    \b
    Try it on a lab on this machine (root):
      nornir-anycast lab up             boot a twin of the inventory
      nornir-anycast plan               what would change, host by host
      nornir-anycast deploy             configure all hosts in parallel
      nornir-anycast verify --wait 30   is every VIP learned from every node?

    While a lab of the site is up, every command talks to the lab.
    """  # noqa: D301 \b is click's mark for verbatim text
    context.obj = Context(site, live)


MAX_WAIT_S = 86_400
_RENDER_CHANGES = {"table": render_changes, "json": render_changes_json}
_RENDER_FORECAST = {"table": render_forecast, "json": render_forecast_json}


def _hosts_option(function: Callable[..., None]) -> Callable[..., None]:
    return click.option("--hosts", metavar="EXPR", help="Host names with commas, or key=value. Default: all.")(function)


def _output_options(function: Callable[..., None]) -> Callable[..., None]:
    function = click.option(
        "--format", "form", type=click.Choice(["table", "json"]), default="table", show_default=True
    )(function)
    return click.option("--output", type=click.Path(path_type=Path, dir_okay=False), help="Write to this file.")(
        function
    )


@cli.command()
@_hosts_option
@_output_options
@click.pass_obj
def plan(context: Context, hosts: str | None, form: str, output: Path | None) -> None:
    """Show the diff per host; change nothing.

    Exit code: 0 shown, 2 some host cannot be configured, 3 some host could not be looked at.
    """
    changes = operations.plan(context.open_site(), hosts, _progress)
    _write(_RENDER_CHANGES[form](changes, "would change"), output)
    sys.exit(exit_code(changes))


@cli.command()
@_hosts_option
@_output_options
@click.option("--dry-run", is_flag=True, help="The same as plan.")
@click.pass_obj
def deploy(context: Context, hosts: str | None, form: str, output: Path | None, dry_run: bool) -> None:
    """Configure nodes and routers, all in parallel.

    A host that fails does not hold the others. Run again, it changes nothing.

    Exit code: 0 done, 2 some host was not done, 3 some host could not be reached.
    """
    operation = operations.plan if dry_run else operations.deploy
    changes = operation(context.open_site(), hosts, _progress)
    _write(_RENDER_CHANGES[form](changes, "would change" if dry_run else "changed"), output)
    sys.exit(exit_code(changes))


@cli.command()
@_hosts_option
@_output_options
@click.option(
    "--wait", "wait_s", type=click.FloatRange(min=0, max=MAX_WAIT_S), default=0, help="Seconds to poll until all is OK."
)
@click.option(
    "--snapshot", "directory", type=click.Path(path_type=Path, file_okay=False), help="Judge saved outputs, ask nobody."
)
@click.option(
    "--before",
    type=click.Path(path_type=Path, file_okay=False),
    help="An earlier snapshot: also say which LSAs flapped since.",
)
@click.pass_obj
def verify(
    context: Context,
    hosts: str | None,
    form: str,
    output: Path | None,
    wait_s: float,
    directory: Path | None,
    before: Path | None,
) -> None:
    """Look at the hosts and say whether every VIP is learned from every node and answered by it.

    What could not be seen is UNKNOWN, never OK. To ask one node's VIP, a vantage or Linux router on its subnet
    gets a policy rule for its own address (table 5380) for the time of the question.

    Exit code (monitoring plugins): 0 OK, 1 WARNING, 2 CRITICAL, 3 UNKNOWN.
    """
    earlier = snapshots.load_look(before) if before else None
    if directory:
        if wait_s or hosts:
            raise click.UsageError("--snapshot goes with neither --wait nor --hosts: what was saved is judged")
        site = load_site(context.directory)
        now = snapshots.taken_at(directory) if earlier else None
        report = operations.judge(site, _load_snapshot(site, directory), operations.Earlier.of(site, earlier), now)
    else:
        report = operations.verify(context.open_site(), hosts, wait_s, _progress, _say_not_yet, earlier)
    if form == "json":
        _write(render_json(report), output)
    elif output:
        text = StringIO()
        print_report(report, Console(file=text, highlight=False, width=100))
        _write(text.getvalue(), output)
    else:
        console = Console(highlight=False)
        with console.capture() as captured:
            print_report(report, console)
        _write(captured.get(), None)
    sys.exit(EXIT_CODES[report.verdict])


def _load_snapshot(site: Site, directory: Path) -> Mapping[str, snapshots.Seen]:
    return snapshots.load(directory, [router.name for router in site.intent.with_role("router")])


def _say_not_yet(report: Report) -> None:
    bad = [finding.check for finding in report.findings]
    counted = ", ".join(f"{check} x {bad.count(check)}" for check in dict.fromkeys(bad))
    error_console().print(f"not yet: {report.verdict.upper()}: {counted}", style="dim")


@cli.command()
@_output_options
@click.option("--without", metavar="LIST", help="NODE, ROUTER, link:A-B, with commas: all lost at once.")
@click.option(
    "--snapshot", "directory", type=click.Path(path_type=Path, file_okay=False), help="Read saved outputs, ask nobody."
)
@click.pass_obj
def whatif(context: Context, form: str, output: Path | None, without: str | None, directory: Path | None) -> None:
    """Show who takes over when nodes, routers or links are lost; change nothing.

    Worked out from the LSDB of every router, live or saved. Without --without: the single points of failure, of all
    nodes, routers and links of the inventory. See docs/whatif.md for what cannot be foreseen.

    Exit code: 0 every router would have a node, 2 some router would be left with none, 3 something is not known.
    """
    site = load_site(context.directory) if directory else context.open_site()
    losses = parse_losses(site.intent, without) if without is not None else ()
    seen = _load_snapshot(site, directory) if directory else operations.look(site, None, _progress)
    found = operations.what_if(site, seen, losses)
    _write(_RENDER_FORECAST[form](found), output)
    sys.exit(EXIT_NOT_DONE if found.is_bad else EXIT_DONE if found.is_known else EXIT_NOT_KNOWN)


@cli.command()
@_hosts_option
@click.argument("directory", type=click.Path(path_type=Path, file_okay=False))
@click.pass_obj
def snapshot(context: Context, hosts: str | None, directory: Path) -> None:
    """Save what the hosts show into a new folder: one folder a host, one file a command, mode 0600.

    `verify --snapshot DIRECTORY` judges it later, and on another machine.

    Exit code: 0 done, 3 some host could not be looked at (its error is saved).
    """
    site = context.open_site()
    seen = operations.look(site, hosts, _progress)
    snapshots.save(site, directory, seen)
    sys.stdout.write(
        f"{directory}: {len(seen)} hosts, {sum(len(answer.sections) for answer in seen.values())} outputs\n"
    )
    sys.exit(EXIT_NOT_KNOWN if any(answer.error for answer in seen.values()) else EXIT_DONE)


cli.add_command(lab)


def _write(text: str, output: Path | None) -> None:
    if output:
        write_file(output, text)
        return
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except BrokenPipeError:  # as with `| head -1`; click would exit with 1, which means WARNING
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(EXIT_NOT_KNOWN)


def main() -> None:
    """Run the command line."""
    sys.exit(run(lambda: cli.main(standalone_mode=False)))
