"""The frozen models of the intent; the keys under `anycast` in the inventory are the field names here."""

from __future__ import annotations

import re
from ipaddress import IPv4Address, IPv4Interface, IPv4Network
from typing import Annotated, Literal, NamedTuple

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

Role = Literal["node", "router", "vantage"]
"""`node` announces the VIPs, `router` learns them, `vantage` asks questions."""

DEFAULT_PLATFORM = "linux"
"""Netmiko's device type where the inventory names none."""

_HOST_NAME = re.compile(r"[A-Za-z0-9]([A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?\Z")
_DOMAIN_NAME = re.compile(r"(?!.{254})([A-Za-z0-9_]([A-Za-z0-9_-]{0,61}[A-Za-z0-9])?\.)*[A-Za-z0-9_-]{1,63}\Z")
_INTERFACE_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_./:-]{0,31}\Z")
_TREE = re.compile(r"[A-Za-z0-9_./-]{1,255}\Z")


def _matching(pattern: re.Pattern[str], what: str) -> AfterValidator:
    def check(value: str) -> str:
        if not pattern.match(value):
            raise ValueError(f"{value!r} is not {what}")
        return value

    return AfterValidator(check)


def _area(value: object) -> object:
    """Area 0 is written as `0`, `"0"` or `"0.0.0.0"`; an integer area id is an address (RFC 2328 C.2)."""
    if isinstance(value, str) and value.isascii() and value.isdigit():
        return int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) else _text(value)


def _text(value: object) -> object:
    """An address is text: Python would make 0.0.0.1 of YAML's `yes`."""
    if isinstance(value, IPv4Address | IPv4Interface):
        return value
    if not isinstance(value, str):
        raise ValueError(f"{value!r} is not an IPv4 address")  # noqa: TRY004 pydantic explains a ValueError only
    return value


def _router_id(value: IPv4Address) -> IPv4Address:
    if value.is_unspecified:
        raise ValueError("0.0.0.0 means that the daemon chooses, and it would choose a VIP; give the host its own")
    return value


def _host_address(value: object) -> object:
    """A VIP is one host address, with or without `/32`."""
    text = str(value)
    address, slash, length = text.partition("/")
    if slash and length != "32":
        raise ValueError(f"{text!r} is not a host address: a VIP is one address (write {address} or {address}/32)")
    try:
        vip = IPv4Address(address)
    except ValueError:
        raise ValueError(f"{text!r} is not an IPv4 host address") from None
    if (
        vip.is_multicast
        or vip.is_loopback
        or vip.is_unspecified
        or vip.is_link_local
        or vip.is_reserved
        or vip == IPv4Address(2**32 - 1)
    ):
        raise ValueError(f"{text!r} cannot be announced: it is multicast, loopback, link-local or broadcast")
    return vip


HostName = Annotated[str, _matching(_HOST_NAME, "a host name (letters, digits, dot, hyphen, underscore; 63 at most)")]
DomainName = Annotated[str, _matching(_DOMAIN_NAME, "a domain name")]
InterfaceName = Annotated[str, _matching(_INTERFACE_NAME, "an interface name (no blanks or shell characters)")]
ServiceName = Annotated[str, _matching(_HOST_NAME, "a service name (letters, digits, dot, hyphen, underscore)")]
Area = Annotated[IPv4Address, BeforeValidator(_area)]
Address = Annotated[IPv4Address, BeforeValidator(_text)]
RouterId = Annotated[IPv4Address, BeforeValidator(_text), AfterValidator(_router_id)]
Vip = Annotated[IPv4Address, BeforeValidator(_host_address)]
Cost = Annotated[int, Field(ge=1, le=65535)]


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Probe(_Model):
    """A question every node of the service must answer, and the answers it must give.

    In the inventory a bare name is short for `{name: NAME}`: any A record will do.
    """

    name: DomainName
    type: Literal["A", "AAAA", "TXT"] = "A"
    answers: tuple[Annotated[str, Field(pattern=r"^[\x20-\x7e]{1,255}$")], ...] = ()
    """The exact answers in any order; empty: any answer that is not empty."""

    @model_validator(mode="before")
    @classmethod
    def _from_name(cls, value: object) -> object:
        return {"name": value} if isinstance(value, str) else value


