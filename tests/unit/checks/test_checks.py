"""Every check, good and bad, on a network that is good but for one thing; the other cells stay good."""

from __future__ import annotations

from dataclasses import replace
from ipaddress import IPv4Address, IPv4Network
from typing import Any

import pytest

from nornir_anycast.checks import EXIT_CODES, Evidence, HostChange, add_drift, evaluate
from nornir_anycast.checks.model import worst
from nornir_anycast.errors import ParseError
from nornir_anycast.ospf.model import ExternalLsa, Lsdb, NextHop, RouterLink, RouterLsa
from tests.unit.checks.network import (
    ANNOUNCED,
    AREA_0,
    ROUTER_IDS,
    VIPS,
    Network,
    bad_cells,
    build,
    cells,
    column,
    finding,
    found,
    lsa,
    neighbor,
    route,
    stub,
)

NOT_RUNNING = ParseError("show ip ospf json", 1, "ospfd is not running")
GARBAGE = ParseError("show ip ospf json", 1, "%%% what is this")


def test_good_network(network: Network) -> None:
    report = network.judge()

    assert (report.verdict, report.findings) == ("ok", ())
    assert [(s.name, str(s.vip), s.verdict) for s in report.services] == [
        ("resolver", "203.0.113.53", "ok"),
        ("internal", "203.0.113.153", "ok"),
    ]
    assert bad_cells(report) == {}
    seen = {key: (cell.cost, cell.installed) for key, cell in cells(report).items()}
    assert seen == {
        ("resolver", "r1", "ns1"): (30, True),
        ("resolver", "r1", "ns2"): (30, True),
        ("resolver", "r1", "ns3"): (40, False),
        ("resolver", "r2", "ns1"): (40, False),
        ("resolver", "r2", "ns2"): (40, False),
        ("resolver", "r2", "ns3"): (30, True),
        ("internal", "r1", "ns1"): (30, True),
        ("internal", "r1", "ns3"): (40, False),
        ("internal", "r2", "ns1"): (40, False),
        ("internal", "r2", "ns3"): (30, True),
    }
    assert len(report.answers) == 20


def test_verdicts_in_order_of_badness() -> None:
    assert worst([]) == "ok"
    assert worst(["ok", "warning"]) == "warning"
    assert worst(["unknown", "warning", "ok"]) == "unknown"
    assert worst(["warning", "critical", "unknown"]) == "critical"
    assert EXIT_CODES == {"ok": 0, "warning": 1, "critical": 2, "unknown": 3}


def test_findings_come_worst_first(network: Network) -> None:
    network.neighbors["r1"].remove(neighbor("r1", "r2"))
    network.errors["client1"] = "client1: no TCP connection"
    network.withdraw("ns3", "internal")

    assert [f.severity for f in network.judge().findings] == ["critical", "unknown", "warning"]


# Nothing seen is UNKNOWN, never OK.


def test_nothing_observed_is_unknown() -> None:
    report = evaluate(build(), {})

    assert report.verdict == "unknown"
    assert found(report) == [("nothing-observed", "unknown", None, None)]
    assert {service.verdict for service in report.services} == {"unknown"}
    assert report.origins == ()


@pytest.mark.parametrize("host", ["client1", "ns1"])
def test_no_router_in_scope_is_unknown(network: Network, host: str) -> None:
    report = network.judge(host)

    assert report.verdict == "unknown"
    assert ("nothing-observed", "unknown", None, None) in found(report)


def test_router_that_was_not_reached_knows_nothing(network: Network) -> None:
    network.errors["r2"] = "r2: no TCP connection to netops@r2:22"
    report = network.judge()

    assert report.verdict == "unknown"
    blind = {
        (service, "r2", node): ("unknown", "host-unreachable") for service in ANNOUNCED for node in ANNOUNCED[service]
    }
    assert bad_cells(report) == blind
    assert {cells(report)[key].installed for key in blind} == {None}
    assert finding(report, "host-unreachable").message == "r2: no TCP connection to netops@r2:22"
    assert ("vip-not-asked", "warning", "resolver", "ns3") in found(report)
    assert {service.verdict for service in report.services} == {"unknown"}


