"""Windows are opened once each, whatever the clock does, and what is left of them at the end is ended."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from cellwright.app.drift.looking import LookRequest, submit_looks
from cellwright.app.drift.schedules import list_schedules
from cellwright.app.drift.ticking import Schedules
from cellwright.app.runs.hosting.port import NoHost
from cellwright.app.session.session import FleetSession
from cellwright.model.diagnostic import DiagnosticError
from cellwright.model.runs.run import RunKind
from unit.app.kit import ADA
from unit.app.overview.kit import APP, FLEET, NETWORK, apply, open_fleet

DRIFT = """\
drift:
  schedules:
    - {name: nightly, cells: "client/*", cron: "0 2 * * *", zone: UTC, window: 6h}
  budget: {units_per_hour: 200}
"""
NIGHT = datetime(2026, 11, 27, 2, tzinfo=UTC)


@dataclass(slots=True)
class Now:
    """The session's time."""

    moment: datetime = NIGHT
    session: list[FleetSession] = field(default_factory=list)

    def now(self) -> datetime:
        return self.moment


@pytest.fixture
def clock() -> Now:
    return Now()


@pytest.fixture
def session(tmp_path: Path, clock: Now, monkeypatch: pytest.MonkeyPatch) -> Iterator[FleetSession]:
    """A fleet whose account and one client are applied; starting a run needs no Terraform."""
    found = open_fleet(tmp_path, {"fleet.yaml": FLEET + DRIFT})
    apply(found, NETWORK, APP)
    for name in ("check_toolchains", "check_versions"):
        monkeypatch.setattr(f"cellwright.app.runs.running.{name}", lambda *_: None)
    monkeypatch.setattr(FleetSession, "now", lambda _self: clock.now())
    yield found
    found.close()


def runs(session: FleetSession) -> list[str]:
    """Who has begun which runs that only plan, the first one first."""
    found = [item for item in session.ledger().reader.runs(50) if item.kind is RunKind.PLAN]
    return [item.actor for item in reversed(found)]


def tick(session: FleetSession) -> None:
    Schedules(session, NoHost(), patient=False).tick()


def test_a_window_is_opened_once_with_what_is_up_to_date(session: FleetSession) -> None:
    tick(session)
    tick(session)
    assert runs(session) == ["schedule nightly"]
    [window] = session.ledger().drift.windows.newest()
    assert (window.units, window.left_out) == (1, 0)
    states = session.ledger().queue.states(window.run)
    assert list(states) == [APP], "the account is none of the schedule's cells; globex was never applied"
    [shown] = list_schedules(session).schedules
    assert (shown.is_due, shown.newest) == (False, window)


def test_before_the_window_and_after_it_nothing_is_opened(session: FleetSession, clock: Now) -> None:
    for moment in (NIGHT - timedelta(seconds=1), NIGHT + timedelta(hours=6)):
        clock.moment = moment
        tick(session)
    assert runs(session) == []


def test_a_window_that_was_missed_in_part_is_opened_late_and_one_that_was_missed_is_left_out(
    session: FleetSession, clock: Now
) -> None:
    clock.moment = NIGHT + timedelta(days=3, hours=5)
    tick(session)
    tick(session)
    assert runs(session) == ["schedule nightly"]
    [window] = session.ledger().drift.windows.newest()
    assert window.begins == int((NIGHT + timedelta(days=3)).timestamp() * 1000)
    with session.ledger().database.read() as connection:
        [moment] = connection.exec_driver_sql("SELECT not_before FROM queue_units").scalars()
    assert clock.moment.timestamp() * 1000 <= moment < window.ends


def test_a_clock_that_jumps_opens_no_window_twice_and_stops_none(session: FleetSession, clock: Now) -> None:
    for days in (0, 400, 0, 1, 400, 1):
        clock.moment = NIGHT + timedelta(days=days)
        tick(session)
    begun = sorted(window.begins for window in session.ledger().drift.windows.newest())
    assert begun == [int((NIGHT + timedelta(days=days)).timestamp() * 1000) for days in (0, 1, 400)]
    assert runs(session) == ["schedule nightly"] * 3


def test_two_processes_open_one_window(session: FleetSession) -> None:
    first, second = Schedules(session, NoHost()), Schedules(session, NoHost())
    first.tick()
    second.tick()
    assert runs(session) == ["schedule nightly"]


def test_what_is_left_when_a_window_ends_is_cancelled(session: FleetSession, clock: Now) -> None:
    long_ago = NIGHT - timedelta(days=300)
    clock.moment = long_ago
    tick(session)
    [window] = session.ledger().drift.windows.newest()
    clock.moment = long_ago + timedelta(hours=7)
    tick(session)
    asked = session.ledger().cancels.of_run(window.run)
    assert asked is not None
    assert (asked.requested_by, asked.reason) == ("schedule nightly", "its window is over")


def test_settings_with_a_fault_open_nothing(session: FleetSession) -> None:
    (session.root / "fleet.yaml").write_text(FLEET + DRIFT.replace("6h", "60h"))
    with pytest.raises(DiagnosticError, match="longer than the time until the next one"):
        tick(session)
    assert runs(session) == []


def test_a_fleet_with_errors_is_tried_again_later_and_the_log_says_why(
    session: FleetSession, caplog: pytest.LogCaptureFixture
) -> None:
    (session.root / "clients/acme.yaml").write_text("account: prod\nstacks: {app: {siz: 3}}\n")
    session.refresh()
    patient = Schedules(session, NoHost())
    patient.tick()
    patient.tick()
    assert len([item for item in caplog.records if "schedule nightly" in item.getMessage()]) == 1
    assert runs(session) == []


def test_each_schedule_that_can_not_be_opened_is_left_alone_for_a_while(
    session: FleetSession, caplog: pytest.LogCaptureFixture
) -> None:
    other = '    - {name: other, cells: "client/*", cron: "0 2 * * *", zone: UTC, window: 1h}\n'
    (session.root / "fleet.yaml").write_text(FLEET + DRIFT.replace("  budget", f"{other}  budget"))
    (session.root / "clients/acme.yaml").write_text("account: prod\nstacks: {app: {siz: 3}}\n")
    patient = Schedules(session, NoHost())
    patient.tick()
    patient.tick()
    said = [item.getMessage() for item in caplog.records if "schedule " in item.getMessage()]
    assert [item.split(":")[0] for item in said] == ["schedule nightly", "schedule other"]


def test_by_hand_only_what_is_up_to_date_is_looked_at(session: FleetSession) -> None:
    run = submit_looks(session, ADA, LookRequest(selectors=("client/acme",)), NoHost())
    assert [part.address for part in run.units] == [APP]
    assert run.kind is RunKind.PLAN
    with pytest.raises(DiagnosticError, match="there is nothing to look at"):
        submit_looks(session, ADA, LookRequest(selectors=("client/globex",)), NoHost())
    with pytest.raises(DiagnosticError, match="client/nobody"):
        submit_looks(session, ADA, LookRequest(selectors=("client/nobody",)), NoHost())
