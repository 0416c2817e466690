"""What a topology is: hosts, segments, areas and who announces which VIP. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Interface, IPv4Network
from typing import Literal

BACKBONE = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Area:
    """An OSPF area."""

    number: int
    kind: Literal["normal", "stub", "nssa"] = "normal"
    no_summary: bool = False
    """The ABRs announce a default route only."""
    range: IPv4Network | None = None
    """The ABRs announce this prefix instead of those in it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Port:
    """One host's end of a segment."""

    host: str
    interface: str
    address: IPv4Interface
    cost: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """A link between two hosts, or a broadcast segment of two and more."""

    area: int
    kind: Literal["point-to-point", "broadcast"]
    ports: tuple[Port, ...]

    @property
    def subnet(self) -> IPv4Network:
        return self.ports[0].address.network


@dataclass(frozen=True, slots=True, kw_only=True)
class Announcement:
    """How a node announces a VIP."""

    vip: IPv4Address
    metric_type: Literal[1, 2] | None
    """``None``: by ``network VIP/32``, as a stub link of its router-LSA."""
    metric: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Host:
    """A router, or a node that announces VIPs."""

    name: str
    router_id: IPv4Address
    announces: tuple[Announcement, ...] = ()
    max_metric: bool = False

    @property
    def is_node(self) -> bool:
        return self.name.startswith("ns")


@dataclass(frozen=True, slots=True, kw_only=True)
class VirtualLink:
    """A virtual link between two ABRs through an area."""

    area: int
    ends: tuple[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Topology:
    """A network, as :func:`tests.lab.topologies.generate.generate` makes it from a seed."""

    seed: int
    design: str
    areas: tuple[Area, ...]
    hosts: tuple[Host, ...]
    segments: tuple[Segment, ...]
    virtual_links: tuple[VirtualLink, ...]

    @property
    def vips(self) -> tuple[IPv4Address, ...]:
        return tuple(sorted({announcement.vip for host in self.hosts for announcement in host.announces}))

    def host(self, name: str) -> Host:
        return next(host for host in self.hosts if host.name == name)

    def ports_of(self, name: str) -> Iterator[tuple[Segment, Port]]:
        return ((segment, port) for segment in self.segments for port in segment.ports if port.host == name)

    def areas_of(self, name: str) -> tuple[Area, ...]:
        """Return the areas of a host; a virtual link puts it into the backbone."""
        numbers = {segment.area for segment, _ in self.ports_of(name)}
        numbers |= {BACKBONE for link in self.virtual_links if name in link.ends}
        return tuple(area for area in self.areas if area.number in numbers)

    def holders(self, vip: IPv4Address) -> frozenset[str]:
        """Return the names of the nodes that announce a VIP."""
        return frozenset(host.name for host in self.hosts for one in host.announces if one.vip == vip)

    def owner(self, address: IPv4Address) -> str:
        """Return the host that has an address on a segment."""
        return next(p.host for segment in self.segments for p in segment.ports if p.address.ip == address)

    def __str__(self) -> str:
        return "\n".join([f"seed {self.seed}: {self.design}", *(f"  {line}" for line in self._lines())])

    def _lines(self) -> Iterator[str]:
        for area in self.areas:
            more = [" no-summary"] if area.no_summary else []
            more += [f" range {area.range}"] if area.range else []
            yield f"area {area.number}: {area.kind}{''.join(more)}"
        for link in self.virtual_links:
            yield f"virtual link {link.ends[0]}-{link.ends[1]} through area {link.area}"
        for segment in self.segments:
            ends = ", ".join(f"{p.host} {p.interface} {p.address} cost {p.cost}" for p in segment.ports)
            yield f"area {segment.area} {segment.kind}: {ends}"
        for host in self.hosts:
            words = [f"{host.name} {host.router_id}", *(["max-metric"] if host.max_metric else [])]
            for one in host.announces:
                how = "network" if one.metric_type is None else f"E{one.metric_type} metric {one.metric}"
                words.append(f"{one.vip} {how}")
            yield ", ".join(words)
