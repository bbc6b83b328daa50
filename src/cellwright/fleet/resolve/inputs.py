"""Checks a unit's inputs against its stack's contract: unknown, missing, of a wrong type."""

from collections.abc import Iterator

from cellwright.fleet.config.settings import OWN_KEYS
from cellwright.fleet.resolve.contracts import KnownStack
from cellwright.fleet.resolve.merge import Setting, find_setting
from cellwright.fleet.yaml.node import Node
from cellwright.model.diagnostic import Diagnostic, error, warning
from cellwright.model.position import Position
from cellwright.model.text.suggestion import advice
from cellwright.model.unit import Input
from cellwright.model.value import OutputReference, SecretReference, Template, Value, secrets_in
from cellwright.stacks.contract import Variable
from cellwright.stacks.input_check import input_mismatches
from cellwright.stacks.types.constraint import ListOf, MapOf, Primitive, SetOf, TypeConstraint
from cellwright.stacks.types.conversion import Mismatch, ignored_attributes, path_text

_TEXTS = (str, OutputReference, SecretReference, Template)
_LISTS = (ListOf, SetOf)


def unknown_input(stack: str, name: str, settings: Setting, known: KnownStack) -> Diagnostic:
    """Report that a stack has no variable `name`, at the key in the last layer that sets it."""
    names = (*known.contract.variables, *OWN_KEYS)
    return error(f"stack '{stack}' has no input '{name}'", advice(name, names), _key_position(settings, name))


def missing_input(stack: str, name: str, place: Position) -> Diagnostic:
    """Report that a required variable is not set."""
    if name in OWN_KEYS:
        detail = f"'{name}' is Cellwright's own key, so it can't be given: rename the variable in the stack"
    else:
        detail = f"set '{name}' in the cell's own file or in a layer"
    return error(f"stack '{stack}' needs the input '{name}'", detail, place)


def deprecated_input(stack: str, variable: Variable, settings: Setting) -> Diagnostic:
    """Warn, at the key in the last layer that sets it, that a stack wants an input to be given no more."""
    summary = f"input '{variable.name}' of stack '{stack}' is deprecated"
    return warning(summary, variable.deprecated or "", _key_position(settings, variable.name))


def undecided_input(stack: str, name: str, given: Input) -> Diagnostic:
    """Report an input that takes an output or a secret, though it must be known before anything runs."""
    what = "a secret" if secrets_in(given.value) else "an output"
    summary = f"input '{name}' of stack '{stack}' decides where a module comes from, so it can't be {what}"
    return error(summary, "write its value: it must be known before anything runs", given.origin.position)


def unmarked_input(stack: str, name: str, taken: str, place: Position | None = None) -> Diagnostic:
    """Report an input that takes something sensitive, though its variable is not marked."""
    summary = f"input '{name}' of stack '{stack}' takes {taken}"
    advice_ = f'write `sensitive = true` in variable "{name}" of the stack, or give it another value'
    return error(summary, advice_, place)


def unguarded_secret(stack: str, variable: Variable, setting: Setting) -> Diagnostic:
    """Report a secret for a variable whose value Terraform would print, and Cellwright record."""
    return error(
        f"input '{variable.name}' of stack '{stack}' takes a secret, but its variable is not sensitive",
        f'write `sensitive = true` (or `ephemeral = true`) into variable "{variable.name}" of the stack',
        setting.node.position,
    )


def input_findings(stack: str, variable: Variable, setting: Setting, value: Value) -> Iterator[Diagnostic]:
    """Find every part of an input's value that Terraform would refuse, or drop silently."""
    if _surely_fits(variable.type, value):
        return
    label = f"input '{variable.name}' of stack '{stack}'"
    for mismatch in input_mismatches(variable, value):
        place = _node_of(setting, mismatch).position
        yield error(
            f"{label}{_inside(mismatch)}: {mismatch.message}",
            f"the variable's type is {variable.type}",
            place,
        )
    for ignored in ignored_attributes(variable.type, value):
        place = _node_of(setting, ignored).position
        yield warning(f"{label}{_inside(ignored)}: {ignored.message}", "Terraform would drop it", place)


def _surely_fits(wanted: TypeConstraint, value: Value) -> bool:
    """Recognise the most common types quickly; False means that the value needs a full check."""
    if wanted is Primitive.STRING:
        return isinstance(value, _TEXTS)
    if isinstance(wanted, MapOf) and isinstance(value, dict):
        return wanted.element is Primitive.STRING and all(isinstance(item, _TEXTS) for item in value.values())
    if isinstance(wanted, _LISTS) and isinstance(value, list):
        return wanted.element is Primitive.STRING and all(isinstance(item, _TEXTS) for item in value)
    return False


def _inside(mismatch: Mismatch) -> str:
    return f", at {path_text(mismatch.path)}" if mismatch.path else ""


def _node_of(setting: Setting, mismatch: Mismatch) -> Node:
    found = find_setting(setting, mismatch.path)
    return found if isinstance(found, Node) else found.node


def _key_position(settings: Setting, name: str) -> Position:
    for layer in reversed(settings.layers()):
        if name in (layer.node.entries or {}):
            return layer.node.key_position(name)
    return settings.node.position
