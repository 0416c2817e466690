"""The one SSH connection: strict about host keys, the inventory's own options kept, its errors explained."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import paramiko
import pytest
from netmiko import NetmikoAuthenticationException, NetmikoTimeoutException
from nornir.core import Nornir
from nornir.core.inventory import ConnectionOptions, Defaults, Group, Groups, Host, Hosts, Inventory, ParentGroups
from nornir.core.task import Result, Task
from nornir.plugins.runners import SerialRunner

from nornir_anycast.connection import connect, prepare_connections
from nornir_anycast.errors import ConnectionFailed, InventoryError


def nornir_of(*hosts: Host) -> Nornir:
    inventory = Inventory(hosts=Hosts({host.name: host for host in hosts}), groups=Groups(), defaults=Defaults())
    return Nornir(inventory=inventory, runner=SerialRunner())


def prepared(host: Host, **how: Any) -> ConnectionOptions:
    prepare_connections(nornir_of(host), **how)
    return host.get_connection_parameters("netmiko")


def extras(options: ConnectionOptions) -> dict[str, Any]:
    assert options.extras is not None
    return options.extras


def test_host_keys_are_strict_and_the_users_own() -> None:
    options = extras(prepared(Host("ns1", hostname="ns1.example.net")))

    assert options["ssh_strict"] is True
    assert options["system_host_keys"] is True


def test_lab_pins_its_own_keys_and_addresses() -> None:
    options = prepared(
        Host("ns1", hostname="ns1.example.net"),
        key_file=Path("/lab/key"),
        known_hosts=Path("/lab/known_hosts"),
        addresses={"ns1": "192.0.2.11"},
    )

    assert options.hostname == "192.0.2.11"
    assert extras(options)["ssh_strict"] is True
    assert (extras(options)["system_host_keys"], extras(options)["alt_key_file"]) == (False, "/lab/known_hosts")
    assert (extras(options)["key_file"], extras(options)["allow_agent"]) == ("/lab/key", False)


def test_options_of_the_inventory_are_kept() -> None:
    own = ConnectionOptions(
        hostname="192.0.2.99",
        port=2222,
        username="robot",
        password=None,
        platform="cisco_xe",
        extras={"key_file": "/keys/robot", "conn_timeout": 30, "session_log": "x.log"},
    )
    options = prepared(Host("r1", hostname="r1.example.net", connection_options={"netmiko": own}))

    assert (options.hostname, options.port, options.username) == ("192.0.2.99", 2222, "robot")
    assert options.platform == "cisco_xe"
    assert (extras(options)["key_file"], extras(options)["conn_timeout"]) == ("/keys/robot", 30)
    assert extras(options)["session_log"] == "x.log"


def test_options_of_a_group_are_kept() -> None:
    own = ConnectionOptions(port=2200, username="robot", extras={"conn_timeout": 7})
    group = Group("g", connection_options={"netmiko": own})
    options = prepared(Host("r1", hostname="r1", groups=ParentGroups([group])))

    assert (options.port, options.username, extras(options)["conn_timeout"]) == (2200, "robot", 7)
    assert extras(options)["ssh_strict"] is True


def test_every_host_that_switches_host_keys_off_is_named() -> None:
    hosts = [
        Host(name, connection_options={"netmiko": ConnectionOptions(extras={"ssh_strict": False})})
        for name in ("r1", "r2")
    ]
    with pytest.raises(InventoryError) as caught:
        prepare_connections(nornir_of(*hosts))

    assert caught.value.problems == [
        (
            f"{name}: connection_options.netmiko.extras.ssh_strict: false is refused; add the host's key to your known "
            "hosts instead"
        )
        for name in ("r1", "r2")
    ]


TARGET = "robot@ns1.example.net:22"
ERRORS = [
    (
        paramiko.BadHostKeyException("ns1", paramiko.PKey(), paramiko.PKey()),
        f"the host key of {TARGET} has CHANGED; refused.",
    ),
    (
        NetmikoTimeoutException("Paramiko: Server 'ns1' not found in known_hosts"),
        f"the host key of {TARGET} is not known; refused.",
    ),
    (
        NetmikoAuthenticationException("Authentication to device failed."),
        f"{TARGET} refuses the login with the default keys and agent; check user name and key",
    ),
    (
        NetmikoTimeoutException("TCP connection to device failed.\n\nCommon causes"),
        f"no TCP connection to {TARGET}; is the host up, is sshd running, is a firewall in between?",
    ),
    (ConnectionRefusedError(111, "refused"), f"no TCP connection to {TARGET}; is the host up"),
    (paramiko.SSHException("Error reading\nSSH banner"), f"no SSH session with {TARGET}: Error reading SSH banner"),
    (ValueError("Unsupported 'device_type'"), f"no SSH session with {TARGET}: Unsupported 'device_type'"),
]


@pytest.mark.parametrize(("raised", "said"), ERRORS, ids=[type(error).__name__ for error, _ in ERRORS])
@pytest.mark.parametrize("prepare", [True, False])
def test_errors_are_explained_in_one_line(
    monkeypatch: pytest.MonkeyPatch, raised: Exception, said: str, prepare: bool
) -> None:
    def get_connection(*_: object) -> None:
        raise raised

    monkeypatch.setattr(Host, "get_connection", get_connection)
    if isinstance(raised, paramiko.BadHostKeyException):
        monkeypatch.setattr(
            paramiko.BadHostKeyException, "__str__", lambda _: "Host key for server 'ns1' does not match"
        )
    nornir = nornir_of(Host("ns1", hostname="ns1.example.net", username="robot"))
    if prepare:
        monkeypatch.setattr("nornir_anycast.connection._default_key", dict)
        prepare_connections(nornir)
    seen: list[ConnectionFailed] = []

    def work(task: Task) -> Result:
        with pytest.raises(ConnectionFailed) as caught:
            connect(task)
        seen.append(caught.value)
        return Result(host=task.host)

    assert not nornir.run(task=work).failed
    assert str(seen[0]).startswith(f"ns1: {said}")
    assert "\n" not in str(seen[0])
    assert seen[0].__cause__ is raised


class FakeConnection:
    """As nornir keeps one."""

    def __init__(self, *, alive: bool) -> None:
        transport = SimpleNamespace(is_active=lambda: alive, set_keepalive=lambda _: None, sock=None)
        self.remote_conn_pre = SimpleNamespace(get_transport=lambda: transport)
        self.connection = self


@pytest.mark.parametrize("alive", [True, False])
def test_dead_connection_is_not_used_again(monkeypatch: pytest.MonkeyPatch, alive: bool) -> None:
    """A host that was rebooted: nornir would hand out the dead connection for ever."""
    old, new = FakeConnection(alive=alive), FakeConnection(alive=True)

    def get_connection(host: Host, name: str, _: object) -> object:
        return host.connections.get(name) or new

    monkeypatch.setattr(Host, "get_connection", get_connection)
    nornir = nornir_of(Host("ns1"))
    nornir.inventory.hosts["ns1"].connections["netmiko"] = old  # type: ignore[assignment]  # a fake
    seen: list[object] = []

    def work(task: Task) -> Result:
        seen.append(connect(task))
        return Result(host=task.host)

    assert not nornir.run(task=work).failed
    assert seen == [old if alive else new]