def test_router_that_is_not_understood_knows_nothing(network: Network) -> None:
    network.view_errors["r1"] = GARBAGE
    report = network.judge()

    assert report.verdict == "unknown"
    assert set(bad_cells(report).values()) == {("unknown", "output-not-understood")}
    assert {router for _, router, _ in bad_cells(report)} == {"r1"}
    assert finding(report, "output-not-understood").evidence[0].lines == ("%%% what is this",)


def test_router_without_a_routing_daemon_is_critical(network: Network) -> None:
    network.view_errors["r1"] = NOT_RUNNING
    network.active["r1"] = ()
    report = network.judge()

    assert report.verdict == "critical"
    assert set(bad_cells(report).values()) == {("unknown", "daemon-not-running")}
    assert finding(report, "daemon-not-running").host == "r1"


@pytest.mark.parametrize("host", ["ns1", "ns2", "ns3", "client1"])
def test_any_host_that_failed_is_not_ok_though_the_routers_are_good(network: Network, host: str) -> None:
    network.errors[host] = f"{host}: the SSH connection broke"
    report = network.judge()

    assert report.verdict == "unknown"
    assert found(report) == [("host-unreachable", "unknown", None, host)]
    assert bad_cells(report) == {}


def test_all_hosts_failed(network: Network) -> None:
    network.errors = dict.fromkeys((*ROUTER_IDS, "client1"), "no route to host")
    report = network.judge()

    assert report.verdict == "unknown"
    assert {cell.state for cell in report.origins} == {"unknown"}
    assert len([f for f in report.findings if f.check == "host-unreachable"]) == 6


def test_probe_that_failed_is_unknown(network: Network) -> None:
    network.probe_errors["client1"] = "DNS probe: line 1: failed with exit status 127"
    report = network.judge()

    assert report.verdict == "unknown"
    assert finding(report, "output-not-understood").message == (
        "client1 could not ask the VIPs: DNS probe: line 1: failed with exit status 127"
    )


# Scope.


def test_only_hosts_in_scope_are_judged(network: Network) -> None:
    network.errors["r2"] = "r2: no TCP connection"
    network.withdraw("ns3")
    report = network.judge("r1", "ns1", "ns2")

    assert {cell.router for cell in report.origins} == {"r1"}
    assert set(bad_cells(report)) == {("resolver", "r1", "ns3"), ("internal", "r1", "ns3")}
    assert {f.host for f in report.findings} == {"ns3"}


def test_one_router_in_scope_is_enough_to_say_ok_of_what_it_sees(network: Network) -> None:
    report = network.judge("r1")

    assert (report.verdict, report.findings) == ("ok", ())


def test_only_a_node_in_scope_is_missed_when_nobody_asked(network: Network) -> None:
    """ns1 was looked at and nobody asked its VIPs: only r1 could, and it is out of scope; ns2 is out of scope too."""
    report = network.judge("r2", "ns1")

    assert report.verdict == "warning"
    assert {(found.check, found.host) for found in report.findings} == {("vip-not-asked", "ns1")}


# Origins.


def test_node_that_announces_nothing(network: Network) -> None:
    network.withdraw("ns1")
    network.loopback["ns1"] = ["127.0.0.1"]
    network.logs["ns1"] = ("2026-01-01 ospfd[7]: terminating",)
    report = network.judge()

    assert report.verdict == "critical"
    assert bad_cells(report) == column("ns1", "missing", "origin-missing")
    first = next(f for f in report.findings if f.check == "origin-missing" and f.service == "resolver")
    assert first.message == (
        "resolver 203.0.113.53: not learned from ns1 on r1, r2: the VIP is not on its loopback; "
        "its ospfd does not originate the VIP"
    )
    assert [(e.host, e.command) for e in first.evidence] == [("r1", "show ip ospf database external"), ("ns1", "log")]
    assert first.evidence[1].lines == ("2026-01-01 ospfd[7]: terminating",)
    assert first.evidence[0].lines == (
        "203.0.113.53/32 type-5 from 198.51.100.12, E1 metric 20, age about 100 s, cost 30",
        "203.0.113.53/32 type-5 from 198.51.100.13, E1 metric 20, age about 100 s, cost 40",
    )


