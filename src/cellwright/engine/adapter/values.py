"""The real values of a unit's inputs, secrets included; they go to its own Terraform and nowhere else."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from threading import RLock

from cellwright.engine.unit.evaluation import UnitTask
from cellwright.ledger.opening import Ledger
from cellwright.model.address import UnitAddress
from cellwright.model.applied import AppliedUnit
from cellwright.model.diagnostic import DiagnosticError, error
from cellwright.model.unit import Unit
from cellwright.model.value import Json, OutputReference
from cellwright.planning.binding import NotRecordedError, Outputs, bind_values, output_scope
from cellwright.planning.digest import Digester
from cellwright.secrets.reader import SecretReader
from cellwright.terraform.output.states.state_reader import StateSnapshot

StateOf = Callable[[AppliedUnit], StateSnapshot | None]


@dataclass(slots=True)
class RealValues:
    """Finds values; those of sensitive outputs are read from the upstream's state, once per run."""

    ledger: Ledger
    digester: Digester
    state_of: StateOf
    secrets: SecretReader = field(default_factory=SecretReader)
    _states: dict[tuple[UnitAddress, str], StateSnapshot | None] = field(init=False, default_factory=dict)
    _guard: RLock = field(init=False, default_factory=RLock)
    """Entered again where an encrypted state needs its unit's inputs, which may be such outputs too."""

    def of(self, task: UnitTask) -> Mapping[str, Json]:
        """Give every input of `task` its value.

        Raises:
            DiagnosticError: a secret or a sensitive output can't be read, or the output is not the recorded
                one.
        """
        return bind_values(
            task.unit, lambda reference: self._output(task.outputs, reference), self.secrets.value
        )

    def as_applied(self, unit: Unit) -> Mapping[str, Json]:
        """Give every input of `unit`, which has been applied, its value by what is recorded now.

        Raises:
            DiagnosticError: a secret can't be read, or an output that it takes is not recorded, can't be
                read, or is not the recorded one.
        """
        upstreams = {reference.unit for reference in unit.references()}
        outputs = self.ledger.reader.outputs(upstreams) if upstreams else {}
        return bind_values(unit, lambda reference: self._output(outputs, reference), self.secrets.value)

    def secrets_of(self, unit: Unit) -> dict[str, Json]:
        """Find the secrets and sensitive outputs of `unit`, as far as they can be had: for masking only."""
        references = tuple(unit.references())
        recorded = self.ledger.reader.outputs({reference.unit for reference in references})
        found: dict[str, Json] = {}
        for name, secret in unit.secrets():
            with suppress(DiagnosticError):
                found[str(secret)] = self.secrets.value(secret, unit.inputs[name].origin.position)
        for reference in references:
            output = recorded.get(reference.unit, {}).get(reference.output)
            if output is None or not output.sensitive:
                continue
            with suppress(DiagnosticError):
                state = self._state(reference.unit)
                if state is not None and reference.output in state.outputs:
                    found[str(reference)] = state.outputs[reference.output].value
        return found

    def _output(self, outputs: Outputs, reference: OutputReference) -> Json:
        recorded = outputs.get(reference.unit, {}).get(reference.output)
        if recorded is None:
            raise NotRecordedError(
                error(
                    f"the output '{reference.output}' of {reference.unit} is not recorded",
                    f"apply {reference.unit} first",
                )
            )
        if not recorded.sensitive:
            return recorded.value
        state = self._state(reference.unit)
        found = state.outputs.get(reference.output) if state is not None else None
        # A state holds no output whose value is null.
        value = found.value if found is not None else None
        if self.digester.keyed(value, *output_scope(reference.unit, reference.output)) != recorded.digest:
            raise DiagnosticError(
                error(
                    f"the sensitive output '{reference.output}' of {reference.unit} is no longer what was "
                    "recorded",
                    f"apply {reference.unit} again",
                )
            )
        return value

    def _state(self, unit: UnitAddress) -> StateSnapshot | None:
        applied = self.ledger.reader.applied([unit]).get(unit)
        if applied is None:
            return None
        key = (unit, applied.head.fingerprint or "")
        with self._guard:
            if key not in self._states:
                self._states[key] = self.state_of(applied)
            return self._states[key]
