"""What one machine's root file system has on top of its tree: a pure function from a machine to files.

The tree is shared, read-only, by all machines; these files go into the upper layer of the machine's overlay before it
is mounted, so that nothing needs to run inside the tree to prepare a host.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import IPv4Network
from pathlib import Path
from typing import Literal

from nornir_anycast.errors import LabError
from nornir_anycast.lab.accounts import Account, Accounts
from nornir_anycast.lab.keys import KeyPair
from nornir_anycast.lab.plan import Machine, Plan

# Units that cost boot time or memory and mean nothing in a container: consoles, package and disk housekeeping, boot
# records, sessions. Masked in the machine, not removed from the tree.
MASKED_UNITS = (
    "apt-daily-upgrade.timer",
    "apt-daily.timer",
    "console-getty.service",
    "dev-hugepages.mount",
    "dev-mqueue.mount",
    "dpkg-db-backup.timer",
    "e2scrub_all.timer",
    "e2scrub_reap.service",
    "fstrim.timer",
    "getty.target",
    "ldconfig.service",
    "logrotate.timer",
    "systemd-ask-password-console.path",
    "systemd-ask-password-wall.path",
    "systemd-binfmt.service",
    "systemd-firstboot.service",
    "systemd-homed.service",
    "systemd-journal-catalog-update.service",
    "systemd-machine-id-commit.service",
    "systemd-modules-load.service",
    "systemd-pcrphase-sysinit.service",
    "systemd-pcrphase.service",
    "systemd-pstore.service",
    "systemd-random-seed.service",
    "systemd-repart.service",
    "systemd-resolved.service",
    "systemd-sysusers.service",
    "systemd-timesyncd.service",
    "systemd-tmpfiles-clean.timer",
    "systemd-update-done.service",
    "systemd-update-utmp-runlevel.service",
    "systemd-update-utmp.service",
)

# Enabled by their packages; a host starts with none of its services configured or running.
_DISABLED_UNITS = ("dnsmasq.service", "frr.service", "ospfd.service", "zebra.service")

# Started when something asks for it (`systemctl reboot` does), not at boot.
_ON_DEMAND_UNITS = ("systemd-logind.service",)
_WANTS_OF_PACKAGES = "usr/lib/systemd/system/multi-user.target.wants"
_WANTS = "etc/systemd/system/multi-user.target.wants"

_JOURNAL = """\
[Journal]
Storage=volatile
RuntimeMaxUse=16M
RuntimeMaxFileSize=2M
ForwardToConsole=no
"""


@dataclass(frozen=True, slots=True)
class Entry:
    """One path of the upper layer, relative to the root.

    ``kind`` is ``file`` (``content`` is its text), ``link`` (its target), ``directory``, or ``absent``: the tree's file
    is hidden. ``mode`` is for files and directories; owners are numbers as the tree knows them.
    """

    path: str
    kind: Literal["file", "link", "directory", "absent"]
    content: str = ""
    mode: int = 0o644
    uid: int = 0
    gid: int = 0


def entries(plan: Plan, machine: Machine, tree: Path, login: str, host_key: KeyPair) -> list[Entry]:
    """List what a machine has on top of its tree; directories come before what is in them.

    Arguments:
        plan: the whole lab, for /etc/hosts
        machine: the machine
        tree: the unpacked root file system below it; read for its users and its FRR and sshd settings
        login: public key that may log in
        host_key: the machine's own SSH key

    Raises:
        LabError: the tree lacks what the host needs

    """
    accounts = Accounts.read(tree)
    account = accounts.ensure(machine.host.username)
    if machine.host.cli:
        account = accounts.make_router_cli(machine.host.username)
    return [
        *_identity(plan, machine),
        *_units(machine, tree),
        *_ssh(machine, tree, host_key, plan.controller.address.network),
        *_login(account, "\n".join([login, *machine.host.keys])),
        *_accounts(accounts),
        *_forwarding(machine),
        *(_frr(machine, tree, accounts) if machine.host.runs_frr else ()),
    ]


def _identity(plan: Plan, machine: Machine) -> Iterator[Entry]:
    yield Entry("etc/hostname", "file", f"{machine.name.replace('_', '-')}\n")
    yield Entry("etc/machine-id", "file", f"{machine.machine_id}\n", 0o444)
    yield Entry("etc/hosts", "file", _hosts_file(plan, machine))
    yield Entry("etc/resolv.conf", "file", "")
    yield Entry("etc/systemd/journald.conf.d/50-lab.conf", "file", _JOURNAL)
    # systemd-update-done(8): without these stamps every machine rebuilds caches at its first boot.
    yield Entry("etc/.updated", "file")
    yield Entry("var/.updated", "file")


def _hosts_file(plan: Plan, machine: Machine) -> str:
    lines = ["127.0.0.1 localhost", f"127.0.1.1 {machine.name}", "::1 localhost ip6-localhost ip6-loopback"]
    for other in plan.machines:
        own = [*(link.address for link in other.links), *other.loopback]
        if other is not machine and own:
            lines.append(f"{own[0].ip} {other.name}")
    return "\n".join(lines) + "\n"


def _units(machine: Machine, tree: Path) -> Iterator[Entry]:
    for unit in MASKED_UNITS:
        yield Entry(f"etc/systemd/system/{unit}", "link", "/dev/null")
    enabled = {"ssh.service", "frr.service"} if machine.host.runs_frr else {"ssh.service"}
    for unit in sorted(enabled):
        yield Entry(f"{_WANTS}/{unit}", "link", _unit_file(tree, unit))
    for unit in _DISABLED_UNITS:
        if unit not in enabled and (tree / _WANTS / unit).is_symlink():
            yield Entry(f"{_WANTS}/{unit}", "absent")
    for unit in _ON_DEMAND_UNITS:
        if (tree / _WANTS_OF_PACKAGES / unit).is_symlink():
            yield Entry(f"{_WANTS_OF_PACKAGES}/{unit}", "absent")


def _unit_file(tree: Path, unit: str) -> str:
    for folder in ("lib/systemd/system", "usr/lib/systemd/system"):
        if (tree / folder / unit).is_file():
            return f"/{folder}/{unit}"
    raise LabError(f"root tree {tree}: no {unit} in it")


def _ssh(machine: Machine, tree: Path, host_key: KeyPair, management: IPv4Network) -> Iterator[Entry]:
    yield Entry("etc/ssh/ssh_host_ed25519_key", "file", host_key.private, 0o600)
    yield Entry("etc/ssh/ssh_host_ed25519_key.pub", "file", f"{host_key.public}\n")
    lines = [
        f"Port {machine.host.port}",
        "HostKey /etc/ssh/ssh_host_ed25519_key",
        "PasswordAuthentication no",
        "KbdInteractiveAuthentication no",
        "PermitRootLogin prohibit-password",
        "UseDNS no",
    ]
    if b"persourcepenaltyexemptlist" in (tree / "usr/sbin/sshd").read_bytes().lower():
        # From OpenSSH 9.8 on, a source that asks for the banner and hangs up is locked out for 15 s and more; an older
        # one refuses to start with a keyword that it does not know.
        lines.append(f"PerSourcePenaltyExemptList {management}")
    yield Entry("etc/ssh/sshd_config.d/00-lab.conf", "file", "\n".join(lines) + "\n")
    config = tree / "etc/ssh/sshd_config"
    own = config.read_text(encoding="utf-8") if config.is_file() else ""
    if "\nInclude /etc/ssh/sshd_config.d/" not in f"\n{own}":
        # The first value of a keyword counts (sshd_config(5)).
        yield Entry("etc/ssh/sshd_config", "file", f"Include /etc/ssh/sshd_config.d/*.conf\n{own}")


def _accounts(accounts: Accounts) -> Iterator[Entry]:
    yield Entry("etc/passwd", "file", accounts.passwd_text())
    yield Entry("etc/group", "file", accounts.group_text())
    # The group may read it: vtysh, run by another user than root, asks PAM whether the account is valid.
    yield Entry("etc/shadow", "file", accounts.shadow_text(), 0o640, 0, accounts.group_id("shadow"))


def _login(account: Account, login: str) -> Iterator[Entry]:
    home = account.home.lstrip("/")
    owner = (account.uid, account.gid)
    yield Entry(home, "directory", "", 0o700, *owner)
    yield Entry(f"{home}/.ssh", "directory", "", 0o700, *owner)
    yield Entry(f"{home}/.ssh/authorized_keys", "file", f"{login}\n", 0o600, *owner)
    if account.uid != 0:
        yield Entry("etc/sudoers.d/lab", "file", f"{account.name} ALL=(ALL:ALL) NOPASSWD: ALL\n", 0o440)


def _forwarding(machine: Machine) -> Iterator[Entry]:
    value = int(machine.host.role == "router")
    yield Entry("etc/sysctl.d/50-lab.conf", "file", f"net.ipv4.ip_forward = {value}\n")


def _frr(machine: Machine, tree: Path, accounts: Accounts) -> Iterator[Entry]:
    daemons = tree / "etc/frr/daemons"
    if not daemons.is_file():
        raise LabError(f"root tree {tree}: host {machine.name} needs FRR, and /etc/frr/daemons is not in it")
    lines = daemons.read_text(encoding="utf-8").splitlines()
    text = "\n".join("ospfd=yes" if line.strip() == "ospfd=no" else line for line in lines) + "\n"
    uid, gid = accounts.user("frr").uid, accounts.group_id("frr")
    # A CLI user is a member of the group, and `write memory` renames files in this folder as that user.
    yield Entry("etc/frr", "directory", "", 0o770, uid, gid)
    yield Entry("etc/frr/daemons", "file", text, 0o640, uid, gid)
    config = f"frr defaults traditional\nhostname {machine.name}\nservice integrated-vtysh-config\n!\n"
    yield Entry("etc/frr/frr.conf", "file", config, 0o660, uid, gid)
    yield Entry("etc/frr/vtysh.conf", "file", "service integrated-vtysh-config\n", 0o660, uid, gid)
