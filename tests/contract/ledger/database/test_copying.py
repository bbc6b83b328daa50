"""A ledger of either database is copied into a file beside: the same rows, and a trail that holds."""

from pathlib import Path

from cellwright.ledger.audit import verify
from cellwright.ledger.copying import copy_ledger, digest_tables
from cellwright.ledger.database.location import sqlite_url
from cellwright.ledger.opening import Ledger, open_ledger
from cellwright.model.runs.run import Outcome
from contract.ledger import samples
from contract.ledger.conftest import SetClock


def test_a_copy_has_the_same_rows_and_goes_on(ledger: Ledger, clock: SetClock, tmp_path: Path) -> None:
    ledger.recorder.start_run(samples.run())
    unit = samples.applied()
    ledger.recorder.record_applied(unit, samples.result(Outcome.APPLIED), samples.RUN, samples.APPLIED)
    ledger.recorder.append_event("ada ☂", "trial.made", "x\ud800", "", {"n": 1.5, "m": None})
    clock.pass_by(1)
    read = copy_ledger(ledger.database, tmp_path / "copy.db")
    assert read == digest_tables(ledger)
    assert read["events"].rows == 3
    with open_ledger(sqlite_url(tmp_path / "copy.db"), create=False) as copy:
        assert digest_tables(copy) == read
        assert verify(copy.reader.events(), end=ledger.reader.chain_end()) is None
        assert copy.reader.applied([samples.APP]) == ledger.reader.applied([samples.APP])
        copy.recorder.append_event("ada", "trial.made", "it can be written")
    assert read == digest_tables(ledger)


def test_what_is_written_meanwhile_is_not_half_in_the_copy(ledger: Ledger, tmp_path: Path) -> None:
    ledger.recorder.append_event("ada", "trial.made", "before")

    def write(table: str) -> None:
        if table == "chain":
            ledger.recorder.append_event("ada", "trial.made", "meanwhile")

    copy_ledger(ledger.database, tmp_path / "copy.db", write)
    with open_ledger(sqlite_url(tmp_path / "copy.db"), create=False) as copy:
        assert verify(copy.reader.events(), end=copy.reader.chain_end()) is None
        assert copy.reader.end_fault() is None
        assert [event.subject for event in copy.reader.events()] == ["before"]
