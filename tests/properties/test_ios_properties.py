"""Cisco IOS: any text is read or refused, never worse; and any view that can be printed is read back."""

from __future__ import annotations

from contextlib import suppress
from functools import cache
from ipaddress import IPv4Address, IPv4Interface, IPv4Network
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from nornir_anycast.errors import ParseError
from nornir_anycast.ospf import ios
from nornir_anycast.ospf.ios import (
    configuration,
    database,
    interface_brief,
    interfaces,
    lsa_list,
    neighbors,
    ospf_routes,
    process,
    rib,
    rib_entry,
)
from nornir_anycast.ospf.ios.process import Process
from nornir_anycast.ospf.model import (
    AreaKind,
    AsbrSummaryLsa,
    Authentication,
    ExternalLsa,
    Lsdb,
    Neighbor,
    NetworkLsa,
    NetworkType,
    OspfArea,
    OspfInterface,
    RouterLink,
    RouterLsa,
    RouterView,
    SummaryLsa,
)
from tests.unit.ospf.ios_cases import CASES, VIPS, read_outputs
from tests.unit.ospf.ios_style import Style
from tests.unit.ospf.ios_transcript import render

OWNER = Process(number=1, router_id=IPv4Address("198.51.100.1"))
PARSERS = [
    process.parse_processes,
    lambda text: interfaces.parse_interfaces(1, text),
    interface_brief.parse_interface_brief,
    neighbors.parse_neighbors,
    neighbors.parse_neighbor_details,
    lambda text: lsa_list.parse_lsa_list(OWNER, text),
    lambda text: database.parse_routers(OWNER, text),
    lambda text: database.parse_networks(OWNER, text),
    lambda text: database.parse_summaries(OWNER, text),
    lambda text: database.parse_asbr_summaries(OWNER, text),
    lambda text: database.parse_externals(OWNER, text),
    lambda text: database.parse_nssa_externals(OWNER, text),
    lambda text: ospf_routes.parse_prefixes(OWNER, text),
    lambda text: ospf_routes.parse_border_routers(OWNER, text),
    rib.parse_routes,
    lambda text: rib_entry.parse_entry(text, VIPS[0]),
    configuration.parse_configuration,
]


@cache
def outputs() -> dict[str, str]:
    return read_outputs(CASES / "synthetic-abr" / "r1")


@cache
def vocabulary() -> list[str]:
    """Return the lines of all outputs, and their words."""
    lines = {line for text in outputs().values() for line in text.split("\n")}
    return sorted(lines | {word for line in lines for word in line.split()})


texts = st.text(max_size=60) | st.lists(st.deferred(lambda: st.sampled_from(vocabulary())), max_size=12).map("\n".join)


@given(texts)
def test_any_text(text: str) -> None:
    for parse in PARSERS:
        with suppress(ParseError):
            parse(text)


@given(st.data())
def test_any_outputs(data: st.DataObject) -> None:
    given_outputs = {command: data.draw(texts) for command in ios.commands(VIPS)}
    with suppress(ParseError):
        ios.parse_view(given_outputs, VIPS)
        raise AssertionError("a router id out of nothing")


@settings(deadline=None)
@given(st.data())
def test_any_change_of_one_line(data: st.DataObject) -> None:
    command = data.draw(st.sampled_from(sorted(outputs())))
    lines = outputs()[command].split("\n")
    number = data.draw(st.integers(0, len(lines) - 1))
    words = lines[number].split(" ")
    place = data.draw(st.integers(0, len(words) - 1))
    words[place] = data.draw(st.sampled_from(vocabulary()) | st.text(max_size=5) | st.integers(0, 1 << 34).map(str))
    lines[number] = " ".join(words)
    with suppress(ParseError):
        view = ios.parse_view({**outputs(), command: "\n".join(lines)}, VIPS)
        assert view.router_id == OWNER.router_id


addresses = st.integers(0, 0xFFFFFFFF).map(IPv4Address)
router_ids = st.integers(1, 0xFFFFFFFF).map(IPv4Address)
prefixes = st.builds(lambda a, length: IPv4Network((a, length), strict=False), addresses, st.integers(0, 32))
masks = st.integers(0, 32).map(lambda length: IPv4Network((0, length)).netmask)
ages = st.integers(0, 3600)
sequences = st.integers(0x80000001, 0xFFFFFFFF)
areas = st.sampled_from([IPv4Address(number) for number in (0, 1, 260, 0xFFFFFFFF)])
metrics = st.integers(0, 0xFFFF)
long_metrics = st.integers(0, 0xFFFFFF)
links = st.builds(
    RouterLink, kind=st.sampled_from(["p2p", "transit"]), link_id=addresses, link_data=addresses, metric=metrics
) | st.builds(RouterLink, kind=st.just("stub"), link_id=addresses, link_data=masks, metric=metrics)
header: dict[str, st.SearchStrategy[Any]] = {
    "advertising_router": router_ids,
    "age_s": ages,
    "sequence": sequences,
    "area": areas,
}
router_lsas = st.builds(
    RouterLsa,
    **header,
    links=st.lists(links, max_size=4).map(tuple),
    is_abr=st.booleans(),
    is_asbr=st.booleans(),
    is_virtual_endpoint=st.just(value=False),
)


@st.composite
def network_lsas(draw: st.DrawFn) -> NetworkLsa:
    address = draw(addresses)
    return NetworkLsa(
        **{name: draw(strategy) for name, strategy in header.items()},
        prefix=IPv4Network((address, draw(st.integers(0, 32))), strict=False),
        designated_router=address,
        attached=tuple(draw(st.lists(router_ids, max_size=4))),
    )


