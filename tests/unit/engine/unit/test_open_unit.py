"""What is known of a unit that is worked on."""

from cellwright.engine.unit.open_unit import OpenUnit


def test_the_time_in_which_people_think_is_no_time_of_the_unit() -> None:
    opened = OpenUnit(started=10.0)
    assert opened.seconds(12.0) == 2.0
    opened.waits_since = 12.0
    assert opened.seconds(500.0) == 2.0
    opened.go_on(500.0)
    assert opened.seconds(503.0) == 5.0
    opened.go_on(600.0)
    assert opened.seconds(503.0) == 5.0
