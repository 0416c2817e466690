"""Output of any kind comes back as it was, and no text crashes the parser."""

from __future__ import annotations

import shlex
import subprocess

from hypothesis import given, settings
from hypothesis import strategies as st

from nornir_anycast.errors import ParseError
from nornir_anycast.script import Section, build_script, new_mark, parse_sections

MARK = "--0123456789abcdef0123456789abcdef--"
texts = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=40)
names = st.text("abcdefgh /.-_", min_size=1, max_size=12).map(lambda name: f"x{name}x")


@settings(max_examples=30, deadline=None)
@given(st.dictionaries(names, st.tuples(texts, st.integers(0, 255)), max_size=4))
def test_output_and_status_come_back(said: dict[str, tuple[str, int]]) -> None:
    mark = new_mark()
    commands = {name: f"printf %s {shlex.quote(text)}; exit {status}" for name, (text, status) in said.items()}
    done = subprocess.run(["sh"], input=build_script(commands, mark).encode(), capture_output=True, check=True)

    seen = parse_sections(done.stdout.decode(), mark)

    assert seen == {name: Section(text.removesuffix("\n"), status) for name, (text, status) in said.items()}


lines = st.sampled_from(
    [f"{MARK} begin a", f"{MARK} end 0", f"{MARK} end x", f"{MARK} end ٣", f"{MARK} done", MARK, f" {MARK}", "", "x"]
)


@given(st.lists(lines | st.text(max_size=10), max_size=8).map("\n".join))
def test_any_output(output: str) -> None:
    try:
        parse_sections(output, MARK)
    except ParseError:
        return
    assert f"{MARK} done" in output
