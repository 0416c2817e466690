"""What a good inventory becomes: defaults, groups and hosts in one intent."""

from __future__ import annotations

import sys
from ipaddress import IPv4Address, IPv4Interface
from pathlib import Path

import pytest

from nornir_anycast.errors import UsageError
from nornir_anycast.intent import Link, OspfSettings, Probe
from nornir_anycast.site import documentation_hosts, intent_of, load_site, site_task
from tests.unit.intent.sites import DELETED, write_site

REPOSITORY = Path(__file__).parents[3]


def test_good_site(tmp_path: Path) -> None:
    site = load_site(write_site(tmp_path))

    assert site.directory == tmp_path
    assert not site.in_lab
    assert list(site.nornir.inventory.hosts) == ["ns1", "ns2", "r1", "client1"]
    node = site.intent.hosts["ns1"]
    assert (node.role, node.hostname, node.platform) == ("node", "ns1.example.net", "linux")
    assert node.router_id == IPv4Address("198.51.100.11")
    assert node.interfaces["eth0"].address == IPv4Interface("192.0.2.11/28")
    assert node.interfaces["eth0"].area == IPv4Address("0.0.0.0")  # noqa: S104 an area
    assert node.ospf == OspfSettings(hello_s=10, dead_s=40, metric=20)


def test_inventory_folder_itself_is_its_site(tmp_path: Path) -> None:
    write_site(tmp_path)

    assert load_site(tmp_path / "inventory").directory == tmp_path


def test_host_without_anycast_data_takes_no_part(tmp_path: Path) -> None:
    site = load_site(write_site(tmp_path))

    assert "printer" not in site.intent.hosts
    assert "printer" not in site.nornir.inventory.hosts


def test_later_layers_win_key_by_key(tmp_path: Path) -> None:
    changes = {
        ("defaults.yaml", "anycast", "ospf"): {"hello_s": 1, "dead_s": 4, "metric": 30},
        ("defaults.yaml", "anycast", "dns"): {"cache_size": 1, "hosts": {"a.example.net": "192.0.2.80"}},
        ("groups.yaml", "nodes", "groups"): ["site"],
        ("groups.yaml", "site"): {"data": {"anycast": {"ospf": {"dead_s": 5}, "dns": {"cache_size": 2}}}},
        ("groups.yaml", "routers", "groups"): ["site"],
        ("hosts.yaml", "ns1", "anycast", "dns"): {"cache_size": 3, "hosts": {"b.example.net": "192.0.2.81"}},
    }
    intent = load_site(write_site(tmp_path, changes)).intent

    assert intent.hosts["ns1"].ospf == OspfSettings(hello_s=1, dead_s=5, metric=30)
    assert [intent.hosts[name].dns.cache_size for name in ("ns1", "ns2", "client1")] == [3, 2, 1]
    assert intent.hosts["ns1"].dns.hosts == {
        "a.example.net": IPv4Address("192.0.2.80"),
        "b.example.net": IPv4Address("192.0.2.81"),
    }
    assert list(intent.hosts["ns2"].dns.hosts) == ["a.example.net"]
    assert intent.hosts["client1"].ospf == OspfSettings(hello_s=1, dead_s=4, metric=30)


def test_an_interface_may_be_described_in_two_layers(tmp_path: Path) -> None:
    site = write_site(tmp_path, {("groups.yaml", "nodes", "anycast", "interfaces"): {"eth0": {"cost": 5}}})
    interface = load_site(site).intent.hosts["ns1"].interfaces["eth0"]

    assert (interface.address, interface.cost) == (IPv4Interface("192.0.2.11/28"), 5)


def test_first_group_wins_as_in_nornir(tmp_path: Path) -> None:
    changes = {
        ("hosts.yaml", "ns1", "groups"): ["nodes", "other"],
        ("groups.yaml", "nodes", "anycast", "lab"): {"tree": "trixie"},
        ("groups.yaml", "other"): {"data": {"anycast": {"lab": {"tree": "bookworm"}}}},
    }

    assert load_site(write_site(tmp_path, changes)).intent.hosts["ns1"].lab.tree == "trixie"


