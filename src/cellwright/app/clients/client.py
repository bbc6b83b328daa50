"""What onboarding and offboarding share: which level clients are of, commits, events."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from cellwright.app.session.session import FleetSession, OpenFleet
from cellwright.fleet.fleet import Level
from cellwright.model.actor import Actor
from cellwright.model.address import CellAddress
from cellwright.model.diagnostic import DiagnosticError, error
from cellwright.model.runs.event import CELL_NAMED, CLIENT_ONBOARDED


def client_level(levels: Sequence[Level], chosen: str | None = None) -> Level:
    """Give the level that was chosen, else the last one with a placement, else the last one.

    Raises:
        DiagnosticError: there is no such level.
    """
    named = {level.name: level for level in levels}
    if chosen is not None and chosen in named:
        return named[chosen]
    if chosen is not None or not levels:
        missing = f"level '{chosen}'" if chosen is not None else "level"
        raise DiagnosticError(error(f"there is no {missing}", f"its levels: {', '.join(named) or 'none'}"))
    placed = [level for level in levels if level.placement]
    return placed[-1] if placed else levels[-1]


def client_named(session: FleetSession, name: str) -> CellAddress:
    """Give the address of a client of that name, whether the fleet still has it or not."""
    levels = session.levels() or session.snapshot().without_errors().fleet.levels
    return CellAddress(client_level(levels).name, name)


def sharing(levels: Sequence[Level], cell: CellAddress) -> tuple[CellAddress, ...]:
    """Give the cells of all levels that one file speaks of, this one among them; lowest first."""
    folders = {level.cells for level in levels if level.name == cell.level}
    return tuple(CellAddress(level.name, cell.cell) for level in levels if level.cells in folders)


@dataclass(frozen=True, slots=True)
class Message:
    """What a commit says."""

    subject: str
    reason: str = ""

    def __str__(self) -> str:
        """The text."""
        return f"{self.subject}\n\n{self.reason}".rstrip() + "\n"


def commit(
    session: FleetSession, actor: Actor, paths: Sequence[Path], message: Message, *, hooks: bool
) -> None:
    """Commit a client's files, with the repository's hooks if that is wanted; does nothing outside git.

    Raises:
        HookError: a hook refused.
        DiagnosticError: git can't commit, or not pass the commit on.
    """
    session.commit(actor, paths, str(message), hooks=hooks)


def is_recorded(fleet: OpenFleet, cell: CellAddress) -> bool:
    """Tell whether the audit trail says that the client was onboarded and has not been offboarded since."""
    return fleet.ledger.reader.client_action(cell) in (CLIENT_ONBOARDED, CELL_NAMED)


def record_onboarded(fleet: OpenFleet, actor: Actor, cell: CellAddress, reason: str) -> None:
    """Append the client's event to the audit trail."""
    fleet.ledger.recorder.append_event(actor, CLIENT_ONBOARDED, str(cell), reason)
