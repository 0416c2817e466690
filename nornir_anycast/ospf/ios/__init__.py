"""Outputs of Cisco IOS and IOS-XE, 12.4 to 17, as one :class:`~nornir_anycast.ospf.model.RouterView`.

One process is looked at: of those outside a VRF the only one, or the only one that has areas. The LSAs, interfaces and
neighbours of others are left out; where it is not certain which one is meant, that is a
:class:`~nornir_anycast.errors.ParseError`.
"""

from __future__ import annotations

from ipaddress import IPv4Network
from typing import TYPE_CHECKING, TypeVar

from nornir_anycast.errors import ParseError
from nornir_anycast.ospf.ios import (
    configuration,
    database,
    interfaces,
    lsa_list,
    neighbors,
    ospf_routes,
    process,
    rib,
    rib_entry,
    transcript,
)
from nornir_anycast.ospf.ios.consistency import check_absent, check_complete
from nornir_anycast.ospf.ios.virtual_links import mark_endpoints
from nornir_anycast.ospf.model import Lsdb, RouterView

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from ipaddress import IPv4Address

    from nornir_anycast.ospf.ios.interfaces import Interfaces
    from nornir_anycast.ospf.ios.lsa_list import LsaList
    from nornir_anycast.ospf.ios.process import Process
    from nornir_anycast.ospf.ios.sections import LsaKey
    from nornir_anycast.ospf.model import Lsa, Neighbor, OspfRoute, Route
    from nornir_anycast.ospf.shared import SharedDatabases

    L = TypeVar("L", bound=Lsa)

__all__ = ["commands", "parse_view"]


def commands(_vips: Sequence[IPv4Address]) -> list[str]:
    """Return the commands whose outputs :func:`parse_view` reads: the same for any VIPs.

    ``show running-config`` is not among them, for it is long and full of secrets; it is read if it is there.
    """
    return [
        process.COMMAND,
        interfaces.COMMAND,
        neighbors.COMMAND,
        # Before the others: what is in the list must be in them.
        lsa_list.COMMAND,
        *database.COMMANDS.values(),
        ospf_routes.RIB_COMMAND,
        ospf_routes.ROUTERS_COMMAND,
        rib.OSPF_COMMAND,
    ]


def parse_view(
    outputs: Mapping[str, str], vips: Sequence[IPv4Address], shared: SharedDatabases | None = None
) -> RouterView:
    """Return what one router shows.

    Arguments:
        outputs: the output of each of :func:`commands`, under the command. The database of a type may be missing if
            ``show ip ospf database`` proves that it is empty; ``show ip ospf rib`` and ``border-routers`` may be.
            ``show ip route A.B.C.D`` of each VIP, or ``show ip route``, can stand for ``show ip route ospf``.
        vips: the VIPs whose RIB entries are wanted.
        shared: databases that other routers showed at the same look.

    Raises:
        ParseError: an output is missing, empty, refused, or has a line that is not understood.

    """
    chosen = process.choose_process(process.parse_processes(_output(outputs, process.COMMAND)))
    known = configuration.COMMAND in outputs
    settings = configuration.parse_configuration(outputs[configuration.COMMAND]) if known else None
    seen = interfaces.parse_interfaces(chosen.number, _output(outputs, interfaces.COMMAND))
    # Which process was chosen of those that the texts show.
    which = f"OSPF Router with ID ({chosen.router_id}) (Process ID {chosen.number})"
    texts = [which, *(outputs.get(command, "") for command in database.COMMANDS.values())]

    def lsdb() -> Lsdb:
        return _database(outputs, chosen)

    return RouterView(
        router_id=chosen.router_id,
        areas=chosen.areas,
        interfaces=tuple(settings.complete(one, chosen.number) for one in seen.own) if settings else seen.own,
        neighbors=_neighbors(outputs, seen),
        lsdb=shared.get(chosen.router_id, texts, lsdb) if shared else lsdb(),
        rfc1583=chosen.rfc1583 and not (settings and chosen.number in settings.not_rfc1583),
        ospf_routes=_ospf_routes(outputs, chosen),
        routes=_routes(outputs, vips),
    )


