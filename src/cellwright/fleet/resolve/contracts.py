"""The contracts of the stacks that a fleet uses, each named_cells for once."""

import hashlib
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, replace

from cellwright.fleet.resolve.cell_summary import CellSummary
from cellwright.model.address import CellAddress
from cellwright.model.binary import BinarySettings
from cellwright.model.diagnostic import Diagnostic, DiagnosticError
from cellwright.model.position import Position
from cellwright.model.text.json_text import SORTED
from cellwright.model.unit import Input, StackPin
from cellwright.model.value import is_known
from cellwright.stacks.contract import Contract

_SIZE = 16


@dataclass(frozen=True, slots=True)
class KnownStack:
    """A stack's contract, and the names of the variables that must be given."""

    contract: Contract
    required: tuple[str, ...]
    secret: frozenset[str] = frozenset()
    """Those whose values are never shown or recorded: sensitive ones, and ephemeral ones."""


class Contracts:
    """Loads contracts, each once; failures are remembered too."""

    def __init__(self, load: Callable[[StackPin], Contract], measured: Collection[str] = ()) -> None:
        """Take what loads a contract. The defaults of variables that are `measured` decide about cells."""
        self._load = load
        self._measured = frozenset(measured)
        self._pins: dict[StackPin, StackPin] = {}
        self._known: dict[StackPin, KnownStack | None] = {}
        self._digests: dict[StackPin, bytes | None] = {}
        self.faults: dict[StackPin, tuple[Diagnostic, ...]] = {}
        """Findings about the stacks, by pin."""
        self._chosen: dict[StackPin, tuple[Diagnostic, ...]] = {}
        """Those of them about modules that inputs of the pin's units choose."""

    def pin(self, source: str, version: str | None, binary: BinarySettings) -> StackPin:
        """Give the pin of a source, a version and a program, the same object each time."""
        return self._interned(StackPin(source, version, binary=binary))

    def decided(self, pin: StackPin, inputs: Mapping[str, Input]) -> StackPin:
        """Give the pin with the inputs that decide where its modules come from, as far as they are known.

        Which module is taken may decide which other inputs matter.
        """
        names: set[str] = set()
        while (known := self.known(pin)) is not None:
            contract = known.contract
            names.update(contract.deciding)
            constants = tuple(
                (name, SORTED.write(inputs[name].value))
                for name in sorted(names)
                if name in inputs and is_known(inputs[name].value)
            )
            if constants == pin.constants:
                self._add_computed(pin, contract)
                break
            pin = self._interned(replace(pin, constants=constants))
        return pin

    def _interned(self, pin: StackPin) -> StackPin:
        return self._pins.setdefault(pin, pin)

    def known(self, pin: StackPin, declared: Position | None = None) -> KnownStack | None:
        """Give a stack; None if it can't be read, which is reported once (at `declared` by default)."""
        if pin in self._known:
            return self._known[pin]
        known: KnownStack | None = None
        try:
            contract = self._load(pin)
        except DiagnosticError as failure:
            self.faults[pin] = tuple(
                item if item.position else replace(item, position=declared) for item in failure.diagnostics
            )
        else:
            known = self._read(pin, contract)
        self._known[pin] = known
        return known

    def digest(self, pin: StackPin) -> bytes | None:
        """Digest the inputs and outputs of a stack's contract; None if it can't be read."""
        if pin not in self._digests:
            self._digests[pin] = self._digest(pin)
        return self._digests[pin]

    def _digest(self, pin: StackPin) -> bytes | None:
        if pin not in self._known:
            try:
                contract = self._load(pin)
                self._known[pin] = self._read(pin, contract)
                self._add_computed(pin, contract)
            except DiagnosticError:
                # Not remembered: `known` reports it, with the position where the stack is used.
                return None
        known = self._known[pin]
        return contract_digest(known.contract, self._measured) if known is not None else None

    def chosen_in(
        self, summaries: Mapping[CellAddress, CellSummary]
    ) -> Iterator[tuple[CellAddress, tuple[Diagnostic, ...]]]:
        """Give the findings about modules that inputs choose, by the cells that choose them."""
        for address, summary in summaries.items() if self._chosen else ():
            for unit in summary.units:
                if unit.constants and (found := self._chosen.get(unit.pin)):
                    yield address, found

    def _add_computed(self, pin: StackPin, contract: Contract) -> None:
        if contract.computed_findings:
            self.faults[pin] = (*contract.findings, *contract.computed_findings)
            if pin.constants:
                self._chosen[pin] = contract.computed_findings

    def _read(self, pin: StackPin, contract: Contract) -> KnownStack:
        if contract.findings:
            self.faults[pin] = contract.findings
        return _known(contract)


def contract_digest(contract: Contract, measured: Collection[str] = ()) -> bytes:
    """Digest a contract's inputs and outputs, and which of them decide; no positions and descriptions.

    Defaults are part of it only of variables that are `measured`.
    """
    variables = [
        (name, repr(item.type), item.required, item.nullable, item.sensitive, item.ephemeral, item.deprecated)
        for name, item in contract.variables.items()
    ]
    outputs = [(name, item.sensitive) for name, item in contract.outputs.items()]
    defaults = [(name, item.default) for name, item in contract.variables.items() if name in measured]
    digested = repr((variables, outputs, sorted(contract.deciding), sorted(contract.own_values), defaults))
    return hashlib.blake2b(digested.encode(), digest_size=_SIZE).digest()


def _known(contract: Contract) -> KnownStack:
    own = contract.own_values
    required = tuple(name for name, item in contract.variables.items() if item.required and name not in own)
    secret = frozenset(name for name, item in contract.variables.items() if item.sensitive or item.ephemeral)
    return KnownStack(contract, required, secret)
