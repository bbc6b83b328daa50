"""One unit of a run: its plan, what was said of it, its log."""

from collections.abc import Iterator

from fastapi import APIRouter, Request
from fastapi.responses import Response, StreamingResponse

from cellwright.access.roles import Permission
from cellwright.access.visitor import Visitor
from cellwright.app.history.logs import LogsRequest, UnitLog, logs
from cellwright.app.history.runs import no_run
from cellwright.app.overview.runs.log_tail import tail_of
from cellwright.app.overview.unit_view import run_unit_view
from cellwright.app.session.session import FleetSession
from cellwright.console.permits import reach
from cellwright.console.rendering import render
from cellwright.console.runs.plan_difference import plan_difference
from cellwright.console.runs.run_shown import row_shown
from cellwright.console.runs.words import PHASES
from cellwright.console.services import services
from cellwright.console.visitor import SignedIn
from cellwright.model.address import AddressError, UnitAddress
from cellwright.model.diagnostic import DiagnosticError, error
from cellwright.model.runs.run import RunStatus
from cellwright.model.text.visible import visible

router = APIRouter()


@router.get("/runs/{run_id}/units/{level}/{cell}/{stack}")
def show_unit(
    request: Request, visitor: SignedIn, run_id: str, level: str, cell: str, stack: str
) -> Response:
    """Show one unit of a run."""
    session = services(request).fleet()
    unit = readable_unit(visitor, session, run_id, f"{level}/{cell}/{stack}")
    view = run_unit_view(session, run_id, unit, reach(visitor))
    log = tail_of(view.log) if view.log is not None else None
    return render(
        request,
        "runs/run_unit.html",
        run=view.run,
        unit=unit,
        view=view,
        row=row_shown(view.row, None),
        waves=view.waves,
        operation=view.row.record.operation.value,
        phases=PHASES,
        difference=plan_difference(view.plan) if view.plan is not None else None,
        log=log,
        since=f"{log.end.offset}-{log.end.line}" if log is not None else "0-0",
        follows=view.row.record.outcome is None and view.run.status is RunStatus.RUNNING,
    )


@router.get("/runs/{run_id}/units/{level}/{cell}/{stack}/log")
def whole_log(
    request: Request, visitor: SignedIn, run_id: str, level: str, cell: str, stack: str
) -> Response:
    """Give the whole log as text; signs that can't be seen are escapes."""
    session = services(request).session
    unit = readable_unit(visitor, session, run_id, f"{level}/{cell}/{stack}")
    (log,) = logs(session, LogsRequest(run=run_id, unit=str(unit)))
    return StreamingResponse(_lines(log), media_type="text/plain; charset=utf-8")


def readable_unit(visitor: Visitor, session: FleetSession, run: str, text: str) -> UnitAddress:
    """Read the address of a unit of a run, of which the visitor may see the cell as it was named then.

    Raises:
        DiagnosticError: it is no address, or there is no such run.
        PermissionRefusedError: they may not.
    """
    try:
        unit = UnitAddress.parse(text)
    except AddressError as fault:
        raise DiagnosticError(error(str(fault), "an address is level/cell/stack")) from None
    known = session.ledger().reader.summary(run)
    if known is None:
        visitor.demand(Permission.READ, unit.of_cell)
        raise no_run(run)
    visitor.demand_then(Permission.READ, unit.of_cell, known.at)
    return unit


def _lines(log: UnitLog) -> Iterator[str]:
    for line in log.lines():
        yield f"{visible(line, keep=chr(9))}\n"
