"""LSAs by name and as lines of evidence. Pure."""

from __future__ import annotations

from nornir_anycast.checks.model import Evidence
from nornir_anycast.ospf.lsa import LS_REFRESH_TIME_S
from nornir_anycast.ospf.model import AsbrSummaryLsa, ExternalLsa, Lsa, NetworkLsa, RouterLsa, SummaryLsa


def name_of_lsa(lsa: Lsa) -> str:
    """Type and link-state id, as people say it: `type-5 203.0.113.53/32`."""
    match lsa:
        case RouterLsa():
            return "router-LSA"
        case NetworkLsa():
            return f"network-LSA {lsa.designated_router}"
        case SummaryLsa():
            return f"type-3 {lsa.prefix}"
        case AsbrSummaryLsa():
            return f"type-4 {lsa.asbr}"
        case ExternalLsa():
            return f"type-{5 if lsa.area is None else 7} {lsa.prefix}"
        case _:  # there are no more
            raise TypeError(lsa)


def describe_age(age_s: int) -> str:
    """Of a fresh LSA about, for routers that show the same database share it; what is late is exact."""
    return f"age {'about ' if age_s < LS_REFRESH_TIME_S else ''}{age_s} s"


def describe_lsa(lsa: Lsa) -> str:
    """One line that names an LSA as routers do."""
    parts = [f"{name_of_lsa(lsa)} from {lsa.advertising_router}"]
    if lsa.area is not None:
        parts.append(f"area {lsa.area}")
    if isinstance(lsa, ExternalLsa):
        parts.append(f"E{lsa.metric_type} metric {lsa.metric}")
        if lsa.forwarding_address:
            parts.append(f"forwarding address {lsa.forwarding_address}")
        if lsa.propagate is not None:
            parts.append(f"P-bit {'set' if lsa.propagate else 'clear'}")
    elif isinstance(lsa, SummaryLsa | AsbrSummaryLsa):
        parts.append(f"metric {lsa.metric}")
    return ", ".join((*parts, f"{describe_age(lsa.age_s)}, sequence {lsa.sequence:#010x}"))


def quote_lsa(router: str, lsa: Lsa) -> Evidence:
    """An LSA as a router lists it, with the command that shows it."""
    shown = {
        RouterLsa: "router",
        NetworkLsa: "network",
        SummaryLsa: "summary",
        AsbrSummaryLsa: "asbr-summary",
        ExternalLsa: "external" if lsa.area is None else "nssa-external",
    }[type(lsa)]
    return Evidence(router, f"show ip ospf database {shown}", (describe_lsa(lsa),))
