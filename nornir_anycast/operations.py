"""What the command line and the runbooks do with a site: plan, deploy, verify, ask what if.

Each runs the site's own composition (`tasks/NAME.py`) where there is one, else the package's.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from nornir.core import Nornir
from nornir.core.exceptions import NornirSubTaskError
from nornir.core.task import AggregatedResult, MultiResult, Result, Task

from nornir_anycast.checks import HostChange, Report, add_flapping, evaluate
from nornir_anycast.checks.scene import Scene
from nornir_anycast.errors import AnycastError, ConnectionFailed, UsageError
from nornir_anycast.observation import Observation, parse_observation
from nornir_anycast.ospf.shared import SharedDatabases
from nornir_anycast.plugins.processors import Progress
from nornir_anycast.plugins.tasks import clear_ospf, configure_linux_node, configure_router, observe
from nornir_anycast.script import Section
from nornir_anycast.site import Site, site_task
from nornir_anycast.snapshot import Look, Seen
from nornir_anycast.whatif import Forecast, Loss, find_single_points, forecast

POLL_INTERVAL_S = 1.0

ProgressFactory = Callable[[str], Progress]
"""Makes the processor that shows a run's progress; its argument is the verb."""


def plan(site: Site, hosts: str | None = None, progress: ProgressFactory | None = None) -> list[HostChange]:
    """Show what `deploy` would change; changes nothing.

    Arguments:
        site: from `load_site`, its connections prepared.
        hosts: comma-separated names or `key=value`; None for all.
        progress: shows the progress.

    Raises:
        UsageError: no such host, or the site's own tasks cannot be imported.

    """
    return _configure(site, hosts, progress, dry_run=True)


def deploy(site: Site, hosts: str | None = None, progress: ProgressFactory | None = None) -> list[HostChange]:
    """Configure nodes and routers, all in parallel; a host that fails does not hold the others.

    Arguments and errors are those of `plan`.
    """
    return _configure(site, hosts, progress, dry_run=False)


def _configure(site: Site, hosts: str | None, progress: ProgressFactory | None, *, dry_run: bool) -> list[HostChange]:
    tasks = {
        "node": _site_or(site, "configure_dns_node", configure_linux_node),
        "router": _site_or(site, "configure_peer_router", configure_router),
    }
    selected = site.select(hosts).filter(filter_func=lambda host: site.intent.hosts[host.name].role in tasks)
    if not selected.inventory.hosts:
        raise UsageError(f"--hosts {hosts}: none of them is a node or a router; there is nothing to configure")

    def configure(task: Task) -> Result:
        """Run the task of the host's role, so that all roles are one parallel run."""
        return tasks[site.intent.hosts[task.host.name].role](task, dry_run=dry_run)

    results = _run(selected, configure, "plan" if dry_run else "deploy", progress)
    changes = [_change(name, results.get(name)) for name in selected.inventory.hosts]
    return changes if dry_run else _give_back_router_ids(site, results, changes, progress)


def _give_back_router_ids(
    site: Site, results: AggregatedResult, changes: list[HostChange], progress: ProgressFactory | None
) -> list[HostChange]:
    """Let nodes announce anew whose router-id another node used until now.

    That node flushed what both had announced under it, and the ospfd of FRR does not come back from that by itself.
    """
    done = {change.host for change in changes if change.changed}
    before = {host: result[0].result.get("router_id_before") for host, result in results.items() if host in done}
    owners = {
        owner.name
        for host, router_id in before.items()
        for owner in site.intent.with_role("node")
        if str(owner.router_id) == router_id and owner.name != host
    }
    cleared = _run(
        site.nornir.filter(filter_func=lambda host: host.name in owners), clear_ospf, "clear OSPF of", progress
    )
    failed = {name: result for name, result in cleared.items() if result.failed}
    return [change for change in changes if change.host not in failed] + [
        _change(name, result) for name, result in failed.items()
    ]


def _change(host: str, result: MultiResult | None) -> HostChange:
    if result is None or result.failed:
        error = find_error(result)
        return HostChange(
            host=host,
            changed=False,
            diff="",
            error=describe_error(host, error),
            is_known=error is not None and not isinstance(error, ConnectionFailed),
        )
    return HostChange(host=host, changed=result[0].changed, diff=result[0].diff)


def verify(
    site: Site,
    hosts: str | None = None,
    wait_s: float = 0,
    progress: ProgressFactory | None = None,
    on_poll: Callable[[Report], None] | None = None,
    before: Look | None = None,
) -> Report:
    """Observe the hosts and judge what was seen.

    Arguments:
        site: from `open_site`.
        hosts: comma-separated names or `key=value`; None for all. Only these are looked at.
        wait_s: seconds; poll until the verdict is ok, at most so long.
        progress: shows the progress of the first look.
        on_poll: called with the report after each look that was not ok and will be repeated.
        before: an earlier look, so that LSAs that flap are seen.

    Returns:
        The last report.

    Raises:
        UsageError: no such host, or the site's own tasks cannot be imported.

    """
    deadline = time.monotonic() + max(0.0, wait_s)  # also for a wait that is no number
    earlier = Earlier.of(site, before)
    while True:
        started = time.monotonic()
        report = judge(site, look(site, hosts, progress), earlier)
        if report.verdict == "ok" or time.monotonic() >= deadline:
            return report
        if on_poll:
            on_poll(report)
        progress = None
        time.sleep(max(0.0, min(started + POLL_INTERVAL_S, deadline) - time.monotonic()))


