"""Gives the records of a unit new digests: once a secret is added to the key, or the key is lost."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

from cellwright.engine.unit.orphan import recorded_inputs
from cellwright.ledger.database.damage import reads
from cellwright.model.address import UnitAddress
from cellwright.model.applied import AppliedInput, AppliedUnit, RecordedOutput
from cellwright.model.diagnostic import DiagnosticError
from cellwright.model.states.secret_backend import without_secrets
from cellwright.model.unit import Unit
from cellwright.model.value import Json, references_in
from cellwright.planning.binding import (
    Outputs,
    Secrecy,
    bind,
    ephemeral_digest,
    input_scope,
    output_scope,
)
from cellwright.planning.digest import Digester, renewed, within_scope
from cellwright.planning.fingerprint import backend_digest, combined, environment_digest, settings_digest
from cellwright.planning.reasons import KEY_LOST, LOST_DIGEST
from cellwright.planning.secret_digests import RECORDED, secret_scope


class Renewal(Protocol):
    """Gives new digests of secrets in place of recorded ones."""

    def input(self, applied: AppliedUnit, name: str, digest: str) -> str:
        """Of an input."""

    def output(self, unit: UnitAddress, name: str, digest: str) -> str:
        """Of an output."""

    def backend(self, applied: AppliedUnit) -> str:
        """Of where the state lies."""

    def environment(self, applied: AppliedUnit, digest: str) -> str:
        """Of what the unit ran with."""

    def taken_secret(self, applied: AppliedUnit, reference: str, digest: str) -> str:
        """Of a secret that the unit takes by reference."""


@dataclass(frozen=True, slots=True)
class AddedSecret:
    """A secret is added to the key: digests are digested again, so that no value is needed."""

    before: Digester
    secret: bytes = field(repr=False)
    outputs: Outputs
    """Of every unit, as recorded with `before`."""
    settings: Callable[[AppliedUnit], Iterable[Unit]]
    """The unit as the fleet has it, and as its commit had it."""
    unknown: list[UnitAddress] = field(default_factory=list)
    """Units whose settings would be needed and can't be had as they were applied."""

    def input(self, applied: AppliedUnit, name: str, digest: str) -> str:
        """Renew it; a ledger of an older version needs the settings of what takes a sensitive output."""
        unit = applied.head.address
        if self.before.scoped or not self._takes_secrets(applied):
            return self._renewed(digest, input_scope(unit, name))
        after = self.before.with_key(self.secret)
        for found in self.settings(applied):
            if self._bound(found, name, self.before) == digest:
                return self._bound(found, name, after) or digest
        self.unknown.append(unit)
        return digest

    def output(self, unit: UnitAddress, name: str, digest: str) -> str:
        """Renew it."""
        return self._renewed(digest, output_scope(unit, name))

    def backend(self, applied: AppliedUnit) -> str:
        """Renew it."""
        return self._renewed(applied.backend_digest, ("backend", str(applied.head.address)))

    def environment(self, applied: AppliedUnit, digest: str) -> str:
        """Renew it."""
        return self._renewed(digest, ("environment", str(applied.head.address)))

    def taken_secret(self, applied: AppliedUnit, reference: str, digest: str) -> str:
        """Renew it."""
        return self._renewed(digest, secret_scope(applied.head.address, reference))

    def _renewed(self, digest: str, scope: tuple[str, ...]) -> str:
        if digest == LOST_DIGEST:
            return digest
        if not self.before.scoped:
            digest = within_scope(digest, self.before.key, scope)
        return renewed(digest, self.secret)

    def _takes_secrets(self, applied: AppliedUnit) -> bool:
        return any(self._is_secret(key) for key in _taken(applied.recipe))

    def _is_secret(self, key: str) -> bool:
        address, _, output = key.rpartition(".")
        found = self.outputs.get(UnitAddress.parse(address), {}).get(output)
        return found is not None and found.sensitive

    def _bound(self, unit: Unit, name: str, digester: Digester) -> str | None:
        if name not in unit.inputs:
            return None
        one = replace(unit, inputs={name: unit.inputs[name]})
        taken = {
            item.unit: self.outputs.get(item.unit, {}) for item in references_in(unit.inputs[name].value)
        }
        if digester != self.before:
            taken = {unit: _renewed_outputs(unit, outputs, self) for unit, outputs in taken.items()}
        try:
            return bind(one, Secrecy(frozenset({name})), taken, digester)[name].digest
        except DiagnosticError:  # an output that is gone: it is not what was applied
            return None


