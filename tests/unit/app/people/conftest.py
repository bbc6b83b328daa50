"""A fleet without people, and one with an admin."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from cellwright.app.session.session import FleetSession
from unit.app.people.kit import SetClock, open_fleet


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


@pytest.fixture
def session(tmp_path: Path, clock: SetClock) -> Iterator[FleetSession]:
    with open_fleet(tmp_path, clock) as opened:
        yield opened
