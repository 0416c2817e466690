"""The contract between the parts of a node and the task that carries them out."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from ipaddress import IPv4Address
from typing import Any, Protocol

from nornir_anycast.intent import Host, Intent, Service
from nornir_anycast.node.facts import Facts


@dataclass(frozen=True, slots=True)
class TemplateFile:
    """A file of the node that is rendered from a template of the package."""

    path: str
    template: str
    context: Mapping[str, Any]
    mode: int = 0o644
    owner: str = "root:root"
    validate: str | None = None
    """Shell command that accepts or refuses the staged file, whose path is in `$staged`; None: nothing to check."""


@dataclass(frozen=True, slots=True)
class NodeContext:
    """What a part may look at: the intent, the host it is for, and what the host is."""

    intent: Intent
    host: Host
    facts: Facts

    @property
    def services(self) -> list[Service]:
        """The services this node announces."""
        return [service for name, service in self.intent.services.items() if name in self.host.services]

    @property
    def vips(self) -> list[IPv4Address]:
        """The VIPs this node announces."""
        return self.intent.vips_of(self.host.name)

    def enable(self, unit: str) -> tuple[str, ...]:
        """Shell command that starts a unit at boot; none where it does already, for enabling can enable others too."""
        return () if unit in self.facts.enabled else (f"systemctl -q enable {unit}",)


class Part(Protocol):
    """One aspect of a node: kernel settings, loopback, DNS, routing."""

    name: str

    def problems(self) -> Sequence[str]:
        """Why this host cannot be configured; empty when it can."""
        ...

    def files(self) -> Sequence[TemplateFile]:
        """The files this part owns, all of them."""
        ...

    def drift(self, rendered: Mapping[str, str]) -> Sequence[str]:
        """Where the running system differs from the intent: diff lines, `-` what is seen, `+` what is wanted.

        Arguments:
            rendered: path to wanted content, for the files of this part.

        """
        ...

    def activate(self, changed: AbstractSet[str]) -> Sequence[str]:
        """Shell commands that make the running system follow the files.

        Arguments:
            changed: paths of this part's files that were just written.

        """
        ...


PartFactory = Callable[[NodeContext], Part]
"""Chooses and makes a part for a host from its facts."""
