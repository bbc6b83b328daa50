from dataclasses import dataclass, field
from typing import cast

import pytest

from cellwright.relay.daemon.grants import OpenGrant
from cellwright.relay.daemon.terraform_side.listener import ProviderListener
from cellwright.relay.messages import GrantUsage


@dataclass
class FakeServedProvider:
    usage: GrantUsage = field(default_factory=GrantUsage)


@dataclass
class FakeListener:
    busy: bool = False
    provider: FakeServedProvider = field(default_factory=FakeServedProvider)


@pytest.fixture(name="clock")
def clock_fixture(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    now = [1000.0]
    monkeypatch.setattr("time.monotonic", lambda: now[0])
    return now


def grant_of(listener: FakeListener) -> OpenGrant:
    return OpenGrant((cast("ProviderListener", listener),))


def test_it_waits_long_for_a_terraform_that_waits_for_a_lock(clock: list[float]) -> None:
    grant = grant_of(FakeListener())
    clock[0] += 3500
    assert not grant.expired
    clock[0] += 200
    assert grant.expired


def test_it_ends_soon_after_its_terraform(clock: list[float]) -> None:
    listener = FakeListener(busy=True)
    grant = grant_of(listener)
    clock[0] += 10_000
    assert not grant.expired
    listener.busy = False
    clock[0] += 20
    assert not grant.expired
    clock[0] += 20
    assert grant.expired


def test_a_terraform_that_came_and_went_between_two_checks_counts(clock: list[float]) -> None:
    listener = FakeListener()
    grant = grant_of(listener)
    listener.provider.usage = GrantUsage(schemas=1)
    clock[0] += 40
    assert grant.expired


def test_a_released_grant_ends_with_its_terraform(clock: list[float]) -> None:
    listener = FakeListener(busy=True)
    grant = grant_of(listener)
    grant.released = True
    clock[0] += 10_000
    assert not grant.expired
    listener.busy = False
    assert grant.expired


def test_usage_of_several_providers_adds_up() -> None:
    listeners = (
        FakeListener(provider=FakeServedProvider(GrantUsage(1, 2, 3, 4, 5, 6.0))),
        FakeListener(provider=FakeServedProvider(GrantUsage(1, 1, 1, 1, 1, 1.0))),
    )

    assert OpenGrant(cast("tuple[ProviderListener, ...]", listeners)).usage == GrantUsage(2, 3, 4, 5, 6, 7.0)
