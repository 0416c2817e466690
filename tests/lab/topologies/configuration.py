"""The configuration of ospfd for one host of a topology. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from tests.lab.topologies.topology import Announcement, Topology

HELLO_S, DEAD_S = 1, 4
_TIMERS = f"hello-interval {HELLO_S} dead-interval {DEAD_S}"


def render_ospfd(topology: Topology, name: str) -> str:
    """Return the configuration file of ospfd."""
    return "\n".join([f"hostname {name}", *_lines(topology, name)]) + "\n"


def _lines(topology: Topology, name: str) -> Iterator[str]:
    host = topology.host(name)
    for segment, port in topology.ports_of(name):
        yield f"interface {port.interface}"
        yield f" ip ospf network {segment.kind}"
        yield f" ip ospf cost {port.cost}"
        yield f" ip ospf hello-interval {HELLO_S}"
        yield f" ip ospf dead-interval {DEAD_S}"
        if host.is_node:
            yield " ip ospf priority 0"
    redistributed = [one for one in host.announces if one.metric_type is not None]
    for number, one in enumerate(redistributed, start=1):
        yield from _route_map_entry(number, one)
    yield "router ospf"
    yield f" ospf router-id {host.router_id}"
    # As soon as possible; FRR's defaults are made for large networks, not for a test.
    yield " timers throttle spf 0 50 500"
    yield " timers throttle lsa all 0"
    yield " timers lsa min-arrival 0"
    if host.max_metric:
        yield " max-metric router-lsa administrative"
    for segment, _ in topology.ports_of(name):
        yield f" network {segment.subnet} area {segment.area}"
    for one in host.announces:
        if one.metric_type is None:
            yield f" network {one.vip}/32 area {topology.areas_of(name)[0].number}"
    if redistributed:
        yield " redistribute connected route-map VIPS"
    yield from _areas(topology, name)


def _route_map_entry(number: int, one: Announcement) -> Iterator[str]:
    yield f"ip prefix-list VIP{number} seq 5 permit {one.vip}/32"
    yield f"route-map VIPS permit {number}"
    yield f" match ip address prefix-list VIP{number}"
    yield f" set metric {one.metric}"
    yield f" set metric-type type-{one.metric_type}"


def _areas(topology: Topology, name: str) -> Iterator[str]:
    areas = topology.areas_of(name)
    is_abr = len(areas) > 1
    for area in areas:
        if area.kind != "normal":
            yield f" area {area.number} {area.kind}{' no-summary' if is_abr and area.no_summary else ''}"
        if is_abr and area.range:
            yield f" area {area.number} range {area.range}"
    for link in topology.virtual_links:
        if name in link.ends:
            (peer,) = set(link.ends) - {name}
            yield f" area {link.area} virtual-link {topology.host(peer).router_id} {_TIMERS}"
