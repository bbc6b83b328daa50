"""What a destroy runs with: source and settings of the unit's last apply, from the ledger and from git.

Each part is compared with its recorded digest. Where none that matches can be had, nothing is destroyed: with
other parts something else might be.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import NamedTuple

from cellwright.engine.unit.orphan import (
    Recipe,
    environment_of,
    rebuild,
    recorded_backend,
    recorded_inputs,
    secret_inputs_of,
)
from cellwright.model.address import UnitAddress
from cellwright.model.applied import AppliedInput, AppliedUnit, RecordedOutput
from cellwright.model.binary import BinarySettings
from cellwright.model.diagnostic import Diagnostic, DiagnosticError, error
from cellwright.model.unit import Backend, Input, StackPin, Unit
from cellwright.planning.binding import Outputs, bind
from cellwright.planning.digest import Digester
from cellwright.planning.fingerprint import StackFacts, backend_digest
from cellwright.stacks.source.tree import StackTree

_SHOWN_DIGITS = 12

FormerUnit = Callable[[str, UnitAddress], Unit | None]
"""Gives a unit as the fleet's settings were at a commit; raises DiagnosticError if that can't be had."""


KeptCopy = Callable[[UnitAddress, str], StackTree | None]
"""Gives the copy of the source with a digest that a unit's working folder still has."""


class DoomedUnit(NamedTuple):
    """A unit that is to be destroyed."""

    unit: Unit
    tree: StackTree
    facts: StackFacts
    outputs: Outputs
    """Of the units that its secrets come from, as recorded now."""
    taken_from: str
    """Where its source and inputs come from, for people."""


class _Source(NamedTuple):
    pin: StackPin
    tree: StackTree
    facts: StackFacts


