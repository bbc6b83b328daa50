import pytest
from hypothesis import given
from hypothesis import strategies as some

from cellwright.ledger.read.event_filter import EventFilter, action_pattern, subject_pattern
from cellwright.model.runs.event import Event

names = some.sampled_from(["client", "acme", "app", "a*", "x"])
addresses = some.lists(names, min_size=1, max_size=3).map("/".join)


@pytest.mark.parametrize(
    ("pattern", "subject", "meant"),
    [
        ("client/acme", "client/acme", True),
        ("client/acme", "client/acme/app", True),
        ("client/acme/", "client/acme/app", True),
        ("client/acme", "client/acme2/app", False),
        ("client/acme/app", "client/acme", False),
        ("client/*/app", "client/acme/app", True),
        ("client/*/app", "client/acme/sftp", False),
        ("client/*", "client/acme/app", True),
        ("base/**", "base/prod-use1/network", True),
        ("base/**", "client/acme/app", False),
        ("**", "20261122-214812-3f9a", True),
        ("20261122-*", "20261122-214812-3f9a", True),
        ("client/acm?/[as]*", "client/acme/sftp", True),
        ("client/*/app", "client/a/b/app", False),
        ("", "client/acme", False),
    ],
)
def test_a_selector_means_what_it_means_elsewhere(pattern: str, subject: str, meant: bool) -> None:  # noqa: FBT001
    assert subject_pattern(pattern).matches(subject) is meant


@pytest.mark.parametrize(
    ("pattern", "meant"), [("unit.*", True), ("unit", True), ("unit.applied", True), ("run.*", False)]
)
def test_an_action_is_named_whole_or_by_its_noun(pattern: str, meant: bool) -> None:  # noqa: FBT001
    assert action_pattern(pattern).matches("unit.applied") is meant


@given(addresses)
def test_every_address_means_itself_and_what_lies_below(address: str) -> None:
    pattern = subject_pattern(address.replace("*", "[*]"))
    assert pattern.matches(address)
    assert pattern.matches(f"{address}/below")
    assert not pattern.matches(f"{address}beside")


def test_of_several_patterns_one_is_enough_but_each_kind_must_be_met() -> None:
    event = Event(
        sequence=1, time="", actor="ada", action="unit.applied", subject="client/acme/app", reason=""
    )
    wanted = (subject_pattern("base"), subject_pattern("client"))
    assert EventFilter().matches(event)
    assert EventFilter(subjects=wanted, actions=(action_pattern("unit.*"),)).matches(event)
    assert not EventFilter(subjects=wanted, actions=(action_pattern("run.*"),)).matches(event)
    assert not EventFilter(subjects=wanted[:1]).matches(event)
