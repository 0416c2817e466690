"""``show ip ospf json``, ``show ip ospf interface json`` and ``show ip ospf neighbor detail json``."""

from __future__ import annotations

import re
from ipaddress import IPv4Interface
from typing import TYPE_CHECKING, Literal

from nornir_anycast.ospf.model import AreaKind, Neighbor, NetworkType, OspfArea, OspfInterface

if TYPE_CHECKING:
    from ipaddress import IPv4Address

    from nornir_anycast.ospf.frr.document import JsonObject

# What FRR calls them in ospfd/ospf_dump_api.c and ospf_vty.c, from 8.4.4 to 10.3.
_NEIGHBOR_STATES = frozenset(
    ("DependUpon", "Deleted", "Down", "Attempt", "Init", "2-Way", "ExStart", "Exchange", "Loading", "Full"),
)
_ROLES: dict[str, Literal["DR", "Backup", "DROther", "-"]] = {
    "DR": "DR",
    "Backup": "Backup",
    "DROther": "DROther",
    "-": "-",
}
_INTERFACE_STATES = {
    state: state for state in ("DependUpon", "Down", "Loopback", "Waiting", "Point-To-Point", "DROther", "Backup", "DR")
}
_NETWORK_TYPES: dict[str, NetworkType] = {
    "BROADCAST": "broadcast",
    "NBMA": "non-broadcast",
    "POINTOPOINT": "point-to-point",
    "POINTOMULTIPOINT": "point-to-multipoint",
    "VIRTUALLINK": "virtual-link",
    "LOOPBACK": "loopback",
}
# An area that is not a normal one is printed as "0.0.0.1 [NSSA]".
_AREA = re.compile(r"(?P<id>[0-9.]+)(?: \[(?P<kind>Stub|NSSA)\])?")
_AREA_KINDS: dict[str | None, AreaKind] = {None: "normal", "Stub": "stub", "NSSA": "nssa"}


def parse_process(root: JsonObject) -> tuple[IPv4Address, tuple[OspfArea, ...], bool]:
    """Return the router id, the attached areas and RFC1583Compatibility.

    A stub area is not told from a normal one here.
    """
    areas = root.object("areas")
    attached = tuple(
        OspfArea(area_id=areas.to_address(key, key), kind="nssa" if areas.object(key).flag("nssa") else "normal")
        for key in areas.value
    )
    return root.address("routerId"), attached, root.flag("rfc1583Compatibility")


def parse_interfaces(root: JsonObject) -> tuple[tuple[OspfInterface, ...], dict[IPv4Address, AreaKind]]:
    """Return the interfaces that run OSPF, and the kinds of their areas.

    Of several addresses on one interface FRR's JSON shows the last only.
    """
    running: list[OspfInterface] = []
    kinds: dict[IPv4Address, AreaKind] = {}
    interfaces = root.object("interfaces")
    for name in interfaces.value:
        shown = interfaces.object(name)
        if "ospfRunning" in shown.value or not shown.flag("ospfEnabled", required=True):
            continue  # OSPF is configured but does not run on it: FRR shows no more than that, or leaves it out
        area, kind = _area(shown, "area")
        kinds[area] = kind
        running.append(
            OspfInterface(
                name=name,
                address=_interface_address(shown),
                area=area,
                network_type=shown.choice("networkType", _NETWORK_TYPES),
                state=shown.choice("state", _INTERFACE_STATES),
                cost=shown.integer("cost", 0xFFFF),
                priority=shown.integer("priority", 0xFF),
                hello_ms=shown.integer("timerMsecs"),
                dead_s=shown.integer("timerDeadSecs"),
                mtu=shown.integer("mtuBytes"),
                passive=shown.flag("timerPassiveIface"),
                # The key says the opposite: FRR prints it, as true, with "ip ospf mtu-ignore" (ospfd/ospf_vty.c).
                checks_mtu=not shown.flag("mtuMismatchDetect"),
                designated_router=shown.address("drAddress") if "drAddress" in shown.value else None,
            ),
        )
    return tuple(running), kinds


def parse_neighbors(root: JsonObject) -> tuple[Neighbor, ...]:
    """Return the neighbours; one router id can stand on several addresses."""
    neighbors = root.object("neighbors")
    found: list[Neighbor] = []
    for key in neighbors.value:
        router_id = None if key == "noNbrId" else neighbors.to_address(key, key)
        for shown in neighbors.objects(key):
            # "Full/DR"; "Full/-" on a point-to-point link; "Exchange/DROthe", for FRR has a buffer of 16 bytes
            state, _, role = shown.text("nbrState").partition("/")
            whole = "DROther" if (state, role) == ("Exchange", "DROthe") else role
            if state not in _NEIGHBOR_STATES or whole not in _ROLES:
                shown.fail("nbrState", f"unknown neighbor state {shown.text('nbrState')!r}")
            found.append(
                Neighbor(
                    router_id=router_id,
                    address=shown.address("ifaceAddress"),
                    interface=shown.text("ifaceName"),
                    state=state,
                    role=_ROLES[whole],
                ),
            )
    return tuple(found)


def _interface_address(shown: JsonObject) -> IPv4Interface | None:
    if shown.flag("ifUnnumbered"):
        return None
    return IPv4Interface((shown.address("ipAddress"), shown.integer("ipAddressPrefixlen", 32)))


def _area(shown: JsonObject, key: str) -> tuple[IPv4Address, AreaKind]:
    match = _AREA.fullmatch(shown.text(key))
    if match is None:
        shown.fail(key, f"not an area: {shown.text(key)!r}")
    return shown.to_address(key, match["id"]), _AREA_KINDS[match["kind"]]
