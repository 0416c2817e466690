"""The one SSH connection to a host: opened by nornir-netmiko, strict about host keys, its errors explained.

On Linux work is one script on the connection's exec channel; a CLI router is driven at its prompt.
"""

from __future__ import annotations

import contextlib
import socket
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import paramiko
from netmiko import BaseConnection, NetmikoAuthenticationException, NetmikoBaseException, NetmikoTimeoutException
from netmiko.exceptions import ConfigInvalidException
from nornir.core import Nornir
from nornir.core.inventory import ConnectionOptions, Host
from nornir.core.task import Task

from nornir_anycast.errors import CommandFailed, ConnectionFailed, HostError, InventoryError, ParseError
from nornir_anycast.intent import DEFAULT_PLATFORM
from nornir_anycast.script import Section, build_script, new_mark, parse_sections

CONNECTION_NAME = "netmiko"
CONNECT_TIMEOUT_S = 5.0
SCRIPT_TIMEOUT_S = 120.0
CLI_TIMEOUT_S = 30.0
KEEPALIVE_S = 5
SILENCE_S = 10
_BROKEN = (OSError, EOFError, paramiko.SSHException, NetmikoTimeoutException)
_SHELL = """exec sh -c 'if [ "$(id -u)" = 0 ]; then exec sh -s; else exec sudo -n -- sh -s; fi'"""


def prepare_connections(
    nornir: Nornir,
    *,
    key_file: Path | None = None,
    known_hosts: Path | None = None,
    addresses: Mapping[str, str] | None = None,
    username: str | None = None,
) -> None:
    """Set the netmiko options that this package stands on, where the inventory does not set them.

    Arguments:
        nornir: its hosts' connection options are completed in place.
        key_file: private key to use where the inventory names none.
        known_hosts: the only host keys to accept; None: the user's own known hosts.
        addresses: host name to the address to connect to, instead of the inventory's.
        username: who logs in where the inventory names nobody; None: the user who runs this.

    Raises:
        InventoryError: the inventory switches host key checking off.

    """
    problems: list[str] = []
    for host in nornir.inventory.hosts.values():
        options = host.get_connection_parameters(CONNECTION_NAME)
        extras: dict[str, Any] = {"conn_timeout": CONNECT_TIMEOUT_S, **(options.extras or {})}
        if extras.get("ssh_strict") is False:
            problems.append(
                f"{host.name}: connection_options.netmiko.extras.ssh_strict: false is refused; "
                "add the host's key to your known hosts instead"
            )
        extras["ssh_strict"] = True
        if known_hosts:
            extras |= {"system_host_keys": False, "alt_host_keys": True, "alt_key_file": str(known_hosts)}
        elif not extras.get("alt_host_keys"):
            extras["system_host_keys"] = True
        if key_file and not extras.get("key_file"):
            extras |= {"use_keys": True, "key_file": str(key_file), "allow_agent": False}
        elif not options.password:
            extras = {"allow_agent": True, **_default_key(), **extras}
        host.connection_options[CONNECTION_NAME] = ConnectionOptions(
            hostname=(addresses or {}).get(host.name, options.hostname),
            port=options.port,
            username=options.username or username,
            password=options.password,
            platform=options.platform or DEFAULT_PLATFORM,
            extras=extras,
        )
    if problems:
        raise InventoryError(problems)


def _default_key() -> dict[str, Any]:
    """The user's own key, as ssh(1) finds it; netmiko wants it named."""
    for name in ("id_ed25519", "id_ecdsa", "id_rsa"):
        if (key := Path("~/.ssh").expanduser() / name).is_file():
            return {"use_keys": True, "key_file": str(key)}
    return {}


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split())[:300]


def connect(task: Task) -> BaseConnection:
    """The host's netmiko connection, opened on first use.

    Raises:
        ConnectionFailed: with the reason and what to do.

    """
    host = task.host
    known = host.connections.get(CONNECTION_NAME)
    if known and not _is_alive(known.connection):
        del host.connections[CONNECTION_NAME]  # the host was rebooted, say; nornir would hand out the dead one for ever
    try:
        connection: BaseConnection = host.get_connection(CONNECTION_NAME, task.nornir.config)
    except (
        NetmikoTimeoutException,
        NetmikoAuthenticationException,
        paramiko.SSHException,
        OSError,
        ValueError,
        NetmikoBaseException,
        TypeError,
    ) as error:
        raise ConnectionFailed(host.name, _explain(host, error)) from error
    if not known:
        _notice_silence(connection)
    return connection


def _transport(connection: BaseConnection) -> paramiko.Transport | None:
    client = connection.remote_conn_pre
    return client.get_transport() if client else None


def _is_alive(connection: BaseConnection) -> bool:
    transport = _transport(connection)
    return transport is not None and transport.is_active()


def _notice_silence(connection: BaseConnection) -> None:
    """End the connection when the host stops answering: a host without power sends no goodbye (tcp(7))."""
    transport = _transport(connection)
    if transport is None:
        return
    transport.set_keepalive(KEEPALIVE_S)
    if isinstance(transport.sock, socket.socket):  # not so through a proxy command
        transport.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, SILENCE_S * 1000)


