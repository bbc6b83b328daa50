"""An onboarding that was refused, by a person or by a policy, leaves no client behind."""

from dataclasses import dataclass
from pathlib import Path

from cellwright.app.clients.client import Message, commit
from cellwright.app.clients.offboarding.judging import denials_of
from cellwright.app.clients.unfinished import own_files, places_of, removed_uncommitted
from cellwright.app.session.repository.fleet_repository import FleetFolder
from cellwright.app.session.session import FleetSession, OpenFleet
from cellwright.git.repository import Repository
from cellwright.git.upstream import is_pushed, take_back
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

    Killed in between and called again, it goes on.

    Raises:
        DiagnosticError: git can't do it, or somebody else changes the settings for too long.
    """
    with fleet.session.changing():
        remove(fleet, actor, made, why)


def remove(fleet: OpenFleet, actor: Actor, made: Made, why: str) -> None:
    """Do what `undo` does; whoever calls this holds the fleet's lock.

    Raises:
        DiagnosticError: git can't do it.
    """
    session, cell = fleet.session, made.cell
    repository = session.repository()
    files = files_of(session, cell)
    for file in files:
        file.unlink(missing_ok=True)
        if file.parent.name == cell.cell and file.parent.is_dir() and not any(file.parent.iterdir()):
            file.parent.rmdir()
    if files and repository is not None and _is_newest(session, repository, made):
        names = tuple(file.relative_to(repository.root).as_posix() for file in files)
        take_back(repository, made.before or "", names)
    elif files:
        message = Message(f"Take back the onboarding of {cell}", why)
        commit(session, actor, files, message, hooks=False)
    session.forget_cells()
    ledger = fleet.ledger
    ledger.blocks.withdraw([item for item in ledger.blocks.claims() if item.cell == str(cell)])
    ledger.placements.withdraw([str(cell)])
    detail: dict[str, Json] = {"commit": made.commit, "why": why}
    ledger.recorder.append_event(actor, CLIENT_ONBOARDING_UNDONE, str(cell), why, detail)


def files_of(session: FleetSession, cell: CellAddress) -> tuple[Path, ...]:
    """Give the client's own files, or those that a taking back which was killed has removed and no more."""
    session.forget_cells()
    fleet = session.snapshot().fleet
    known = fleet.cells.get(cell)
    if known is not None:
        return own_files(session.root, known.path)
    folder = next((level.cells for level in fleet.levels if level.name == cell.level), None)
    if folder is None:
        return ()
    return removed_uncommitted(session.repository(), places_of(session.root, folder, cell.cell))


def _is_newest(session: FleetSession, repository: Repository, made: Made) -> bool:
    """Whether the commit is the newest one, or just taken back, and nobody else has it yet.

    A server's own clone pushes before it goes on.
    """
    newest = repository.head()
    is_local = isinstance(session.source, FleetFolder)
    is_ours = made.before is not None and newest in (made.commit, made.before)
    return is_local and is_ours and not is_pushed(repository, made.commit or "")
