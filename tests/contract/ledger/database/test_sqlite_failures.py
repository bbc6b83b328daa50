"""A SQLite file that fails: each failure names a way out, and nothing is half-written."""

import itertools
import os
import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from cellwright.ledger.audit import EventDraft
from cellwright.ledger.database import sqlite_file
from cellwright.ledger.database.location import sqlite_url
from cellwright.ledger.opening import Ledger, open_ledger
from cellwright.model.diagnostic import DiagnosticError
from cellwright.model.runs.run import Outcome
from contract.ledger.samples import APP, RUN, applied, refused, result, run

NOBODY = 65534


@contextmanager
def unprivileged(*folders: Path) -> Iterator[None]:
    """Root may write everywhere: be somebody else for a while, one who owns these folders."""
    if os.geteuid() != 0:
        yield
        return
    for folder in folders:
        for path in (folder, *folder.rglob("*")):
            os.chown(path, NOBODY, NOBODY)
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder that an unprivileged account can reach, which `tmp_path` is not."""
    place = Path(tempfile.mkdtemp(prefix="cw-ledger-"))
    yield place
    shutil.rmtree(place)


def filled(path: Path, count: int = 50) -> None:
    with open_ledger(sqlite_url(path)) as ledger:
        for number in range(count):
            ledger.recorder.append_event("ada", "x.y", str(number), "r" * 500)


@pytest.mark.parametrize("create", [True, False])
@pytest.mark.parametrize("content", [b"not a database at all\n" * 100, b"\0" * 5000, b"x"])
def test_a_file_that_is_not_sqlite(tmp_path: Path, content: bytes, create: bool) -> None:  # noqa: FBT001 - a case
    path = tmp_path / "ledger.db"
    path.write_bytes(content)
    assert "is no ledger: it is not a SQLite file; move it away" in refused(sqlite_url(path), create=create)
    assert path.read_bytes() == content
    assert list(tmp_path.iterdir()) == [path]


def test_another_programs_database(tmp_path: Path) -> None:
    path = tmp_path / "ledger.db"
    with closing(sqlite3.connect(path)) as other:
        other.execute("CREATE TABLE recipes (name TEXT)")
    before = path.read_bytes()
    assert "is another program's SQLite database; name another file" in refused(sqlite_url(path))
    with closing(sqlite3.connect(path)) as other:
        assert other.execute("SELECT count(*) FROM sqlite_master").fetchone() == (1,)
    assert len(path.read_bytes()) == len(before)


def test_a_damaged_file_says_so_when_the_damage_is_met(tmp_path: Path) -> None:
    path = tmp_path / "ledger.db"
    filled(path)
    content = bytearray(path.read_bytes())
    content[8192:] = b"\xa5" * (len(content) - 8192)
    path.write_bytes(content)
    with pytest.raises(DiagnosticError, match="is damaged; restore it from a backup"):  # noqa: SIM117, PT012 - where it is met depends
        with open_ledger(sqlite_url(path)) as ledger:
            list(ledger.reader.events())
            ledger.recorder.start_run(run())


def test_a_truncated_file(tmp_path: Path) -> None:
    path = tmp_path / "ledger.db"
    filled(path)
    os.truncate(path, 6000)
    with pytest.raises(DiagnosticError, match="is damaged"), open_ledger(sqlite_url(path)) as ledger:
        list(ledger.reader.events())


def test_text_that_is_no_text(tmp_path: Path) -> None:
    path = tmp_path / "ledger.db"
    filled(path, 1)
    with closing(sqlite3.connect(path)) as attacker, attacker:
        attacker.execute("DROP TRIGGER events_UPDATE")
        attacker.execute("UPDATE events SET reason = CAST(x'fffe' AS TEXT)")
    with (
        open_ledger(sqlite_url(path)) as ledger,
        pytest.raises(DiagnosticError, match="is damaged"),
    ):
        list(ledger.reader.events())


def test_a_folder_in_place_of_the_file(tmp_path: Path) -> None:
    (tmp_path / "ledger.db").mkdir()
    assert "can't be opened: Is a directory; check the path" in refused(sqlite_url(tmp_path / "ledger.db"))


def test_a_file_in_place_of_the_folder(tmp_path: Path) -> None:
    (tmp_path / "kept").write_text("")
    for create in (True, False):
        told = refused(sqlite_url(tmp_path / "kept" / "ledger.db"), create=create)
        assert "can't be opened: Not a directory; check the path" in told


def test_a_folder_that_may_not_be_written(folder: Path) -> None:
    folder.chmod(0o555)
    with unprivileged(folder):
        assert "can't be made: Permission denied; give yourself the right" in refused(
            sqlite_url(folder / "kept" / "ledger.db")
        )
        assert "can't be made: Permission denied" in refused(sqlite_url(folder / "ledger.db"))
    assert list(folder.iterdir()) == []


def test_a_folder_that_may_not_be_entered(folder: Path) -> None:
    (folder / "kept").mkdir(mode=0o000)
    with unprivileged(folder):
        assert "Permission denied" in refused(sqlite_url(folder / "kept" / "ledger.db"), create=False)


def test_a_file_that_may_not_be_written(folder: Path) -> None:
    path = folder / "ledger.db"
    filled(path, 1)
    path.chmod(0o444)
    with unprivileged(folder), open_ledger(sqlite_url(path)) as ledger:
        with pytest.raises(
            DiagnosticError, match="can't be written: its file, folder or file system is read-only"
        ):
            ledger.recorder.start_run(run())
        assert ledger.reader.run(RUN) is None


def test_a_file_in_a_folder_that_became_read_only(folder: Path) -> None:
    path = folder / "ledger.db"
    filled(path, 1)
    folder.chmod(0o555)
    with (
        unprivileged(folder),
        pytest.raises(DiagnosticError) as caught,
        open_ledger(sqlite_url(path)) as ledger,
    ):
        ledger.recorder.start_run(run())
    assert "you may" in str(caught.value) or "give yourself the right" in str(caught.value)


def test_a_file_that_may_not_be_read(folder: Path) -> None:
    path = folder / "ledger.db"
    filled(path, 1)
    path.chmod(0o000)
    with unprivileged(folder):
        assert "can't be opened" in refused(sqlite_url(path), create=False)


@pytest.fixture
def full_disk(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """SQLite itself holds every file to so many pages, and says what it says on a full disk."""

    def hold(pages: int) -> None:
        limit = f"PRAGMA max_page_count={pages}"
        monkeypatch.setattr(sqlite_file, "PRAGMAS", (*sqlite_file.PRAGMAS, limit))

    return hold


def test_a_disk_that_fills_up_while_a_run_is_recorded(
    tmp_path: Path, full_disk: Callable[[int], None]
) -> None:
    full_disk(150)
    with open_ledger(sqlite_url(tmp_path / "ledger.db")) as ledger:
        ledger.recorder.start_run(run())
        done = write_until_refused(ledger, "there is no space left for the ledger")
        assert len(list(ledger.reader.events())) == done + 1

        failed = EventDraft("ada", "unit.failed", str(APP), "r" * 9000)
        with pytest.raises(DiagnosticError, match="; free some space"):
            ledger.recorder.record_result(RUN, result(Outcome.FAILED), attempted=applied(), event=failed)
        assert ledger.reader.heads() == {}
        assert ledger.reader.run_units(RUN)[APP].outcome is None


def write_until_refused(ledger: Ledger, words: str) -> int:
    for done in itertools.count():
        try:
            ledger.recorder.append_event("ada", "x.y", "z", "r" * 3000)
        except DiagnosticError as refusal:
            assert words in str(refusal)  # noqa: PT017 - how many writes precede it is the question
            return done
    raise AssertionError


def test_a_disk_that_is_full_from_the_start(tmp_path: Path, full_disk: Callable[[int], None]) -> None:
    url = sqlite_url(tmp_path / "ledger.db")
    full_disk(5)
    assert "there is no space left" in refused(url)
    assert open_ledger(url, create=False).reader.heads() == {}


def test_a_locked_file(tmp_path: Path) -> None:
    url = sqlite_url(tmp_path / "ledger.db")
    with (
        open_ledger(url, lock_timeout=0.05) as ledger,
        closing(sqlite3.connect(tmp_path / "ledger.db")) as other,
    ):
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(DiagnosticError, match=r"is locked by another process; wait"):
            ledger.recorder.start_run(run())
        assert ledger.reader.run(RUN) is None
        other.execute("ROLLBACK")
        ledger.recorder.start_run(run())
