"""An open ledger's parts: each is the class that its annotation names, and all threads have the same one."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from typing import get_args

import pytest

from cellwright.ledger.database.location import sqlite_url
from cellwright.ledger.opening import Ledger, open_ledger
from cellwright.ledger.part import Part

_PARTS = [name for name, value in vars(Ledger).items() if isinstance(value, Part)]
_AT_ONCE = 4


@pytest.mark.parametrize("name", _PARTS)
def test_a_part_is_what_its_annotation_says(name: str) -> None:
    (annotated,) = get_args(Ledger.__annotations__[name])

    assert getattr(Ledger, name).kind().__name__ == annotated.__forward_arg__


def test_all_threads_have_the_same_part(tmp_path: Path) -> None:
    together = Barrier(_AT_ONCE)

    def rollouts(ledger: Ledger) -> int:
        together.wait()
        return id(ledger.rollouts)

    with open_ledger(sqlite_url(tmp_path / "ledger.db")) as ledger, ThreadPoolExecutor(_AT_ONCE) as threads:
        assert len(set(threads.map(rollouts, [ledger] * _AT_ONCE))) == 1
