"""A site on disk: its Nornir inventory, the intent in it, and its own composition of tasks.

The edge where nornir comes in; everything behind it gets values.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network
from pathlib import Path
from types import ModuleType
from typing import Any

from nornir import InitNornir
from nornir.core import Nornir
from nornir.core.inventory import Group
from nornir.core.inventory import Host as InventoryHost
from ruamel.yaml import YAML

from nornir_anycast.errors import InventoryError, UsageError
from nornir_anycast.intent import DEFAULT_PLATFORM, Host, Intent, Layer, LayerSet, build_intent
from nornir_anycast.inventory_files import check_files

DOCUMENTATION_NETWORKS = tuple(IPv4Network(n) for n in ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24"))
"""RFC 5737: addresses that exist nowhere but in documents and labs."""

INTENT_KEY = "anycast_intent"
"""Where a loaded site keeps its intent: in the inventory's defaults, which filtered copies share."""

WORKERS = 20
"""Hosts worked on at once."""


@dataclass(frozen=True, slots=True)
class Site:
    """A loaded site.

    ``directory`` is absolute; ``nornir`` holds all hosts of the inventory that take part; ``intent`` is linted.
    """

    directory: Path
    nornir: Nornir
    intent: Intent
    in_lab: bool = False
    """True when its connections lead to its lab twin."""

    def select(self, expression: str | None) -> Nornir:
        """Filter the hosts.

        Arguments:
            expression: comma-separated host names, or one `key=value` over host data; None for all.

        Raises:
            UsageError: when a name is unknown or nothing matches.

        """
        if expression is None:
            return self.nornir
        key, equals, value = expression.partition("=")
        if equals:
            hosts = self.nornir.inventory.hosts
            names = [name for name, host in hosts.items() if _has(host, self.intent.hosts[name], key, value)]
            if not names:
                raise UsageError(f"--hosts {expression}: no host has {key}={value}")
        else:
            names = [name.strip() for name in expression.split(",") if name.strip()]
            unknown = [name for name in names if name not in self.nornir.inventory.hosts]
            if unknown or not names:
                known = ", ".join(self.nornir.inventory.hosts)
                raise UsageError(f"--hosts: no such host: {', '.join(unknown) or repr(expression)} (hosts: {known})")
        return self.nornir.filter(filter_func=lambda host: host.name in names)


def _has(host: InventoryHost, intent: Host, key: str, value: str) -> bool:
    seen = getattr(intent, key) if key in {"role", "platform", "name"} else host.get(key)
    return str(seen) == value


def load_site(directory: Path) -> Site:
    """Load and check a site.

    Arguments:
        directory: the folder that holds `inventory/` (and perhaps `tasks/`), or the inventory folder itself;
            a `config.yaml` there is given to nornir, so that any inventory plugin can be used.

    Raises:
        InventoryError: the inventory cannot be read or is wrong; every problem is listed.

    """
    try:
        root = directory.resolve()
        folder = next((d for d in (root / "inventory", root) if (d / "hosts.yaml").is_file()), None)
        config = next((f for f in (root / "config.yaml", root / "inventory" / "config.yaml") if f.is_file()), None)
    except (OSError, RuntimeError) as error:  # RuntimeError: a loop of symbolic links
        raise InventoryError([f"{directory}: cannot be read: {error}"]) from error
    if folder is None and config is None:
        raise InventoryError([f"{root}: no inventory/hosts.yaml, hosts.yaml or config.yaml here (see --site)"])
    if folder == root and root.name == "inventory":
        root = root.parent
    options: dict[str, Any] = {}
    if config is None and folder is not None:
        check_files(folder)
        options |= {"logging": {"enabled": False}, "runner": {"options": {"num_workers": WORKERS}}}
        names = {"host_file": "hosts.yaml", "group_file": "groups.yaml", "defaults_file": "defaults.yaml"}
        options["inventory"] = {
            "plugin": "SimpleInventory",
            "options": {option: str(folder / name) for option, name in names.items()},
        }
    try:
        if config is not None and "logging" not in (YAML(typ="safe").load(config.read_text(encoding="utf-8")) or {}):
            options["logging"] = {"enabled": False}  # else nornir writes a nornir.log where the user happens to be
        nornir = InitNornir(config_file=str(config or ""), **options)
    except Exception as error:  # whatever the inventory plugin of a config.yaml raises
        said = " ".join(f"{type(error).__name__}: {error}".split())
        raise InventoryError([f"{config or folder}: nornir cannot load it: {said}"]) from error
    intent = read_intent(nornir, (folder or root).name)
    keep_intent(nornir, intent)
    taking_part = set(intent.hosts)
    return Site(root, nornir.filter(filter_func=lambda host: host.name in taking_part), intent)


