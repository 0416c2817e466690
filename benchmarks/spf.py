"""Measure the SPF: the graph and the catchments of all routers of one large area, and the same without a router.

    python benchmarks/spf.py [--routers 10000] [--links 40000] [--nodes 50] [--losses 20] [--repeat 3]

Links are point-to-point, between neighbours in a plane as cables are, with a cost at each end; a router has a stub for
each of its links. Nodes announce one VIP as E1. What is lost is chosen at random, one router at a time.
"""

from __future__ import annotations

import argparse
import gc
import random
from ipaddress import IPv4Address, IPv4Network
from time import perf_counter

from machine import Timings, describe, peak_memory_mib

from nornir_anycast.ospf.catchments import Catchments
from nornir_anycast.ospf.database import Databases
from nornir_anycast.ospf.model import ExternalLsa, Lsdb, RouterLink, RouterLsa, RouterView
from nornir_anycast.ospf.whatif import Remains

AREA = IPv4Address(0)
VIP = IPv4Network("203.0.113.53/32")
FIRST_ROUTER_ID = IPv4Address("198.18.0.1")
FIRST_ADDRESS = IPv4Address("10.0.0.0")
NEAR, FAR_SHARE = 0.3, 0.02
"""Distance within which routers are linked, and the share of links that go farther."""


def build_network(routers: int, links: int, nodes: int, seed: int) -> RouterView:
    """Return what router 0 shows."""
    chance = random.Random(seed)  # noqa: S311  no secret
    places = sorted((chance.random(), chance.random()) for _ in range(routers))
    ends: set[tuple[int, int]] = {
        (number, chance.randrange(max(0, number - 100), number)) for number in range(1, routers)
    }
    while len(ends) < links:
        one = chance.randrange(1, routers)
        other = chance.randrange(max(0, one - 300), one)
        if abs(places[one][1] - places[other][1]) < NEAR or chance.random() < FAR_SHARE:
            ends.add((one, other))
    found: list[list[RouterLink]] = [[] for _ in range(routers)]
    for number, (one, other) in enumerate(sorted(ends)):
        subnet = FIRST_ADDRESS + 4 * number
        for here, there, address in ((one, other, subnet + 1), (other, one, subnet + 2)):
            cost = chance.choice((1, 1, 2, 5, 10))
            found[here].append(RouterLink(kind="p2p", link_id=FIRST_ROUTER_ID + there, link_data=address, metric=cost))
            mask = IPv4Address("255.255.255.252")
            found[here].append(RouterLink(kind="stub", link_id=subnet, link_data=mask, metric=cost))
    announcing = set(chance.sample(range(1, routers), nodes))
    lsas = [
        RouterLsa(
            advertising_router=FIRST_ROUTER_ID + number,
            age_s=chance.randrange(1800),
            sequence=0x80000001,
            area=AREA,
            links=tuple(links),
            is_asbr=number in announcing,
        )
        for number, links in enumerate(found)
    ]
    externals = [
        ExternalLsa(
            advertising_router=FIRST_ROUTER_ID + number,
            age_s=chance.randrange(1800),
            sequence=0x80000001,
            area=None,
            prefix=VIP,
            metric_type=1,
            metric=20,
            forwarding_address=None,
        )
        for number in sorted(announcing)
    ]
    lsdb = Lsdb(routers=tuple(lsas), externals=externals)
    return RouterView(router_id=FIRST_ROUTER_ID, interfaces=(), neighbors=(), lsdb=lsdb, routes=())


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--routers", type=int, default=10_000)
    parser.add_argument("--links", type=int, default=40_000)
    parser.add_argument("--nodes", type=int, default=50)
    parser.add_argument("--losses", type=int, default=20, help="single losses to try")
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    print(describe())

    walked, lost = Timings("graph and catchments"), Timings("one what-if more")
    for attempt in range(options.repeat):
        view = build_network(options.routers, options.links, options.nodes, options.seed + attempt)
        gc.collect()
        started = perf_counter()
        databases = Databases()
        now = Catchments(view, VIP, databases)
        walked.add(perf_counter() - started)
        announcing = [lsa.advertising_router for lsa in view.lsdb.externals]
        others = random.Random(attempt).sample([FIRST_ROUTER_ID + n for n in range(1, options.routers)], options.losses)  # noqa: S311
        for gone in (*announcing[:3], *others):
            started = perf_counter()
            after = Databases(databases)
            then = now.without(Remains(after).without_routers(view, {gone}), after)
            lost.add(perf_counter() - started)
            if gone in then.by_router or not then.by_router:
                raise RuntimeError(f"{gone} is still there")
    for timings in (walked, lost):
        print(timings)
    print(f"peak memory {peak_memory_mib():.0f} MiB")


if __name__ == "__main__":
    main()
