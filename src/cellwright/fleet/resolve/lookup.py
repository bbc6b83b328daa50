"""Looks references up by their heads: `cell`, `fleet`, `unit`, `output`, `secret`, or the placement's key."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass

from cellwright.fleet.config.settings import RESERVED
from cellwright.fleet.resolve.merge import Setting
from cellwright.fleet.resolve.reference_faults import AbsentFault, ReferenceFault, ReportedFault
from cellwright.fleet.resolve.resolver import Notes, Resolver
from cellwright.fleet.resolve.secret_lookup import secret_reference
from cellwright.fleet.resolve.visibility import ReferenceScope, step_into
from cellwright.fleet.yaml.references import Reference, ReferenceSyntaxError, parse_text
from cellwright.model.address import UnitAddress
from cellwright.model.limits import REFERENCE_CHAIN
from cellwright.model.position import Position
from cellwright.model.text.suggestion import advice
from cellwright.model.value import Value, is_known, secrets_in

_KEY_NESTING = 4
"""As much of the interpreter's stack as so many levels of values takes one key that refers to another."""


@dataclass(frozen=True, slots=True)
class ReferenceLookup:
    """Looks up references of a cell, or of one of its units if `unit` is given."""

    scope: ReferenceScope
    cell_value: Callable[[tuple[str, ...]], Value]
    unit: UnitAddress | None = None
    outputs: bool = True
    """Whether outputs are allowed; not where the value is needed before any unit has run."""

    def lookup(self, reference: Reference) -> Value:
        """Give the value of a reference.

        Raises:
            ReferenceFault: it has no value, or one that may not be used here.
        """
        value = self._value(reference.head, reference.path, reference)
        if not self.outputs and secrets_in(value):
            detail = "pass it to Terraform as an input, for a variable with `sensitive = true`"
            raise ReferenceFault(f"'${{{reference}}}' is a secret, which can't be used here", detail)
        if not self.outputs and not is_known(value):
            detail = "it is needed before any unit has run; use a key of the cell or of its placement"
            raise ReferenceFault(f"'${{{reference}}}' is an output, which can't be used here", detail)
        return value

    def _value(self, head: str, path: tuple[str, ...], reference: Reference) -> Value:
        if head == "cell":
            return self.cell_value(path)
        if head == "output":
            return self.scope.output(path)
        if head == "secret":
            return secret_reference(reference, self.scope, self.lookup)
        if head == "unit":
            return self._unit_attribute(path)
        if head == self.scope.level.placement:
            return self._placement_value(head, path)
        if head == "fleet" and path == ("name",):
            return self.scope.directory.fleet
        raise self._unknown(reference)

    def _unit_attribute(self, path: Sequence[str]) -> Value:
        unit = self.unit
        if unit is None:
            summary = "'${unit.*}' has a meaning only inside `stacks` and the state's `config`"
            raise ReferenceFault(summary, "use ${cell.name} for the cell's name")
        if tuple(path) == ("state",):
            return self._state_name(unit)
        attributes = {"address": str(unit), "level": unit.level, "cell": unit.cell, "stack": unit.stack}
        if len(path) > 1 or path[0] not in attributes:
            raise ReferenceFault(f"a unit has no '{'.'.join(path)}'", advice(path[0], [*attributes, "state"]))
        return attributes[path[0]]

    def _state_name(self, unit: UnitAddress) -> Value:
        """Give what the cell's key `states` says for the unit's stack, else the unit's address."""
        try:
            return self.cell_value(("states", unit.stack))
        except AbsentFault:
            return str(unit)

    def _placement_value(self, key: str, path: Sequence[str]) -> Value:
        placement = self.scope.placement
        if placement is None:
            raise AbsentFault(f"the cell has no '{key}' to look into", f"set '{key}'")
        if len(path) == 1 and path[0] == "name" and "name" not in placement.settings:
            return placement.address.cell
        return step_into(placement.settings, path, f"{key} {placement.address.cell}")

    def _unknown(self, reference: Reference) -> ReferenceFault:
        text = f"${{{reference}}}"
        if reference.head == "fleet":
            return ReferenceFault(f"the fleet has no '{'.'.join(reference.path)}'", "there is ${fleet.name}")
        placement = self.scope.level.placement
        known = ["cell", "fleet", "unit", "output", "secret", *([placement] if placement else [])]
        detail = f"{advice(reference.head, known)}; write $${{ where a literal ${{ is meant"
        return ReferenceFault(f"unknown name '{reference.head}' in '{text}'", detail)


