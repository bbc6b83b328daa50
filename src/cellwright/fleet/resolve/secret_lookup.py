"""Resolves `${secret.SOURCE.NAME}` to what it names; the secret itself is read only when the unit runs."""

from collections.abc import Callable, Iterator

from cellwright.fleet.resolve.reference_faults import ReferenceFault
from cellwright.fleet.resolve.visibility import ReferenceScope
from cellwright.fleet.yaml.references import Reference, TextPart
from cellwright.model.scalar_text import scalar_text
from cellwright.model.settings.secret_settings import field_fault, secret_name_fault
from cellwright.model.text.suggestion import advice
from cellwright.model.value import SecretReference, Value

_SHORTEST = 2
"""Steps after `secret`: the source, and the name."""


def secret_reference(
    reference: Reference, scope: ReferenceScope, lookup: Callable[[Reference], Value]
) -> SecretReference:
    """Make a reference to a secret complete: its source, and its name with the references in it replaced.

    Raises:
        ReferenceFault: there is no such source, it can't keep anything under this name, or it may not give
            it to this cell.
    """
    shown = f"${{{reference}}}"
    if len(reference.path) < _SHORTEST:
        raise ReferenceFault(f"'{shown}' names no secret", "write ${secret.SOURCE.NAME}")
    declared = scope.directory.secrets
    source = declared.get(reference.path[0])
    if source is None:
        detail = advice(reference.path[0], declared) or "declare it in fleet.yaml, below `secrets`"
        raise ReferenceFault(f"'{shown}': there is no source of secrets '{reference.path[0]}'", detail)
    name, mark, steps = "".join(_texts(reference.inner, lookup)).partition("#")
    if fault := secret_name_fault(name) or (field_fault(steps) if mark else None):
        raise ReferenceFault(f"'{shown}' names no secret", fault)
    if not source.allows(name, scope.address):
        raise ReferenceFault(
            f"'{shown}': the source '{source.name}' does not give '{name}' to {scope.address}",
            f"see `allow` of the source ({source.position.file}:{source.position.line})",
        )
    return SecretReference(source.name, name, tuple(steps.split(".")) if mark else ())


def _texts(parts: tuple[TextPart, ...], lookup: Callable[[Reference], Value]) -> Iterator[str]:
    for part in parts:
        if isinstance(part, str):
            yield part
            continue
        text = scalar_text(lookup(part))
        if text is None:
            raise ReferenceFault(
                f"'${{{part}}}' can't be part of a secret's name",
                "use a key of the cell, or of its placement, that is a text",
            )
        yield text
