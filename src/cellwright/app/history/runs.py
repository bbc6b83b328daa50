"""Runs: which there were, and how far each unit of one has come."""

from dataclasses import dataclass

from cellwright.app.session.session import FleetSession
from cellwright.ledger.run_state import RunSummary, RunUnitRecord
from cellwright.model.diagnostic import MissingError, error


@dataclass(frozen=True, slots=True, kw_only=True)
class RunsRequest:
    """Which page of the list."""

    limit: int = 20
    before: str | None = None
    """The id of the last run on the page before."""


@dataclass(frozen=True, slots=True)
class RunPage:
    """Some runs, newest first; and the last one's id where older ones follow."""

    runs: tuple[RunSummary, ...]
    next: str | None = None


def runs(session: FleetSession, request: RunsRequest) -> RunPage:
    """List runs, the newest first.

    Raises:
        DiagnosticError: the ledger can't be read.
    """
    limit = request.limit
    found = session.ledger().reader.runs(limit + 1, request.before)
    return RunPage(found[:limit], found[limit - 1].id if len(found) > limit else None)


def run_units(session: FleetSession, run: str) -> tuple[RunUnitRecord, ...]:
    """Tell how far each unit of a run has come, in the run's order.

    Raises:
        DiagnosticError: there is no such run.
    """
    reader = session.ledger().reader
    found = tuple(reader.run_units(run).values())
    if not found and reader.run(run) is None:
        raise no_run(run)
    return found


def no_run(run: str) -> MissingError:
    """Say that there is no such run."""
    return MissingError(error(f"there is no run '{run}'", "`cellwright runs` lists them"))