def look(site: Site, hosts: str | None = None, progress: ProgressFactory | None = None) -> dict[str, Seen]:
    """Observe the hosts; judge nothing.

    Arguments and errors are those of `verify`.

    Returns:
        Host name to its raw outputs, or to why there are none; every host asked for is there.

    """
    selected = site.select(hosts)
    results = _run(selected, _site_or(site, "verify_anycast", observe), "look at", progress)
    return {name: _seen(name, results.get(name)) for name in selected.inventory.hosts}


@dataclass(frozen=True)
class Earlier:
    """An earlier look, read once for however many later ones it is compared with."""

    taken_at: datetime
    observations: Mapping[str, Observation]

    @classmethod
    def of(cls, site: Site, look: Look | None) -> Earlier | None:
        """Read a look; errors are those of `judge`."""
        return cls(look.taken_at, _observations(site, look.seen)) if look else None


def judge(site: Site, seen: Mapping[str, Seen], earlier: Earlier | None = None, now: datetime | None = None) -> Report:
    """Judge what was seen, just now or by a snapshot, against the site's intent.

    Arguments:
        site: its intent says what should be.
        seen: from `look` or a snapshot.
        earlier: a look before at the same hosts, so that LSAs that flap are seen.
        now: when `seen` was seen, if that was not just now.

    Raises:
        UsageError: a host that was seen is not in the inventory.

    """
    observations = _observations(site, seen)
    report = evaluate(site.intent, observations)
    if earlier is None:
        return report
    seconds = ((now or datetime.now(UTC)) - earlier.taken_at).total_seconds()
    return add_flapping(report, site.intent, earlier.observations, observations, seconds)


def what_if(site: Site, seen: Mapping[str, Seen], losses: Sequence[Loss]) -> Forecast:
    """Work out who takes over, from what was seen just now or by a snapshot.

    Arguments:
        site: its intent says whose catchments are asked for.
        seen: from `look` or a snapshot.
        losses: what is lost, all at once; none: every single loss is tried.

    Raises:
        UsageError: a host that was seen is not in the inventory, or what OSPF would do cannot be said.

    """
    scene = Scene(site.intent, _observations(site, seen))
    return forecast(scene, losses) if losses else find_single_points(scene)


def _observations(site: Site, seen: Mapping[str, Seen]) -> dict[str, Observation]:
    if unknown := seen.keys() - site.intent.hosts.keys():
        raise UsageError(f"not in the inventory: {', '.join(sorted(unknown))}")
    shared = SharedDatabases()
    return {
        host: Observation(host=host, error=answer.error)
        if answer.error
        else parse_observation(site.intent, host, answer.sections, shared)
        for host, answer in seen.items()
    }


def _seen(host: str, result: MultiResult | None) -> Seen:
    if result is None or result.failed:
        return Seen({}, describe_error(host, find_error(result)))
    try:
        return Seen({name: Section(said["output"], said["status"]) for name, said in result[0].result.items()})
    except (AttributeError, KeyError, TypeError) as error:  # the site's own task, which did not pass on what it saw
        return Seen({}, f"{host}: the task returned no outputs ({error!r}); it must return what observe() does")


def _site_or(site: Site, name: str, default: Callable[..., Result]) -> Callable[..., Result]:
    module = site_task(site.directory, name)
    return getattr(module, name) if module else default


def _run(nornir: Nornir, task: Callable[..., Result], verb: str, progress: ProgressFactory | None) -> AggregatedResult:
    """Run on every host, also on those that failed before: nornir would leave them out without a word."""
    nornir.data.reset_failed_hosts()
    if not nornir.inventory.hosts:
        return AggregatedResult(verb)
    runner = nornir.with_processors([progress(verb)]) if progress else nornir
    return runner.run(task=task)


def find_error(result: MultiResult | None) -> BaseException | None:
    """The error a host's task ended with: the first in the chain that is not nornir's wrapping of another."""
    errors = [item.exception for item in result or () if item.exception is not None]
    return next((error for error in errors if not isinstance(error, NornirSubTaskError)), next(iter(errors), None))


def describe_error(host: str, error: BaseException | None) -> str:
    """One line, or a few, for the user."""
    if error is None:
        return f"{host}: nornir returned no result for it"
    return str(error) if isinstance(error, AnycastError) else f"{host}: {type(error).__name__}: {error}"
