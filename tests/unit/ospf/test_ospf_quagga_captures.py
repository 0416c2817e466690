"""Real daemons: their text is read whole, it says what their JSON says, and their RIB follows from their LSDB."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from ipaddress import IPv4Address, IPv4Network
from typing import TYPE_CHECKING, Any

import pytest

from nornir_anycast.errors import ParseError
from nornir_anycast.ospf import quagga
from nornir_anycast.ospf.model import NetworkLsa, NextHop
from nornir_anycast.ospf.origins import catchment
from nornir_anycast.ospf.quagga import census, listing, ospf_routes, process, rib_table, running_config

from .quagga_cases import (
    FRR,
    MORE,
    TABLES,
    VIPS,
    name,
    read_json_view,
    read_outputs,
    read_text,
    read_view,
    read_vips,
    silent_routers,
)
from .quagga_cases import routers as all_routers

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

ROUTERS = all_routers()
FRR_ROUTERS = [router for router in ROUTERS if FRR in router.parents]


def test_there_are_cases() -> None:
    assert {"quagga/1.2.4", "frr_text/8.4.4", "frr_text/10.3"} == {
        "/".join(name(router).split("/")[:2]) for router in ROUTERS
    }


@pytest.mark.parametrize("router", ROUTERS, ids=name)
class TestEveryCapture:
    def test_it_is_understood(self, router: Path) -> None:
        view = read_view(router)
        assert {lsa.area for lsa in view.lsdb.routers if lsa.advertising_router == view.router_id} <= {
            area.area_id for area in view.areas
        }
        assert view.interfaces
        assert view.forgets_best_asbr
        assert view.ospf_routes is not None

    def test_further_outputs_are_understood(self, router: Path) -> None:
        outputs = read_outputs(router, MORE)
        assert running_config.parse_running_config(outputs["show running-config"]).interfaces is not None
        listing.parse_max_age(outputs["show ip ospf database max-age"])
        of_routers = [r for r in read_view(router).ospf_routes or () if isinstance(r.destination, IPv4Address)]
        assert list(ospf_routes.parse_border_routers(outputs["show ip ospf border-routers"])) == of_routers

    def test_lsas_are_as_many_as_were_counted_twice(self, router: Path) -> None:
        outputs = read_text(router)
        before = process.parse_process(outputs["show ip ospf"]).census
        after = listing.parse_listing(outputs["show ip ospf database"]).census
        agreed = [scope for scope in before if census.expected_census(scope, before, after) is not None]
        assert agreed == list(before)

    def test_routes_in_the_whole_table_are_those_of_one_prefix(self, router: Path) -> None:
        outputs = read_text(router)
        tables = read_outputs(router, TABLES)
        rest = {command: text for command, text in outputs.items() if "ip route" not in command}
        vips = read_vips(router)
        expected = quagga.parse_view(outputs, vips).routes
        whole = quagga.parse_view({**rest, "show ip route": tables["show ip route"]}, vips).routes
        of_ospf = quagga.parse_view({**rest, "show ip route ospf": tables["show ip route ospf"]}, vips).routes
        # Connected and kernel routes stand there without a distance.
        assert [replace(route, distance=None) for route in whole] == [replace(r, distance=None) for r in expected]
        assert list(of_ospf) == [route for route in expected if route.protocol == "ospf"]

    def test_catchment_is_what_the_rib_has(self, router: Path) -> None:
        view = read_view(router)
        table = rib_table.parse_route_table(read_outputs(router, TABLES)["show ip route"])
        for vip in read_vips(router):
            predicted = catchment(view, IPv4Network(vip))
            own = [route for route in view.ospf_routes or () if route.destination == IPv4Network(vip)]
            shown = [route for route in table if route.prefix == IPv4Network(vip) and route.protocol == "ospf"]
            # OSPF's own table also has what another protocol, or a filter, keeps out of the forwarding table.
            assert {hop for route in own for hop in route.next_hops} == predicted.next_hops
            assert [route.metric for route in shown] == [predicted.cost] * len(shown)
            for route in shown:
                assert not route.installed or set(route.next_hops) == predicted.next_hops
            assert len(shown) == len(own)


@pytest.mark.parametrize("router", silent_routers(), ids=name)
def test_silence_and_refusals_are_no_answer(router: Path) -> None:
    for command, text in read_text(router).items():
        if "ip route" in command and router.parent.name != "daemons-down":
            continue
        rest = read_text(FRR / "10.3" / "areas" / "r1")
        with pytest.raises(ParseError) as caught:
            quagga.parse_view({**rest, command: text}, VIPS)
        if text.strip():
            assert caught.value.line == text.strip()
        assert caught.value.command == command


@pytest.mark.parametrize("router", FRR_ROUTERS, ids=name)
class TestTextIsJson:
    """Two outputs of one moment; what the JSON lacks is left out, and said."""

    def test_router(self, router: Path) -> None:
        text, shown = read_view(router), read_json_view(router)
        assert (text.router_id, text.rfc1583) == (shown.router_id, shown.rfc1583)
        assert Counter(text.areas) == Counter(shown.areas)

    def test_interfaces(self, router: Path) -> None:
        # Of several addresses of one interface the JSON has the last; it has no authentication.
        text = {i.name: replace(i, authentication=None) for i in read_view(router).interfaces}
        assert text == {i.name: replace(i, authentication=None) for i in read_json_view(router).interfaces}

    def test_neighbors(self, router: Path) -> None:
        assert Counter(read_view(router).neighbors) == Counter(read_json_view(router).neighbors)

    def test_lsdb(self, router: Path) -> None:
        text, shown = read_view(router).lsdb, read_json_view(router).lsdb
        assert (text.routers, text.summaries, text.asbr_summaries) == (
            shown.routers,
            shown.summaries,
            shown.asbr_summaries,
        )
        assert tuple(text.externals) == tuple(shown.externals)
        # A router id that is there twice is one key in the JSON.
        assert [once(lsa) for lsa in text.networks] == [once(lsa) for lsa in shown.networks]

    def test_routes(self, router: Path) -> None:
        vips = read_vips(router)
        outputs = read_outputs(router, [f"show ip route {vip}/32 json" for vip in vips])
        entries = [entry for text in outputs.values() for found in json.loads(text).values() for entry in found]
        # The flag "fib" of a next hop is not looked at: it is there for routes that are not installed, and missing for
        # next hops that are.
        assert [
            (str(r.prefix), r.protocol, r.selected, r.installed, r.metric, r.distance, r.next_hops)
            for r in read_view(router).routes
        ] == [
            (
                entry["prefix"],
                entry["protocol"],
                entry.get("selected", False),
                entry.get("installed", False),
                entry["metric"],
                entry["distance"],
                tuple(in_use(entry)),
            )
            for entry in entries
        ]

    def test_own_routes(self, router: Path) -> None:
        # The JSON has empty next hops for those that are gone, and routers that are neither ABR nor ASBR.
        gone = NextHop(address=None, interface=None)
        shown = {
            replace(route, next_hops=tuple(hop for hop in route.next_hops if hop != gone))
            for route in read_json_view(router).ospf_routes or ()
            if isinstance(route.destination, IPv4Network) or route.is_abr or route.is_asbr
        }
        # It says of a router that is both ABR and ASBR only that it is an ABR, and has one path to each router.
        text = {replace(r, is_asbr=False) if r.is_abr else r for r in read_view(router).ospf_routes or ()}
        assert text >= {replace(r, is_asbr=False) if r.is_abr else r for r in shown}
        assert {route.destination for route in text} == {route.destination for route in shown}


def once(lsa: NetworkLsa) -> NetworkLsa:
    return replace(lsa, attached=tuple(dict.fromkeys(lsa.attached)))


def in_use(entry: dict[str, Any]) -> Iterable[NextHop]:
    for hop in entry["nexthops"] if entry.get("installed") else ():
        if not hop.get("duplicate") and not hop.get("recursive"):
            address = IPv4Address(hop["ip"]) if "ip" in hop else None
            yield NextHop(address=address, interface=hop.get("interfaceName"))
