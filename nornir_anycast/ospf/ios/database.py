"""``show ip ospf database TYPE``: the LSAs of one type, in full, by their key."""

from __future__ import annotations

from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network
from typing import TYPE_CHECKING, Literal, TypedDict, TypeVar

from nornir_anycast.ospf.ios.router_links import take_links, take_roles
from nornir_anycast.ospf.ios.sections import LsaKey, Sections
from nornir_anycast.ospf.ios.transcript import to_address
from nornir_anycast.ospf.model import (
    MAX_AGE_S,
    AsbrSummaryLsa,
    ExternalLsa,
    Lsa,
    NetworkLsa,
    RouterLsa,
    SummaryLsa,
)
from nornir_anycast.ospf.text import ADDRESS, Block, Maybe, many, maybe

if TYPE_CHECKING:
    import re
    from collections.abc import Callable

    from nornir_anycast.ospf.ios.process import Process
    from nornir_anycast.ospf.text import Cursor

L = TypeVar("L", bound=Lsa)

COMMANDS = {
    1: "show ip ospf database router",
    2: "show ip ospf database network",
    3: "show ip ospf database summary",
    4: "show ip ospf database asbr-summary",
    5: "show ip ospf database external",
    7: "show ip ospf database nssa-external",
}
"""By LSA type."""

_METRIC_24 = 0xFFFFFF
# RFC 2328 A.4; all but the last with the 20 bytes of the LSA header
_HEADER_BYTES, _SUMMARY_BYTES, _EXTERNAL_BYTES, _ROUTER_ID_BYTES = 24, 28, 36, 4
_NO_ADDRESS = IPv4Address(0)
_MARK = (
    r"(?:Exception Flag: [\w ]+"
    r"|Routing Bit Set on this LSA(?: in topology \S+ with MTID \d+)?"
    r"|Adv Router is not-reachable(?: in topology \S+ with MTID \d+)?)"
)
_OPTION = r"(?:(?:No )?TOS-capab(?:ility|le)|(?:No )?Type 7/5 translation|(?:No )?DC|(?:Up|Down)ward)"


class _Header(TypedDict):
    advertising_router: IPv4Address
    age_s: int
    sequence: int
    area: IPv4Address | None


def _header(lsa_type: str, link_state_id: str = "") -> list[str | Maybe]:
    return [
        many(_MARK),
        maybe(r"(?P<deleted>Delete flag is set for this LSA)"),
        many(_MARK),
        maybe(""),
        r"LS age: (?:(?P<age>\d+)|MAXAGE ?\((?P<max_age>\d+)\))(?: ?\(DoNotAge\))?",
        rf"Options: (?:0x[0-9A-Fa-f]+ )?\((?P<options>{_OPTION}(?:, {_OPTION})*)\)",
        rf"LS Type: {lsa_type}",
        rf"Link State ID: (?P<id>{ADDRESS}){link_state_id}",
        rf"Advertising Router: (?P<router>{ADDRESS})",
        r"LS Seq Number: (?P<sequence>[0-9A-Fa-f]{8})",
        r"Checksum: 0x[0-9A-Fa-f]{1,6}",
        r"Length: (?P<length>\d+)",
    ]


_METRIC: list[str | Maybe] = [r"(?:MTID|TOS): 0 Metric: (?P<metric>\d+)", many(r"MTID: [1-9]\d* Metric: \d+")]