class CellKeys:
    """A cell's own keys, for `${cell.*}`; each is resolved on demand, once."""

    def __init__(self, root: Setting, scope: ReferenceScope, notes: Notes) -> None:
        self._root = root
        self._notes = notes
        self._built_in = {"name": scope.address.cell, "level": scope.address.level}
        self._resolver = Resolver(ReferenceLookup(scope, self.value).lookup, notes)
        self._values: dict[tuple[str, ...], Value] = {}
        self._failed: set[tuple[str, ...]] = set()
        self._pending: list[tuple[str, ...]] = []

    def all(self) -> dict[str, Value]:
        """Resolve every key that is not reserved; faulty ones are left out."""
        values: dict[str, Value] = {}
        for key, setting in self._root.present():
            if key in RESERVED:
                continue
            if setting.plain:
                values[key] = setting.written()
            else:
                try:
                    values[key] = self.value((key,))
                except ReferenceFault as fault:
                    self._notes.fail(fault, setting.node.position)
        return values

    def value(self, path: tuple[str, ...]) -> Value:
        """Give the value at `path`.

        Raises:
            ReferenceFault: there is no such key, it depends on itself, or it is faulty.
        """
        if path in self._values:
            return self._values[path]
        if path in self._failed:
            raise ReportedFault
        if path in self._pending:
            cycle = [*self._pending[self._pending.index(path) :], path]
            shown = " -> ".join(f"cell.{'.'.join(link)}" for link in cycle)
            raise ReferenceFault(f"a key refers to itself: {shown}", "give one of them a value of its own")
        if len(self._pending) == REFERENCE_CHAIN:
            shown = ".".join(path)
            detail = (
                f"references may lead through {REFERENCE_CHAIN} keys; refer to the last one of them directly"
            )
            raise ReferenceFault(f"the references that lead to cell.{shown} are too long a chain", detail)
        failures = self._notes.failures
        self._pending.append(path)
        self._notes.nesting += _KEY_NESTING
        try:
            value = self._find(path)
        finally:
            self._notes.nesting -= _KEY_NESTING
            self._pending.pop()
        if self._notes.failures > failures:
            self._failed.add(path)
            raise ReportedFault
        self._values[path] = value
        return value

    def written_at(self, setting: Setting) -> Position:
        """Tell where the text of a setting is written: behind references to keys, where the last key is."""
        for _ in range(REFERENCE_CHAIN):
            path = None if setting.plain else _cell_path(setting.node.value)
            found: Setting | None = self._root
            for key in path or ():
                found = found.get(key) if found is not None else None
            if path is None or found is None:
                break
            setting = found
        return setting.node.position

    def _find(self, path: tuple[str, ...]) -> Value:
        if path[0] in RESERVED:
            detail = "set a key of the cell's own and refer to it from both places"
            raise ReferenceFault(f"'{path[0]}' can't be referred to", detail)
        setting = self._root
        for index, key in enumerate(path):
            if setting.entries is None:
                label = ".".join(("cell", *path[:index]))
                return step_into(self._resolver.setting(setting), path[index:], label)
            child = setting.get(key)
            if child is None:
                if len(path) == 1 and key in self._built_in:
                    return self._built_in[key]
                known = [name for name, _ in setting.present() if index or name not in RESERVED]
                raise AbsentFault(f"the cell has no key '{'.'.join(path[: index + 1])}'", advice(key, known))
            setting = child
        return self._resolver.setting(setting)


def _cell_path(text: object) -> tuple[str, ...] | None:
    """Give the path of a text that is one reference to a key of the cell; None for any other."""
    with suppress(ReferenceSyntaxError):
        parts = parse_text(text) if isinstance(text, str) else ()
        if len(parts) == 1 and isinstance(parts[0], Reference) and parts[0].head == "cell":
            return parts[0].path
    return None
