"""Every mistake in an inventory, as the user meets it: a line with file, host, key, what was seen, what to do."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from nornir_anycast.errors import InventoryError
from nornir_anycast.site import load_site
from tests.unit.intent.sites import DELETED, Place, write_site

HOSTS, GROUPS, DEFAULTS = "hosts.yaml", "groups.yaml", "defaults.yaml"
RESOLVER: Place = (DEFAULTS, "anycast", "services", "resolver")
NS1: Place = (HOSTS, "ns1", "anycast")
NS2: Place = (HOSTS, "ns2", "anycast")
R1: Place = (HOSTS, "r1", "anycast")


def problems_of(site: Path) -> list[str]:
    """What the user is told; nothing in the site may have been changed."""
    before = {path: path.read_bytes() for path in site.rglob("*") if path.is_file()}
    with pytest.raises(InventoryError) as caught:
        load_site(site)
    assert {path: path.read_bytes() for path in site.rglob("*") if path.is_file()} == before
    assert str(caught.value) == "\n".join(caught.value.problems)
    assert all(line.isprintable() for line in caught.value.problems)
    return caught.value.problems


UNKNOWN_KEYS = [
    ((*NS1, "routerid"), "inventory/hosts.yaml: ns1: anycast.routerid"),
    ((GROUPS, "nodes", "anycast", "rolle"), "inventory/groups.yaml: nodes: anycast.rolle"),
    ((*RESOLVER, "vips"), "inventory/defaults.yaml: anycast.services.resolver.vips"),
    ((*NS1, "interfaces", "eth0", "mtu"), "inventory/hosts.yaml: ns1: anycast.interfaces.eth0.mtu"),
    ((DEFAULTS, "anycast", "ospf", "hello"), "inventory/defaults.yaml: anycast.ospf.hello"),
    ((DEFAULTS, "anycast", "dns", "forwarders"), "inventory/defaults.yaml: anycast.dns.forwarders"),
    ((*NS1, "lab", "image"), "inventory/hosts.yaml: ns1: anycast.lab.image"),
    ((*NS1, "two\nlines"), "inventory/hosts.yaml: ns1: anycast.'two\\nlines'"),
]


@pytest.mark.parametrize(("place", "said"), UNKNOWN_KEYS)
def test_unknown_key(tmp_path: Path, place: Place, said: str) -> None:
    write_site(tmp_path, {place: 1})

    assert problems_of(tmp_path) == [f"{said}: unknown key (see docs/inventory.md for the keys)"]


def test_unknown_keys_outside_anycast_are_not_ours(tmp_path: Path) -> None:
    write_site(tmp_path, {(HOSTS, "ns1", "data", "rack"): "b12", (HOSTS, "printer", "data"): {"paper": "a4"}})

    assert list(load_site(tmp_path).intent.hosts) == ["ns1", "ns2", "r1", "client1"]


VIPS = [
    (
        "203.0.113.0/24",
        "'203.0.113.0/24' is not a host address: a VIP is one address (write 203.0.113.0 or 203.0.113.0/32)",
    ),
    ("203.0.113.300", "'203.0.113.300' is not an IPv4 host address"),
    ("2001:db8::53", "'2001:db8::53' is not an IPv4 host address"),
    (53, "'53' is not an IPv4 host address"),
    ("", "'' is not an IPv4 host address"),
    (None, "'None' is not an IPv4 host address"),
    ("224.0.0.53", "'224.0.0.53' cannot be announced: it is multicast, loopback, link-local or broadcast"),
    ("127.0.0.53", "'127.0.0.53' cannot be announced: it is multicast, loopback, link-local or broadcast"),
    ("169.254.0.53", "'169.254.0.53' cannot be announced: it is multicast, loopback, link-local or broadcast"),
    ("0.0.0.0", "'0.0.0.0' cannot be announced: it is multicast, loopback, link-local or broadcast"),  # noqa: S104
    (
        "255.255.255.255/32",
        "'255.255.255.255/32' cannot be announced: it is multicast, loopback, link-local or broadcast",
    ),
]


@pytest.mark.parametrize(("vip", "said"), VIPS, ids=[str(vip) for vip, _ in VIPS])
def test_vip_is_not_a_host_address(tmp_path: Path, vip: object, said: str) -> None:
    write_site(tmp_path, {(*RESOLVER, "vip"): vip})

    assert problems_of(tmp_path) == [f"inventory/defaults.yaml: anycast.services.resolver.vip: {said}"]


HOST_NAME = "is not a host name (letters, digits, dot, hyphen, underscore; 63 at most)"


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("ns9\nreboot", "'ns9\\nreboot'"),
        ("ns9; reboot", "ns9; reboot"),
        ("$(reboot)", "$(reboot)"),
        ("`reboot`", "`reboot`"),
        ("ns 9", "ns 9"),
        ("-rf", "-rf"),
        ("../etc", "../etc"),
        ("ns9\x1b[31m", "'ns9\\x1b[31m'"),
        ("n" * 64, "n" * 64),
        ("nœud", "nœud"),
    ],
)
def test_host_name_is_not_one(tmp_path: Path, name: str, shown: str) -> None:
    write_site(tmp_path, {(HOSTS, name, "anycast", "role"): "vantage"})

    assert problems_of(tmp_path) == [f"inventory/hosts.yaml: {shown}: {name!r} {HOST_NAME}"]


CONTRADICTIONS: dict[str, tuple[Mapping[Place, object], list[str]]] = {
    "router-id twice": (
        {(*NS2, "router_id"): "198.51.100.11"},
        [
            (
                "inventory/hosts.yaml: ns2: anycast.router_id: 198.51.100.11 is also the router-id of ns1; every OSPF "
                "speaker needs its own"
            )
        ],
    ),
    "router-id is a VIP": (
        {(*NS1, "router_id"): "203.0.113.53"},
        [
            (
                "inventory/hosts.yaml: ns1: anycast.router_id: 203.0.113.53 is the VIP of resolver; use an "
                "address that "
                "only this host has"
            )
        ],
    ),
    "router-id that lets the daemon choose": (
        {(*NS1, "router_id"): "0.0.0.0"},  # noqa: S104
        [
            (
                "inventory/hosts.yaml: ns1: anycast.router_id: 0.0.0.0 means that the daemon chooses, and it "
                "would choose "
                "a VIP; give the host its own"
            )
        ],
    ),
    "router-id is a yes": (
        {(*NS1, "router_id"): True},
        ["inventory/hosts.yaml: ns1: anycast.router_id: True is not an IPv4 address"],
    ),
    "no router-id and no interface": (
        {(*R1, "router_id"): DELETED, (*R1, "interfaces"): {}},
        [
            "inventory/hosts.yaml: r1: anycast.router_id is missing, and no interface gives one",
            (
                "inventory/hosts.yaml: ns1: anycast.interfaces: the node is on no router's subnet (192.0.2.0/28); "
                "nobody could learn its VIP"
            ),
            (
                "inventory/hosts.yaml: ns2: anycast.interfaces: the node is on no router's subnet (192.0.2.0/28); "
                "nobody could learn its VIP"
            ),
        ],
    ),
    "node on no router's subnet": (
        {(*NS1, "interfaces", "eth0", "address"): "192.0.2.99/28"},
        [
            (
                "inventory/hosts.yaml: ns1: anycast.interfaces: the node is on no router's subnet (192.0.2.96/28); "
                "nobody could learn its VIP"
            )
        ],
    ),
    "address without its subnet": (
        {(*NS1, "interfaces", "eth0", "address"): "192.0.2.11"},
        [
            (
                "inventory/hosts.yaml: ns1: anycast.interfaces: the node is on no router's subnet (192.0.2.11/32); "
                "nobody could learn its VIP"
            )
        ],
    ),
    "node without interfaces": (
        {(*NS1, "interfaces"): DELETED},
        [
            (
                "inventory/hosts.yaml: ns1: anycast.interfaces: the node is on no router's subnet (no interface); "
                "nobody could learn its VIP"
            )
        ],
    ),
    "hostname with shell characters": (
        {(HOSTS, "ns1", "hostname"): "192.0.2.11; id"},
        ["inventory/hosts.yaml: ns1: hostname: '192.0.2.11; id' is not an address or a host name"],
    ),
    "hostname with a newline": (
        {(HOSTS, "ns1", "hostname"): "192.0.2.11\nfoo"},
        ["inventory/hosts.yaml: ns1: hostname: '192.0.2.11\\nfoo' is not an address or a host name"],
    ),
    "hostname is a VIP": (
        {(HOSTS, "ns1", "hostname"): "203.0.113.53"},
        ["inventory/hosts.yaml: ns1: hostname: 203.0.113.53 is the VIP of resolver: any of its nodes answers there"],
    ),
    "hostname twice": (
        {(HOSTS, "ns1", "hostname"): "192.0.2.99", (HOSTS, "ns2", "hostname"): "192.0.2.99"},
        ["inventory/hosts.yaml: ns2: hostname: 192.0.2.99 is also the hostname of ns1"],
    ),
    "user name with shell characters": (
        {(HOSTS, "ns1", "username"): "netops; id"},
        ["inventory/hosts.yaml: ns1: username: 'netops; id' is not a user name (letters, digits, _ . @ \\ -)"],
    ),
    "address twice": (
        {(*NS2, "interfaces", "eth0", "address"): "192.0.2.11/28"},
        ["inventory/hosts.yaml: ns2: anycast.interfaces.eth0.address: 192.0.2.11 is also the address of ns1 eth0"],
    ),
    "network address": (
        {(*NS1, "interfaces", "eth0", "address"): "192.0.2.0/28"},
        [
            (
                "inventory/hosts.yaml: ns1: anycast.interfaces.eth0.address: 192.0.2.0/28 is the network or broadcast "
                "address of its subnet"
            )
        ],
    ),
    "broadcast address": (
        {(*NS1, "interfaces", "eth0", "address"): "192.0.2.15/28"},
        [
            (
                "inventory/hosts.yaml: ns1: anycast.interfaces.eth0.address: 192.0.2.15/28 is the network or broadcast "
                "address of its subnet"
            )
        ],
    ),
    "VIP in a host's subnet": (
        {(*R1, "interfaces", "eth1", "address"): "203.0.113.1/24"},
        [
            (
                "inventory/hosts.yaml: r1: anycast.interfaces.eth1.address: the VIP 203.0.113.53 of resolver "
                "lies in this "
                "subnet 203.0.113.0/24; hosts on it would look for the VIP by ARP, not by route"
            )
        ],
    ),
    "two areas on one subnet": (
        {(*R1, "interfaces", "eth0", "area"): 1},
        [
            "inventory/hosts.yaml: r1: ns1 eth0 and r1 eth0 are on 192.0.2.0/28 but in areas 0.0.0.0 and 0.0.0.1",
            "inventory/hosts.yaml: r1: ns2 eth0 and r1 eth0 are on 192.0.2.0/28 but in areas 0.0.0.0 and 0.0.0.1",
        ],
    ),
    "two timers on one subnet": (
        {(*NS1, "ospf"): {"hello_s": 1, "dead_s": 4}},
        [
            (
                "inventory/hosts.yaml: ns2: ns1 eth0 and ns2 eth0 are on 192.0.2.0/28 but with different "
                "hello_s/dead_s: "
                "they would never be adjacent"
            ),
            (
                "inventory/hosts.yaml: r1: ns1 eth0 and r1 eth0 are on 192.0.2.0/28 but with different hello_s/dead_s: "
                "they would never be adjacent"
            ),
        ],
    ),
    "two metrics for one service": (
        {(*NS1, "ospf"): {"metric": 30}},
        [
            (
                "inventory/defaults.yaml: anycast.services.resolver: its nodes have different ospf.metric "
                "(ns1: 30, ns2: 20); give all of them one"
            )
        ],
    ),
    "dead before hello": (
        {(*NS1, "ospf"): {"hello_s": 10, "dead_s": 10}},
        ["inventory/hosts.yaml: ns1: anycast.ospf: dead_s 10 must be greater than hello_s 10"],
    ),
    "more nodes promised than there are": (
        {(*RESOLVER, "min_nodes"): 3},
        [
            "inventory/defaults.yaml: anycast.services.resolver.min_nodes: 3 promised, but 2 node(s) have the service",
        ],
    ),
    "one VIP for two services": (
        {(DEFAULTS, "anycast", "services", "internal"): {"vip": "203.0.113.53/32"}},
        [
            (
                "inventory/defaults.yaml: anycast.services: VIP 203.0.113.53 is used by resolver, internal; "
                "give each its own"
            )
        ],
    ),
    "no service": (
        {(DEFAULTS, "anycast", "services"): {}},
        ["inventory/defaults.yaml: anycast.services: no service is defined (services.NAME.vip)"],
    ),
    "service that is not defined": (
        {(*NS1, "services"): ["resolver", "recursive"]},
        ["inventory/hosts.yaml: ns1: anycast.services: 'recursive' is not defined (defined: resolver)"],
    ),
    "router with services": (
        {(*R1, "services"): ["resolver"]},
        ["inventory/hosts.yaml: r1: anycast.services: only a node announces services; this is a router"],
    ),
    "host without a role": (
        {(HOSTS, "client1", "anycast", "role"): DELETED},
        ["inventory/hosts.yaml: client1: anycast.role: is missing"],
    ),
    "role that is none": (
        {(*NS1, "role"): "nodes"},
        ["inventory/hosts.yaml: ns1: anycast.role: Input should be 'node', 'router' or 'vantage' (seen: 'nodes')"],
    ),
    "service without a VIP": (
        {(*RESOLVER, "vip"): DELETED},
        ["inventory/defaults.yaml: anycast.services.resolver.vip: is missing"],
    ),
    "service name with a newline": (
        {(DEFAULTS, "anycast", "services", "in\nternal"): {"vip": "203.0.113.153"}},
        [
            (
                "inventory/defaults.yaml: anycast.services.'in\\nternal': 'in\\nternal' is not a service name "
                "(letters, digits, dot, hyphen, underscore)"
            )
        ],
    ),
    "interface name with a blank": (
        {(*NS1, "interfaces", "eth0 up"): {"address": "192.0.2.77/28"}},
        [
            (
                "inventory/hosts.yaml: ns1: anycast.interfaces.eth0 up: 'eth0 up' is not an interface name "
                "(no blanks or shell characters)"
            )
        ],
    ),
    "interface without an address": (
        {(*NS1, "interfaces", "eth0"): {"cost": 10}},
        ["inventory/hosts.yaml: ns1: anycast.interfaces.eth0.address: is missing"],
    ),
    "address that is none": (
        {(*NS1, "interfaces", "eth0", "address"): "192.0.2.11/33"},
        [
            (
                "inventory/hosts.yaml: ns1: anycast.interfaces.eth0.address: Input is not a valid IPv4 interface "
                "(seen: '192.0.2.11/33')"
            )
        ],
    ),
    "address that is a number": (
        {(*NS1, "interfaces", "eth0", "address"): 11},
        ["inventory/hosts.yaml: ns1: anycast.interfaces.eth0.address: 11 is not an IPv4 address"],
    ),
    "area that is none": (
        {(*NS1, "interfaces", "eth0", "area"): "backbone"},
        [
            (
                "inventory/hosts.yaml: ns1: anycast.interfaces.eth0.area: Input is not a valid IPv4 address "
                "(seen: 'backbone')"
            )
        ],
    ),
    "area that is a yes": (
        {(*NS1, "interfaces", "eth0", "area"): True},
        ["inventory/hosts.yaml: ns1: anycast.interfaces.eth0.area: True is not an IPv4 address"],
    ),
    "cost too great": (
        {(*NS1, "interfaces", "eth0", "cost"): 65536},
        [
            (
                "inventory/hosts.yaml: ns1: anycast.interfaces.eth0.cost: Input should be less than or equal to 65535 "
                "(seen: '65536')"
            )
        ],
    ),
    "metric too great": (
        {(DEFAULTS, "anycast", "ospf"): {"metric": 16777215}},
        [
            (
                "inventory/defaults.yaml: anycast.ospf.metric: Input should be less than or equal to 65535 "
                "(seen: '16777215')"
            )
        ],
    ),
    "domain that breaks out of the configuration": (
        {(*RESOLVER, "domain"): "example.net\nserver=/#/192.0.2.1"},
        [
            (
                "inventory/defaults.yaml: anycast.services.resolver.domain: 'example.net\\nserver=/#/192.0.2.1' is not "
                "a domain name"
            )
        ],
    ),
    "probe without a name": (
        {(*RESOLVER, "probe"): {"type": "A"}},
        ["inventory/defaults.yaml: anycast.services.resolver.probe.name: is missing"],
    ),
    "probe answers that are no list": (
        {(*RESOLVER, "probe"): {"name": "www.example.net", "answers": "198.51.100.80"}},
        [
            (
                "inventory/defaults.yaml: anycast.services.resolver.probe.answers: Input should be a valid tuple "
                "(seen: '198.51.100.80')"
            )
        ],
    ),
    "upstream that is a name": (
        {(DEFAULTS, "anycast", "dns"): {"upstream": ["dns.example.net"]}},
        [
            (
                "inventory/defaults.yaml: anycast.dns.upstream.0: Input is not a valid IPv4 address "
                "(seen: 'dns.example.net')"
            )
        ],
    ),
    "lab tree with shell characters": (
        {(*NS1, "lab"): {"tree": "bookworm; reboot"}},
        [
            (
                "inventory/hosts.yaml: ns1: anycast.lab.tree: 'bookworm; reboot' is not a suite (bookworm, "
                "trixie) or a "
                "path to a root tree"
            )
        ],
    ),
    "services that are text": (
        {(*NS1, "services"): "resolver"},
        ["inventory/hosts.yaml: ns1: anycast.services: must be a mapping of definitions or a list of names"],
    ),
    "services of a wrong kind do not hide the next mistake": (
        {(DEFAULTS, "anycast", "services"): 5, (DEFAULTS, "anycast", "role"): "x"},
        [
            "inventory/defaults.yaml: anycast.role: Input should be 'node', 'router' or 'vantage' (seen: 'x')",
            "inventory/defaults.yaml: anycast.services: must be a mapping of definitions or a list of names",
        ],
    ),
    "service that is text": (
        {RESOLVER: "203.0.113.53"},
        [
            (
                "inventory/defaults.yaml: anycast.services.resolver: Input should be a valid dictionary or instance of "
                "Service (seen: '203.0.113.53')"
            )
        ],
    ),
    "anycast that is a list": (
        {(HOSTS, "ns1", "data"): {"anycast": ["node"]}},
        ["inventory/hosts.yaml: ns1: anycast: must be a mapping, not list"],
    ),
    "mistakes of several files at once": (
        {(*RESOLVER, "vip"): "x", (GROUPS, "nodes", "anycast", "rolle"): 1, (*NS1, "router_id"): "y"},
        [
            "inventory/defaults.yaml: anycast.services.resolver.vip: 'x' is not an IPv4 host address",
            "inventory/groups.yaml: nodes: anycast.rolle: unknown key (see docs/inventory.md for the keys)",
            "inventory/hosts.yaml: ns1: anycast.router_id: Input is not a valid IPv4 address (seen: 'y')",
        ],
    ),
}


@pytest.mark.parametrize("case", CONTRADICTIONS)
def test_mistake(tmp_path: Path, case: str) -> None:
    changes, expected = CONTRADICTIONS[case]
    write_site(tmp_path, changes)

    assert problems_of(tmp_path) == expected


def test_a_vantage_may_have_its_own_timers_and_area(tmp_path: Path) -> None:
    client: Place = (HOSTS, "client1", "anycast")
    write_site(tmp_path, {(*client, "ospf"): {"hello_s": 1, "dead_s": 4}, (*client, "interfaces", "eth0", "area"): 7})

    assert load_site(tmp_path).intent.hosts["client1"].ospf.hello_s == 1


FILES: dict[str, tuple[Mapping[Place, object], list[str]]] = {
    "hosts are a list": (
        {(HOSTS,): "- ns1\n- ns2\n"},
        ["inventory/hosts.yaml: must be a mapping, not a list"],
    ),
    "hosts are text": ({(HOSTS,): "ns1"}, ["inventory/hosts.yaml: must be a mapping, not text"]),
    "groups are a number": (
        {(GROUPS,): "7"},
        [
            "inventory/groups.yaml: must be a mapping, not a number",
            "inventory/hosts.yaml: ns1: groups: nodes is not defined in groups.yaml (defined: none)",
            "inventory/hosts.yaml: ns2: groups: nodes is not defined in groups.yaml (defined: none)",
            "inventory/hosts.yaml: r1: groups: routers is not defined in groups.yaml (defined: none)",
        ],
    ),
    "host with nothing": ({(HOSTS, "ns1"): None}, ["inventory/hosts.yaml: ns1: must be a mapping, not empty"]),
    "host that is a list": ({(HOSTS, "ns1"): []}, ["inventory/hosts.yaml: ns1: must be a mapping, not a list"]),
    "host whose name is a number": (
        {(HOSTS,): "7: {hostname: ns7.example.net}\n"},
        ["inventory/hosts.yaml: 7: a name must be text, not a number; put it in quotes"],
    ),
    "data that is a list": (
        {(HOSTS, "ns1", "data"): ["anycast"]},
        ["inventory/hosts.yaml: ns1: data: must be a mapping, not a list"],
    ),
    "defaults' data that is text": (
        {(DEFAULTS, "data"): "anycast"},
        ["inventory/defaults.yaml: data: must be a mapping, not text"],
    ),
    "group that is not defined": (
        {(HOSTS, "ns1", "groups"): ["dns_nodes"]},
        ["inventory/hosts.yaml: ns1: groups: dns_nodes is not defined in groups.yaml (defined: nodes, routers)"],
    ),
    "groups that are text": (
        {(HOSTS, "ns1", "groups"): "nodes"},
        ["inventory/hosts.yaml: ns1: groups: must be a list of names, not text"],
    ),
    "groups in a circle": (
        {(GROUPS, "nodes", "groups"): ["routers"], (GROUPS, "routers", "groups"): ["nodes"]},
        [
            "inventory/groups.yaml: nodes: groups: the group is a member of itself",
            "inventory/groups.yaml: routers: groups: the group is a member of itself",
        ],
    ),
    "hostname that is a number": (
        {(HOSTS, "ns1", "hostname"): 10},
        ["inventory/hosts.yaml: ns1: hostname: must be text, not a number; put it in quotes"],
    ),
    "port that is text": (
        {(HOSTS, "ns1", "port"): "ssh"},
        ["inventory/hosts.yaml: ns1: port: must be a number, not text"],
    ),
    "connection options that are text": (
        {(HOSTS, "ns1", "connection_options"): "netmiko"},
        ["inventory/hosts.yaml: ns1: connection_options: must be a mapping, not text"],
    ),
    "connection options of a plugin that are empty": (
        {(DEFAULTS, "connection_options"): {"netmiko": None}},
        ["inventory/defaults.yaml: connection_options.netmiko: must be a mapping, not empty"],
    ),
    "extras that are a list": (
        {(HOSTS, "ns1", "connection_options"): {"netmiko": {"extras": ["ssh_strict"]}}},
        ["inventory/hosts.yaml: ns1: connection_options.netmiko.extras: must be a mapping, not a list"],
    ),
    "port of a connection": (
        {(HOSTS, "ns1", "connection_options"): {"netmiko": {"port": "ssh"}}},
        ["inventory/hosts.yaml: ns1: connection_options.netmiko: port: must be a number, not text"],
    ),
    "empty hosts": (
        {(HOSTS,): ""},
        [
            "inventory/defaults.yaml: anycast.services.resolver.min_nodes: 2 promised, but 0 node(s) have the service",
        ],
    ),
    "empty defaults": (
        {(DEFAULTS,): "# nothing yet\n"},
        ["inventory/defaults.yaml: anycast.services: no service is defined (services.NAME.vip)"],
    ),
}


@pytest.mark.parametrize("case", FILES)
def test_file_of_a_wrong_shape(tmp_path: Path, case: str) -> None:
    changes, expected = FILES[case]
    write_site(tmp_path, changes)

    assert problems_of(tmp_path) == expected


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("ns1: [", "not valid YAML: while parsing a flow "),
        ("ns1: {}\nns1: {}\n", "not valid YAML: while constructing a mapping"),
        ("ns1:\n\thostname: x\n", "not valid YAML: while scanning for the next token found character "),
        ("ns1: {data: !!python/object:os.system {}}", "not valid YAML: could not determine a constructor for the tag"),
        ("ns1: {data: 2020-99-99}", "not valid YAML: month must be in 1..12"),
        ("{" * 2000, "not valid YAML: "),
    ],
    ids=["open bracket", "host twice", "tab", "python object", "no such day", "too deep"],
)
def test_yaml_that_is_none(tmp_path: Path, text: str, said: str) -> None:
    write_site(tmp_path, {(HOSTS,): text})

    (problem,) = problems_of(tmp_path)
    assert problem.startswith(f"inventory/hosts.yaml: {said}")


def test_yaml_error_says_where(tmp_path: Path) -> None:
    write_site(tmp_path, {(HOSTS,): "ns1:\n  hostname: x\n  groups: [\n"})

    (problem,) = problems_of(tmp_path)
    assert "line 4, column 1" in problem


def test_file_that_is_not_text(tmp_path: Path) -> None:
    write_site(tmp_path)
    (tmp_path / "inventory" / "groups.yaml").write_bytes(b"nodes: \xff\n")

    assert problems_of(tmp_path)[0] == "inventory/groups.yaml: not UTF-8 text (invalid start byte at byte 7)"


def test_folder_without_an_inventory(tmp_path: Path) -> None:
    assert problems_of(tmp_path) == [
        f"{tmp_path}: no inventory/hosts.yaml, hosts.yaml or config.yaml here (see --site)"
    ]


def test_folder_that_does_not_exist(tmp_path: Path) -> None:
    missing = tmp_path / "sitte"

    assert problems_of(missing) == [f"{missing}: no inventory/hosts.yaml, hosts.yaml or config.yaml here (see --site)"]


def test_folder_name_that_is_too_long(tmp_path: Path) -> None:
    folder = tmp_path / ("x" * 300)

    with pytest.raises(InventoryError, match=r"xxx: cannot be read: .*File name too long"):
        load_site(folder)


def test_folder_that_is_a_loop_of_links(tmp_path: Path) -> None:
    (tmp_path / "a").symlink_to(tmp_path / "b")
    (tmp_path / "b").symlink_to(tmp_path / "a")
    with pytest.raises(InventoryError, match=f"{tmp_path}/a: "):
        load_site(tmp_path / "a")


def test_nornir_configuration_with_a_plugin_that_is_not_installed(tmp_path: Path) -> None:
    (tmp_path / "config.yaml").write_text("inventory: {plugin: NoSuchInventory}\n")

    (problem,) = problems_of(tmp_path)
    assert problem.startswith(f"{tmp_path}/config.yaml: nornir cannot load it: PluginNotRegistered: ")


def test_nornir_configuration_that_is_not_yaml(tmp_path: Path) -> None:
    (tmp_path / "config.yaml").write_text("inventory: [\n")

    (problem,) = problems_of(tmp_path)
    assert problem.startswith(f"{tmp_path}/config.yaml: nornir cannot load it: ParserError: ")


def test_nornir_configuration_whose_files_are_wrong(tmp_path: Path) -> None:
    write_site(tmp_path, {(HOSTS, "ns1", "data"): ["anycast"]})
    options = {
        name: str(tmp_path / "inventory" / f"{name.partition('_')[0]}s.yaml") for name in ("host_file", "group_file")
    }
    options["defaults_file"] = str(tmp_path / "inventory" / "defaults.yaml")
    lines = "\n".join(f"    {name}: {path}" for name, path in options.items())
    (tmp_path / "config.yaml").write_text(f"inventory:\n  plugin: SimpleInventory\n  options:\n{lines}\n")

    assert problems_of(tmp_path) == ["inventory/hosts.yaml: ns1: anycast: must be a mapping, not list"]
