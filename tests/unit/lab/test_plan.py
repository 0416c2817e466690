from __future__ import annotations

from dataclasses import replace
from ipaddress import IPv4Address, IPv4Interface, IPv4Network
from typing import Any

import pytest

from nornir_anycast.errors import LabError
from nornir_anycast.lab.plan import check_prefix, make_plan
from tests.unit.lab.sample import SITE, host, hosts, plan


def test_one_bridge_per_subnet() -> None:
    assert list(plan().bridges) == [
        IPv4Network("192.0.2.0/28"),
        IPv4Network("192.0.2.128/31"),
        IPv4Network("192.0.2.16/28"),
    ]
    assert len(set(plan().bridges.values())) == 3


def test_interfaces_on_one_subnet_share_its_bridge() -> None:
    ns1, r1, r2, client1 = plan().machines
    assert ns1.links[0].bridge == r1.links[0].bridge
    assert r1.links[1].bridge == r2.links[1].bridge
    assert r2.links[0].bridge == client1.links[0].bridge
    assert len({link.bridge for machine in plan().machines for link in machine.links}) == 3


def test_names_are_unique() -> None:
    machines = plan().machines
    links = [link for machine in machines for link in (*machine.links, machine.management)] + [plan().controller]
    assert len({link.port for link in links}) == len(links)
    assert len({link.mac for link in links}) == len(links)
    assert len({machine.machine_id for machine in machines}) == len(machines)
    assert all(len(link.port) <= 15 for link in links)


def test_mac_addresses_are_unicast_and_local_and_stay() -> None:
    for machine, again in zip(plan().machines, plan().machines, strict=True):
        for link in machine.links:
            assert int(link.mac[:2], 16) & 0b11 == 0b10
        assert machine == again


def test_another_prefix_is_another_lab() -> None:
    one, other = make_plan(SITE, hosts(), "na-"), make_plan(SITE, hosts(), "nb-")
    assert not set(one.namespaces) & set(other.namespaces)
    assert one.machines[0].machine_id != other.machines[0].machine_id


def test_loopback_addresses_get_no_cable() -> None:
    r1 = plan().machine("r1")
    assert r1.loopback == (IPv4Interface("203.0.113.1/32"),)
    assert [link.interface for link in r1.links] == ["eth0", "eth1"]


@pytest.mark.parametrize(
    ("name", "gateway"),
    [("ns1", IPv4Address("192.0.2.1")), ("client1", IPv4Address("192.0.2.17")), ("r1", None), ("r2", None)],
)
def test_the_default_route_leads_to_the_lowest_router_of_the_segment(name: str, gateway: IPv4Address | None) -> None:
    assert plan().machine(name).gateway == gateway


def test_no_router_on_the_segment_is_no_default_route() -> None:
    assert make_plan(SITE, [host()]).machines[0].gateway is None


def test_the_management_network_keeps_out_of_the_inventorys_way() -> None:
    assert plan().controller.address == IPv4Interface("169.254.1.1/16")
    assert [str(machine.address) for machine in plan().machines] == [f"169.254.1.{last}" for last in (2, 3, 4, 5)]
    taken = make_plan(SITE, [host(interfaces={"eth0": IPv4Interface("169.254.7.1/24")})])
    assert taken.controller.address == IPv4Interface("198.18.1.1/16")
    everything = {"eth0": IPv4Interface("169.254.7.1/24"), "eth1": IPv4Interface("198.18.0.1/15")}
    with pytest.raises(LabError, match="no address range left"):
        make_plan(SITE, [host(interfaces=everything, hostname=IPv4Address("100.64.0.1"))])


@pytest.mark.parametrize(
    ("wanted", "given"),
    [
        ("eth0", "eth0"),
        ("eth0.100", "eth0.100"),
        ("GigabitEthernet0/1", "Gi0-1"),
        ("TenGigabitEthernet1/0/24", "Te1-0-24"),
        ("eth 0/1", "et0-1"),
        ("/////", "if0"),
    ],
)
def test_linux_gets_a_name_that_it_takes(wanted: str, given: str) -> None:
    machine = make_plan(SITE, [host(interfaces={wanted: IPv4Interface("192.0.2.2/28")})]).machines[0]
    assert machine.links[0].interface == given
    assert machine.renamed == ({} if wanted == given else {wanted: given})


