from dataclasses import replace

import pytest

from cellwright.model.runs.event import Event, event_hash

EVENT = Event(
    sequence=1,
    time="2026-11-22T10:00:00.000000+00:00",
    actor="ada",
    action="unit.applied",
    subject="client/acme/app",
    reason="onboarding",
    detail={"add": 3},
)


@pytest.mark.parametrize(
    "change",
    [
        {"sequence": 2},
        {"time": "2026-11-22T10:00:00.000001+00:00"},
        {"actor": "eve"},
        {"action": "unit.destroyed"},
        {"subject": "client/acme/db"},
        {"reason": ""},
        {"detail": {"add": 4}},
        {"previous": "f" * 64},
    ],
)
def test_every_field_is_under_the_hash(change: dict[str, object]) -> None:
    assert event_hash(replace(EVENT, **change)) != event_hash(EVENT)  # type: ignore[arg-type]


def test_the_hash_does_not_cover_itself() -> None:
    assert event_hash(replace(EVENT, hash="x")) == event_hash(EVENT)
