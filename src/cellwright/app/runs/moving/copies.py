"""Plans of units on copies of their states, as these will be when something was moved."""

import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from cellwright.app.runs.choosing import choice_of
from cellwright.app.runs.moving.states import StateMover, dotted
from cellwright.app.runs.report import RunReport
from cellwright.app.runs.run_task import RunTask
from cellwright.app.runs.running import perform, start
from cellwright.app.runs.steering.conversation import Conversation
from cellwright.app.session.session import OpenFleet
from cellwright.engine.plan_handling import PlanHandling
from cellwright.engine.unit.orphan import recorded_settings
from cellwright.files.errors import file_errors
from cellwright.files.private import make_private_folder
from cellwright.fleet.fleet import Fleet, Units
from cellwright.ledger.database.location import sqlite_url
from cellwright.ledger.opening import Ledger, open_ledger
from cellwright.ledger.write.unit_writes import put_applied
from cellwright.model.actor import Actor
from cellwright.model.address import UnitAddress
from cellwright.model.applied import AppliedUnit
from cellwright.model.runs.run import Operation, RunKind
from cellwright.model.unit import Backend, Unit
from cellwright.planning.fingerprint import backend_digest
from cellwright.terraform.output.states.state_reader import mark_of
from cellwright.terraform.workspace.backend import BackendSettings


def plan_on_copies(  # noqa: PLR0913, PLR0917  two fleets, and what is to be taken for the truth
    old: OpenFleet,
    new: OpenFleet,
    recorded: Mapping[UnitAddress, AppliedUnit],
    contents: Mapping[UnitAddress, bytes],
    mover: StateMover,
    actor: Actor,
    talk: Conversation,
) -> RunReport:
    """Plan units of `new` as if these were their states, and this were recorded of them; nothing is changed.

    Raises:
        DiagnosticError: the copies can't be written, or the plans can't be begun.
    """
    with _folder(mover.scratch) as folder:
        places = {}
        for address, content in contents.items():
            path = folder / f"{dotted(address)}.copy.tfstate"
            places[address] = Backend("local", {"path": str(path)})
            unit = new.fleet.units.get(address)
            if content and unit is not None:
                mover.write(unit, BackendSettings("local", {"path": str(path)}), content)
        known = [
            as_lying(item, places[address], old, contents[address]) for address, item in recorded.items()
        ]
        with _ledger_with(folder, old, new, known) as ledger:
            copied = _at(new, ledger, places)
            planned = {address: Operation.APPLY for address in places if new.fleet.units.is_enabled(address)}
            choice = choice_of(copied, planned)
            run = start(copied, actor, RunKind.PLAN, choice, "")
            task = RunTask(run=run, choice=choice, plans=PlanHandling(thorough=True))
            return perform(copied, actor, task, talk.approving())


def as_lying(applied: AppliedUnit, backend: Backend, old: OpenFleet, content: bytes) -> AppliedUnit:
    """Give what is recorded of a unit, with the copy as its state."""
    address = applied.head.address
    mark = mark_of(content, f"the state of {address}") if content else applied.head.state
    return replace(
        applied,
        head=replace(applied.head, state=mark),
        backend_digest=backend_digest(address, backend, old.digester),
        recipe={**applied.recipe, "backend": recorded_settings(backend)},
    )


@contextmanager
def _folder(scratch: Path) -> Iterator[Path]:
    """Make a folder for copies of states; nothing of it stays."""
    folder = scratch / "preview"
    with file_errors(f"{folder} can't be written"):
        shutil.rmtree(folder, ignore_errors=True)
        make_private_folder(folder)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _ledger_with(
    folder: Path, old: OpenFleet, new: OpenFleet, recorded: Sequence[AppliedUnit]
) -> Iterator[Ledger]:
    """Make a ledger for the preview alone: the cell's units, and those that they depend on."""
    upstreams = {
        upstream
        for item in recorded
        if item.head.address in new.fleet.units
        for upstream in new.fleet.units.upstreams(item.head.address)
    }
    known = old.ledger.reader.applied(upstreams) if upstreams else {}
    with open_ledger(sqlite_url(folder / "ledger.db")) as ledger:
        with ledger.database.write() as connection:
            for item in (*known.values(), *recorded):
                put_applied(connection, item)
        yield ledger


def _at(new: OpenFleet, ledger: Ledger, places: Mapping[UnitAddress, Backend]) -> OpenFleet:
    """Give the fleet with the preview's ledger, and with the copies of the states as the units' states."""
    units = _Units(new.fleet.units, places)
    fleet: Fleet = replace(new.fleet, units=units)
    return replace(new, ledger=ledger, snapshot=replace(new.snapshot, fleet=fleet))


class _Units(Units):
    """Units whose states lie elsewhere."""

    def __init__(self, units: Units, places: Mapping[UnitAddress, Backend]) -> None:
        self._units = units
        self._places = places

    def __getitem__(self, address: UnitAddress) -> Unit:
        unit = self._units[address]
        place = self._places.get(address)
        return unit if place is None else replace(unit, backend=place)

    def __iter__(self) -> Iterator[UnitAddress]:
        return iter(self._units)

    def __len__(self) -> int:
        return len(self._units)

    def is_enabled(self, address: UnitAddress) -> bool:
        return self._units.is_enabled(address)

    def labels(self, address: UnitAddress) -> Mapping[str, str]:
        return self._units.labels(address)

    def upstreams(self, address: UnitAddress) -> frozenset[UnitAddress]:
        return self._units.upstreams(address)

    def resources(self, cell: Any) -> Any:  # noqa: ANN401  as `Units`
        return self._units.resources(cell)

    def pins(self) -> Any:  # noqa: ANN401  as `Units`
        return self._units.pins()

    def uses(self) -> Any:  # noqa: ANN401  as `Units`
        return self._units.uses()

    def uses_of(self, wanted: Any) -> Any:  # noqa: ANN401  as `Units`
        return self._units.uses_of(wanted)
