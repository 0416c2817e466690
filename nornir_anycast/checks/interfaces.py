"""OSPF interfaces as lines of evidence. Pure."""

from __future__ import annotations

from nornir_anycast.checks.model import Evidence
from nornir_anycast.checks.scene import Scene
from nornir_anycast.ospf.model import Authentication, OspfInterface


def quote_interface(scene: Scene, host: str, name: str) -> tuple[Evidence, ...]:
    """What a host shows of one of its interfaces in one line; nothing if the host was not seen."""
    observed = scene.observations.get(host)
    if not observed or not observed.view:
        return ()
    shown = scene.interface(host, name)
    line = describe_interface(shown) if shown else "(OSPF does not run on it)"
    return (Evidence(host, f"show ip ospf interface {name}", (line,)),)


def describe_interface(shown: OspfInterface) -> str:
    """One line with everything that must be the same on both ends of a link."""
    mtu = "not shown" if shown.mtu is None else str(shown.mtu)
    parts = (
        "unnumbered" if shown.address is None else str(shown.address),
        f"area {shown.area}",
        shown.network_type,
        f"state {shown.state}",
        f"hello {shown.hello_ms / 1000:g} s, dead {shown.dead_s} s",
        f"MTU {mtu}{'' if shown.checks_mtu else ' (ignored)'}",
        f"authentication {describe_authentication(shown.authentication)}",
        *(["passive"] if shown.passive else []),
    )
    return ", ".join(parts)


def describe_authentication(authentication: Authentication | None) -> str:
    """Kind, key ids, and the words that stand for the secrets: equal words are equal secrets."""
    if authentication is None:
        return "not shown"
    keys = sorted((-1 if key is None else key, secret) for key, secret in authentication.keys)
    words = [" ".join(filter(None, ("" if key < 0 else f"key {key}", secret))) for key, secret in keys]
    shown = ", ".join(filter(None, words))
    return f"{authentication.kind} ({shown})" if shown else authentication.kind
