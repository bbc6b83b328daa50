"""The life of a client cell: onboarded with one command, offboarded with one command."""

import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

from cellwright.app.clients.allocation import give_blocks, release_blocks
from cellwright.app.clients.unfinished import (
    own_files,
    own_settings,
    places_of,
    refuse_dirty,
    removed_uncommitted,
    says_already,
    was_never_committed,
)
from cellwright.app.results import RunReport
from cellwright.app.runs.running import Conversation, Selection, choice_of, choose_units, perform, start
from cellwright.app.session.fleet_lock import fleet_lock
from cellwright.app.session.home import Home
from cellwright.app.session.identity import acting, actor
from cellwright.app.session.location import Location
from cellwright.app.session.opening import OpenFleet, opened, read_fleet
from cellwright.engine.approval import Preapproved
from cellwright.fleet.edit import remove_cell, write_cell
from cellwright.fleet.fleet import Fleet, Level
from cellwright.fleet.load.entry import find_root
from cellwright.git.repository import Repository
from cellwright.model.address import CellAddress
from cellwright.model.diagnostic import DiagnosticError, Severity, error, has_errors
from cellwright.model.names import name_fault
from cellwright.model.run import Operation, RunKind, RunStatus
from cellwright.model.value import Json
from cellwright.planning.outline import graph_of

_SHOWN = 5
ONBOARDED = "client.onboarded"
OFFBOARDED = "client.offboarded"


@dataclass(frozen=True, slots=True, kw_only=True)
class OnboardRequest:
    """A new client: its name and what differs from the defaults."""

    name: str
    level: str | None = None
    """None takes the fleet's last level that has a placement, or its last."""
    settings: Mapping[str, Json] = field(default_factory=dict)
    parallel: int | None = None
    reason: str = ""


def onboard(location: Location, request: OnboardRequest, talk: Conversation) -> RunReport:
    """Write the client's settings, commit them, and bring its units up.

    Onboarding a client that is there already goes on where it stopped. A failure leaves the commit and a run
    that `resume` continues.

    Raises:
        DiagnosticError: the name or the settings can't be used, or the work tree is dirty; nothing is left
            behind then.
    """
    with fleet_lock(Home(find_root(location.fleet or Path.cwd()))):
        cell = _settle(location, request)
    with opened(location, writing=True) as fleet:
        if cell not in fleet.fleet.cells:
            raise DiagnosticError(error(f"{cell} is not in the fleet", "look at its file and at `cells:`"))
        if not _is_recorded(fleet, cell):
            _record(fleet, ONBOARDED, cell, request.reason)
        choice = choose_units(fleet, Selection([str(cell)]))
        who = acting(fleet.home.root, fleet.location.environment)
        run = start(fleet, RunKind.APPLY, choice, who, request.reason or f"onboard {cell}")
        return perform(fleet, run, choice, talk, who, request.parallel)


def offboard(location: Location, name: str, reason: str, talk: Conversation) -> RunReport:
    """Destroy the client's units in reverse order, then remove its settings and commit.

    If a unit can't be destroyed the settings stay; offboarding again goes on.

    Raises:
        DiagnosticError: there is no such client, or the work tree is dirty.
    """
    with opened(location, writing=True) as fleet:
        level = _level(fleet.fleet, None)
        cell = CellAddress(level.name, name)
        places = places_of(fleet.home.root, level.cells, name)
        with fleet_lock(fleet.home):
            # Not while another process has written what it is about to commit.
            repository = refuse_dirty(fleet.home.root, places)
            left = removed_uncommitted(repository, places) if cell not in fleet.fleet.cells else ()
        _refuse_unknown(fleet.fleet, cell, known=bool(left))
        _refuse_needed(fleet.fleet, cell)
        known = fleet.ledger.reader.heads()
        doomed = {address: Operation.DESTROY for address in known if address.of_cell == cell}
        choice = choice_of(fleet, doomed)
        who = acting(fleet.home.root, fleet.location.environment)
        run = start(fleet, RunKind.DESTROY, choice, who, reason or f"offboard {cell}")
        seen = Conversation(talk.reporter, Preapproved(), talk.interrupts)
        report = perform(fleet, run, choice, seen, who)
        if report.run.status is RunStatus.SUCCEEDED:
            with fleet_lock(fleet.home):
                if cell in fleet.fleet.cells:
                    released = release_blocks(fleet.fleet, cell)
                    left = (remove_cell(fleet.home.root, fleet.fleet.cells[cell].path), *released)
                _commit(repository, left, f"Offboard {cell}", reason)
            _record(fleet, OFFBOARDED, cell, reason)
        return report


