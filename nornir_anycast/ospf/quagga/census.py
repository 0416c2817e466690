"""How many LSAs there are of which type: an output that was cut off between two LSAs must not pass for whole."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import IPv4Address
from typing import Literal

LsaType = Literal["router", "network", "summary", "asbr-summary", "external", "nssa-external"]
"""As in ``show ip ospf database TYPE``."""

Scope = tuple[LsaType, IPv4Address | None]
"""A type and the area whose database it is in; ``None`` for type 5."""


@dataclass(frozen=True, slots=True)
class Census:
    """The LSAs of one type in one database."""

    count: int = 0
    checksum_sum: int = 0
    """Sum of their LS checksums, which tell one instance of an LSA from the next."""


def expected_census(scope: Scope, before: Mapping[Scope, Census], after: Mapping[Scope, Census]) -> Census | None:
    """Return what outputs asked in between must show of one type and area; ``None`` where that is not known.

    LSAs come and go between two commands, so to differ from one count proves nothing. But where the counts before and
    after are of the same LSAs, nothing came or went in between: a new instance of an LSA has a new checksum, and an
    old one does not come back.

    Arguments:
        scope: type and area.
        before: from ``show ip ospf``.
        after: from ``show ip ospf database``.

    """
    expected = before.get(scope, Census())
    return expected if expected == after.get(scope, Census()) else None
