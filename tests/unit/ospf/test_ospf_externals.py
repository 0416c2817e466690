"""Many external LSAs kept as numbers: they are what objects would be."""

from __future__ import annotations

import copy
import pickle
from dataclasses import fields, replace
from ipaddress import IPv4Address, IPv4Network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nornir_anycast.ospf.externals import (
    Columns,
    ExternalLsas,
    address_number,
    address_numbers,
    prefix_number,
    prefix_numbers,
)
from nornir_anycast.ospf.model import ExternalLsa, Lsdb

from .lsdb import VIP, external, router_id

numbers = st.integers(0, 0xFFFFFFFF)
# Few, so that several LSAs have the same.
addresses = st.sampled_from([1, 2, 0xC0000201, 0xFFFFFFFF]).map(IPv4Address) | numbers.map(IPv4Address)
prefixes = st.sampled_from(["0.0.0.0/0", "203.0.113.0/24", "203.0.113.0/32"]).map(IPv4Network)
prefixes |= st.tuples(numbers, st.integers(0, 32)).map(lambda pair: IPv4Network(pair, strict=False))
external_lsas = st.builds(
    ExternalLsa,
    advertising_router=addresses,
    age_s=st.integers(0, 3600),
    sequence=numbers,
    area=st.none() | addresses,
    prefix=prefixes,
    metric_type=st.sampled_from([1, 2]),
    metric=st.integers(0, 0xFFFFFF),
    forwarding_address=st.none() | addresses.filter(lambda address: address != IPv4Address(0)),
    tag=numbers,
    propagate=st.none() | st.booleans(),
)
lists = st.lists(external_lsas, max_size=8)


@given(lists)
def test_they_are_those_that_were_given(lsas: list[ExternalLsa]) -> None:
    packed = ExternalLsas.of(lsas)

    assert list(packed) == lsas
    assert [packed[index] for index in range(-len(lsas), len(lsas))] == lsas * 2
    assert packed == tuple(lsas)
    assert hash(packed) == hash(tuple(lsas))
    assert repr(packed) == repr(tuple(lsas))
    assert len(packed) == len(lsas)
    assert ExternalLsas.of(packed) is packed
    assert pickle.loads(pickle.dumps(packed)) == copy.deepcopy(packed) == packed  # noqa: S301 - our own


@given(lists, st.slices(8))
def test_slices(lsas: list[ExternalLsa], part: slice) -> None:
    assert ExternalLsas.of(lsas)[part] == tuple(lsas[part])


@given(lists, lists)
def test_joined(some: list[ExternalLsa], others: list[ExternalLsa]) -> None:
    packed = ExternalLsas.joined([ExternalLsas.of(some), ExternalLsas.of(others)])

    assert packed == (*some, *others)
    assert (packed == ExternalLsas.of(some)) is (not others)
    assert ExternalLsas.joined([]) == ()


@given(lists, prefixes, addresses, addresses)
def test_look_ups_find_what_a_walk_finds(
    lsas: list[ExternalLsa], prefix: IPv4Network, one: IPv4Address, other: IPv4Address
) -> None:
    database = Lsdb(externals=tuple(lsas))

    for wanted in {prefix, *(lsa.prefix for lsa in lsas)}:
        assert database.externals_of(wanted) == tuple(lsa for lsa in lsas if lsa.prefix == wanted)
    for router in {one, *(lsa.advertising_router for lsa in lsas)}:
        assert database.externals_from(router) == tuple(lsa for lsa in lsas if lsa.advertising_router == router)
    for area in {None, one, *(lsa.area for lsa in lsas)}:
        assert database.externals_in(area) == tuple(lsa for lsa in lsas if lsa.area == area)
    gone = {one, other, *(lsa.advertising_router for lsa in lsas[:1])}
    left = tuple(lsa for lsa in lsas if lsa.advertising_router not in gone)
    assert database.externals_without(gone) == left
    assert replace(database, externals=database.externals_without(gone)) == Lsdb(externals=left)


def test_a_database_is_equal_whoever_made_it() -> None:
    lsas = (external(11), external(12, metric_type=2))

    assert Lsdb(externals=lsas) == Lsdb(externals=ExternalLsas.of(lsas))
    assert hash(Lsdb(externals=lsas)) == hash(Lsdb(externals=ExternalLsas.of(lsas)))
    assert Lsdb(externals=lsas) != Lsdb(externals=lsas[:1])
    assert Lsdb().externals == ()


def test_only_those_asked_for_are_made() -> None:
    columns = ExternalLsas.of([external(number) for number in range(1, 100)]).columns
    packed = ExternalLsas(columns._replace(prefix=[*columns.prefix[:-1], -1]))

    with pytest.raises(ValueError, match="-1"):  # what cannot be made
        list(packed)
    assert len(packed.of_prefix(VIP)) == 98
    assert packed.from_router(router_id(7)) == (external(7),)


def test_every_field_has_its_column() -> None:
    assert sorted(Columns._fields) == sorted(field.name for field in fields(ExternalLsa))


@given(st.text() | numbers.map(lambda number: str(IPv4Address(number))) | st.from_regex(r"[0-9]{1,3}(\.[0-9]{1,3}){3}"))
def test_address_is_one_for_ipaddress_too(text: str) -> None:
    try:
        expected = int(IPv4Address(text))
    except ValueError:
        with pytest.raises(ValueError, match="not an IPv4 address"):
            address_number(text)
    else:
        assert address_number(text) == expected


@given(st.lists(st.sampled_from(["192.0.2.1", "192.0.2.2"]) | numbers.map(lambda number: str(IPv4Address(number)))))
def test_many_addresses_at_once(texts: list[str]) -> None:
    expected = [int(IPv4Address(text)) for text in texts]
    assert address_numbers(texts) == expected
    assert address_numbers(texts * 9) == expected * 9
    assert prefix_numbers(texts, [24] * len(texts)) == [prefix_number(number, 24) for number in expected]


@pytest.mark.parametrize("wrong", ["", "192.0.2", "192.0.2.256", "192.0.2.01", "192.0.2.1.1", " 192.0.2.1"])
@pytest.mark.parametrize("others", [0, 9])
def test_one_of_many_is_no_address(wrong: str, others: int) -> None:
    texts = ["192.0.2.1"] * others + [wrong]
    with pytest.raises(ValueError, match="not an IPv4 address"):
        address_numbers(texts)
    with pytest.raises(ValueError, match="not an IPv4 address"):
        prefix_numbers(texts, [32] * len(texts))


@given(numbers, st.integers(0, 32))
def test_host_bits_of_a_prefix_are_cut_off(address: int, length: int) -> None:
    expected = IPv4Network((address, length), strict=False)
    assert prefix_number(address, length) == int(expected.network_address) << 6 | length