def _explain(host: Host, error: Exception) -> str:  # noqa: PLR0911 one line for each kind of failure
    """One line for the user out of netmiko's paragraphs."""
    options = host.get_connection_parameters(CONNECTION_NAME)
    target = f"{options.username or 'no user name'}@{host.hostname or host.name}:{options.port or 22}"
    text = str(error)
    if "does not match" in text:
        return (
            f"the host key of {target} has CHANGED; refused. If the host was reinstalled, replace its key in your "
            "known hosts; if not, somebody may be in between"
        )
    if "not found in known_hosts" in text:
        return f"the host key of {target} is not known; refused. Check it and add it to your known hosts (ssh-keyscan)"
    if isinstance(error, NetmikoAuthenticationException) or "Authentication" in text:
        key = (host.get_connection_parameters(CONNECTION_NAME).extras or {}).get(
            "key_file"
        ) or "the default keys and agent"
        return f"{target} refuses the login with {key}; check user name and key"
    if isinstance(error, TypeError):
        return f"netmiko refuses the connection options of the inventory: {_one_line(error)}"
    if "TCP connection to device failed" in text or (isinstance(error, OSError) and error.errno):
        return f"no TCP connection to {target}; is the host up, is sshd running, is a firewall in between?"
    if isinstance(error, OSError):
        return f"the session with {target} ended at once ({_one_line(error)}); on a CLI router: does its CLI run?"
    return f"no SSH session with {target}: {_one_line(error)}"


def run_script(
    task: Task, commands: Mapping[str, str], *, prelude: str = "", timeout_s: float = SCRIPT_TIMEOUT_S
) -> dict[str, Section]:
    """Run shell commands as root on a Linux host, in one round trip.

    Arguments:
        task: the host's task.
        commands: section name to shell text, run in this order.
        prelude: shell text that runs before them; its variables are theirs.
        timeout_s: seconds until the answer must be whole.

    Returns:
        Section name to output and exit status.

    Raises:
        ConnectionFailed: no SSH session, or it broke.
        CommandFailed: no root there, or the answer came late or in part.

    """
    transport = _transport(connect(task))
    mark = new_mark()
    try:
        if transport is None:
            raise EOFError  # noqa: TRY301 the same as a transport that broke
        with transport.open_session(timeout=CONNECT_TIMEOUT_S) as channel:
            output, errors, status = _exchange(channel, build_script(commands, mark, prelude), timeout_s)
    except TimeoutError as error:
        raise CommandFailed(task.host.name, f"no whole answer within {timeout_s:g} s") from error
    except (EOFError, OSError, paramiko.SSHException) as error:
        raise ConnectionFailed(task.host.name, f"the SSH connection broke: {error!r}") from error
    if status != 0:
        said = " ".join(errors.split())[-200:] or f"exit status {status}"
        raise CommandFailed(task.host.name, f"cannot run commands as root there (root or passwordless sudo): {said}")
    try:
        return parse_sections(output, mark)
    except ParseError as error:
        raise CommandFailed(task.host.name, str(error)) from error


def _exchange(channel: paramiko.Channel, script: str, timeout_s: float) -> tuple[str, str, int]:
    """Send the script, read both streams to their ends, within one deadline."""
    deadline = time.monotonic() + timeout_s
    channel.settimeout(timeout_s)
    channel.exec_command(_SHELL)
    with contextlib.suppress(OSError):  # a shell that ended early says why on its own
        channel.sendall(script.encode())
        channel.shutdown_write()
    chunks: list[bytes] = []
    while data := channel.recv(65536):
        chunks.append(data)
        channel.settimeout(max(0.01, deadline - time.monotonic()))
    errors = b""
    while data := channel.recv_stderr(65536):
        errors += data
    return b"".join(chunks).decode(errors="replace"), errors.decode(errors="replace"), channel.recv_exit_status()


def run_cli(task: Task, commands: Mapping[str, str]) -> dict[str, Section]:
    """Run show commands at the prompt of a CLI router, one by one.

    Returns:
        Section name to output; the status is 1 when the router refused the command (a line that starts with `%`).

    Raises:
        ConnectionFailed: no SSH session, or it broke.

    """
    connection = connect(task)
    sections: dict[str, Section] = {}
    for name, command in commands.items():
        try:
            output = str(connection.send_command(command, read_timeout=CLI_TIMEOUT_S))
        except _BROKEN as error:
            raise ConnectionFailed(task.host.name, f"the SSH connection broke at {command!r}: {error!r}") from error
        except NetmikoBaseException as error:
            raise HostError(task.host.name, f"no whole answer to {command!r}: {_one_line(error)}") from error
        sections[name] = Section(output, int(output.lstrip().startswith("%")))
    return sections


def configure_cli(task: Task, commands: list[str]) -> None:
    """Enter configuration lines at the prompt of a CLI router, stop at the first one it refuses, then save.

    Raises:
        CommandFailed: the router refused a line; it is quoted. Lines before it are in its running configuration,
            nothing was saved.

    """
    connection = connect(task)
    try:
        connection.send_config_set(commands, error_pattern=r"^% ?\S.*$")
        connection.save_config()
    except ConfigInvalidException as error:
        raise CommandFailed(task.host.name, f"the router refused the configuration: {error}") from error
    except _BROKEN as error:
        raise ConnectionFailed(task.host.name, f"the SSH connection broke while configuring: {error!r}") from error
    except NetmikoBaseException as error:
        raise CommandFailed(task.host.name, f"no prompt after a line: {_one_line(error)}") from error
