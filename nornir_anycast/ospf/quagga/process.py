"""``show ip ospf``: router id, areas, and how many LSAs there are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import IPv4Address

from nornir_anycast.ospf.model import AreaKind, OspfArea
from nornir_anycast.ospf.quagga.answer import open_answer
from nornir_anycast.ospf.quagga.census import Census, LsaType, Scope
from nornir_anycast.ospf.text import ADDRESS, Block, maybe

COMMAND = "show ip ospf"

_KINDS: dict[str | None, AreaKind] = {None: "normal", "Backbone": "normal", "Stub": "stub", "NSSA": "nssa"}
_COUNTED: dict[LsaType, str] = {
    "router": "router",
    "network": "network",
    "summary": "summary",
    "asbr-summary": "ASBR summary",
    "nssa-external": "NSSA",
}


def _count(words: str, group: str) -> str:
    name = group.replace("-", "_")
    return rf" +Number of {words} LSA (?P<{name}>\d+)\. Checksum Sum 0x(?P<{name}_sum>[0-9a-f]{{8}})"


_PROCESS = Block(
    rf" OSPF Routing Process, Router ID: (?P<router_id>{ADDRESS})",
    maybe(r" Deferred shutdown in progress, .+ remaining"),
    r" Supports only single TOS \(TOS0\) routes",
    r" This implementation conforms to RFC2328",
    r" RFC1583Compatibility flag is (?P<rfc1583>enabled|disabled)",
    r" OpaqueCapability flag is (?:enabled|disabled)",
    maybe(r" Stub router advertisement is configured"),
    maybe(r"   Enabled for \d+s after start-up"),
    maybe(r"   Enabled for \d+s prior to full shutdown"),
    r" Initial SPF scheduling delay \d+ millisec\(s\)",
    r" Minimum hold time between consecutive SPFs \d+ millisec\(s\)",
    r" Maximum hold time between consecutive SPFs \d+ millisec\(s\)",
    r" Hold time multiplier is currently \d+",
    r" SPF algorithm (?:has not been run|last executed .+ ago)",
    maybe(r" Last SPF duration .+"),
    r" SPF timer (?:is inactive|due in .+)",
    # From here to the refresh timer, and behind it: FRR only.
    maybe(r" LSA minimum interval \d+ msecs", r" LSA minimum arrival \d+ msecs", r" Write Multiplier set to \d+"),
    r" Refresh timer \d+ secs",
    maybe(r" Maximum multiple paths\(ECMP\) supported \d+", r" Administrative distance \d+"),
    maybe(r" Flood Reduction is configured\."),
    maybe(r" This router is an ABR, ABR type is: .+"),
    maybe(r" This router is an ASBR \(injecting external routing information\)"),
    _count("external", "external"),
    _count("opaque AS", "opaque_as"),
    r" Number of areas attached to this router: (?P<areas>\d+)",
    maybe(r" (?:All a|A)djacency changes are logged"),
    maybe(r" MPLS LDP-IGP Sync is enabled", r" MPLS LDP-IGP Sync holddown timer .+"),
    maybe(r" Receive socket bufsize: \d+"),
    maybe(r" Send socket bufsize: \d+"),
)
_AREA = Block(
    rf" Area ID: (?P<area>{ADDRESS})(?: \((?P<kind>Backbone|Stub|NSSA)(?:, no summary)?(?:; )?\))?",
    maybe(r"   Shortcutting mode: \w+, S-bit consensus: (?:ok|no)"),
    r"   Number of interfaces in this area: Total: \d+, Active: (?P<active>\d+)",
    maybe(
        r"   (?P<nssa>It is an NSSA configuration)\.",
        r"   Elected NSSA/ABR performs type-7/type-5 LSA translation\.",
        r"   (?:It is not ABR, therefore not Translator|We are an ABR(?: and|, but) .+)\.",
    ),
    maybe(r"   Originating stub / maximum-distance Router-LSA"),
    maybe(r"     Administratively activated \(indefinitely\)"),
    maybe(r"     Active from startup, .+ remaining"),
    r"   Number of fully adjacent neighbors in this area: \d+",
    r"   Area has (?:no|simple password|message digest) authentication",
    maybe(r"   Number of full virtual adjacencies going through this area: \d+"),
    r"   SPF algorithm executed \d+ times",
    r"   Number of LSA \d+",
    *(_count(words, lsa_type) for lsa_type, words in _COUNTED.items()),
    _count("opaque link", "opaque_link"),
    _count("opaque area", "opaque_area"),
    maybe(r"   Flood Reduction is configured\."),
    maybe(r"   Flood Reduction is enabled\.", r"   No of LSAs rcv'd with DC bit set \d+"),
    maybe(r"   Ind LSA by other abr\."),
    maybe(rf"   Ind LSA generated {ADDRESS}"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Process:
    """What ``show ip ospf`` says."""

    router_id: IPv4Address
    areas: tuple[OspfArea, ...]
    rfc1583: bool
    active_interfaces: Mapping[IPv4Address, int]
    """By area, on how many addresses OSPF runs."""
    census: Mapping[Scope, Census]


def parse_process(text: str) -> Process:
    """Return the router id, the attached areas and the counts of LSAs.

    Arguments:
        text: output of ``show ip ospf``.

    Raises:
        ParseError: it is not that output, or not all of it.

    """
    cursor = open_answer(COMMAND, text)
    cursor.skip_blank()
    head = cursor.need(_PROCESS)
    census: dict[Scope, Census] = {
        ("external", None): Census(cursor.integer(head, "external"), int(head["external_sum"], 16))
    }
    areas: list[OspfArea] = []
    active: dict[IPv4Address, int] = {}
    cursor.skip_blank()
    while not cursor.at_end:
        start = cursor.position
        match = cursor.need(_AREA)
        area = OspfArea(area_id=cursor.address(match, "area"), kind=_KINDS[match["kind"]])
        if (area.kind == "nssa") != (match["nssa"] is not None):
            cursor.fail("an area that is an NSSA in one line and not in another", start)
        if any(area.area_id == other.area_id for other in areas):
            cursor.fail("the same area again", start)
        areas.append(area)
        active[area.area_id] = cursor.integer(match, "active")
        for lsa_type in _COUNTED:
            group = lsa_type.replace("-", "_")
            census[lsa_type, area.area_id] = Census(cursor.integer(match, group), int(match[f"{group}_sum"], 16))
        cursor.skip_blank()
    if len(areas) != cursor.integer(head, "areas"):
        cursor.fail(f"{len(areas)} areas are shown", head.start("areas"))
    return Process(
        router_id=cursor.address(head, "router_id"),
        areas=tuple(areas),
        rfc1583=head["rfc1583"] == "enabled",
        active_interfaces=active,
        census=census,
    )
