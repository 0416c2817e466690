"""Prints a router's view as IOS does: every view becomes a transcript, and reading it must give the view again."""

from __future__ import annotations

from collections import Counter
from ipaddress import IPv4Address, IPv4Network
from typing import TYPE_CHECKING

from .ios_lsdb import COMMANDS, all_lsas, render_list, render_type

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nornir_anycast.ospf.model import NextHop, OspfInterface, OspfRoute, Route, RouterView

    from .ios_style import Style

NETWORK_TYPES = {
    "broadcast": "BROADCAST",
    "non-broadcast": "NON_BROADCAST",
    "point-to-point": "POINT_TO_POINT",
    "point-to-multipoint": "POINT_TO_MULTIPOINT",
    "virtual-link": "VIRTUAL_LINK",
    "loopback": "LOOPBACK",
}
STATES = {
    "Down": "DOWN",
    "Loopback": "LOOPBACK",
    "Waiting": "WAITING",
    "Point-To-Point": "POINT_TO_POINT",
    "DROther": "DROTHER",
    "Backup": "BDR",
    "DR": "DR",
}
NEIGHBOR_STATES = {"2-Way": "2WAY"}
ROLES = {"DR": "DR", "Backup": "BDR", "DROther": "DROTHER", "-": "  -"}
LEGEND = [
    "Codes: L - local, C - connected, S - static, R - RIP, M - mobile, B - BGP",
    "       D - EIGRP, EX - EIGRP external, O - OSPF, IA - OSPF inter area ",
    "       N1 - OSPF NSSA external type 1, N2 - OSPF NSSA external type 2",
    "       E1 - OSPF external type 1, E2 - OSPF external type 2, m - OMP",
    "       i - IS-IS, su - IS-IS summary, L1 - IS-IS level-1, L2 - IS-IS level-2",
    "       ia - IS-IS inter area, * - candidate default, U - per-user static route",
    "       o - ODR, P - periodic downloaded static route, l - LISP",
    "       + - replicated route, % - next hop override, p - overrides from PfR",
    "",
    "Gateway of last resort is not set",
    "",
]
PATHS = {"intra-area": "Intra", "inter-area": "Inter", "external-1": "Ext1", "external-2": "Ext2"}


def render(view: RouterView, style: Style) -> dict[str, str]:
    """Return the outputs of a router by command."""
    outputs = {
        "show ip ospf": render_process(view, style),
        "show ip ospf interface": render_interfaces(view, style),
        "show ip ospf neighbor": render_neighbors(view, style),
        "show ip ospf database": render_list(view, style),
        **{command: render_type(view, wanted, style) for wanted, command in COMMANDS.items()},
        "show ip route ospf": render_routes(view, style),
    }
    if view.ospf_routes is not None:
        outputs["show ip ospf rib"] = render_rib(view, view.ospf_routes, style)
        outputs["show ip ospf border-routers"] = render_border_routers(view, view.ospf_routes, style)
    return outputs


def render_process(view: RouterView, style: Style) -> str:
    """Return the output of ``show ip ospf``."""
    kinds = Counter(area.kind for area in view.areas)
    lsas = Counter(lsa.area for lsa in all_lsas(view))
    counts = f"{kinds['normal']} normal {kinds['stub']} stub {kinds['nssa']} nssa"
    lines = [
        f' Routing Process "ospf {style.process}" with ID {view.router_id}',
        " Start time: 00:00:20.892, Time elapsed: 6d06h",
        " Supports only single TOS(TOS0) routes",
        " Supports opaque LSA",
        " Event-log enabled, Maximum number of events: 1000, Mode: cyclic",
        *([" It is an area border router"] if len(view.areas) > 1 else []),
        " Router is not originating router-LSAs with maximum metric",
        " Initial SPF schedule delay 50 msecs",
        f" Number of external LSA {lsas[None]}. Checksum Sum 0x00ABCD",
        f" Number of areas in this router is {len(view.areas)}. {counts}",
        " External flood list length 0",
        " Reference bandwidth unit is 100 mbps",
        *([] if view.rfc1583 else [" RFC1583 compatibility disabled"]),
    ]
    for area in view.areas:
        name = style.area(area.area_id)
        lines.append(f"    Area BACKBONE({name})" if int(area.area_id) == 0 else f"    Area {name}")
        lines.append("        Number of interfaces in this area is 2")
        if area.kind != "normal":
            lines.append(f"        It is a {'NSSA' if area.kind == 'nssa' else 'stub'} area")
        lines += [
            "        Area has no authentication",
            "        SPF algorithm last executed 00:00:12.345 ago",
            "        SPF algorithm executed 8 times",
            "        Area ranges are",
            f"        Number of LSA {lsas[area.area_id]}. Checksum Sum 0x0848BC",
            "        Number of DoNotAge LSA 0",
            "        Flood list length 0",
        ]
    return style.text(lines)