class Service(_Model):
    """A VIP and what it promises."""

    vip: Vip
    min_nodes: Annotated[int, Field(ge=1)] = 1
    domain: DomainName | None = None
    probe: Probe | None = None

    @property
    def prefix(self) -> IPv4Network:
        """The /32 that is announced."""
        return IPv4Network(self.vip)

    @property
    def identity_name(self) -> str:
        """The name whose TXT record says which node answered."""
        return f"whoami.{self.domain or 'anycast.invalid'}"


class Interface(_Model):
    """An interface that speaks OSPF."""

    address: Annotated[IPv4Interface, BeforeValidator(_text)]
    area: Area = IPv4Address(0)
    cost: Cost | None = None
    """`ip ospf cost`; None: the daemon's default."""

    @property
    def network(self) -> IPv4Network:
        """The subnet it is on."""
        return self.address.network


class OspfSettings(_Model):
    """What must be equal on all of a service's nodes, or on both ends of a link."""

    hello_s: Annotated[int, Field(ge=1, le=65535)] = 10
    dead_s: Annotated[int, Field(ge=1, le=65535)] = 40
    metric: Annotated[int, Field(ge=1, le=65535)] = 20
    """E1 metric of the VIPs."""

    @model_validator(mode="after")
    def _dead_after_hello(self) -> OspfSettings:
        if self.dead_s <= self.hello_s:
            raise ValueError(f"dead_s {self.dead_s} must be greater than hello_s {self.hello_s}")
        return self


class DnsSettings(_Model):
    """What dnsmasq answers, the same on every node."""

    upstream: tuple[Address, ...] = ()
    """Resolvers asked for everything else; none: only local answers."""
    hosts: dict[DomainName, Address] = {}
    """Local names, A and PTR."""
    cache_size: Annotated[int, Field(ge=0, le=10_000_000)] = 1000


class LabSettings(_Model):
    """How the lab builds this host; no meaning outside it."""

    tree: Annotated[str, _matching(_TREE, "a suite (bookworm, trixie) or a path to a root tree")] = "bookworm"


class Host(_Model):
    """One host of the inventory that takes part."""

    name: HostName
    role: Role
    hostname: str
    """Where SSH reaches it: an address or a name."""
    port: int = 22
    platform: str = DEFAULT_PLATFORM
    router_id: RouterId | None = None
    services: tuple[str, ...] = ()
    interfaces: dict[InterfaceName, Interface] = {}
    ospf: OspfSettings = OspfSettings()
    dns: DnsSettings = DnsSettings()
    lab: LabSettings = LabSettings()

    @property
    def is_linux(self) -> bool:
        """True when work on it is a shell script; else it is driven through its CLI."""
        return self.platform.startswith("linux")


class Link(NamedTuple):
    """Two hosts on one subnet."""

    host: str
    interface: str
    peer: str
    peer_interface: str


class Intent(_Model):
    """What should be true: the whole of it, for every host."""

    services: dict[str, Service]
    hosts: dict[str, Host]

    def with_role(self, role: Role) -> list[Host]:
        """Hosts of one role, in inventory order."""
        return [host for host in self.hosts.values() if host.role == role]

    def nodes_of(self, service: str) -> list[Host]:
        """Nodes that announce the service."""
        return [host for host in self.with_role("node") if service in host.services]

    def vips_of(self, host: str) -> list[IPv4Address]:
        """VIPs that the host announces, in the services' order."""
        return [service.vip for name, service in self.services.items() if name in self.hosts[host].services]

    def links_of(self, host: str) -> list[Link]:
        """Who shares a subnet with the host: one row for each interface of each neighbour."""
        return [
            Link(host, name, peer.name, peer_name)
            for name, interface in self.hosts[host].interfaces.items()
            for peer in self.hosts.values()
            if peer.name != host
            for peer_name, peer_interface in peer.interfaces.items()
            if peer_interface.network == interface.network
        ]

    def name_of_router_id(self, router_id: IPv4Address) -> str | None:
        """The host that should have this router-id."""
        return next((host.name for host in self.hosts.values() if host.router_id == router_id), None)
