"""Tells what a unit uses of the resources that places have: what its stack says, by its inputs."""

from collections.abc import Mapping
from decimal import Decimal

from cellwright.fleet.capacity import Resources, ResourceUse
from cellwright.fleet.fleet import StackSettings
from cellwright.fleet.yaml.node import kind_name
from cellwright.model.diagnostic import Diagnostic, error
from cellwright.model.text.json_text import read_json
from cellwright.model.text.suggestion import advice
from cellwright.model.unit import Input
from cellwright.model.value import OutputReference, SecretReference, Template, Value
from cellwright.stacks.contract import Contract

_LATE = (OutputReference, SecretReference, Template)


def used_resources(
    stack: StackSettings, inputs: Mapping[str, Input], contract: Contract | None
) -> tuple[Resources, tuple[Diagnostic, ...]]:
    """Give what an enabled unit uses, with findings about uses that can't be told; these are left out."""
    used: list[tuple[str, int]] = []
    findings: list[Diagnostic] = []
    for use in stack.uses:
        amount = _amount(stack.name, use, inputs, contract)
        if isinstance(amount, Diagnostic):
            findings.append(amount)
        elif amount:
            used.append((use.resource, amount))
    return tuple(sorted(used)), tuple(findings)


def _amount(
    stack: str, use: ResourceUse, inputs: Mapping[str, Input], contract: Contract | None
) -> int | Diagnostic:
    for name in (use.when, use.each):
        if name is not None and contract is not None and name not in contract.variables:
            summary = f"'{use.resource}' of stack '{stack}' depends on '{name}', which is no input of it"
            return error(summary, advice(name, contract.variables), use.position)
    if use.when is not None and _value(use.when, inputs, contract) in (None, False):
        return 0
    if use.each is None:
        return use.count
    value = _value(use.each, inputs, contract)
    times = _times(value)
    if times is not None:
        return use.count * times
    given = inputs.get(use.each)
    place = given.origin.position if given is not None else use.position
    what = "known only when it runs" if isinstance(value, _LATE) else _shown(value)
    return error(
        f"how much of '{use.resource}' stack '{stack}' uses can't be told: its input '{use.each}' is {what}",
        "give the input a number, a list or a mapping; or write a `count` without `each` in fleet.yaml",
        place,
    )


def _shown(value: Value) -> str:
    is_number = isinstance(value, int | Decimal | float) and not isinstance(value, bool)
    return str(value) if is_number else kind_name(value)


def _value(name: str, inputs: Mapping[str, Input], contract: Contract | None) -> Value:
    """Give an input's value: as it is set, else the stack's own default."""
    given = inputs.get(name)
    if given is not None:
        return given.value
    variable = contract.variables.get(name) if contract is not None else None
    if variable is None or not variable.default:
        return None
    default: Value = read_json(variable.default)
    return default


def _times(value: Value) -> int | None:
    """Tell how often a value counts; None if that can't be told."""
    if value is None:
        return 0
    if isinstance(value, (bool, str, *_LATE)):
        return None
    if isinstance(value, int | Decimal | float):
        return int(value) if value >= 0 and value == int(value) else None
    return len(value)
