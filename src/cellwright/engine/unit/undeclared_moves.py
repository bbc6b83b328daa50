"""Resources that a plan would destroy, and that another stack of the cell has, which is still to be applied.

They may be meant to go there: a stack was split, and `moved_from` in fleet.yaml does not say so.
"""

from collections.abc import Iterator

from cellwright.engine.unit.evaluation import UnitEvaluator, UnitTask
from cellwright.model.address import UnitAddress
from cellwright.model.diagnostic import Diagnostic, DiagnosticError, warning
from cellwright.model.runs.plan import Action, PlanSummary
from cellwright.model.runs.run import Operation
from cellwright.planning.declared_moves import move_declaration
from cellwright.stacks.source.tree import StackTree


def undeclared_moves(task: UnitTask, plan: PlanSummary, evaluator: UnitEvaluator) -> Iterator[Diagnostic]:
    """Warn of what would be destroyed here, and made in another unit."""
    ends = [change.address for change in plan.resources if change.action is Action.DELETE]
    if not ends or task.part.operation is not Operation.APPLY:
        return
    # Most plans destroy nothing, and need no reader of HCL.
    from cellwright.stacks.source.root_addresses import first_part, root_addresses  # noqa: PLC0415

    # What the stack still declares has become less by its settings, such as `count`.
    gone = {first_part(address) for address in ends} - (root_addresses(task.tree) or set())
    unit = task.part.address
    for other, tree in _to_be_applied(unit, evaluator) if gone else ():
        if same := sorted((root_addresses(tree) or frozenset()).intersection(gone)):
            yield warning(
                f"{', '.join(same)} of {unit} would be destroyed, and {other}, which is still to be applied, "
                "declares the same",
                "if it is to go there, say so before this is applied, in fleet.yaml at the stack "
                f"{other.stack}: `{move_declaration(unit.stack, same)}`; nothing is destroyed then",
            )


def _to_be_applied(unit: UnitAddress, evaluator: UnitEvaluator) -> Iterator[tuple[UnitAddress, StackTree]]:
    """Yield other units of a cell whose stacks were not applied as they are, with these."""
    others = [other for other in evaluator.neighbours(unit) if other != unit]
    applied = evaluator.ledger.reader.applied(others)
    for other in others:
        try:
            tree, facts = evaluator.stacks(evaluator.units[other].stack)
        except DiagnosticError:
            continue  # it is a finding of whoever applies that one
        if other not in applied or applied[other].source_digest != facts.digest:
            yield other, tree
