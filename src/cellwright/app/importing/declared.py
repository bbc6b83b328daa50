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
from cellwright.model.diagnostic import Diagnostic, DiagnosticError, Severity, error, warning
from cellwright.model.unit import StackPin
from cellwright.stacks.catalogue import Catalogue
from cellwright.stacks.contract import Contract


def with_declared_inputs(
    tree: ForeignTree, root: Path, cache: Path, environment: Mapping[str, str], secrets: Secrets
) -> ForeignTree:
    """Compare the inputs of all units with the variables of their stacks, which are fetched for that."""
    catalogue = Catalogue(root, cache, environment)
    known: dict[str, Contract | None] = {}
    refused: dict[str, tuple[Diagnostic, ...]] = {}
    notes: dict[tuple[str, str], Diagnostic] = {}
    units = []
    for unit in tree.units:
        source = str(unit.source)
        if source not in known and not isinstance(unit.source, Unreadable):
            known[source], refused[source] = _contract(catalogue, unit, root)
        contract, faults = known.get(source), refused.get(source, ())
        inputs = secrets.without(unit, contract)
        if contract is None:
            units.append(replace(unit, inputs=inputs, refused=faults))
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
        units.append(replace(unit, inputs={**declared, **secret}, refused=faults))
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
    catalogue: Catalogue, unit: ForeignUnit, root: Path
) -> tuple[Contract | None, tuple[Diagnostic, ...]]:
    """Give what a unit's stack declares, and why it can't be run as it is."""
    source = str(unit.source)
    try:
        contract = catalogue.contract(StackPin(source))
    except DiagnosticError as fault:
        return None, (_unread(unit, root, fault.diagnostics[0]),)
    faults = (item for item in contract.findings if item.severity is Severity.ERROR)
    return contract, tuple(replace(_placed(item, root), position=None) for item in faults)


def _unread(unit: ForeignUnit, root: Path, fault: Diagnostic) -> Diagnostic:
    """Tell, in the same words for all modules of a repository, that a stack can't be read."""
    source = str(unit.source)
    if not is_remote(source):
        return error(f"{_named(unit, root)} can't be read: {fault.summary}", fault.detail)
    repository = parted(source)[0]
    advice = (
        "make it available (git, SSH keys) and import again, or with --source-map "
        f"'{repository}=FOLDER'; or take out what `cellwright check` names"
    )
    return error(f"{fault.summary}, so it is not known what its modules declare", advice)


def _placed(fault: Diagnostic, root: Path) -> Diagnostic:
    """Say in a fault's summary where it is."""
    if fault.position is None:
        return fault
    place = replace(fault.position, file=shown(Path(fault.position.file), root))
    return replace(fault, summary=f"{place}: {fault.summary}")


def _named(unit: ForeignUnit, root: Path) -> str:
    """Name the source of a unit as people know it."""
    return shown(unit.source, root) if isinstance(unit.source, Path) else str(unit.source)