def test_node_announces_every_service_unless_it_lists_its_own(tmp_path: Path) -> None:
    changes = {
        ("defaults.yaml", "anycast", "services", "internal"): {"vip": "203.0.113.153/32"},
        ("hosts.yaml", "ns2", "anycast", "services"): ["internal"],
        ("defaults.yaml", "anycast", "services", "resolver", "min_nodes"): 1,
    }
    intent = load_site(write_site(tmp_path, changes)).intent

    assert intent.hosts["ns1"].services == ("resolver", "internal")
    assert intent.hosts["ns2"].services == ("internal",)
    assert intent.hosts["r1"].services == ()
    assert [node.name for node in intent.nodes_of("resolver")] == ["ns1"]
    assert intent.vips_of("ns1") == [IPv4Address("203.0.113.53"), IPv4Address("203.0.113.153")]
    assert intent.vips_of("ns2") == [IPv4Address("203.0.113.153")]


def test_router_id_comes_from_the_first_interface_when_none_is_given(tmp_path: Path) -> None:
    intent = load_site(write_site(tmp_path, {("hosts.yaml", "ns1", "anycast", "router_id"): DELETED})).intent

    assert intent.hosts["ns1"].router_id == IPv4Address("192.0.2.11")
    assert intent.hosts["client1"].router_id is None


def test_links_follow_from_shared_subnets(tmp_path: Path) -> None:
    intent = load_site(write_site(tmp_path)).intent

    assert intent.links_of("ns1") == [Link("ns1", "eth0", "ns2", "eth0"), Link("ns1", "eth0", "r1", "eth0")]
    assert intent.links_of("client1") == [Link("client1", "eth0", "r1", "eth1")]
    assert intent.name_of_router_id(IPv4Address("198.51.100.1")) == "r1"
    assert intent.name_of_router_id(IPv4Address("198.51.100.9")) is None


@pytest.mark.parametrize(("area", "number"), [("0", 0), ("0.0.0.7", 7), (7, 7), (256, 256)])
def test_area_is_an_address(tmp_path: Path, area: object, number: int) -> None:
    places = [(host, "anycast", "interfaces", "eth0", "area") for host in ("ns1", "ns2", "r1")]
    intent = load_site(write_site(tmp_path, {("hosts.yaml", *place): area for place in places})).intent

    assert intent.hosts["ns1"].interfaces["eth0"].area == IPv4Address(number)


def test_probe_by_name_only(tmp_path: Path) -> None:
    place = ("defaults.yaml", "anycast", "services", "resolver", "probe")
    intent = load_site(write_site(tmp_path, {place: "www.example.net"})).intent

    assert intent.services["resolver"].probe == Probe(name="www.example.net", type="A", answers=())


def test_who_answered_is_asked_under_the_domain_of_the_service(tmp_path: Path) -> None:
    place = ("defaults.yaml", "anycast", "services", "internal")
    intent = load_site(write_site(tmp_path, {place: {"vip": "203.0.113.153", "domain": "example.net"}})).intent

    assert intent.services["internal"].identity_name == "whoami.example.net"
    assert intent.services["resolver"].identity_name == "whoami.anycast.invalid"


def test_intent_is_shared_by_filtered_copies(tmp_path: Path) -> None:
    site = load_site(write_site(tmp_path))

    assert intent_of(site.nornir.filter(name="ns1")) is site.intent


SELECTIONS = [
    (None, ["ns1", "ns2", "r1", "client1"]),
    ("ns2", ["ns2"]),
    (" r1 , ns1,", ["ns1", "r1"]),
    ("role=node", ["ns1", "ns2"]),
    ("platform=linux", ["ns1", "ns2", "r1", "client1"]),
    ("rack=b12", ["ns1"]),
]


