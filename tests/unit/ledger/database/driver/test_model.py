"""Any order of transactions, parts, failures and closings leaves what a plain list would have."""

import shutil
import tempfile
from contextlib import ExitStack, suppress
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from cellwright.ledger.database.database import connect
from cellwright.ledger.database.location import SqliteLocation
from cellwright.ledger.database.sql import Connection, integrity_errors, text
from cellwright.ledger.database.sqlite_file import make_file

_ADD = text("INSERT INTO things (name) VALUES (:name)")
_ALL = text("SELECT name FROM things ORDER BY rowid")
NAMES = st.integers(0, 9).map(str)


class GaveUpError(Exception):
    """What a transaction's own code raises."""


class Transactions(RuleBasedStateMachine):
    """One writer, whose transaction may have parts within parts; readers beside it; closings at times."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="cw-driver-"))
        location = SqliteLocation(self.folder / "things.db")
        make_file(location, 10)
        self.database = connect(location, None, 5)
        with self.database.write() as connection:
            connection.execute(text("CREATE TABLE things (name TEXT PRIMARY KEY)"))
        self.committed: list[str] = []
        self.open: list[tuple[ExitStack, list[str]]] = []
        """The transaction and its parts, each with what there is if all of it up to there is undone."""
        self.connection: Connection
        self.now: list[str] = []

    @precondition(lambda self: not self.open)
    @rule()
    def begin(self) -> None:
        transaction = ExitStack()
        self.connection = transaction.enter_context(self.database.write())
        self.now = list(self.committed)
        self.open.append((transaction, list(self.now)))

    @precondition(lambda self: self.open)
    @rule()
    def begin_part(self) -> None:
        part = ExitStack()
        part.enter_context(self.connection.begin_nested())
        self.open.append((part, list(self.now)))

    @precondition(lambda self: self.open)
    @rule(names=st.lists(NAMES, min_size=1, max_size=3))
    def add(self, names: list[str]) -> None:
        with suppress(*integrity_errors()):
            self.connection.execute(_ADD, [{"name": name} for name in names])
        # A list is executed one by one: what came before the one that failed stays.
        for name in names:
            if name in self.now:
                break
            self.now.append(name)

    @precondition(lambda self: self.open)
    @rule(failing=st.booleans())
    def end(self, *, failing: bool) -> None:
        innermost, before = self.open.pop()
        if failing:
            failure = GaveUpError()
            with suppress(GaveUpError):
                if not innermost.__exit__(GaveUpError, failure, None):
                    raise failure
            self.now = before
        else:
            innermost.close()
        if not self.open:
            self.committed = self.now

    @rule()
    def close(self) -> None:
        self.database.close()

    @invariant()
    def others_see_what_was_committed(self) -> None:
        with self.database.read() as reading:
            assert reading.execute(_ALL).scalars().all() == self.committed

    @invariant()
    def the_writer_sees_its_own(self) -> None:
        if self.open:
            assert self.connection.execute(_ALL).scalars().all() == self.now

    def teardown(self) -> None:
        while self.open:
            self.open.pop()[0].close()
        self.database.close()
        shutil.rmtree(self.folder)


TestTransactions = Transactions.TestCase
TestTransactions.settings = settings(max_examples=15, stateful_step_count=20, deadline=None)
