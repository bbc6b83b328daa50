"""Replaces output references in inputs by the recorded outputs."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from cellwright.model.address import UnitAddress
from cellwright.model.applied import RecordedOutput
from cellwright.model.diagnostic import DiagnosticError, error
from cellwright.model.position import Position
from cellwright.model.scalar_text import scalar_text
from cellwright.model.unit import Input, Unit
from cellwright.model.value import (
    Json,
    LateReference,
    OutputReference,
    SecretReference,
    Template,
    Value,
    is_known,
    references_in,
    secrets_in,
)
from cellwright.planning.digest import JOINED, Digester

Outputs: TypeAlias = Mapping[UnitAddress, Mapping[str, RecordedOutput]]
"""The recorded outputs of each applied unit; a unit that is missing was never applied."""


class NotRecordedError(DiagnosticError):
    """An output is not on record that a value is made of."""


@dataclass(frozen=True, slots=True)
class BoundInput:
    """An input with its references replaced; its value only if it is not sensitive."""

    digest: str
    sensitive: bool
    """Its variable is marked sensitive, or it takes a sensitive output or a secret."""
    value: Json
    """None where sensitive."""


@dataclass(frozen=True, slots=True)
class Secrecy:
    """Which variables of a stack are such that their values may not be recorded."""

    sensitive: frozenset[str] = frozenset()
    """Ephemeral ones too."""
    ephemeral: frozenset[str] = frozenset()
    """Every value of such a variable has the same digest: Terraform keeps none, so another is no change."""


_EPHEMERAL: Json = {"$ephemeral": True}
"""Digested in place of an ephemeral variable's value."""


def ephemeral_digest(digester: Digester) -> str:
    """The digest of every ephemeral variable's value; it is no secret."""
    return digester.plain(_EPHEMERAL)


def input_scope(unit: UnitAddress, name: str) -> tuple[str, ...]:
    """Where an input's value stands, for its digest."""
    return ("input", str(unit), name)


def output_scope(unit: UnitAddress, name: str) -> tuple[str, ...]:
    """Where an output's value stands, for its digest."""
    return ("output", str(unit), name)


def bind(
    unit: Unit,
    secrecy: Secrecy,
    outputs: Outputs,
    digester: Digester,
    known: "dict[int, BoundInput] | None" = None,
) -> dict[str, BoundInput]:
    """Digest every input of `unit` with its references replaced by the recorded outputs.

    A secret counts by its reference: its value is not known here, and compared elsewhere (`secret_digests`).

    `known` caches, by identity, the digests of values without references: cells that take a default share its
    object, so it is digested once. It is valid as long as the units live.

    Raises:
        DiagnosticError: an output that a reference names was not recorded, or has no such part.
    """
    remembered = {} if known is None else known
    bound = {}
    for name, item in unit.inputs.items():
        key = id(item.value)
        marked = name in secrecy.sensitive or name in unit.secret_inputs
        found = remembered.get(key) if not marked else None
        if found is None:
            if marked or not is_known(item.value):
                bound[name] = _bind_one(item, marked, outputs, digester, input_scope(unit.address, name))
                if name in secrecy.ephemeral:
                    bound[name] = BoundInput(ephemeral_digest(digester), sensitive=True, value=None)
                continue
            value: Json = item.value  # type: ignore[assignment]  # it holds no reference
            found = remembered[key] = BoundInput(digester.plain(value), sensitive=False, value=value)
        bound[name] = found
    return bound


SecretLookup: TypeAlias = Callable[[SecretReference, Position], Json]
"""Gives a secret; the position is where the reference was written."""


def bind_values(
    unit: Unit, output: Callable[[OutputReference], Json], secret: SecretLookup
) -> dict[str, Json]:
    """The real value of every input, secrets included; `output` and `secret` give what references name."""

    def value_of(item: Input) -> Json:
        def lookup(reference: LateReference) -> Json:
            if isinstance(reference, SecretReference):
                return secret(reference, item.origin.position)
            return _step(output(reference), reference, item)

        return substitute(item.value, lookup)

    return {name: value_of(item) for name, item in unit.inputs.items()}


