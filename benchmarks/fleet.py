"""Measure all checks of a large site: every router's view of every node, for every VIP.

    python benchmarks/fleet.py [--routers 1000] [--nodes 200] [--vips 10] [--databases 3] [--what-if]

The views are made in memory, as parsing leaves them: routers that show the same LSAs share one database. Of
`--databases` different ones, each but the first lacks another stub network, as if it had been looked at a moment
earlier. Routers are a ring with chords, of point-to-point links; every node is on a segment of its own with a router.
"""

from __future__ import annotations

import argparse
import gc
import random
from dataclasses import replace
from ipaddress import IPv4Address, IPv4Interface
from time import perf_counter

from machine import describe, peak_memory_mib

from nornir_anycast.checks import evaluate
from nornir_anycast.checks.scene import Scene
from nornir_anycast.intent import Host, Intent, Service
from nornir_anycast.intent.model import Interface
from nornir_anycast.observation import Observation
from nornir_anycast.ospf.model import (
    ExternalLsa,
    Lsdb,
    Neighbor,
    NetworkLsa,
    OspfArea,
    OspfInterface,
    Route,
    RouterLink,
    RouterLsa,
    RouterView,
)
from nornir_anycast.ospf.origins import Views
from nornir_anycast.whatif import find_single_points, forecast, parse_losses

AREA = IPv4Address(0)
FIRST_ROUTER_ID = IPv4Address("198.18.0.1")
FIRST_SUBNET = IPv4Address("10.0.0.0")
FIRST_VIP = IPv4Address("203.0.113.1")
LENGTH = 29