def test_one_service_of_a_node_is_missing(network: Network) -> None:
    network.withdraw("ns3", "internal")
    report = network.judge()

    assert set(bad_cells(report)) == {("internal", "r1", "ns3"), ("internal", "r2", "ns3")}
    assert [(s.name, s.verdict) for s in report.services] == [("resolver", "ok"), ("internal", "critical")]


def test_routing_table_alone_proves_nothing(network: Network) -> None:
    """Every router has a route to the VIP; one node is not behind it."""
    network.withdraw("ns2")
    report = network.judge()

    assert all(any(r.prefix == IPv4Network("203.0.113.53") for r in routes) for routes in network.routes.values())
    assert bad_cells(report) == column("ns2", "missing", "origin-missing")


def test_missing_because_the_daemon_does_not_run(network: Network) -> None:
    network.withdraw("ns2")
    network.view_errors["ns2"] = NOT_RUNNING
    network.active["ns2"] = ("dnsmasq",)
    for router in ("r1",):
        network.neighbors[router].remove(neighbor("r1", "ns2"))
    report = network.judge()

    assert bad_cells(report) == column("ns2", "missing", "origin-missing")
    assert finding(report, "daemon-not-running").host == "ns2"
    assert "its routing daemon does not run" in finding(report, "origin-missing").message


def test_missing_because_it_has_no_adjacency(network: Network) -> None:
    network.withdraw("ns2")
    network.neighbors["r1"][1] = neighbor("r1", "ns2", "ExStart")
    report = network.judge()

    assert bad_cells(report) == column("ns2", "missing", "adjacency-not-full")
    assert "no router sees it as adjacent" in finding(report, "origin-missing").message
    assert finding(report, "adjacency-not-full").message == (
        "r1 eth0: ns2 (192.0.2.12) is in state ExStart; if it stays so, the usual reason is a different MTU"
    )


def test_missing_and_the_node_was_not_looked_at(network: Network) -> None:
    network.withdraw("ns2")
    network.errors["ns2"] = "ns2: no TCP connection"
    report = network.judge()

    assert report.verdict == "critical"
    assert "the node could not be looked at" in finding(report, "origin-missing").message


def test_lsa_at_max_age_does_not_count(network: Network) -> None:
    """They are still listed shortly after a withdrawal."""
    network.withdraw("ns2")
    network.externals.append(lsa("ns2", age_s=3600))
    report = network.judge()

    assert bad_cells(report) == column("ns2", "missing", "origin-missing")
    assert "203.0.113.53/32 type-5 from 198.51.100.12, E1 metric 20, age 3600 s, does not count: max-age" in (
        finding(report, "origin-missing").evidence[0].lines
    )


def test_ghost(network: Network) -> None:
    """The node has no power: its LSA stays for an hour, and counts for nothing."""
    network.isolate("ns3")
    network.errors["ns3"] = "ns3: no TCP connection"
    report = network.judge()

    assert report.verdict == "critical"
    assert bad_cells(report) == column("ns3", "unreachable", "origin-unreachable")
    messages = [f.message for f in report.findings if f.check == "origin-unreachable"]
    assert (
        messages[0] == "resolver 203.0.113.53: r1, r2 list ns3's LSA, but cannot reach ns3: it died without withdrawing"
    )


def test_fewer_nodes_than_promised(network: Network) -> None:
    network.withdraw("ns1", "resolver")
    assert not [f for f in network.judge().findings if f.check == "too-few-nodes"]

    network.isolate("ns3")
    few = finding(network.judge(), "too-few-nodes")
    assert (few.severity, few.service) == ("critical", "resolver")
    assert few.message == "resolver 203.0.113.53: 1 of 2 nodes left (lost: ns1, ns3)"


def test_nodes_that_were_not_seen_are_not_counted_as_lost(network: Network) -> None:
    network.errors |= {"r1": "r1: down", "r2": "r2: down"}

    assert not [f for f in network.judge().findings if f.check == "too-few-nodes"]


