"""A small good site, and ways to spoil it: files as a user writes them (JSON is YAML too)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from copy import deepcopy
from pathlib import Path
from typing import Any

Files = dict[str, dict[str, Any]]
Place = tuple[str, ...]
"""File, then the keys; `anycast` stands for `data` and `anycast`."""

DELETED = object()

GOOD: Files = {
    "defaults.yaml": {
        "username": "netops",
        "data": {"anycast": {"services": {"resolver": {"vip": "203.0.113.53", "min_nodes": 2}}}},
    },
    "groups.yaml": {
        "nodes": {"platform": "linux", "data": {"anycast": {"role": "node"}}},
        "routers": {"platform": "linux", "data": {"anycast": {"role": "router"}}},
    },
    "hosts.yaml": {
        "ns1": {
            "hostname": "ns1.example.net",
            "groups": ["nodes"],
            "data": {
                "anycast": {
                    "router_id": "198.51.100.11",
                    "interfaces": {"eth0": {"address": "192.0.2.11/28"}},
                },
            },
        },
        "ns2": {
            "hostname": "ns2.example.net",
            "groups": ["nodes"],
            "data": {
                "anycast": {
                    "router_id": "198.51.100.12",
                    "interfaces": {"eth0": {"address": "192.0.2.12/28"}},
                },
            },
        },
        "r1": {
            "hostname": "r1.example.net",
            "groups": ["routers"],
            "data": {
                "anycast": {
                    "router_id": "198.51.100.1",
                    "interfaces": {
                        "eth0": {"address": "192.0.2.1/28"},
                        "eth1": {"address": "192.0.2.17/28"},
                    },
                },
            },
        },
        "client1": {
            "hostname": "client1.example.net",
            "data": {"anycast": {"role": "vantage", "interfaces": {"eth0": {"address": "192.0.2.18/28"}}}},
        },
        "printer": {"hostname": "printer.example.net"},
    },
}


def spoiled(changes: Mapping[Place, object]) -> Files:
    """The good site with other values in some places; `DELETED` takes a key away."""
    files = deepcopy(GOOD)
    for place, value in changes.items():
        keys = [key for part in place for key in (("data", "anycast") if part == "anycast" else (part,))]
        spot: dict[str, Any] = files
        for key in keys[:-1]:
            spot = spot.setdefault(key, {})
        if value is DELETED:
            del spot[keys[-1]]
        else:
            spot[keys[-1]] = value
    return files


def write_site(folder: Path, changes: Mapping[Place, object] | None = None) -> Path:
    """Write the site's files into `inventory/` of a folder; a file whose value is text is written as it stands."""
    inventory = folder / "inventory"
    inventory.mkdir(exist_ok=True)
    contents: dict[str, Any] = spoiled(changes or {})
    for name, content in contents.items():
        text = content if isinstance(content, str) else json.dumps(content)
        (inventory / name).write_text(text, encoding="utf-8")
    return folder
