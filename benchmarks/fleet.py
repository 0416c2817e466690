"""Measure all checks of a large site: every router's view of every node, for every VIP.

    python benchmarks/fleet.py [--routers 1000] [--nodes 200] [--vips 10] [--databases 3] [--what-if]
    python benchmarks/fleet.py --from-snapshot [--ospf-routes] [--oldest-s 1700] [...]

The views are made in memory, as parsing leaves them: routers that show the same LSAs share one database. Of
`--databases` different ones, each but the first lacks another stub network, as if it had been looked at a moment
earlier. Routers are a ring with chords, of point-to-point links; every node is on a segment of its own with a router.

With `--from-snapshot` the same views are written into a temporary folder as FRR 10.3 prints them, with the ages and
the LSA flags of each router, and are read, parsed and judged by another process, so that its memory is that of the
work and nothing else. FRR refreshes an LSA when it is 1680 to 1740 s old, so that no age reaches LSRefreshTime; others
wait longer (Quagga 1860 s and more): `--oldest-s 1860` is about how that looks. Checksums are made up: nothing reads
them in JSON. `verify` asks for `show ip ospf route json` as well, with a route to every subnet: `--ospf-routes` adds
it. The running configuration is left out.

The garbage collector is set as the command line sets it (`nornir_anycast/entry.py`).
"""

from __future__ import annotations

import argparse
import gc
import random
import tempfile
from collections.abc import Mapping
from dataclasses import replace
from ipaddress import IPv4Address, IPv4Interface
from multiprocessing import get_context
from pathlib import Path
from time import perf_counter
from typing import Literal

from frr_output import Writer
from machine import describe, peak_memory_mib

