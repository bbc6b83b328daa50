"""What a new name does to a cell's units: each is planned under it, on a copy of its state."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from cellwright.app.moves.names import Names
from cellwright.app.moves.recorded import renamed_units
from cellwright.app.runs.moving.copies import plan_on_copies
from cellwright.app.runs.moving.states import Arrived, StateMover
from cellwright.app.runs.steering.conversation import Conversation
from cellwright.app.session.session import OpenFleet
from cellwright.model.actor import Actor
from cellwright.model.address import UnitAddress
from cellwright.model.runs.plan import Action, PlanSummary, ResourceChange
from cellwright.model.runs.run import Outcome, UnitResult
from cellwright.model.text.json_text import COMPACT
from cellwright.model.unit import Backend, Unit
from cellwright.model.value import is_known
from cellwright.terraform.output.states.state_reader import EncryptedStateError, mark_of, parse_state

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
    # Opened: the copies are encrypted anew, and what is sensitive is read from them under the new name.
    contents = {address: mover.content(item, opened=True) or b"" for address, item in applied.items()}
    there = {address: _said(content) for address, content in contents.items()}
    recorded = renamed_units(old, names, applied, there)
    now = {item.head.address: contents[address] for address, item in recorded.items()}
    found = {item.head.address: item for item in recorded.values()}
    report = plan_on_copies(old, new, found, now, mover, actor, talk)
    failed = tuple(item for item in report.results if item.outcome is Outcome.FAILED)
    return Preview(plans=report.plans, lost=tuple(_lost(old, new, names, report.plans)), failed=failed)


def _said(content: bytes) -> Arrived:
    try:
        snapshot = parse_state(content, "a state") if content else None
    except EncryptedStateError:
        snapshot = None
    mark = mark_of(content, "a state") if content else None
    return Arrived(backend=Backend("local", {}), mark=mark, snapshot=snapshot)


def _lost(
    old: OpenFleet, new: OpenFleet, names: Names, plans: Mapping[UnitAddress, PlanSummary]
) -> Iterator[Lost]:
    former = {names.unit(address): address for address in old.fleet.units if address.of_cell in names.cells}
    for address, plan in plans.items():
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