summary_lsas = st.builds(SummaryLsa, **header, prefix=prefixes, metric=long_metrics)
asbr_summary_lsas = st.builds(AsbrSummaryLsa, **header, asbr=router_ids, metric=long_metrics)


@st.composite
def external_lsas(draw: st.DrawFn) -> ExternalLsa:
    area = draw(st.none() | areas)
    return ExternalLsa(
        **{name: draw(strategy) for name, strategy in header.items() if name != "area"},
        area=area,
        prefix=draw(prefixes),
        metric_type=draw(st.sampled_from([1, 2])),
        metric=draw(long_metrics),
        forwarding_address=draw(st.none() | router_ids),
        tag=draw(st.integers(0, 0xFFFFFFFF)),
        propagate=None if area is None else draw(st.booleans()),
    )


def lsas_of(strategy: st.SearchStrategy[Any], identity: Any) -> st.SearchStrategy[tuple[Any, ...]]:
    """Return a few LSAs that a database can hold together, those of one area next to each other."""
    unique = st.lists(strategy, max_size=4, unique_by=lambda lsa: (lsa.area, lsa.advertising_router, identity(lsa)))
    # Types 5 come before types 7 in a view.
    return unique.map(lambda found: tuple(sorted(found, key=lambda lsa: -1 if lsa.area is None else int(lsa.area))))


databases = st.builds(
    Lsdb,
    routers=lsas_of(router_lsas, lambda _: 0),
    networks=lsas_of(network_lsas(), lambda lsa: lsa.designated_router),
    summaries=lsas_of(summary_lsas, lambda lsa: lsa.prefix.network_address),
    asbr_summaries=lsas_of(asbr_summary_lsas, lambda lsa: lsa.asbr),
    externals=lsas_of(external_lsas(), lambda lsa: lsa.prefix.network_address),
)


NETWORK_TYPES: list[NetworkType] = ["broadcast", "non-broadcast", "point-to-point", "point-to-multipoint", "loopback"]
network_types: st.SearchStrategy[NetworkType] = st.sampled_from(NETWORK_TYPES)
SEGMENT_STATES = ["DR", "Backup", "DROther", "Waiting", "Down"]


@st.composite
def all_interfaces(draw: st.DrawFn) -> tuple[OspfInterface, ...]:
    found = []
    for number in range(draw(st.integers(1, 3))):
        kind = draw(network_types)
        segment = kind in {"broadcast", "non-broadcast"}
        states = SEGMENT_STATES if segment else ["Loopback"] if kind == "loopback" else ["Point-To-Point", "Down"]
        state = draw(st.sampled_from(states))
        keys = st.frozensets(st.tuples(st.integers(0, 255), st.just("")), min_size=1, max_size=1)
        authentication = draw(
            st.just(Authentication(kind="none"))
            | st.just(Authentication(kind="simple", keys=frozenset({(None, "")})))
            | st.builds(Authentication, kind=st.just("cryptographic"), keys=keys),
        )
        found.append(
            OspfInterface(
                name=f"GigabitEthernet0/{number}",
                address=draw(st.none() | st.builds(lambda a, n: IPv4Interface((a, n)), addresses, st.integers(0, 32))),
                area=draw(areas),
                network_type=kind,
                state=state,
                cost=draw(metrics),
                priority=draw(st.integers(0, 255)) if segment else 1,
                hello_ms=10_000 if state == "Loopback" else draw(st.sampled_from([250, 333, 1000, 10_000, 30_000])),
                dead_s=40 if state == "Loopback" else draw(st.integers(1, 0xFFFF)),
                mtu=None,
                passive=draw(st.booleans()) and state != "Loopback",
                designated_router=draw(st.none() | router_ids) if segment else None,
                authentication=None if state in {"Down", "Loopback"} else authentication,
            ),
        )
    return tuple(found)


@st.composite
def views(draw: st.DrawFn) -> RouterView:
    own = draw(all_interfaces())
    up = [interface.name for interface in own if interface.state not in {"Down", "Loopback"}]
    heard = ["Down", "Init", "2-Way", "ExStart", "Exchange", "Loading", "Full"]
    who_and_state = st.tuples(router_ids, st.sampled_from(heard)) | st.just((None, "Attempt"))
    neighbor = st.builds(
        lambda who, **facts: Neighbor(router_id=who[0], state=who[1], **facts),
        who_and_state,
        address=addresses,
        interface=st.sampled_from(up or [""]),
        role=st.sampled_from(["DR", "Backup", "DROther", "-"]),
    )
    area_ids = draw(st.lists(areas, unique=True, max_size=3))
    kinds: st.SearchStrategy[AreaKind] = st.sampled_from(["normal", "stub", "nssa"])
    return RouterView(
        router_id=draw(router_ids),
        interfaces=own,
        neighbors=tuple(draw(st.lists(neighbor, max_size=3))) if up else (),
        lsdb=draw(databases),
        routes=(),
        areas=tuple(OspfArea(area_id=area, kind=draw(kinds)) for area in area_ids),
        rfc1583=draw(st.booleans()),
    )


styles = st.builds(
    Style,
    dotted_areas=st.booleans(),
    topologies=st.booleans(),
    leading_blanks=st.booleans(),
    preamble=st.booleans(),
    carriage_returns=st.booleans(),
    process=st.integers(1, 65535),
)


@settings(deadline=None)
@given(views(), styles)
def test_what_is_printed_is_read_back(view: RouterView, style: Style) -> None:
    assert ios.parse_view(render(view, style), []) == view
