"""What can be lost: hosts and links, by the names that `--without` takes. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network

from nornir_anycast.errors import UsageError
from nornir_anycast.intent import Host, Intent

_LINK = "link:"


@dataclass(frozen=True, slots=True, kw_only=True)
class Loss:
    """A host that is lost, or a link between two."""

    name: str
    """As it is written: `ns1`, `link:r1-r2`, `link:r1-r2@192.0.2.128/30`."""
    hosts: tuple[Host, ...]
    """The host, or both ends of the link."""
    subnet: IPv4Network | None = None
    """Of the link; None: it is a host."""

    @property
    def host(self) -> str | None:
        """Name of the host; None: it is a link."""
        return None if self.subnet else self.hosts[0].name

    @property
    def areas(self) -> set[IPv4Address]:
        """OSPF areas, by the intent, in which something is lost."""
        interfaces = (interface for host in self.hosts for interface in host.interfaces.values())
        return {interface.area for interface in interfaces if self.subnet in (None, interface.network)}


def parse_losses(intent: Intent, text: str) -> tuple[Loss, ...]:
    """Read what `--without` says: names with commas, of nodes, routers and links (`link:A-B`).

    Raises:
        UsageError: no such host or link, a host without OSPF, or a link that is not unique.

    """
    words = [word.strip() for word in text.split(",")]
    if not all(words):
        raise UsageError(f"--without: {text!r}: a name is missing; write NODE, ROUTER or link:A-B, with commas between")
    links = _links(intent)
    return tuple(_link(links, word) if word.startswith(_LINK) else _host(intent, word) for word in dict.fromkeys(words))


def single_losses(intent: Intent) -> tuple[Loss, ...]:
    """Every node, every router, and every link with a router on at least one end.

    Two nodes on a segment are no link: neither can be its DR, so they are not adjacent.
    """
    hosts = [_as_loss(host) for host in speakers(intent)]
    return (*hosts, *(link for link in _links(intent) if any(host.role == "router" for host in link.hosts)))


def speakers(intent: Intent) -> list[Host]:
    """Hosts that take part in OSPF."""
    return [host for host in intent.hosts.values() if host.role != "vantage"]


def _as_loss(host: Host) -> Loss:
    return Loss(name=host.name, hosts=(host,))


def _host(intent: Intent, name: str) -> Loss:
    known = {host.name: host for host in speakers(intent)}
    if name not in known:
        why = "speaks no OSPF: nothing would change" if name in intent.hosts else "no such node or router"
        raise UsageError(f"--without: {name}: {why} (hosts: {', '.join(known)})")
    return _as_loss(known[name])


def _links(intent: Intent) -> list[Loss]:
    """Every two OSPF speakers on one subnet; the subnet is in the name where the two share more than one."""
    hosts = speakers(intent)
    place = {host.name: number for number, host in enumerate(hosts)}
    on_subnet: dict[IPv4Network, dict[str, None]] = {}
    for host in hosts:
        for interface in host.interfaces.values():
            on_subnet.setdefault(interface.network, {})[host.name] = None
    subnets: dict[tuple[str, str], dict[IPv4Network, None]] = {}
    for host in hosts:
        for interface in host.interfaces.values():
            for peer in on_subnet[interface.network]:
                if place[peer] > place[host.name]:
                    subnets.setdefault((host.name, peer), {})[interface.network] = None
    return [
        Loss(
            name=f"{_LINK}{one}-{other}" + (f"@{subnet}" if len(shared) > 1 else ""),
            hosts=(intent.hosts[one], intent.hosts[other]),
            subnet=subnet,
        )
        for (one, other), shared in subnets.items()
        for subnet in shared
    ]


def _link(links: Sequence[Loss], name: str) -> Loss:
    pair, _, subnet = name.removeprefix(_LINK).partition("@")
    found = [
        link
        for link in links
        for one, other in [(link.hosts[0].name, link.hosts[1].name)]
        if pair in (f"{one}-{other}", f"{other}-{one}") and subnet in ("", str(link.subnet))
    ]
    if not found:
        raise UsageError(f"--without: {name}: no such link (links: {', '.join(link.name for link in links)})")
    if len(found) > 1:
        raise UsageError(f"--without: {name}: which of {', '.join(link.name for link in found)}?")
    return found[0]