@pytest.mark.parametrize(("expression", "names"), SELECTIONS)
def test_select(tmp_path: Path, expression: str | None, names: list[str]) -> None:
    site = load_site(write_site(tmp_path, {("hosts.yaml", "ns1", "data", "rack"): "b12"}))

    assert list(site.select(expression).inventory.hosts) == names


@pytest.mark.parametrize(
    ("expression", "said"),
    [
        ("ns7", "--hosts: no such host: ns7 (hosts: ns1, ns2, r1, client1)"),
        ("ns1,ns7,ns8", "--hosts: no such host: ns7, ns8 (hosts: ns1, ns2, r1, client1)"),
        ("printer", "--hosts: no such host: printer (hosts: ns1, ns2, r1, client1)"),
        ("", "--hosts: no such host: '' (hosts: ns1, ns2, r1, client1)"),
        (",", "--hosts: no such host: ',' (hosts: ns1, ns2, r1, client1)"),
        ("role=spine", "--hosts role=spine: no host has role=spine"),
        ("=", "--hosts =: no host has ="),
    ],
)
def test_select_nothing(tmp_path: Path, expression: str, said: str) -> None:
    site = load_site(write_site(tmp_path))
    with pytest.raises(UsageError) as caught:
        site.select(expression)

    assert str(caught.value) == said


def test_hosts_with_documentation_addresses_can_only_be_in_a_lab(tmp_path: Path) -> None:
    hostnames = {"ns1": "192.0.2.11", "ns2": "198.51.100.12", "r1": "10.0.0.1", "client1": "client1.example.net"}
    site = write_site(tmp_path, {("hosts.yaml", name, "hostname"): value for name, value in hostnames.items()})

    assert documentation_hosts(load_site(site).intent) == ["ns1", "ns2"]


def test_example_site_is_good() -> None:
    intent = load_site(REPOSITORY).intent

    assert [host.name for host in intent.with_role("node")] == ["ns1", "ns2", "ns3", "ns4"]
    assert [host.name for host in intent.with_role("router")] == ["r1", "r2", "r3"]
    assert [host.name for host in intent.with_role("vantage")] == ["client1"]
    assert list(intent.services) == ["resolver", "internal"]
    assert not intent.hosts["r3"].is_linux


def forget_tasks(monkeypatch: pytest.MonkeyPatch) -> None:
    """As in a process that has not seen a site yet."""
    monkeypatch.setattr(sys, "path", list(sys.path))
    for name in [name for name in sys.modules if name.partition(".")[0] == "tasks"]:
        monkeypatch.delitem(sys.modules, name)


def test_site_without_tasks_of_its_own(tmp_path: Path) -> None:
    assert site_task(tmp_path, "configure_dns_node") is None


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("import no_such_module_of_this_site\n", "No module named 'no_such_module_of_this_site'"),
        ("def configure_dns_node(:\n", "invalid syntax"),
        ("raise ValueError('not today')\n", "not today"),
        ("X = 1\n", "there is no configure_broken() in it"),
    ],
)
def test_site_whose_tasks_cannot_be_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, said: str) -> None:
    folder = tmp_path / "tasks"
    folder.mkdir()
    (folder / "__init__.py").touch()
    (folder / "configure_broken.py").write_text(text)
    forget_tasks(monkeypatch)
    with pytest.raises(UsageError) as caught:
        site_task(tmp_path, "configure_broken")

    assert str(caught.value).startswith(f"{folder}/configure_broken.py: ")
    assert said in str(caught.value)


def test_tasks_of_one_site_are_never_run_for_another(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    forget_tasks(monkeypatch)
    for name in ("one", "two"):
        (tmp_path / name / "tasks").mkdir(parents=True)
        (tmp_path / name / "tasks" / "__init__.py").touch()
        (tmp_path / name / "tasks" / "verify_anycast.py").write_text("def verify_anycast(task): ...\n")

    assert site_task(tmp_path / "one", "verify_anycast") is not None
    with pytest.raises(UsageError, match=r"two/tasks/verify_anycast.py: not imported: this process holds `tasks` of"):
        site_task(tmp_path / "two", "verify_anycast")
