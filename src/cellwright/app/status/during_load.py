"""Evaluates units while their cells are resolved during a load, so that no cell is resolved twice."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from cellwright.fleet.resolve.cell import ResolvedCell
from cellwright.model.address import CellAddress, UnitAddress
from cellwright.model.change import UnitStatus
from cellwright.planning.unit_status import StatusEvaluator


@dataclass(slots=True)
class StatusesDuringLoad:
    """Sees every cell that a load resolves; what its units depend on is not looked at here."""

    make_evaluator: Callable[[], StatusEvaluator]
    """Called when the first cell is resolved: only then the ledger is read."""
    _evaluator: StatusEvaluator | None = None
    _found: dict[CellAddress, dict[str, tuple[UnitStatus, str | None]]] = field(default_factory=dict)

    def __call__(self, resolved: ResolvedCell) -> None:
        """Evaluate the cell's units that were resolved."""
        if self._evaluator is None:
            self._evaluator = self.make_evaluator()
        found = self._found.setdefault(resolved.address, {})
        for unit in resolved.units:
            if unit.enabled:
                found[unit.address.stack] = self._evaluator.evaluate(unit, upstreams_applied=True)

    def status(self, address: UnitAddress) -> UnitStatus | None:
        """The status of a unit if all that it depends on was applied; None if it was not seen."""
        found = self._found.get(address.of_cell, {}).get(address.stack)
        return found[0] if found is not None else None

    def digests(self) -> Iterator[tuple[CellAddress, Mapping[str, str | None]]]:
        """The digests of the settings of every unit that was seen, by cell and stack."""
        for cell, units in self._found.items():
            yield cell, {stack: digest for stack, (_, digest) in units.items()}
