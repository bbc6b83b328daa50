import pytest

from cellwright.model.value import Value
from cellwright.planning.policy.subject import exception_faults


@pytest.mark.parametrize("until", ["9999-99-99", "2026-02-30", "never", "20261231", "2026", "", 2026, True])
def test_the_end_of_an_exception_is_a_day_that_there_is(until: Value) -> None:
    (fault,) = exception_faults({"exceptions": [{"until": "2026-12-31"}, {"until": until}]}, None)
    assert fault.summary == f"an exception's `until` is no date: {until}"


@pytest.mark.parametrize("given", [None, [], "text", ["text"], [{"rule": "a"}], [{"until": "2028-02-29"}]])
def test_what_has_no_end_or_a_real_one_is_no_fault(given: Value) -> None:
    assert exception_faults({"exceptions": given}, None) == ()
    assert exception_faults({}, None) == ()