@pytest.mark.parametrize(
    ("changes", "said"),
    [({"metric_type": 2}, "E2 20"), ({"metric": 30}, "E1 30"), ({"metric": 65535}, "E1 65535")],
)
def test_node_that_announces_otherwise(network: Network, changes: dict[str, Any], said: str) -> None:
    index = network.externals.index(lsa("ns2"))
    network.externals[index] = lsa("ns2", **changes)
    network.reroute("ns2", "resolver")
    report = network.judge()

    assert report.verdict == "warning"
    assert bad_cells(report) == column("ns2", "learned", "metric-inconsistent")
    assert {cells(report)[key].reason for key in bad_cells(report)} == {said}
    assert found(report) == [("metric-inconsistent", "warning", "resolver", "ns2")]


def test_node_that_announces_a_stub_network(network: Network) -> None:
    """`network VIP/32 area 0` beats every E1, whatever its cost."""
    network.externals.remove(lsa("ns2"))
    network.change_router_lsa("ns2", stub(f"{VIPS['resolver']}/32"))
    network.routes["r1"][0] = route("resolver", ("192.0.2.12", "eth0"))
    network.routes["r2"][0] = route("resolver", ("192.0.2.129", "eth1"))
    report = network.judge()

    assert report.verdict == "warning"
    assert bad_cells(report) == column("ns2", "learned", "metric-inconsistent")
    assert {cells(report)[key].reason for key in bad_cells(report)} == {"intra-area"}
    assert cells(report)["resolver", "r2", "ns3"].installed is False
    assert {f.check for f in report.findings} == {"metric-inconsistent", "intra-area-hijack"}


@pytest.mark.parametrize(
    "routes",
    [
        [],
        [route("resolver", ("192.0.2.27", "eth0"), selected=False)],
        [route("resolver", ("192.0.2.27", "eth0"), installed=False)],
        [route("resolver", ("192.0.2.129", "eth1"))],
        [route("resolver", ("192.0.2.27", "eth0"), ("192.0.2.129", "eth1"))],
        [route("resolver", ("192.0.2.27", "eth0"), protocol="static")],
        [route("resolver")],
    ],
    ids=["no route", "not selected", "not in the kernel", "elsewhere", "also elsewhere", "static", "no next hop"],
)
def test_route_that_does_not_follow(network: Network, routes: list[object]) -> None:
    """`distribute-list in` keeps the LSA and hides the route: both views are needed."""
    network.routes["r2"][0:1] = routes  # type: ignore[assignment]  # routes they are
    report = network.judge()

    assert report.verdict == "critical"
    assert bad_cells(report) == {("resolver", "r2", "ns3"): ("learned", "not-installed")}
    assert found(report) == [("not-installed", "critical", "resolver", "ns3")]
    assert {e.command for e in report.findings[0].evidence} == {
        "show ip ospf database external",
        "show ip route 203.0.113.53/32",
    }


def test_one_next_hop_of_two_is_fine(network: Network) -> None:
    """`maximum-paths 1`: the router prefers both and leads to one."""
    network.routes["r1"][0] = route("resolver", ("192.0.2.12", "eth0"))
    report = network.judge()

    assert report.verdict == "ok"
    assert cells(report)["resolver", "r1", "ns1"].installed is False
    assert cells(report)["resolver", "r1", "ns2"].installed is True


def test_rogue(network: Network) -> None:
    rogue = IPv4Address("192.0.2.59")
    network.router_lsas.append(
        RouterLsa(
            advertising_router=rogue,
            age_s=10,
            sequence=0x80000001,
            area=AREA_0,
            links=(
                RouterLink(
                    kind="transit", link_id=IPv4Address("192.0.2.17"), link_data=IPv4Address("192.0.2.30"), metric=99
                ),
            ),
            is_asbr=True,
        )
    )
    index = next(i for i, n in enumerate(network.network_lsas) if n.designated_router == IPv4Address("192.0.2.17"))
    segment = network.network_lsas[index]
    network.network_lsas[index] = replace(segment, attached=(*segment.attached, rogue))
    network.externals.append(lsa("192.0.2.59"))
    report = network.judge()

    assert report.verdict == "critical"
    assert bad_cells(report) == {}
    assert found(report) == [("origin-unexpected", "critical", "resolver", "192.0.2.59")]
    assert report.findings[0].message == (
        "resolver 203.0.113.53: router-id 192.0.2.59, which is not in the inventory, announces the VIP but is no node "
        "of the service (seen by r1, r2)"
    )


