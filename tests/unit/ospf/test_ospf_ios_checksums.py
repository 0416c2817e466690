"""Real captures: what we read of an LSA, put back on the wire, has the checksum that the router prints.

So no number in it was misread. Their folder is named by the environment variable NORNIR_ANYCAST_CAPTURES.
"""

from __future__ import annotations

import os
import re
from ipaddress import IPv4Address
from pathlib import Path

import pytest

from nornir_anycast.ospf.ios import database
from nornir_anycast.ospf.ios.process import Process
from nornir_anycast.ospf.model import Lsa, NetworkLsa, RouterLsa
from nornir_anycast.ospf.quagga.checksum import is_sound

FOLDER = os.environ.get("NORNIR_ANYCAST_CAPTURES")
pytestmark = pytest.mark.skipif(not FOLDER, reason="NORNIR_ANYCAST_CAPTURES is not set")

LINK_TYPES = {"p2p": 1, "transit": 2, "stub": 3, "virtual": 4}
EXTERNALS_AND_DEMAND_CIRCUITS = 0x22
EDITED_BY_HAND = {IPv4Address("10.0.0.2")}


def on_the_wire(lsa: Lsa, link_state_id: IPv4Address, checksum: int) -> bytes:
    """Return an LSA from its options on (RFC 2328 appendix A.4)."""
    if isinstance(lsa, RouterLsa):
        lsa_type = 1
        roles = lsa.is_abr + 2 * lsa.is_asbr + 4 * lsa.is_virtual_endpoint
        links = [
            link.link_id.packed + link.link_data.packed + bytes([LINK_TYPES[link.kind], 0]) + link.metric.to_bytes(2)
            for link in lsa.links
        ]
        body = bytes([roles, 0]) + len(links).to_bytes(2) + b"".join(links)
    else:
        assert isinstance(lsa, NetworkLsa)
        lsa_type = 2
        body = lsa.prefix.netmask.packed + b"".join(router.packed for router in lsa.attached)
    return b"".join(
        [
            bytes([EXTERNALS_AND_DEMAND_CIRCUITS, lsa_type]),
            link_state_id.packed,
            lsa.advertising_router.packed,
            lsa.sequence.to_bytes(4),
            checksum.to_bytes(2),
            (20 + len(body)).to_bytes(2),
            body,
        ],
    )


@pytest.mark.parametrize("kind", ["router", "network"])
def test_what_is_read_has_the_checksum_that_is_printed(kind: str) -> None:
    parse = database.parse_routers if kind == "router" else database.parse_networks
    checked = 0
    for path in sorted((Path(FOLDER or "") / "cisco_ios").glob(f"cisco_ios_show_ip_ospf_database_{kind}*.raw")):
        text = path.read_text()
        match = re.search(r"\((?P<id>[\d.]+)\) \(Process ID (?P<number>\d+)\)", text)
        assert match is not None
        process = Process(number=int(match["number"]), router_id=IPv4Address(match["id"]))
        checksums = [int(number, 16) for number in re.findall(r"Checksum: 0x([0-9A-F]+)", text)]
        for (key, lsa), checksum in zip(parse(process, text).items(), checksums, strict=True):
            if lsa.advertising_router not in EDITED_BY_HAND:
                assert is_sound(on_the_wire(lsa, key.link_state_id, checksum)), (path.name, key)
                checked += 1
    assert checked >= 6