def _settle(location: Location, request: OnboardRequest) -> CellAddress:
    """Make sure that the client's settings are there and committed."""
    home, fleet, _ = read_fleet(location)
    level = _level(fleet, request.level)
    if fault := name_fault(request.name):
        raise DiagnosticError(error(f"'{request.name}' can't be a client's name: {fault}", "choose another"))
    cell = CellAddress(level.name, request.name)
    if cell in fleet.cells:
        _go_on(location, home, fleet, cell, request)
        return cell
    repository = refuse_dirty(home.root)
    path = write_cell(home.root, level.cells, request.name, request.settings)
    try:
        _complete(location, cell, path, request.settings)
        _commit(repository, [path], f"Onboard {cell}", request.reason)
    except BaseException:
        _undo(path, home.root / level.cells)
        raise
    return cell


def _go_on(location: Location, home: Home, fleet: Fleet, cell: CellAddress, request: OnboardRequest) -> None:
    """Take up a client that is there already; commit what a killed onboarding has only written."""
    place = fleet.cells[cell].path
    own = own_settings(home.root, place)
    if not says_already(own, request.settings):
        raise _other_settings(cell)
    if was_never_committed(Repository.containing(home.root), home.root, place):
        repository = refuse_dirty(home.root, (home.root / place,))
        files = own_files(home.root, place)
        if len(files) == 1:
            _complete(location, cell, files[0], cast("Mapping[str, Json]", own))
        _commit(repository, files, f"Onboard {cell}", request.reason)


def _complete(location: Location, cell: CellAddress, path: Path, settings: Mapping[str, Json]) -> None:
    """Give a cell that was written what it gets from us, and check the whole."""
    _, written, _ = read_fleet(location)
    if written.addresses.pools_for(cell.level):
        give_blocks(written, cell, path, settings)
    _check(location)


def _check(location: Location) -> None:
    _, fleet, _ = read_fleet(location)
    if has_errors(fleet.diagnostics):
        raise DiagnosticError(*(item for item in fleet.diagnostics if item.severity is Severity.ERROR))


def _undo(path: Path, cells: Path) -> None:
    path.unlink(missing_ok=True)
    if path.parent != cells:
        shutil.rmtree(path.parent, ignore_errors=True)


def _level(fleet: Fleet, chosen: str | None) -> Level:
    named = {level.name: level for level in fleet.levels}
    if chosen is not None:
        if chosen not in named:
            raise DiagnosticError(error(f"there is no level '{chosen}'", f"its levels: {', '.join(named)}"))
        return named[chosen]
    placed = [level for level in fleet.levels if level.placement]
    return placed[-1] if placed else fleet.levels[-1]


def _refuse_unknown(fleet: Fleet, cell: CellAddress, *, known: bool) -> None:
    if cell not in fleet.cells and not known:
        others = ", ".join(item.cell for item in fleet.cells if item.level == cell.level) or "none"
        raise DiagnosticError(error(f"there is no client '{cell.cell}'", f"clients of this fleet: {others}"))


def _refuse_needed(fleet: Fleet, cell: CellAddress) -> None:
    """Keep a client on which units of other cells stand: their settings would be wrong without it."""
    upstreams = graph_of(fleet.units, enabled_only=True).upstreams
    standing = sorted(
        unit
        for unit, needs in upstreams.items()
        if unit.of_cell != cell and any(need.of_cell == cell for need in needs)
    )
    if standing:
        raise DiagnosticError(
            error(
                f"{cell} can't go: {', '.join(map(str, standing[:_SHOWN]))} depend on it",
                "let them depend on something else first, or let them go too",
            )
        )


def _other_settings(cell: CellAddress) -> DiagnosticError:
    return DiagnosticError(
        error(
            f"{cell} is onboarded already, with other settings, and they are not written again",
            "edit its file and run `cellwright apply`, or onboard without --set to go on",
        )
    )


def _commit(repository: Repository | None, paths: Sequence[Path], subject: str, reason: str) -> None:
    if repository is not None:
        repository.commit(paths, f"{subject}\n\n{reason}".rstrip() + "\n")


def _is_recorded(fleet: OpenFleet, cell: CellAddress) -> bool:
    own = [
        event.action
        for event in fleet.ledger.reader.events(subject=str(cell))
        if event.subject == str(cell) and event.action in (ONBOARDED, OFFBOARDED)
    ]
    return bool(own) and own[-1] == ONBOARDED


def _record(fleet: OpenFleet, action: str, cell: CellAddress, reason: str) -> None:
    who = actor(fleet.home.root, fleet.location.environment)
    fleet.ledger.recorder.append_event(who, action, str(cell), reason)
