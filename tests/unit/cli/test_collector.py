import gc

import pytest

from cellwright.cli.collector import rare_collection

_PYTHONS_OWN = 700
"""New objects after which Python searches the youngest ones."""


def test_thresholds_are_raised_within_the_block_only() -> None:
    before = gc.get_threshold()
    with rare_collection():
        assert gc.get_threshold()[0] > before[0]
        assert gc.isenabled()
    assert gc.get_threshold() == before


def test_thresholds_are_restored_after_a_failure() -> None:
    before = gc.get_threshold()
    with pytest.raises(ValueError, match="x"), rare_collection():
        raise ValueError("x")
    assert gc.get_threshold() == before


def test_what_was_made_within_the_block_is_not_searched_at_its_end() -> None:
    searches: list[str] = []

    def note(phase: str, _details: object) -> None:
        searches.append(phase)

    with rare_collection():
        made = [[number] for number in range(10 * _PYTHONS_OWN)]
        gc.callbacks.append(note)
    try:
        after = [[number] for number in range(_PYTHONS_OWN // 2)]
    finally:
        gc.callbacks.remove(note)

    assert len(made) > len(after)
    assert not searches
    assert gc.get_freeze_count() == 0, "what is frozen is never found to be garbage"
