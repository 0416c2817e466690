"""What the lab of an inventory consists of: a pure function from hosts to names, links and addresses.

Nothing here touches the machine. :func:`make_plan` is deterministic, so that a lab that is up can be described again
from its recorded hosts, and a rebooted machine gets the MAC addresses that its neighbours remember.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv4Interface, IPv4Network
from itertools import pairwise
from pathlib import Path
from typing import Literal

from nornir_anycast.errors import LabError

Role = Literal["node", "router", "vantage"]

CONTROLLER = "controller"
MANAGEMENT_INTERFACE = "mgmt0"
MANAGEMENT_BRIDGE = "management"
DEFAULT_PREFIX = "na-"

# zebra neither redistributes 169.254.0.0/16 nor takes a router-id from it (zebra_check_addr), so out-of-band addresses
# from there stay invisible to routing even where a filter is missing. The others are for inventories that use it.
MANAGEMENT_NETWORKS = (
    IPv4Network("169.254.0.0/16"),
    IPv4Network("198.18.0.0/16"),
    IPv4Network("100.64.0.0/16"),
)

_HOST_NAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]{0,45}[A-Za-z0-9])?")
_PREFIX = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,13}-)?")
_USER_NAME = re.compile(r"[a-z_][a-z0-9_-]{0,31}")
_INTERFACE_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,14}")
_NAMED_ADDRESS = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]{0,252}[A-Za-z0-9])?")
_SLASH_32 = 32


@dataclass(frozen=True, slots=True)
class LabHost:
    """A host as its inventory describes it.

    Arguments:
        name: the inventory's name of the host; also the name of the machine
        role: a ``node`` has a DNS server and a routing daemon installed, both off; a ``router`` forwards and runs OSPF;
            a ``vantage`` only asks
        interfaces: address of each interface, by interface name; ``lo`` for further loopback addresses
        hostname: where the inventory says SSH answers: an address or a name
        username: the user that logs in; other than root, it may use sudo without a password
        cli: the login shell is a router's CLI (vtysh) instead of a Linux shell
        tree: ``bookworm``, ``trixie``, or the path of a directory or tar with a root file system
        port: TCP port of sshd
        keys: public keys that may log in beside the lab's own: those the inventory names

    """

    name: str
    role: Role
    interfaces: Mapping[str, IPv4Interface]
    hostname: IPv4Address | str
    username: str = "root"
    cli: bool = False
    tree: str = "bookworm"
    port: int = 22
    keys: tuple[str, ...] = field(default=(), compare=False)

    @property
    def runs_frr(self) -> bool:
        """Whether zebra and ospfd are started at boot."""
        return self.role == "router" or self.cli


@dataclass(frozen=True, slots=True)
class Link:
    """One cable: an interface of a host, plugged into a port of a bridge.

    ``interface`` is the name on the machine; ``wanted`` the inventory's, where Linux refuses that one.
    """

    interface: str
    wanted: str
    mac: str
    port: str
    bridge: str
    address: IPv4Interface


@dataclass(frozen=True, slots=True)
class Machine:
    """Everything that is decided about one host before anything is created."""

    host: LabHost
    namespace: str
    machine_id: str
    management: Link
    links: tuple[Link, ...]
    loopback: tuple[IPv4Interface, ...]
    gateway: IPv4Address | None

    @property
    def name(self) -> str:
        """The inventory's name of the host."""
        return self.host.name

    @property
    def address(self) -> IPv4Address:
        """The address on the management network: it works whatever happens to the host's own interfaces."""
        return self.management.address.ip

    @property
    def renamed(self) -> dict[str, str]:
        """Interfaces whose inventory name Linux refuses: inventory name -> name on the machine."""
        return {link.wanted: link.interface for link in self.links if link.wanted != link.interface}

    def holds(self, address: IPv4Address) -> bool:
        """Say whether one of the host's own interfaces has this address."""
        return any(address == one.ip for one in (*self.loopback, *(link.address for link in self.links)))


