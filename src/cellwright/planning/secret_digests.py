"""Tells whether secrets that a unit takes are other ones than those with which it was applied.

What is recorded of a secret is its reference, and a keyed digest of its value that is the unit's own: equal
secrets of two units have different ones.
"""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from cellwright.model.address import UnitAddress
from cellwright.model.applied import AppliedUnit
from cellwright.model.runs.change import Reason, ReasonKind, Status, UnitStatus
from cellwright.model.unit import Unit
from cellwright.model.value import SecretReference
from cellwright.planning.binding import SecretLookup
from cellwright.planning.digest import SIZE, Digester
from cellwright.planning.fingerprint import StackFacts

RECORDED = "secrets"
"""The key of a unit's recipe under which the digests are recorded."""


def secret_scope(unit: UnitAddress, reference: str) -> tuple[str, ...]:
    """Where a secret's value stands, for its digest."""
    return ("secret", str(unit), reference)


def secret_digests(unit: Unit, stack: StackFacts, secret: SecretLookup, digester: Digester) -> dict[str, str]:
    """Read the secrets that `unit` takes, and digest each; by reference as text.

    Those of ephemeral variables are left out: Terraform keeps none, so another one is no change.

    Raises:
        DiagnosticError: one can't be read.
    """
    digests: dict[str, str] = {}
    for name, reference in unit.secrets():
        if name not in stack.ephemeral and str(reference) not in digests:
            value = secret(reference, unit.inputs[name].origin.position)
            digests[str(reference)] = digester.keyed(value, *secret_scope(unit.address, str(reference)))
    return digests


def changed_secrets(unit: Unit, applied: AppliedUnit, digests: Mapping[str, str]) -> Iterator[Reason]:
    """Tell which secrets are other ones than when the unit was applied; never what they are."""
    recorded: Any = applied.recipe.get(RECORDED) or {}
    told: set[str] = set()
    for name, reference in unit.secrets():
        text = str(reference)
        if text in digests and text not in told and recorded.get(text) != digests[text]:
            told.add(text)
            summary = f"{text} (for {name}) is another one now"
            yield Reason(ReasonKind.INPUT, summary, unit.inputs[name].origin.position)


def with_secrets(fingerprint: str, digests: Mapping[str, str]) -> str:
    """Give the fingerprint of settings together with the secrets that they name."""
    if not digests:
        return fingerprint
    text = "\n".join((fingerprint, *(f"{name} {digest}" for name, digest in sorted(digests.items()))))
    return hashlib.blake2b(text.encode(), digest_size=SIZE).hexdigest()


def with_reasons(status: UnitStatus, reasons: tuple[Reason, ...]) -> UnitStatus:
    """Make a unit a changed one if there are reasons."""
    if not reasons:
        return status
    return replace(status, status=Status.CHANGED, reasons=(*status.reasons, *reasons))


def recorded_references(unit: Unit) -> dict[str, str]:
    """Give the inputs that are one reference to a secret, as text: no secrets, so they may be recorded."""
    return {
        name: str(item.value) for name, item in unit.inputs.items() if isinstance(item.value, SecretReference)
    }


def parse_recorded(text: str) -> SecretReference:
    """Read a reference that `recorded_references` has written."""
    _, source, rest = text.split(".", 2)
    name, mark, steps = rest.partition("#")
    return SecretReference(source, name, tuple(steps.split(".")) if mark else ())
