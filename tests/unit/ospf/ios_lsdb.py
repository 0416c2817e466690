"""Prints a link-state database as IOS does: the list, and each type in full."""

from __future__ import annotations

from ipaddress import IPv4Address
from typing import TYPE_CHECKING

from nornir_anycast.ospf.model import (
    AsbrSummaryLsa,
    ExternalLsa,
    Lsa,
    NetworkLsa,
    RouterLink,
    RouterLsa,
    RouterView,
    SummaryLsa,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from .ios_style import Style

COMMANDS = {
    1: "show ip ospf database router",
    2: "show ip ospf database network",
    3: "show ip ospf database summary",
    4: "show ip ospf database asbr-summary",
    5: "show ip ospf database external",
    7: "show ip ospf database nssa-external",
}
TITLES = {
    1: "Router Link States",
    2: "Net Link States",
    3: "Summary Net Link States",
    4: "Summary ASB Link States",
    7: "Type-7 AS External Link States",
    5: "Type-5 AS External Link States",
}
LINKS = {
    "p2p": ("another Router (point-to-point)", "Neighboring Router ID", "Router Interface address"),
    "transit": ("a Transit Network", "Designated Router address", "Router Interface address"),
    "stub": ("a Stub Network", "Network/subnet number", "Network Mask"),
    "virtual": ("a Virtual Link", "Neighboring Router ID", "Router Interface address"),
}

Numbered = list[tuple[IPv4Address, Lsa]]


def lsa_type(lsa: Lsa) -> int:
    """Return the type of an LSA."""
    if isinstance(lsa, ExternalLsa):
        return 5 if lsa.area is None else 7
    return {RouterLsa: 1, NetworkLsa: 2, SummaryLsa: 3, AsbrSummaryLsa: 4}[type(lsa)]


def all_lsas(view: RouterView) -> list[Lsa]:
    """Return the LSAs of a router."""
    lsdb = view.lsdb
    return [*lsdb.routers, *lsdb.networks, *lsdb.summaries, *lsdb.asbr_summaries, *lsdb.externals]


def numbered(lsas: Iterable[Lsa]) -> Numbered:
    """Return the LSAs with their link-state ids; one whose id is taken has host bits set (RFC 2328 appendix E)."""
    taken: set[tuple[IPv4Address, IPv4Address]] = set()
    found: Numbered = []
    for lsa in lsas:
        link_state_id = lsa.advertising_router
        if isinstance(lsa, NetworkLsa):
            link_state_id = lsa.designated_router
        elif isinstance(lsa, AsbrSummaryLsa):
            link_state_id = lsa.asbr
        elif isinstance(lsa, SummaryLsa | ExternalLsa):
            link_state_id = lsa.prefix.network_address
            if (link_state_id, lsa.advertising_router) in taken:
                link_state_id = lsa.prefix.broadcast_address
        taken.add((link_state_id, lsa.advertising_router))
        found.append((link_state_id, lsa))
    return found


def sections(view: RouterView, lsa_types: Iterable[int]) -> list[tuple[int, IPv4Address | None, Numbered]]:
    """Return the sections of an output: type, area, LSAs."""
    found = []
    for wanted in lsa_types:
        lsas = [lsa for lsa in all_lsas(view) if lsa_type(lsa) == wanted]
        areas = dict.fromkeys(lsa.area for lsa in lsas)
        found += [(wanted, area, numbered(lsa for lsa in lsas if lsa.area == area)) for area in areas]
    return found


def title(style: Style, wanted: int, area: IPv4Address | None) -> str:
    """Return the heading of a section."""
    return f"                {TITLES[wanted]}" + (f" (Area {style.area(area)})" if area is not None else "")


def render_list(view: RouterView, style: Style) -> str:
    """Return the output of ``show ip ospf database``."""
    lines = style.heading(view.router_id)
    for wanted, area, lsas in sections(view, TITLES):
        last = {1: " Link count", 5: " Tag", 7: " Tag"}.get(wanted, "")
        lines += [
            title(style, wanted, area),
            "",
            f"Link ID         ADV Router      Age         Seq#       Checksum{last}",
        ]
        for link_state_id, lsa in lsas:
            value = len(lsa.links) if isinstance(lsa, RouterLsa) else lsa.tag if isinstance(lsa, ExternalLsa) else ""
            line = f"{link_state_id!s:<15} {lsa.advertising_router!s:<15} {lsa.age_s:<11} 0x{lsa.sequence:08X} 0x00ABCD"
            lines.append(f"{line} {value}")
        lines.append("")
    return style.text(lines)


def render_type(view: RouterView, wanted: int, style: Style) -> str:
    """Return the output of ``show ip ospf database TYPE``."""
    lines = style.heading(view.router_id)
    for _, area, lsas in sections(view, [wanted]):
        lines += [title(style, wanted, area), ""]
        for link_state_id, lsa in lsas:
            lines += [*render_lsa(link_state_id, lsa, style), ""]
        lines.append("")
    return style.text(lines)


def header(link_state_id: str, lsa: Lsa, kind: str, length: int, style: Style, options: str = "DC") -> list[str]:
    """Return the lines that all LSAs have."""
    topology = " in topology Base with MTID 0" if style.topologies else ""
    age = f"MAXAGE({lsa.age_s})" if lsa.is_max_age else f"{lsa.age_s}"
    return [
        *([] if lsa.age_s % 2 else [f"  Routing Bit Set on this LSA{topology}"]),
        f"  LS age: {age}",
        f"  Options: (No TOS-capability, {options})",
        f"  LS Type: {kind}",
        f"  Link State ID: {link_state_id}",
        f"  Advertising Router: {lsa.advertising_router}",
        f"  LS Seq Number: {lsa.sequence:08X}",
        "  Checksum: 0xABC",
        f"  Length: {length}",
    ]


def render_lsa(link_state_id: IPv4Address, lsa: Lsa, style: Style) -> list[str]:
    """Return one LSA in full."""
    topology = "MTID" if style.topologies else "TOS"
    if isinstance(lsa, RouterLsa):
        return [
            *header(str(link_state_id), lsa, "Router Links", 24 + 12 * len(lsa.links), style),
            *(["  Area Border Router"] if lsa.is_abr else []),
            *(["  AS Boundary Router"] if lsa.is_asbr else []),
            f"  Number of Links: {len(lsa.links)}",
            "",
            *(line for link in lsa.links for line in render_link(link, topology)),
        ]
    if isinstance(lsa, NetworkLsa):
        named = f"{link_state_id} (address of Designated Router)"
        return [
            *header(named, lsa, "Network Links", 24 + 4 * len(lsa.attached), style),
            f"  Network Mask: /{lsa.prefix.prefixlen}",
            *(f"        Attached Router: {router}" for router in lsa.attached),
        ]
    if isinstance(lsa, SummaryLsa):
        return [
            *header(
                f"{link_state_id} (summary Network Number)", lsa, "Summary Links(Network)", 28, style, "DC, Upward"
            ),
            f"  Network Mask: /{lsa.prefix.prefixlen}",
            f"        {topology}: 0         Metric: {lsa.metric} ",
        ]
    if isinstance(lsa, AsbrSummaryLsa):
        named = f"{link_state_id} (AS Boundary Router address)"
        return [
            *header(named, lsa, "Summary Links(AS Boundary Router)", 28, style, "DC, Upward"),
            "  Network Mask: /0",
            f"        {topology}: 0         Metric: {lsa.metric} ",
        ]
    assert isinstance(lsa, ExternalLsa)
    meaning = {1: "1 (Comparable directly to link state metric)", 2: "2 (Larger than any link state path)"}
    translation = "" if lsa.area is None else "No " * (lsa.propagate is False) + "Type 7/5 translation, "
    named = f"{link_state_id} (External Network Number )"
    return [
        *header(named, lsa, "AS External Link", 36, style, f"{translation}DC, Upward"),
        f"  Network Mask: /{lsa.prefix.prefixlen}",
        f"        Metric Type: {meaning[lsa.metric_type]}",
        f"        {topology}: 0 ",
        f"        Metric: {lsa.metric} ",
        f"        Forward Address: {lsa.forwarding_address or IPv4Address(0)}",
        f"        External Route Tag: {lsa.tag}",
    ]


def render_link(link: RouterLink, topology: str) -> list[str]:
    """Return one link of a router-LSA, and an empty line."""
    kind, id_name, data_name = LINKS[link.kind]
    return [
        f"    Link connected to: {kind}",
        f"     (Link ID) {id_name}: {link.link_id}",
        f"     (Link Data) {data_name}: {link.link_data}",
        f"      Number of {topology} metrics: 0",
        f"       TOS 0 Metrics: {link.metric}",
        "",
    ]
