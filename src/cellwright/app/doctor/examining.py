"""Looks at everything that commands need, one thing after the other; what fails keeps no other from it."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

from cellwright.app.doctor import backends, clouds, machine, programs, records
from cellwright.app.doctor.report import Line, Report, Standing, broken, examined, skipped, well
from cellwright.app.session.location import Location
from cellwright.app.session.session import FleetSession
from cellwright.app.session.snapshot import Snapshot
from cellwright.fleet.fleet import Fleet
from cellwright.model.diagnostic import DiagnosticError, Severity
from cellwright.model.unit import Unit
from cellwright.model.value import Json

AskServer = Callable[[], str]
"""Asks the server that the environment names; gives its fleet's name. Raises DiagnosticError."""


def examine(location: Location, ask_server: AskServer | None) -> Report:
    """Look at everything. Nothing is changed, fetched or made; never raises."""
    lines: list[Line] = []
    if ask_server is not None:
        lines += examined("server", lambda: _server(ask_server))
    try:
        session = FleetSession(location)
    except DiagnosticError as fault:
        lines += [broken("fleet", item.summary, item.detail) for item in fault.diagnostics]
        return Report(tuple(lines))
    with session:
        lines += _of_fleet(session)
    return Report(tuple(lines))


def _server(ask_server: AskServer) -> Iterator[Line]:
    yield well("server", f"it answers for the fleet '{ask_server()}'")


def _of_fleet(session: FleetSession) -> Iterator[Line]:
    found: list[Snapshot] = []
    yield from examined("fleet", lambda: _fleet(session, found))
    yield from examined("git", lambda: machine.look_at_git(session))
    places = {"the fleet's own files": session.home.folder, "caches": session.home.cache}
    yield from examined("disk", lambda: machine.look_at_disks(places))
    tables = list(examined("ledger", lambda: records.look_at_tables(session)))
    yield from tables
    if found:
        yield from examined("program", lambda: programs.look_at_programs(session, found[0]))
    if any(item.standing is Standing.BROKEN for item in tables):
        yield skipped("credentials", "not looked at: which roles are taken, the ledger says")
        return
    yield from _of_records(session, found[0].fleet if found else None)


def _fleet(session: FleetSession, found: list[Snapshot]) -> Iterator[Line]:
    snapshot = session.snapshot()
    found.append(snapshot)
    fleet = snapshot.fleet
    errors = sum(item.severity is Severity.ERROR for item in fleet.diagnostics)
    if errors:
        yield broken("fleet", f"{_number(errors, 'error')} in its settings", "see all: cellwright check")
    else:
        told = f"{_number(len(fleet.cells), 'cell')}, {_number(len(_enabled(fleet)), 'unit')}"
        yield well("fleet", f"{fleet.name}: {told}")


def _number(many: int, noun: str) -> str:
    return f"{many} {noun}" if many == 1 else f"{many} {noun}s"


def _of_records(session: FleetSession, fleet: Fleet | None) -> Iterator[Line]:
    """Yield what needs an open ledger."""
    ledger = session.ledger()
    if fleet is not None:
        name = fleet.name
        yield from examined("key", lambda: records.look_at_key(session, ledger, name))
    yield from examined("clock", lambda: machine.look_at_ledger_clock(ledger))
    if fleet is not None:
        whole = fleet
        yield from examined("credentials", lambda: _of_clouds(session, whole))


def _of_clouds(session: FleetSession, fleet: Fleet) -> Iterator[Line]:
    usable: list[clouds.Identity] = []
    for identity in clouds.identities(fleet, session.environment):
        lines = list(examined("credentials", lambda who=identity: clouds.look_at_identity(who)))  # type: ignore[misc]
        yield from lines
        if any(item.topic == "credentials" and item.standing is Standing.WELL for item in lines):
            usable.append(identity)
    roles = clouds.roles_of(fleet, session.ledger())
    if usable and roles:
        yield from examined("role", lambda: clouds.look_at_roles(usable[0], roles))
    elif roles:
        yield skipped("role", f"{len(roles)} roles were not tried: there are no credentials")
    yield from _states(session, fleet, usable)


def _enabled(fleet: Fleet) -> list[Unit]:
    """Give the units that `status` counts, too."""
    return [unit for unit in fleet.units.values() if unit.enabled]


def _states(session: FleetSession, fleet: Fleet, usable: list[clouds.Identity]) -> Iterator[Line]:
    """Yield whether each place answers in which states lie."""
    local, elsewhere = False, set[str]()
    buckets, others = dict[str, dict[str, Json]](), list[tuple[str, dict[str, Json]]]()
    for unit in _enabled(fleet):
        backend = unit.backend
        if backend.kind == "local":
            path = backend.config.get("path")
            local = local or path is None
            if path is not None:
                elsewhere.add(str((session.root / str(path)).resolve().parent))
        elif backend.kind == "s3":
            buckets.setdefault(str(backend.config.get("bucket")), dict(backend.config))
        else:
            others.append((backend.kind, dict(backend.config)))
    if local:
        yield well("states", f"on this machine alone, in {session.home.states}")
    if elsewhere:
        yield well("states", f"in files below {os.path.commonpath(elsewhere)}, as this machine reaches it")
    identity = usable[0] if usable else clouds.Identity((), session.environment)
    for config in buckets.values():
        yield from examined("states", lambda given=config: clouds.look_at_bucket(identity, given))  # type: ignore[misc]
    home = Path(session.environment.get("HOME") or "/nonexistent")
    yield from examined("states", lambda: backends.look_at_backends(others, session.environment, home))
