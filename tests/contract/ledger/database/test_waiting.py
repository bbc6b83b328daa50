"""Transactions that wait for each other, and URLs that lead nowhere."""

import threading

import pytest

from cellwright.ledger.database.sql import text
from cellwright.ledger.opening import Ledger, open_ledger
from cellwright.model.diagnostic import DiagnosticError
from contract.ledger.samples import refused, run
from patience import PATIENCE


def test_threads_that_wait_too_long_for_their_turn(ledger: Ledger, url: str) -> None:
    ledger.close()
    entered, leave = threading.Event(), threading.Event()
    with open_ledger(url, lock_timeout=0.05) as hasty:

        def hold() -> None:
            with hasty.database.write() as connection:
                connection.execute(text("UPDATE chain SET sequence = sequence"))
                entered.set()
                leave.wait(PATIENCE)

        thread = threading.Thread(target=hold)
        thread.start()
        entered.wait(PATIENCE)
        try:
            with pytest.raises(DiagnosticError, match=r"overloaded|locked by another process"):
                hasty.recorder.start_run(run())
        finally:
            leave.set()
            thread.join()
        hasty.recorder.start_run(run())


@pytest.mark.parametrize(
    "url",
    [
        "sqlite://",
        "sqlite:///:memory:",
        "mysql://u:hunter2@h/d",
        "ledger.db",
        "",
        "postgresql://u:hunter2@h:port/d",
    ],
)
def test_a_url_of_no_use(url: str) -> None:
    told = refused(url)
    assert "write sqlite:////" in told
    assert "hunter2" not in told
