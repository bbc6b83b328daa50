"""Logs: what Terraform printed for each unit of a run."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

from cellwright.app.history.runs import no_run
from cellwright.app.session.session import FleetSession
from cellwright.engine.adapter.logs import log_path
from cellwright.model.address import AddressError, UnitAddress
from cellwright.model.diagnostic import DiagnosticError, error


@dataclass(frozen=True, slots=True, kw_only=True)
class LogsRequest:
    """Whose logs."""

    run: str
    unit: str | None = None
    """None takes every unit of the run."""


@dataclass(frozen=True, slots=True)
class UnitLog:
    """One unit's log of one run: a file that holds this unit's lines only."""

    unit: UnitAddress
    path: Path

    def lines(self) -> Iterator[str]:
        """Yield its lines as they are read; a byte that is no text becomes a replacement character.

        Raises:
            DiagnosticError: the file can't be read.
        """
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
    """Find the logs of a run's units, or of one; only those that were written on this machine.

    Raises:
        DiagnosticError: there is no such run, the unit was no part of it, or left no log here.
    """
    run, unit = request.run, request.unit
    reader = session.ledger().reader
    summary, parts = reader.summary(run), reader.run_units(run).keys()
    if summary is None:
        raise no_run(run)
    if len(parts) < summary.units and (not parts if unit is None else unit not in map(str, parts)):
        raise _pruned(run, unit)
    wanted = {_part(unit, parts, run)} if unit else parts
    found = (UnitLog(address, log_path(session.home.logs, run, address)) for address in sorted(wanted))
    there = tuple(item for item in found if item.path.exists())
    if unit and not there:
        raise DiagnosticError(
            error(
                f"{unit} left no log in run {run} here", "it needed no Terraform, or ran on another machine"
            )
        )
    return there


def _part(text: str, parts: Collection[UnitAddress], run: str) -> UnitAddress:
    try:
        address = UnitAddress.parse(text)
    except AddressError as fault:
        raise DiagnosticError(error(str(fault), "name one unit, such as client/acme/app")) from None
    if address not in parts:
        raise DiagnosticError(
            error(f"{text} was no part of run {run}", f"its units: {', '.join(map(str, sorted(parts)))}")
        )
    return address


def _pruned(run: str, unit: str | None) -> DiagnosticError:
    return DiagnosticError(
        error(
            f"the details of run {run} were pruned",
            f"what was done is in the audit trail: cellwright events --subject {unit or run}",
        )
    )
