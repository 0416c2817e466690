"""A topology from a seed: the same seed gives the same topology. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from ipaddress import IPv4Address, IPv4Interface, IPv4Network
from random import Random
from typing import Literal

from tests.lab.topologies.topology import (
    BACKBONE,
    Announcement,
    Area,
    Host,
    Port,
    Segment,
    Topology,
    VirtualLink,
)

DESIGNS = ("one area", "areas", "stub", "nssa", "nssa with two ABRs", "virtual link", "mixed")
"""They go round: of any seven seeds in a row, each has another one."""

ROUTERS, NODES, VIPS = (4, 8), (2, 4), (1, 3)
"""At least and at most."""
COSTS = (1, 2, 2, 3, 4, 4, 10)
"""Few, small and some of them twice: paths of equal cost are wanted."""
_METRICS = (10, 10, 10, 11, 12, 20)
_LAN_MEMBERS = 4

# All addresses are documentation addresses (RFC 5737); router-ids need not be anybody's address.
_BLOCKS = {
    BACKBONE: IPv4Network("198.51.100.0/24"),
    1: IPv4Network("192.0.2.0/25"),
    2: IPv4Network("192.0.2.128/25"),
    3: IPv4Network("203.0.113.128/25"),
}
_ROUTER_IDS = IPv4Address("203.0.113.0")
_VIPS = tuple(IPv4Address(f"203.0.113.{last}") for last in (53, 54, 55))

Kind = Literal["normal", "stub", "nssa"]
_KINDS: tuple[Kind, ...] = ("normal", "stub", "nssa")


def generate(seed: int) -> Topology:
    """Return the topology of a seed."""
    design = DESIGNS[seed % len(DESIGNS)]
    return _Builder(Random(f"{design} {seed}"), seed, design).build()  # noqa: S311 - it must be repeatable


@dataclass(slots=True)
class _Builder:
    rng: Random
    seed: int
    design: str
    areas: list[Area] = field(default_factory=list)
    routers: list[str] = field(default_factory=list)
    members: dict[int, list[str]] = field(default_factory=dict)
    """The routers of an area."""
    segments: list[Segment] = field(default_factory=list)
    virtual_links: list[VirtualLink] = field(default_factory=list)

    def build(self) -> Topology:
        self.areas = [Area(number=BACKBONE), *self._other_areas()]
        self.routers = [f"r{number}" for number in range(1, self.rng.randint(*ROUTERS) + 1)]
        self._distribute()
        for area in self.areas:
            self._wire(area.number)
        nodes = [f"ns{number}" for number in range(1, self.rng.randint(*NODES) + 1)]
        homes = self._attach(nodes)
        hosts = [Host(name=name, router_id=_ROUTER_IDS + number) for number, name in enumerate(self.routers, start=1)]
        hosts += [Host(name=name, router_id=_ROUTER_IDS + number) for number, name in enumerate(nodes, start=101)]
        return Topology(
            seed=self.seed,
            design=self.design,
            areas=tuple(self.areas),
            hosts=self._limit(self._announce(hosts, homes)),
            segments=tuple(self.segments),
            virtual_links=tuple(self.virtual_links),
        )

    def _chance(self, probability: float) -> bool:
        return self.rng.random() < probability

    def _other_areas(self) -> list[Area]:
        designs: dict[str, list[Kind]] = {
            "one area": [],
            "areas": ["normal"] * self.rng.randint(1, 3),
            "stub": ["stub", *self._some("normal", 1)],
            "nssa": ["nssa", *self._some("normal", 2)],
            "nssa with two ABRs": ["nssa", *self._some("normal", 1)],
            "virtual link": ["normal", self.rng.choice(_KINDS)],
            "mixed": self.rng.sample(_KINDS, 3),
        }
        return [
            Area(
                number=number,
                kind=kind,
                no_summary=kind != "normal" and self._chance(0.3),
                range=_BLOCKS[number] if self._chance(0.25) else None,
            )
            for number, kind in enumerate(designs[self.design], start=1)
        ]

    def _some(self, kind: Kind, at_most: int) -> list[Kind]:
        return [kind] * self.rng.randint(0, at_most)

    def _distribute(self) -> None:
        """Put each router into an area, and let one or two of the backbone's border each other area."""
        others = [area.number for area in self.areas[1:]]
        self.members = {number: [] for number in (BACKBONE, *others)}
        # Two at least for the backbone; then one for each area, as long as there are some; the rest anywhere.
        order = [BACKBONE, BACKBONE, *others, *self.rng.choices([BACKBONE, *others], k=len(self.routers))]
        for router, area in zip(self.routers, order, strict=False):
            self.members[area].append(router)
        backbone = tuple(self.members[BACKBONE])
        for number in others:
            if self.design == "virtual link" and number == 2:
                self._border_by_virtual_link()
                continue
            one_only = self.design == "nssa" and number == 1
            count = 2 if self.design == "nssa with two ABRs" and number == 1 else self.rng.choice([1, 2])
            self.members[number] += self.rng.sample(backbone, 1 if one_only else count)

    def _border_by_virtual_link(self) -> None:
        """Area 2 touches area 1 only, at a router that reaches the backbone by a virtual link."""
        abr = self.members[1][-1]
        inside = self.members[1][0]
        self.members[2].append(inside)
        self.virtual_links.append(VirtualLink(area=1, ends=(abr, inside)))

    def _wire(self, area: int) -> None:
        """Connect the routers of an area, and add some links between any two of them."""
        todo = self.rng.sample(self.members[area], len(self.members[area]))
        done = [todo.pop()]
        while todo:
            size = min(self.rng.randint(2, _LAN_MEMBERS), len(todo) + 1) if self._chance(0.3) else 2
            new = [todo.pop() for _ in range(size - 1)]
            self._segment(area, [self.rng.choice(done), *new])
            done += new
        if len(done) > 1:
            for _ in range(self.rng.randint(0, len(done) - 1)):
                # Now and then the same two again: links in parallel.
                self._segment(area, self.rng.sample(done, 2))

    def _attach(self, nodes: Sequence[str]) -> dict[str, int]:
        """Put each node into an area, on a segment with a router or two; return the areas."""
        numbers = [area.number for area in self.areas]
        # The first two go where it is most interesting: behind the last ABR, or into the NSSA.
        special = {"nssa": 1, "nssa with two ABRs": 1, "virtual link": 2}.get(self.design)
        homes = {node: self.rng.choice(numbers) for node in nodes}
        if special is not None:
            homes |= dict.fromkeys(nodes[: self.rng.randint(1, 2)], special)
        for area in numbers:
            todo = [node for node in nodes if homes[node] == area]
            while todo:
                group = [todo.pop() for _ in range(min(len(todo), self.rng.randint(1, 2)))]
                count = min(len(self.members[area]), self.rng.choice([1, 1, 2]))
                self._segment(area, [*self.rng.sample(self.members[area], count), *group])
                if self._chance(0.25):  # on a second segment, too
                    self._segment(area, [self.rng.choice(self.members[area]), group[0]])
        return homes

    def _segment(self, area: int, hosts: Sequence[str]) -> None:
        kind: Literal["point-to-point", "broadcast"] = (
            "broadcast" if len(hosts) > 2 or self._chance(0.3) else "point-to-point"
        )
        length = 29 if kind == "broadcast" else self.rng.choice([30, 31])
        taken = [segment.subnet for segment in self.segments]
        subnet = next(one for one in _BLOCKS[area].subnets(new_prefix=length) if not any(map(one.overlaps, taken)))
        first = 0 if length == 31 else 1
        ports = tuple(
            Port(
                host=host,
                interface=f"eth{sum(port.host == host for one in self.segments for port in one.ports)}",
                address=IPv4Interface((subnet[first + index], length)),
                cost=self.rng.choice(COSTS),
            )
            for index, host in enumerate(hosts)
        )
        self.segments.append(Segment(area=area, kind=kind, ports=ports))

    def _announce(self, hosts: Sequence[Host], homes: dict[str, int]) -> list[Host]:
        """Let some nodes announce each VIP, mostly all in one way, sometimes one of them in another."""
        found = {host.name: host for host in hosts}
        for vip in _VIPS[: self.rng.randint(*VIPS)]:
            common = Announcement(vip=vip, metric_type=2 if self._chance(0.15) else 1, metric=self.rng.choice(_METRICS))
            nodes = list(homes)
            for node in self.rng.sample(nodes, self.rng.randint(1 if self._chance(0.2) else 2, len(nodes))):
                one = common
                if self._chance(0.3):
                    one = replace(one, metric=self.rng.choice(_METRICS))
                if self._chance(0.08):
                    one = replace(one, metric_type=2)
                # A stub area has no externals: there it is the only way.
                if self.areas[homes[node]].kind == "stub" or self._chance(0.1):
                    one = Announcement(vip=vip, metric_type=None)
                found[node] = replace(found[node], announces=(*found[node].announces, one))
        return list(found.values())

    def _limit(self, hosts: Sequence[Host]) -> tuple[Host, ...]:
        """Set max-metric: on nodes with two segments, which are no way through, and sometimes on a router."""
        drained = self.rng.choice(self.routers) if self._chance(0.2) else None
        ports = [port.host for segment in self.segments for port in segment.ports]
        return tuple(
            replace(host, max_metric=host.name == drained or (host.is_node and ports.count(host.name) > 1))
            for host in hosts
        )
