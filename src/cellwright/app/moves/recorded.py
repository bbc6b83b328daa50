"""What the ledger records of a renamed cell's units: the same, said of the new name.

Digests of secrets are made with the name of the unit that has them. Where the settings at hand are those that
were applied, they are made anew, so that the name alone makes no unit a changed one.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from cellwright.app.moves.names import Names
from cellwright.app.runs.moving.states import Arrived
from cellwright.app.session.session import OpenFleet
from cellwright.engine.unit.journal import with_state
from cellwright.engine.unit.orphan import recorded_settings
from cellwright.engine.unit.renewal import with_new_digests
from cellwright.model.address import UnitAddress
from cellwright.model.applied import AppliedUnit
from cellwright.model.diagnostic import DiagnosticError
from cellwright.model.unit import Backend, Input, Unit
from cellwright.planning.binding import Outputs, bind
from cellwright.planning.digest import Digester
from cellwright.planning.fingerprint import StackFacts, backend_digest, environment_digest
from cellwright.planning.secret_digests import secret_digests


def renamed_units(
    fleet: OpenFleet,
    names: Names,
    applied: Mapping[UnitAddress, AppliedUnit],
    arrived: Mapping[UnitAddress, Arrived],
) -> dict[UnitAddress, AppliedUnit]:
    """Give what is to be recorded of each unit from now on, by its former address."""
    digester = fleet.digester
    moved = {
        address: _with_outputs(item, names, arrived[address], digester) for address, item in applied.items()
    }
    before, after = _outputs(fleet, names, applied, moved.values())
    found = {}
    for address, item in applied.items():
        backend = arrived[address].backend
        renewal = _Renewal(fleet, names, _as_it_was(fleet, names, address), before, after, backend)
        # The digests are looked up by the former address, and recorded under the new one.
        same = with_new_digests(replace(item, outputs={}), {}, renewal, digester)
        there = moved[address]
        found[address] = replace(
            same,
            head=replace(same.head, address=there.head.address, state=there.head.state),
            outputs=there.outputs,
            recipe={
                **renamed_recipe(same.recipe, item.recipe, names, before, after),
                "backend": recorded_settings(backend),
            },
        )
    return found


def dependants(
    fleet: OpenFleet,
    names: Names,
    applied: Mapping[UnitAddress, AppliedUnit],
    renamed: Mapping[UnitAddress, AppliedUnit],
) -> Iterator[AppliedUnit]:
    """Give the units of other cells that depend on renamed ones, as they are to be recorded from now on."""
    for address, item in fleet.ledger.reader.applied(None).items():
        if address.of_cell in names.cells:
            continue
        upstreams: Any = item.recipe.get("upstreams") or ()
        placed = _placed(fleet, names, item)
        if not placed and all(names.text(str(name)) == name for name in upstreams):
            continue
        before, after = _outputs(fleet, names, {**applied, address: item}, renamed.values())
        renewal = _Renewal(fleet, names, fleet.fleet.units.get(address), before, after, None)
        same = with_new_digests(replace(item, outputs={}), {}, renewal, fleet.digester)
        recipe = renamed_recipe(same.recipe, item.recipe, names, before, after)
        yield replace(same, outputs=item.outputs, recipe={**recipe, **placed})


def _placed(fleet: OpenFleet, names: Names, applied: AppliedUnit) -> dict[str, Any]:
    """Give the labels of a unit whose cell is placed in the renamed one; nothing if it is not."""
    address = applied.head.address
    key = next((item.placement for item in fleet.fleet.levels if item.name == address.level), None)
    labels: Any = applied.recipe.get("labels") or {}
    cell = fleet.fleet.cells.get(address.of_cell)
    if key is None or labels.get(key) != names.old or cell is None:
        return {}
    here = {*names.cells, *names.cells.values()}
    return {"labels": {**labels, key: names.new}} if cell.placement in here else {}


def _as_it_was(fleet: OpenFleet, names: Names, address: UnitAddress) -> Unit | None:
    """Give a unit as the fleet has it; by its new name, if the files have that already."""
    unit = fleet.fleet.units.get(address)
    if unit is not None:
        return unit
    there = fleet.fleet.units.get(names.unit(address))
    return replace(there, address=address) if there is not None else None


def _outputs(
    fleet: OpenFleet,
    names: Names,
    applied: Mapping[UnitAddress, AppliedUnit],
    renamed: Iterable[AppliedUnit],
) -> tuple[dict[UnitAddress, Any], dict[UnitAddress, Any]]:
    """Give the outputs that units take, by address: as they were recorded, and as they will be."""
    taken = {upstream for address in applied for upstream in _upstreams(fleet, names, address)}
    before: dict[UnitAddress, Any] = dict(fleet.ledger.reader.outputs(taken)) if taken else {}
    before |= {address: item.outputs for address, item in applied.items()}
    # Files that have the new name already mean the same units.
    before |= {names.unit(address): outputs for address, outputs in before.items()}
    after = {**before, **{item.head.address: item.outputs for item in renamed}}
    return before, after


def renamed_recipe(
    recipe: Mapping[str, Any], recorded: Mapping[str, Any], names: Names, before: Outputs, after: Outputs
) -> dict[str, Any]:
    """Give a unit's recipe with the new name of what it depends on."""
    said = dict(recipe)
    if "upstreams" in recorded:
        said["upstreams"] = sorted(names.text(f"{item}") for item in recorded["upstreams"])
    if "outputs" in recorded:
        said["outputs"] = dict(
            _taken(key, digest, names, before, after)
            for key, digest in dict(recorded["outputs"] or {}).items()
        )
    return said