def render_interfaces(view: RouterView, style: Style) -> str:
    """Return the output of ``show ip ospf interface``."""
    return style.text([line for interface in view.interfaces for line in render_interface(view, interface, style)])


def render_interface(view: RouterView, interface: OspfInterface, style: Style) -> list[str]:
    """Return what is said of one interface."""
    up = "down" if interface.state == "Down" else "up"
    area = f"Area {style.area(interface.area)}"
    network = f"Network Type {NETWORK_TYPES[interface.network_type]}, Cost: {interface.cost}"
    lines = [
        f"{interface.name} is {up}, line protocol is {up} ",
        f"  Internet Address {interface.address}, Interface ID 7, {area}"
        if interface.address is not None
        else f"  Interface is unnumbered, Interface ID 7, {area}",
        *([] if interface.address is not None else ["  Using address of Loopback0 (198.51.100.1)"]),
        "  Attached via Network Statement",
        f"  Process ID {style.process}, Router ID {view.router_id}, {network}",
        "  Topology-MTID    Cost    Disabled    Shutdown      Topology Name",
        f"        0           {interface.cost:<9} no          no            Base",
    ]
    if interface.state == "Loopback":
        return [*lines, "  Loopback interface is treated as a stub Host"]
    multiaccess = interface.network_type in {"broadcast", "non-broadcast"}
    msec = interface.hello_ms % 1000
    hello = f"{interface.hello_ms} msec" if msec else f"{interface.hello_ms // 1000}"
    lines += [
        f"  Transmit Delay is 1 sec, State {STATES[interface.state]}"
        + (f", Priority {interface.priority}" if multiaccess else ""),
        *(
            [f"  Designated Router (ID) 198.51.100.1, Interface address {interface.designated_router}"]
            if interface.designated_router
            else ["  No designated router on this network"] * multiaccess
        ),
        f"  Timer intervals configured, Hello {hello}, Dead {interface.dead_s}, Wait {interface.dead_s}, Retransmit 5",
        "    oob-resync timeout 40",
        "    No Hellos (Passive interface) " if interface.passive else "    Hello due in 00:00:05",
    ]
    if interface.state == "Down":
        return lines
    count = [neighbor for neighbor in view.neighbors if neighbor.interface == interface.name]
    full = [neighbor for neighbor in count if neighbor.state == "Full"]
    return [
        *lines,
        "  Supports Link-local Signaling (LLS)",
        "  Index 1/3/3, flood queue length 0",
        "  Next 0x0(0)/0x0(0)/0x0(0)",
        "  Last flood scan time is 0 msec, maximum is 1 msec",
        f"  Neighbor Count is {len(count)}, Adjacent neighbor count is {len(full)} ",
        *(f"    Adjacent with neighbor {neighbor.router_id}" for neighbor in full),
        "  Suppress hello for 0 neighbor(s)",
        *render_authentication(interface),
    ]


def render_authentication(interface: OspfInterface) -> list[str]:
    """Return what is said of the authentication on one interface."""
    shown = interface.authentication
    if shown is None or shown.kind == "none":
        return []
    if shown.kind == "simple":
        return ["  Simple password authentication enabled"]
    (youngest, *_) = sorted((key for key, _ in shown.keys if key is not None), reverse=True)
    return ["  Cryptographic authentication enabled", f"    Youngest key id is {youngest}"]


def render_neighbors(view: RouterView, style: Style) -> str:
    """Return the output of ``show ip ospf neighbor``; nothing if there is none, as IOS has it."""
    if not view.neighbors:
        return ""
    lines = ["", "Neighbor ID     Pri   State           Dead Time   Address         Interface"]
    for neighbor in view.neighbors:
        state = f"{NEIGHBOR_STATES.get(neighbor.state, neighbor.state.upper())}/{ROLES[neighbor.role]}"
        lines.append(
            f"{neighbor.router_id or 'N/A'!s:<15}   1   {state:<15} 00:00:36    {neighbor.address!s:<15} "
            f"{neighbor.interface}",
        )
    return style.text(lines)


