"""Keeps secrets of the environment out of a fleet's files: a tree reads them, and a fleet is committed."""

from base64 import b64encode
from collections.abc import Mapping
from dataclasses import replace

from cellwright.foreign.tree import (
    ForeignTree,
    ForeignUnit,
    ForeignValue,
    FromEnvironment,
    Joined,
    Unreadable,
)
from cellwright.model.names import means_secret
from cellwright.stacks.contract import Contract

_SHORTEST = 4
"""A shorter text is in others by chance."""


def without_open_secrets(tree: ForeignTree) -> ForeignTree:
    """Leave out sources and states' places that a secret is a part of."""
    secrets = _secrets(tree.from_environment, everything=False)
    return replace(tree, units=tuple(_unit(unit, secrets) for unit in tree.units)) if secrets else tree


def inputs_without_secrets(
    unit: ForeignUnit, read: Mapping[str, str], contract: Contract | None
) -> dict[str, ForeignValue]:
    """Give a unit's inputs: what is a secret of the environment is taken from there each time.

    What counts as one: the stack marks its variable, or a name means one. `read` has the variables' values.
    """
    found = {}
    for name, value in unit.inputs.items():
        variable = contract.variables.get(name) if contract is not None else None
        marked = variable is not None and (variable.sensitive or variable.ephemeral)
        secrets = _secrets(read, everything=marked or means_secret(name))
        found[name] = _without(value, secrets, unit) if secrets else value
    return found


def _secrets(read: Mapping[str, str], *, everything: bool) -> dict[str, str]:
    """Give variables by their values."""
    return {text: name for name, text in sorted(read.items()) if text and (everything or means_secret(name))}


def _unit(unit: ForeignUnit, secrets: Mapping[str, str]) -> ForeignUnit:
    config = {name: _refused(value, secrets, unit) for name, value in unit.backend.config.items()}
    source = _refused(unit.source, secrets, unit)
    return replace(unit, source=source, backend=replace(unit.backend, config=config))


def _refused(value: ForeignValue, secrets: Mapping[str, str], unit: ForeignUnit) -> ForeignValue:
    found = _without(value, secrets, unit)
    return _part(found.variable, unit) if isinstance(found, FromEnvironment) else found


def _without(value: ForeignValue, secrets: Mapping[str, str], unit: ForeignUnit) -> ForeignValue:
    match value:
        case str() if value in secrets:
            return FromEnvironment(secrets[value])
        case str() | Unreadable():
            written = value if isinstance(value, str) else f"{value.text}\n{value.why}"
            held = next((name for text, name in secrets.items() if _holds(written, text)), None)
            return value if held is None else _part(held, unit)
        case Joined(parts=parts):
            found = [_refused(part, secrets, unit) for part in parts]
            return next((part for part in found if isinstance(part, Unreadable)), value)
        case Mapping():
            return {name: _without(item, secrets, unit) for name, item in value.items()}
        case list() | tuple():
            return [_without(item, secrets, unit) for item in value]
        case _:
            return value


def _holds(value: str, secret: str) -> bool:
    forms = (secret, b64encode(secret.encode()).decode())
    return len(secret) >= _SHORTEST and any(form in value for form in forms)


def _part(variable: str, unit: ForeignUnit) -> Unreadable:
    return Unreadable(variable, unit.position, f"the secret {variable} of the environment is a part of it")
