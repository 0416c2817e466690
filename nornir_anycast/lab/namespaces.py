"""Named network namespaces, as ``ip netns`` knows them: files below /run/netns.

``ip netns add`` also makes /run/netns a shared mount of its own, which stays behind for good. Nothing here needs that:
a namespace's file is enough for ``ip``, ``nsenter`` and systemd-nspawn.
"""

from __future__ import annotations

import errno
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from nornir_anycast.lab import syscalls

FOLDER = Path("/run/netns")
IPV6_OFF = Path("/proc/sys/net/ipv6/conf/default/disable_ipv6")

# A new namespace copies net.ipv4.conf.all and default from the machine's own one (net.core.devconf_inherit_init_net),
# so a machine that forwards or filters would give its habits to every host. These are the kernel's own defaults.
_KERNEL_DEFAULTS = {
    "forwarding": "0",
    "rp_filter": "0",
    "arp_ignore": "0",
    "arp_announce": "0",
    "arp_filter": "0",
    "accept_local": "0",
    "proxy_arp": "0",
    "accept_redirects": "1",
    "send_redirects": "1",
}


def path_of(name: str) -> Path:
    """Name the file of a namespace."""
    return FOLDER / name


def create(name: str) -> None:
    """Create a named network namespace with the kernel's default settings, loopback down; raises OSError."""
    FOLDER.mkdir(mode=0o755, exist_ok=True)
    path = path_of(name)
    os.close(os.open(path, os.O_RDONLY | os.O_CREAT | os.O_EXCL, 0))
    with syscalls.network_namespace(None):
        for scope in ("all", "default"):
            for key, value in _KERNEL_DEFAULTS.items():
                Path(f"/proc/sys/net/ipv4/conf/{scope}/{key}").write_text(value, encoding="ascii")
        syscalls.mount("/proc/thread-self/ns/net", path, flags=syscalls.MS_BIND)


@contextmanager
def entered(name: str) -> Iterator[None]:
    """Be inside a named namespace for a while (the calling thread only); raises OSError."""
    with syscalls.network_namespace(path_of(name)):
        yield


def has_interface(name: str) -> bool:
    """Say whether the namespace the calling thread is in has an interface of that name."""
    return name in {interface for _, interface in socket.if_nameindex()}


def delete(name: str) -> None:
    """Delete a named namespace; one that is not there is fine. Processes inside keep it alive until they end."""
    path = path_of(name)
    with suppress(FileNotFoundError):
        while True:
            try:
                syscalls.unmount(path)
            except OSError as error:
                if error.errno != errno.EINVAL:  # not, or no longer, a mount point
                    raise
                break
        path.unlink()
    with suppress(OSError):  # somebody else's namespaces, or `ip netns` has made it a mount
        FOLDER.rmdir()


def exists(name: str) -> bool:
    """Say whether there is a namespace of that name."""
    return path_of(name).exists()