def _output(outputs: Mapping[str, str], command: str) -> str:
    if command not in outputs:
        raise ParseError(command, 0, "", "no output of this command")
    return outputs[command]


def _neighbors(outputs: Mapping[str, str], seen: Interfaces) -> tuple[Neighbor, ...]:
    """Return the neighbours on the interfaces of the process; the list does not say whose they are."""
    short = neighbors.COMMAND in outputs or neighbors.DETAIL_COMMAND not in outputs
    command = neighbors.COMMAND if short else neighbors.DETAIL_COMMAND
    text = _output(outputs, command)
    # Where there is no neighbour, IOS prints nothing; so does a command that failed.
    if not text.strip() and seen.neighbors == 0:
        return ()
    found = neighbors.parse_neighbors(text) if short else neighbors.parse_neighbor_details(text)
    return tuple(one for one in found if one.interface not in seen.foreign)


def _database(outputs: Mapping[str, str], chosen: Process) -> Lsdb:
    listed: LsaList | None = None
    if lsa_list.COMMAND in outputs:
        listed = lsa_list.parse_lsa_list(chosen, outputs[lsa_list.COMMAND])

    def lsas(lsa_type: int, parse: Callable[[Process, str], dict[LsaKey, L]]) -> dict[LsaKey, L]:
        if database.COMMANDS[lsa_type] not in outputs:
            check_absent(lsa_type, chosen, listed)
            return {}
        return parse(chosen, outputs[database.COMMANDS[lsa_type]])

    routers = lsas(1, database.parse_routers)
    networks = lsas(2, database.parse_networks)
    summaries = lsas(3, database.parse_summaries)
    asbr_summaries = lsas(4, database.parse_asbr_summaries)
    externals = lsas(5, database.parse_externals)
    nssa_externals = lsas(7, database.parse_nssa_externals)
    if listed is not None:
        check_complete(listed, {**routers, **networks, **summaries, **asbr_summaries, **externals, **nssa_externals})
    return Lsdb(
        routers=mark_endpoints(tuple(routers.values())),
        networks=tuple(networks.values()),
        summaries=tuple(summaries.values()),
        asbr_summaries=tuple(asbr_summaries.values()),
        externals=(*externals.values(), *nssa_externals.values()),
    )


def _ospf_routes(outputs: Mapping[str, str], chosen: Process) -> tuple[OspfRoute, ...] | None:
    """Return OSPF's own table; ``None`` where it was not asked for, or the router is too old to show it."""
    rib_text, routers_text = (
        outputs.get(command) for command in (ospf_routes.RIB_COMMAND, ospf_routes.ROUTERS_COMMAND)
    )
    if rib_text is None or routers_text is None or transcript.is_unknown_command(rib_text):
        return None
    return (
        *ospf_routes.parse_prefixes(chosen, rib_text),
        *ospf_routes.parse_border_routers(chosen, routers_text),
    )


def _routes(outputs: Mapping[str, str], vips: Sequence[IPv4Address]) -> tuple[Route, ...]:
    """Return the RIB entries of the VIPs, each from the output that says most."""
    entries = [vip for vip in vips if rib_entry.command(vip) in outputs]
    table: dict[IPv4Network, Route] = {}
    if len(entries) < len(vips):
        command = rib.COMMAND if rib.COMMAND in outputs else rib.OSPF_COMMAND
        table = {route.prefix: route for route in rib.parse_routes(_output(outputs, command), command)}
    found: list[Route] = []
    for vip in vips:
        if vip in entries:
            found += rib_entry.parse_entry(outputs[rib_entry.command(vip)], vip)
        elif IPv4Network(vip) in table:
            found.append(table[IPv4Network(vip)])
    return tuple(found)
