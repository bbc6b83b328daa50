"""Takes refused onboardings back that were only begun, whoever has carried their runs out.

The console, the API and builds begin an onboarding and go away. Whoever sees that its run has ended, a server
or the build that followed it, takes the client's settings back if the run was refused before anything was
made. Where it was killed, the next one that looks goes on.
"""

from collections.abc import Callable, Iterator

from cellwright.app.clients.onboarding.taking_back import Made, files_of, refusal, remove
from cellwright.app.clients.starting import starting
from cellwright.app.session.session import FleetSession, OpenFleet
from cellwright.git.upstream import is_still_as_in, knows
from cellwright.ledger.read.event_filter import EventFilter, Pattern
from cellwright.ledger.read.reader import LedgerReader
from cellwright.model.actor import Actor
from cellwright.model.address import CellAddress
from cellwright.model.client_life import ClientState
from cellwright.model.runs.event import CLIENT_ONBOARDING, CLIENT_ONBOARDING_UNDONE, Event
from cellwright.model.runs.run import Run, RunStatus

BEFORE, MADE = "before", "made"
"""In the detail of an onboarding's event: the commits before and with the settings that it has written."""
_CLIENTS = (ClientState.REQUESTED, ClientState.PROVISIONING)


def written_by(reader: LedgerReader, cell: CellAddress) -> dict[str, str]:
    """Give the commits of the onboarding that goes on, for its next run; {} if it made none."""
    event = _newest(reader, cell)
    if event is None or event.action != CLIENT_ONBOARDING:
        return {}
    return {key: str(event.detail[key]) for key in (BEFORE, MADE) if event.detail.get(key)}


def take_back_refused(
    session: FleetSession, current: Callable[[], FleetSession], actor: Actor, *, of_run: str = ""
) -> tuple[CellAddress, ...]:
    """Take back the onboardings whose runs were refused, or that of one run; tells whose clients are gone.

    `current` gives the fleet as its files are now; it is asked for only if there may be something to do.

    Raises:
        DiagnosticError: git can't do it, or somebody else changes the settings for too long; asked again, it
            goes on.
    """
    gone = []
    for cell, run in list(_ended(session, of_run)):
        fleet = current().open(writing=True)
        if not refusal(fleet, run, cell):
            continue
        with fleet.session.changing(), starting(fleet.ledger, cell):
            if _take_back(fleet, actor, cell, run):
                gone.append(cell)
    return tuple(gone)


def _ended(session: FleetSession, of_run: str) -> Iterator[tuple[CellAddress, Run]]:
    """Yield the clients that were written for a run which has ended and brought nothing up."""
    ledger = session.ledger()
    if ledger.database.absent:
        return
    for life in ledger.lives.in_states(*_CLIENTS):
        if not life.run or (of_run and life.run != of_run):
            continue
        run = ledger.reader.run(life.run)
        ended = run is not None and run.status in (RunStatus.FAILED, RunStatus.CANCELLED)
        if run is not None and ended and _made(ledger.reader, life.cell, run.id) is not None:
            yield life.cell, run


def _take_back(fleet: OpenFleet, actor: Actor, cell: CellAddress, run: Run) -> bool:
    """Take back what is still as it was, once: under the lock it is looked at anew."""
    session = fleet.session
    made = _made(fleet.ledger.reader, cell, run.id)
    why = refusal(fleet, run, cell)
    now = fleet.ledger.reader.run(run.id)
    repository = session.repository()
    if made is None or repository is None or not why or now is None or now.status is RunStatus.RUNNING:
        return False
    if made.commit is None or not knows(repository, made.commit):
        return False  # the settings lie elsewhere
    names = tuple(file.relative_to(repository.root).as_posix() for file in files_of(session, cell))
    there = any((repository.root / name).exists() for name in names)
    if there and not is_still_as_in(repository, made.commit, names):
        return False  # somebody has gone on with them
    remove(fleet, actor, made, why)
    return True


def _made(reader: LedgerReader, cell: CellAddress, run: str) -> Made | None:
    """Give what the onboarding with this run has committed; None if it made nothing, or was taken back."""
    event = _newest(reader, cell)
    if event is None or event.action != CLIENT_ONBOARDING or event.detail.get("run") != run:
        return None
    before, made = event.detail.get(BEFORE), event.detail.get(MADE)
    if not isinstance(before, str) or not isinstance(made, str):
        return None
    return Made(cell=cell, before=before, commit=made)


def _newest(reader: LedgerReader, cell: CellAddress) -> Event | None:
    only = EventFilter(actions=(Pattern(CLIENT_ONBOARDING, "."), Pattern(CLIENT_ONBOARDING_UNDONE, ".")))
    return next(iter(reader.latest_events(1, str(cell), only)), None)