def test_node_that_announces_a_service_it_does_not_have(network: Network) -> None:
    network.externals.append(lsa("ns2", "internal"))
    network.routes["r1"][1] = route("internal", ("192.0.2.11", "eth0"), ("192.0.2.12", "eth0"))
    report = network.judge()

    assert found(report) == [("origin-unexpected", "critical", "internal", "ns2")]
    assert "ns2 (router-id 198.51.100.12) announces the VIP" in report.findings[0].message


def test_dead_rogue_is_no_rogue(network: Network) -> None:
    network.externals.append(lsa("192.0.2.59"))

    assert network.judge().verdict == "ok"


def abr_external(abr: str) -> ExternalLsa:
    """A type-5 with a forwarding address: an ABR's translation, of whose type-7 nobody knows."""
    return lsa(abr, forwarding_address=IPv4Address("192.0.2.27"))


def test_originator_behind_an_abr_is_not_known(network: Network) -> None:
    network.externals.remove(lsa("ns3"))
    network.externals.append(abr_external("r2"))
    network.router_lsas = [
        replace(known, is_abr=True, is_asbr=True) if str(known.advertising_router) == ROUTER_IDS["r2"] else known
        for known in network.router_lsas
    ]
    report = network.judge("r1", "ns1", "ns2")

    assert report.verdict == "unknown"
    assert bad_cells(report) == {("resolver", "r1", "ns3"): ("unknown", "origin-unknown")}
    assert found(report)[0] == ("origin-unknown", "unknown", "resolver", "ns3")


def test_stranger_behind_an_abr_is_not_ok_though_every_node_is_learned(network: Network) -> None:
    network.externals.append(abr_external("r2"))
    network.router_lsas = [
        replace(known, is_abr=True, is_asbr=True) if str(known.advertising_router) == ROUTER_IDS["r2"] else known
        for known in network.router_lsas
    ]
    report = network.judge("r1")

    assert bad_cells(report) == {}
    assert report.verdict == "unknown"
    assert [f.check for f in report.findings] == ["origin-unknown"]


# Adjacencies and router-ids.


def test_two_way_between_drothers_is_fine(network: Network) -> None:
    """Two routers on one segment of which a third is DR: r2 on the nodes' segment would see r1 so."""
    for name in ("r1", "r2"):
        network.interfaces[name] = tuple(replace(i, state="DROther") for i in network.interfaces[name])
    network.neighbors["r1"][2] = neighbor("r1", "r2", "2-Way", role="DROther")
    network.neighbors["r2"][1] = neighbor("r2", "r1", "2-Way", role="DROther")

    assert network.judge().verdict == "ok"


@pytest.mark.parametrize(
    ("own", "state", "role"),
    [
        ("DR", "2-Way", "DROther"),
        ("DROther", "2-Way", "DR"),
        ("DROther", "Init", "DROther"),
        ("Backup", "2-Way", "DROther"),
    ],
)
def test_two_way_where_full_is_required(network: Network, own: str, state: str, role: str) -> None:
    network.interfaces["r1"] = tuple(replace(i, state=own) for i in network.interfaces["r1"])
    network.neighbors["r1"][2] = neighbor("r1", "r2", state, role=role)

    assert found(network.judge()) == [("adjacency-not-full", "warning", None, "r1")]


