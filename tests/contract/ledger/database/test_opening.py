"""Opening a ledger: made, found, brought up to date, or refused with a way out."""

import subprocess
import sys
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from cellwright.ledger.database import newest, schema
from cellwright.ledger.database.sql import text
from cellwright.ledger.database.version import VERSION_TABLE
from cellwright.ledger.key import load_key
from cellwright.ledger.leases import Holder, Lease
from cellwright.ledger.opening import Ledger, open_ledger
from cellwright.model.diagnostic import DiagnosticError
from contract.ledger.conftest import SetClock
from contract.ledger.samples import APP, RUN, run


def set_version(ledger: Ledger, version: str) -> None:
    with ledger.database.write() as connection:
        connection.execute(text(f"UPDATE {VERSION_TABLE} SET version_num = :new"), {"new": version})  # noqa: S608 - a constant


def test_a_ledger_is_kept(url: str) -> None:
    with open_ledger(url) as ledger:
        ledger.recorder.start_run(run())
    with open_ledger(url, create=False) as again:
        assert again.reader.run(RUN) == run()


def test_reading_where_no_ledger_is_makes_none(url: str, tmp_path: Path) -> None:
    with open_ledger(url, create=False) as ledger:
        assert ledger.reader.heads() == {}
        assert ledger.reader.applied(None) == {}
        assert ledger.reader.outputs([APP]) == {}
        assert ledger.reader.runs(5) == ()
        assert list(ledger.reader.events()) == []
        assert ledger.reader.lease_holders() == {}
        ledger.bindings.confirm_fleet("medloop")
        ledger.bindings.digester(lambda: None, lambda: load_key(tmp_path, {}))
        with pytest.raises(DiagnosticError, match=r"there is no ledger at .* yet"):
            ledger.recorder.start_run(run())
        with pytest.raises(DiagnosticError, match=r"there is no ledger at .* yet"):
            ledger.leases.acquire(APP, Holder("h", 1, "s", RUN), 1)
    assert list(tmp_path.iterdir()) == []
    with open_ledger(url, create=False) as still:
        assert still.database.absent


def test_an_up_to_date_ledger_is_opened_without_the_migration_tool(url: str, ledger: Ledger) -> None:
    ledger.close()
    program = (
        "import sys\n"
        "from cellwright.ledger.opening import open_ledger\n"
        "with open_ledger(sys.argv[1], create=False) as ledger:\n"
        "    ledger.reader.heads()\n"
        "    ledger.recorder.append_event('ada', 'x.y', 'z')\n"
        "print(sorted(name for name in sys.modules if name in ('alembic', 'sqlalchemy', 'sqlalchemy.orm')))\n"
    )
    done = subprocess.run([sys.executable, "-c", program, url], check=True, capture_output=True, text=True)
    assert done.stdout.strip() == ("[]" if url.startswith("sqlite") else "['sqlalchemy']")


def test_a_ledger_of_a_newer_version_is_refused(url: str, ledger: Ledger) -> None:
    set_version(ledger, "9999")
    for create in (True, False):
        with pytest.raises(DiagnosticError, match=r"newer Cellwright \(version 9999\); upgrade Cellwright"):
            open_ledger(url, create=create)


def test_an_interrupted_making_is_begun_anew(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(_connection: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(schema, "_upgrade", interrupted)
        patched.setattr(newest, "make_newest", interrupted)
        with pytest.raises(KeyboardInterrupt):
            open_ledger(url)
    with open_ledger(url, create=False) as ledger:
        assert ledger.database.absent
    with open_ledger(url) as ledger:
        ledger.recorder.start_run(run())


def test_a_migration_that_fails_half_way_leaves_nothing(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def half(whole: Callable[[Any], None]) -> Callable[[Any], None]:
        def made(connection: object) -> None:
            whole(connection)
            raise KeyboardInterrupt

        return made

    with monkeypatch.context() as patched:
        patched.setattr(schema, "_upgrade", half(schema._upgrade))
        patched.setattr(newest, "make_newest", half(newest.make_newest))
        with pytest.raises(KeyboardInterrupt):
            open_ledger(url)
    with open_ledger(url, create=False) as ledger:
        assert ledger.database.absent


def test_many_may_open_a_new_ledger_at_once(url: str) -> None:
    failures: list[BaseException] = []

    def opening(number: int) -> None:
        try:
            with open_ledger(url) as ledger:
                ledger.recorder.append_event("ada", "x.y", str(number))
        except BaseException as failure:  # noqa: BLE001 - told by the assertion below
            failures.append(failure)

    threads = [threading.Thread(target=opening, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    with open_ledger(url) as ledger:
        assert len(list(ledger.reader.events())) == 6


def test_without_a_clock_given_the_time_is_right(url: str) -> None:
    before = datetime.now(UTC) - timedelta(seconds=1)
    with open_ledger(url) as ledger:
        event = ledger.recorder.append_event("ada", "x.y", "z")
        lease = ledger.leases.acquire(APP, Holder("h", 1, "s", RUN), 0)
    assert isinstance(lease, Lease)
    after = datetime.now(UTC) + timedelta(seconds=1)
    assert before <= datetime.fromisoformat(event.time) <= after
    assert event.time.endswith("+00:00")
    assert before <= lease.expires <= after


def test_a_closed_ledger_can_be_used_again(ledger: Ledger, clock: SetClock) -> None:
    ledger.close()
    assert ledger.recorder.append_event("ada", "x.y", "z").time.startswith(clock.moment.date().isoformat())
