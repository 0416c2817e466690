"""The files of a node, rendered as in a deploy, against files that were read and found good.

NORNIR_ANYCAST_GOLDEN_UPDATE=1 writes them anew: then read the diff.
"""

from __future__ import annotations

import os
import re
from importlib.resources import files as package_files
from pathlib import Path
from typing import Any

import pytest
from jinja2 import UndefinedError
from nornir.core import Nornir
from nornir.core.exceptions import NornirSubTaskError
from nornir.core.inventory import Defaults, Groups, Host, Hosts, Inventory
from nornir.core.task import Result, Task
from nornir.plugins.runners import SerialRunner

from nornir_anycast.node.dnsmasq import Dnsmasq
from nornir_anycast.node.frr import Frr
from nornir_anycast.node.kernel import Kernel
from nornir_anycast.node.loopback import Ifupdown, Networkd
from nornir_anycast.node.part import NodeContext, Part, PartFactory
from nornir_anycast.plugins.tasks.render import render
from tests.unit.node.nodes import NODES, build, context

GOLDEN = Path(__file__).parent / "golden"
UPDATE = os.environ.get("NORNIR_ANYCAST_GOLDEN_UPDATE") == "1"

PARTS: dict[str, PartFactory] = {
    "kernel": Kernel,
    "ifupdown": Ifupdown,
    "networkd": Networkd,
    "dnsmasq": Dnsmasq,
    "frr": Frr,
}


def rendered(part: Part) -> dict[str, str]:
    """Path to text of every file of a part, by nornir-jinja2 in a nornir task."""
    texts: dict[str, str] = {}

    def work(task: Task) -> Result:
        texts.update({file.path: render(task, f"node/{file.template}", file.context) for file in part.files()})
        return Result(host=task.host)

    nornir = Nornir(
        inventory=Inventory(hosts=Hosts({"h": Host("h")}), groups=Groups(), defaults=Defaults()), runner=SerialRunner()
    )
    result = nornir.run(task=work)["h"]
    assert not result.failed, result[-1].exception
    return texts


def golden_file(node: str, path: str) -> Path:
    """For example ns1-etc-frr-frr.conf."""
    return GOLDEN / f"{node}{path.replace('/', '-').removesuffix('.conf')}.conf"


CASES = [(node, name) for node in ("ns1", "ns2", "ns3") for name in PARTS]


@pytest.mark.parametrize(("node", "name"), CASES)
def test_golden(node: str, name: str) -> None:
    for path, text in rendered(PARTS[name](context(node))).items():
        golden = golden_file(node, path)
        if UPDATE:
            golden.write_text(text)
        assert text == golden.read_text(), golden


def test_every_template_is_rendered_here() -> None:
    folder = package_files("nornir_anycast.node") / "templates"
    used = {file.template for part in PARTS.values() for file in part(context()).files()}

    assert {entry.name for entry in folder.iterdir()} == used


def test_every_golden_file_is_used() -> None:
    used = {golden_file(node, file.path) for node, name in CASES for file in PARTS[name](context(node)).files()}

    assert set(GOLDEN.iterdir()) == used


@pytest.mark.parametrize(
    "template", [entry.name for entry in (package_files("nornir_anycast.node") / "templates").iterdir()]
)
def test_missing_name_is_an_error(template: str) -> None:
    seen: list[BaseException | None] = []

    def work(task: Task) -> Result:
        with pytest.raises(NornirSubTaskError) as caught:
            render(task, f"node/{template}", {})
        seen.append(caught.value.result.exception)
        return Result(host=task.host)

    nornir = Nornir(
        inventory=Inventory(hosts=Hosts({"h": Host("h")}), groups=Groups(), defaults=Defaults()), runner=SerialRunner()
    )
    nornir.run(task=work)
    assert isinstance(seen[0], UndefinedError)


def lines_of(part: Part, path: str) -> list[str]:
    return [line for line in rendered(part)[path].splitlines() if line and line[0] not in "#!"]


def frr(node: str = "ns1", given: NodeContext | None = None) -> list[str]:
    return lines_of(Frr(given or context(node)), "/etc/frr/frr.conf")


def dnsmasq(node: str = "ns1", given: NodeContext | None = None) -> list[str]:
    return lines_of(Dnsmasq(given or context(node)), "/etc/dnsmasq.d/nornir-anycast.conf")


NODE_NAMES = [name for name, data in NODES.items() if data["role"] == "node"]


@pytest.mark.parametrize("node", NODE_NAMES)
def test_trap_router_id_is_always_rendered_and_never_a_vip(node: str) -> None:
    (line,) = [line for line in frr(node) if line.startswith(" ospf router-id ")]

    assert line == f" ospf router-id {NODES[node]['router_id']}"
    assert line.split()[-1] not in {"203.0.113.53", "203.0.113.153"}


def test_trap_dnsmasq_listens_by_address_and_by_interface() -> None:
    """listen-address alone refuses TCP; interface=lo:0 answers nobody but the node itself."""
    lines = dnsmasq()

    assert [line for line in lines if line.startswith("listen-address=")] == [
        "listen-address=203.0.113.53",
        "listen-address=203.0.113.153",
    ]
    assert [line for line in lines if line.startswith("interface=")] == ["interface=eth0", "interface=eth1"]


@pytest.mark.parametrize("node", NODE_NAMES)
def test_trap_no_bind_interfaces(node: str) -> None:
    """It dies at start if the VIP is absent."""
    assert not [line for line in dnsmasq(node) if line.startswith("bind-")]


