from dataclasses import dataclass, field
from typing import cast

import pytest

from cellwright.relay.daemon.grants import OpenGrant
from cellwright.relay.daemon.terraform_side.listener import ProviderListener
from cellwright.relay.messages import GrantUsage


@dataclass
class FakeServedProvider:
    tally: GrantUsage = field(default_factory=GrantUsage)


@dataclass
class FakeListener:
    busy: bool = False
    offer: FakeServedProvider = field(default_factory=FakeServedProvider)


@pytest.fixture(name="clock")
def clock_fixture(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    now = [1000.0]
    monkeypatch.setattr("time.monotonic", lambda: now[0])
    return now


def grant_of(door: FakeListener) -> OpenGrant:
    return OpenGrant((cast("ProviderListener", door),))


def test_it_waits_long_for_a_terraform_that_waits_for_a_lock(clock: list[float]) -> None:
    grant = grant_of(FakeListener())
    clock[0] += 3500
    assert not grant.over
    clock[0] += 200
    assert grant.over


def test_it_ends_soon_after_its_terraform(clock: list[float]) -> None:
    door = FakeListener(busy=True)
    grant = grant_of(door)
    clock[0] += 10_000
    assert not grant.over
    door.busy = False
    clock[0] += 20
    assert not grant.over
    clock[0] += 20
    assert grant.over


def test_a_terraform_that_came_and_went_between_two_looks_counts(clock: list[float]) -> None:
    door = FakeListener()
    grant = grant_of(door)
    door.offer.tally = GrantUsage(schemas=1)
    clock[0] += 40
    assert grant.over


def test_a_released_grant_ends_with_its_terraform(clock: list[float]) -> None:
    door = FakeListener(busy=True)
    grant = grant_of(door)
    grant.released = True
    clock[0] += 10_000
    assert not grant.over
    door.busy = False
    assert grant.over


def test_tallies_of_several_providers_add_up() -> None:
    doors = (
        FakeListener(offer=FakeServedProvider(GrantUsage(1, 2, 3, 4, 5.0))),
        FakeListener(offer=FakeServedProvider(GrantUsage(1, 1, 1, 1, 1.0))),
    )

    assert OpenGrant(cast("tuple[ProviderListener, ...]", doors)).tally == GrantUsage(2, 3, 4, 5, 6.0)
