"""Whatever stands under `anycast`: an intent, or an InventoryError of printable lines; never another exception."""

from __future__ import annotations

from typing import Any

from hypothesis import example, given
from hypothesis import strategies as st

from nornir_anycast.errors import InventoryError
from nornir_anycast.intent import Layer, LayerSet, build_intent

ADDRESSES = ["203.0.113.53", "192.0.2.11/28", "192.0.2.1/28", "192.0.2.300", "0.0.0.0", "::1", "192.0.2.11/99", "²"]  # noqa: S104
NAMES = ["resolver", "eth0", "node", "router", "vantage", "whoami", "a b", "a\nb", "", "$(x)", "\x1b[31m", "[red]"]
KEYS = [
    *("role", "router_id", "services", "interfaces", "ospf", "dns", "lab"),
    *("vip", "min_nodes", "domain", "probe", "name", "type", "answers"),
    *("address", "area", "cost", "hello_s", "dead_s", "metric", "upstream", "hosts", "cache_size", "tree"),
]
scalars = (
    st.none()
    | st.booleans()
    | st.integers(-2, 70_000)
    | st.integers()
    | st.floats()
    | st.dates()
    | st.binary(max_size=4)
    | st.sampled_from([*ADDRESSES, *NAMES])
    | st.text(max_size=6)
)
keys = st.sampled_from([*KEYS, *NAMES]) | st.text(max_size=4) | st.integers() | st.booleans() | st.none()
anything = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(keys, inner, max_size=4)
        | st.sets(st.sampled_from(NAMES), max_size=2)
    ),
    max_leaves=12,
)
interfaces = st.dictionaries(
    st.sampled_from(["eth0", "eth1"]) | keys,
    st.fixed_dictionaries(
        {"address": st.sampled_from(ADDRESSES) | scalars}, optional={"area": scalars, "cost": scalars}
    ),
    max_size=2,
)
plausible = st.fixed_dictionaries(
    {},
    optional={
        "role": st.sampled_from(["node", "router", "vantage"]),
        "router_id": st.sampled_from(ADDRESSES) | scalars,
        "services": st.lists(st.sampled_from(NAMES), max_size=2)
        | st.dictionaries(
            st.sampled_from(NAMES),
            st.fixed_dictionaries(
                {"vip": st.sampled_from(ADDRESSES)},
                optional={"min_nodes": scalars, "domain": scalars, "probe": scalars | anything},
            ),
            max_size=2,
        ),
        "interfaces": interfaces,
        "ospf": anything,
        "dns": anything,
        "lab": anything,
    },
)
layers = plausible | anything


@given(
    defaults=layers,
    groups=st.lists(layers, max_size=1),
    hosts=st.dictionaries(st.sampled_from(NAMES) | st.text(max_size=5), layers, max_size=3),
)
@example({"services": {"a": {"vip": "203.0.113.53"}}}, [], {"h": {"role": "node", "interfaces": {"e": {"address": 5}}}})
@example({"services": {"a": {"vip": "203.0.113.53"}}}, [], {"h": {"role": "node", "services": None}})
def test_any_anycast_data(defaults: object, groups: list[object], hosts: dict[str, Any]) -> None:
    sets = [
        LayerSet(name, name, "linux", [*(Layer("groups.yaml: g", group) for group in groups), Layer(f"h{i}", data)])
        for i, (name, data) in enumerate(hosts.items())
    ]
    try:
        intent = build_intent(Layer("defaults.yaml", defaults), sets)
    except InventoryError as error:
        intent, problems = None, error.problems
    else:
        problems = []
    assert (intent is None) == bool(problems)
    assert all(line.isprintable() for line in problems)
    if intent:
        assert intent.services
        assert all(node.router_id and node.interfaces for node in intent.with_role("node"))
        vips = {service.vip for service in intent.services.values()}
        assert not vips & {host.router_id for host in intent.hosts.values()}
