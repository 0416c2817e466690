"""Who takes over, checked by hand on the network of the checks; and what cannot be said is not said."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from ipaddress import IPv4Address
from typing import Any

import pytest

from nornir_anycast.checks.scene import Scene
from nornir_anycast.errors import UsageError
from nornir_anycast.report.whatif import render_forecast, render_forecast_json
from nornir_anycast.whatif import Forecast, find_single_points, forecast, parse_losses, single_losses
from tests.unit.checks.network import ADDRESSES, ROUTER_IDS, Network, build, lsa, route

Nodes = tuple[str, ...] | None
AREA_7: dict[str, Any] = {
    "ns3": {"interfaces": {"eth0": {"address": "192.0.2.27/28", "area": 7}}},
    "r2": {
        "interfaces": {
            "eth0": {"address": "192.0.2.17/28", "area": 7},
            "eth1": {"address": "192.0.2.130/30"},
            "eth2": {"address": "192.0.2.49/28"},
        }
    },
}
"""ns3 should be in an area of its own, which no host shows."""


def ask(network: Network, without: str, *hosts: str) -> Forecast:
    losses = parse_losses(network.intent, without) if without else ()
    return forecast(Scene(network.intent, network.observations(*hosts)), losses)


def try_all(network: Network) -> Forecast:
    return find_single_points(Scene(network.intent, network.observations()))


def after(found: Forecast, service: str = "resolver") -> dict[str, Nodes]:
    return {shift.router: shift.nodes_after for shift in found.catchments if shift.service == service}


def before(found: Forecast, service: str = "resolver") -> dict[str, Nodes]:
    return {shift.router: shift.nodes_before for shift in found.catchments if shift.service == service}


NOW: dict[str, Nodes] = {"r1": ("ns1", "ns2"), "r2": ("ns3",)}
TAKEN_OVER: list[tuple[str, dict[str, Nodes]]] = [
    ("ns1", {"r1": ("ns2",), "r2": ("ns3",)}),
    ("ns1,ns2", {"r1": ("ns3",), "r2": ("ns3",)}),
    ("ns3", {"r1": ("ns1", "ns2"), "r2": ("ns1", "ns2")}),
    ("ns1, ns2, ns3", {"r1": (), "r2": ()}),
    ("r1", {"r2": ("ns3",)}),
    ("r1,r2", {}),
    ("link:r1-r2", {"r1": ("ns1", "ns2"), "r2": ("ns3",)}),
    ("link:r2-r1,ns3", {"r1": ("ns1", "ns2"), "r2": ()}),
    ("link:ns1-r1", {"r1": ("ns2",), "r2": ("ns3",)}),
    ("link:r1-ns1,ns1", {"r1": ("ns2",), "r2": ("ns3",)}),
    ("r1,link:r1-r2,ns3", {"r2": ()}),
]


@pytest.mark.parametrize(("without", "expected"), TAKEN_OVER)
def test_who_takes_over(without: str, expected: dict[str, Nodes]) -> None:
    found = ask(Network(), without)

    assert after(found) == expected
    assert before(found) == {router: NOW[router] for router in expected}
    assert found.is_known == bool(expected)
    assert found.is_bad == (() in expected.values())
    assert {shift.reason for shift in found.catchments} <= {None}


def test_each_service_by_itself() -> None:
    found = ask(Network(), "ns1")

    assert before(found, "internal") == {"r1": ("ns1",), "r2": ("ns3",)}
    assert after(found, "internal") == {"r1": ("ns3",), "r2": ("ns3",)}


def test_nothing_is_lost() -> None:
    found = ask(Network(), "")

    assert (before(found), after(found)) == (NOW, NOW)


def test_nodes_that_could_not_be_seen_are_no_candidates_for_dr() -> None:
    network = Network()
    network.errors |= dict.fromkeys(("ns1", "ns2", "ns3"), "no TCP connection")

    assert after(ask(network, "link:r1-ns2")) == {"r1": ("ns1",), "r2": ("ns3",)}


class TestNotKnown:
    def test_router_that_could_not_be_read(self) -> None:
        network = Network()
        network.errors["r2"] = "r2: no TCP connection"
        found = ask(network, "ns1")

        assert after(found) == {"r1": ("ns2",), "r2": None}
        assert before(found)["r2"] is None
        assert "r2 could not be read: host-unreachable" in {shift.reason for shift in found.catchments}
        assert (found.is_known, found.is_bad) == (False, False)

    def test_router_that_was_not_looked_at(self) -> None:
        found = ask(Network(), "ns1", "r1", "ns1")

        assert after(found) == {"r1": ("ns2",), "r2": None}

    def test_lost_host_that_was_not_looked_at(self) -> None:
        assert after(ask(Network(), "ns1", "r1", "r2")) == {"r1": ("ns2",), "r2": ("ns3",)}

    def test_forwarding_that_is_not_as_predicted(self) -> None:
        network = Network()
        network.routes["r1"][0] = route("resolver", ("192.0.2.11", "eth0"))
        found = ask(network, "ns3")

        assert (before(found)["r1"], after(found)["r1"]) == (None, None)
        assert "the forwarding table of r1 is not what its LSDB predicts; see verify" in render_forecast(found)

    def test_router_id_that_two_use(self) -> None:
        network = Network()
        network.router_ids["ns2"] = ROUTER_IDS["ns1"]
        for without in ("ns1", "link:ns2-r1"):
            with pytest.raises(UsageError, match=r"several hosts use router-id 198\.51\.100\.11"):
                ask(network, without)
        found = ask(network, "ns3")
        assert (before(found)["r1"], after(found)["r2"]) == (None, None)
        assert before(found)["r2"] == ("ns3",)

    def test_area_that_no_router_shows(self) -> None:
        found = ask(Network(intent=build(**AREA_7)), "ns3")

        assert after(found) == {"r1": None, "r2": None}
        assert before(found) == NOW
        assert "r2 needs ABRs to know what becomes of area 0.0.0.7" in {shift.reason for shift in found.catchments}

    def test_no_router_is_left(self) -> None:
        found = ask(Network(), "r1,r2")

        assert not found.is_known
        assert render_forecast(found) == "no router is left to ask\n"


def test_rogue_is_shown_by_its_router_id() -> None:
    network = Network()
    network.router_ids["ns1"] = "198.51.100.99"
    network.neighbors["r1"][0] = replace(network.neighbors["r1"][0], router_id=IPv4Address("198.51.100.99"))
    found = ask(network, "ns3")

    assert before(found)["r1"] == ("198.51.100.11", "ns2")


def test_name_goes_with_the_router_id_in_use() -> None:
    network = Network()
    was, now = IPv4Address(ROUTER_IDS["ns1"]), IPv4Address("198.51.100.99")
    network.router_ids["ns1"] = str(now)
    network.router_lsas = [
        replace(r, advertising_router=now) if r.advertising_router == was else r for r in network.router_lsas
    ]
    network.network_lsas = [
        replace(n, attached=tuple(now if router == was else router for router in n.attached))
        for n in network.network_lsas
    ]
    network.externals = [
        replace(e, advertising_router=now) if e.advertising_router == was else e for e in network.externals
    ]
    network.neighbors["r1"][0] = replace(network.neighbors["r1"][0], router_id=now)
    found = ask(network, "ns1")

    assert (before(found), after(found)) == (NOW, {"r1": ("ns2",), "r2": ("ns3",)})


def with_few_nodes() -> Network:
    """Of one service ns1 is the only node that is left."""
    network = Network()
    network.withdraw("ns3")
    return network


@pytest.mark.parametrize("make", [Network, with_few_nodes])
def test_single_points_are_what_losing_each_by_itself_gives(make: Callable[[], Network]) -> None:
    network = make()
    scene = Scene(network.intent, network.observations())
    expected = set()
    for loss in single_losses(network.intent):
        try:
            then = forecast(scene, [loss])
        except UsageError:
            continue
        expected |= {(loss.name, shift.service, shift.router) for shift in then.stranded if shift.nodes_before}

    found = find_single_points(scene)

    assert {
        (point.loss, point.service, router) for point in found.single_points for router in point.routers
    } == expected


class TestSinglePoints:
    def test_what_is_tried(self) -> None:
        names = [loss.name for loss in single_losses(build())]

        links = ["link:ns1-r1", "link:ns2-r1", "link:ns3-r2", "link:r1-r2"]
        assert names == ["ns1", "ns2", "ns3", "r1", "r2", *links]

    def test_good_network_has_none(self) -> None:
        found = try_all(Network())

        assert (found.single_points, found.unsaid, found.without) == ((), (), ())
        assert (found.is_bad, found.is_known) == (False, True)
        assert before(found) == after(found) == NOW

    def test_last_node(self) -> None:
        network = Network()
        network.withdraw("ns3")
        found = try_all(network)

        points = {(point.loss, point.service): point.routers for point in found.single_points}
        assert points == {
            ("ns1", "internal"): ("r1", "r2"),
            ("r1", "resolver"): ("r2",),
            ("r1", "internal"): ("r2",),
            ("link:ns1-r1", "internal"): ("r1", "r2"),
            ("link:r1-r2", "resolver"): ("r2",),
            ("link:r1-r2", "internal"): ("r2",),
        }
        assert found.is_bad
        assert "single point of failure: link:r1-r2: resolver has no node on r2\n" in render_forecast(found)
        assert render_forecast(found).endswith("single points of failure: 4\n")

    def test_router_that_has_no_node_now_has_no_single_point(self) -> None:
        network = Network()
        network.withdraw("ns1", "internal")
        network.withdraw("ns3", "internal")
        network.routes = {name: rows[:1] for name, rows in network.routes.items()}
        found = try_all(network)

        assert after(found, "internal") == {"r1": (), "r2": ()}
        assert found.single_points == ()
        assert found.is_bad
        assert "single points of failure: none; no node now for r1 (internal), r2 (internal)\n" in render_forecast(
            found
        )

    def test_link_of_which_it_cannot_be_said(self) -> None:
        network = Network()
        network.interfaces["ns2"] = tuple(replace(i, priority=1) for i in network.interfaces["ns2"])
        found = try_all(network)

        (unsaid,) = found.unsaid
        assert unsaid.loss == "link:ns2-r1"
        assert "198.51.100.12 would elect another DR" in unsaid.reason
        assert (found.is_bad, found.is_known) == (False, False)
        assert "not known: without link:ns2-r1: " in render_forecast(found)
        with pytest.raises(UsageError, match="link:ns2-r1: "):
            ask(network, "link:ns2-r1")

    def test_not_known_after_one_loss(self) -> None:
        found = try_all(Network(intent=build(**AREA_7)))

        assert {unsaid.loss for unsaid in found.unsaid} == {"ns3", "r2", "link:ns3-r2"}


BAD_NAMES = [
    ("ns7", r"--without: ns7: no such node or router \(hosts: ns1, ns2, ns3, r1, r2\)"),
    ("client1", "client1: speaks no OSPF"),
    ("", "a name is missing"),
    ("ns1,,ns2", "a name is missing"),
    ("link:r1-ns3", r"link:r1-ns3: no such link \(links: link:ns1-ns2, "),
    ("link:r1-client1", "no such link"),
    ("link:r2", "no such link"),
    ("link:r1-r2@192.0.2.0/28", "no such link"),
]


@pytest.mark.parametrize(("text", "said"), BAD_NAMES)
def test_names_that_are_not_there(text: str, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        parse_losses(build(), text)


def test_two_nodes_on_a_segment_are_never_adjacent() -> None:
    with pytest.raises(UsageError, match="OSPF would not notice"):
        ask(Network(), "link:ns1-ns2")


def test_link_of_two_that_share_two_subnets() -> None:
    interfaces = {
        name: {
            f"eth{n}": {"address": address}
            for n, address in enumerate([*ADDRESSES[name].values(), f"192.0.2.{host}/30"])
        }
        for name, host in (("r1", 201), ("r2", 202))
    }
    intent = build(r1={"interfaces": interfaces["r1"]}, r2={"interfaces": interfaces["r2"]})
    names = ["link:r1-r2@192.0.2.128/30", "link:r1-r2@192.0.2.200/30"]

    assert [loss.name for loss in single_losses(intent) if loss.name.startswith("link:r1")] == names
    with pytest.raises(UsageError, match="which of"):
        parse_losses(intent, "link:r1-r2")
    assert [loss.name for loss in parse_losses(intent, "link:r2-r1@192.0.2.200/30")] == names[1:]


def test_json() -> None:
    document = json.loads(render_forecast_json(ask(Network(), "ns1,ns3")))

    assert document["schema"] == 1
    assert document["without"] == ["ns1", "ns3"]
    assert document["catchments"][0] == {
        "service": "resolver",
        "vip": "203.0.113.53",
        "router": "r1",
        "nodes_before": ["ns1", "ns2"],
        "nodes_after": ["ns2"],
        "reason": None,
    }
    assert [(row["service"], row["router"]) for row in document["stranded"]] == [("internal", "r1"), ("internal", "r2")]
    assert (document["single_points"], document["unsaid"]) == ([], [])


def test_json_of_what_is_not_known() -> None:
    network = Network()
    network.errors["r1"] = "r1: away"
    row = json.loads(render_forecast_json(ask(network, "ns1")))["catchments"][0]

    assert (row["nodes_before"], row["nodes_after"]) == (None, None)
    assert row["reason"] == "r1 could not be read: host-unreachable"


def test_json_of_single_points() -> None:
    network = Network()
    network.withdraw("ns3", "internal")
    network.routes["r2"][1] = route("internal", ("192.0.2.129", "eth1"))
    document = json.loads(render_forecast_json(try_all(network)))

    assert document["single_points"][0] == {
        "loss": "ns1",
        "service": "internal",
        "vip": "203.0.113.153",
        "routers": ["r1", "r2"],
    }


def test_table() -> None:
    assert render_forecast(ask(Network(), "ns1,ns3")) == (
        "resolver  203.0.113.53/32\n"
        " router   now       then\n"
        " r1       ns1 ns2   ns2    *\n"
        " r2       ns3       ns2    *\n"
        "\n"
        "internal  203.0.113.153/32\n"
        " router   now   then\n"
        " r1       ns1   no node   *\n"
        " r2       ns3   no node   *\n"
        "\n"
        "without ns1, ns3: no node left for r1 (internal), r2 (internal)\n"
    )


def test_table_of_a_loss_that_moves_little() -> None:
    text = render_forecast(ask(Network(), "ns2"))

    assert text.endswith("without ns2: 1 of 4 catchments move (*)\n")


def test_table_of_nothing_lost() -> None:
    assert " router   now\n r1       ns1 ns2\n" in render_forecast(try_all(Network()))


def test_foreign_external_is_not_touched() -> None:
    network = Network()
    network.externals.append(lsa("198.51.100.77"))

    assert after(ask(network, "ns1")) == {"r1": ("ns2",), "r2": ("ns3",)}