_ROUTER = Block(*_header("Router Links"))
_NETWORK = Block(
    *_header("Network Links", r" \(address of Designated Router\)"),
    r"Network Mask: /(?P<mask>\d+)",
)
_ATTACHED = Block(rf"Attached Router: (?P<router>{ADDRESS})")
_SUMMARY = Block(
    *_header(r"Summary Links\(Network\)", r" \(summary Network Number\)"),
    r"Network Mask: /(?P<mask>\d+)",
    *_METRIC,
)
_ASBR_SUMMARY = Block(
    *_header(r"Summary Links\(AS Boundary Router\)", r" \(AS Boundary Router address\)"),
    r"Network Mask: /0",
    *_METRIC,
)
_EXTERNAL = Block(
    *_header("AS External Link", r" \(External Network Number ?\)"),
    r"Network Mask: /(?P<mask>\d+)",
    r"Metric Type: (?:(?P<type_1>1) \(Comparable directly to link state metric\)"
    r"|2 \(Larger than any link state path\))",
    r"(?:MTID|TOS): 0",
    r"Metric: (?P<metric>\d+)",
    rf"Forward Address: (?P<forward>{ADDRESS})",
    r"External Route Tag: (?P<tag>\d+)",
)


def parse_routers(process: Process, text: str) -> dict[LsaKey, RouterLsa]:
    """Return the router-LSAs of a process.

    IOS does not print bit V in all versions; see :mod:`nornir_anycast.ospf.ios.virtual_links`.

    Raises:
        ParseError: a line is not understood, or the links are not as many, or as long, as the LSA says.

    """

    def take(cursor: Cursor, area: IPv4Address | None) -> tuple[IPv4Address, RouterLsa]:
        match = cursor.need(_ROUTER)
        header = _read_header(cursor, match, area)
        roles = take_roles(cursor)
        links = take_links(cursor, match)
        if header["advertising_router"] != to_address(cursor, match, "id"):
            cursor.fail("the link state id of a router-LSA is its router's id", match.start("id"))
        return to_address(cursor, match, "id"), RouterLsa(
            **header,
            links=links,
            is_abr="Area Border Router" in roles,
            is_asbr="AS Boundary Router" in roles,
            is_virtual_endpoint=any("Virtual" in role for role in roles),
        )

    return _parse(process, text, 1, take)


def parse_networks(process: Process, text: str) -> dict[LsaKey, NetworkLsa]:
    """Return the network-LSAs of a process; see :func:`parse_routers`."""

    def take(cursor: Cursor, area: IPv4Address | None) -> tuple[IPv4Address, NetworkLsa]:
        match = cursor.need(_NETWORK)
        attached: list[IPv4Address] = []
        shown = _HEADER_BYTES
        while router := cursor.take(_ATTACHED):
            attached.append(to_address(cursor, router, "router"))
            shown += _ROUTER_ID_BYTES
        if shown < cursor.integer(match, "length", 0xFFFF):
            cursor.need(_ATTACHED, f"only {len(attached)} attached routers are understood")
        _check_length(cursor, match, shown)
        designated_router = to_address(cursor, match, "id")
        return designated_router, NetworkLsa(
            **_read_header(cursor, match, area),
            prefix=_prefix(cursor, match),
            designated_router=designated_router,
            attached=tuple(attached),
        )

    return _parse(process, text, 2, take)


def parse_summaries(process: Process, text: str) -> dict[LsaKey, SummaryLsa]:
    """Return the type-3 LSAs of a process; see :func:`parse_routers`."""

    def take(cursor: Cursor, area: IPv4Address | None) -> tuple[IPv4Address, SummaryLsa]:
        match = cursor.need(_SUMMARY)
        return to_address(cursor, match, "id"), SummaryLsa(
            **_read_header(cursor, match, area, _SUMMARY_BYTES),
            prefix=_prefix(cursor, match),
            metric=cursor.integer(match, "metric", _METRIC_24),
        )

    return _parse(process, text, 3, take)


def parse_asbr_summaries(process: Process, text: str) -> dict[LsaKey, AsbrSummaryLsa]:
    """Return the type-4 LSAs of a process; see :func:`parse_routers`."""

    def take(cursor: Cursor, area: IPv4Address | None) -> tuple[IPv4Address, AsbrSummaryLsa]:
        match = cursor.need(_ASBR_SUMMARY)
        asbr = to_address(cursor, match, "id")
        return asbr, AsbrSummaryLsa(
            **_read_header(cursor, match, area, _SUMMARY_BYTES),
            asbr=asbr,
            metric=cursor.integer(match, "metric", _METRIC_24),
        )

    return _parse(process, text, 4, take)


