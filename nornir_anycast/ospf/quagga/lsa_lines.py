"""The lines of one LSA in ``show ip ospf database TYPE``, type by type.

An output can hold a hundred thousand of them, so one regular expression matches all lines of an LSA but those that are
repeated in it: the links of a router, the routers of a network.
"""

from __future__ import annotations

from nornir_anycast.ospf.text import BLANK, Block, Maybe, many, maybe

# Whether these are addresses, the table of octets tells, faster.
_DOTTED = r"[\d.]{7,15}"


def _header(lsa_type: str, of_id: str, *flags: str) -> tuple[str | Maybe, ...]:
    return (
        many(BLANK),
        # FRR: "5(DNA)", an LSA that does not age (RFC 4136); "(S-DNA)" if it is its own.
        r"  LS age: (?P<age>\d{1,5})(?:\((?:S-)?DNA\))?",
        r"  Options: 0x(?P<options>[0-9a-f]{1,2}) *: (?P<words>[*|A-Z/-]+)",
        r"  LS Flags: 0x[0-9a-f]+(?: +\(Translated from Type-7\))?",
        *flags,
        rf"  LS Type: {lsa_type}",
        rf"  Link State ID: (?P<id>{_DOTTED}){of_id}",
        rf"  Advertising Router: (?P<router>{_DOTTED})",
        r"  LS Seq Number: (?P<sequence>[0-9a-f]{8})",
        r"  Checksum: 0x(?P<checksum>[0-9a-f]{4})",
        r"  Length: (?P<length>\d{1,5})",
        maybe(BLANK),  # FRR
    )


_MASK = r"  Network Mask: /(?P<mask>\d{1,2})"


def _external(lsa_type: str, of_id: str, forward_address: str) -> Block:
    return Block(
        *_header(lsa_type, of_id),
        _MASK,
        r"        Metric Type: (?P<type>1|2 \(Larger than any link state path\))",
        r"        TOS: 0",
        r"        Metric: (?P<metric>\d{1,8})",
        rf"        {forward_address}: (?P<forward>{_DOTTED})",
        r"        External Route Tag: (?P<tag>\d{1,10})",
    )


ROUTER = Block(
    *_header("router-LSA", "", r"  Flags: 0x(?P<bits>[0-9a-f]{1,2})(?: :(?P<roles>(?: [A-Za-z-]+)*))?"),
    r"   Number of Links: (?P<links>\d{1,5})",
)
LINK = Block(
    many(BLANK),
    r"    Link connected to: (?P<kind>[^:\r\n]+?)",
    rf"     \(Link ID\) (?P<id_is>[^:\r\n]+): (?P<id>{_DOTTED})",
    rf"     \(Link Data\) (?P<data_is>[^:\r\n]+): (?P<data>{_DOTTED})",
    r"      Number of TOS metrics: 0",
    r"       TOS 0 Metric: (?P<metric>\d{1,5})",
)
NETWORK = Block(*_header("network-LSA", r" \(address of Designated Router\)"), _MASK)
ATTACHED = Block(many(BLANK), rf"        Attached Router: (?P<id>{_DOTTED})")
SUMMARY = Block(
    *_header("summary-LSA", r" \(summary Network Number\)"),
    _MASK,
    r"        TOS: 0  Metric: (?P<metric>\d{1,8})",
)
ASBR_SUMMARY = Block(
    *_header("summary-LSA", r" \(AS Boundary Router address\)"),
    _MASK,
    r"        TOS: 0  Metric: (?P<metric>\d{1,8})",
)
EXTERNAL = _external("AS-external-LSA", r" \(External Network Number\)", "Forward Address")
NSSA_EXTERNAL = _external("NSSA-LSA", r" \(External Network Number for NSSA\)", "NSSA: Forward Address")
