from cellwright.app.by_hand.recording import expected_state
from cellwright.model.address import UnitAddress
from cellwright.model.applied import StateMark

UNIT = UnitAddress("client", "acme", "app")
OLD, NOW, NEXT = StateMark("one", 3), StateMark("one", 4), StateMark("one", 5)
OTHER = StateMark("two", 9)


def expected(
    recorded: StateMark | None, before: StateMark | None, after: StateMark | None, *, replaces: bool = False
) -> StateMark | None:
    return expected_state(UNIT, recorded, before, after, replaces=replaces)


def test_a_later_version_of_the_recorded_state_is_expected() -> None:
    assert expected(NOW, NOW, NEXT) == NEXT
    assert expected(OLD, NOW, NEXT) == NEXT


def test_a_state_that_is_begun_is_expected() -> None:
    assert expected(None, None, StateMark("one", 1)) == StateMark("one", 1)


def test_a_state_that_is_gone_older_or_another_one_is_not_expected() -> None:
    assert expected(NOW, NOW, None) is None
    assert expected(NOW, NOW, StateMark("", 0)) is None
    assert expected(NOW, NOW, OLD) is None
    assert expected(NOW, NOW, OTHER) is None


def test_a_state_that_was_wrong_before_is_not_believed_by_the_way() -> None:
    assert expected(NOW, OLD, NOW) == NOW  # it was brought up to what is recorded
    assert expected(NEXT, OLD, NOW) is None
    assert expected(NOW, OTHER, StateMark("two", 10)) is None
    assert expected(NOW, None, StateMark("two", 1)) is None


def test_a_state_that_is_meant_to_be_replaced_is_the_one_that_was_put_there() -> None:
    assert expected(NOW, NOW, OTHER, replaces=True) == OTHER
    assert expected(NOW, OTHER, OLD, replaces=True) == OLD
    assert expected(NOW, NOW, None, replaces=True) is None
