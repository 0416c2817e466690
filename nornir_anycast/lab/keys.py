"""SSH keys of a lab: made when it is booted, pinned on both sides, gone with it."""

from __future__ import annotations

from dataclasses import dataclass

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from nornir_anycast.lab.plan import Machine

_SSH_PORT = 22


@dataclass(frozen=True, slots=True)
class KeyPair:
    """An ed25519 key pair as OpenSSH writes it: ``private`` is a whole file, ``public`` is ``ssh-ed25519 AAAA...``."""

    private: str
    public: str


def make_key_pair() -> KeyPair:
    """Make a new ed25519 key pair without a passphrase."""
    key = Ed25519PrivateKey.generate()
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.OpenSSH, serialization.NoEncryption()
    )
    public = key.public_key().public_bytes(serialization.Encoding.OpenSSH, serialization.PublicFormat.OpenSSH)
    return KeyPair(private.decode("ascii"), public.decode("ascii"))


def known_hosts_line(machine: Machine, public: str) -> str:
    """Render the known_hosts entry of a machine, for its hostname and its management address (sshd(8))."""
    names = [str(machine.host.hostname), str(machine.address)]
    if machine.host.port != _SSH_PORT:
        names = [f"[{name}]:{machine.host.port}" for name in names]
    return f"{','.join(names)} {public}\n"
