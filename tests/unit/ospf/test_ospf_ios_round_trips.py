"""Every view of a real FRR router, printed as IOS prints it and read again, is the same view."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from ipaddress import IPv4Network
from typing import TYPE_CHECKING

import pytest

from nornir_anycast.ospf import ios
from nornir_anycast.ospf.ios.virtual_links import mark_endpoints
from nornir_anycast.ospf.model import Authentication
from nornir_anycast.ospf.origins import catchment, origins

from . import captures
from .captures import CASES, name, read_vips, routers
from .ios_style import STYLES
from .ios_transcript import printable, render

if TYPE_CHECKING:
    from pathlib import Path

    from nornir_anycast.ospf.model import Lsdb, OspfInterface, RouterView

# Each is read for several tests.
read_view = cache(captures.read_view)
NOT_SHOWN = Authentication(kind="none")


def as_ios_shows(interface: OspfInterface) -> OspfInterface:
    """Return the interface without what IOS does not show, and with what only IOS shows."""
    silent = interface.state in {"Down", "Loopback"}
    # Only a segment has a DR, and a priority.
    segment = interface.network_type in {"broadcast", "non-broadcast"}
    return replace(
        interface,
        mtu=None,
        checks_mtu=True,
        authentication=None if silent else NOT_SHOWN,
        priority=interface.priority if segment and interface.state != "Loopback" else 1,
        designated_router=interface.designated_router if segment else None,
    )


def with_bit_p(view: RouterView) -> RouterView:
    """Return the view with bit P of each type-7, which IOS always shows."""
    shown = [
        lsa if lsa.area is None else replace(lsa, propagate=lsa.propagate is not False) for lsa in view.lsdb.externals
    ]
    return replace(view, lsdb=replace(view.lsdb, externals=shown))


def sees_backbone(view: RouterView) -> bool:
    return any(int(area.area_id) == 0 for area in view.areas)


@pytest.mark.parametrize("router", routers(), ids=name)
class TestFrrCapture:
    @pytest.mark.parametrize("style", STYLES)
    def test_reads_back(self, router: Path, style: str) -> None:
        view = with_bit_p(read_view(router))

        read = ios.parse_view(render(view, STYLES[style]), read_vips(router))

        assert read.router_id == view.router_id
        assert read.areas == view.areas
        assert read.rfc1583 == view.rfc1583
        assert read.interfaces == tuple(as_ios_shows(interface) for interface in view.interfaces)
        assert read.neighbors == view.neighbors
        if sees_backbone(view):
            assert read.lsdb == view.lsdb
        # Who does not see the backbone cannot know which of its routers have a virtual link.
        assert without_bit_v(read) == without_bit_v(view)
        assert read.ospf_routes == (None if view.ospf_routes is None else tuple(printable(view.ospf_routes)))
        in_use = [route for route in view.routes if route.protocol == "ospf" and route.installed]
        assert [(r.prefix, r.metric, r.next_hops) for r in read.routes] == [
            (r.prefix, r.metric, r.next_hops) for r in in_use
        ]

    def test_means_the_same(self, router: Path) -> None:
        view = with_bit_p(read_view(router))
        read = ios.parse_view(render(view, STYLES["ios-xe"]), read_vips(router))
        for vip in read_vips(router):
            # FRR chooses among externals in a way of its own.
            as_ios = replace(view, forgets_best_asbr=False)
            assert origins(read, IPv4Network(vip)) == origins(as_ios, IPv4Network(vip))
            assert catchment(read, IPv4Network(vip)) == catchment(as_ios, IPv4Network(vip))

    def test_bit_v_follows_from_the_backbone(self, router: Path) -> None:
        view = read_view(router)
        if sees_backbone(view):
            assert mark_endpoints(without_bit_v(view).routers) == view.lsdb.routers


def without_bit_v(view: RouterView) -> Lsdb:
    return replace(view.lsdb, routers=tuple(replace(lsa, is_virtual_endpoint=False) for lsa in view.lsdb.routers))


def test_captures_have_virtual_links() -> None:
    views = [read_view(CASES / version / "virtual-link" / "r1") for version in ("8.4.4", "10.3")]
    assert all(any(lsa.is_virtual_endpoint for lsa in view.lsdb.routers) for view in views)
