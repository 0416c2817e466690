"""zebra and ospfd of a root tree, in plain network namespaces: no systemd, no watchfrr, no sshd.

All of one network is inside namespaces of its own for mounts, processes and interfaces, whose first process ends when
its standard input does: when the network is closed, and also when the test run is killed. The kernel then ends all
other processes in there, and with them go the namespaces of the hosts, the interfaces and the mounts. The machine's own
network is never touched.
"""

from __future__ import annotations

import os
import select
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from tempfile import gettempdir, mkdtemp
from typing import Self

from tests.lab.topologies.configuration import render_ospfd
from tests.lab.topologies.topology import Segment, Topology

_SWITCH = "switch"
_FOLDER = "nornir-anycast-topology-"
_START_WITHIN_S = 60.0
_END_WITHIN_S = 20.0
_ANSWER_WITHIN_S = 20.0
_CMD_SUCCESS, _CMD_WARNING = 0, 1

_FIRST = """
set -e
cd "$1"
read -r pid rest </proc/self/stat
mount --bind "$2" root
mount -o remount,bind,ro root
mount --bind run root/run
mount --rbind /dev root/dev
mount -t proc proc root/proc
exec chroot root sh -c 'echo "$1"; read -r _' sh "$pid"
"""
"""What the first process of a network does: enter the tree, which stays read-only, and wait for the end of its input.

/proc is still the machine's while it reads its process id; it says it when it is inside, so that whoever enters its
namespaces is inside, too. /run is a folder that the tests see as well: the daemons' sockets are in it.
"""


class DaemonDied(Exception):
    """A daemon is not there any more."""