def test_neighbor_that_is_not_listed(network: Network) -> None:
    network.neighbors["r2"].remove(neighbor("r2", "r1"))
    network.neighbor_lines["r2"] = ("198.51.100.13 Full/DROther 192.0.2.27",)
    report = network.judge()

    assert report.verdict == "warning"
    assert finding(report, "adjacency-missing").message == "r2 eth1: r1 (192.0.2.129) is not listed as a neighbor"
    assert finding(report, "adjacency-missing").evidence[0].lines == ("198.51.100.13 Full/DROther 192.0.2.27",)


def test_adjacency_is_missing_to_a_host_that_was_not_seen(network: Network) -> None:
    """What cannot be compared is said, and the end that was seen is quoted."""
    network.errors["r1"] = "r1: no TCP connection"
    network.neighbors["r2"].remove(neighbor("r2", "r1"))
    missing = finding(network.judge("r1", "r2", "ns3"), "adjacency-missing")
    settings = "hello 1 s, dead 4 s, MTU 1500, authentication not shown"

    assert missing.message == (
        "r2 eth1: r1 (192.0.2.129) is not listed as a neighbor; r1 was not seen, so the settings of both ends could "
        "not be compared"
    )
    assert missing.evidence[1:] == (
        Evidence(
            "r2",
            "show ip ospf interface eth1",
            (f"192.0.2.130/30, area 0.0.0.0, broadcast, state DR, {settings}",),
        ),
    )


def test_adjacency_over_a_passive_interface(network: Network) -> None:
    eth0, eth1, eth2 = network.interfaces["r2"]
    network.interfaces["r2"] = (eth0, replace(eth1, passive=True), eth2)
    network.neighbors["r1"].remove(neighbor("r1", "r2"))
    network.neighbors["r2"].remove(neighbor("r2", "r1"))

    assert finding(network.judge(), "adjacency-missing").message == (
        "r1 eth1: r2 (192.0.2.130) is not listed as a neighbor; passive: r2 eth1"
    )


def test_adjacency_where_the_peer_does_not_run_ospf_on_the_link(network: Network) -> None:
    network.interfaces["ns3"] = ()
    network.neighbors["r2"].remove(neighbor("r2", "ns3"))

    quoted = finding(network.judge(), "adjacency-missing").evidence
    assert Evidence("ns3", "show ip ospf interface eth0", ("(OSPF does not run on it)",)) in quoted


@pytest.mark.parametrize(
    ("state", "hint"),
    [
        ("ExStart", "if it stays so, the usual reason is a different MTU"),
        ("Exchange", "if it stays so, the usual reason is a different MTU"),
        ("Init", "it does not hear this router: multicast, firewall (protocol 89) or timers"),
    ],
)
def test_adjacency_that_hangs(network: Network, state: str, hint: str) -> None:
    network.neighbors["r1"][2] = neighbor("r1", "r2", state)

    assert finding(network.judge(), "adjacency-not-full").message == (
        f"r1 eth1: r2 (192.0.2.130) is in state {state}; {hint}"
    )


def test_vantages_have_no_adjacency(network: Network) -> None:
    assert "client1" not in {n.address for n in network.neighbors["r2"]}
    assert network.judge().verdict == "ok"


def test_duplicate_router_id(network: Network) -> None:
    """The LSDB holds one external LSA for both; the VIP is still in every routing table."""
    network.router_ids["ns2"] = ROUTER_IDS["ns1"]
    network.externals.remove(lsa("ns2"))
    network.neighbors["r1"][1] = neighbor("r1", "ns2", router_id=IPv4Address(ROUTER_IDS["ns1"]))
    report = network.judge()

    assert report.verdict == "critical"
    assert bad_cells(report) == column("ns1", "unknown", "duplicate-router-id") | column(
        "ns2", "missing", "duplicate-router-id"
    )
    duplicate = finding(report, "duplicate-router-id")
    assert duplicate.message == "ns1 and ns2 both use router-id 198.51.100.11: the LSDB holds one LSA for all of them"
    assert duplicate.severity == "critical"


def test_duplicate_router_id_is_seen_by_a_neighbor_alone(network: Network) -> None:
    network.errors |= {"ns1": "ns1: down", "ns2": "ns2: down"}
    network.neighbors["r1"][1] = neighbor("r1", "ns2", router_id=IPv4Address(ROUTER_IDS["ns1"]))

    assert finding(network.judge(), "duplicate-router-id").host == "ns1"


