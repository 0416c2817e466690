"""The text outputs of Quagga, and of FRR 8.4 to 10.3, as one :class:`~nornir_anycast.ospf.model.RouterView`.

Quagga has no JSON; FRR prints nearly the same text. Every line is understood, or it is a
:class:`~nornir_anycast.errors.ParseError` that quotes it. Silence is no answer, and neither is a refusal. Each LSA must
have the checksum that it carries; that none is missing is seen from the counts before and behind them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from ipaddress import IPv4Address, IPv4Network

from nornir_anycast.errors import ParseError
from nornir_anycast.ospf.model import Lsdb, Neighbor, OspfInterface, Route, RouterView
from nornir_anycast.ospf.quagga import (
    interfaces,
    listing,
    neighbors,
    ospf_routes,
    process,
    rib,
    rib_table,
    running_config,
)
from nornir_anycast.ospf.quagga.configuration import RunningConfig, authentication
from nornir_anycast.ospf.quagga.lsa_reader import TYPES, command_of
from nornir_anycast.ospf.quagga.lsdb import check_router, parse_lsdb
from nornir_anycast.ospf.shared import SharedDatabases

__all__ = ["authenticate", "commands", "parse_view"]


def commands(vips: Sequence[IPv4Address]) -> list[str]:
    """Return the vtysh commands whose outputs :func:`parse_view` reads for these VIPs.

    They are to be asked in this order: the LSAs are counted before and after they are shown.

    Arguments:
        vips: the VIPs whose RIB entries are wanted.

    """
    return [
        process.COMMAND,
        interfaces.COMMAND,
        neighbors.COMMAND,
        neighbors.DETAIL,
        *map(command_of, TYPES),
        listing.COMMAND,
        ospf_routes.COMMAND,
        *(f"{rib_table.COMMAND} {vip}/32" for vip in vips),
    ]


def parse_view(
    outputs: Mapping[str, str], vips: Sequence[IPv4Address], shared: SharedDatabases | None = None
) -> RouterView:
    """Return what one router shows.

    Not all of :func:`commands` must be there. Where the short ``show ip ospf database`` lists no LSA of a type, the
    output of that type can be missing. RIB entries are also found in ``show ip route VIP``, ``show ip route`` and
    ``show ip route ospf``, in this order. OSPF's own routes are not known without ``show ip ospf route``. How
    interfaces authenticate is for :func:`authenticate`; FRR shows here whether an interface has its own kind of it, but
    no keys.

    Arguments:
        outputs: by command; others are not looked at.
        vips: the VIPs whose RIB entries are wanted.
        shared: databases that other routers showed at the same look.

    Raises:
        ParseError: an output is missing, empty, damaged or not as the daemons print it, or the outputs do not belong
            together: of different routers, or with LSAs missing.

    """
    running = process.parse_process(_needed(outputs, process.COMMAND))
    ports = _interfaces(outputs, running)
    database = [outputs.get(command_of(lsa_type), "") for lsa_type in TYPES]

    def lsdb() -> Lsdb:
        return parse_lsdb(outputs, running)

    return RouterView(
        router_id=running.router_id,
        areas=running.areas,
        interfaces=ports,
        neighbors=_neighbors(outputs, ports),
        lsdb=shared.get(running.router_id, database, lsdb) if shared else lsdb(),
        routes=_routes(outputs, vips),
        forgets_best_asbr=True,
        rfc1583=running.rfc1583,
        ospf_routes=(
            ospf_routes.parse_ospf_routes(outputs[ospf_routes.COMMAND]) if ospf_routes.COMMAND in outputs else None
        ),
    )


def _needed(outputs: Mapping[str, str], command: str) -> str:
    if command not in outputs:
        raise ParseError(command, 0, "", "no output of this command")
    return outputs[command]


def _interfaces(outputs: Mapping[str, str], running: process.Process) -> tuple[OspfInterface, ...]:
    text = _needed(outputs, interfaces.COMMAND)
    if not any(running.active_interfaces.values()) and not text.strip():
        return ()  # FRR, where OSPF runs on no interface: ospfd has just said so
    shown = interfaces.parse_interfaces(text)
    for router_id in shown.router_ids:
        check_router(interfaces.COMMAND, router_id, running)
    for area, active in running.active_interfaces.items():
        count = sum(interface.area == area for interface in shown.interfaces)
        if count < active:  # or one went down in this second: then the outputs do not belong together
            reason = f"{count} interfaces of area {area} are shown, {active} are active in 'show ip ospf'"
            raise ParseError(interfaces.COMMAND, text.rstrip().count("\n") + 1, "", reason)
    return shown.interfaces


def authenticate(view: RouterView, running: str) -> RouterView:
    """Return a view that also says how its interfaces authenticate.

    Arguments:
        view: of a Quagga or FRR router, from text or from JSON.
        running: its ``show running-config``, or ospfd's part of it.

    Raises:
        ParseError: a line about OSPF is not understood, or the end is missing.

    """
    config = running_config.parse_running_config(running)
    return replace(view, interfaces=tuple(_authenticated(config, interface) for interface in view.interfaces))


def _authenticated(config: RunningConfig, interface: OspfInterface) -> OspfInterface:
    if interface.network_type == "virtual-link":
        return interface  # configured elsewhere
    address = None if interface.address is None else interface.address.ip
    return replace(interface, authentication=authentication(config, interface.name, address, interface.area))


def _neighbors(outputs: Mapping[str, str], ports: Sequence[OspfInterface]) -> tuple[Neighbor, ...]:
    listed = neighbors.parse_neighbors(_needed(outputs, neighbors.COMMAND))
    text = _needed(outputs, neighbors.DETAIL)
    # Quagga prints nothing at all where there is no neighbour; the other command has headings, and has just said so.
    detailed = neighbors.parse_neighbor_detail(text) if listed or text.strip() else ()
    point_to_point = frozenset(port.name for port in ports if port.network_type == "point-to-point")
    return neighbors.join_neighbors(listed, detailed, point_to_point)


def _routes(outputs: Mapping[str, str], vips: Sequence[IPv4Address]) -> tuple[Route, ...]:
    found: list[Route] = []
    table: tuple[Route, ...] | None = None
    for vip in vips:
        one = next(
            (
                command
                for command in (f"{rib_table.COMMAND} {vip}/32", f"{rib_table.COMMAND} {vip}")
                if command in outputs
            ),
            None,
        )
        if one is not None:
            found += rib.parse_routes(outputs[one], vip, one)
            continue
        if table is None:
            whole = next((c for c in (rib_table.COMMAND, rib_table.OSPF_ONLY) if c in outputs), None)
            if whole is None:
                raise ParseError(f"{rib_table.COMMAND} {vip}/32", 0, "", "no output of this command")
            table = rib_table.parse_route_table(outputs[whole], whole)
        found += [route for route in table if route.prefix == IPv4Network(vip)]
    return tuple(found)