def test_shortened_names_do_not_collide() -> None:
    names = ("GigabitEthernet0/1", "Gigabit/Ethernet0/1", "Gi0-1")
    interfaces = {name: IPv4Interface(f"192.0.2.{number}/32") for number, name in enumerate(names)}
    machine = make_plan(SITE, [host(interfaces=interfaces)]).machines[0]
    assert len({link.interface for link in machine.links}) == 3


@pytest.mark.parametrize(
    "name",
    [
        "ns1\nns2",
        "ns1;reboot",
        "$(reboot)",
        "../ns1",
        "ns 1",
        "",
        "-ns1",
        "_bridges",
        "n" * 48,
        "controller",
    ],
)
def test_a_name_that_no_machine_can_have_is_refused(name: str) -> None:
    with pytest.raises(LabError, match=r"^host "):
        make_plan(SITE, [host(name)])


@pytest.mark.parametrize("name", ["ns1", "NS1", "ns1.example.net", "ns_1", "n" * 47])
def test_names_that_inventories_have_are_fine(name: str) -> None:
    assert make_plan(SITE, [host(name)]).machines[0].namespace == f"na-{name}"


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"username": "root;id"}, "user name 'root;id'"),
        ({"hostname": "a b"}, "hostname 'a b'"),
        ({"port": 0}, "port 0"),
        ({"interfaces": {"mgmt0": IPv4Interface("192.0.2.2/28")}}, "interface mgmt0"),
        ({"interfaces": {"eth0\n": IPv4Interface("192.0.2.2/28")}}, "not a name"),
        ({"interfaces": {"eth0": IPv4Interface("224.0.0.5/28")}}, "is not a host address"),
    ],
)
def test_what_cannot_be_built_is_refused(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(LabError, match=f"host 'ns1': .*{message}"):
        make_plan(SITE, [replace(host(), **changes)])


def test_every_problem_is_named_at_once() -> None:
    with pytest.raises(LabError) as caught:
        make_plan(SITE, [host("ns1"), host("ns1"), host("n s")])
    assert str(caught.value).splitlines() == [
        "host 'n s': a machine's name has at most 47 of A-Z, a-z, 0-9, '.', '_' and '-', no other at either end",
        "host name ns1 is used by ns1, ns1",
        "hostname 198.51.100.11 is used by ns1, ns1, n s",
        "interface address 192.0.2.2 is used by ns1, ns1, n s",
    ]


def test_two_prefix_lengths_on_one_segment_are_refused() -> None:
    other = host("ns2", interfaces={"eth0": IPv4Interface("192.0.2.3/27")}, hostname=IPv4Address("198.51.100.12"))
    with pytest.raises(LabError, match=r"subnets 192\.0\.2\.0/27 and 192\.0\.2\.0/28 overlap"):
        make_plan(SITE, [host(), other])


def test_no_hosts_are_refused() -> None:
    with pytest.raises(LabError, match="no host"):
        make_plan(SITE, [])


@pytest.mark.parametrize("prefix", ["na-", "t12345-", "a"])
def test_prefixes(prefix: str) -> None:
    check_prefix(prefix)


@pytest.mark.parametrize("prefix", ["", "-", "na_", "../", "na/", "a" * 16 + "-", "NA-", "na-\n"])
def test_prefixes_that_no_namespace_can_have(prefix: str) -> None:
    with pytest.raises(LabError, match="prefix"):
        check_prefix(prefix)


def test_an_unknown_host_is_told_what_there_is() -> None:
    with pytest.raises(LabError, match="no host 'ns9' in the lab; it has: ns1, r1, r2, client1"):
        plan().machine("ns9")
