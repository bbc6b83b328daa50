"""What driving rollouts costs, and what it keeps: sessions, reads, cells that others submit."""

import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from cellwright.app.rollouts import asking, driving, following
from cellwright.app.rollouts.asking import AskRequest
from cellwright.app.rollouts.circumstances import Circumstances
from cellwright.app.rollouts.deciding import News, decide
from cellwright.app.rollouts.driving import Driver
from cellwright.app.runs.hosting.port import NoHost
from cellwright.app.session.repository.kept_commits import KeptCommits
from cellwright.app.session.session import FleetSession
from cellwright.ledger.rollouts.rollouts import Rollouts
from cellwright.ledger.rollouts.values import RolloutRecord, RolloutSummary
from cellwright.model.diagnostic import DiagnosticError, error
from cellwright.rollout.machine import Decisions
from cellwright.rollout.state import RolloutStatus
from patience import PATIENCE
from unit.app.kit import ADA
from unit.app.rollouts.kit import ROLLOUTS, begin, open_fleet, phases, settle, tick


@pytest.fixture
def session(tmp_path: Path) -> Iterator[FleetSession]:
    with open_fleet(tmp_path / "fleet") as opened:
        yield opened


def test_a_fleet_at_a_commit_is_opened_once_and_closed_when_nobody_uses_it(session: FleetSession) -> None:
    told: list[str] = []

    @contextmanager
    def opener(commit: str) -> Iterator[FleetSession]:
        told.append(f"open {commit}")
        yield session
        told.append(f"close {commit}")

    fleets = KeptCommits(opener)
    with fleets.at("a"):
        fleets.close_idle(-1)
        with fleets.at("a"), fleets.at("b"):
            pass
        fleets.close_idle(-1)
        assert told == ["open a", "open b", "close b"]
    fleets.close_idle()
    assert told == ["open a", "open b", "close b"]
    fleets.close_idle(-1)
    with fleets.at("a"):
        pass
    fleets.close()
    assert told == ["open a", "open b", "close b", "close a", "open a", "close a"]


def test_what_can_not_be_opened_is_tried_again(session: FleetSession) -> None:
    tries: list[str] = []

    def opener(commit: str) -> AbstractContextManager[FleetSession]:
        tries.append(commit)
        raise DiagnosticError(error("it is gone", ""))

    fleets = KeptCommits(opener)
    for _ in range(2):
        with pytest.raises(DiagnosticError, match="it is gone"), fleets.at("a"):
            pass
    assert tries == ["a", "a"]
    assert session is not None


def test_what_another_process_has_submitted_is_not_prepared_again(
    session: FleetSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    rollout = begin(session).record.id
    decided = decide

    opened: list[str] = []

    def overtaken(
        session: FleetSession, rollout: str, fleet: Circumstances, news: News
    ) -> tuple[RolloutRecord, Decisions]:
        found = decided(session, rollout, fleet, news)
        with monkeypatch.context() as patch:
            patch.setattr(driving, "decide", decided)
            tick(session)  # another process, between this one's decision and what it does about it
        return found

    def opener(commit: str) -> AbstractContextManager[FleetSession]:
        opened.append(commit)
        return nullcontext(session)

    with FleetSession(session.location) as other, Driver(other, NoHost(), opener) as driver:
        monkeypatch.setattr(driving, "decide", overtaken)
        driver.tick()
    assert phases(session.ledger().rollouts.find(rollout)) == ["starting", "waiting", "waiting"]
    assert not opened
    started = [event for event in session.ledger().reader.events() if event.action == "run.started"]
    assert len(started) == 1


def test_what_is_asked_is_recorded_and_left_to_whoever_drives(
    session: FleetSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    rollout = begin(session).record.id

    def never(*_: object, **__: object) -> None:
        raise AssertionError("whoever asks does not wait for this")

    with monkeypatch.context() as patch:
        patch.setattr("cellwright.app.rollouts.submitting.submit_cell", never)
        asking.pause(session, ADA, AskRequest(rollout=rollout))
        found = asking.resume(session, ADA, AskRequest(rollout=rollout))
    assert phases(found) == ["starting", "waiting", "waiting"]
    assert session.ledger().rollouts.due() == (rollout,)
    assert phases(settle(session, rollout)) == ["running", "waiting", "waiting"]


def test_a_commit_that_can_not_be_used_is_told_to_whoever_follows(
    session: FleetSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    rollout = begin(session).record.id

    def opener(_: str) -> AbstractContextManager[FleetSession]:
        raise DiagnosticError(error("it is gone", ""))

    monkeypatch.setattr("cellwright.app.runs.hosting.host.own_opener", lambda _: opener)
    found = following.follow(session, rollout, _After(PATIENCE), lambda _: None, 1)
    assert not found.interrupted
    assert found.record.state.status is RolloutStatus.PAUSED
    assert "can't be used: it is gone" in found.record.state.why
    assert not session.ledger().rollouts.due()


class _After:
    """An interrupt that comes after a while."""

    def __init__(self, seconds: float) -> None:
        self._until = time.monotonic() + seconds

    def requested(self) -> int:
        return int(time.monotonic() >= self._until)


def test_while_only_time_has_to_pass_its_cells_are_not_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = datetime.now(UTC)
    window = f"{now + timedelta(hours=6):%H:%M}-{now + timedelta(hours=7):%H:%M}"
    settings = ROLLOUTS.replace("after: [{check: smoke}]", f'before: [{{time: "{window}"}}]')
    reads: list[str] = []
    looks: list[str] = []
    find, summary = Rollouts.find, Rollouts.summary

    def found(rollouts: Rollouts, name: str) -> RolloutRecord:
        reads.append(name)
        return find(rollouts, name)

    def summed(rollouts: Rollouts, name: str) -> RolloutSummary:
        looks.append(name)
        return summary(rollouts, name)

    with open_fleet(tmp_path / "fleet", settings) as session:
        rollout = begin(session).record.id
        monkeypatch.setattr(Rollouts, "find", found)
        monkeypatch.setattr(Rollouts, "summary", summed)
        followed = following.follow(session, rollout, _After(3), lambda _: None, 1)
    assert followed.interrupted
    assert len(reads) <= 3
    assert len(looks) <= 6