def _taken(key: str, digest: str, names: Names, before: Outputs, after: Outputs) -> tuple[str, str]:
    address, _, output = key.rpartition(".")
    unit = UnitAddress.parse(address)
    known = before.get(unit, {}).get(output)
    now = after.get(names.unit(unit), {}).get(output)
    same = known is not None and now is not None and known.digest == digest
    return names.text(key), now.digest if same and now is not None else digest


def _with_outputs(applied: AppliedUnit, names: Names, arrived: Arrived, digester: Digester) -> AppliedUnit:
    head = replace(
        applied.head, address=names.unit(applied.head.address), state=arrived.mark or applied.head.state
    )
    here = replace(applied, head=head)
    if arrived.snapshot is None:
        return here
    read = with_state(here, arrived.snapshot, digester)
    return replace(here, outputs=read.outputs)


def _upstreams(fleet: OpenFleet, names: Names, address: UnitAddress) -> frozenset[UnitAddress]:
    unit = _as_it_was(fleet, names, address)
    return unit.upstreams() if unit is not None else frozenset()


@dataclass(frozen=True, slots=True)
class _Renewal:
    """Digests of one unit under its new name."""

    fleet: OpenFleet
    names: Names
    unit: Unit | None
    """As the fleet still has it."""
    before: Outputs
    after: Outputs
    backend_now: Backend | None
    """Where its state lies; None: where it was."""

    def input(self, _applied: AppliedUnit, name: str, digest: str) -> str:
        """Of an input: made anew if the settings have what was applied."""
        unit = self.unit
        if unit is None or name not in unit.inputs or self._bound(unit, name, self.before) != digest:
            return digest
        value = unit.inputs[name]
        now = Input(self.names.value(value.value), value.origin)
        there = replace(unit, address=self.names.unit(unit.address), inputs={name: now})
        return self._bound(there, name, self.after) or digest

    def output(self, _unit: UnitAddress, _name: str, digest: str) -> str:
        """Of an output: made from the state, see `renamed_units`."""
        return digest

    def backend(self, applied: AppliedUnit) -> str:
        """Of where the state lies now."""
        if self.backend_now is None:
            return applied.backend_digest
        return backend_digest(self.names.unit(applied.head.address), self.backend_now, self.fleet.digester)

    def environment(self, applied: AppliedUnit, digest: str) -> str:
        """Of what the unit ran with, if the settings still say that."""
        address, digester = applied.head.address, self.fleet.digester
        unit = self.unit
        if unit is None or environment_digest(address, unit.environment, digester) != digest:
            return digest
        return environment_digest(self.names.unit(address), unit.environment, digester)

    def taken_secret(self, _applied: AppliedUnit, reference: str, digest: str) -> str:
        """Of a secret that it takes by reference, if that can be read and is the one that was applied."""
        unit = self.unit
        if unit is None:
            return digest
        try:
            was = self._secrets(unit)
            now = self._secrets(replace(unit, address=self.names.unit(unit.address)))
        except DiagnosticError:
            return digest
        return now.get(reference, digest) if was.get(reference) == digest else digest

    def _secrets(self, unit: Unit) -> Mapping[str, str]:
        return secret_digests(unit, self._facts(unit), self.fleet.secrets.value, self.fleet.digester)

    def _facts(self, unit: Unit) -> StackFacts:
        return self.fleet.stacks.facts(unit.stack)

    def _bound(self, unit: Unit, name: str, outputs: Outputs) -> str | None:
        one = replace(unit, inputs={name: unit.inputs[name]})
        try:
            return bind(one, self._facts(unit).secrecy, outputs, self.fleet.digester)[name].digest
        except DiagnosticError:  # an output that is gone: it is not what was applied
            return None
