"""FRR's JSON outputs, 8.4 to 10.3, as one :class:`~nornir_anycast.ospf.model.RouterView`.

JSON and nothing else counts as an answer: ``% OSPF is not enabled in vrf default``, ``ospfd is not running``, an
empty output and a missing one are each a :class:`~nornir_anycast.errors.ParseError`.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from nornir_anycast.errors import ParseError
from nornir_anycast.ospf.frr import database, process, rib
from nornir_anycast.ospf.frr.document import Document
from nornir_anycast.ospf.model import Lsdb, RouterView

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from ipaddress import IPv4Address

    from nornir_anycast.ospf.frr.document import JsonObject

__all__ = ["commands", "parse_view"]

PROCESS = "show ip ospf json"
INTERFACES = "show ip ospf interface json"
# The plain "neighbor json" prints {} without an OSPF instance and names interfaces "eth0:192.0.2.1".
NEIGHBORS = "show ip ospf neighbor detail json"
ROUTERS = "show ip ospf database router json"
NETWORKS = "show ip ospf database network json"
SUMMARIES = "show ip ospf database summary json"
ASBR_SUMMARIES = "show ip ospf database asbr-summary json"
EXTERNALS = "show ip ospf database external json"
NSSA_EXTERNALS = "show ip ospf database nssa-external json"
OSPF_ROUTES = "show ip route ospf json"


def commands(vips: Sequence[IPv4Address], *, few: bool = False) -> list[str]:
    """Return the vtysh commands whose outputs :func:`parse_view` reads for these VIPs.

    Arguments:
        vips: the VIPs whose RIB entries are wanted.
        few: ask for all OSPF routes at once instead of one by one: for a prompt, where each command is a round trip.

    """
    return [
        PROCESS,
        INTERFACES,
        NEIGHBORS,
        ROUTERS,
        NETWORKS,
        SUMMARIES,
        ASBR_SUMMARIES,
        EXTERNALS,
        NSSA_EXTERNALS,
        *([OSPF_ROUTES] if few else map(_route_command, vips)),
    ]


def parse_view(outputs: Mapping[str, str], vips: Sequence[IPv4Address]) -> RouterView:
    """Return what one router shows.

    Arguments:
        outputs: the output of each of :func:`commands`, under the command; others are not looked at.
        vips: the VIPs whose RIB entries are wanted.

    Raises:
        ParseError: an output is missing, empty, not JSON, or not as FRR prints it.

    """

    def root(command: str) -> JsonObject:
        if command not in outputs:
            raise ParseError(command, 0, "", "no output of this command")
        return Document(command, outputs[command]).root()

    router_id, areas = process.parse_process(root(PROCESS))
    interfaces, area_kinds = process.parse_interfaces(root(INTERFACES))
    return RouterView(
        router_id=router_id,
        # "show ip ospf json" does not tell a stub area from a normal one; "area" of an interface does.
        areas=tuple(replace(area, kind=area_kinds.get(area.area_id, area.kind)) for area in areas),
        interfaces=interfaces,
        neighbors=process.parse_neighbors(root(NEIGHBORS)),
        lsdb=Lsdb(
            routers=database.parse_routers(root(ROUTERS)),
            networks=database.parse_networks(root(NETWORKS)),
            summaries=database.parse_summaries(root(SUMMARIES)),
            asbr_summaries=database.parse_asbr_summaries(root(ASBR_SUMMARIES)),
            externals=(
                *database.parse_externals(root(EXTERNALS)),
                *database.parse_nssa_externals(root(NSSA_EXTERNALS)),
            ),
        ),
        forgets_best_asbr=True,
        routes=tuple(
            route
            for vip in vips
            for route in (
                rib.find_routes(root(OSPF_ROUTES), vip)
                if OSPF_ROUTES in outputs
                else rib.parse_routes(root(_route_command(vip)), vip)
            )
        ),
    )


def _route_command(vip: IPv4Address) -> str:
    return f"show ip route {vip}/32 json"
