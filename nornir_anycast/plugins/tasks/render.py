"""The one way a template becomes text: nornir-jinja2, with one strict environment."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from jinja2 import Environment, PackageLoader, PrefixLoader, StrictUndefined
from nornir.core.task import Task
from nornir_jinja2.plugins.tasks import template_file

ENVIRONMENT = Environment(  # noqa: S701 configuration files, not HTML: nothing to escape; values are checked at the intent
    loader=PrefixLoader(
        {"node": PackageLoader("nornir_anycast.node"), "router": PackageLoader("nornir_anycast.router")}
    ),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    keep_trailing_newline=True,
)


def render(task: Task, template: str, context: Mapping[str, Any]) -> str:
    """Render a template of the package as a nornir subtask.

    Arguments:
        task: the host's task.
        template: `node/NAME` or `router/NAME`.
        context: everything the template uses; a name it lacks is an error.

    """
    return str(task.run(template_file, template=template, jinja_env=ENVIRONMENT, **context)[0].result)
