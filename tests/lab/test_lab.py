"""The lab's own contract, on a small lab: what boots, what a power cut is, and that nothing is left behind."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from ipaddress import IPv4Address, IPv4Interface
from pathlib import Path

import pytest

from nornir_anycast.errors import LabError
from nornir_anycast.lab import Lab, LabHost, down, find_lab, namespaces, open_lab, state, syscalls, up
from nornir_anycast.lab.lifecycle import wait_ready

HOSTS = (
    LabHost(
        "r1",
        "router",
        {"eth0": IPv4Interface("192.0.2.1/28"), "eth1": IPv4Interface("192.0.2.17/28")},
        IPv4Address("192.0.2.1"),
        username="netops",
        cli=True,
        tree="trixie",
    ),
    LabHost("ns1", "node", {"eth0": IPv4Interface("192.0.2.2/28")}, IPv4Address("198.51.100.2"), username="admin"),
    LabHost("v1", "vantage", {"eth0": IPv4Interface("192.0.2.18/28")}, "v1.example.net", port=2222),
)
# Opened before any test can have moved this process.
OWN_NETWORK = Path(f"/proc/self/fd/{os.open('/proc/self/ns/net', os.O_RDONLY)}")
OWNER = os.environ["NORNIR_ANYCAST_LAB_OWNER"]
PREFIX = f"ta{OWNER}-"
OTHER_PREFIX = f"tb{OWNER}-"


def until(condition: Callable[[], bool], what: str, seconds: float = 30.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"not within {seconds} s: {what}"
        time.sleep(0.02)


def leavings(prefix: str) -> list[str]:
    """Everything on this machine that belongs to a lab."""
    found = [f"file {path}" for path in state.STATE.glob(f"{prefix}*")]
    if namespaces.FOLDER.is_dir():
        found += [f"namespace {path}" for path in namespaces.FOLDER.glob(f"{prefix}*")]
    for line in Path("/proc/self/mountinfo").read_text(encoding="utf-8").splitlines():
        if prefix in line:
            found.append(f"mount {line}")
    for path, folders, _ in os.walk("/sys/fs/cgroup"):
        found += [f"cgroup {path}/{name}" for name in folders if f"nornir-anycast-{prefix}" in name]
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and entry.name != str(os.getpid()) and _belongs(entry, prefix):
            found.append(f"process {entry.name}")
    return found


def _belongs(entry: Path, prefix: str) -> bool:
    try:
        status = (entry / "status").read_text(encoding="utf-8")
        text = (entry / "cmdline").read_text(encoding="utf-8") + (entry / "cgroup").read_text(encoding="utf-8")
    except OSError:
        return False
    return "\nState:\tZ" not in status and (f"nornir-anycast-{prefix}" in text or f"/{prefix}" in text)


def in_own_network(*command: str) -> str:
    """Run a command in the machine's own network namespace, wherever an earlier test has taken this process."""
    with syscalls.network_namespace(OWN_NETWORK):
        return subprocess.check_output(command, text=True)


def command_line(*words: str, text_input: str = "") -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "nornir_anycast", "lab", *words]
    return subprocess.run(command, capture_output=True, text=True, input=text_input, check=False)


