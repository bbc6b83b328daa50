"""Cells that are renamed, or placed elsewhere."""

from dataclasses import replace

from fastapi import Request, Response
from pydantic import Field

from cellwright.access.roles import Permission
from cellwright.api.diagnostics import diagnostic
from cellwright.api.fleet import relocate as relocate_document
from cellwright.api.fleet import rename as document
from cellwright.app.moves.relocate import look_at_relocation, relocate
from cellwright.app.moves.rename import plan_rename, planned_rename
from cellwright.app.moves.rename_values import RenameRequest
from cellwright.app.runs.steering.conversation import Conversation
from cellwright.console.move_permits import demand_relocation, demand_rename, refuse_pull_requests
from cellwright.console.permits import reach
from cellwright.console.services import services
from cellwright.console.visitor import SignedIn
from cellwright.console.wire.answers import answer
from cellwright.console.wire.parameters import Body, Cell, Level, Reason, Text, cell_address
from cellwright.console.wire.router import Key, noun_router
from cellwright.console.wire.schemas import moves as schemas
from cellwright.model.address import CellAddress

router = noun_router()


class RenameBody(Body):
    """A cell's new name."""

    new: Text = Field(min_length=1, max_length=63, description="The name alone: a-z, 0-9 and hyphens.")
    allow_replace: bool = Field(
        default=False, description="Also if the next apply would replace or destroy resources."
    )
    reason: Reason = ""
    seen: Text = Field(
        default="",
        max_length=64,
        description="`seen` of the plan that was looked at. Who renames with `allow_replace` has to give it: "
        "where others would be lost by now, nothing is done.",
    )


class RelocateBody(Body):
    """The places that somebody has seen."""

    former: Text = Field(alias="from", description="Where the cell was applied.")
    to: Text = Field(description="Where its settings place it now.")
    reason: Reason = ""


@router.get("/cells/{level}/{cell}/relocation", response_model=schemas.Relocation)
def relocation(request: Request, visitor: SignedIn, level: Level, cell: Cell) -> Response:
    """Tell what it means that a cell's file names another place than where it was applied."""
    address = cell_address(level, cell)
    visitor.demand(Permission.READ, address)
    found = look_at_relocation(services(request).fleet(), str(address))
    return answer(request, relocate_document.relocation(found))


@router.post("/cells/{level}/{cell}/relocate", response_model=schemas.Relocation)
def allow_relocation(
    request: Request, visitor: SignedIn, level: Level, cell: Cell, body: RelocateBody, _key: Key = None
) -> Response:
    """Allow that all of a cell is made anew elsewhere, and what it has stays behind; nothing is applied."""
    address = cell_address(level, cell)
    session = services(request).fleet()
    demand_relocation(visitor, address)
    seen = replace(look_at_relocation(session, str(address)), before=body.former, now=body.to)
    return answer(request, relocate_document.relocation(relocate(session, visitor.actor, seen, body.reason)))


@router.post("/cells/{level}/{cell}/rename/plan", response_model=schemas.RenamePlan)
def plan(
    request: Request, visitor: SignedIn, level: Level, cell: Cell, body: RenameBody, _key: Key = None
) -> Response:
    """Tell what a new name would do: files, states, and each unit's plan under it; nothing is changed.

    It is answered when all of that is planned, which may take minutes.
    """
    address = cell_address(level, cell)
    session = services(request).fleet()
    demand_rename(visitor, session, address, body.new)
    refuse_pull_requests(session)
    wanted = _wanted(address, body)
    found = plan_rename(session, visitor.actor, wanted, Conversation())
    shown = replace(found, others=tuple(filter(reach(visitor), found.others)))
    refused = [diagnostic(item) for item in found.refused(wanted)]
    return answer(request, {**document.planned(shown), "refused": refused})


@router.post("/cells/{level}/{cell}/rename", response_model=schemas.Renamed)
def rename(
    request: Request, visitor: SignedIn, level: Level, cell: Cell, body: RenameBody, _key: Key = None
) -> Response:
    """Rename a cell: its files, its states and all that is recorded of it; nothing is applied.

    It is planned first, and refused where something would be lost; `warnings` names whoever gets or loses
    roles by the new name. After a crash, the same call goes on.
    """
    address = cell_address(level, cell)
    session = services(request).fleet()
    demand_rename(visitor, session, address, body.new)
    refuse_pull_requests(session)
    found = planned_rename(session, visitor.actor, _wanted(address, body), Conversation())
    return answer(request, document.renamed(found))


def _wanted(address: CellAddress, body: RenameBody) -> RenameRequest:
    return RenameRequest(
        cell=str(address),
        new=body.new,
        reason=body.reason,
        allow_replace=body.allow_replace,
        seen=body.seen,
    )