@dataclass(frozen=True, slots=True)
class Plan:
    """A whole lab; ``bridges`` maps each subnet to its bridge in the bridges' own namespace."""

    site: Path
    prefix: str
    machines: tuple[Machine, ...]
    bridges: Mapping[IPv4Network, str]
    controller: Link
    hosts: tuple[LabHost, ...] = field(default=())

    @property
    def controller_namespace(self) -> str:
        """Name of the namespace from which hosts are reached."""
        return f"{self.prefix}{CONTROLLER}"

    @property
    def bridges_namespace(self) -> str:
        """Name of the namespace that holds the bridges; no host name can collide with it."""
        return f"{self.prefix}_bridges"

    @property
    def namespaces(self) -> tuple[str, ...]:
        """Every namespace of the lab."""
        return (
            self.bridges_namespace,
            self.controller_namespace,
            *(machine.namespace for machine in self.machines),
        )

    def machine(self, name: str) -> Machine:
        """Find a host's machine; raises :class:`LabError` with the names there are."""
        for machine in self.machines:
            if machine.name == name:
                return machine
        known = ", ".join(machine.name for machine in self.machines)
        raise LabError(f"no host {name!r} in the lab; it has: {known}")


def make_plan(site: Path, hosts: Sequence[LabHost], prefix: str = DEFAULT_PREFIX) -> Plan:
    """Decide names, bridges, MAC addresses and routes of a lab.

    Arguments:
        site: the inventory's folder; only recorded
        hosts: the hosts, in inventory order
        prefix: begins every namespace and machine name; keeps two labs apart

    Raises:
        LabError: with one line for each thing that cannot be built

    """
    problems = [*_check_prefix(prefix), *_check_hosts(hosts)]
    if problems:
        raise LabError("\n".join(problems))
    network = _management_network(hosts)
    bridges = _bridges(hosts)
    first = int(network.network_address) + 257  # RFC 3927 section 2.1 reserves the first 256 addresses
    machines = tuple(
        Machine(
            host=host,
            namespace=f"{prefix}{host.name}",
            machine_id=hashlib.sha256(f"{site}\0{prefix}\0{host.name}".encode()).hexdigest()[:32],
            management=Link(
                interface=MANAGEMENT_INTERFACE,
                wanted=MANAGEMENT_INTERFACE,
                mac=_mac(prefix, host.name, MANAGEMENT_INTERFACE),
                port=f"p{index}m",
                bridge=MANAGEMENT_BRIDGE,
                address=IPv4Interface((first + 1 + index, network.prefixlen)),
            ),
            links=tuple(_links(prefix, index, host, bridges)),
            loopback=tuple(address for name, address in host.interfaces.items() if _is_loopback(name)),
            gateway=_gateway(host, hosts),
        )
        for index, host in enumerate(hosts)
    )
    controller = Link(
        interface=MANAGEMENT_INTERFACE,
        wanted=MANAGEMENT_INTERFACE,
        mac=_mac(prefix, "", CONTROLLER),
        port="controller",
        bridge=MANAGEMENT_BRIDGE,
        address=IPv4Interface((first, network.prefixlen)),
    )
    return Plan(site, prefix, machines, bridges, controller, tuple(hosts))


def check_prefix(prefix: str) -> None:
    """Refuse a prefix that cannot begin a namespace name; raises :class:`LabError`."""
    for problem in _check_prefix(prefix):
        raise LabError(problem)


def _check_prefix(prefix: str) -> Iterator[str]:
    if not _PREFIX.fullmatch(prefix):
        yield f"prefix {prefix!r}: at most 15 of a-z, 0-9 and -, and the last a '-', for example 'na-'"


def _check_hosts(hosts: Sequence[LabHost]) -> Iterator[str]:
    if not hosts:
        yield "the inventory has no host to build a lab from"
    for host in hosts:
        for problem in _check_host(host):
            yield f"host {host.name!r}: {problem}"
    yield from _check_unique("host name", [(host.name, host.name) for host in hosts])
    yield from _check_unique("hostname", [(str(host.hostname), host.name) for host in hosts])
    own = [(str(address.ip), host.name) for host in hosts for address in set(host.interfaces.values())]
    yield from _check_unique("interface address", own)
    yield from _check_segments(hosts)


def _check_host(host: LabHost) -> Iterator[str]:
    if not _HOST_NAME.fullmatch(host.name):
        yield "a machine's name has at most 47 of A-Z, a-z, 0-9, '.', '_' and '-', no other at either end"
    if host.name == CONTROLLER:
        yield "the lab calls its own end of the management network so; rename the host"
    if not _USER_NAME.fullmatch(host.username):
        yield f"user name {host.username!r} is not one that Debian accepts"
    if isinstance(host.hostname, str) and not _NAMED_ADDRESS.fullmatch(host.hostname):
        yield f"hostname {host.hostname!r} is neither an IPv4 address nor a host name"
    if not 0 < host.port < 1 << 16:
        yield f"port {host.port} is not a TCP port"
    for name, address in host.interfaces.items():
        if name == MANAGEMENT_INTERFACE:
            yield f"interface {name}: the lab's management interface has this name; rename it"
        if not name or "\n" in name or "\0" in name:
            yield f"interface {name!r}: not a name"
        if address.ip.is_multicast or address.ip.is_unspecified:
            yield f"interface {name}: {address} is not a host address"