def keep_intent(nornir: Nornir, intent: Intent) -> None:
    """Make this the intent of a Nornir object and of its filtered copies."""
    nornir.inventory.defaults.data[INTENT_KEY] = intent


def intent_of(nornir: Nornir) -> Intent:
    """The intent that belongs to a (perhaps filtered) Nornir object: the loaded site's, else read from all its hosts.

    Raises:
        InventoryError: it is wrong.

    """
    known = nornir.inventory.defaults.data.get(INTENT_KEY)
    return known if isinstance(known, Intent) else read_intent(nornir, "inventory")


def read_intent(nornir: Nornir, label: str) -> Intent:
    """Take the `anycast` layers out of the inventory, each with the file it came from, and check them.

    Raises:
        InventoryError: with every problem found.

    """
    inventory = nornir.inventory

    def layer(file: str, name: str | None, data: object) -> Layer:
        where = f"{label}/{file}" + (f": {name!r}" if name and not name.isprintable() else f": {name}" if name else "")
        return Layer(where, data.get("anycast") if isinstance(data, Mapping) else data)

    def groups_of(groups: list[Group]) -> list[Group]:
        """Least specific first: nornir looks the first group up first, and a group before its own groups."""
        found: list[Group] = []
        for group in reversed(groups):
            found.extend([*groups_of(list(group.groups)), group])
        return found

    hosts = [
        LayerSet(
            name=host.name,
            hostname=str(host.hostname or host.name),
            platform=str(host.platform or DEFAULT_PLATFORM),
            port=host.port or 22,
            layers=[
                *(layer("groups.yaml", group.name, group.data) for group in groups_of(list(host.groups))),
                layer("hosts.yaml", host.name, host.data),
            ],
        )
        for host in inventory.hosts.values()
    ]
    return build_intent(layer("defaults.yaml", None, inventory.defaults.data), hosts)


def documentation_hosts(intent: Intent) -> list[str]:
    """Hosts whose SSH address is a documentation address: they can only be in a lab."""

    def is_documentation(hostname: str) -> bool:
        try:
            address = IPv4Address(hostname)
        except ValueError:
            return False
        return any(address in network for network in DOCUMENTATION_NETWORKS)

    return [host.name for host in intent.hosts.values() if is_documentation(host.hostname)]


def site_task(site: Path, name: str) -> ModuleType | None:
    """The site's own `tasks/NAME.py`, or None when the site has none.

    Raises:
        UsageError: the site's module cannot be imported.

    """
    path = site / "tasks" / f"{name}.py"
    if not path.is_file():
        return None
    if str(site) not in sys.path:
        sys.path.insert(0, str(site))
    try:
        module = importlib.import_module(f"tasks.{name}")
    except Exception as error:  # it is the user's program: a slip of the pen in it can raise anything
        raise UsageError(f"{path}: cannot be imported: {type(error).__name__}: {error}") from error
    if not Path(module.__file__ or "").samefile(path):
        raise UsageError(f"{path}: not imported: this process holds `tasks` of another place, {module.__file__}")
    if not callable(getattr(module, name, None)):
        raise UsageError(f"{path}: there is no {name}() in it")
    return module
