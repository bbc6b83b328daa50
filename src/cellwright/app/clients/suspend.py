"""Suspend and reinstate: one key of a client's file is set, committed and applied; a layer does the rest."""

from dataclasses import dataclass, replace

from cellwright.app.clients.client import client_level, sharing
from cellwright.app.clients.editing import EditRequest, settle_edit
from cellwright.app.clients.form.existing import CellFiles
from cellwright.app.clients.life import settle, state_before
from cellwright.app.runs.choosing import Selection, choose_units
from cellwright.app.runs.moving.performing import perform_with_moves
from cellwright.app.runs.report import RunReport
from cellwright.app.runs.run_task import RunTask
from cellwright.app.runs.running import start
from cellwright.app.runs.steering.conversation import Conversation
from cellwright.app.session.session import FleetSession, OpenFleet
from cellwright.fleet.lifecycle import ACTIVE, LIFECYCLE, SUSPENDED, advice_for, is_suspended
from cellwright.fleet.yaml.editor import with_key
from cellwright.fleet.yaml.node import get_node
from cellwright.fleet.yaml.reader import read_document
from cellwright.ledger.clients.lives import Move
from cellwright.model.actor import Actor
from cellwright.model.address import CellAddress
from cellwright.model.client_life import ClientState, refuse_move
from cellwright.model.diagnostic import DiagnosticError, error
from cellwright.model.runs.run import RunKind


@dataclass(frozen=True, slots=True, kw_only=True)
class SuspendRequest:
    """Which client is suspended, or reinstated, and why."""

    name: str
    suspended: bool = True
    """False: it is reinstated."""
    reason: str = ""
    parallel: int | None = None

    @property
    def state(self) -> ClientState:
        """The state that it is to have."""
        return ClientState.SUSPENDED if self.suspended else ClientState.ACTIVE

    @property
    def word(self) -> str:
        """What is done with it."""
        return "suspend" if self.suspended else "reinstate"


def suspend(session: FleetSession, actor: Actor, request: SuspendRequest, talk: Conversation) -> RunReport:
    """Set the key in the client's file, commit it, and apply what changes; done again, it goes on.

    Raises:
        DiagnosticError: there is no such client, its level has no layer for suspended cells, it is in another
            state, or the fleet would have errors: nothing is changed then.
    """
    with session.changing(talk.interrupts):
        fleet, cell, written = settle_suspension(session, actor, request)
    choice = choose_units(fleet, Selection(cells_of(fleet, cell)))
    run = start(fleet, actor, RunKind.APPLY, choice, why(request, cell))
    task = RunTask(run=run, choice=choice, parallel=request.parallel)
    report = perform_with_moves(fleet, actor, task, talk)
    return report if written else replace(report, stands=f"{cell} is {request.state.value}")


def refuse_suspension(session: FleetSession, request: SuspendRequest) -> None:
    """Make sure that a client can be suspended or reinstated, before anybody is asked; nothing is changed.

    Raises:
        DiagnosticError: as `suspension_edit`, or it is in a state from which that can't be.
    """
    fleet, edit = suspension_edit(session, request)
    before = state_before(fleet, edit.cell)
    if before is not request.state:
        refuse_move(str(edit.cell), before, request.state)


def why(request: SuspendRequest, cell: CellAddress) -> str:
    """Give the reason of the run."""
    return request.reason or f"{request.word} {cell}"


def cells_of(fleet: OpenFleet, cell: CellAddress) -> list[str]:
    """Select a client, and the cells of other levels that its file speaks of."""
    return [str(item) for item in sharing(fleet.fleet.levels, cell) if item in fleet.fleet.cells]


def settle_suspension(
    session: FleetSession, actor: Actor, request: SuspendRequest
) -> tuple[OpenFleet, CellAddress, bool]:
    """See that the client's file says it, and that it is on record; tells whether it was written now.

    Whoever calls this holds `session.changing`.

    Raises:
        DiagnosticError: as `suspend`.
    """
    fleet, edit = suspension_edit(session, request)
    cell = edit.cell
    before = state_before(fleet, cell)
    if before is request.state:
        if fleet.ledger.lives.find(cell) is not None:
            settle(fleet, actor, cell)  # one that was killed may have left it out
        return fleet, cell, False
    refuse_move(str(cell), before, request.state)
    # What it is now is on record first, so that no move is missing.
    settle(fleet, actor, cell)
    written = is_suspended(fleet.fleet.cells[cell]) is not request.suspended
    if written:
        fleet, _ = settle_edit(session, actor, edit)
    move = Move(cell=cell, to=request.state, known=before, reason=request.reason)
    fleet.ledger.lives.move(move, actor)
    return fleet, cell, written


def suspension_edit(session: FleetSession, request: SuspendRequest) -> tuple[OpenFleet, EditRequest]:
    """Give the edit of the client's file that suspends or reinstates it; nothing is changed.

    Raises:
        DiagnosticError: there is no such client, or its level has no layer for suspended cells.
    """
    session.forget_cells()
    fleet = session.open(writing=True)
    level = client_level(fleet.fleet.levels)
    cell = CellAddress(level.name, request.name)
    known = fleet.fleet.cells.get(cell)
    if known is None:
        raise DiagnosticError(error(f"there is no client '{request.name}'", "`cellwright status` lists them"))
    if request.suspended and level.suspended is None:
        raise DiagnosticError(
            error(
                f"level '{level.name}' has no layer for suspended cells, so nothing would be switched off",
                f"write what scales its stacks to zero into a file, and name it in fleet.yaml: "
                f"{advice_for(level.name)}",
                level.position,
            )
        )
    files = CellFiles.read(session.root, cell, known.path)
    mark = SUSPENDED if request.suspended else ACTIVE
    place = next(
        (path for path, text in files.texts.items() if _has_key(path, text)), next(iter(files.texts))
    )
    text = with_key(files.texts[place], LIFECYCLE, mark, place)
    reason = why(request, cell)
    return fleet, EditRequest(cell=cell, texts={place: text}, base=files.digest, reason=reason, start=False)


def _has_key(path: str, text: str) -> bool:
    root = read_document(text, path).root
    return root is not None and get_node(root, LIFECYCLE) is not None
