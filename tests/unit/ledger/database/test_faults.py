import errno
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import psycopg
import psycopg.errors
import pytest
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import OperationalError as WrappedOperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from cellwright.ledger.database.faults import diagnosed, os_fault
from cellwright.ledger.database.location import Location, SqliteLocation, parse_location
from cellwright.model.diagnostic import DiagnosticError

FILE = SqliteLocation(Path("/srv/ledger.db"))
SERVER = parse_location("postgresql://ada:hunter2@db/fleet")


def told(failure: Exception, location: Location) -> str:
    with pytest.raises(DiagnosticError) as caught, diagnosed(location):
        raise failure
    assert all(finding.detail for finding in caught.value.diagnostics)
    assert "hunter2" not in str(caught.value)
    return str(caught.value)


def sqlite_failure(code: int) -> sqlite3.Error:
    failure = sqlite3.OperationalError("as SQLite says it")
    failure.sqlite_errorcode = code
    return failure


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (sqlite3.SQLITE_BUSY, "locked by another process"),
        (sqlite3.SQLITE_LOCKED, "locked by another process"),
        (sqlite3.SQLITE_CORRUPT, "is damaged"),
        (sqlite3.SQLITE_NOTADB, "not a SQLite file"),
        (sqlite3.SQLITE_READONLY, "can't be written"),
        (sqlite3.SQLITE_READONLY_DIRECTORY, "can't be written"),
        (sqlite3.SQLITE_FULL, "no space left"),
        (sqlite3.SQLITE_CANTOPEN, "can't be opened"),
        (sqlite3.SQLITE_PERM, "may not be opened"),
        (sqlite3.SQLITE_IOERR, "the disk failed"),
        (sqlite3.SQLITE_IOERR_WRITE, "the disk failed"),
    ],
)
def test_what_sqlite_complains_of_is_told(code: int, words: str) -> None:
    failure = sqlite_failure(code)
    assert words in told(failure, FILE)
    assert words in told(DBAPIError("SELECT 1", {}, failure), FILE)
    assert "/srv/ledger.db" in told(failure, FILE)


def postgres_failure(state: str) -> DBAPIError:
    kind = psycopg.errors.lookup(state)
    return DBAPIError("SELECT 1", {}, kind("FATAL: it says hunter2 here\nDETAIL: and hunter2 there"))


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ("25006", "is read-only"),
        ("28P01", "refused to let you in"),
        ("28000", "refused to let you in"),
        ("3D000", "does not exist"),
        ("42501", "denied permission"),
        ("42P07", "tables of the same names"),
        ("53100", "no space left"),
        ("53300", "too many connections"),
        ("55P03", "locked by another process"),
        ("57P01", "shutting down or starting"),
        ("58030", "reports a disk error"),
        ("XX001", "is damaged"),
        ("08006", "can't be reached"),
    ],
)
def test_what_postgres_complains_of_is_told(state: str, words: str) -> None:
    message = told(postgres_failure(state), SERVER)
    assert words in message
    assert "postgresql://ada@db/fleet" in message
    assert "it says *** here" in message


def test_a_lost_connection_is_told() -> None:
    lost = WrappedOperationalError("SELECT 1", {}, psycopg.OperationalError("the connection is lost"))
    assert "can't be reached: the connection is lost; check that the server runs" in told(lost, SERVER)
    nameless = WrappedOperationalError("SELECT 1", {}, psycopg.OperationalError())
    assert "can't be reached: OperationalError" in told(nameless, SERVER)


def test_a_refused_password_is_told_from_a_server_that_is_down() -> None:
    refused = psycopg.OperationalError('FATAL: password authentication failed for user "ada"')
    assert "put the right password" in told(WrappedOperationalError(None, None, refused), SERVER)


def bugs() -> Iterator[tuple[Exception, Location]]:
    yield sqlite_failure(sqlite3.SQLITE_CONSTRAINT), FILE
    yield DBAPIError("SELECT 1", {}, sqlite_failure(sqlite3.SQLITE_ERROR)), FILE
    yield DBAPIError("SELECT 1", {}, psycopg.errors.lookup("42601")("syntax error")), SERVER
    yield DBAPIError("SELECT 1", {}, psycopg.ProgrammingError("no code")), SERVER
    yield ValueError("not of the database at all"), FILE


@pytest.mark.parametrize(("failure", "location"), list(bugs()))
def test_a_bug_stays_a_bug(failure: Exception, location: Location) -> None:
    with pytest.raises(type(failure)) as caught, diagnosed(location):
        raise failure
    assert caught.value is failure


def test_too_many_threads_for_the_connections_there_are() -> None:
    assert "is overloaded; run fewer units at once" in told(PoolTimeoutError(), SERVER)


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (errno.EACCES, "give yourself the right"),
        (errno.EROFS, "the file system is read-only"),
        (errno.ENOSPC, "free some space"),
        (errno.EDQUOT, "free some space"),
        (errno.ENAMETOOLONG, "check the path"),
    ],
)
def test_what_the_file_system_complains_of_is_told(code: int, words: str) -> None:
    fault = os_fault(OSError(code, "as it says"), "the ledger x can't be made")
    assert str(fault).startswith("error: the ledger x can't be made: as it says; ")
    assert words in str(fault)
