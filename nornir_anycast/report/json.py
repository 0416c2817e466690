"""The report as JSON; the fields are an interface, see docs/json.md."""

from __future__ import annotations

import json
from dataclasses import asdict
from ipaddress import IPv4Address

from nornir_anycast.checks import Report

SCHEMA = 1


def render_json(report: Report) -> str:
    """Render the report as one JSON document that ends with a newline."""
    document = {
        "schema": SCHEMA,
        "verdict": report.verdict,
        "services": [asdict(service) for service in report.services],
        "origins": [asdict(cell) for cell in report.origins],
        "adjacencies": [asdict(adjacency) for adjacency in report.adjacencies],
        "findings": [asdict(finding) for finding in report.findings],
        "dns": [asdict(answer) for answer in report.answers],
    }
    return json.dumps(document, indent=2, default=_plain) + "\n"


def _plain(value: object) -> str:
    if isinstance(value, IPv4Address):
        return str(value)
    raise TypeError(f"cannot be JSON: {value!r}")
