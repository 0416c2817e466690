from __future__ import annotations

import threading
from pathlib import Path

import pytest

from nornir_anycast.errors import LabError
from nornir_anycast.lab import locking
from nornir_anycast.lab.locking import locked


def test_the_file_is_gone_when_nobody_holds_it(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    with locked(path, print):
        assert path.exists()
    assert list(tmp_path.iterdir()) == []


def test_a_second_one_is_told_and_waits(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    told = threading.Event()
    order: list[str] = []

    def second() -> None:
        with locked(path, lambda _: told.set()):
            order.append("second")

    with locked(path, print):
        thread = threading.Thread(target=second)
        thread.start()
        assert told.wait(10)
        order.append("first")
    thread.join(10)
    assert order == ["first", "second"]


def test_it_does_not_wait_for_ever(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(locking, "_WAIT_S", 0.0)
    with locked(tmp_path / "lock", print), pytest.raises(LabError, match="another lab command"):
        locking._acquire(tmp_path / "lock", print)  # noqa: SLF001 - the second holder, without a second process


def test_a_lock_is_free_again_after_an_error(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    with pytest.raises(RuntimeError), locked(path, print):
        raise RuntimeError
    with locked(path, print):
        assert path.exists()
