"""Evaluates units while their cells are resolved during a load, so that no cell is resolved twice."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from cellwright.fleet.resolve.resolved import ResolvedCell
from cellwright.model.address import CellAddress, UnitAddress
from cellwright.model.runs.change import UnitStatus
from cellwright.planning.unit_status import StatusEvaluator

_CELLS_AT_ONCE = 200
"""Cells that are evaluated together, so that their units' ledger entries are read in one statement."""


@dataclass(slots=True)
class StatusesDuringLoad:
    """Sees every cell that a load resolves; what its units depend on is not looked at here."""

    make_evaluator: Callable[[], StatusEvaluator]
    """Called when the first cell is resolved: only then the ledger is read."""
    _evaluator: StatusEvaluator | None = None
    _waiting: list[ResolvedCell] = field(default_factory=list)
    _found: dict[CellAddress, dict[str, tuple[UnitStatus, str | None]]] = field(default_factory=dict)

    def __call__(self, resolved: ResolvedCell) -> None:
        """Evaluate the cell's units that were resolved, now or together with the next cells."""
        if self._evaluator is None:
            self._evaluator = self.make_evaluator()
        self._waiting.append(resolved)
        if len(self._waiting) >= _CELLS_AT_ONCE:
            self._evaluate(self._evaluator)

    def status(self, address: UnitAddress) -> UnitStatus | None:
        """The status of a unit if all that it depends on was applied; None if it was not seen."""
        found = self._evaluated.get(address.of_cell, {}).get(address.stack)
        return found[0] if found is not None else None

    def digests(self) -> Iterator[tuple[CellAddress, Mapping[str, str | None]]]:
        """The digests of the settings of every unit that was seen, by cell and stack."""
        for cell, units in self._evaluated.items():
            yield cell, {stack: digest for stack, (_, digest) in units.items()}

    @property
    def _evaluated(self) -> Mapping[CellAddress, Mapping[str, tuple[UnitStatus, str | None]]]:
        if self._waiting and self._evaluator is not None:
            self._evaluate(self._evaluator)
        return self._found

    def _evaluate(self, evaluator: StatusEvaluator) -> None:
        cells, self._waiting = self._waiting, []
        self._found.update((cell.address, {}) for cell in cells)
        units = [unit for cell in cells for unit in cell.units if unit.enabled]
        for unit, result in zip(units, evaluator.evaluate_all(units), strict=True):
            self._found[unit.address.of_cell][unit.address.stack] = result