class Network:
    """The hosts of a topology; a context manager, at whose end nothing of them is left."""

    def __init__(self, topology: Topology, tree: Path) -> None:
        self._topology = topology
        self._sockets: dict[tuple[str, str], socket.socket] = {}
        self._folder = Path(mkdtemp(prefix=f"{_FOLDER}{os.getpid()}-"))
        self._run_folder = self._folder / "run"
        self._run_folder.mkdir()
        (self._folder / "root").mkdir()
        self._first = subprocess.Popen(
            [
                *("unshare", "--mount", "--net", "--pid", "--fork", "--kill-child"),
                *("sh", "-c", _FIRST, "sh", str(self._folder), str(tree)),
            ],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def __enter__(self) -> Self:
        try:
            self._pid = self._read_pid()
            self._run("\n".join(_wires(self._topology)))
            for host in self._topology.hosts:
                self._start(host.name)
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End all processes, and remove the folder."""
        for connection in self._sockets.values():
            connection.close()
        for stream in (self._first.stdin, self._first.stdout):
            if stream:
                stream.close()
        try:
            self._first.wait(_END_WITHIN_S)
        except subprocess.TimeoutExpired:
            self._first.kill()
            self._first.wait()
        shutil.rmtree(self._folder)

    def ask(self, host: str, command: str) -> str:
        """Return what ``vtysh -c COMMAND`` prints on a host; the daemon is asked over its socket, as vtysh does."""
        daemon = "ospfd" if command.startswith("show ip ospf") else "zebra"
        try:
            if (host, daemon) not in self._sockets:
                self._sockets[host, daemon] = _connected(self._run_folder / "frr" / host / f"{daemon}.vty")
            return _asked(self._sockets[host, daemon], command)
        except OSError as error:
            said = (self._run_folder / f"{host}.log").read_text(encoding="utf-8", errors="replace")
            raise DaemonDied(f"{host}: {daemon} does not answer ({error}); it said:\n{said}") from error

    def unplug(self, host: str) -> None:
        """Take all links of a host down: for the others it is as if it had no power."""
        ports = (port for _, port in self._topology.ports_of(host))
        self._run("\n".join(f"ip -n {host} link set {port.interface} down" for port in ports))

    def _read_pid(self) -> int:
        output = self._first.stdout
        assert output is not None
        ready, _, _ = select.select([output], [], [], _START_WITHIN_S)
        line = output.readline() if ready else ""
        assert line.strip().isdigit(), f"the network did not start: {line!r}"
        return int(line)

    def _run(self, script: str) -> None:
        """Run a shell script in the network's namespaces."""
        done = subprocess.run(
            ["nsenter", "--target", str(self._pid), "--mount", "--net", "--pid", "--root", "--wd", "sh", "-e"],
            input=script,
            capture_output=True,
            text=True,
            check=False,
            timeout=_START_WITHIN_S,
        )
        assert done.returncode == 0, f"{done.stderr}{done.stdout}in\n{script}"

    def _start(self, host: str) -> None:
        (self._run_folder / f"{host}.conf").write_text(render_ospfd(self._topology, host), encoding="utf-8")
        self._run(
            f"""
            start() {{
                nsenter --net=/run/netns/{host} "/usr/lib/frr/$1" --daemon --pathspace {host} --config_file "$2" \
                    --log stdout --log-level warnings >>/run/{host}.log 2>&1 || {{ cat /run/{host}.log; exit 1; }}
            }}
            install -d -o frr -g frr /run/frr /run/frr/{host}
            echo hostname {host} >/run/zebra.conf
            start zebra /run/zebra.conf
            start ospfd /run/{host}.conf
            """
        )


def left_behind() -> list[str]:
    """Return the folders of this test run's networks that are still there, and the processes that still are in one."""
    mine = f"{_FOLDER}{os.getpid()}-"
    found = [str(folder) for folder in Path(gettempdir()).glob(f"{mine}*")]
    for mounts in Path("/proc").glob("[0-9]*/mountinfo"):
        with suppress(OSError):  # it has ended
            if mine in mounts.read_text(encoding="utf-8"):
                found.append(f"process {mounts.parent.name}")
    return found


def sweep() -> None:
    """Remove the folders of test runs that were killed; their processes are gone."""
    for folder in Path(gettempdir()).glob(f"{_FOLDER}*"):
        if not Path("/proc", folder.name.removeprefix(_FOLDER).partition("-")[0]).exists():
            shutil.rmtree(folder)


def _wires(topology: Topology) -> Iterator[str]:
    """Yield the commands that make the hosts' namespaces and their links."""
    yield f"ip netns add {_SWITCH}"
    for host in topology.hosts:
        yield f"ip netns add {host.name}"
        yield f"ip -n {host.name} link set lo up"
        for one in host.announces:
            yield f"ip -n {host.name} address add {one.vip}/32 dev lo"
    for number, segment in enumerate(topology.segments):
        yield from _cable(segment) if segment.kind == "point-to-point" else _bridge(number, segment)
        for port in segment.ports:
            yield f"ip -n {port.host} address add {port.address} dev {port.interface}"
            yield f"ip -n {port.host} link set {port.interface} up"


def _cable(segment: Segment) -> Iterator[str]:
    """When one end is down the other notices at once."""
    one, other = segment.ports
    veth = f"ip link add name {one.interface} netns {one.host} type veth"
    yield f"{veth} peer name {other.interface} netns {other.host}"


def _bridge(number: int, segment: Segment) -> Iterator[str]:
    """A switch between them: when one is down the others notice when the dead interval ends."""
    yield f"ip -n {_SWITCH} link add name br{number} type bridge mcast_snooping 0"
    yield f"ip -n {_SWITCH} link set br{number} up"
    for index, port in enumerate(segment.ports):
        end = f"p{number}-{index}"
        yield f"ip link add name {end} netns {_SWITCH} type veth peer name {port.interface} netns {port.host}"
        yield f"ip -n {_SWITCH} link set {end} master br{number} up"


def _connected(path: Path) -> socket.socket:
    connection = socket.socket(socket.AF_UNIX)
    try:
        connection.settimeout(_ANSWER_WITHIN_S)
        connection.connect(str(path))
    except OSError:
        connection.close()
        raise
    return connection


def _asked(connection: socket.socket, command: str) -> str:
    """Ask as vtysh does: an answer ends with three zero bytes and a status (vtysh/vtysh.c, vtysh_client_run)."""
    connection.sendall(command.encode() + b"\0")
    answer = bytearray()
    while len(answer) < 4 or answer[-4:-1] != b"\0\0\0":
        part = connection.recv(1 << 20)
        if not part:
            raise ConnectionError(f"{command}: it hung up")
        answer += part
    # CMD_WARNING is the status where there is no route, for which FRR prints {}.
    assert answer[-1] in (_CMD_SUCCESS, _CMD_WARNING), f"{command}: status {answer[-1]}: {answer[:-4].decode()}"
    return answer[:-4].decode()