def test_trap_resolv_file_is_its_name() -> None:
    lines = dnsmasq()

    assert "resolv-file=/etc/nornir-anycast/upstream.conf" in lines
    assert not [line for line in lines if line.startswith(("resolv.conf", "no-resolv"))]
    assert lines_of(Dnsmasq(context()), "/etc/nornir-anycast/upstream.conf") == [
        "nameserver 192.0.2.200",
        "nameserver 192.0.2.201",
    ]


def test_trap_without_upstream_the_hosts_own_resolver_is_not_asked() -> None:
    lines = dnsmasq("ns3")

    assert "no-resolv" in lines
    assert not [line for line in lines if line.startswith("resolv-file")]


@pytest.mark.parametrize("node", NODE_NAMES)
def test_trap_a_node_is_never_designated_router(node: str) -> None:
    lines = frr(node)

    assert lines.count(" ip ospf priority 0") == len(NODES[node]["interfaces"])


@pytest.mark.parametrize("node", NODE_NAMES)
def test_trap_a_node_does_not_forward(node: str) -> None:
    assert "no ip forwarding" in frr(node)
    assert "net.ipv4.ip_forward = 0" in lines_of(Kernel(context(node)), "/etc/sysctl.d/90-nornir-anycast.conf")


def test_trap_arp_is_not_answered_for_a_vip() -> None:
    lines = lines_of(Kernel(context()), "/etc/sysctl.d/90-nornir-anycast.conf")

    assert "net.ipv4.conf.all.arp_ignore = 1" in lines
    assert "net.ipv4.conf.all.arp_announce = 2" in lines


@pytest.mark.parametrize(("node", "vips"), [("ns1", ["203.0.113.53", "203.0.113.153"]), ("ns2", ["203.0.113.53"])])
def test_trap_exactly_the_vips_are_announced(node: str, vips: list[str]) -> None:
    """A filter that names something undefined permits everything; an address without /32 stops Quagga."""
    lines = frr(node)
    permitted = [line for line in lines if line.startswith("ip prefix-list")]

    assert [re.sub(r"seq \d+ ", "", line) for line in permitted] == [
        f"ip prefix-list ANYCAST permit {vip}/32" for vip in vips
    ]
    assert [line for line in lines if "redistribute" in line] == [
        " redistribute connected metric 20 metric-type 1 route-map ANYCAST"
    ]
    assert lines[-4:] == ["route-map ANYCAST permit 10", " match ip address prefix-list ANYCAST", "exit", "end"]


def test_trap_a_node_without_services_announces_nothing() -> None:
    lines = frr("ns3")

    assert not [line for line in lines if "redistribute" in line or "ANYCAST" in line]


@pytest.mark.parametrize("node", NODE_NAMES)
def test_trap_no_vip_in_a_network_statement(node: str) -> None:
    """A stub network beats every E1, whatever its cost."""
    networks = [line.split()[1] for line in frr(node) if line.startswith(" network ")]

    assert (
        networks == {"ns1": ["192.0.2.0/28", "192.0.2.16/28"], "ns2": ["192.0.2.0/28"], "ns3": ["192.0.2.32/28"]}[node]
    )


def test_trap_the_node_says_who_it_is() -> None:
    assert [line for line in dnsmasq() if line.startswith(("local=", "txt-record="))] == [
        "local=/whoami.example.net/",
        "txt-record=whoami.example.net,ns1",
        "local=/whoami.internal.example/",
        "txt-record=whoami.internal.example,ns1",
    ]


def test_trap_services_of_one_domain_have_one_identity_record() -> None:
    """dnsmasq answers with every txt-record of a name: two would read as two nodes."""
    services = {"a": {"vip": "203.0.113.53"}, "b": {"vip": "203.0.113.153"}}
    intent = build({"services": services}, ns2={"services": ["a"]})
    lines = dnsmasq(given=context("ns1", intent))

    assert [line for line in lines if line.startswith("txt-record=")] == ["txt-record=whoami.anycast.invalid,ns1"]
    assert [line for line in lines if line.startswith("local=")] == ["local=/whoami.anycast.invalid/"]


def test_timers_and_cost() -> None:
    lines = frr(given=context("ns1", build({"ospf": {"hello_s": 1, "dead_s": 4, "metric": 65535}}, ns2={"ospf": {}})))

    assert lines.count(" ip ospf hello-interval 1") == 2
    assert lines.count(" ip ospf dead-interval 4") == 2
    assert lines.count(" ip ospf cost 20") == 1
    assert " redistribute connected metric 65535 metric-type 1 route-map ANYCAST" in lines


def test_modes_and_owners() -> None:
    """FRR reads its files as user frr; nobody else needs to."""
    seen: dict[str, Any] = {
        file.path: (file.mode, file.owner) for part in PARTS.values() for file in part(context()).files()
    }

    assert seen["/etc/frr/frr.conf"] == (0o640, "frr:frr")
    assert seen["/etc/frr/daemons"] == (0o640, "frr:frr")
    assert {seen[path] for path in seen if "frr" not in path} == {(0o644, "root:root")}


def test_what_a_daemon_reads_is_validated_before_it_is_installed() -> None:
    checks = {file.path: file.validate for part in PARTS.values() for file in part(context()).files() if file.validate}

    assert checks == {
        "/etc/dnsmasq.d/nornir-anycast.conf": 'dnsmasq --test --conf-file="$staged"',
        "/etc/frr/frr.conf": 'vtysh -C -f "$staged"',
    }
