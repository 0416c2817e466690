"""Routers that are read as text, live: found out by what they say they are.

There is no Quagga in Debian any more. It is stood in for by FRR behind a vtysh that says it is Quagga and knows no
JSON: what it prints is FRR's text. Quagga's own is in tests/cases/quagga, from real daemons. A Cisco cannot be had: its
place takes a prompt that prints what FRR shows in the words of IOS.
"""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import IPv4Address
from pathlib import Path

import pytest

from nornir_anycast.ospf import frr
from nornir_anycast.snapshot import load
from tests.lab.operator import Operator, column, findings
from tests.unit.ospf.ios_style import Style
from tests.unit.ospf.ios_transcript import render

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


IOS = r"""#!/bin/sh
# No Cisco: a prompt that knows some commands, and says of the others what IOS says.
answer() {
  if [ -f "/run/ios/$1.txt" ]; then cat "/run/ios/$1.txt"; else
    printf "                 ^\n%% Invalid input detected at '^' marker.\n\n"
  fi
}
printf 'r3#'
while IFS= read -r line; do
  case "$line" in
    exit|end) exit 0;;
    ''|terminal*) ;;
    *) answer "$(printf %s "$line" | tr ' /' '_-')";;
  esac
  printf 'r3#'
done
"""
IOS_VERSION = "Cisco IOS XE Software, Version 17.03.04a\nCisco IOS Software [Amsterdam] (stand-in)\n"


@pytest.fixture
def cisco(operator: Operator, tmp_path: Path) -> Iterator[Operator]:
    """A site whose router at the prompt says what a Cisco would say in its place: what it shows now, in IOS's words."""
    assert operator.anycast("snapshot", "--hosts", "r3", str(tmp_path / "r3")).returncode == 0
    sections = load(tmp_path / "r3")["r3"].sections
    vips = [IPv4Address("203.0.113.53"), IPv4Address("203.0.113.153")]
    view = frr.parse_view({name: section.output for name, section in sections.items()}, vips)
    outputs = {"show version": IOS_VERSION} | render(view, Style())
    operator.run_on("r3", "mkdir", "-p", "/run/ios")
    for command, output in outputs.items():
        name = command.replace(" ", "_").replace("/", "-")
        operator.run_on("r3", "sh", "-c", f"cat > /run/ios/{name}.txt", text_input=output)
    operator.run_on("r3", "sh", "-c", "cat > /usr/local/bin/ios; chmod 755 /usr/local/bin/ios", text_input=IOS)
    operator.run_on("r3", "sed", "-i.before", "s#/usr/bin/vtysh$#/usr/local/bin/ios#", "/etc/passwd")
    yield operator
    operator.run_on("r3", "mv", "/etc/passwd.before", "/etc/passwd")
    operator.run_on("r3", "rm", "-rf", "/run/ios", "/usr/local/bin/ios")


def test_cisco_ios_is_read_as_text(cisco: Operator) -> None:
    code, report = cisco.wait_for({})

    assert (code, report["findings"]) == (0, [])
    costs = {(c["node"], c["cost"]) for c in report["origins"] if (c["router"], c["service"]) == ("r3", "resolver")}
    assert costs == {("ns1", 40), ("ns2", 40), ("ns3", 50), ("ns4", 60)}


def test_cisco_ios_that_says_something_else_is_unknown(cisco: Operator) -> None:
    cisco.run_on(
        "r3",
        "sed",
        "-i",
        "s/AS External Link States/AS Infernal Link States/",
        "/run/ios/show_ip_ospf_database_external.txt",
    )

    code, report = cisco.verify()

    assert code == 3
    (found,) = findings(report, "output-not-understood")
    assert "AS Infernal Link States" in found["message"]
    assert {c["state"] for c in report["origins"] if c["router"] == "r3"} == {"unknown"}
