"""The contracts of the stacks that a fleet uses, each asked for once."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from cellwright.model.diagnostic import Diagnostic, DiagnosticError
from cellwright.model.position import Position
from cellwright.model.unit import StackPin
from cellwright.stacks.contract import Contract


@dataclass(frozen=True, slots=True)
class KnownStack:
    """A stack's contract, and the names of the variables that must be given."""

    contract: Contract
    required: tuple[str, ...]


class Contracts:
    """Asks `load` for contracts and remembers the answers, refusals too."""

    def __init__(self, load: Callable[[StackPin], Contract]) -> None:
        self._load = load
        self._pins: dict[tuple[str, str | None], StackPin] = {}
        self._known: dict[StackPin, KnownStack | None] = {}
        self.faults: list[Diagnostic] = []

    def pin(self, source: str, version: str | None) -> StackPin:
        """Give the pin of a source and a version, the same object each time."""
        return self._pins.setdefault((source, version), StackPin(source, version))

    def known(self, pin: StackPin, declared: Position | None = None) -> KnownStack | None:
        """Give a stack; None if it can't be read, which is told once (at `declared` if it has no place)."""
        if pin in self._known:
            return self._known[pin]
        known: KnownStack | None = None
        try:
            contract = self._load(pin)
        except DiagnosticError as failure:
            self.faults.extend(
                item if item.position else replace(item, position=declared) for item in failure.diagnostics
            )
        else:
            required = tuple(name for name, item in contract.variables.items() if item.required)
            known = KnownStack(contract, required)
        self._known[pin] = known
        return known