@dataclass(frozen=True, slots=True)
class LostKey:
    """The key is lost: what was secret is no longer known, and what can be told without it stays."""

    after: Digester
    settings: Callable[[AppliedUnit], Iterable[Unit]]

    def input(self, _applied: AppliedUnit, _name: str, _digest: str) -> str:
        """Nothing is known of it any more."""
        return LOST_DIGEST

    def output(self, _unit: UnitAddress, _name: str, _digest: str) -> str:
        """Nothing is known of it any more."""
        return LOST_DIGEST

    def backend(self, applied: AppliedUnit) -> str:
        """Take the fleet's, where all that is recorded of it is the same."""
        unit = applied.head.address
        for found in self.settings(applied):
            shown = {"kind": found.backend.kind, "config": without_secrets(found.backend.config)}
            if shown == applied.recipe.get("backend"):
                return backend_digest(unit, found.backend, self.after)
        return LOST_DIGEST

    def environment(self, applied: AppliedUnit, _digest: str) -> str:
        """Take the fleet's: a unit that it still has runs with that anyway."""
        for found in self.settings(applied):
            return environment_digest(applied.head.address, found.environment, self.after)
        return LOST_DIGEST

    def taken_secret(self, _applied: AppliedUnit, _reference: str, _digest: str) -> str:
        """Nothing is known of it any more."""
        return LOST_DIGEST


def with_new_digests(
    applied: AppliedUnit, outputs: Outputs, renewal: Renewal, any_key: Digester
) -> AppliedUnit:
    """Give a unit the new digests; what it is compared by is renewed with them, so that it is no change.

    `outputs` are those of every unit, as recorded. Where a digest is lost, the unit counts as changed.
    """

    def renewed_inputs(inputs: Mapping[str, AppliedInput]) -> dict[str, AppliedInput]:
        return {
            name: replace(item, digest=renewal.input(applied, name, item.digest))
            if item.sensitive and item.digest != ephemeral_digest(any_key)
            else item
            for name, item in inputs.items()
        }

    tried = recorded_inputs(applied)
    source: Any = applied.recipe.get("source_digest", applied.source_digest)
    inputs, backend = renewed_inputs(applied.inputs), renewal.backend(applied)
    tried_now = inputs if tried is applied.inputs else renewed_inputs(tried)
    compared = dict(
        _fingerprints(applied, source_digest, was, (backend, now), any_key)
        for source_digest, was, now in (
            (applied.source_digest, applied.inputs, inputs),
            (source, tried, tried_now),
        )
    )
    recipe = _renewed_recipe(applied, outputs, renewal, tried_now)
    made = _renewed_outputs(applied.head.address, applied.outputs, renewal)
    digests = [backend, *(item.digest for item in inputs.values()), *(item.digest for item in made.values())]
    lost = LOST_DIGEST in digests
    head = applied.head
    fingerprint = head.fingerprint and compared.get(head.fingerprint, head.fingerprint)
    return replace(
        applied,
        head=replace(
            head,
            fingerprint=LOST_DIGEST if lost and fingerprint else fingerprint,
            failed=head.failed and compared.get(head.failed, head.failed),
        ),
        backend_digest=backend,
        inputs=inputs,
        outputs=made,
        recipe={**recipe, KEY_LOST: True} if lost else recipe,
    )


def _fingerprints(
    applied: AppliedUnit,
    source: str,
    was: Mapping[str, AppliedInput],
    now: tuple[str, Mapping[str, AppliedInput]],
    any_key: Digester,
) -> tuple[str, str]:
    def fingerprint(backend: str, inputs: Mapping[str, AppliedInput]) -> str:
        digests = {name: item.digest for name, item in inputs.items()}
        return combined(source, settings_digest(backend, digests, any_key))

    return fingerprint(applied.backend_digest, was), fingerprint(*now)


def _renewed_outputs(
    unit: UnitAddress, outputs: Mapping[str, RecordedOutput], renewal: Renewal
) -> dict[str, RecordedOutput]:
    return {
        name: replace(item, digest=renewal.output(unit, name, item.digest)) if item.sensitive else item
        for name, item in outputs.items()
    }


def _renewed_recipe(
    applied: AppliedUnit, outputs: Outputs, renewal: Renewal, tried: Mapping[str, AppliedInput]
) -> dict[str, Json]:
    recipe = dict(applied.recipe)
    environment = recipe.get("environment")
    if isinstance(environment, str):
        recipe["environment"] = renewal.environment(applied, environment)
    if RECORDED in recipe:
        recipe[RECORDED] = {
            reference: renewal.taken_secret(applied, reference, digest)
            for reference, digest in _secrets(recipe).items()
        }
    if "outputs" in recipe:
        recipe["outputs"] = dict(_renewed_taken(_taken(recipe), outputs, renewal))
    if "inputs" in recipe:
        recipe["inputs"] = {
            name: {"digest": item.digest, "sensitive": item.sensitive, "value": item.value}
            for name, item in tried.items()
        }
    return recipe


def _renewed_taken(
    taken: Mapping[str, str], outputs: Outputs, renewal: Renewal
) -> Iterator[tuple[str, Json]]:
    """Renew the digests of taken outputs; those of units that are gone serve no purpose any more."""
    for key, digest in taken.items():
        address, _, name = key.rpartition(".")
        unit = UnitAddress.parse(address)
        found = outputs.get(unit, {}).get(name)
        if found is not None:
            yield key, renewal.output(unit, name, digest) if found.sensitive else digest


@reads("the secrets that a unit takes")
def _secrets(recipe: Mapping[str, Any]) -> dict[str, str]:
    return dict(recipe[RECORDED])


@reads("the outputs that a unit takes")
def _taken(recipe: Mapping[str, Any]) -> dict[str, str]:
    return dict(recipe.get("outputs") or {})
