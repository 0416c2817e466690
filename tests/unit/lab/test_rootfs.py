from __future__ import annotations

from pathlib import Path

import pytest

from nornir_anycast.errors import LabError
from nornir_anycast.lab.keys import KeyPair, known_hosts_line, make_key_pair
from nornir_anycast.lab.rootfs import Entry, entries
from tests.unit.lab.sample import plan

KEY = KeyPair("PRIVATE\n", "ssh-ed25519 HOSTKEY")
LOGIN = "ssh-ed25519 LOGINKEY"
WANTS = "etc/systemd/system/multi-user.target.wants"


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    files = {
        "etc/passwd": "root:x:0:0:root:/root:/bin/bash\nfrr:x:102:106:Frr:/nonexistent:/usr/sbin/nologin\n",
        "etc/group": "root:x:0:\nshadow:x:42:\nfrrvty:x:105:frr\nfrr:x:106:\n",
        "etc/shadow": "root:*:20000:0:99999:7:::\n",
        "etc/ssh/sshd_config": "Include /etc/ssh/sshd_config.d/*.conf\nUsePAM yes\n",
        "etc/frr/daemons": "# ospfd=no is the default\nbgpd=no\nospfd=no\n",
        "usr/sbin/sshd": "ELF",
        "lib/systemd/system/ssh.service": "",
        "lib/systemd/system/frr.service": "",
    }
    for name, text in files.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    (tmp_path / WANTS).mkdir(parents=True)
    for unit in ("frr.service", "dnsmasq.service"):
        (tmp_path / WANTS / unit).symlink_to(f"/lib/systemd/system/{unit}")
    return tmp_path


def made(tree: Path, host: str) -> dict[str, Entry]:
    found = entries(plan(), plan().machine(host), tree, LOGIN, KEY)
    assert len({entry.path for entry in found}) == len(found)
    return {entry.path: entry for entry in found}


def test_identity(tree: Path) -> None:
    files = made(tree, "ns1")
    assert files["etc/hostname"].content == "ns1\n"
    assert files["etc/machine-id"].content == plan().machine("ns1").machine_id + "\n"
    assert "127.0.1.1 ns1\n" in files["etc/hosts"].content
    assert "192.0.2.1 r1\n" in files["etc/hosts"].content
    # The resolver of the machine that built the tree is out of reach, and none of the lab's business.
    assert files["etc/resolv.conf"].content == ""


def test_keys_have_the_modes_that_sshd_insists_on(tree: Path) -> None:
    files = made(tree, "ns1")
    assert files["etc/ssh/ssh_host_ed25519_key"] == Entry("etc/ssh/ssh_host_ed25519_key", "file", "PRIVATE\n", 0o600)
    assert files["root"].mode == 0o700
    assert files["root/.ssh"].mode == 0o700
    assert files["root/.ssh/authorized_keys"] == Entry("root/.ssh/authorized_keys", "file", f"{LOGIN}\n", 0o600)
    assert "etc/sudoers.d/lab" not in files


def test_a_node_has_its_daemons_off(tree: Path) -> None:
    files = made(tree, "ns1")
    assert files[f"{WANTS}/frr.service"].kind == "absent"
    assert files[f"{WANTS}/dnsmasq.service"].kind == "absent"
    assert files[f"{WANTS}/ssh.service"] == Entry(f"{WANTS}/ssh.service", "link", "/lib/systemd/system/ssh.service")
    assert files["etc/sysctl.d/50-lab.conf"].content == "net.ipv4.ip_forward = 0\n"
    assert "etc/frr/frr.conf" not in files


def test_a_router_has_frr_on(tree: Path) -> None:
    files = made(tree, "r1")
    assert files[f"{WANTS}/frr.service"].kind == "link"
    assert files[f"{WANTS}/dnsmasq.service"].kind == "absent"
    assert files["etc/sysctl.d/50-lab.conf"].content == "net.ipv4.ip_forward = 1\n"
    assert files["etc/frr/daemons"].content == "# ospfd=no is the default\nbgpd=no\nospfd=yes\n"
    config = files["etc/frr/frr.conf"]
    assert "hostname r1\n" in config.content
    assert "service integrated-vtysh-config\n" in config.content
    assert (config.uid, config.gid) == (102, 106)


def test_a_cli_user_gets_vtysh_and_its_groups(tree: Path) -> None:
    files = made(tree, "r2")
    assert "netops:x:1000:1000::/home/netops:/usr/bin/vtysh\n" in files["etc/passwd"].content
    assert "frrvty:x:105:frr,netops\n" in files["etc/group"].content
    assert "frr:x:106:netops\n" in files["etc/group"].content
    assert "netops:*:" in files["etc/shadow"].content
    assert (files["etc/shadow"].mode, files["etc/shadow"].gid) == (0o640, 42)
    assert files["etc/sudoers.d/lab"].content == "netops ALL=(ALL:ALL) NOPASSWD: ALL\n"
    assert files["home/netops/.ssh/authorized_keys"].uid == 1000
    assert "Port 2222\n" in files["etc/ssh/sshd_config.d/00-lab.conf"].content


def test_passwords_are_off(tree: Path) -> None:
    settings = made(tree, "ns1")["etc/ssh/sshd_config.d/00-lab.conf"].content
    assert "PasswordAuthentication no\n" in settings
    assert "KbdInteractiveAuthentication no\n" in settings
    assert "PerSourcePenalty" not in settings


def test_an_sshd_with_penalties_leaves_the_controller_out(tree: Path) -> None:
    (tree / "usr/sbin/sshd").write_bytes(b"\x7fELF PerSourcePenaltyExemptList")
    settings = made(tree, "ns1")["etc/ssh/sshd_config.d/00-lab.conf"].content
    assert "PerSourcePenaltyExemptList 169.254.0.0/16\n" in settings


def test_an_sshd_config_that_includes_nothing_is_made_to(tree: Path) -> None:
    (tree / "etc/ssh/sshd_config").write_text("UsePAM yes\n", encoding="utf-8")
    config = made(tree, "ns1")["etc/ssh/sshd_config"].content
    assert config == "Include /etc/ssh/sshd_config.d/*.conf\nUsePAM yes\n"


@pytest.mark.parametrize(
    ("missing", "host", "message"),
    [
        ("etc/passwd", "ns1", "user database"),
        ("lib/systemd/system/ssh.service", "ns1", "no ssh.service"),
        ("lib/systemd/system/frr.service", "r1", "no frr.service"),
        ("etc/frr/daemons", "r1", "needs FRR"),
    ],
)
def test_a_tree_that_cannot_be_the_host_is_refused(tree: Path, missing: str, host: str, message: str) -> None:
    (tree / missing).unlink()
    with pytest.raises(LabError, match=message):
        made(tree, host)


def test_known_hosts_lines() -> None:
    r1, r2 = plan().machine("r1"), plan().machine("r2")
    assert known_hosts_line(r1, KEY.public) == "192.0.2.1,169.254.1.3 ssh-ed25519 HOSTKEY\n"
    assert known_hosts_line(r2, KEY.public) == "[r2.example.net]:2222,[169.254.1.4]:2222 ssh-ed25519 HOSTKEY\n"


def test_a_key_pair_is_openssh_ed25519() -> None:
    pair = make_key_pair()
    assert pair.private.startswith("-----BEGIN OPENSSH PRIVATE KEY-----\n")
    assert pair.public.startswith("ssh-ed25519 ")
    assert make_key_pair() != pair