def parse_externals(process: Process, text: str) -> dict[LsaKey, ExternalLsa]:
    """Return the type-5 LSAs of a process; see :func:`parse_routers`."""
    return _parse(process, text, 5, _take_external)


def parse_nssa_externals(process: Process, text: str) -> dict[LsaKey, ExternalLsa]:
    """Return the type-7 LSAs of a process; see :func:`parse_routers`."""
    return _parse(process, text, 7, _take_external)


def _take_external(cursor: Cursor, area: IPv4Address | None) -> tuple[IPv4Address, ExternalLsa]:
    match = cursor.need(_EXTERNAL)
    metric_type: Literal[1, 2] = 1 if match["type_1"] else 2
    forwarding = to_address(cursor, match, "forward")
    translation = "Type 7/5 translation" in match["options"]
    if translation != (area is not None):
        cursor.fail("bit P is shown for type 7 only, and always there", match.start("options"))
    return to_address(cursor, match, "id"), ExternalLsa(
        **_read_header(cursor, match, area, _EXTERNAL_BYTES),
        prefix=_prefix(cursor, match),
        metric_type=metric_type,
        metric=cursor.integer(match, "metric", _METRIC_24),
        forwarding_address=None if forwarding == _NO_ADDRESS else forwarding,
        tag=cursor.integer(match, "tag"),
        propagate=None if area is None else "No Type 7/5 translation" not in match["options"],
    )


def _parse(
    process: Process,
    text: str,
    lsa_type: int,
    take: Callable[[Cursor, IPv4Address | None], tuple[IPv4Address, L]],
) -> dict[LsaKey, L]:
    sections = Sections(process, COMMANDS[lsa_type], text)
    cursor = sections.cursor
    found: dict[LsaKey, L] = {}
    while not cursor.at_end:
        if not sections.take_heading():
            start = cursor.position
            if sections.lsa_type != lsa_type:
                cursor.fail("no heading of this type before this line")
            link_state_id, lsa = take(cursor, sections.area)
            key = LsaKey(lsa_type, sections.area, link_state_id, lsa.advertising_router)
            if sections.wanted and found.setdefault(key, lsa) is not lsa:
                cursor.fail("an LSA is listed twice", start)
        cursor.skip_blank()
    sections.finish()
    return found


def _read_header(
    cursor: Cursor,
    match: re.Match[str],
    area: IPv4Address | None,
    length: int | None = None,
) -> _Header:
    if length is not None:
        _check_length(cursor, match, length)
    age_s = cursor.integer(match, "age" if match["age"] else "max_age", 0xFFFF)
    return {
        "advertising_router": to_address(cursor, match, "router"),
        # What the router has marked for deletion counts no more, whatever its age.
        "age_s": max(age_s, MAX_AGE_S) if match["deleted"] else age_s,
        "sequence": int(match["sequence"], 16),
        "area": area,
    }


def _check_length(cursor: Cursor, match: re.Match[str], length: int) -> None:
    # Metrics of other topologies (RFC 4915) add four bytes each.
    shown = cursor.integer(match, "length", 0xFFFF)
    if shown != length and not (length == _SUMMARY_BYTES and shown > length and shown % 4 == 0):
        cursor.fail(f"what is shown of this LSA is {length} bytes long", match.start("length"))


def _prefix(cursor: Cursor, match: re.Match[str]) -> IPv4Network:
    # Host bits can be set in a link-state id (RFC 2328 appendix E).
    cursor.integer(match, "mask", 32)
    to_address(cursor, match, "id")
    return _network(match["id"], match["mask"])


@lru_cache(maxsize=65536)
def _network(address: str, length: str) -> IPv4Network:
    return IPv4Network(f"{address}/{length}", strict=False)
