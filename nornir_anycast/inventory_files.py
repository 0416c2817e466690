"""The shape of hand-written inventory files: what nornir would answer with an AttributeError, said in one line each."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from nornir_anycast.errors import InventoryError

_USER = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.@\\-]{0,63}\$?\Z")
_NUMBERS = ("port",)
_TEXTS = ("hostname", "username", "password", "platform")


def check_files(folder: Path) -> None:
    """Check `hosts.yaml`, `groups.yaml` and `defaults.yaml` of a SimpleInventory, before nornir reads them.

    Raises:
        InventoryError: with every mistake found; what is under `data` is not looked at.

    """
    problems: list[str] = []
    loaded: dict[str, Mapping[Any, Any]] = {}
    for name in ("defaults.yaml", "groups.yaml", "hosts.yaml"):
        where = f"{folder.name}/{name}"
        try:
            content = _load(folder / name)
        except ValueError as error:
            problems.append(f"{where}: {error}")
            continue
        if not isinstance(content, Mapping):
            problems.append(f"{where}: must be a mapping, not {_kind(content)}")
            continue
        loaded[name] = content
    groups = loaded.get("groups.yaml", {})
    problems += _element(f"{folder.name}/defaults.yaml", loaded.get("defaults.yaml", {}))
    for file in ("groups.yaml", "hosts.yaml"):
        for name, element in loaded.get(file, {}).items():
            where = f"{folder.name}/{file}: {_name(name)}"
            if not isinstance(name, str):
                problems.append(f"{where}: a name must be text, not {_kind(name)}; put it in quotes")
            elif not isinstance(element, Mapping):
                problems.append(f"{where}: must be a mapping, not {_kind(element)}")
            else:
                problems += [*_element(where, element), *_groups(where, element.get("groups"), groups)]
    problems += [
        f"{folder.name}/groups.yaml: {_name(name)}: groups: the group is a member of itself"
        for name in groups
        if not problems and name in _members_of(name, groups)
    ]
    if problems:
        raise InventoryError(problems)


def _load(path: Path) -> object:
    """The file's content; an empty file, or one that need not be there, is an empty mapping.

    Raises:
        ValueError: it cannot be read; the text says why, in one line.

    """
    if not path.is_file():
        return {}
    try:
        content = YAML(typ="safe").load(path.read_text(encoding="utf-8"))
    except UnicodeDecodeError as error:
        raise ValueError(f"not UTF-8 text ({error.reason} at byte {error.start})") from error
    except OSError as error:
        raise ValueError(f"cannot be read: {error.strerror}") from error
    except Exception as error:  # a wrong date or number raises what Python's constructors raise
        raise ValueError(f"not valid YAML: {' '.join(str(error).split())}") from error
    return {} if content is None else content


def _element(where: str, element: Mapping[Any, Any]) -> Iterator[str]:
    """Check what nornir itself reads of a host, a group or the defaults."""
    for key in _TEXTS:
        if not isinstance(element.get(key), str | None):
            yield f"{where}: {key}: must be text, not {_kind(element[key])}; put it in quotes"
    yield from _user(where, element.get("username"))
    for key in _NUMBERS:
        if isinstance(element.get(key), bool) or not isinstance(element.get(key), int | None):
            yield f"{where}: {key}: must be a number, not {_kind(element[key])}"
    if not isinstance(element.get("data"), Mapping | None):
        yield f"{where}: data: must be a mapping, not {_kind(element['data'])}"
    options = element.get("connection_options", {})
    if not isinstance(options, Mapping):
        yield f"{where}: connection_options: must be a mapping, not {_kind(options)}"
    for name, option in options.items() if isinstance(options, Mapping) else ():
        place = f"{where}: connection_options.{_name(name)}"
        if not isinstance(option, Mapping):
            yield f"{place}: must be a mapping, not {_kind(option)}"
        elif not isinstance(option.get("extras"), Mapping | None):
            yield f"{place}.extras: must be a mapping, not {_kind(option['extras'])}"
        else:
            yield from _element(place, {key: option.get(key) for key in (*_TEXTS, *_NUMBERS)})


def _user(where: str, name: object) -> Iterator[str]:
    if isinstance(name, str) and not _USER.match(name):
        yield f"{where}: username: {name!r} is not a user name (letters, digits, _ . @ \\ -)"


def _groups(where: str, names: object, groups: Mapping[Any, Any]) -> Iterator[str]:
    if not isinstance(names, list | None):
        yield f"{where}: groups: must be a list of names, not {_kind(names)}"
        return
    for name in names or ():
        if not isinstance(name, str) or name not in groups:
            known = ", ".join(_name(group) for group in groups) or "none"
            yield f"{where}: groups: {_name(name)} is not defined in groups.yaml (defined: {known})"


def _members_of(name: str, groups: Mapping[Any, Any]) -> set[str]:
    """Every group that a group is in, by way of others too."""
    found: set[str] = set()
    todo = list(groups[name].get("groups") or ())
    while todo:
        group = todo.pop()
        if group not in found:
            found.add(group)
            todo += groups[group].get("groups") or ()
    return found


def _name(name: object) -> str:
    return name if isinstance(name, str) and name.isprintable() else repr(name)


def _kind(value: object) -> str:
    """What YAML calls it."""
    kinds = {"NoneType": "empty", "str": "text", "bool": "a yes or no", "int": "a number", "float": "a number"}
    return {**kinds, "list": "a list", "dict": "a mapping"}.get(type(value).__name__, type(value).__name__)
