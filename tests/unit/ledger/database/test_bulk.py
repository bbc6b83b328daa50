import gc

import pytest

from cellwright.ledger.database.bulk import collection_paused


def test_the_collector_goes_on_afterwards_even_after_a_failure() -> None:
    with pytest.raises(ZeroDivisionError), collection_paused():
        1 / gc.isenabled()
    assert gc.isenabled()


def test_a_collector_that_was_off_stays_off() -> None:
    gc.disable()
    try:
        with collection_paused():
            pass
        assert not gc.isenabled()
    finally:
        gc.enable()
