"""``show ip ospf database external json`` and ``nssa-external json``: a database can hold 100,000 of these LSAs.

They are looked at field by field, all LSAs at once, and kept as numbers: that takes half the time of ``json.loads``.
Where anything is not as it should be, the text is read again and each LSA by itself, to name the place.
"""

from __future__ import annotations

import json
import re
import struct
from dataclasses import dataclass
from itertools import chain
from operator import itemgetter
from typing import TYPE_CHECKING, Any, Literal, TypeVar

from nornir_anycast.ospf.externals import Columns, ExternalLsas, address_number, address_numbers, prefix_numbers
from nornir_anycast.ospf.frr.database import METRIC_24, header, of_areas, prefix
from nornir_anycast.ospf.model import ExternalLsa

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from ipaddress import IPv4Address

    from nornir_anycast.ospf.frr.document import Document, JsonObject

T = TypeVar("T")

_METRIC_TYPES: dict[str, Literal[1, 2]] = {"E1": 1, "E2 (Larger than any link state path)": 2}
# Bits that are not set are dashes: "*|-|-|-|N/P|-|E|-"
_OPTIONS = re.compile(r"(?:[^|]+\|){4}(N/P|-)(?:\|[^|]+){3}")
# What the quick way raises where something is wrong.
_REFUSED = (AttributeError, KeyError, RecursionError, TypeError, ValueError)


@dataclass(frozen=True, slots=True)
class _Kind:
    lsa_type: str
    forwarding_key: str
    has_bit_p: bool

    @property
    def keys(self) -> tuple[str, ...]:
        """Keys that are read, in the order in which :func:`_columns` wants them."""
        return (
            "lsaType",
            "advertisingRouter",
            "lsaAge",
            "lsaSeqNumber",
            "linkStateId",
            "networkMask",
            "metricType",
            "metric",
            self.forwarding_key,
            "externalRouteTag",
            "options",
        )[: None if self.has_bit_p else -1]


_TYPE_5 = _Kind("AS-external-LSA", "forwardAddress", has_bit_p=False)
_TYPE_7 = _Kind("NSSA-LSA", "nssaForwardAddress", has_bit_p=True)


def parse_externals(document: Document) -> ExternalLsas:
    """Return the type-5 LSAs."""
    try:
        return ExternalLsas(_columns(_load(document.text, _TYPE_5)["asExternalLinkStates"], None, _TYPE_5))
    except _REFUSED:
        lsas = document.root().objects("asExternalLinkStates")
        return ExternalLsas.of([_external(lsa, None, _TYPE_5) for lsa in lsas])


def parse_nssa_externals(document: Document) -> ExternalLsas:
    """Return the type-7 LSAs of all attached areas."""
    try:
        quick: dict[str, Any] = _load(document.text, _TYPE_7)["nssaExternalLinkStates"]["areas"]
        return ExternalLsas.joined(
            [ExternalLsas(_columns(rows, address_number(area), _TYPE_7)) for area, rows in quick.items()],
        )
    except _REFUSED:
        lsas = of_areas(document.root(), "nssaExternalLinkStates")
        return ExternalLsas.of([_external(lsa, area, _TYPE_7) for area, lsa in lsas])


def _external(lsa: JsonObject, area: IPv4Address | None, kind: _Kind) -> ExternalLsa:
    forwarding = lsa.address(kind.forwarding_key)
    options = _OPTIONS.fullmatch(lsa.text("options")) if kind.has_bit_p else None
    if kind.has_bit_p and options is None:
        lsa.fail("options", f"not the options of an LSA: {lsa.text('options')!r}")
    return ExternalLsa(
        **header(lsa, area, kind.lsa_type),
        prefix=prefix(lsa),
        metric_type=lsa.choice("metricType", _METRIC_TYPES),
        metric=lsa.integer("metric", METRIC_24),
        forwarding_address=forwarding if int(forwarding) else None,
        tag=lsa.integer("externalRouteTag"),
        propagate=options[1] == "N/P" if options is not None else None,
    )


def _load(text: str, kind: _Kind) -> Any:  # noqa: ANN401 - whatever the text says
    """Return the document with a tuple of the values of ``kind.keys`` for each object that has all of them."""
    values = itemgetter(*kind.keys)

    def row(shown: dict[str, object]) -> object:
        try:
            return values(shown)
        except KeyError:
            return shown

    # Each object is gone when the next is read, which saves most of the memory.
    return json.loads(text, object_hook=row)


def _columns(rows: object, area: int | None, kind: _Kind) -> Columns:
    """Return what :func:`_external` makes of each LSA; raise one of ``_REFUSED`` where that raises ``ParseError``."""
    if not isinstance(rows, list) or set(map(type, rows)) - {tuple}:
        raise TypeError
    width = len(kind.keys)
    values = list(chain.from_iterable(rows))
    columns = (values[index::width] for index in range(width))

    def numbers(highest: int = 0xFFFFFFFF) -> list[int]:
        values: list[int] = next(columns)
        if values and (set(map(type, values)) != {int} or min(values) < 0 or max(values) > highest):
            raise ValueError
        return values

    def meanings(meaning: Callable[[str], T]) -> list[T]:
        values: list[str] = next(columns)
        known = {value: meaning(value) for value in set(values)}  # a handful
        return [known[value] for value in values]

    if set(next(columns)) - {kind.lsa_type}:
        raise ValueError
    return Columns(
        advertising_router=address_numbers(next(columns)),
        age_s=numbers(0xFFFF),
        sequence=_sequences(next(columns)),
        area=[area] * len(rows),
        # Hardly two link-state ids are the same.
        prefix=prefix_numbers(next(columns), numbers(32)),
        metric_type=meanings(_METRIC_TYPES.__getitem__),
        metric=numbers(METRIC_24),
        forwarding_address=address_numbers(next(columns)),
        tag=numbers(),
        propagate=meanings(_bit_p) if kind.has_bit_p else [None] * len(rows),
    )


def _sequences(texts: list[str]) -> Sequence[int]:
    digits = "".join(texts)
    numbers = bytes.fromhex(digits)
    # Eight digits each, none of them a blank or a capital.
    if set(map(len, texts)) - {8} or numbers.hex() != digits:
        raise ValueError
    return struct.unpack(f">{len(texts)}I", numbers)


def _bit_p(text: str) -> bool:
    match = _OPTIONS.fullmatch(text)
    if match is None:
        raise ValueError
    return match[1] == "N/P"
