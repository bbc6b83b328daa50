"""An onboarding that was refused, by a person or by a policy, leaves no client behind."""

from dataclasses import dataclass

from cellwright.app.clients.client import Message, commit
from cellwright.app.clients.offboarding.judging import denials_of
from cellwright.app.clients.unfinished import own_files
from cellwright.app.session.repository.fleet_repository import FleetFolder
from cellwright.app.session.session import OpenFleet
from cellwright.git.upstream import take_back
from cellwright.ledger.run_state import Decision
from cellwright.model.actor import Actor
from cellwright.model.address import CellAddress
from cellwright.model.runs.event import CLIENT_ONBOARDING_UNDONE
from cellwright.model.runs.run import Run
from cellwright.model.value import Json


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """What an onboarding has committed just now."""

    cell: CellAddress
    before: str | None
    """The commit before it; None outside git, or where there was none."""
    commit: str | None


def refusal(fleet: OpenFleet, run: Run, cell: CellAddress) -> str:
    """Tell who has refused to bring a client up of which nothing stands; empty if nobody did."""
    if any(unit.of_cell == cell for unit in fleet.ledger.reader.heads()):
        return ""  # something was begun: it has to be there to be seen, and to be gone on with
    units = [item.address for item in run.units]
    rules = dict.fromkeys(item.rule for item in denials_of(fleet, run.id, units))
    if rules:
        return f"denied by {', '.join(rules)}"
    answers = fleet.ledger.approvals.of_run(run.id)
    refused = any(item.decision is Decision.REJECTED for item in answers)
    return "its plans were not approved" if refused else ""


def undo(fleet: OpenFleet, actor: Actor, made: Made, why: str) -> None:
    """Take a client's settings, their commit and what was claimed for it back; recorded as it is.

    Raises:
        DiagnosticError: git can't do it, or somebody else changes the settings for too long.
    """
    session, cell = fleet.session, made.cell
    with session.changing():
        session.forget_cells()
        known = session.snapshot().fleet.cells.get(cell)
        files = own_files(session.root, known.path) if known is not None else ()
        repository = session.repository()
        for file in files:
            file.unlink(missing_ok=True)
            if not any(file.parent.iterdir()) and file.parent.name == cell.cell:
                file.parent.rmdir()
        newest = repository.head() if repository is not None else None
        if repository is not None and made.before and newest == made.commit and _is_local(fleet):
            names = tuple(file.relative_to(repository.root).as_posix() for file in files)
            take_back(repository, made.before, names)
        elif files:
            message = Message(f"Take back the onboarding of {cell}", why)
            commit(session, actor, files, message, hooks=False)
        session.forget_cells()
    ledger = fleet.ledger
    ledger.blocks.withdraw([item for item in ledger.blocks.claims() if item.cell == str(cell)])
    ledger.placements.withdraw([str(cell)])
    detail: dict[str, Json] = {"commit": made.commit, "why": why}
    ledger.recorder.append_event(actor, CLIENT_ONBOARDING_UNDONE, str(cell), why, detail)


def _is_local(fleet: OpenFleet) -> bool:
    """Whether the commit has not been pushed yet: a server's own clone pushes before it goes on."""
    return isinstance(fleet.session.source, FleetFolder)
