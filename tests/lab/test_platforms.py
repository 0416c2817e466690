"""Routers that are read as text, live: found out by what they say they are.

There is no Quagga in Debian any more. It is stood in for by FRR behind a vtysh that says it is Quagga and knows no
JSON: what it prints is FRR's text. Quagga's own is in tests/cases/quagga, from real daemons.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.lab.operator import Operator, column

WRAPPER = "/usr/local/sbin/vtysh"
QUAGGA = r"""#!/bin/sh
case "$*" in
  *' json'*) echo '% Unknown command.'; exit 1;;
  *'show version'*) echo 'Quagga 1.2.4 (stand-in).'; exit 0;;
esac
exec /usr/bin/vtysh "$@"
"""
QUAGGA_HOSTS = ("r2", "ns1")


@pytest.fixture
def quagga(operator: Operator) -> Iterator[Operator]:
    """A site on which a router and a node say that they run Quagga."""
    for host in QUAGGA_HOSTS:
        operator.run_on(host, "sh", "-c", f"cat > {WRAPPER}; chmod 755 {WRAPPER}", text_input=QUAGGA)
    yield operator
    for host in QUAGGA_HOSTS:
        operator.run_on(host, "rm", "-f", WRAPPER)


def test_quagga_is_read_as_text(quagga: Operator, tmp_path: Path) -> None:
    code, report = quagga.wait_for({})
    assert (code, report["findings"]) == (0, [])

    saved = tmp_path / "saved"
    assert quagga.anycast("snapshot", str(saved)).returncode == 0
    for host in QUAGGA_HOSTS:
        names = {path.name for path in (saved / host).iterdir()}
        assert "show_ip_ospf_database_external.txt" in names
        assert not [name for name in names if "_json" in name]
    judged = quagga.anycast("verify", "--snapshot", str(saved))
    assert judged.returncode == 0, judged.stdout

    quagga.run_on("ns3", "systemctl", "stop", "frr")
    try:
        quagga.wait_for(column("ns3", "missing", "origin-missing"))
    finally:
        quagga.run_on("ns3", "systemctl", "start", "frr")
    quagga.wait_until_ok()


def test_no_secret_is_saved(operator: Operator, tmp_path: Path) -> None:
    secret = "Xq7-geheim"  # noqa: S105 made up
    for host, interface in (("r1", "eth1"), ("r3", "eth1")):
        operator.vtysh(host, "configure", f"interface {interface}", f"ip ospf message-digest-key 7 md5 {secret}")
    try:
        saved = tmp_path / "saved"
        assert operator.anycast("snapshot", str(saved)).returncode == 0
        texts = {path: path.read_text() for path in saved.rglob("*") if path.is_file()}
        for host in ("r1", "r3"):
            assert "message-digest-key 7 md5 <redacted " in texts[saved / host / "show_running-config.txt"]
        assert not [path for path, text in texts.items() if secret in text]
    finally:
        for host, interface in (("r1", "eth1"), ("r3", "eth1")):
            operator.vtysh(host, "configure", f"interface {interface}", "no ip ospf message-digest-key 7")
    operator.wait_until_ok()
