import gc

import pytest

from cellwright.cli.collector import rare_collection


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
