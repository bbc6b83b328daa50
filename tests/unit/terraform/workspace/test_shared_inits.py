"""Results of `init` that are remembered."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from unittest.mock import patch

import pytest

from cellwright.terraform.workspace import shared_inits
from cellwright.terraform.workspace.init_result import InitResult
from cellwright.terraform.workspace.shared_inits import SharedInits
from patience import PATIENCE

RESULT = InitResult({"type": "local"}, None, {}, None, None)


@pytest.fixture
def inits(tmp_path: Path) -> SharedInits:
    return SharedInits(tmp_path / "inits")


def found(inits: SharedInits, key: str = "k") -> InitResult | None:
    with inits.result(key) as result:
        return result


def test_a_pinned_result_is_there_for_later_commands(inits: SharedInits) -> None:
    assert found(inits) is None
    inits.keep("k", RESULT, pinned=True)
    later = SharedInits(inits.folder)
    assert found(inits) == found(later) == RESULT
    assert found(later, "other") is None


def test_chosen_versions_are_shared_for_some_minutes_only(inits: SharedInits) -> None:
    inits.keep("k", RESULT, pinned=False)
    assert found(inits) == RESULT
    assert found(SharedInits(inits.folder)) is None
    with patch.object(shared_inits, "_SECONDS", 0.0):
        assert found(inits) is None


def test_units_wait_for_the_first_one(inits: SharedInits) -> None:
    made = []

    def unit(_: int) -> None:
        with inits.result("k") as result:
            if result is None:
                made.append(1)
                inits.keep("k", RESULT, pinned=False)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(unit, range(40)))
    assert made == [1]


def test_units_that_need_their_own_do_not_wait(inits: SharedInits) -> None:
    inits.refuse("k")
    together = threading.Barrier(2, timeout=PATIENCE)

    def unit(_: int) -> None:
        with inits.result("k") as result:
            assert result is None
            together.wait()

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(unit, range(2)))


def test_a_failed_init_lets_the_next_one_try(inits: SharedInits) -> None:
    with pytest.raises(ValueError, match="no"), inits.result("k"):
        raise ValueError("no")
    assert found(inits) is None


@contextmanager
def unwritable(path: Path) -> Iterator[None]:
    path.write_text("a file where the folder would be")
    yield
    path.unlink()


def test_what_can_not_be_written_costs_time_only(inits: SharedInits) -> None:
    with unwritable(inits.folder):
        inits.keep("k", RESULT, pinned=True)
        assert found(inits) == RESULT
        assert found(SharedInits(inits.folder)) is None


def test_old_files_are_removed(inits: SharedInits) -> None:
    with patch.object(shared_inits, "_MOST_FILES", 2):
        for key in "abc":
            inits.keep(key, RESULT, pinned=True)
    assert len(list(inits.folder.iterdir())) == 2
