from pathlib import Path

import pytest

from cellwright.model.address import UnitAddress
from cellwright.model.applied import NO_STATE, StateMark
from cellwright.planning.recorded_state import left_another, meets_another, unwritten

APP = UnitAddress("client", "acme", "app")
OURS = StateMark("ours", 5)


@pytest.mark.parametrize(
    ("recorded", "found"),
    [
        pytest.param(None, None, id="never applied"),
        pytest.param(None, OURS, id="imported, or applied by hand"),
        pytest.param(NO_STATE, None, id="recorded without a lineage"),
        pytest.param(OURS, OURS, id="the same"),
        pytest.param(OURS, StateMark("ours", 9), id="worked with by somebody else"),
    ],
)
def test_a_state_that_continues_the_recorded_one_is_right(
    recorded: StateMark | None, found: StateMark | None
) -> None:
    assert meets_another(APP, recorded, found) is None


@pytest.mark.parametrize(
    ("found", "words"),
    [
        (None, "is gone; recorded was lineage ours, serial 5"),
        (NO_STATE, "is gone"),
        (StateMark("theirs", 9), "is another one: lineage theirs, serial 9"),
        (StateMark("ours", 4), "is older than the recorded one: serial 4, recorded was 5"),
    ],
)
def test_any_other_state_is_refused_with_a_way_out(found: StateMark | None, words: str) -> None:
    fault = meets_another(APP, OURS, found)
    assert fault is not None
    assert words in fault.summary
    assert "restore" in fault.detail or "put the recorded state back" in fault.detail
    assert "cellwright apply client/acme/app --accept-state REASON" in fault.detail


def test_a_state_that_is_gone_is_told_with_the_one_from_before_its_last_apply() -> None:
    gone, older = (meets_another(APP, OURS, found, Path("/kept")) for found in (None, StateMark("ours", 4)))
    assert gone is not None
    assert "is kept in /kept" in gone.detail
    assert older is not None
    assert "/kept" not in older.detail


@pytest.mark.parametrize(
    ("before", "after", "must_differ"),
    [
        pytest.param(None, StateMark("new", 1), True, id="the first"),
        pytest.param(OURS, StateMark("ours", 6), True, id="written"),
        pytest.param(OURS, OURS, False, id="as it was, and that may be"),
    ],
)
def test_what_was_written_is_read_back(
    before: StateMark | None, after: StateMark, *, must_differ: bool
) -> None:
    assert left_another(APP, before, after, must_differ=must_differ) is None


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        pytest.param(None, None, "has no state after its apply", id="dropped, the first"),
        pytest.param(OURS, None, "has no state after its apply", id="gone"),
        pytest.param(OURS, NO_STATE, "has no state after its apply", id="emptied"),
        pytest.param(OURS, StateMark("theirs", 9), "lineage theirs, serial 9 is there", id="another unit's"),
        pytest.param(OURS, StateMark("ours", 4), "serial 4 is there, the apply began with 5", id="older"),
        pytest.param(OURS, OURS, "serial 5 is there, the apply began with 5", id="dropped"),
    ],
)
def test_a_state_that_can_not_be_what_was_written_is_not_believed(
    before: StateMark | None, after: StateMark | None, words: str
) -> None:
    fault = left_another(APP, before, after, must_differ=True)
    assert fault is not None
    assert words in fault.summary


def test_an_update_that_leaves_no_trace_is_worth_a_warning() -> None:
    assert unwritten(APP, OURS, StateMark("ours", 6)) is None
    assert unwritten(APP, None, None) is None
    warning = unwritten(APP, OURS, OURS)
    assert warning is not None
    assert "serial 5" in warning.summary
