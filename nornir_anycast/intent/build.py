"""From the inventory's layers (defaults, groups, host) to an Intent, or to a list of what is wrong, and where."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError, model_validator

from nornir_anycast.errors import InventoryError
from nornir_anycast.intent.lint import lint
from nornir_anycast.intent.model import (
    DnsSettings,
    Host,
    Intent,
    Interface,
    InterfaceName,
    LabSettings,
    OspfSettings,
    Role,
    RouterId,
    Service,
    ServiceName,
)


@dataclass(frozen=True, slots=True)
class Layer:
    """One place in the inventory that holds `anycast` data, and how to name it to the user."""

    where: str
    """For example `inventory/hosts.yaml: ns1`."""
    data: Any


@dataclass(frozen=True, slots=True)
class LayerSet:
    """One host and its layers, the least specific first: defaults, groups, host."""

    name: str
    hostname: str
    platform: str
    layers: Sequence[Layer] = field(default_factory=list)
    port: int = 22


class _OspfLayer(OspfSettings):
    """What one layer says; the rest may stand in another."""

    @model_validator(mode="after")
    def _dead_after_hello(self) -> _OspfLayer:
        return self


class _AnyLayer(BaseModel):
    """The keys allowed in any layer; all optional there."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    role: Role | None = None
    router_id: RouterId | None = None
    services: dict[ServiceName, Service] | tuple[str, ...] | None = None
    interfaces: dict[InterfaceName, Interface] | None = None
    ospf: _OspfLayer | None = None
    dns: DnsSettings | None = None
    lab: LabSettings | None = None


def build_intent(defaults: Layer, hosts: Sequence[LayerSet]) -> Intent:
    """Merge and check the inventory's `anycast` data.

    Arguments:
        defaults: the layer every host shares; it defines the services.
        hosts: all hosts of the inventory; one without `anycast` data of its own takes no part.

    Returns:
        The intent, linted.

    Raises:
        InventoryError: with every mistake found: file, host, key, what was seen, what to do.

    """
    problems = _layer_problems(defaults, hosts)
    if problems:
        raise InventoryError(problems)
    definitions: dict[str, Any] = {}
    for layer in [defaults, *(layer for host in hosts for layer in host.layers)]:
        services = (layer.data or {}).get("services")
        if isinstance(services, Mapping):
            definitions.update(services)
    built: dict[str, Host] = {}
    where = {host.name: host.layers[-1].where for host in hosts if any(layer.data for layer in host.layers)}
    for host in hosts:
        if host.name not in where:
            continue
        try:
            built[host.name] = _build_host(host, defaults.data or {}, list(definitions))
        except ValidationError as error:
            problems.extend(_explain(where[host.name], error))
    if problems:
        raise InventoryError(problems)
    intent = Intent(services=definitions, hosts=built)
    problems = lint(intent, where, defaults.where)
    if problems:
        raise InventoryError(problems)
    return intent


def _build_host(host: LayerSet, defaults: Mapping[str, Any], services: list[str]) -> Host:
    """Merge a host's layers; a node announces every service unless it lists its own."""
    merged = _merge([defaults, *(layer.data or {} for layer in host.layers)])
    if merged.get("services") is None or isinstance(merged["services"], Mapping):
        merged["services"] = services if merged.get("role") == "node" else []
    interfaces: Mapping[str, Any] = merged.get("interfaces") or {}
    addresses = [interface.get("address") for interface in interfaces.values()]
    if "router_id" not in merged and merged.get("role") != "vantage" and addresses and addresses[0] is not None:
        merged["router_id"] = str(addresses[0]).partition("/")[0]
    return Host(name=host.name, hostname=host.hostname, port=host.port, platform=host.platform, **merged)


def _layer_problems(defaults: Layer, hosts: Sequence[LayerSet]) -> list[str]:
    """Check each layer by itself, so that the message names the file the mistake is in; each once."""
    problems: list[str] = []
    layers = {layer.where: layer.data for layer in [defaults, *(layer for host in hosts for layer in host.layers)]}
    for where, data in layers.items():
        if data is None:
            continue
        if not isinstance(data, Mapping):
            problems.append(f"{where}: anycast: must be a mapping, not {type(data).__name__}")
            continue
        try:
            _AnyLayer.model_validate(data)
        except ValidationError as error:
            problems.extend(_explain(where, error, may_be_in_another_layer=("interfaces",)))
    return problems


def _explain(where: str, error: ValidationError, may_be_in_another_layer: Sequence[str] = ()) -> list[str]:
    """One line for each mistake: place, key, reason, what was seen."""
    lines: list[str] = []
    services = f"{where}: anycast.services: must be a mapping of definitions or a list of names"
    for item in error.errors():
        parts = [str(part) for part in item["loc"] if not str(part).startswith(("dict[", "tuple[", "[key]"))]
        path = [part if part.isprintable() else repr(part) for part in parts]
        key = ".".join(["anycast", *path])
        if item["type"] == "extra_forbidden":
            line = f"{where}: {key}: unknown key (see docs/inventory.md for the keys)"
        elif item["type"] in {"dict_type", "tuple_type"} and path == ["services"]:
            if not isinstance(item["input"], Mapping | list):
                line = services
            else:
                continue  # the other branch of `services`, a mapping or a list, says what is wrong
        elif item["type"] == "value_error":
            line = f"{where}: {item['ctx']['error']}" if path == ["name"] else f"{where}: {key}: {item['ctx']['error']}"
        elif item["type"] == "missing":
            if path[0] in may_be_in_another_layer:
                continue
            line = f"{where}: {key}: is missing"
        else:
            line = f"{where}: {key}: {item['msg']} (seen: {str(item['input'])[:80]!r})"
        lines.append(line)
    return list(dict.fromkeys(lines))


def _merge(layers: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Deep merge of mappings; any other value of a later layer replaces the earlier one."""
    merged: dict[str, Any] = {}
    for layer in layers:
        for key, value in layer.items():
            present = merged.get(key)
            if isinstance(present, Mapping) and isinstance(value, Mapping):
                merged[key] = _merge([present, value])
            else:
                merged[key] = value
    return merged
