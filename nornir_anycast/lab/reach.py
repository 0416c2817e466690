"""Ask machines whether SSH answers, from the controller's namespace, many at once."""

from __future__ import annotations

import selectors
import socket
import time
from collections.abc import Iterable
from contextlib import ExitStack, suppress
from ipaddress import IPv4Address
from pathlib import Path

from nornir_anycast.lab import namespaces
from nornir_anycast.lab.plan import Machine

_BANNER = b"SSH-"
_FRR_DAEMONS = ("zebra", "ospfd")


def answering(controller: str, machines: Iterable[Machine], timeout_s: float) -> set[str]:
    """Name the machines whose sshd sends its banner (RFC 4253 section 4.2).

    Arguments:
        controller: name of the controller's namespace; sockets are made in there and nowhere else
        machines: whom to ask
        timeout_s: how long to wait for all of them together, seconds

    Raises:
        OSError: the namespace is gone

    """
    deadline = time.monotonic() + timeout_s
    found: set[str] = set()
    with ExitStack() as stack, selectors.DefaultSelector() as selector:
        with namespaces.entered(controller):
            for machine in machines:
                connection = stack.enter_context(socket.socket(socket.AF_INET, socket.SOCK_STREAM))
                _begin(connection, machine.address, machine.host.port)
                selector.register(connection, selectors.EVENT_READ, machine.name)
        while selector.get_map() and (left := deadline - time.monotonic()) > 0:
            for key, _ in selector.select(left):
                selector.unregister(key.fileobj)
                if isinstance(key.fileobj, socket.socket) and _has_banner(key.fileobj):
                    found.add(key.data)
    return found


def _begin(connection: socket.socket, address: IPv4Address, port: int) -> None:
    connection.setblocking(False)  # noqa: FBT003 - the socket module's own signature
    with suppress(OSError):  # EINPROGRESS; a failure shows when the socket is read
        connection.connect((str(address), port))


def _has_banner(connection: socket.socket) -> bool:
    with suppress(OSError):
        return connection.recv(len(_BANNER)) == _BANNER
    return False


def routing_ready(machine: Machine, leader: int) -> bool:
    """Say whether the routing daemons that a machine starts at boot take commands: a router's CLI needs them."""
    folder = Path(f"/proc/{leader}/root/run/frr")
    return not machine.host.runs_frr or all((folder / f"{daemon}.vty").exists() for daemon in _FRR_DAEMONS)
