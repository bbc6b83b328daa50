"""The last part of offboarding: nothing of the client stands any more, and its settings go."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from cellwright.app.clients.allocation import release_blocks
from cellwright.app.clients.client import Message, commit, sharing
from cellwright.app.clients.offboarding.state_copies import local_state_of
from cellwright.app.clients.unfinished import places_of, removed_uncommitted
from cellwright.app.runs.guards.comeback import is_brought_back
from cellwright.app.runs.steering.conversation import Conversation
from cellwright.app.session.home import Home
from cellwright.app.session.session import FleetSession, OpenFleet
from cellwright.engine.approval import Interrupts
from cellwright.engine.lease.keeper import LONGEST_WAIT, LeaseKeeper, holder_for, waiting_for
from cellwright.engine.lease.liveness import ProcessIdentity
from cellwright.fleet.archive import archive_cell, newest_archive, remove_archive
from cellwright.git.repository import HookError
from cellwright.ledger.audit import EventDraft
from cellwright.ledger.lease_values import Held
from cellwright.model.actor import Actor
from cellwright.model.address import CellAddress, UnitAddress
from cellwright.model.applied import AppliedUnit
from cellwright.model.diagnostic import DiagnosticError, error
from cellwright.model.runs.event import CLIENT_OFFBOARDED
from cellwright.terraform.output.states.state_reader import read_mark


@dataclass(frozen=True, slots=True)
class Leaving:
    """Which client leaves, by which run its units were destroyed, and who wants it."""

    actor: Actor
    cell: CellAddress
    run: str
    reason: str
    hooks: bool = False
    """Run the repository's hooks when the removal is committed."""


def refuse_vanished(fleet: OpenFleet, units: Sequence[UnitAddress]) -> None:
    """Refuse to offboard while a state that can be seen without Terraform is gone.

    Destroying it would find nothing to destroy, and its infrastructure would be forgotten.

    Raises:
        DiagnosticError: one is gone.
    """
    recorded = fleet.ledger.reader.applied(units)
    gone = [address for address, item in recorded.items() if _is_vanished(fleet.home, item)]
    if gone:
        raise DiagnosticError(
            *(
                error(
                    f"the state of {unit} is gone, so what it made can't be found and destroyed",
                    "restore it from a backup; if nothing of the unit stands any more, offboard with "
                    "--accept-state REASON",
                )
                for unit in gone
            )
        )


def _is_vanished(home: Home, applied: AppliedUnit) -> bool:
    """Tell whether a unit's recorded state is gone, as far as that can be seen without Terraform."""
    if applied.head.state is None:
        return False
    path = local_state_of(home, applied)
    return path is not None and read_mark(path) is None


def leave(fleet: OpenFleet, leaving: Leaving, talk: Conversation) -> str:
    """Record that the client is gone, move its settings into the archive and commit; gives where they lie.

    All its units are held meanwhile, so that nobody applies one of them between the look at the ledger and
    the removal. The record is made first: it is what keeps other clones from applying the client again, and
    whoever is killed after it leaves settings that the next `offboard` removes.

    Raises:
        HookError: a hook refuses the commit; the settings are as they were, and offboarding again goes on.
        DiagnosticError: a unit is held by somebody else, or was applied again: the settings stay. Or they
            can't be removed or committed.
    """
    with (
        held_units(fleet, leaving.cell, leaving.run, talk.interrupts) as fences,
        fleet.session.changing(talk.interrupts),
    ):
        recorded = fleet.ledger.reader.client_action(leaving.cell) == CLIENT_OFFBOARDED
        if not recorded or is_brought_back(fleet, leaving.cell):
            fleet.ledger.recorder.record_offboarded(
                _event(fleet, leaving),
                leaving.cell,
                fences,
                list(map(str, sharing(fleet.fleet.levels, leaving.cell))),
            )
        return _remove(fleet, leaving)


def _event(fleet: OpenFleet, leaving: Leaving) -> EventDraft:
    """The record, with the commit before the removal: see `is_brought_back`."""
    repository = fleet.session.repository()
    head = repository.head() if repository is not None else None
    detail = {} if head is None else {"commit": head}
    return EventDraft(leaving.actor, CLIENT_OFFBOARDED, str(leaving.cell), leaving.reason, detail)


@contextmanager
def held_units(
    fleet: OpenFleet, cell: CellAddress, holder: str, interrupts: Interrupts
) -> Iterator[Mapping[UnitAddress, int]]:
    """Hold the leases on all units of a client that the fleet or the ledger knows; gives their numbers.

    `holder` is the run, or whatever else they are held for.
    """
    leases, who = fleet.ledger.leases, holder_for(holder, ProcessIdentity.of_this_process())
    with LeaseKeeper(leases, who, lambda _unit: None, interrupts, LONGEST_WAIT) as keeper:
        yield {unit: keeper.take(unit, _telling(fleet)).fencing for unit in _units(fleet, cell)}


def _telling(fleet: OpenFleet) -> Callable[[Held], None]:
    return lambda held: fleet.session.notice(f"waiting for {held.unit}: {waiting_for(held)}")


def _units(fleet: OpenFleet, cell: CellAddress) -> list[UnitAddress]:
    """Also those of the run, whose records are gone by now, and those that another clone works on."""
    known = {*fleet.fleet.units, *fleet.ledger.reader.heads(), *fleet.ledger.reader.lease_holders()}
    return sorted(unit for unit in known if unit.of_cell == cell)


def _remove(fleet: OpenFleet, leaving: Leaving) -> str:
    """Archive the settings as they are now, release the blocks and commit; gives where they lie now."""
    session, cell = fleet.session, leaving.cell
    session.forget_cells()  # another process may have moved them meanwhile
    repository = session.repository()
    now = session.snapshot().fleet
    moved: tuple[Path, ...] = ()
    if cell in now.cells:
        released = release_blocks(now, cell, session.now())
        source = session.root / now.cells[cell].path
        moved = (source, archive_cell(session.root, now.cells[cell].path, cell.cell), *released)
        session.forget_cells()
    else:
        cells = next(level.cells for level in now.levels if level.name == cell.level)
        moved = removed_uncommitted(repository, places_of(session.root, cells, cell.cell))
    place = newest_archive(session.root, cell.cell)
    if moved:
        _commit(session, leaving, moved, place)
    return place


def _commit(session: FleetSession, leaving: Leaving, moved: Sequence[Path], place: str) -> None:
    repository = session.repository()
    message = Message(f"Offboard {leaving.cell}", leaving.reason)
    try:
        commit(session, leaving.actor, moved, message, hooks=leaving.hooks)
    except HookError:
        if repository is not None:
            remove_archive(session.root, place)
            repository.restore([path for path in moved if path != session.root / place])
        session.forget_cells()
        raise