def test_vip_as_router_id(network: Network) -> None:
    network.router_ids["ns3"] = VIPS["resolver"]
    network.withdraw("ns3")
    network.neighbors["r2"][0] = neighbor("r2", "ns3", router_id=IPv4Address(VIPS["resolver"]))
    report = network.judge()

    assert report.verdict == "critical"
    assert bad_cells(report) == column("ns3", "missing", "vip-as-router-id")
    assert finding(report, "vip-as-router-id").message == (
        "ns3 uses the VIP 203.0.113.53 as its router-id, wanted 198.51.100.13; deploy it"
    )


def test_other_router_id(network: Network) -> None:
    network.router_ids["r1"] = "198.51.100.99"
    network.router_lsas = [
        replace(known, advertising_router=IPv4Address("198.51.100.99"))
        if str(known.advertising_router) == ROUTER_IDS["r1"]
        else known
        for known in network.router_lsas
    ]
    network.network_lsas = [
        replace(
            known,
            attached=tuple(
                IPv4Address("198.51.100.99") if str(router) == ROUTER_IDS["r1"] else router for router in known.attached
            ),
        )
        for known in network.network_lsas
    ]
    report = network.judge()

    assert ("router-id-unexpected", "warning", None, "r1") in found(report)
    assert finding(report, "router-id-unexpected").message == (
        "r1 uses router-id 198.51.100.99, the inventory says 198.51.100.1"
    )


def test_router_without_any_lsa_sees_no_node(network: Network) -> None:
    network.lsdbs["r2"] = Lsdb()
    network.routes["r2"] = []
    report = network.judge()

    assert report.verdict == "critical"
    assert {key for key in bad_cells(report) if key[1] == "r2"} == {
        (service, "r2", node) for service, nodes in ANNOUNCED.items() for node in nodes
    }
    assert {state for state, _ in bad_cells(report).values()} == {"missing"}
    assert {router for _, router, _ in bad_cells(report)} == {"r2"}


def test_next_hop_may_be_a_segment(network: Network) -> None:
    """A connected VIP on the router itself is no OSPF route."""
    hop = NextHop(address=None, interface="lo")
    network.routes["r2"][0] = route("resolver", protocol="connected", next_hops=(hop,))

    assert bad_cells(network.judge()) == {("resolver", "r2", "ns3"): ("learned", "not-installed")}


# Configuration drift.


def test_drift_is_added_to_a_report(network: Network) -> None:
    planned = [
        HostChange(host="ns1", changed=True, diff="+ lo: 203.0.113.53/32\n"),
        HostChange(host="ns2", changed=False, diff=""),
    ]
    report = add_drift(network.judge(), planned)

    assert report.verdict == "warning"
    assert found(report) == [("config-drift", "warning", None, "ns1")]
    assert report.findings[0].evidence[0].lines == ("+ lo: 203.0.113.53/32",)


def test_configuration_that_is_not_known_is_no_good_one(network: Network) -> None:
    report = add_drift(network.judge(), [HostChange(host="ns1", changed=False, diff="", error="ns1: no sudo")])

    assert report.verdict == "unknown"
    assert found(report) == [("config-drift", "unknown", None, "ns1")]


def test_drift_does_not_make_a_bad_report_better(network: Network) -> None:
    network.withdraw("ns1")

    assert add_drift(network.judge(), []).verdict == "critical"
    assert add_drift(network.judge(), [HostChange(host="ns2", changed=True, diff="x")]).verdict == "critical"


def test_router_without_an_ospf_instance(network: Network) -> None:
    network.view_errors["r1"] = ParseError("show ip ospf json", 1, "% OSPF is not enabled in vrf default")
    observations = network.observations()
    observations["r1"] = replace(observations["r1"], has_ospf=False)
    report = evaluate(network.intent, observations)

    assert report.verdict == "critical"
    assert set(bad_cells(report).values()) == {("unknown", "ospf-not-configured")}
    assert finding(report, "ospf-not-configured").host == "r1"
