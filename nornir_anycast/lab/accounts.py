"""The users of a root tree: read them, add the inventory's, write them back (passwd(5), group(5), shadow(5))."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from nornir_anycast.errors import LabError

ROUTER_CLI = "/usr/bin/vtysh"
# frrvty opens the daemons' sockets; frr owns the configuration that `write memory` writes.
_ROUTER_CLI_GROUPS = ("frrvty", "frr")
_FIRST_ID = 1000


@dataclass(frozen=True, slots=True)
class Account:
    """One line of passwd(5)."""

    name: str
    uid: int
    gid: int
    comment: str
    home: str
    shell: str

    @classmethod
    def parse(cls, line: str) -> Account:
        """Read a line of passwd(5); raises ValueError."""
        name, _, uid, gid, comment, home, shell = line.split(":")
        return cls(name, int(uid), int(gid), comment, home, shell)

    def line(self) -> str:
        """Render the line of passwd(5); the password is in shadow(5)."""
        return f"{self.name}:x:{self.uid}:{self.gid}:{self.comment}:{self.home}:{self.shell}"


@dataclass(slots=True)
class Accounts:
    """The users and groups of one tree, changed in memory; :meth:`files` renders them."""

    users: dict[str, Account]
    groups: list[list[str]]
    shadow: list[str]

    @classmethod
    def read(cls, tree: Path) -> Accounts:
        """Read the database of an unpacked tree; raises :class:`LabError` if it has none."""
        try:
            passwd, group, shadow = (
                (tree / "etc" / name).read_text(encoding="utf-8").splitlines() for name in ("passwd", "group", "shadow")
            )
            users = {account.name: account for account in map(Account.parse, filter(None, passwd))}
        except (OSError, ValueError) as error:
            raise LabError(f"root tree {tree}: its user database cannot be read: {error}") from error
        return cls(users, [line.split(":") for line in group if line], shadow)

    def user(self, name: str) -> Account:
        """Find a user; raises :class:`LabError`."""
        try:
            return self.users[name]
        except KeyError:
            raise LabError(f"the root tree has no user {name!r}") from None

    def group_id(self, name: str) -> int:
        """Find a group's number; raises :class:`LabError`."""
        for fields in self.groups:
            if fields[0] == name:
                return int(fields[2])
        raise LabError(f"the root tree has no group {name!r}")

    def ensure(self, name: str) -> Account:
        """Find a user, or create it with a home, a group of its own, bash, and no password to guess."""
        if name not in self.users:
            taken = {account.uid for account in self.users.values()} | {int(fields[2]) for fields in self.groups}
            number = next(one for one in range(_FIRST_ID, _FIRST_ID + len(taken) + 1) if one not in taken)
            self.users[name] = Account(name, number, number, "", f"/home/{name}", "/bin/bash")
            self.groups.append([name, "x", str(number), ""])
            # '*' matches no password; '!' would lock the account for keys too (sshd(8)).
            self.shadow.append(f"{name}:*:19000:0:99999:7:::")
        return self.users[name]

    def make_router_cli(self, name: str) -> Account:
        """Give a user the router's CLI as login shell; raises :class:`LabError` if the tree has no FRR."""
        for group in _ROUTER_CLI_GROUPS:
            self.group_id(group)
        for fields in self.groups:
            members = [member for member in fields[3].split(",") if member]
            if fields[0] in _ROUTER_CLI_GROUPS and name not in members:
                fields[3] = ",".join([*members, name])
        self.users[name] = replace(self.user(name), shell=ROUTER_CLI)
        return self.users[name]

    def passwd_text(self) -> str:
        """Render passwd(5)."""
        return _text(account.line() for account in self.users.values())

    def group_text(self) -> str:
        """Render group(5)."""
        return _text(":".join(fields) for fields in self.groups)

    def shadow_text(self) -> str:
        """Render shadow(5)."""
        return _text(self.shadow)


def _text(lines: Iterable[str]) -> str:
    return "".join(f"{line}\n" for line in lines)
