"""Which catchments can change with a loss: thousands of losses are tried, and each touches few routers. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from ipaddress import IPv4Address

from nornir_anycast.whatif.model import Shift
from nornir_anycast.whatif.world import Rest, World


class Stakes:
    """What each catchment rests on.

    To take something away makes ways longer or cuts them. A router inside one area, whose own ways have not changed,
    prefers whom it did, as long as those announce it: the others have only become worse. For all other routers (ABRs),
    and for announcements by ABRs or with a forwarding address, no such thing can be said: they are always touched.
    """

    def __init__(self, world: World, rows: Sequence[Shift]) -> None:
        """Take the catchments as they are now."""
        self._rows = rows
        self._always: list[int] = []
        self._by_announcer: dict[IPv4Address, list[int]] = {}
        self._by_place: dict[tuple[int, IPv4Address, int], list[tuple[int, frozenset[IPv4Address]]]] = {}
        databases = world.scene.views.databases
        indexes = {id(view.lsdb): databases.of(view.lsdb) for view in world.views.values()}
        self._abrs = frozenset(router for index in indexes.values() for router in index.abr_areas_of)
        for number, row in enumerate(rows):
            view, service = world.views[row.router], world.scene.intent.services[row.service]
            index = databases.of(view.lsdb)
            areas = index.areas_of.get(view.router_id, ())
            vertex = index.graph(areas[0]).router(view.router_id) if len(areas) == 1 else None
            listed = world.scene.origins(row.router, service)
            has_other = any(o.forwarding_address or o.advertising_router in self._abrs for o in listed)
            if vertex is None or has_other:
                self._always.append(number)
                continue
            announcers = [origin.advertising_router for origin in world.scene.best(row.router, service).origins]
            for announcer in announcers:
                self._by_announcer.setdefault(announcer, []).append(number)
            # Empty where the way to one of them leads over an ABR: then what moves away from anything counts.
            inside = all(index.graph(areas[0]).router(announcer) is not None for announcer in announcers)
            rests_on = frozenset(announcers if inside else ())
            self._by_place.setdefault((id(view.lsdb), areas[0], vertex), []).append((number, rests_on))

    def touched(self, rest: Rest) -> Iterable[Shift]:
        """Yield the catchments that may be others with what is left."""
        if rest.unsettled or rest.gone & self._abrs:
            return self._rows
        numbers = set(self._always)
        for gone in rest.gone:
            numbers.update(self._by_announcer.get(gone, ()))
        for lsdb, area, vertex, router in rest.moved():
            for number, rests_on in self._by_place.get((id(lsdb), area, vertex), ()):
                if not rests_on or router in rests_on:
                    numbers.add(number)
        return [self._rows[number] for number in sorted(numbers)]
