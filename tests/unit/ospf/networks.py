"""Random networks that may well be broken: links that one end lacks, ghosts, contradictions, parallel equal ways."""

from __future__ import annotations

from dataclasses import replace
from ipaddress import IPv4Address, IPv4Interface, IPv4Network
from random import Random
from typing import TYPE_CHECKING, Literal

from nornir_anycast.ospf.model import (
    MAX_AGE_S,
    AreaKind,
    Lsdb,
    Neighbor,
    NetworkLsa,
    OspfArea,
    OspfInterface,
    RouterLink,
    RouterLsa,
    RouterView,
)

from .lsdb import VIP, asbr_summary, database, dr, external, on_link, router_id, summary

if TYPE_CHECKING:
    from nornir_anycast.ospf.model import Lsa

COSTS = (1, 1, 1, 2, 2, 3, 10, 65535)
PREFIXES = ("203.0.113.53/32", "198.51.100.64/26", "198.51.100.64/30", "0.0.0.0/0")
FORWARDING = (None, None, "198.51.100.65", "198.51.100.70", "192.0.2.99")


class RandomNetwork:
    """One LSDB of a few areas, as an all-knowing router would show it; :meth:`view` cuts it to what one router has."""

    def __init__(
        self,
        random: Random,
        *,
        routers: int = 7,
        free_links: bool = False,
        areas: tuple[int, ...] = (),
        no_abrs: bool = False,
    ) -> None:
        self.random = random
        self.numbers = range(1, random.randint(2, routers) + 1)
        self.areas = areas or random.choice([(0,), (0,), (1,), (0, 1), (0, 1, 2)])
        self.no_abrs = no_abrs
        self.costs = (*COSTS, 0, 0) if free_links else COSTS
        self.kinds: dict[int, AreaKind] = {
            area: random.choice(["normal", "normal", "nssa", "stub"]) if area else "normal" for area in self.areas
        }
        self.flags = {number: self._flags() for number in self.numbers}
        self.routers: list[RouterLsa] = []
        self.others: list[Lsa] = []
        for area in self.areas:
            self._fill(area)
        self._announce()
        self.rfc1583, self.forgets = random.random() < 0.3, random.random() < 0.5

    def _flags(self) -> tuple[bool, bool, bool]:
        chance = self.random.random
        return chance() < 0.4 and not self.no_abrs, chance() < 0.8, chance() < 0.2

    def _fill(self, area: int) -> None:  # noqa: C901  one thing after the other
        random = self.random
        inside = [number for number in self.numbers if len(self.areas) == 1 or random.random() < 0.6]
        links: dict[int, list[RouterLink]] = {number: [] for number in inside}

        def add(number: int, kind: Literal["p2p", "transit", "virtual"], there: IPv4Address, own: IPv4Address) -> None:
            if random.random() < 0.95:  # else this end does not know of it
                cost = random.choice(self.costs)
                links[number].append(RouterLink(kind=kind, link_id=there, link_data=own, metric=cost))

        for one in inside:
            for other in inside:
                for _ in range(random.choice([0, 0, 1, 1, 2])) if one < other else ():
                    add(one, "p2p", router_id(other), on_link(one, other))
                    add(other, "p2p", router_id(one), on_link(other, one))
                if not area and one < other and random.random() < 0.15:
                    add(one, "virtual", router_id(other), on_link(one, other))
                    add(other, "virtual", router_id(one), on_link(other, one))
        for number in range(random.choice([0, 1, 2, 3])):
            name = 10 * area + number
            on_it = [one for one in inside if random.random() < 0.6]
            for one in on_it:
                for _ in range(random.choice([1, 1, 1, 2])):
                    add(one, "transit", dr(name), IPv4Address(f"10.{one}.{100 + name}.{random.choice([1, 2])}"))
            for _ in range(random.choice([1, 1, 2])) if on_it else ():
                attached = tuple(router_id(one) for one in on_it if random.random() < 0.95)
                self.others.append(
                    NetworkLsa(
                        advertising_router=random.choice([router_id(one) for one in on_it]),
                        age_s=random.choice([1, 1, 2, 900, MAX_AGE_S]),
                        sequence=0x80000001,
                        area=IPv4Address(area),
                        prefix=IPv4Network(random.choice(["198.51.100.64/26", "198.51.100.0/24"])),
                        designated_router=dr(name),
                        attached=attached,
                    )
                )
        for one in inside:
            for text in random.sample(PREFIXES, random.choice([0, 0, 0, 1, 2])):
                prefix = IPv4Network(text)
                cost = random.choice((0, *COSTS))
                stub = RouterLink(kind="stub", link_id=prefix.network_address, link_data=prefix.netmask, metric=cost)
                links[one].append(stub)
            random.shuffle(links[one])
            abr, asbr, virtual = self.flags[one]
            self.routers.append(
                RouterLsa(
                    advertising_router=router_id(one),
                    age_s=random.choice([1, 1, 1, 1, 1, 1, 1, MAX_AGE_S]),
                    sequence=0x80000001,
                    area=IPv4Address(area),
                    links=tuple(links[one]),
                    is_abr=abr,
                    is_asbr=asbr,
                    is_virtual_endpoint=virtual,
                )
            )

    def _announce(self) -> None:
        random = self.random
        for one in self.numbers:
            area = random.choice(self.areas)
            if random.random() < 0.4:
                self.others.append(summary(one, random.choice(PREFIXES), random.choice([1, 2, 0xFFFFFF]), area=area))
            if random.random() < 0.4:
                self.others.append(asbr_summary(one, random.choice(self.numbers), random.choice([1, 2]), area=area))
            if random.random() < 0.6:
                self.others.append(
                    external(
                        one,
                        random.choice([1, 2, 20]),
                        random.choice([1, 1, 2]),
                        forwarding=random.choice(FORWARDING),
                        area=random.choice([None, area or None]),  # the backbone is no NSSA
                        age_s=random.choice([1, 1, 1, MAX_AGE_S]),
                    )
                )

    def view(self, number: int, *, bare: bool = False) -> RouterView:
        """Return what a router shows; a bare one neither its interfaces nor its neighbours."""
        areas = {lsa.area for lsa in self.routers if lsa.advertising_router == router_id(number)}
        lsas: list[Lsa] = [lsa for lsa in (*self.routers, *self.others) if lsa.area is None or lsa.area in areas]
        seen = RouterView(
            router_id=router_id(number),
            interfaces=(),
            neighbors=(),
            lsdb=database(*lsas),
            routes=(),
            areas=tuple(OspfArea(area_id=IPv4Address(area), kind=self.kinds[area]) for area in self.areas),
            forgets_best_asbr=self.forgets,
            rfc1583=self.rfc1583,
        )
        return seen if bare else self._with_interfaces(seen)

    def _with_interfaces(self, seen: RouterView) -> RouterView:
        own = [link for lsa in self.routers if lsa.advertising_router == seen.router_id for link in lsa.links]
        interfaces, neighbors = {}, []
        for link in own:
            if link.kind == "stub" or self.random.random() < 0.1:
                continue
            name = f"to{int(link.link_data) & 0xFFFF}"
            interfaces[name] = OspfInterface(
                name=name,
                address=IPv4Interface((link.link_data, 24)) if self.random.random() < 0.9 else None,
                area=IPv4Address(0),
                network_type="broadcast" if link.kind == "transit" else "point-to-point",
                state="DROther",
                cost=link.metric,
                priority=1,
                hello_ms=1000,
                dead_s=4,
                mtu=1500,
            )
            if link.kind == "p2p" and self.random.random() < 0.7:
                address = IPv4Address(int(link.link_id) + 0x0A000000)
                neighbors.append(
                    Neighbor(router_id=link.link_id, address=address, interface=name, state="Full", role="-")
                )
        return replace(seen, interfaces=tuple(interfaces.values()), neighbors=tuple(neighbors))

    def views(self) -> list[RouterView]:
        """Return what all routers show."""
        return [self.view(number) for number in self.numbers]


def same_database(views: list[RouterView]) -> list[RouterView]:
    """Return the views with one object for equal databases."""
    known: dict[Lsdb, Lsdb] = {}
    return [replace(view, lsdb=known.setdefault(view.lsdb, view.lsdb)) for view in views]


__all__ = ["VIP", "RandomNetwork", "same_database"]
