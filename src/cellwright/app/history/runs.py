"""Looking back: which runs there were, and what each unit's Terraform said."""

from collections.abc import Collection

from cellwright.app.results import RunPage, UnitLog
from cellwright.app.session.location import Location
from cellwright.app.session.opening import opened_ledger
from cellwright.engine.adapter.logs import log_path
from cellwright.ledger.run_state import RunUnitRecord
from cellwright.model.address import AddressError, UnitAddress
from cellwright.model.diagnostic import DiagnosticError, error


def runs(location: Location, limit: int = 20, before: str | None = None) -> RunPage:
    """List the newest runs first; `before` is the id of the last one on the page before.

    Raises:
        DiagnosticError: the ledger can't be read.
    """
    with opened_ledger(location) as (_, ledger):
        found = ledger.reader.runs(limit + 1, before)
    return RunPage(found[:limit], found[limit - 1].id if len(found) > limit else None)


def run_units(location: Location, run_id: str) -> tuple[RunUnitRecord, ...]:
    """How far each unit of a run has come, in the run's order.

    Raises:
        DiagnosticError: there is no such run.
    """
    with opened_ledger(location) as (_, ledger):
        found = tuple(ledger.reader.run_units(run_id).values())
        if not found and ledger.reader.run(run_id) is None:
            raise _no_run(run_id)
        return found


def log(location: Location, run_id: str, unit: str | None = None) -> tuple[UnitLog, ...]:
    """Find the logs of a run's units, or of one; only those that were written on this machine.

    Raises:
        DiagnosticError: there is no such run, the unit was no part of it, or left no log here.
    """
    with opened_ledger(location) as (home, ledger):
        summary, parts = ledger.reader.summary(run_id), ledger.reader.run_units(run_id).keys()
    if summary is None:
        raise _no_run(run_id)
    if len(parts) < summary.units and (not parts if unit is None else unit not in map(str, parts)):
        raise _pruned(run_id, unit)
    wanted = {_part(unit, parts, run_id)} if unit else parts
    logs = (UnitLog(address, log_path(home.logs, run_id, address)) for address in sorted(wanted))
    found = tuple(item for item in logs if item.path.exists())
    if unit and not found:
        raise DiagnosticError(
            error(
                f"{unit} left no log in run {run_id} here",
                "it needed no Terraform, or ran on another machine",
            )
        )
    return found


def _part(text: str, parts: Collection[UnitAddress], run_id: str) -> UnitAddress:
    try:
        address = UnitAddress.parse(text)
    except AddressError as fault:
        raise DiagnosticError(error(str(fault), "name one unit, such as client/acme/app")) from None
    if address not in parts:
        raise DiagnosticError(
            error(f"{text} was no part of run {run_id}", f"its units: {', '.join(map(str, sorted(parts)))}")
        )
    return address


def _pruned(run_id: str, unit: str | None) -> DiagnosticError:
    return DiagnosticError(
        error(
            f"the details of run {run_id} were pruned",
            f"what was done is in the audit trail: cellwright events --subject {unit or run_id}",
        )
    )


def _no_run(run_id: str) -> DiagnosticError:
    return DiagnosticError(error(f"there is no run '{run_id}'", "`cellwright runs` lists them"))
