"""The lab's cables: bridges, veth pairs, addresses and routes, as input of ``ip -batch``.

The text is made by pure functions; :func:`lay_fabric`, :func:`connect` and :func:`cut` carry it out. All of it happens
inside the lab's namespaces: in the machine's own one there is no interface, address or route of the lab at any time.
"""

from __future__ import annotations

import subprocess
from collections.abc import Iterable
from contextlib import suppress
from ipaddress import IPv4Address

from nornir_anycast.errors import LabError
from nornir_anycast.lab import namespaces
from nornir_anycast.lab.plan import MANAGEMENT_BRIDGE, MANAGEMENT_INTERFACE, Link, Machine, Plan


def fabric_batch(plan: Plan) -> list[str]:
    """Render the bridges and the controller's cable, for the bridges' namespace."""
    names = [MANAGEMENT_BRIDGE, *plan.bridges.values()]
    names += [link.bridge for machine in plan.machines for link in machine.links if link.bridge not in names]
    lines = []
    for name in names:
        # Snooping would ask for an IGMP querier before it forwards multicast beyond 224.0.0.x; a plain switch does not.
        lines += [f"link add {name} type bridge mcast_snooping 0", f"link set {name} up"]
    return lines + _cable(plan.controller, plan.controller_namespace)


def controller_batch(plan: Plan) -> list[str]:
    """Render the controller's end of the management network, with a route to every address SSH may be asked for."""
    lines = [*_address_lines(plan.controller), f"link set {MANAGEMENT_INTERFACE} up"]
    for machine in plan.machines:
        lines.append(_neighbour(machine.address, machine.management.mac))
        hostname = machine.host.hostname
        if isinstance(hostname, IPv4Address):
            lines.append(f"route add {hostname}/32 via {machine.address} dev {MANAGEMENT_INTERFACE}")
    return lines


def cable_batch(machine: Machine) -> list[str]:
    """Render the cables of one machine, for the bridges' namespace."""
    lines = [line for link in machine.links for line in _cable(link, machine.namespace)]
    # Isolated ports reach the controller's port only: no host can talk to another one behind its routers' back.
    isolated = f"link set {machine.management.port} type bridge_slave isolated on"
    return [*lines, *_cable(machine.management, machine.namespace), isolated]


def machine_batch(plan: Plan, machine: Machine) -> list[str]:
    """Render what one machine finds at power on: addresses, the default route, the way back to the controller."""
    lines = ["link set lo up"]
    lines += [f"address add {address} dev lo" for address in machine.loopback]
    for link in machine.links:
        lines += [*_address_lines(link), f"link set {link.interface} up"]
    if machine.gateway is not None:
        lines.append(f"route add default via {machine.gateway}")
    lines += [*_address_lines(machine.management), f"link set {MANAGEMENT_INTERFACE} up"]
    lines.append(_neighbour(plan.controller.address.ip, plan.controller.mac))
    hostname = machine.host.hostname
    if isinstance(hostname, IPv4Address) and not machine.holds(hostname):
        lines.append(f"address add {hostname}/32 dev {MANAGEMENT_INTERFACE}")
    return lines


def lay_fabric(plan: Plan) -> None:
    """Create the bridges' and the controller's namespaces; raises :class:`LabError` or OSError."""
    for name in (plan.bridges_namespace, plan.controller_namespace):
        namespaces.create(name)
    # The switches are no hosts: without this each bridge and port would speak IPv6, where the kernel has it.
    with namespaces.entered(plan.bridges_namespace), suppress(FileNotFoundError):
        namespaces.IPV6_OFF.write_text("1", encoding="ascii")
    _run(plan.bridges_namespace, fabric_batch(plan))
    _run(plan.controller_namespace, ["link set lo up", *controller_batch(plan)])


def connect(plan: Plan, machine: Machine) -> None:
    """Give a machine a fresh namespace and plug it in; raises :class:`LabError` or OSError."""
    cut(plan, machine)
    namespaces.create(machine.namespace)
    _run(plan.bridges_namespace, cable_batch(machine))
    _run(machine.namespace, machine_batch(plan, machine))


def cut(plan: Plan, machine: Machine) -> None:
    """Unplug a machine and drop its namespace, so that a machine that is off does not go on answering ARP and ping."""
    with namespaces.entered(plan.bridges_namespace):
        ports = [link.port for link in (*machine.links, machine.management) if namespaces.has_interface(link.port)]
    if ports:
        _run(plan.bridges_namespace, [f"link delete {port}" for port in ports])
    namespaces.delete(machine.namespace)


def _cable(link: Link, namespace: str) -> list[str]:
    return [
        f"link add {link.port} type veth peer name {link.interface} address {link.mac} netns {namespace}",
        f"link set {link.port} master {link.bridge} up",
    ]


def _address_lines(link: Link) -> list[str]:
    broadcast = " broadcast +" if link.address.network.prefixlen < 31 else ""  # noqa: PLR2004 - RFC 3021
    return [f"address add {link.address}{broadcast} dev {link.interface}"]


def _neighbour(address: IPv4Address, mac: str) -> str:
    return f"neighbour add {address} lladdr {mac} dev {MANAGEMENT_INTERFACE} nud permanent"


def _run(namespace: str, lines: Iterable[str]) -> None:
    text = "\n".join(lines) + "\n"
    command = ["ip", "-n", namespace, "-batch", "-"]
    done = subprocess.run(command, input=text, capture_output=True, text=True, check=False)  # noqa: S603 - no shell
    if done.returncode != 0:
        raise LabError(f"ip in namespace {namespace}: {done.stderr.strip()}")
