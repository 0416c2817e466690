"""What a site's connections lead to: its lab twin when that is up, else the hosts themselves."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from ipaddress import IPv4Address
from pathlib import Path

from nornir_anycast.connection import CONNECTION_NAME, prepare_connections
from nornir_anycast.errors import LabError
from nornir_anycast.intent import Intent
from nornir_anycast.lab import LabHost, find_lab
from nornir_anycast.site import Site, documentation_hosts, keep_intent, load_site

_PUBLIC_KEY = re.compile(r"(ssh|ecdsa|sk)-[A-Za-z0-9@.-]+ [A-Za-z0-9+/=]+( [ -~]*)?\Z")
LAB_USER = "root"
"""Who logs in on the lab's hosts where the inventory names nobody."""


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
        prepare_connections(
            site.nornir,
            key_file=lab.key_file,
            known_hosts=lab.known_hosts,
            addresses=lab.addresses,
            username=LAB_USER,
        )
        renamed = {machine.name: machine.renamed for machine in lab.plan.machines if machine.renamed}
        return replace(site, in_lab=True, intent=_rename_interfaces(site, renamed))
    if hosts := documentation_hosts(site.intent):
        raise LabError(
            f"{', '.join(hosts)} have documentation addresses (RFC 5737), which exist only in a lab, and the lab of "
            f"{site.directory} is not up; start it: nornir-anycast --site {directory} lab up"
        )
    prepare_connections(site.nornir)
    return site


def _rename_interfaces(site: Site, renamed: Mapping[str, Mapping[str, str]]) -> Intent:
    """Call interfaces what the lab calls them: Linux takes no `GigabitEthernet0/0`."""
    hosts = dict(site.intent.hosts)
    for name, names in renamed.items():
        interfaces = {names.get(wanted, wanted): value for wanted, value in hosts[name].interfaces.items()}
        hosts[name] = hosts[name].model_copy(update={"interfaces": interfaces})
    intent = site.intent.model_copy(update={"hosts": hosts})
    keep_intent(site.nornir, intent)
    return intent


def lab_hosts(site: Site) -> list[LabHost]:
    """What the lab has to build for this site."""
    return [
        LabHost(
            name=host.name,
            role=host.role,
            interfaces={name: interface.address for name, interface in host.interfaces.items()},
            hostname=_address_or_name(host.hostname),
            username=site.nornir.inventory.hosts[host.name].username or LAB_USER,
            cli=not host.is_linux,
            tree=host.lab.tree,
            port=site.nornir.inventory.hosts[host.name].port or 22,
            keys=_public_keys(site, host.name),
        )
        for host in site.intent.hosts.values()
    ]


def _public_keys(site: Site, host: str) -> tuple[str, ...]:
    """The public half of the key that the inventory names: with it the operator rehearses as in earnest."""
    extras = site.nornir.inventory.hosts[host].get_connection_parameters(CONNECTION_NAME).extras or {}
    if not extras.get("key_file"):
        return ()
    try:
        lines = Path(f"{extras['key_file']}.pub").expanduser().read_text(encoding="utf-8").splitlines()
    except (OSError, ValueError):
        return ()  # then the lab refuses the key, and the message names it
    return tuple(line for line in lines[:1] if _PUBLIC_KEY.match(line))


def _address_or_name(hostname: str) -> IPv4Address | str:
    try:
        return IPv4Address(hostname)
    except ValueError:
        return hostname
