"""Text of Quagga and FRR: what is written is read back, and whatever else comes is a ParseError."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from ipaddress import IPv4Address, IPv4Network
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from nornir_anycast.errors import ParseError
from nornir_anycast.ospf import quagga
from nornir_anycast.ospf.model import (
    AsbrSummaryLsa,
    ExternalLsa,
    Lsa,
    NetworkLsa,
    RouterLink,
    RouterLsa,
    RouterView,
    SummaryLsa,
)
from nornir_anycast.ospf.quagga import database, externals, listing, rib, rib_table, running_config
from nornir_anycast.ospf.quagga.checksum import is_sound
from tests.unit.ospf.quagga_cases import FRR, QUAGGA, TABLES, VIPS, read_outputs, read_text
from tests.unit.ospf.quagga_renderer import checksummed, render_database, render_externals

addresses = st.integers(0, 0xFFFFFFFF).map(IPv4Address)
prefixes = st.tuples(st.integers(0, 0xFFFFFFFF), st.integers(0, 32)).map(lambda x: IPv4Network(x, strict=False))
metrics = st.integers(0, 0xFFFFFF)
areas = st.integers(0, 3).map(IPv4Address)
styles = st.sampled_from(["quagga", "frr"])
options = st.integers(0, 255)


def lsas_of(kind: type[Lsa], area: IPv4Address | None, **fields: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.builds(
        kind,
        advertising_router=addresses,
        age_s=st.integers(0, 3600),
        sequence=st.integers(0, 0xFFFFFFFF),
        area=st.just(area),
        **fields,
    )


def links() -> st.SearchStrategy[RouterLink]:
    plain = st.builds(
        RouterLink,
        kind=st.sampled_from(["p2p", "transit", "virtual"]),
        link_id=addresses,
        link_data=addresses,
        metric=st.integers(0, 0xFFFF),
    )
    stub = st.builds(
        lambda prefix, metric: RouterLink(
            kind="stub", link_id=prefix.network_address, link_data=prefix.netmask, metric=metric
        ),
        prefixes,
        st.integers(0, 0xFFFF),
    )
    return plain | stub


flags = st.booleans()
KINDS: dict[str, tuple[Callable[[str], Any], Callable[[IPv4Address], st.SearchStrategy[Any]], Callable[[Any], Any]]] = {
    "Router Link States": (
        database.parse_routers,
        lambda area: lsas_of(
            RouterLsa,
            area,
            links=st.lists(links(), max_size=4).map(tuple),
            is_abr=flags,
            is_asbr=flags,
            is_virtual_endpoint=flags,
        ),
        lambda lsa: lsa.advertising_router,
    ),
    "Net Link States": (
        database.parse_networks,
        lambda area: st.builds(
            lambda lsa, length: NetworkLsa(
                advertising_router=lsa.advertising_router,
                age_s=lsa.age_s,
                sequence=lsa.sequence,
                area=area,
                prefix=IPv4Network((lsa.designated_router, length), strict=False),
                designated_router=lsa.designated_router,
                attached=lsa.attached,
            ),
            lsas_of(
                NetworkLsa,
                area,
                prefix=prefixes,
                designated_router=addresses,
                attached=st.lists(addresses, max_size=4).map(tuple),
            ),
            st.integers(0, 32),
        ),
        lambda lsa: (lsa.designated_router, lsa.advertising_router),
    ),
    "Summary Link States": (
        database.parse_summaries,
        lambda area: lsas_of(SummaryLsa, area, prefix=prefixes, metric=metrics),
        lambda lsa: (lsa.prefix.network_address, lsa.advertising_router),
    ),
    "ASBR-Summary Link States": (
        database.parse_asbr_summaries,
        lambda area: lsas_of(AsbrSummaryLsa, area, asbr=addresses, metric=metrics),
        lambda lsa: (lsa.asbr, lsa.advertising_router),
    ),
    "NSSA-external Link States": (
        externals.parse_nssa_externals,
        lambda area: external_lsas(area, propagate=flags),
        lambda lsa: (lsa.prefix.network_address, lsa.advertising_router),
    ),
}


def external_lsas(area: IPv4Address | None, **fields: st.SearchStrategy[Any]) -> st.SearchStrategy[ExternalLsa]:
    return lsas_of(
        ExternalLsa,
        area,
        prefix=prefixes,
        metric_type=st.sampled_from([1, 2]),
        metric=metrics,
        forwarding_address=st.none() | st.integers(1, 0xFFFFFFFF).map(IPv4Address),
        tag=st.integers(0, 0xFFFFFFFF),
        **fields,
    )


@settings(deadline=None)
@given(data=st.data(), title=st.sampled_from(sorted(KINDS)), style=styles, bits=options)
def test_lsas_are_read_back(data: st.DataObject, title: str, style: Any, bits: int) -> None:
    parse, lsas, key = KINDS[title]
    database_ = {
        area: data.draw(st.lists(lsas(area), max_size=3, unique_by=key))
        for area in data.draw(st.lists(areas, unique=True, max_size=3))
    }
    shown = parse(render_database(title, database_, style, bits))
    assert list(shown.lsas) == [lsa for found in database_.values() for lsa in found]
    assert {area: census.count for (_, area), census in shown.census.items()} == {
        area: len(found) for area, found in database_.items()
    }


@given(
    lsas=st.lists(
        external_lsas(None), max_size=5, unique_by=lambda lsa: (lsa.prefix.network_address, lsa.advertising_router)
    ),
    style=styles,
    bits=options,
)
def test_externals_are_read_back(lsas: list[ExternalLsa], style: Any, bits: int) -> None:
    text = render_externals(lsas, style, bits)
    shown = externals.parse_externals(text)
    assert list(shown.lsas) == lsas
    assert externals.parse_externals(text.replace("\n", "\r\n")) == shown


@given(st.binary(min_size=34, max_size=80), st.data())
def test_checksum_finds_a_changed_byte(lsa: bytes, data: st.DataObject) -> None:
    sound = checksummed(lsa[:14] + b"\0\0" + lsa[16:])
    assert is_sound(sound)
    index, byte = data.draw(st.integers(0, len(lsa) - 1)), data.draw(st.integers(0, 255))
    changed = sound[:index] + bytes([byte]) + sound[index + 1 :]
    assert is_sound(changed) == ((changed[index] - sound[index]) % 255 == 0)


ROUTERS = [read_text(router) for router in (QUAGGA / "nssa" / "r1", QUAGGA / "areas" / "r1", FRR / "10.3/areas/r1")]
VIEWS = [quagga.parse_view(outputs, VIPS) for outputs in ROUTERS]
CONFIG = "show running-config"
ALL = [{**outputs, **read_outputs(QUAGGA / "areas" / "r1", [CONFIG, *TABLES])} for outputs in ROUTERS]
LINES = sorted({line for outputs in ALL for text in outputs.values() for line in text.splitlines()})


def read(outputs: dict[str, str]) -> RouterView | None:
    """Return the view, or ``None`` for a :class:`ParseError`, which must quote what is there."""
    found: ParseError
    try:
        return quagga.parse_view(outputs, VIPS)
    except ParseError as error:
        found = error
    assert found.command in outputs
    assert found.line in outputs[found.command]
    return None


@settings(deadline=None)
@given(command=st.sampled_from([*ALL[0]]), text=st.text() | st.lists(st.sampled_from(LINES)).map("\n".join))
def test_other_text_is_an_error_or_understood(command: str, text: str) -> None:
    view = read({**ROUTERS[0], command: text})
    # Lines of the outputs can be another output, but none of LSAs: these need all their lines.
    assert view is None or len(view.lsdb.routers) in (0, len(VIEWS[0].lsdb.routers))


@settings(deadline=None, max_examples=200)
@given(number=st.integers(0, len(ROUTERS) - 1), data=st.data())
def test_truncated_text_is_an_error_or_no_other_lsdb(number: int, data: st.DataObject) -> None:
    outputs = ROUTERS[number]
    command = data.draw(st.sampled_from([*outputs]))
    text = outputs[command][: data.draw(st.integers(0, len(outputs[command])))]
    view = read({**outputs, command: text})
    assert view is None or (view.lsdb, view.interfaces, set(view.neighbors)) == (
        VIEWS[number].lsdb,
        VIEWS[number].interfaces,
        set(VIEWS[number].neighbors),
    )


@settings(deadline=None, max_examples=200)
@given(number=st.integers(0, len(ROUTERS) - 1), data=st.data())
def test_interleaved_text_is_an_error_or_no_other_lsdb(number: int, data: st.DataObject) -> None:
    outputs = ROUTERS[number]
    command, other = data.draw(st.sampled_from([*outputs])), data.draw(st.sampled_from([*outputs]))
    lines, others = outputs[command].splitlines(), outputs[other].splitlines()
    place, first = data.draw(st.integers(0, len(lines))), data.draw(st.integers(0, max(0, len(others) - 1)))
    count = data.draw(st.integers(1, 5))
    mixed = [*lines[:place], *others[first : first + count], *lines[place:]]
    view = read({**outputs, command: "\n".join(mixed) + "\n"})
    assert view is None or view.lsdb == VIEWS[number].lsdb


@given(st.text() | st.lists(st.sampled_from(LINES)).map("\n".join))
def test_parsers_that_stand_alone(text: str) -> None:
    for parse in (listing.parse_max_age, rib_table.parse_route_table, running_config.parse_running_config):
        with suppress(ParseError):
            parse(text)
    with suppress(ParseError):
        rib.parse_routes(text, VIPS[0], f"show ip route {VIPS[0]}")
