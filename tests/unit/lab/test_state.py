from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest

from nornir_anycast.errors import LabError
from nornir_anycast.lab import state
from nornir_anycast.lab.lab import find_lab
from tests.unit.lab.sample import SITE, plan


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> state.Folder:
    monkeypatch.setattr(state, "STATE", tmp_path)
    (tmp_path / "na-").mkdir()
    return state.Folder.of("na-")


def test_a_lab_is_read_back_as_it_was_described(folder: state.Folder) -> None:
    trees = {"bookworm": Path("/var/cache/bookworm")}
    state.write(folder.record, state.dump(plan(), trees))
    assert state.load(folder) == (plan(), trees)


def test_the_description_tells_a_script_where_ssh_answers(folder: state.Folder) -> None:
    state.write(folder.record, state.dump(plan(), {}))
    record = json.loads(folder.record.read_text(encoding="utf-8"))
    assert record["addresses"]["ns1"] == "169.254.1.2"
    assert stat.S_IMODE(folder.record.stat().st_mode) == 0o600


@pytest.mark.parametrize(
    ("text", "message"),
    [(None, "run 'lab up'"), ("{", "run 'lab down'"), ('{"format": 0}', "another version")],
)
def test_a_description_that_cannot_be_used(folder: state.Folder, text: str | None, message: str) -> None:
    if text is not None:
        folder.record.write_text(text, encoding="utf-8")
    with pytest.raises(LabError, match=message):
        state.load(folder)


def test_a_lab_without_its_supervisor_is_an_error_not_a_reason_to_try_the_real_network(folder: state.Folder) -> None:
    state.write(folder.record, state.dump(plan(), {}))
    with pytest.raises(LabError, match="'lab up' mends it"):
        find_lab(SITE)
    assert find_lab(Path("/srv/other")) is None


def test_no_labs_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(state, "STATE", tmp_path / "none")
    assert find_lab(SITE) is None