def render_routes(view: RouterView, style: Style) -> str:
    """Return the output of ``show ip route ospf``, with a default route as a foil."""
    lines = [*LEGEND, "O*E2  0.0.0.0/0 [110/1] via 192.0.2.254, 2y3w, eth0"]
    for route in view.routes:
        if route.protocol == "ospf" and route.installed:
            lines += render_route(view, route)
    return style.text(lines)


def route_code(view: RouterView, prefix: IPv4Network) -> str:
    """Return the letters before an OSPF route: by the best kind of LSA, as if all counted."""
    lsdb = view.lsdb
    if any(link.link_id == prefix.network_address for lsa in lsdb.routers for link in lsa.links if link.kind == "stub"):
        return "O"
    if any(lsa.prefix == prefix for lsa in lsdb.summaries):
        return "O IA"
    externals = [lsa for lsa in lsdb.externals if lsa.prefix == prefix]
    letter = "N" if any(lsa.area is not None for lsa in externals) else "E"
    return f"O {letter}{min(lsa.metric_type for lsa in externals)}"


def render_route(view: RouterView, route: Route) -> list[str]:
    """Return one route, its heading before it."""
    classful = route.prefix.supernet(new_prefix=24)
    start = f"{route_code(view, route.prefix):<8} {route.prefix.network_address} "
    lines = [f"      {classful.network_address}/{route.prefix.prefixlen} is subnetted, 1 subnets"]
    for hop in route.next_hops:
        path = f"[{route.distance or 110}/{route.metric}] via {hop.address}, 00:12:03, {hop.interface}"
        if hop.address is None:
            path = f"is directly connected, 00:12:03, {hop.interface}"
        lines.append(start + path)
        start = " " * len(start)
    return lines


def printable(routes: Sequence[OspfRoute]) -> list[OspfRoute]:
    """Return those routes that IOS has a line for, in its order: prefixes, then ABRs and ASBRs.

    FRR shows other routers too, and some over a virtual link without a next hop.
    """
    known = [route for route in routes if route.next_hops and all(hop.interface for hop in route.next_hops)]
    prefixes = [route for route in known if isinstance(route.destination, IPv4Network) and not route.is_discard]
    routers = [route for route in known if route.is_abr or route.is_asbr]
    return [*prefixes, *routers]


def render_rib(view: RouterView, routes: Sequence[OspfRoute], style: Style) -> str:
    """Return the output of ``show ip ospf rib``."""
    lines = [
        *style.heading(view.router_id),
        "",
        "\t\tBase Topology (MTID 0)",
        "",
        "OSPF local RIB",
        "Codes: * - Best, > - Installed in global RIB",
        "",
    ]
    for route in printable(routes):
        if not isinstance(route.destination, IPv4Network):
            continue
        area = "" if route.area is None else f", area {style.area(route.area)}"
        connected = any(hop.address is None and hop.interface for hop in route.next_hops)
        tag = "" if route.area is not None else f", fwd cost 10, tag {route.tag}"
        end = ", Connected" if connected else ""
        lines.append(f"*>  {route.destination}, {PATHS[route.path_type]}, cost {route.cost}{area}{tag}{end}")
        lines += [f"      via {via(view, hop)}" for hop in route.next_hops]
    return style.text(lines)


def via(view: RouterView, hop: NextHop) -> str:
    """Return a next hop as OSPF's own table has it: that to a connected prefix is the router's own address."""
    own = [one.address.ip for one in view.interfaces if one.name == hop.interface and one.address is not None]
    return f"{hop.address or next(iter(own), IPv4Address('198.51.100.1'))}, {hop.interface}"


def render_border_routers(view: RouterView, routes: Sequence[OspfRoute], style: Style) -> str:
    """Return the output of ``show ip ospf border-routers``."""
    lines = [
        *style.heading(view.router_id),
        "",
        "\t\tBase Topology (MTID 0)",
        "",
        "Internal Router Routing Table",
        "Codes: i - Intra-area route, I - Inter-area route",
        "",
    ]
    for route in printable(routes):
        if isinstance(route.destination, IPv4Network) or route.area is None:
            continue
        role = "/".join(name for name, has in (("ABR", route.is_abr), ("ASBR", route.is_asbr)) if has)
        code = "i" if route.path_type == "intra-area" else "I"
        lines += [
            f"{code} {route.destination} [{route.cost}] via {hop.address}, {hop.interface}, {role}, "
            f"Area {style.area(route.area)}, SPF 12"
            for hop in route.next_hops
        ]
    return style.text(lines)
