"""What is configured of OSPF and not shown by another command, and what follows from it. No secret is in it."""

from __future__ import annotations

from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv4Network
from typing import Literal

from nornir_anycast.ospf.model import AreaKind, Authentication

AuthenticationKind = Literal["none", "simple", "cryptographic"]
Keys = frozenset[tuple[int | None, str]]
"""As in :class:`~nornir_anycast.ospf.model.Authentication`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InterfaceAuthentication:
    """What is configured on an interface, or for one of its addresses."""

    kind: AuthenticationKind | None = None
    """``None``: as its area."""
    password: str | None = None
    """The name that stands for it."""
    keys: Keys = frozenset()
    key_chain: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Redistribution:
    """``redistribute PROTOCOL``."""

    protocol: str
    metric: int | None = None
    metric_type: Literal[1, 2] = 2
    route_map: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DistributeList:
    """``distribute-list NAME in`` or ``out``."""

    name: str
    direction: Literal["in", "out"]
    protocol: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RunningConfig:
    """What is taken from a running configuration."""

    interfaces: dict[tuple[str, IPv4Address | None], InterfaceAuthentication] = field(default_factory=dict)
    """By name, and by address where it is for that address only."""
    area_authentication: dict[IPv4Address, AuthenticationKind] = field(default_factory=dict)
    area_kinds: dict[IPv4Address, AreaKind] = field(default_factory=dict)
    """Only those that are not normal."""
    ranges: list[tuple[IPv4Address, IPv4Network]] = field(default_factory=list)
    """``area A range PREFIX``, also of an NSSA: what an ABR hides behind one prefix."""
    redistributed: list[Redistribution] = field(default_factory=list)
    distribute_lists: list[DistributeList] = field(default_factory=list)
    route_maps: list[tuple[str, str]] = field(default_factory=list)
    """``ip protocol PROTOCOL route-map NAME``: what zebra takes from a protocol."""
    key_chains: dict[str, Keys] = field(default_factory=dict)


def authentication(
    config: RunningConfig, interface: str, address: IPv4Address | None, area: IPv4Address
) -> Authentication:
    """Return how the packets on an interface are authenticated, by the configuration.

    Arguments:
        config: of the router.
        interface: its name.
        address: its address.
        area: its area, which decides where the interface does not.

    """
    general = config.interfaces.get((interface, None), InterfaceAuthentication())
    own = config.interfaces.get((interface, address), general)
    kind = own.kind or general.kind or config.area_authentication.get(area, "none")
    if kind == "simple":
        password = own.password or general.password
        return Authentication(kind=kind, keys=frozenset() if password is None else frozenset({(None, password)}))
    chain = own.key_chain or general.key_chain
    keys = config.key_chains.get(chain, frozenset()) if chain is not None else own.keys or general.keys
    # Without a key nothing is authenticated (ospfd/ospf_packet.c: "aka Cisco").
    if kind == "none" or (not keys and chain is None):
        return Authentication(kind="none")
    return Authentication(kind=kind, keys=keys)
