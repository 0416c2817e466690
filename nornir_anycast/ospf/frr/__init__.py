"""FRR's JSON outputs, 8.4 to 10.3, as one :class:`~nornir_anycast.ospf.model.RouterView`.

JSON and nothing else counts as an answer: ``% OSPF is not enabled in vrf default``, ``ospfd is not running``, an
empty output and a missing one are each a :class:`~nornir_anycast.errors.ParseError`.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from nornir_anycast.errors import ParseError
from nornir_anycast.ospf.externals import ExternalLsas
from nornir_anycast.ospf.frr import database, externals, process, rib, routing_table
from nornir_anycast.ospf.frr.document import Document
from nornir_anycast.ospf.model import Lsdb, OspfRoute, RouterView

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from ipaddress import IPv4Address

    from nornir_anycast.ospf.frr.document import JsonObject
    from nornir_anycast.ospf.shared import SharedDatabases

__all__ = ["commands", "parse_border_routers", "parse_view"]

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
DATABASE = (ROUTERS, NETWORKS, SUMMARIES, ASBR_SUMMARIES, EXTERNALS, NSSA_EXTERNALS)
NEEDED = (PROCESS, INTERFACES, NEIGHBORS, *DATABASE)
OSPF_TABLE = "show ip ospf route json"
OSPF_ROUTES = "show ip route ospf json"
# Not asked for: FRR 8.4 does not know it, and it says no more than OSPF_TABLE.
BORDER_ROUTERS = "show ip ospf border-routers json"


def commands(vips: Sequence[IPv4Address], *, few: bool = False) -> list[str]:
    """Return the vtysh commands whose outputs :func:`parse_view` reads for these VIPs.

    Arguments:
        vips: the VIPs whose RIB entries are wanted.
        few: ask for all OSPF routes at once instead of one by one: for a prompt, where each command is a round trip.

    """
    return [
        *NEEDED,
        OSPF_TABLE,
        *([OSPF_ROUTES] if few else map(_route_command, vips)),
    ]


def parse_view(
    outputs: Mapping[str, str], vips: Sequence[IPv4Address], shared: SharedDatabases | None = None
) -> RouterView:
    """Return what one router shows.

    Arguments:
        outputs: the output of each of :func:`commands`, under the command; others are not looked at. A snapshot of
            before ``show ip ospf route json`` was asked for need not have it.
        vips: the VIPs whose RIB entries are wanted.
        shared: databases that other routers showed at the same look.

    Raises:
        ParseError: an output is missing, empty, not JSON, or not as FRR prints it.

    """

    def document(command: str) -> Document:
        if command not in outputs:
            raise ParseError(command, 0, "", "no output of this command")
        return Document(command, outputs[command])

    def root(command: str) -> JsonObject:
        return document(command).root()

    def lsdb() -> Lsdb:
        return Lsdb(
            routers=database.parse_routers(root(ROUTERS)),
            networks=database.parse_networks(root(NETWORKS)),
            summaries=database.parse_summaries(root(SUMMARIES)),
            asbr_summaries=database.parse_asbr_summaries(root(ASBR_SUMMARIES)),
            externals=ExternalLsas.joined(
                [
                    externals.parse_externals(document(EXTERNALS)),
                    externals.parse_nssa_externals(document(NSSA_EXTERNALS)),
                ],
            ),
        )

    router_id, areas, rfc1583 = process.parse_process(root(PROCESS))
    interfaces, area_kinds = process.parse_interfaces(root(INTERFACES))
    return RouterView(
        router_id=router_id,
        # "show ip ospf json" does not tell a stub area from a normal one; "area" of an interface does.
        areas=tuple(replace(area, kind=area_kinds.get(area.area_id, area.kind)) for area in areas),
        interfaces=interfaces,
        neighbors=process.parse_neighbors(root(NEIGHBORS)),
        lsdb=shared.get(router_id, [outputs.get(command, "") for command in DATABASE], lsdb) if shared else lsdb(),
        forgets_best_asbr=True,
        rfc1583=rfc1583,
        ospf_routes=routing_table.parse_ospf_routes(root(OSPF_TABLE)) if OSPF_TABLE in outputs else None,
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


def parse_border_routers(output: str) -> tuple[OspfRoute, ...]:
    """Return the routes to ABRs and ASBRs from ``show ip ospf border-routers json`` (FRR 10).

    Raises:
        ParseError: it is empty, not JSON, or not as FRR prints it.

    """
    return routing_table.parse_border_routers(Document(BORDER_ROUTERS, output).root())


def _route_command(vip: IPv4Address) -> str:
    return f"show ip route {vip}/32 json"
