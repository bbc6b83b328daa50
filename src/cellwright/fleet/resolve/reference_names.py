"""What the head of a reference stands for: `cell`, `fleet`, `unit`, `output`, or the placement's key."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from cellwright.fleet.resolve.faults import AbsentFault, ReferenceFault
from cellwright.fleet.resolve.visibility import Standpoint, step_into
from cellwright.fleet.yaml.references import Reference
from cellwright.model.address import UnitAddress
from cellwright.model.suggestion import advice
from cellwright.model.value import Value, references_in


@dataclass(frozen=True, slots=True)
class Names:
    """The names that a cell's references may use, or one of its units' if `unit` is given."""

    standpoint: Standpoint
    cell_value: Callable[[tuple[str, ...]], Value]
    unit: UnitAddress | None = None
    outputs: bool = True
    """Whether an output may stand here; not so where the value is needed before any unit has run."""

    def lookup(self, reference: Reference) -> Value:
        """Give what a reference stands for.

        Raises:
            ReferenceFault: it stands for nothing, or for something that may not be used here.
        """
        value = self._value(reference.head, reference.path, reference)
        if not self.outputs and references_in(value):
            detail = "it is needed before any unit has run; use a key of the cell or of its placement"
            raise ReferenceFault(f"'${{{reference}}}' is an output, which can't be used here", detail)
        return value

    def _value(self, head: str, path: tuple[str, ...], reference: Reference) -> Value:
        if head == "cell":
            return self.cell_value(path)
        if head == "output":
            return self.standpoint.output(path)
        if head == "unit":
            return self._unit_fact(path)
        if head == self.standpoint.level.placement:
            return self._placement_value(head, path)
        if head == "fleet" and path == ("name",):
            return self.standpoint.directory.fleet
        raise self._unknown(reference)

    def _unit_fact(self, path: Sequence[str]) -> str:
        unit = self.unit
        if unit is None:
            summary = "'${unit.*}' has a meaning only inside `stacks` and the state's `config`"
            raise ReferenceFault(summary, "use ${cell.name} for the cell's name")
        facts = {"address": str(unit), "level": unit.level, "cell": unit.cell, "stack": unit.stack}
        if len(path) > 1 or path[0] not in facts:
            raise ReferenceFault(f"a unit has no '{'.'.join(path)}'", advice(path[0], facts))
        return facts[path[0]]

    def _placement_value(self, key: str, path: Sequence[str]) -> Value:
        placement = self.standpoint.placement
        if placement is None:
            raise AbsentFault(f"the cell has no '{key}' to look into", f"set '{key}'")
        if len(path) == 1 and path[0] == "name" and "name" not in placement.settings:
            return placement.address.cell
        return step_into(placement.settings, path, f"{key} {placement.address.cell}")

    def _unknown(self, reference: Reference) -> ReferenceFault:
        text = f"${{{reference}}}"
        if reference.head == "secret":
            detail = "until then pass the value through the environment, as TF_VAR_name"
            return ReferenceFault(f"'{text}': references to secrets are reserved for a later release", detail)
        if reference.head == "fleet":
            return ReferenceFault(f"the fleet has no '{'.'.join(reference.path)}'", "there is ${fleet.name}")
        placement = self.standpoint.level.placement
        known = ["cell", "fleet", "unit", "output", *([placement] if placement else [])]
        detail = f"{advice(reference.head, known)}; write $${{ where a literal ${{ is meant"
        return ReferenceFault(f"unknown name '{reference.head}' in '{text}'", detail)
