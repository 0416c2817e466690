"""Router deltas: whatever runs, running + commands holds what is wanted, and nothing foreign is lost."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from nornir_anycast.config_text import parse_blocks
from nornir_anycast.router.delta import compute_delta
from tests.unit.router.frr_shell import enter, show

PREFIXES = ["192.0.2.0/28", "192.0.2.16/28", "10.0.0.0/8"]
FOREIGN_ON_INTERFACE = ["description to r2", "ip address 192.0.2.1/28", "ip ospf priority 5", "bandwidth 100"]
FOREIGN_IN_OSPF = ["passive-interface eth9", "auto-cost reference-bandwidth 1000", "default-information originate"]


def block(single: dict[str, st.SearchStrategy[int]], others: list[str]) -> st.SearchStrategy[list[str]]:
    """A block with at most one of each single setting, and any of the other lines."""
    settings = st.fixed_dictionaries({}, optional=dict(single)).map(lambda d: [f"{k} {v}" for k, v in d.items()])
    return st.builds(list.__add__, settings, st.lists(st.sampled_from(others), unique=True) if others else st.just([]))


timers = {"ip ospf hello-interval": st.integers(1, 3), "ip ospf dead-interval": st.integers(4, 6)}
cost = {"ip ospf cost": st.integers(1, 3)}
networks = [f"network {prefix} area 0.0.0.0" for prefix in PREFIXES]
running_interface = block(timers | cost, FOREIGN_ON_INTERFACE)
wanted_interface = block(timers | cost, [])
TIMERS = ("ip ospf hello-interval", "ip ospf dead-interval")
NAMES = ["interface eth0", "interface eth1"]


@st.composite
def configurations(draw: st.DrawFn) -> tuple[str, str]:
    running = {name: draw(running_interface) for name in [*NAMES, "interface eth9"] if draw(st.booleans())}
    wanted = {name: draw(wanted_interface) for name in NAMES}
    running["hostname r1"] = []
    if draw(st.booleans()):
        running["router ospf"] = draw(block({}, [*networks, *FOREIGN_IN_OSPF]))
    wanted["router ospf"] = ["ospf router-id 198.51.100.1", *draw(block({}, networks))]
    return show(running), show(wanted)


@given(configurations())
def test_round_trip(configuration: tuple[str, str]) -> None:
    running, wanted = configuration
    delta = compute_delta(running, wanted, TIMERS)

    before, target = parse_blocks(running), parse_blocks(wanted)
    after = parse_blocks(enter(running, delta.commands))

    assert compute_delta(show(after), wanted, TIMERS).commands == ()
    assert bool(delta.commands) == bool(delta.diff)
    for header, lines in target.items():
        assert set(lines) <= set(after.get(header, []))
        timers_left = {line for line in after.get(header, []) if "-interval" in line and line.startswith("ip ospf")}
        assert timers_left <= set(lines)
    foreign = {*FOREIGN_ON_INTERFACE, *FOREIGN_IN_OSPF, *networks}
    for header, lines in before.items():
        assert set(lines) & foreign <= set(after[header])
        if header not in target:
            assert after[header] == lines
