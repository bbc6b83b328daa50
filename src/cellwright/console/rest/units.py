"""Units: how they stand, what they are given, what they depend on, which programs run them."""

from typing import Annotated

from fastapi import Query, Request, Response

from cellwright.access.roles import Permission
from cellwright.api.fleet import explain as explain_document
from cellwright.api.fleet import graph as graph_document
from cellwright.api.fleet import show as show_document
from cellwright.api.fleet import status as status_document
from cellwright.api.fleet import versions as versions_document
from cellwright.app.fleet import explain as explain_case
from cellwright.app.fleet import graph as graph_case
from cellwright.app.fleet import show as show_case
from cellwright.app.status import status as status_case
from cellwright.app.status import versions as versions_case
from cellwright.console.permits import demand_selection, readable
from cellwright.console.services import services
from cellwright.console.visitor import SignedIn
from cellwright.console.wire.answers import answer, page
from cellwright.console.wire.parameters import (
    AskedUnits,
    Cell,
    Cursor,
    Level,
    Limit,
    Stack,
    Words,
    page_of,
    unit_address,
)
from cellwright.console.wire.problems import absent_if_refused
from cellwright.console.wire.router import noun_router
from cellwright.console.wire.schemas import fleet as schemas
from cellwright.model.diagnostic import DiagnosticError, error

router = noun_router()


@router.get("/status", response_model=schemas.Status)
def status(  # noqa: PLR0913, PLR0917  the parameters of a query
    request: Request,
    visitor: SignedIn,
    asked: AskedUnits,
    applied_with: Words | None = None,
    runs_with: Words | None = None,
    cursor: Cursor = None,
    limit: Limit = 200,
) -> Response:
    """Compare units with what was applied; by their addresses, a page at a time."""
    session = services(request).fleet()
    may_see = readable(visitor)
    found = status_case.status(
        session,
        status_case.StatusRequest(
            selectors=asked.selectors,
            relatives=asked.relatives,
            page=page_of(cursor, limit, may_see),
            applied_with=applied_with,
            runs_with=runs_with,
        ),
    )
    return page(request, status_document.status(found), None if found.next is None else str(found.next))


@router.get("/units", response_model=schemas.Units)
def units(
    request: Request,
    visitor: SignedIn,
    asked: AskedUnits,
    cursor: Cursor = None,
    limit: Limit = 200,
) -> Response:
    """Give units with their resolved inputs, as Terraform will be given them."""
    session = services(request).fleet()
    may_see = readable(visitor)
    found = show_case.show(
        session,
        show_case.ShowRequest(
            selectors=asked.selectors,
            relatives=asked.relatives,
            page=page_of(cursor, limit, may_see),
        ),
    )
    return page(request, show_document.units(found), None if found.next is None else str(found.next))


@router.get("/units/{level}/{cell}/{stack}", response_model=schemas.UnitPart)
def unit(request: Request, visitor: SignedIn, level: Level, cell: Cell, stack: Stack) -> Response:
    """Give one unit with its resolved inputs."""
    address = unit_address(level, cell, stack)
    session = services(request).fleet()
    visitor.demand(Permission.READ, address.of_cell)
    snapshot = session.usable()
    if address not in snapshot.fleet.units and address not in session.ledger().reader.heads():
        raise absent_if_refused(no_unit(str(address)))
    found = show_case.show(session, show_case.ShowRequest(selectors=(str(address),)))
    return answer(request, show_document.unit(next(iter(found.units))))


@router.get("/units/{level}/{cell}/{stack}/inputs", response_model=schemas.Explanations)
def inputs(
    request: Request,
    visitor: SignedIn,
    level: Level,
    cell: Cell,
    stack: Stack,
    name: Annotated[
        Words | None, Query(description="One input, a path into one (tags.team), or terraform.")
    ] = None,
) -> Response:
    """Explain the inputs of a unit: every layer that set each value, the one that counts last."""
    address = unit_address(level, cell, stack)
    session = services(request).fleet()
    visitor.demand(Permission.READ, address.of_cell)
    if address not in session.usable().fleet.units:
        raise absent_if_refused(no_unit(str(address)))
    found = explain_case.explain(session, explain_case.ExplainRequest(unit=str(address), input=name))
    return answer(request, explain_document.explanations(str(address), found))


@router.get("/graph", response_model=schemas.Graph)
def graph(
    request: Request,
    visitor: SignedIn,
    asked: AskedUnits,
) -> Response:
    """Give units and what each depends on."""
    session = services(request).fleet()
    demand_selection(visitor, Permission.READ, session, asked.selectors, asked.relatives)
    wanted = graph_case.GraphRequest(selectors=asked.selectors, relatives=asked.relatives)
    return answer(request, graph_document.graph(graph_case.graph(session, wanted)))


@router.get("/versions", response_model=schemas.Versions)
def versions(
    request: Request,
    visitor: SignedIn,
    asked: AskedUnits,
) -> Response:
    """Tell which Terraform or OpenTofu ran the units last, and which one their settings choose now."""
    session = services(request).fleet()
    demand_selection(visitor, Permission.READ, session, asked.selectors, asked.relatives)
    wanted = versions_case.VersionsRequest(selectors=asked.selectors, relatives=asked.relatives)
    return answer(request, versions_document.versions(versions_case.versions(session, wanted)))


def no_unit(address: str) -> DiagnosticError:
    """Say that there is no such unit."""
    return DiagnosticError(error(f"there is no unit '{address}'", "GET /api/v1/status lists the units"))
