"""Many external LSAs, kept as columns of numbers: an object is made of those that are asked for.

A database can hold 100,000 of them, of which a service asks for a handful. To make 100,000 objects with ``ipaddress``
objects in them takes several times as long as to read the JSON that they come from.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterable, Iterator, Sequence
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network
from itertools import chain, compress, starmap
from typing import Literal, NamedTuple, overload

from nornir_anycast.ospf.lsa import ExternalLsa

# What each octet of an address adds to its number.
_FIRST, _SECOND, _THIRD, _FOURTH = ({str(octet): octet << shift for octet in range(256)} for shift in (24, 16, 8, 0))
_MASKS = [0xFFFFFFFF << 32 - length & 0xFFFFFFFF for length in range(33)]
# An address takes 32 bits, the length of a prefix 6.
_LENGTH_BITS, _LENGTH = 6, 0x3F

# The views of all routers name the same few: they share the objects.
_address = lru_cache(maxsize=4096)(IPv4Address)


def address_number(text: str) -> int:
    """Return the number of an IPv4 address, several times faster than ``int(IPv4Address(text))`` and as strict.

    Raises:
        ValueError: it is none.

    >>> hex(address_number("192.0.2.1"))
    '0xc0000201'

    """
    try:
        one, two, three, four = text.split(".")
        return _FIRST[one] | _SECOND[two] | _THIRD[three] | _FOURTH[four]
    except (KeyError, ValueError):
        raise ValueError(f"not an IPv4 address: {text!r}") from None


def address_numbers(texts: Sequence[str]) -> list[int]:
    """Return :func:`address_number` of many addresses, faster than one by one.

    Raises:
        ValueError: one is no address.

    """
    distinct = set(texts)
    if len(distinct) < len(texts) // 4:
        known = {text: address_number(text) for text in distinct}
        return [known[text] for text in texts]
    numbers = []
    try:
        for text in texts:
            one, two, three, four = text.split(".")
            numbers.append(_FIRST[one] | _SECOND[two] | _THIRD[three] | _FOURTH[four])
    except (KeyError, ValueError):
        raise ValueError("not an IPv4 address") from None
    return numbers


def prefix_number(address: int, length: int) -> int:
    """Return the number that stands for a prefix in :class:`Columns`.

    Host bits are cut off: a link-state id can have them (RFC 2328 appendix E). The length is not checked.
    """
    return (address & _MASKS[length]) << _LENGTH_BITS | length


def prefix_numbers(addresses: Iterable[str], lengths: Iterable[int]) -> list[int]:
    """Return :func:`prefix_number` of many addresses and lengths, faster than one by one.

    Raises:
        ValueError: one is no address.

    """
    numbers = []
    try:
        for text, length in zip(addresses, lengths, strict=True):
            one, two, three, four = text.split(".")
            address = _FIRST[one] | _SECOND[two] | _THIRD[three] | _FOURTH[four]
            numbers.append((address & _MASKS[length]) << _LENGTH_BITS | length)
    except (KeyError, ValueError):
        raise ValueError("not an IPv4 address") from None
    return numbers


class Columns(NamedTuple):
    """The fields of :class:`~nornir_anycast.ospf.lsa.ExternalLsa`, each for all LSAs; an address is its number."""

    advertising_router: Sequence[int]
    age_s: Sequence[int]
    sequence: Sequence[int]
    area: Sequence[int | None]
    prefix: Sequence[int]
    """As :func:`prefix_number` packs it."""
    metric_type: Sequence[Literal[1, 2]]
    metric: Sequence[int]
    forwarding_address: Sequence[int]
    """0 is none, as in the LSA itself."""
    tag: Sequence[int]
    propagate: Sequence[bool | None]


class ExternalLsas(Sequence[ExternalLsa]):
    """External LSAs; equal to a tuple of the same.

    A parser has two ways to make one. It can make :class:`~nornir_anycast.ospf.lsa.ExternalLsa` objects, by keyword,
    and leave the rest to :class:`~nornir_anycast.ospf.model.Lsdb`: that takes some 10 microseconds an LSA, most of it
    for the ``ipaddress`` objects. Or it can collect :class:`Columns` of numbers with :func:`address_numbers` and
    :func:`prefix_numbers`, which takes 1; it must have checked them, as nothing is checked here.
    """

    __slots__ = ("_by_prefix", "_by_router", "columns")

    def __init__(self, columns: Columns) -> None:
        self.columns = Columns._make(map(tuple, columns))
        self._by_prefix: _Index | None = None
        self._by_router: _Index | None = None

    @classmethod
    def of(cls, lsas: Sequence[ExternalLsa]) -> ExternalLsas:
        """Return LSAs that were made one by one; those that are packed already, as they are."""
        if isinstance(lsas, ExternalLsas):
            return lsas
        return cls(Columns._make(zip(*map(_row, lsas), strict=True)) if lsas else _NONE)

    @classmethod
    def joined(cls, parts: Iterable[ExternalLsas]) -> ExternalLsas:
        """Return all LSAs of several, in their order."""
        full = [part for part in parts if part]
        if len(full) == 1:
            return full[0]
        columns = zip(_NONE, *(part.columns for part in full), strict=True)
        return cls(Columns._make(tuple(chain.from_iterable(column)) for column in columns))

    def of_prefix(self, prefix: IPv4Network) -> tuple[ExternalLsa, ...]:
        """Return the LSAs of exactly this prefix."""
        if self._by_prefix is None:
            self._by_prefix = _Index(self.columns.prefix)
        return self._made(self._by_prefix.rows(prefix_number(int(prefix.network_address), prefix.prefixlen)))

    def from_router(self, advertising_router: IPv4Address) -> tuple[ExternalLsa, ...]:
        """Return the LSAs of one advertising router."""
        if self._by_router is None:
            self._by_router = _Index(self.columns.advertising_router)
        return self._made(self._by_router.rows(int(advertising_router)))

    def in_area(self, area: IPv4Address | None) -> ExternalLsas:
        """Return the type-7 LSAs of an area, or with ``None`` the type-5 LSAs."""
        number = None if area is None else int(area)
        return self._chosen([other == number for other in self.columns.area])

    def without_routers(self, advertising_routers: Collection[IPv4Address]) -> ExternalLsas:
        """Return the LSAs of all other advertising routers."""
        gone = set(map(int, advertising_routers))
        return self._chosen([router not in gone for router in self.columns.advertising_router])

    def _chosen(self, rows: list[bool]) -> ExternalLsas:
        return ExternalLsas(Columns._make(compress(column, rows) for column in self.columns))

    def _made(self, rows: Iterable[int]) -> tuple[ExternalLsa, ...]:
        return tuple(self[row] for row in rows)

    def __len__(self) -> int:
        return len(self.columns.age_s)

    @overload
    def __getitem__(self, index: int) -> ExternalLsa: ...
    @overload
    def __getitem__(self, index: slice) -> ExternalLsas: ...
    def __getitem__(self, index: int | slice) -> ExternalLsa | ExternalLsas:
        if isinstance(index, slice):
            return ExternalLsas(Columns._make(column[index] for column in self.columns))
        return next(starmap(_lsa, [[column[index] for column in self.columns]]))

    def __iter__(self) -> Iterator[ExternalLsa]:
        return starmap(_lsa, zip(*self.columns, strict=True))

    def __eq__(self, other: object) -> bool:
        if isinstance(other, ExternalLsas):
            return self.columns == other.columns
        return tuple(self) == other if isinstance(other, tuple) else NotImplemented

    def __hash__(self) -> int:
        return hash(tuple(self))

    def __repr__(self) -> str:
        return repr(tuple(self))


class _Index:
    """Where to find the rows that have one value."""

    __slots__ = ("_rows", "_values")

    def __init__(self, values: Sequence[int]) -> None:
        self._values = values
        self._rows = sorted(range(len(values)), key=values.__getitem__)

    def rows(self, value: int) -> list[int]:
        """Return the rows that have this value, in their order."""
        key = self._values.__getitem__
        return self._rows[bisect_left(self._rows, value, key=key) : bisect_right(self._rows, value, key=key)]


_NONE = Columns((), (), (), (), (), (), (), (), (), ())


def _row(lsa: ExternalLsa) -> tuple[object, ...]:
    return (
        int(lsa.advertising_router),
        lsa.age_s,
        lsa.sequence,
        None if lsa.area is None else int(lsa.area),
        prefix_number(int(lsa.prefix.network_address), lsa.prefix.prefixlen),
        lsa.metric_type,
        lsa.metric,
        0 if lsa.forwarding_address is None else int(lsa.forwarding_address),
        lsa.tag,
        lsa.propagate,
    )


def _lsa(
    advertising_router: int,
    age_s: int,
    sequence: int,
    area: int | None,
    prefix: int,
    metric_type: Literal[1, 2],
    metric: int,
    forwarding_address: int,
    tag: int,
    propagate: bool | None,
) -> ExternalLsa:
    return ExternalLsa(
        advertising_router=_address(advertising_router),
        age_s=age_s,
        sequence=sequence,
        area=None if area is None else _address(area),
        prefix=_network(prefix),
        metric_type=metric_type,
        metric=metric,
        forwarding_address=_address(forwarding_address) if forwarding_address else None,
        tag=tag,
        propagate=propagate,
    )


@lru_cache(maxsize=4096)
def _network(prefix: int) -> IPv4Network:
    return IPv4Network((prefix >> _LENGTH_BITS, prefix & _LENGTH))
