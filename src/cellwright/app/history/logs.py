"""Logs: what Terraform printed for each unit of a run."""

from codecs import getincrementaldecoder
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from cellwright.app.history.runs import no_run
from cellwright.app.session.session import FleetSession
from cellwright.artifacts.log_parts import log_name, read_log, writer_here, writers
from cellwright.engine.adapter.logs import log_path
from cellwright.model.address import AddressError, UnitAddress
from cellwright.model.diagnostic import DiagnosticError, error

if TYPE_CHECKING:
    from cellwright.artifacts.store import ArtifactStore


@dataclass(frozen=True, slots=True, kw_only=True)
class LogsRequest:
    """Whose logs."""

    run: str
    unit: str | None = None
    """None takes every unit of the run."""


@dataclass(frozen=True, slots=True)
class StoredLog:
    """A unit's log in the artifact store, where another machine has put it."""

    store: "ArtifactStore"
    run: str
    unit: UnitAddress

    def __str__(self) -> str:
        """Where it lies."""
        return f"{self.store.address}/{log_name(self.run, str(self.unit))}"

    def lines(self) -> Iterator[str]:
        """Yield its lines, part by part.

        Raises:
            DiagnosticError: the store can't be used.
        """
        decoder, rest = getincrementaldecoder("utf-8")("replace"), ""
        for content in read_log(self.store, self.run, str(self.unit)):
            *lines, rest = f"{rest}{decoder.decode(content)}".split("\n")
            yield from lines
        if rest := f"{rest}{decoder.decode(b'', final=True)}":
            yield rest


@dataclass(frozen=True, slots=True)
class UnitLog:
    """One unit's log of one run: this unit's lines only."""

    unit: UnitAddress
    path: Path | StoredLog
    """Where it lies: here, or in the artifact store."""

    def lines(self) -> Iterator[str]:
        """Yield its lines as they are read; a byte that is no text becomes a replacement character.

        Raises:
            DiagnosticError: the file or the store can't be read.
        """
        if isinstance(self.path, StoredLog):
            yield from self.path.lines()
            return
        try:
            with self.path.open(encoding="utf-8", errors="replace") as file:
                for line in file:
                    yield line.rstrip("\n")
        except OSError as fault:
            raise DiagnosticError(
                error(
                    f"the log {self.path} can't be read: {fault.strerror}",
                    "look at the file's owner and mode",
                )
            ) from fault


def logs(session: FleetSession, request: LogsRequest) -> tuple[UnitLog, ...]:
    """Find the logs of a run's units, or of one: those on this machine, else those in the artifact store.

    Raises:
        DiagnosticError: there is no such run, the unit was no part of it, or left no log here or there.
    """
    run, unit = request.run, request.unit
    reader = session.ledger().reader
    summary, parts = reader.summary(run), reader.run_units(run).keys()
    if summary is None:
        raise no_run(run)
    if len(parts) < summary.units and (not parts if unit is None else unit not in map(str, parts)):
        raise _pruned(run, unit)
    wanted = {_part(unit, parts, run)} if unit else parts
    there = tuple(_found(session, run, sorted(wanted)))
    if unit and not there:
        raise DiagnosticError(
            error(
                f"{unit} left no log in run {run} here",
                "it needed no Terraform, or ran on another machine, and fleet.yaml names no `artifacts`",
            )
        )
    return there


def _found(session: FleetSession, run: str, units: Iterable[UnitAddress]) -> Iterator[UnitLog]:
    store = session.artifacts()
    stored = writers(store, run) if store is not None else {}
    own = {writer_here(session.home.logs)}
    for unit in units:
        path = log_path(session.home.logs, run, unit)
        others = stored.get(str(unit), frozenset()) - own
        # What is here is the newest, unless other machines have written some of it.
        if store is not None and (others or (str(unit) in stored and not path.exists())):
            yield UnitLog(unit, StoredLog(store, run, unit))
        elif path.exists():
            yield UnitLog(unit, path)


def _part(text: str, parts: Collection[UnitAddress], run: str) -> UnitAddress:
    try:
        address = UnitAddress.parse(text)
    except AddressError as fault:
        raise DiagnosticError(error(str(fault), "name one unit, such as client/acme/app")) from None
    if address not in parts:
        raise DiagnosticError(error(f"{text} was no part of run {run}", "look at the run for its units"))
    return address


def _pruned(run: str, unit: str | None) -> DiagnosticError:
    return DiagnosticError(
        error(
            f"the details of run {run} were pruned",
            f"what was done is in the audit trail: cellwright events --subject {unit or run}",
        )
    )