class Fleet:
    """A site that is as it should be."""

    def __init__(self, routers: int, nodes: int, vips: int, seed: int) -> None:
        self._chance = random.Random(seed)  # noqa: S311  no secret
        self.routers = [f"r{number}" for number in range(routers)]
        self.nodes = [f"ns{number}" for number in range(nodes)]
        self._ids = {name: FIRST_ROUTER_ID + number for number, name in enumerate((*self.routers, *self.nodes))}
        self._services = {f"dns{number}": Service(vip=FIRST_VIP + number) for number in range(vips)}
        self._links: dict[str, list[RouterLink]] = {name: [] for name in self._ids}
        self._interfaces: dict[str, list[OspfInterface]] = {name: [] for name in self._ids}
        self._neighbors: dict[str, list[Neighbor]] = {name: [] for name in self._ids}
        self._segments: list[NetworkLsa] = []
        self._subnets = 0
        for number, router in enumerate(self.routers):
            for step in (1, self._chance.choice((7, 31, 101))):
                if (other := self.routers[(number + step) % routers]) != router:
                    self._connect(router, other)
        for number, node in enumerate(self.nodes):
            self._attach(node, self.routers[number * routers // nodes])

    def _addresses(self) -> tuple[IPv4Address, IPv4Address]:
        subnet = FIRST_SUBNET + 8 * self._subnets
        self._subnets += 1
        return subnet + 1, subnet + 2

    def _add(self, name: str, address: IPv4Address, cost: int, kind: str) -> None:
        self._interfaces[name].append(
            OspfInterface(
                name=f"eth{len(self._interfaces[name])}",
                address=IPv4Interface((address, LENGTH)),
                area=AREA,
                network_type="broadcast" if kind == "transit" else "point-to-point",
                state="DR" if kind == "transit" else "Point-To-Point",
                cost=cost,
                priority=0 if kind == "transit" and name in self.nodes else 1,
                hello_ms=10_000,
                dead_s=40,
                mtu=1500,
            )
        )

    def _connect(self, one: str, other: str) -> None:
        addresses = self._addresses()
        cost = self._chance.choice((1, 2, 5))
        for here, there, own, peer in ((one, other, *addresses), (other, one, *reversed(addresses))):
            self._add(here, own, cost, "p2p")
            self._links[here].append(RouterLink(kind="p2p", link_id=self._ids[there], link_data=own, metric=cost))
            network = IPv4Interface((own, LENGTH)).network
            self._links[here].append(
                RouterLink(kind="stub", link_id=network.network_address, link_data=network.netmask, metric=cost)
            )
            self._meet(here, there, peer)

    def _attach(self, node: str, router: str) -> None:
        designated, other = self._addresses()
        for name, own, peer_name, peer in ((router, designated, node, other), (node, other, router, designated)):
            self._add(name, own, 10, "transit")
            self._links[name].append(RouterLink(kind="transit", link_id=designated, link_data=own, metric=10))
            self._meet(name, peer_name, peer)
        self._segments.append(
            NetworkLsa(
                **self._header(router),
                area=AREA,
                prefix=IPv4Interface((designated, LENGTH)).network,
                designated_router=designated,
                attached=(self._ids[router], self._ids[node]),
            )
        )

    def _meet(self, here: str, there: str, address: IPv4Address) -> None:
        interface = self._interfaces[here][-1].name
        self._neighbors[here].append(
            Neighbor(router_id=self._ids[there], address=address, interface=interface, state="Full", role="Backup")
        )

    def _header(self, name: str) -> dict[str, int | IPv4Address]:
        return {"advertising_router": self._ids[name], "age_s": self._chance.randrange(1700), "sequence": 0x80000001}

    def intent(self) -> Intent:
        """Return what should be true."""
        hosts = {
            name: Host(
                name=name,
                role="node" if name in set(self.nodes) else "router",
                hostname=str(router_id),
                router_id=str(router_id),
                services=tuple(self._services) if name in set(self.nodes) else (),
                interfaces={
                    one.name: Interface(address=str(one.address), cost=one.cost) for one in self._interfaces[name]
                },
            )
            for name, router_id in self._ids.items()
        }
        return Intent(services=self._services, hosts=hosts)

    def lsdb(self) -> Lsdb:
        """Return what every router has."""
        routers = [
            RouterLsa(**self._header(name), area=AREA, links=tuple(links), is_asbr=name in set(self.nodes))
            for name, links in self._links.items()
        ]
        externals = [
            ExternalLsa(
                **self._header(node),
                area=None,
                prefix=service.prefix,
                metric_type=1,
                metric=20,
                forwarding_address=None,
            )
            for service in self._services.values()
            for node in self.nodes
        ]
        return Lsdb(routers=tuple(routers), networks=tuple(self._segments), externals=externals)

    def observations(self, databases: int) -> dict[str, Observation]:
        """Return what all routers show, their RIBs as their LSDBs predict."""
        whole = self.lsdb()
        lsdbs = [whole, *(_without_a_stub(whole, number) for number in range(1, databases))]
        views = {
            name: RouterView(
                router_id=self._ids[name],
                interfaces=tuple(self._interfaces[name]),
                neighbors=tuple(self._neighbors[name]),
                lsdb=lsdbs[number % databases],
                routes=(),
                areas=(OspfArea(area_id=AREA, kind="normal"),),
                forgets_best_asbr=True,
            )
            for number, name in enumerate(self.routers)
        }
        prefixes = [service.prefix for service in self._services.values()]
        together = Views(tuple(views.values()), prefixes)
        found = {}
        for name, view in views.items():
            best = [(prefix, together.catchment(view, prefix)) for prefix in prefixes]
            routes = tuple(
                Route(
                    prefix=prefix,
                    protocol="ospf",
                    selected=True,
                    installed=True,
                    metric=catchment.cost or 0,
                    next_hops=tuple(catchment.next_hops),
                )
                for prefix, catchment in best
            )
            found[name] = Observation(host=name, view=replace(view, routes=routes), active=frozenset({"frr", "ospfd"}))
        return found


def _without_a_stub(lsdb: Lsdb, number: int) -> Lsdb:
    routers = list(lsdb.routers)
    routers[number] = replace(
        routers[number], links=tuple(link for link in routers[number].links if link.kind != "stub")
    )
    return replace(lsdb, routers=tuple(routers))


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--routers", type=int, default=1000)
    parser.add_argument("--nodes", type=int, default=200)
    parser.add_argument("--vips", type=int, default=10)
    parser.add_argument("--databases", type=int, default=3, help="different LSDBs among the routers")
    parser.add_argument("--what-if", action="store_true", help="also lose a node, and try every single loss")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    print(describe())

    fleet = Fleet(options.routers, options.nodes, options.vips, options.seed)
    intent, observations = fleet.intent(), fleet.observations(options.databases)
    gc.collect()
    print(f"memory before {peak_memory_mib():.0f} MiB")
    started = perf_counter()
    report = evaluate(intent, observations)
    checked = perf_counter() - started
    print(
        f"all checks: {checked:.2f} s, {len(report.origins)} cells, {len(report.findings)} findings: {report.verdict}"
    )
    print(f"peak memory {peak_memory_mib():.0f} MiB")
    if any(cell.state != "learned" for cell in report.origins):
        raise RuntimeError("the site is not as it should be")
    del report
    if options.what_if:
        scene = Scene(intent, observations)
        for question in (fleet.nodes[0], f"{fleet.routers[1]},link:{fleet.routers[2]}-{fleet.routers[3]}"):
            started = perf_counter()
            then = forecast(scene, parse_losses(intent, question))
            print(f"what if without {question}: {perf_counter() - started:.2f} s, {len(then.catchments)} catchments")
        started = perf_counter()
        points = find_single_points(scene)
        print(f"every single loss: {perf_counter() - started:.1f} s, {len(points.single_points)} single points")


if __name__ == "__main__":
    main()
