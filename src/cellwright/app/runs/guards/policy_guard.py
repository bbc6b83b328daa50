"""Judges every plan of a run by the fleet's policies, before it can be kept or applied."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from cellwright.engine.unit.evaluation import UnitTask
from cellwright.fleet.fleet import Fleet
from cellwright.fleet.owners import client_levels, placements
from cellwright.model.diagnostic import Diagnostic, DiagnosticError
from cellwright.model.hidden_keys import without_hidden
from cellwright.planning.policy.subject import Surroundings, describe
from cellwright.planning.policy.verdict import PASSED, Verdict

if TYPE_CHECKING:
    from cellwright.planning.policy.judging import Evaluator
    from cellwright.planning.policy.module import Module


@dataclass(frozen=True, slots=True)
class PolicyGuard:
    """Judges plans by a fleet's policies."""

    evaluator: "Evaluator"
    modules: "Sequence[Module]"
    fleet: Fleet
    now: Callable[[], datetime]
    changed: Callable[[], Diagnostic | None] = lambda: None
    """Tells whether the policies are no longer those that were read."""

    def __call__(self, work: UnitTask, document: Mapping[str, Any]) -> Verdict:
        """Judge the plan of a unit.

        Raises:
            DiagnosticError: a policy can't be evaluated, or is not what it was when the run began.
        """
        if not self.modules:
            return PASSED
        changed = self.changed()
        if changed is not None:
            raise DiagnosticError(changed)
        from cellwright.planning.policy.judging import basis_of, judge  # noqa: PLC0415  it brings a YAML library

        address = work.part.address.of_cell
        cell = self.fleet.cells.get(address)
        settings = without_hidden(cell.settings, cell.sensitive) if cell is not None else {}
        around = Surroundings(
            self.fleet.name,
            client_levels(self.fleet.levels),
            tuple(map(str, placements(address, self.fleet.cells, self.fleet.levels))),
        )
        subject = describe(around, work.unit, work.part.operation, settings, self.now().date())
        found = judge(self.evaluator, self.modules, {**document, "cellwright": subject})
        return replace(found, basis=basis_of(self.modules, subject))
