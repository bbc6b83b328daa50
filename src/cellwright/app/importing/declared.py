"""Compares inputs with what stacks declare: some are ignored by Terraform, some come from the environment."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from cellwright.app.importing.clear_secrets import with_names
from cellwright.app.importing.open_secrets import Secrets
from cellwright.foreign.files import shown
from cellwright.foreign.sources import is_remote, parted
from cellwright.foreign.tree import (
    ForeignTree,
    ForeignUnit,
    ForeignValue,
    FromEnvironment,
    Unreadable,
)
from cellwright.model.diagnostic import Diagnostic, DiagnosticError, warning
from cellwright.model.unit import StackPin
from cellwright.stacks.catalogue import Catalogue
from cellwright.stacks.contract import Contract


def with_declared_inputs(
    tree: ForeignTree, root: Path, cache: Path, environment: Mapping[str, str], secrets: Secrets
) -> ForeignTree:
    """Compare the inputs of all units with the variables of their stacks, which are fetched for that."""
    catalogue = Catalogue(root, cache, environment)
    known: dict[str, Contract | None] = {}
    notes: dict[tuple[str, str], Diagnostic] = {}
    units = []
    for unit in tree.units:
        source = str(unit.source)
        if source not in known and not isinstance(unit.source, Unreadable):
            known[source] = _contract(catalogue, unit, root, notes)
        contract = known.get(source)
        inputs = secrets.without(unit, contract)
        if contract is None:
            units.append(replace(unit, inputs=inputs))
            continue
        declared = {key: value for key, value in inputs.items() if key in contract.variables}
        if left := sorted(unit.inputs.keys() - declared.keys()):
            notes.setdefault(
                (source, ",".join(left)),
                warning(
                    f"{', '.join(left)}: left out, as {_named(unit, root)} declares no such variables",
                    "they were passed on and ignored; nothing changes by it",
                    unit.position,
                ),
            )
        secret = _secrets(contract, declared)
        for name in secret:
            notes.setdefault(
                (source, f"{name} "),
                warning(
                    f"'{name}' of {_named(unit, root)} is secret and not in the tree: it is taken from "
                    f"{secret[name].variable}",
                    "set that where Cellwright runs, or name another source: docs/secrets.md",
                    unit.position,
                ),
            )
        units.append(replace(unit, inputs={**declared, **secret}))
    named, of_clear = with_names(units)
    return replace(tree, units=named, notes=(*tree.notes, *notes.values(), *of_clear))


def _secrets(contract: Contract, given: Mapping[str, ForeignValue]) -> dict[str, FromEnvironment]:
    """Give the secrets that a stack needs and nothing sets: Terraform takes them from the environment."""
    return {
        name: FromEnvironment(f"TF_VAR_{name}")
        for name, variable in sorted(contract.variables.items())
        if variable.required
        and (variable.sensitive or variable.ephemeral)
        and name not in given
        and name not in contract.own_values
    }


def _contract(
    catalogue: Catalogue, unit: ForeignUnit, root: Path, notes: dict[tuple[str, str], Diagnostic]
) -> Contract | None:
    source = str(unit.source)
    try:
        return catalogue.contract(StackPin(source))
    except DiagnosticError as fault:
        repository = parted(source)[0]
        advice = (
            "make it available (git, SSH keys) and import again, or with --source-map "
            f"'{repository}=FOLDER'; or remove what `cellwright check` names"
        )
        notes.setdefault(
            (repository, ""),
            warning(
                f"{_named(unit, root)} can't be read, so inputs are not compared with what it declares: "
                f"{fault.diagnostics[0].summary}",
                advice if is_remote(source) else "correct it, and import again",
                unit.position,
            ),
        )
        return None


def _named(unit: ForeignUnit, root: Path) -> str:
    """Name the source of a unit as people know it."""
    return shown(unit.source, root) if isinstance(unit.source, Path) else str(unit.source)