@dataclass(frozen=True, slots=True, kw_only=True)
class AsApplied:
    """Makes units again as they were applied last."""

    stacks: Callable[[StackPin], tuple[StackTree, StackFacts]]
    outputs: Callable[[Collection[UnitAddress]], Outputs]
    environments: Callable[[], Iterable[Mapping[str, str]]]
    """Of the cells that the fleet has."""
    binary: Callable[[AppliedUnit], BinarySettings]
    """What runs a unit that the fleet no longer has."""
    former: FormerUnit
    kept: KeptCopy
    digester: Digester

    def unit(self, applied: AppliedUnit, now: Unit | None) -> DoomedUnit:
        """Make the unit; `now` is what the fleet has of it, switched off or not.

        Environment and credentials of a unit that the fleet has are those of now: they are renewed.

        Raises:
            DiagnosticError: a part of it is not recorded, and can't be had from the commit either.
        """
        recipe = Recipe.of(applied)
        binary = now.stack.binary if now is not None else self.binary(applied)
        source = self._source(applied, recipe, binary)
        secrets, outputs, secrets_from = self._secrets(applied, now, source.facts)
        unit = replace(
            rebuild(applied, secrets),
            stack=source.pin,
            backend=self._backend(applied, now),
            environment=now.environment if now is not None else self._environment(applied),
        )
        where = f"as applied: source {source.facts.label}, inputs as recorded{secrets_from}"
        return DoomedUnit(unit, source.tree, source.facts, outputs, where)

    def _source(self, applied: AppliedUnit, recipe: Recipe, binary: BinarySettings) -> _Source:
        """Give the source that was applied: as it lies there now if it is the same, or from its commit."""
        why: list[Diagnostic] = []
        for pin in recipe.pins(binary):
            place = f"commit {pin.commit[:_SHOWN_DIGITS]}" if pin.commit else "now"
            try:
                tree, facts = self.stacks(pin)
            except DiagnosticError as fault:
                why.extend(fault.diagnostics)
                continue
            if recipe.source_digest in (None, tree.digest):
                return _Source(pin, tree, facts)
            why.append(error(f"'{pin.shown_source}' is another one ({place}) than what was applied"))
        if kept := self._kept(applied, recipe, binary):
            return kept
        raise DiagnosticError(
            error(
                f"{applied.head.address} can't be destroyed: the source that it was applied from "
                f"({applied.source_label}) can't be had: {'; '.join(item.summary for item in why)}",
                f"{_reach(recipe.commit)}, or {_APPLY_FIRST}",
            )
        )

    def _kept(self, applied: AppliedUnit, recipe: Recipe, binary: BinarySettings) -> _Source | None:
        """Give the copy that this machine has kept: what was applied may never have been committed."""
        tree = self.kept(applied.head.address, recipe.source_digest or "")
        if tree is None:
            return None
        pin = StackPin(str(tree.folder / tree.module), binary=binary, constants=recipe.constants)
        try:
            facts = self.stacks(pin)[1]
        except DiagnosticError:
            return None
        label = f"{applied.source_label}, from the copy in {tree.label}"
        return _Source(pin, tree, replace(facts, digest=tree.digest, label=label))

    def _secrets(
        self, applied: AppliedUnit, now: Unit | None, facts: StackFacts
    ) -> tuple[dict[str, Input], Outputs, str]:
        """Find the inputs that are recorded as digests only; with the outputs that they take, and a note."""
        wanted = {name: item for name, item in recorded_inputs(applied).items() if item.sensitive}
        found: dict[str, Input] = {}
        outputs: dict[UnitAddress, Mapping[str, RecordedOutput]] = {}
        note = ""
        why = ""
        if now is not None:
            outputs |= self._matching(now, wanted, facts, found)
        if wanted.keys() - found.keys():
            # A reference is no secret, so it is recorded as it was written.
            recorded = replace(rebuild(applied, {}), inputs=secret_inputs_of(applied))
            outputs |= self._matching(recorded, wanted, facts, found)
        if wanted.keys() - found.keys():
            former, why = self._former(applied)
            if former is not None:
                named = ", ".join(sorted(wanted.keys() - found.keys()))
                outputs |= self._matching(former, wanted, facts, found)
                note = f"; {named} from commit {(Recipe.of(applied).commit or '')[:_SHOWN_DIGITS]}"
        if missing := sorted(wanted.keys() - found.keys()):
            raise DiagnosticError(
                error(
                    f"{applied.head.address} can't be destroyed: {', '.join(missing)} is sensitive, so it is "
                    f"not kept in the ledger, and {why or 'its commit has another value'}",
                    f"{_reach(Recipe.of(applied).commit)}, or {_APPLY_FIRST}",
                )
            )
        return found, outputs, note

    def _matching(
        self, unit: Unit, wanted: Mapping[str, AppliedInput], facts: StackFacts, found: dict[str, Input]
    ) -> Outputs:
        """Add those of a unit's inputs that are the recorded ones; returns the outputs that they take."""
        outputs = self.outputs({reference.unit for reference in unit.references()})
        for name, item in wanted.items():
            if name in found or name not in unit.inputs:
                continue
            try:
                bound = bind(
                    replace(unit, inputs={name: unit.inputs[name]}), facts.secrecy, outputs, self.digester
                )
            except DiagnosticError:  # an output that is gone: it is not what was applied
                continue
            if bound[name].digest == item.digest:
                found[name] = unit.inputs[name]
        return outputs

    def _environment(self, applied: AppliedUnit) -> Mapping[str, str]:
        known = environment_of(applied, self.environments(), self.digester)
        if known is not None:
            return known
        former, why = self._former(applied)
        if former is not None:
            known = environment_of(applied, [former.environment], self.digester)
        if known is None:
            raise DiagnosticError(
                error(
                    f"{applied.head.address} can't be destroyed: it ran with an environment that no cell of "
                    f"the fleet has any more, and {why or 'its commit has another one'}",
                    f"{_reach(Recipe.of(applied).commit)}, or {_APPLY_FIRST}",
                )
            )
        return known

    def _backend(self, applied: AppliedUnit, now: Unit | None) -> Backend:
        """Where its state lies, with credentials of now or of its commit; the environment may have them."""
        recorded = recorded_backend(applied, now.backend if now is not None else None)
        digest = backend_digest(applied.head.address, recorded, self.digester)
        if now is not None or digest == applied.backend_digest:
            return recorded
        former, _ = self._former(applied)
        return recorded_backend(applied, former.backend if former is not None else None)

    def _former(self, applied: AppliedUnit) -> tuple[Unit | None, str]:
        """Give the unit as its commit had it, or why it can't be had."""
        commit = Recipe.of(applied).commit
        if commit is None:
            return None, "no commit is recorded that had it"
        try:
            found = self.former(commit, applied.head.address)
        except DiagnosticError as fault:
            return None, fault.diagnostics[0].summary
        return found, "" if found is not None else f"commit {commit[:_SHOWN_DIGITS]} does not have the unit"


_APPLY_FIRST = "bring its settings back (git revert), apply them, then switch it off or offboard its client"


def _reach(commit: str | None) -> str:
    if commit is None:
        return "put the files back that were applied"
    return f"make commit {commit[:_SHOWN_DIGITS]} available here (git fetch)"
