"""Hosts that are none: what stands behind `host.connections["netmiko"]` in these tests.

A FakeLinux understands the scripts of this package just as far as these tests need, and keeps what they change.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Mapping
from types import SimpleNamespace
from typing import Any, Self

from netmiko.exceptions import ConfigInvalidException, ReadTimeout
from nornir.core import Nornir
from nornir.core.inventory import Defaults, Groups, Host, Hosts, Inventory
from nornir.plugins.runners import ThreadedRunner

from nornir_anycast.intent import Intent
from nornir_anycast.script import Section
from nornir_anycast.site import INTENT_KEY

_SECTION = re.compile(r"printf '%s begin %s\\n' '(--\w+--)' '([^']*)'\n\(\n(.*?)\n\) </dev/null 2>&1\n", re.DOTALL)
_STAGED = re.compile(r'staged="\$stage/(\d+)"\necho (\S*) \| base64 -d')
_INSTALLED = re.compile(r'cp "\$stage/(\d+)" (\S+)\.new; chown (\S+) \S+; chmod (\d+) \S+\nmv -f')
_UNIT = re.compile(r"systemctl (?:-q )?(enable|start|restart|reload) ([\w-]+)")
_ADDRESS = re.compile(r"ip addr (replace|del) (\S+)/32 dev lo")


class FakeLinux:
    """A Linux host; `scripts` are those it was sent."""

    def __init__(self, daemons: str | None = "zebra=yes\nospfd=no\n") -> None:
        self.files: dict[str, tuple[str, str, str]] = {}
        if daemons is not None:
            self.files["/etc/frr/daemons"] = (daemons, "640", "frr:frr")
        self.tools = ["systemctl", "dnsmasq", "vtysh", "ifup", "python3"]
        self.enabled = {"networking"}
        self.active: set[str] = set()
        self.loopback = ["127.0.0.1/8"]
        self.sysctls = {"net.ipv4.ip_forward": "1"}
        self.running = ""
        self.version = "FRRouting 8.4.4 (r1) on Linux(6.1.0)."
        self.fails: Callable[[str], Section | None] = lambda _: None
        """Given the text of a change, says how it fails."""
        self.is_deaf = False
        """Says that everything was done, and does nothing."""
        self.extra: dict[str, Section] = {}
        """Sections that are answered so, whatever is asked."""
        self.status = 0
        self.errors = b""
        self.cut: int | None = None
        """Bytes of the answer that arrive."""
        self.scripts: list[str] = []

    # What paramiko and netmiko have.
    @property
    def connection(self) -> FakeLinux:
        return self

    @property
    def remote_conn_pre(self) -> FakeLinux:
        return self

    def get_transport(self) -> FakeLinux:
        return self

    def is_active(self) -> bool:
        return True

    def open_session(self, timeout: float) -> FakeChannel:
        assert timeout > 0
        return FakeChannel(self)

    def close(self) -> None:
        """Nornir closes its connections."""

    @property
    def changes(self) -> list[str]:
        """The changes it was asked for."""
        return [text for script in self.scripts for _, name, text in _SECTION.findall(script) if name == "apply"]

    def answer(self, script: str) -> bytes:
        self.scripts.append(script)
        printed, mark = "", "--"
        for mark, name, text in _SECTION.findall(script):
            section = self.extra.get(name) or self.run(name, text)
            printed += f"{mark} begin {name}\n{section.output}\n{mark} end {section.status}\n"
        return f"{printed}{mark} done\n".encode()[: self.cut]

    def run(self, name: str, text: str) -> Section:
        if name == "apply":
            return self.fails(text) or self.apply(text)
        if name.startswith("file "):
            return self.show_file(name.removeprefix("file "))
        units = ("dnsmasq", "frr", "systemd-networkd", "networking")
        shows: dict[str, Callable[[], str]] = {
            "tools": lambda: "\n".join(self.tools),
            "units": lambda: "\n".join(f"{unit} {self.at_boot(unit)} / {self.now(unit)}" for unit in units),
            "loopback": lambda: "\n".join(f"1: lo    inet {address} scope host lo" for address in self.loopback),
            "sysctls": lambda: "\n".join(f"{key} = {value}" for key, value in self.sysctls.items()),
            "frr_running": lambda: f"frr version 8.4.4\n{self.running}",
            "running": lambda: f"frr version 8.4.4\n{self.running}",
            "version": lambda: self.version,
            "ospf_router_id": self.show_ip_ospf,
            "originated": lambda: "\n".join(re.findall(r"permit (\S+)/32", self.running)),
            "dnsmasq_started": lambda: "200",
            "dnsmasq_conflicts": lambda: "",
        }
        return Section(shows[name](), 0)

    def at_boot(self, unit: str) -> str:
        return "enabled" if unit in self.enabled else "disabled"

    def now(self, unit: str) -> str:
        return "active" if unit in self.active else "inactive"

    def show_ip_ospf(self) -> str:
        found = re.search(r"ospf router-id (\S+)", self.running)
        return f" OSPF Routing Process, Router ID: {found[1]}" if found else ""

    def show_file(self, path: str) -> Section:
        if path not in self.files:
            return Section("", 9)
        text, mode, owner = self.files[path]
        return Section(f"{mode} {owner} 100\n{base64.encodebytes(text.encode()).decode()}".rstrip("\n"), 0)

    def apply(self, text: str) -> Section:
        if self.is_deaf:
            return Section("", 0)
        if text.startswith("vtysh "):
            self.enter(re.findall(r"-c '?([^']*?)'?(?= -c|\Z)", text))
            return Section("", 0)
        staged = {number: base64.b64decode(data).decode() for number, data in _STAGED.findall(text)}
        for number, path, owner, mode in _INSTALLED.findall(text):
            self.files[path] = (staged[number], mode.removeprefix("0"), owner)
        for verb, address in _ADDRESS.findall(text):
            self.loopback = [known for known in self.loopback if known != f"{address}/32"]
            self.loopback += [f"{address}/32"] if verb == "replace" else []
        if "sysctl -q -p" in text:
            lines = self.files["/etc/sysctl.d/90-nornir-anycast.conf"][0].splitlines()
            self.sysctls = dict(line.split(" = ") for line in lines if " = " in line)
        for verb, unit in _UNIT.findall(text):
            (self.enabled if verb == "enable" else self.active).add(unit)
            if unit == "frr" and verb != "enable":
                self.running = self.files["/etc/frr/frr.conf"][0]
        return Section("", 0)

    def enter(self, lines: list[str]) -> None:
        from tests.unit.router.frr_shell import enter  # noqa: PLC0415 the router's tests need no hosts

        assert (lines[0], lines[-2:]) == ("configure terminal", ["end", "write memory"])
        self.running = enter(self.running, lines[1:-2])


class FakeChannel:
    """One exec channel of a FakeLinux."""

    def __init__(self, host: FakeLinux) -> None:
        self.host = host
        self.script = b""
        self.left: bytes | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """Closed."""

    def settimeout(self, timeout: float) -> None:
        assert timeout > 0

    def exec_command(self, command: str) -> None:
        assert "sudo -n" in command

    def sendall(self, data: bytes) -> None:
        self.script += data

    def shutdown_write(self) -> None:
        self.left = self.host.answer(self.script.decode()) if self.host.status == 0 else b""

    def recv(self, size: int) -> bytes:
        assert self.left is not None
        data, self.left = self.left[:size], self.left[size:]
        return data

    def recv_stderr(self, size: int) -> bytes:
        data, self.host.errors = self.host.errors[:size], self.host.errors[size:]
        return data

    def recv_exit_status(self) -> int:
        return self.host.status


class FakeCli:
    """A router behind its prompt."""

    def __init__(self, shows: Mapping[str, str]) -> None:
        self.shows = dict(shows)
        self.entered: list[str] = []
        self.is_saved = False
        self.refuses: str | None = None
        self.is_silent = False

    @property
    def connection(self) -> FakeCli:
        return self

    @property
    def remote_conn_pre(self) -> SimpleNamespace:
        return SimpleNamespace(get_transport=lambda: SimpleNamespace(is_active=lambda: True))

    def send_command(self, command: str, read_timeout: float) -> str:
        assert read_timeout > 0
        if self.is_silent:
            raise ReadTimeout("Pattern not detected")
        return self.shows.get(command, "% Unknown command.")

    def send_config_set(self, commands: list[str], error_pattern: str) -> str:
        for line in commands:
            if line == self.refuses:
                said = f"% Unknown command: {line}"
                assert re.search(error_pattern, said, re.MULTILINE)
                raise ConfigInvalidException(f"Invalid input detected at command: {line}")
            self.entered.append(line)
        from tests.unit.router.frr_shell import enter  # noqa: PLC0415

        running = self.shows["show running-config"]
        self.shows["show running-config"] = "frr version 8.4.4\n" + enter(running, commands)
        return ""

    def save_config(self) -> str:
        self.is_saved = True
        return ""

    def close(self) -> None:
        """Nornir closes its connections."""


def nornir_with(intent: Intent, **connections: Any) -> Nornir:
    """Nornir whose hosts have these connections."""
    hosts = Hosts({name: Host(name) for name in connections})
    for name, connection in connections.items():
        hosts[name].connections["netmiko"] = connection
    defaults = Defaults(data={INTENT_KEY: intent})
    return Nornir(inventory=Inventory(hosts=hosts, groups=Groups(), defaults=defaults), runner=ThreadedRunner())