@pytest.fixture(scope="module")
def small(root: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:  # noqa: ARG001
    try:
        yield up(tmp_path_factory.mktemp("small"), HOSTS, prefix=PREFIX).lab
    finally:
        down(prefix=PREFIX)
        assert leavings(PREFIX) == []


@pytest.fixture
def whole(small: Lab) -> Lab:
    """The small lab with all its hosts up, whatever the last test did to them."""
    assert up(small.site, HOSTS, prefix=PREFIX).late == ()
    return small


@pytest.fixture
def other_site(root: None, tmp_path: Path) -> Iterator[Path]:  # noqa: ARG001
    yield tmp_path
    down(prefix=OTHER_PREFIX)


def output(lab: Lab, host: str, script: str) -> str:
    done = lab.exec(host, ["sh", "-c", script])
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_up_again_boots_nothing(whole: Lab) -> None:
    again = up(whole.site, HOSTS, prefix=PREFIX)
    assert again.booted == ()
    assert again.late == ()


def test_it_is_found_by_its_site(whole: Lab) -> None:
    assert find_lab(whole.site) == whole
    assert find_lab(whole.site / "other") is None


def test_hosts_are_what_the_inventory_says(whole: Lab) -> None:
    assert [(row.host, row.role, row.tree, row.state, row.ssh) for row in whole.status()] == [
        ("r1", "router", "trixie", "running", True),
        ("ns1", "node", "bookworm", "running", True),
        ("v1", "vantage", "bookworm", "running", True),
    ]
    for host in HOSTS:
        assert output(whole, host.name, "hostname") == host.name
        for name, address in host.interfaces.items():
            assert f"inet {address}" in output(whole, host.name, f"ip -4 address show dev {name}")
    assert len({output(whole, host.name, "cat /etc/machine-id") for host in HOSTS}) == len(HOSTS)
    assert output(whole, "r1", "sysctl -n net.ipv4.ip_forward") == "1"
    assert output(whole, "ns1", "sysctl -n net.ipv4.ip_forward") == "0"
    assert output(whole, "ns1", "ip route show default").split()[:3] == ["default", "via", "192.0.2.1"]
    assert output(whole, "v1", "ip route show default").split()[:3] == ["default", "via", "192.0.2.17"]
    assert output(whole, "r1", "ip route show default") == ""


@pytest.mark.parametrize("host", ["ns1", "v1"])
def test_daemons_are_installed_and_off(whole: Lab, host: str) -> None:
    for unit in ("frr", "dnsmasq"):
        assert whole.exec(host, ["systemctl", "is-enabled", unit]).stdout.strip() == "disabled"
        assert whole.exec(host, ["systemctl", "is-active", unit]).stdout.strip() == "inactive"


def test_a_router_runs_ospf(whole: Lab) -> None:
    assert output(whole, "r1", "systemctl is-enabled frr; systemctl is-active frr").split() == ["enabled", "active"]
    assert {"zebra", "ospfd"} <= set(output(whole, "r1", "vtysh -c 'show daemons'").split())
    assert "hostname r1" in output(whole, "r1", "vtysh -c 'show running-config'")


def test_every_host_has_booted_without_a_failed_unit(whole: Lab) -> None:
    def states() -> list[str]:
        return [whole.exec(host.name, ["systemctl", "is-system-running"]).stdout.strip() for host in HOSTS]

    until(lambda: states() == ["running"] * len(HOSTS), "no host degraded")


def test_passwords_do_not_log_in(whole: Lab) -> None:
    for host in HOSTS:
        settings = output(whole, host.name, "sshd -T")
        assert "passwordauthentication no" in settings
        assert "kbdinteractiveauthentication no" in settings


LOGIN = """
import sys
from netmiko import ConnectHandler
from nornir_anycast.lab import open_lab
prefix, host, address, user, kind, port, *commands = sys.argv[1:]
lab = open_lab(prefix)
lab.enter()
connection = ConnectHandler(
    device_type=kind, host=address or lab.addresses[host], port=int(port), username=user, use_keys=True,
    key_file=str(lab.key_file), ssh_strict=True, alt_host_keys=True, alt_key_file=str(lab.known_hosts),
)
if kind == "cisco_ios":
    print(connection.find_prompt())
    print(connection.send_config_set(["interface eth1", "ip ospf cost 77"]))
    print(connection.save_config())
for command in commands:
    print(connection.send_command(command))
connection.disconnect()
"""


def login(host: str, address: str, user: str, kind: str, port: int, *commands: str) -> str:
    words = [sys.executable, "-c", LOGIN, PREFIX, host, address, user, kind, str(port), *commands]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_router_cli_takes_netmikos_cisco_driver(whole: Lab) -> None:
    seen = login("r1", "192.0.2.1", "netops", "cisco_ios", 22, "show ip ospf interface eth1", "show running-config")
    assert seen.startswith("r1#")
    assert "[OK]" in seen
    assert "ip ospf cost 77" in seen.rpartition("[OK]")[2]
    assert "ip ospf cost 77" in output(whole, "r1", "cat /etc/frr/frr.conf")


@pytest.mark.usefixtures("whole")
@pytest.mark.parametrize("address", ["198.51.100.2", ""])
def test_a_user_logs_in_and_may_use_sudo(address: str) -> None:
    assert "uid=0(root)" in login("ns1", address, "admin", "linux", 22, "sudo id")


@pytest.mark.usefixtures("whole")
def test_a_host_that_is_known_by_name_is_reached() -> None:
    assert "v1" in login("v1", "", "root", "linux", 2222, "hostname")


def test_ssh_outlives_the_hosts_own_interface(whole: Lab) -> None:
    output(whole, "ns1", "ip address flush dev eth0; ip link set eth0 down")
    assert "uid=0(root)" in login("ns1", "198.51.100.2", "admin", "linux", 22, "sudo id")
    whole.power_off("ns1")


def test_the_management_network_joins_no_hosts(whole: Lab) -> None:
    target = whole.addresses["v1"]
    assert whole.exec("ns1", ["ping", "-c1", "-W1", target]).returncode != 0
    assert whole.exec("ns1", ["ping", "-c1", "-W1", "192.0.2.1"]).returncode == 0


def test_nothing_of_it_is_in_the_machines_own_network(whole: Lab) -> None:
    ours = {link.mac for machine in whole.plan.machines for link in (*machine.links, machine.management)} | {
        whole.plan.controller.mac
    }
    links = json.loads(in_own_network("ip", "-json", "link"))
    assert not ours & {link.get("address") for link in links}
    routes = in_own_network("ip", "route", "show", "table", "all")
    assert "mgmt0" not in routes
    assert "192.0.2.16/28" not in routes


def test_a_reboot_gives_a_fresh_namespace_and_keeps_the_disk(whole: Lab) -> None:
    boots = whole.look()["ns1"].boots
    mac = output(whole, "ns1", "cat /sys/class/net/eth0/address")
    output(
        whole, "ns1", "ip address add 203.0.113.9/32 dev lo; sysctl -q -w net.ipv4.ip_forward=1; echo kept > /root/it"
    )
    assert whole.exec("ns1", ["systemctl", "reboot"]).returncode in {0, 137}
    until(lambda: whole.look()["ns1"].boots == boots + 1, "ns1 booted again")
    assert wait_ready(whole, ["ns1"], 30) == ()
    assert "203.0.113.9" not in output(whole, "ns1", "ip address")
    assert output(whole, "ns1", "sysctl -n net.ipv4.ip_forward") == "0"
    assert output(whole, "ns1", "cat /root/it") == "kept"
    # The neighbours' ARP entries are right again at once.
    assert output(whole, "ns1", "cat /sys/class/net/eth0/address") == mac


@pytest.mark.parametrize("words", [["systemctl", "poweroff", "-ff"], ["systemctl", "poweroff"]])
def test_a_host_that_powers_off_stays_off_until_up(whole: Lab, words: list[str]) -> None:
    whole.exec("ns1", words)
    until(lambda: whole.look()["ns1"].state == "off", "ns1 off")
    assert not namespaces.exists(f"{PREFIX}ns1")
    assert whole.exec("r1", ["ping", "-c1", "-W1", "192.0.2.2"]).returncode != 0
    with pytest.raises(LabError, match="host ns1 is off"):
        whole.exec("ns1", ["true"])
    boot = up(whole.site, HOSTS, prefix=PREFIX)
    assert boot.booted == ("ns1",)
    assert boot.late == ()


def test_a_power_cut_is_heard_by_nobody(whole: Lab) -> None:
    trap = "trap 'echo terminated >> /root/heard' TERM; while :; do sleep 0.1; done"
    output(whole, "ns1", f'systemd-run --quiet --unit=listener sh -c "{trap}"')
    whole.power_off("ns1")
    assert whole.look()["ns1"].state == "off"
    whole.power_off("ns1")
    whole.power_on("ns1")
    assert wait_ready(whole, ["ns1"], 30) == ()
    assert whole.exec("ns1", ["cat", "/root/heard"]).returncode != 0


@pytest.mark.usefixtures("whole")
def test_exec_passes_input_status_and_environment() -> None:
    assert command_line("exec", "--prefix", PREFIX, "ns1", "--", "sh", "-c", "exit 7").returncode == 7
    done = command_line("exec", "--prefix", PREFIX, "ns1", "cat", text_input="in and out\n")
    assert (done.returncode, done.stdout) == (0, "in and out\n")
    environment = command_line("exec", "--prefix", PREFIX, "ns1", "env").stdout
    assert "HOME=/root\n" in environment
    assert "PATH=/usr/local/sbin:" in environment


@pytest.mark.usefixtures("whole")
@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["exec", "--prefix", PREFIX, "ns9", "true"], "no host 'ns9' in the lab; it has: r1, ns1, v1"),
        (["exec", "--prefix", "never-up-", "ns1", "true"], "no lab is up with the prefix 'never-up-'"),
        (["power", "off", "--prefix", PREFIX, "ns9"], "no host 'ns9' in the lab"),
    ],
)
def test_a_mistake_is_one_clear_message(words: list[str], message: str) -> None:
    done = command_line(*words)
    assert done.returncode == 64
    assert message in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.usefixtures("whole")
