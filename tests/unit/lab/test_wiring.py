from __future__ import annotations

from nornir_anycast.lab.wiring import cable_batch, controller_batch, fabric_batch, machine_batch
from tests.unit.lab.sample import plan


def test_a_node() -> None:
    ns1 = plan().machine("ns1")
    assert cable_batch(ns1) == [
        f"link add p0x0 type veth peer name eth0 address {ns1.links[0].mac} netns na-ns1",
        "link set p0x0 master br0 up",
        f"link add p0m type veth peer name mgmt0 address {ns1.management.mac} netns na-ns1",
        "link set p0m master management up",
        "link set p0m type bridge_slave isolated on",
    ]
    assert machine_batch(plan(), ns1) == [
        "link set lo up",
        "address add 192.0.2.2/28 broadcast + dev eth0",
        "link set eth0 up",
        "route add default via 192.0.2.1",
        "address add 169.254.1.2/16 broadcast + dev mgmt0",
        "link set mgmt0 up",
        f"neighbour add 169.254.1.1 lladdr {plan().controller.mac} dev mgmt0 nud permanent",
        # Its hostname is on none of its interfaces.
        "address add 198.51.100.11/32 dev mgmt0",
    ]


def test_a_router_whose_hostname_is_an_interface_address() -> None:
    lines = machine_batch(plan(), plan().machine("r1"))
    assert lines[:5] == [
        "link set lo up",
        "address add 203.0.113.1/32 dev lo",
        "address add 192.0.2.1/28 broadcast + dev eth0",
        "link set eth0 up",
        "address add 192.0.2.128/31 dev eth1",  # RFC 3021: no broadcast address
    ]
    assert not any("default" in line for line in lines)
    assert lines[-1].startswith("neighbour add")


def test_the_controller_reaches_every_hostname_that_is_an_address() -> None:
    routes = [line for line in controller_batch(plan()) if line.startswith("route")]
    assert routes == [
        "route add 198.51.100.11/32 via 169.254.1.2 dev mgmt0",
        "route add 192.0.2.1/32 via 169.254.1.3 dev mgmt0",
        "route add 192.0.2.18/32 via 169.254.1.5 dev mgmt0",
    ]


def test_the_fabric_has_a_bridge_for_each_segment_and_one_for_management() -> None:
    bridges = [line.split()[2] for line in fabric_batch(plan()) if " type bridge " in line]
    assert bridges == ["management", "br0", "br1", "br2"]