def _check_unique(what: str, pairs: Iterable[tuple[str, str]]) -> Iterator[str]:
    seen: dict[str, list[str]] = {}
    for value, host in pairs:
        seen.setdefault(value, []).append(host)
    for value, owners in seen.items():
        if len(owners) > 1:
            yield f"{what} {value} is used by {', '.join(owners)}"


def _check_segments(hosts: Sequence[LabHost]) -> Iterator[str]:
    """Overlapping but unequal subnets leave open which interfaces share a segment."""
    networks = sorted(_segments(hosts))
    for one, other in pairwise(networks):
        if one.overlaps(other):
            yield f"subnets {one} and {other} overlap: a segment's interfaces must have one prefix length"


def _is_loopback(name: str) -> bool:
    return name == "lo" or name.startswith("lo:")


def _segments(hosts: Sequence[LabHost]) -> dict[IPv4Network, None]:
    """List the subnets of all interfaces but loopbacks, in order of first appearance."""
    return {
        address.network: None
        for host in hosts
        for name, address in host.interfaces.items()
        if not _is_loopback(name) and address.network.prefixlen < _SLASH_32
    }


def _bridges(hosts: Sequence[LabHost]) -> dict[IPv4Network, str]:
    return {network: f"br{index}" for index, network in enumerate(_segments(hosts))}


def _management_network(hosts: Sequence[LabHost]) -> IPv4Network:
    used = [address.network for host in hosts for address in host.interfaces.values()]
    used += [IPv4Network(host.hostname) for host in hosts if isinstance(host.hostname, IPv4Address)]
    for network in MANAGEMENT_NETWORKS:
        if not any(network.overlaps(one) for one in used):
            return network
    tried = ", ".join(str(network) for network in MANAGEMENT_NETWORKS)
    raise LabError(f"no address range left for the lab's management network: the inventory uses all of {tried}")


def _links(prefix: str, index: int, host: LabHost, bridges: Mapping[IPv4Network, str]) -> Iterator[Link]:
    taken = set(host.interfaces)
    ethernets = [(name, address) for name, address in host.interfaces.items() if not _is_loopback(name)]
    for number, (name, address) in enumerate(ethernets):
        interface = name if _INTERFACE_NAME.fullmatch(name) else _linux_name(name, number, taken)
        taken.add(interface)
        # A /32 is alone on its segment; it still gets a cable, so that the interface exists and has a carrier.
        bridge = bridges.get(address.network, f"alone{index}x{number}")
        yield Link(interface, name, _mac(prefix, host.name, name), f"p{index}x{number}", bridge, address)


def _linux_name(wanted: str, number: int, taken: set[str]) -> str:
    """Shorten ``GigabitEthernet0/1`` to ``Gi0-1``: no slash, at most 15 characters.

    >>> _linux_name("GigabitEthernet0/1", 0, set())
    'Gi0-1'
    """
    match = re.fullmatch(r"([A-Za-z]*)[^0-9]*([0-9].*)?", wanted)
    letters, digits = match.groups() if match else ("", None)
    short = (letters or "")[:2] + re.sub(r"[^A-Za-z0-9.]+", "-", digits or "")
    usable = _INTERFACE_NAME.fullmatch(short) and short not in taken and not _is_loopback(short)
    return short if usable else f"if{number}"


def _gateway(host: LabHost, hosts: Sequence[LabHost]) -> IPv4Address | None:
    """Find the lowest-addressed router on the first of the host's segments that has one; routers have none."""
    if host.role == "router":
        return None
    routers = [address for other in hosts if other.role == "router" for address in other.interfaces.values()]
    for name, own in host.interfaces.items():
        if _is_loopback(name):
            continue
        near = [address.ip for address in routers if address.network == own.network]
        if near:
            return min(near)
    return None


def _mac(prefix: str, host: str, interface: str) -> str:
    """Derive a locally administered unicast MAC address; the same at every boot."""
    digest = hashlib.sha256(f"{prefix}\0{host}\0{interface}".encode()).digest()
    return ":".join(f"{byte:02x}" for byte in (0x02, *digest[:5]))
