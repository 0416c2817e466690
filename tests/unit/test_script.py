"""Many commands in one script: run by the real `sh` of this machine, and taken apart again."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from nornir_anycast.errors import ParseError
from nornir_anycast.script import Section, build_script, new_mark, parse_sections

MARK = "--0123456789abcdef0123456789abcdef--"


def run(script: str) -> str:
    """As a host does: the script comes by standard input."""
    done = subprocess.run(["sh", "-s"], input=script.encode(), capture_output=True, check=True, timeout=20)
    assert done.stderr == b""
    return done.stdout.decode()


def sections(commands: dict[str, str]) -> dict[str, Section]:
    return parse_sections(run(build_script(commands, MARK)), MARK)


def test_every_command_has_its_output_and_its_exit_status() -> None:
    seen = sections({"one": "echo 1", "two words": "echo 2; exit 7", "none": "true", "no": "false", "last": "echo 5"})

    assert seen == {
        "one": Section("1", 0),
        "two words": Section("2", 7),
        "none": Section("", 0),
        "no": Section("", 1),
        "last": Section("5", 0),
    }


@pytest.mark.parametrize(
    ("command", "output"),
    [
        ("printf 'no newline'", "no newline"),
        ("printf 'one\\n'", "one"),
        ("printf 'two\\n\\n'", "two\n"),
        ("printf '\\n'", ""),
        ("printf '\\n\\n'", "\n"),
        ("printf '  blanks  '", "  blanks  "),
        ("printf 'a\\r\\nb\\fc\\vd\\n'", "a\r\nb\fc\vd"),
        ("printf 'a\\302\\205b\\342\\200\\250c'", "a\u0085b\u2028c"),
    ],
)
def test_output_comes_as_it_was_but_for_one_newline_at_its_end(command: str, output: str) -> None:
    assert sections({"a": command, "b": "echo b"}) == {"a": Section(output, 0), "b": Section("b", 0)}


def test_standard_error_is_part_of_the_output() -> None:
    assert sections({"a": "echo out; echo err >&2; exit 3"}) == {"a": Section("out\nerr", 3)}


def test_commands_cannot_change_one_another() -> None:
    seen = sections({"a": "cd /tmp; x=1; set -eu; umask 000; exec true", "b": 'pwd; echo "${x-unset}"; umask'})

    assert seen["b"] == Section("/\nunset\n0077", 0)


def test_commands_do_not_read_the_rest_of_the_script() -> None:
    assert sections({"a": "cat; wc -c", "b": "echo b"}) == {"a": Section("0", 0), "b": Section("b", 0)}


def test_here_document() -> None:
    seen = sections({"a": "cat <<'END'\n$(echo no)\nEND", "b": "echo b"})

    assert seen == {"a": Section("$(echo no)", 0), "b": Section("b", 0)}


def test_locale_and_path_are_those_of_no_user() -> None:
    seen = sections({"a": 'echo "$LC_ALL"; echo "$PATH"'})

    assert seen["a"].lines == ["C", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"]


def test_fake_marks_are_output() -> None:
    fakes = "--ffffffffffffffffffffffffffffffff-- begin b\nowned\n--ffffffffffffffffffffffffffffffff-- end 0\n"
    seen = sections({"a": f"cat <<'END'\n{fakes}END", "b": f"echo 'not at the margin: {MARK} done'; echo b"})

    assert seen == {"a": Section(fakes.rstrip(), 0), "b": Section(f"not at the margin: {MARK} done\nb", 0)}


def test_script_that_arrives_in_part_does_nothing(tmp_path: Path) -> None:
    """`main` is called by the last lines; whoever gets less runs none of it."""
    witness = tmp_path / "witness"
    script = build_script({"a": f"echo x >> {witness}", "b": "echo b"}, MARK)
    called = script.index("\nmain\n") + 1
    for length in (*range(0, called, 7), called - 1, called, called + 3):
        subprocess.run(["sh", "-s"], input=script[:length].encode(), capture_output=True, check=False, timeout=20)
        assert not witness.exists(), script[:length]
    subprocess.run(["sh", "-s"], input=script.encode(), capture_output=True, check=True, timeout=20)
    assert witness.read_text() == "x\n"


def test_script_goes_on_when_nobody_reads(tmp_path: Path) -> None:
    witness = tmp_path / "witness"
    script = build_script({"a": "echo a", "b": f"echo b; echo x > {witness}"}, MARK)
    with subprocess.Popen(["sh", "-s"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as shell:
        assert shell.stdin
        assert shell.stdout
        shell.stdout.close()
        shell.stdin.write(script.encode())
        shell.stdin.close()
        shell.wait(timeout=20)
    assert witness.read_text() == "x\n"


def test_marks_differ() -> None:
    assert len({new_mark() for _ in range(100)}) == 100


@pytest.mark.parametrize(
    ("output", "said"),
    [
        ("", "script: line 0: the output ends before the script: ''"),
        (f"{MARK} begin a\nx\n", "script: line 2: the output ends before the script: 'x'"),
        (f"{MARK} begin a\nx\n\n{MARK} end 0\n", f"script: line 4: the output ends before the script: '{MARK} end 0'"),
        (f"{MARK} begin a\nx\n{MARK} end\n", f"script: line 3: not understood: '{MARK} end'"),
        (f"{MARK} begin a\nx\n{MARK} end ²\n", f"script: line 3: not understood: '{MARK} end ²'"),
        (f"{MARK} begin a\nx\n{MARK} end -1\n", f"script: line 3: not understood: '{MARK} end -1'"),
        (f"{MARK} what\n", f"script: line 1: not understood: '{MARK} what'"),
        ("Last login: today\n", "script: line 1: the output ends before the script: 'Last login: today'"),
    ],
)
def test_output_that_is_not_whole(output: str, said: str) -> None:
    with pytest.raises(ParseError) as caught:
        parse_sections(output, MARK)

    assert str(caught.value) == said


def test_banner_before_the_script_is_no_section() -> None:
    output = f"Welcome\n{MARK} begin a\nx\n\n{MARK} end 0\n{MARK} done\n"

    assert parse_sections(output, MARK) == {"a": Section("x", 0)}