def substitute(value: Value, lookup: Callable[[LateReference], Json]) -> Json:
    """Replace every reference in `value` by what `lookup` gives for it."""
    if isinstance(value, str):
        return value
    if isinstance(value, OutputReference | SecretReference):
        return lookup(value)
    if isinstance(value, Template):
        parts = (part if isinstance(part, str) else lookup(part) for part in value.parts)
        return "".join(map(as_text, parts))
    if isinstance(value, Mapping):
        return {key: substitute(item, lookup) for key, item in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [substitute(item, lookup) for item in value]
    return value


def as_text(value: Json) -> str:
    """Write a scalar inside a string as Terraform would (true, 4, 1.5).

    Raises:
        DiagnosticError: the value is a list, a mapping or null.
    """
    text = scalar_text(value)
    if text is None:
        raise DiagnosticError(
            error(
                f"a {_kind(value)} can't stand inside a string",
                "make the reference the whole value, or take one part of it",
            )
        )
    return text


def _bind_one(
    item: Input,
    marked: bool,  # noqa: FBT001  a pure helper's third fact, named at its one call
    outputs: Outputs,
    digester: Digester,
    scope: tuple[str, ...],
) -> BoundInput:
    def visible(reference: LateReference) -> Json:
        if isinstance(reference, SecretReference):
            raise TypeError("a secret is never recorded")
        recorded = _recorded(reference, item, outputs)
        return _step(recorded.value, reference, item)

    hidden = any(_recorded(reference, item, outputs).sensitive for reference in references_in(item.value))
    if hidden or secrets_in(item.value):
        return BoundInput(_digest_of_taken(item, outputs, digester, scope), sensitive=True, value=None)
    value = substitute(item.value, visible)
    if marked:
        return BoundInput(digester.keyed(value, *scope), sensitive=True, value=None)
    return BoundInput(digester.plain(value), sensitive=False, value=value)


def _digest_of_taken(item: Input, outputs: Outputs, digester: Digester, scope: tuple[str, ...]) -> str:
    """Digest a value that takes sensitive outputs, of which only digests are known, or secrets.

    These stand beside the digest of the rest, not in it: a digest within another one could not be renewed.
    """
    taken: list[str] = []

    def fingerprinted(reference: LateReference) -> Json:
        if isinstance(reference, SecretReference):
            return {"$secret": str(reference)}
        recorded = _recorded(reference, item, outputs)
        if not recorded.sensitive:
            return _step(recorded.value, reference, item)
        path = list(reference.path)
        if not digester.scoped:
            return {"$sensitive": recorded.digest, "path": path}
        taken.append(recorded.digest)
        return {"$sensitive": f"{reference.unit}.{reference.output}", "path": path}

    digest = digester.keyed(_tree(item.value, fingerprinted), *scope)
    return JOINED.join((digest, *taken))


def _tree(value: Value, lookup: Callable[[LateReference], Json]) -> Json:
    """As `substitute`, but with a template as a list of its parts: a sensitive part has no text here."""
    if isinstance(value, Template):
        return {"$template": [part if isinstance(part, str) else lookup(part) for part in value.parts]}
    if isinstance(value, Mapping):
        return {key: _tree(item, lookup) for key, item in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_tree(item, lookup) for item in value]
    return substitute(value, lookup)


def _recorded(reference: OutputReference, item: Input, outputs: Outputs) -> RecordedOutput:
    found = outputs.get(reference.unit, {}).get(reference.output)
    if found is None:
        raise NotRecordedError(
            error(
                f"{reference.unit} has no recorded output '{reference.output}'",
                f"apply {reference.unit} first; if it was applied, its stack no longer declares this output",
                item.origin.position,
            )
        )
    return found


def _step(value: Json, reference: OutputReference, item: Input) -> Json:
    for part in reference.path:
        if isinstance(value, Mapping) and part in value:
            value = value[part]
        elif isinstance(value, Sequence) and not isinstance(value, str) and part.isdigit():
            index = int(part)
            if index >= len(value):
                raise _no_part(reference, part, item)
            value = value[index]
        else:
            raise _no_part(reference, part, item)
    return value


def _no_part(reference: OutputReference, part: str, item: Input) -> DiagnosticError:
    return DiagnosticError(
        error(
            f"output '{reference.output}' of {reference.unit} has no part '{part}'",
            "see its outputs with `cellwright show`, or in its stack",
            item.origin.position,
        )
    )


def _kind(value: Json) -> str:
    if value is None:
        return "null"
    return "mapping" if isinstance(value, Mapping) else "list"
