"""Make a Linux host an anycast node, part by part, in two round trips: look, and (unless nothing differs) change."""

from __future__ import annotations

import base64
import difflib
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from nornir.core.task import Result, Task

from nornir_anycast.connection import run_script
from nornir_anycast.errors import CommandFailed, HostError, ParseError
from nornir_anycast.node.dnsmasq import Dnsmasq
from nornir_anycast.node.facts import FILES, Facts, facts_commands, parse_facts
from nornir_anycast.node.frr import Frr
from nornir_anycast.node.kernel import Kernel
from nornir_anycast.node.loopback import loopback
from nornir_anycast.node.part import NodeContext, Part, PartFactory, TemplateFile
from nornir_anycast.plugins.tasks.render import render
from nornir_anycast.script import Section
from nornir_anycast.site import intent_of

CONNECTION_NAME = "netmiko"
PARTS: tuple[PartFactory, ...] = (Kernel, loopback, Dnsmasq, Frr)
"""The default order: the routing daemon last, so that nothing is announced before it is answered."""


def configure_linux_node(task: Task, dry_run: bool | None = None) -> Result:
    """Configure a DNS node with the default parts, in the default order.

    Arguments:
        dry_run: whether to apply changes or not.

    Returns:
        Result object with the following attributes set:
          * result (``dict``): ``{"changed": [part, ...], "router_id_before": str or None}``
          * diff (``str``): unified diff of files, and of the running system
          * changed (``bool``): whether anything was (or, in a dry run, would be) changed

    Raises:
        HostError: the host cannot be read, must not be configured, or is not as wanted after the change.

    """
    return apply_parts(task, PARTS, dry_run=dry_run)


def apply_parts(task: Task, factories: Sequence[PartFactory], *, dry_run: bool | None = None) -> Result:
    """Configure a DNS node with the parts given, in their order; for a site's own composition.

    Files of a site's own parts cost one more round trip: which they are is known once the host was looked at.
    """
    paths: tuple[str, ...] = FILES
    facts = _read_facts(task, run_script(task, facts_commands(paths)), paths)
    if own := [path for path in _paths(task, factories, facts) if path not in FILES]:
        paths = (*FILES, *own)
        facts = _read_facts(task, run_script(task, facts_commands(paths)), paths)
    changes = _compare(task, factories, facts)
    todo = [change for change in changes if change.diff]
    diff = "".join(change.diff for change in todo)
    if todo and not task.is_dry_run(dry_run):
        sections = run_script(task, {"apply": _apply_script(todo), **facts_commands(paths)})
        if sections["apply"].status != 0:
            said = "\n".join(sections["apply"].lines[-12:])
            raise CommandFailed(task.host.name, f"the change failed:\n{said}")
        left = "".join(change.diff for change in _compare(task, factories, _read_facts(task, sections, paths)))
        if left:
            raise HostError(task.host.name, f"after the change it is still not as wanted:\n{left}")
    return Result(
        host=task.host,
        result={"changed": [change.part.name for change in todo], "router_id_before": facts.ospf_router_id},
        diff=diff,
        changed=bool(todo),
    )


@dataclass(frozen=True, slots=True)
class _Change:
    """What one part has to do on this host; an empty diff means nothing."""

    part: Part
    files: tuple[TemplateFile, ...]
    """Those that differ."""
    rendered: Mapping[str, str]
    diff: str


def _read_facts(task: Task, sections: Mapping[str, Section], paths: Sequence[str]) -> Facts:
    try:
        return parse_facts(sections, paths)
    except ParseError as error:
        raise HostError(task.host.name, str(error)) from error


def _make_parts(task: Task, factories: Sequence[PartFactory], facts: Facts) -> list[Part]:
    intent = intent_of(task.nornir)
    context = NodeContext(intent, intent.hosts[task.host.name], facts)
    parts = [factory(context) for factory in factories]
    if problems := [f"{part.name}: {problem}" for part in parts for problem in part.problems()]:
        raise HostError(task.host.name, "cannot be configured: " + "; ".join(problems))
    return parts


def _paths(task: Task, factories: Sequence[PartFactory], facts: Facts) -> list[str]:
    return [file.path for part in _make_parts(task, factories, facts) for file in part.files()]


def _compare(task: Task, factories: Sequence[PartFactory], facts: Facts) -> list[_Change]:
    """Render every part and hold it against the host."""
    changes = []
    for part in _make_parts(task, factories, facts):
        files = part.files()
        rendered = {file.path: render(task, f"node/{file.template}", file.context) for file in files}
        differing = tuple(file for file in files if _differs(file, rendered[file.path], facts))
        lines = [_file_diff(file, rendered[file.path], facts) for file in differing]
        if drift := part.drift(rendered):
            lines += [f"--- {part.name}, running system\n", *(f"{line}\n" for line in drift)]
        if lines:
            commands = part.activate({file.path for file in differing})
            lines += [f"--- {part.name}, then\n", *(f"{_shown(command)}\n" for command in commands)]
        changes.append(_Change(part, differing, rendered, "".join(lines)))
    return changes


def _shown(command: str) -> str:
    """A command as the plan shows it: a longer one by the comment it begins with."""
    first = command.splitlines()[0]
    return first if first.startswith("#") else f"$ {first}"


def _differs(file: TemplateFile, wanted: str, facts: Facts) -> bool:
    seen = facts.files.get(file.path)
    return seen is None or (seen.content, seen.mode, seen.owner) != (wanted, file.mode, file.owner)


def _file_diff(file: TemplateFile, wanted: str, facts: Facts) -> str:
    seen = facts.files.get(file.path)
    before = seen.content.splitlines(keepends=True) if seen else []
    text = "".join(
        difflib.unified_diff(before, wanted.splitlines(keepends=True), file.path if seen else "/dev/null", file.path)
    )
    if seen and (seen.mode, seen.owner) != (file.mode, file.owner):
        text += f"-{file.path}: mode {seen.mode:04o} {seen.owner}\n+{file.path}: mode {file.mode:04o} {file.owner}\n"
    return text


def _apply_script(changes: Sequence[_Change]) -> str:
    """Stage every file, validate every file, only then install; then each part takes effect, in order."""
    install, stage = [], ["set -eu", "stage=$(mktemp -d)", "trap 'rm -rf \"$stage\"' EXIT"]
    for number, (file, text) in enumerate(
        (file, change.rendered[file.path]) for change in changes for file in change.files
    ):
        path, owner = shlex.quote(file.path), shlex.quote(file.owner)
        encoded = base64.b64encode(text.encode()).decode()
        stage += [f'staged="$stage/{number}"', f'echo {encoded} | base64 -d > "$staged"']
        if file.validate:
            stage.append(f"{file.validate} || {{ echo {path}: refused, nothing was changed; exit 1; }}")
        folder = shlex.quote(file.path.rpartition("/")[0])
        install += [
            f"mkdir -p -m 0755 {folder}",
            f'cp "$stage/{number}" {path}.new; chown {owner} {path}.new; chmod {file.mode:04o} {path}.new',
            f"mv -f {path}.new {path}",
        ]
    activate = [
        f"{command} || {{ echo {shlex.quote(f'{change.part.name}: failed: {command.splitlines()[0]}')}; exit 1; }}"
        for change in changes
        for command in change.part.activate({file.path for file in change.files})
    ]
    return "\n".join([*stage, *install, *activate])
