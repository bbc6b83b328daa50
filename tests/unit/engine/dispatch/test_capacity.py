from pathlib import Path

import pytest

from cellwright.engine.dispatch import capacity
from cellwright.engine.dispatch.capacity import MOST, PER_UNIT, available_memory, suggested_parallel


@pytest.mark.parametrize(
    ("cores", "free", "expected"),
    [
        (8, 100 * PER_UNIT, MOST),
        (2, 100 * PER_UNIT, 4),
        (8, 3 * PER_UNIT, 3),
        (8, PER_UNIT // 2, 1),
        (1, None, 2),
    ],
    ids=["plenty", "few cores", "little memory", "hardly any memory", "nobody knows"],
)
def test_as_many_as_cores_and_memory_bear(
    monkeypatch: pytest.MonkeyPatch, cores: int, free: int | None, expected: int
) -> None:
    monkeypatch.setattr("os.sched_getaffinity", lambda _pid: range(cores), raising=False)
    monkeypatch.setattr(capacity, "available_memory", lambda: free)
    assert suggested_parallel() == expected


def test_this_machine_says_what_it_has() -> None:
    found = available_memory()
    assert found is None or found > 0


@pytest.mark.parametrize("content", [None, "MemTotal: 5 kB\n"])
def test_a_system_that_does_not_say_is_not_guessed_at(
    monkeypatch: pytest.MonkeyPatch, content: str | None
) -> None:
    def read(_path: Path) -> str:
        if content is None:
            raise FileNotFoundError
        return content

    monkeypatch.setattr(Path, "read_text", read)
    assert available_memory() is None