from nornir_anycast import snapshot
from nornir_anycast.checks import Report, evaluate
from nornir_anycast.checks.scene import Scene
from nornir_anycast.intent import Host, Intent, Service
from nornir_anycast.intent.model import Interface
from nornir_anycast.observation import Observation, parse_observation
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
from nornir_anycast.ospf.shared import SharedDatabases
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

    def _add(self, name: str, address: IPv4Address, cost: int, designated: IPv4Address | None) -> None:
        self._interfaces[name].append(
            OspfInterface(
                name=f"eth{len(self._interfaces[name])}",
                address=IPv4Interface((address, LENGTH)),
                area=AREA,
                network_type="broadcast" if designated else "point-to-point",
                state=("DR" if address == designated else "DROther") if designated else "Point-To-Point",
                cost=cost,
                priority=0 if designated and address != designated else 1,
                hello_ms=10_000,
                dead_s=40,
                mtu=1500,
                designated_router=designated,
            )
        )

    def _connect(self, one: str, other: str) -> None:
        addresses = self._addresses()
        cost = self._chance.choice((1, 2, 5))
        for here, there, own, peer in ((one, other, *addresses), (other, one, *reversed(addresses))):
            self._add(here, own, cost, None)
            self._links[here].append(RouterLink(kind="p2p", link_id=self._ids[there], link_data=own, metric=cost))
            network = IPv4Interface((own, LENGTH)).network
            self._links[here].append(
                RouterLink(kind="stub", link_id=network.network_address, link_data=network.netmask, metric=cost)
            )
            self._meet(here, there, peer, "-")

    def _attach(self, node: str, router: str) -> None:
        designated, other = self._addresses()
        for name, own, peer_name, peer in ((router, designated, node, other), (node, other, router, designated)):
            self._add(name, own, 10, designated)
            self._links[name].append(RouterLink(kind="transit", link_id=designated, link_data=own, metric=10))
            self._meet(name, peer_name, peer, "DR" if peer == designated else "DROther")
        self._segments.append(
            NetworkLsa(
                **self._header(router),
                area=AREA,
                prefix=IPv4Interface((designated, LENGTH)).network,
                designated_router=designated,
                attached=(self._ids[router], self._ids[node]),
            )
        )

    def _meet(self, here: str, there: str, address: IPv4Address, role: Literal["DR", "DROther", "-"]) -> None:
        interface = self._interfaces[here][-1].name
        self._neighbors[here].append(
            Neighbor(router_id=self._ids[there], address=address, interface=interface, state="Full", role=role)
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


def write_snapshot(options: argparse.Namespace, directory: Path) -> None:
    """Write what all routers show."""
    fleet = Fleet(options.routers, options.nodes, options.vips, options.seed)
    vips = [service.prefix for service in fleet.intent().services.values()]
    writer = Writer(directory, vips, seed=options.seed, oldest_s=options.oldest_s, has_tables=options.ospf_routes)
    started = perf_counter()
    for name, seen in fleet.observations(options.databases).items():
        if seen.view:
            writer.write(name, seen.view)
    writer.finish()
    print(f"snapshot: {writer.size_bytes / 1e6:.0f} MB, written in {perf_counter() - started:.0f} s")


def judge_snapshot(options: argparse.Namespace, directory: Path) -> None:
    """Read, parse and judge a snapshot, as `nornir_anycast.operations.judge` does; print the figures."""
    gc.set_threshold(200_000, 20, 100)
    intent = Fleet(options.routers, options.nodes, options.vips, options.seed).intent()
    gc.collect()
    print(f"memory before {peak_memory_mib():.0f} MiB")
    started = perf_counter()
    shared = SharedDatabases()
    observations = {
        host: parse_observation(intent, host, answer.sections, shared)
        for host, answer in snapshot.load(directory).items()
    }
    read = perf_counter() - started
    views = [seen.view for seen in observations.values()]
    if None in views:
        raise RuntimeError(next(str(seen.view_error) for seen in observations.values() if not seen.view))
    databases = len({id(view.lsdb) for view in views if view})
    print(f"read and parsed: {read:.2f} s, {databases} databases of {len(views)} routers")
    print(f"peak memory {peak_memory_mib():.0f} MiB")
    checked = check(intent, observations)
    print(f"all: {read + checked:.2f} s")


def check(intent: Intent, observations: Mapping[str, Observation]) -> float:
    """Run all checks, print the figures, and return how long it took."""
    started = perf_counter()
    report: Report = evaluate(intent, observations)
    checked = perf_counter() - started
    print(
        f"all checks: {checked:.2f} s, {len(report.origins)} cells, {len(report.findings)} findings: {report.verdict}"
    )
    print(f"peak memory {peak_memory_mib():.0f} MiB")
    if any(cell.state != "learned" for cell in report.origins):
        raise RuntimeError("the site is not as it should be")
    return checked


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--routers", type=int, default=1000)
    parser.add_argument("--nodes", type=int, default=200)
    parser.add_argument("--vips", type=int, default=10)
    parser.add_argument("--databases", type=int, default=3, help="different LSDBs among the routers")
    parser.add_argument("--from-snapshot", action="store_true", help="read and parse the views too")
    parser.add_argument("--ospf-routes", action="store_true", help="with OSPF's own routing table of every router")
    parser.add_argument("--oldest-s", type=int, default=1700, help="LSAs of a snapshot are younger when first seen")
    parser.add_argument("--what-if", action="store_true", help="also lose a node, and try every single loss")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    print(describe(), flush=True)
    if options.from_snapshot:
        if options.what_if:
            parser.error("--what-if works on the views in memory")
        with tempfile.TemporaryDirectory() as directory:
            for step in (write_snapshot, judge_snapshot):
                # A process that is not forked from one that has the fleet has none of its memory.
                process = get_context("spawn").Process(target=step, args=(options, Path(directory)))
                process.start()
                process.join()
                if process.exitcode:
                    parser.exit(1)
        return

    gc.set_threshold(200_000, 20, 100)
    fleet = Fleet(options.routers, options.nodes, options.vips, options.seed)
    intent, observations = fleet.intent(), fleet.observations(options.databases)
    gc.collect()
    print(f"memory before {peak_memory_mib():.0f} MiB")
    check(intent, observations)
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
