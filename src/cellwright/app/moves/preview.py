"""What a new name does to a cell's units: each is planned under it, on a copy of its state."""

import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from cellwright.app.moves.names import Names
from cellwright.app.moves.recorded import Arrived, renamed_units
from cellwright.app.moves.states import StateMover
from cellwright.app.runs.choosing import choice_of
from cellwright.app.runs.report import RunReport
from cellwright.app.runs.run_task import RunTask
from cellwright.app.runs.running import perform, start
from cellwright.app.runs.steering.conversation import Conversation
from cellwright.app.session.session import OpenFleet
from cellwright.engine.plan_handling import PlanHandling
from cellwright.engine.unit.orphan import recorded_settings
from cellwright.files.atomic import write_file
from cellwright.files.lock import locked
from cellwright.files.private import make_private_folder
from cellwright.fleet.fleet import Fleet, Units
from cellwright.ledger.database.location import sqlite_url
from cellwright.ledger.opening import Ledger, open_ledger
from cellwright.ledger.write.unit_writes import put_applied
from cellwright.model.actor import Actor
from cellwright.model.address import UnitAddress
from cellwright.model.applied import AppliedUnit
from cellwright.model.runs.plan import Action, PlanSummary, ResourceChange
from cellwright.model.runs.run import Operation, Outcome, RunKind, UnitResult
from cellwright.model.text.json_text import COMPACT
from cellwright.model.unit import Backend, Unit
from cellwright.model.value import is_known
from cellwright.planning.fingerprint import backend_digest
from cellwright.terraform.output.states.state_reader import EncryptedStateError, mark_of, parse_state

_LONGEST_WAIT = 600.0
"""Seconds to wait for another preview."""
_ENDS = frozenset({Action.REPLACE, Action.DELETE})


@dataclass(frozen=True, slots=True, kw_only=True)
class Lost:
    """A resource that would be replaced or destroyed."""

    unit: UnitAddress
    """Under its new name."""
    change: ResourceChange
    keeping: Mapping[str, str]
    """Inputs of its unit that change with the name, and the values, as JSON, that would keep it as it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """What a new name would do; nothing was done."""

    plans: Mapping[UnitAddress, PlanSummary]
    """The plan of each unit under its new name."""
    lost: tuple[Lost, ...]
    failed: tuple[UnitResult, ...] = ()
    """The units that can't be planned under it."""


def preview(
    old: OpenFleet, new: OpenFleet, names: Names, mover: StateMover, actor: Actor, talk: Conversation
) -> Preview:
    """Plan the units of a cell under its new name; the ledger and the states stay as they are.

    `new` is the fleet as it will be, with the ledger of the present.

    Raises:
        DiagnosticError: a state can't be read, or is not the recorded one.
        TerraformError: a backend can't be used.
    """
    units = [address for address in old.ledger.reader.heads() if address.of_cell in names.cells]
    applied = old.ledger.reader.applied(units)
    contents = {address: mover.content(item) or b"" for address, item in applied.items()}
    there = {address: _said(content) for address, content in contents.items()}
    recorded = renamed_units(old, names, applied, there)
    now = {item.head.address: contents[address] for address, item in recorded.items()}
    found = {item.head.address: item for item in recorded.values()}
    report = plan_on_copies(old, new, found, now, mover, actor, talk)
    failed = tuple(item for item in report.results if item.outcome is Outcome.FAILED)
    return Preview(plans=report.plans, lost=tuple(_lost(old, new, names, report.plans)), failed=failed)


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
            path = folder / f"{str(address).replace('/', '.')}.tfstate"
            if content:
                write_file(path, content)
            places[address] = Backend("local", {"path": str(path)})
        known = [_lying(item, places[address], old, contents[address]) for address, item in recorded.items()]
        with _ledger_with(folder, old, new, known) as ledger:
            there = _at(new, ledger, places)
            planned = {address: Operation.APPLY for address in places if new.fleet.units.is_enabled(address)}
            choice = choice_of(there, planned)
            run = start(there, actor, RunKind.PLAN, choice, "")
            task = RunTask(run=run, choice=choice, plans=PlanHandling(thorough=True))
            return perform(there, actor, task, talk.approving())


def _lying(applied: AppliedUnit, backend: Backend, old: OpenFleet, content: bytes) -> AppliedUnit:
    """Give what is recorded of a unit, with the copy as its state."""
    address = applied.head.address
    mark = mark_of(content, f"the state of {address}") if content else applied.head.state
    return replace(
        applied,
        head=replace(applied.head, state=mark),
        backend_digest=backend_digest(address, backend, old.digester),
        recipe={**applied.recipe, "backend": recorded_settings(backend)},
    )


def _said(content: bytes) -> Arrived:
    try:
        snapshot = parse_state(content, "a state") if content else None
    except EncryptedStateError:
        snapshot = None
    mark = mark_of(content, "a state") if content else None
    return Arrived(backend=Backend("local", {}), mark=mark, snapshot=snapshot)


@contextmanager
def _folder(scratch: Path) -> Iterator[Path]:
    """Make a folder for copies of states; nothing of it stays, of one that was killed nothing after the next.

    One preview at a time: a server may be asked for several at once.
    """
    folder = scratch / "preview"
    with locked(
        scratch / "preview.lock",
        timeout=_LONGEST_WAIT,
        busy="another rename or move is being planned on this machine",
        advice="wait for its end, then repeat this",
    ):
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


def _lost(
    old: OpenFleet, new: OpenFleet, names: Names, plans: Mapping[UnitAddress, PlanSummary]
) -> Iterator[Lost]:
    former = {names.unit(address): address for address in old.fleet.units if address.of_cell in names.cells}
    for address, plan in sorted(plans.items()):
        gone = [change for change in plan.resources if change.action in _ENDS]
        if gone:
            keeping = _keeping(old.fleet.units.get(former[address]), new.fleet.units.get(address))
            yield from (Lost(unit=address, change=change, keeping=keeping) for change in gone)


def _keeping(was: Unit | None, now: Unit | None) -> Mapping[str, str]:
    """Give the inputs that change with the name, with the values that they have had."""
    if was is None or now is None:
        return {}
    return {
        name: COMPACT.write(item.value)
        for name, item in was.inputs.items()
        if name in now.inputs
        and name not in was.secret_inputs
        and is_known(item.value)
        and now.inputs[name].value != item.value
    }
