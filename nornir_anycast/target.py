"""What a site's connections lead to: its lab twin when that is up, else the hosts themselves."""

from __future__ import annotations

from dataclasses import replace
from ipaddress import IPv4Address
from pathlib import Path

from nornir_anycast.connection import prepare_connections
from nornir_anycast.errors import LabError
from nornir_anycast.lab import LabHost, find_lab
from nornir_anycast.site import Site, documentation_hosts, load_site


def open_site(directory: Path, *, live: bool = False) -> Site:
    """Load a site and make it ready for work.

    While a lab twin of the site is up, everything goes there: a rehearsal never touches the network by mistake.
    Call it before any thread starts: the process moves into the lab's network namespace.

    Arguments:
        directory: see `load_site`.
        live: leave a running lab aside and talk to the hosts themselves.

    Raises:
        InventoryError: the inventory cannot be read or is wrong.
        LabError: its hosts exist only in a lab (documentation addresses), and the lab is not up; or not root.

    """
    site = load_site(directory)
    lab = None if live else find_lab(site.directory)
    if lab:
        lab.enter()
        prepare_connections(site.nornir, key_file=lab.key_file, known_hosts=lab.known_hosts, addresses=lab.addresses)
        return replace(site, in_lab=True)
    if hosts := documentation_hosts(site.intent):
        raise LabError(
            f"{', '.join(hosts)} have documentation addresses (RFC 5737), which exist only in a lab, and the lab of "
            f"{site.directory} is not up; start it: nornir-anycast --site {directory} lab up"
        )
    prepare_connections(site.nornir)
    return site


def lab_hosts(site: Site) -> list[LabHost]:
    """What the lab has to build for this site."""
    return [
        LabHost(
            name=host.name,
            role=host.role,
            interfaces={name: interface.address for name, interface in host.interfaces.items()},
            hostname=_address_or_name(host.hostname),
            username=site.nornir.inventory.hosts[host.name].username or "root",
            cli=not host.is_linux,
            tree=host.lab.tree,
            port=site.nornir.inventory.hosts[host.name].port or 22,
        )
        for host in site.intent.hosts.values()
    ]


def _address_or_name(hostname: str) -> IPv4Address | str:
    try:
        return IPv4Address(hostname)
    except ValueError:
        return hostname
