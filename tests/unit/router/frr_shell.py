"""What an FRR router makes of configuration lines: just enough of vtysh to try a delta without a router."""

from __future__ import annotations

from collections.abc import Sequence

from nornir_anycast.config_text import parse_blocks

SINGLE = ("ip ospf cost", "ip ospf hello-interval", "ip ospf dead-interval", "ospf router-id")
"""Settings of which a block has one: entering another value replaces it."""


def enter(running: str, commands: Sequence[str]) -> str:
    """Enter lines as in `configure terminal`; return the running configuration after them."""
    blocks = parse_blocks(running)
    block: list[str] | None = None
    for line in commands:
        if line == "exit":
            block = None
        elif block is None:
            assert not line.startswith("no "), f"a whole block would be taken away: {line}"
            block = blocks.setdefault(line, [])
        elif line.startswith("no "):
            block.remove(line.removeprefix("no "))
        else:
            stem = next((single for single in SINGLE if line.startswith(f"{single} ")), line)
            block[:] = [*(present for present in block if not f"{present} ".startswith(f"{stem} ")), line]
    assert block is None, "the last block was not left"
    return show(blocks)


def show(blocks: dict[str, list[str]]) -> str:
    """As `show running-config` does."""
    return "".join(f"{header}\n{''.join(f' {line}{chr(10)}' for line in lines)}!\n" for header, lines in blocks.items())
