"""Leaves inputs out that a stack does not declare: the other tools pass them on, Terraform ignores them."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from cellwright.foreign.files import shown
from cellwright.foreign.tree import ForeignTree, ForeignUnit, Unreadable
from cellwright.model.diagnostic import Diagnostic, DiagnosticError, warning
from cellwright.model.unit import StackPin
from cellwright.stacks.catalogue import Catalogue


def with_declared_inputs(
    tree: ForeignTree, root: Path, cache: Path, environment: Mapping[str, str]
) -> ForeignTree:
    """Compare the inputs of all units with the variables of their stacks, which are fetched for that."""
    catalogue = Catalogue(root, cache, environment)
    known: dict[str, frozenset[str] | None] = {}
    notes: dict[tuple[str, str], Diagnostic] = {}
    units = []
    for unit in tree.units:
        source = str(unit.source)
        if source not in known and not isinstance(unit.source, Unreadable):
            known[source] = _variables(catalogue, unit, root, notes)
        declared = known.get(source)
        if declared is None:
            units.append(unit)
            continue
        units.append(replace(unit, inputs={key: unit.inputs[key] for key in unit.inputs if key in declared}))
        if left := sorted(unit.inputs.keys() - declared):
            notes.setdefault(
                (source, ",".join(left)),
                warning(
                    f"{', '.join(left)}: left out, as {_named(unit, root)} declares no such variables",
                    "they were passed on and ignored; nothing changes by it",
                    unit.position,
                ),
            )
    return replace(tree, units=tuple(units), notes=(*tree.notes, *notes.values()))


def _variables(
    catalogue: Catalogue, unit: ForeignUnit, root: Path, notes: dict[tuple[str, str], Diagnostic]
) -> frozenset[str] | None:
    source = str(unit.source)
    try:
        return frozenset(catalogue.contract(StackPin(source)).variables)
    except DiagnosticError as fault:
        notes[source, ""] = warning(
            f"{_named(unit, root)} can't be read, so its inputs are not compared: "
            f"{fault.diagnostics[0].summary}",
            "make it available (git, SSH keys) and import again, or remove what `cellwright check` names",
            unit.position,
        )
        return None


def _named(unit: ForeignUnit, root: Path) -> str:
    """Name the source of a unit as people know it."""
    return shown(unit.source, root) if isinstance(unit.source, Path) else str(unit.source)