def test_status_is_a_table_and_json() -> None:
    assert "r1" in command_line("status", "--prefix", PREFIX).stdout
    record = json.loads(command_line("status", "--prefix", PREFIX, "--format", "json").stdout)
    assert [host["host"] for host in record["hosts"]] == ["r1", "ns1", "v1"]


def test_a_changed_inventory_is_refused(whole: Lab) -> None:
    changed = [HOSTS[0], replace(HOSTS[1], tree="trixie"), HOSTS[2]]
    with pytest.raises(LabError, match=r"has changed since the lab was booted \(ns1\)"):
        up(whole.site, changed, prefix=PREFIX)


def test_two_labs_at_once(whole: Lab, other_site: Path) -> None:
    assert up(other_site, HOSTS, prefix=OTHER_PREFIX).late == ()
    assert output(open_lab(OTHER_PREFIX), "ns1", "echo second > /root/lab; cat /root/lab") == "second"
    assert whole.exec("ns1", ["cat", "/root/lab"]).returncode != 0
    with pytest.raises(LabError, match="in use by the lab of"):
        up(other_site, HOSTS, prefix=PREFIX)
    assert down(prefix=OTHER_PREFIX)
    assert leavings(OTHER_PREFIX) == []
    assert whole.ready() == {"r1", "ns1", "v1"}


