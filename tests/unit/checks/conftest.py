"""A good network, new for every test."""

from __future__ import annotations

import pytest

from tests.unit.checks.network import Network


@pytest.fixture
def network() -> Network:
    return Network()
