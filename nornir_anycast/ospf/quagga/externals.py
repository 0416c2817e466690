"""``show ip ospf database external`` and ``nssa-external``: of these there can be a hundred thousand."""

from __future__ import annotations

import re
from struct import Struct
from typing import Literal

from nornir_anycast.ospf.externals import Columns, ExternalLsas, address_number, prefix_number
from nornir_anycast.ospf.quagga import lsa_lines
from nornir_anycast.ospf.quagga.census import LsaType
from nornir_anycast.ospf.quagga.checksum import is_sound
from nornir_anycast.ospf.quagga.lsa_reader import MASKS, METRIC_24, OPTIONS, LsaReader, Shown, read_lsas
from nornir_anycast.ospf.text import Block

Row = tuple[int, int, int, int | None, int, Literal[1, 2], int, int, int, bool | None]
"""One LSA, in the order of :class:`~nornir_anycast.ospf.externals.Columns`."""

_BIT_P = 8
"""In the options (RFC 3101 appendix A)."""
_BIT_E = 0x80000000
"""In front of the metric: metric type 2 (RFC 2328 A.4.5)."""
_WIRE = Struct(">BBIIIHHIIII")
_LENGTH = 36
_LENGTH_DIGITS = str(_LENGTH)


def parse_externals(text: str) -> Shown[ExternalLsas]:
    """Return the type-5 LSAs.

    Arguments:
        text: output of ``show ip ospf database external``.

    Raises:
        ParseError: a line is not understood, or an LSA does not have the checksum that it carries; so does the other.

    """
    return _parse("external", text, lsa_lines.EXTERNAL)


def parse_nssa_externals(text: str) -> Shown[ExternalLsas]:
    """Return the type-7 LSAs of all attached areas, from ``show ip ospf database nssa-external``."""
    return _parse("nssa-external", text, lsa_lines.NSSA_EXTERNAL)


def _parse(lsa_type: LsaType, text: str, block: Block) -> Shown[ExternalLsas]:
    shown = read_lsas(lsa_type, text, block, _row)
    rows = shown.lsas
    lsas = ExternalLsas(Columns._make(zip(*rows, strict=True))) if rows else ExternalLsas.of(())
    return Shown(router_id=shown.router_id, lsas=lsas, census=shown.census)


def _row(reader: LsaReader, match: re.Match[str]) -> Row:
    (
        age,
        options_digits,
        words,
        link_state_id,
        router,
        sequence,
        checksum,
        length,
        mask,
        metric_type,
        metric_digits,
        forward,
        tag,
    ) = match.groups()
    options, expected_words = OPTIONS[options_digits]
    metric = int(metric_digits)
    if words != expected_words or metric > METRIC_24:
        raise ValueError
    numbers = reader.numbers
    if router not in numbers:
        numbers[router] = address_number(router)
    if forward not in numbers:
        numbers[forward] = address_number(forward)
    id_number, router_number, mask_number = address_number(link_state_id), numbers[router], MASKS[mask]
    sequence_number, checksum_number, tag_number = int(sequence, 16), int(checksum, 16), int(tag)
    is_type_2 = metric_type != "1"
    lsa = _WIRE.pack(
        options,
        reader.type,
        id_number,
        router_number,
        sequence_number,
        checksum_number,
        _LENGTH,
        mask_number,
        metric | _BIT_E if is_type_2 else metric,
        numbers[forward],
        tag_number,
    )
    key = id_number << 32 | router_number
    # As LsaReader.accept does, which says what is wrong.
    if length != _LENGTH_DIGITS or key in reader.seen or not is_sound(lsa):
        reader.accept(match, lsa)
    else:
        reader.seen.add(key)
        reader.checksum_sum += checksum_number
    area = reader.area
    return (
        router_number,
        int(age),
        sequence_number,
        None if area is None else int(area),
        prefix_number(id_number, int(mask)),
        2 if is_type_2 else 1,
        metric,
        numbers[forward],
        tag_number,
        None if area is None else bool(options & _BIT_P),
    )