def command_lines() -> Iterator[tuple[int, list[str]]]:
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with suppress(OSError):  # it has ended meanwhile
                yield int(entry.name), (entry / "cmdline").read_text(encoding="utf-8", errors="replace").split("\0")


def signal_supervisor(prefix: str, number: signal.Signals) -> None:
    words = ["nornir_anycast.lab.supervisor", str(state.Folder.of(prefix).path)]
    [pid] = [pid for pid, cmdline in command_lines() if cmdline[2:4] == words]
    os.kill(pid, number)


def test_a_killed_supervisor_is_told_and_mended(other_site: Path) -> None:
    lab = up(other_site, HOSTS, prefix=OTHER_PREFIX).lab
    output(lab, "ns1", "echo kept > /root/it")
    signal_supervisor(OTHER_PREFIX, signal.SIGKILL)
    until(lambda: not lab.is_running, "supervisor gone")
    with pytest.raises(LabError, match="'lab up' mends it"):
        find_lab(other_site)
    boot = up(other_site, HOSTS, prefix=OTHER_PREFIX)
    assert boot.booted == ("r1", "ns1", "v1")
    assert boot.late == ()
    assert output(boot.lab, "ns1", "cat /root/it") == "kept"


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGSTOP])
def test_down_after_a_killed_or_hung_supervisor_leaves_nothing(other_site: Path, number: signal.Signals) -> None:
    up(other_site, HOSTS, prefix=OTHER_PREFIX)
    signal_supervisor(OTHER_PREFIX, number)
    begin = time.monotonic()
    assert down(prefix=OTHER_PREFIX)
    assert time.monotonic() - begin < 10
    assert leavings(OTHER_PREFIX) == []
    assert not down(prefix=OTHER_PREFIX)


UP = """
import sys
from pathlib import Path
from nornir_anycast.lab import lifecycle, state
plan, _ = state.load(state.Folder(Path(sys.argv[1])))
lifecycle.up(Path(sys.argv[2]), plan.hosts, prefix=sys.argv[3])
"""


@pytest.mark.parametrize("mark", ["lab.json", "id_ed25519", "machines/ns1/upper/etc", "cgroups.json", "control"])
def test_down_after_a_killed_up_leaves_nothing(whole: Lab, other_site: Path, mark: str) -> None:
    folder = state.Folder.of(OTHER_PREFIX).path
    words = [sys.executable, "-c", UP, str(whole.folder.path), str(other_site), OTHER_PREFIX]
    with subprocess.Popen(words) as process:
        until((folder / mark).exists, mark)
        process.kill()
    down(prefix=OTHER_PREFIX)
    until(lambda: leavings(OTHER_PREFIX) == [], "nothing left")


def test_up_mends_a_killed_up(whole: Lab, other_site: Path) -> None:
    folder = state.Folder.of(OTHER_PREFIX).path
    words = [sys.executable, "-c", UP, str(whole.folder.path), str(other_site), OTHER_PREFIX]
    with subprocess.Popen(words) as process:
        until((folder / "machines/ns1/upper/etc").exists, "a disk half made")
        process.kill()
    assert up(other_site, HOSTS, prefix=OTHER_PREFIX).late == ()


@pytest.mark.usefixtures("root")
def test_down_where_nothing_is_up() -> None:
    assert not down(prefix="never-up-")
