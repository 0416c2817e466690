"""Bit V of router-LSAs, which IOS does not print in all versions."""

from __future__ import annotations

from dataclasses import replace
from ipaddress import IPv4Address
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nornir_anycast.ospf.model import RouterLsa

_BACKBONE = IPv4Address(0)


def mark_endpoints(lsas: Sequence[RouterLsa]) -> tuple[RouterLsa, ...]:
    """Return the LSAs with bit V where it must be set.

    A virtual link stands in a router's backbone LSA with the address of the interface it leaves by (RFC 2328 section
    12.4.1.3); the area of that interface is the transit area, and there bit V is set (section A.4.2).
    """
    leaves_by = {
        (lsa.advertising_router, link.link_data)
        for lsa in lsas
        if lsa.area == _BACKBONE
        for link in lsa.links
        if link.kind == "virtual"
    }

    def is_endpoint(lsa: RouterLsa) -> bool:
        return lsa.area != _BACKBONE and any(
            link.kind in {"p2p", "transit"} and (lsa.advertising_router, link.link_data) in leaves_by
            for link in lsa.links
        )

    return tuple(
        lsa if lsa.is_virtual_endpoint or not is_endpoint(lsa) else replace(lsa, is_virtual_endpoint=True)
        for lsa in lsas
    )
