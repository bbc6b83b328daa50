"""All that Terraform needs to know about one unit in one run."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from cellwright.model.address import UnitAddress
from cellwright.model.names import means_secret
from cellwright.model.states.secret_backend import secret_values
from cellwright.model.value import Json
from cellwright.stacks.source.tree import StackTree
from cellwright.terraform.install.binary import Binary
from cellwright.terraform.output.encryption import VARIABLE
from cellwright.terraform.output.redaction import Redactor
from cellwright.terraform.planfile.plan import Schemas
from cellwright.terraform.planfile.reader import PlanFileRequest
from cellwright.terraform.workspace.backend import BackendSettings
from cellwright.terraform.workspace.unit_folder import UnitFolder
from cellwright.terraform.workspace.variables import InputValue

_PLACEHOLDER_LENGTH = 4
"""A backend's credentials of so few characters are placeholders (`test`)."""

_MIN_LENGTH = 8
"""Shorter values under such names are placeholders (`test`): masking them would garble every log."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitRequest:
    """One unit; every reference in it is resolved."""

    address: UnitAddress
    run: str
    """The run's id; names the saved plan, and identifies the unit's command after a crash."""
    tree: StackTree
    backend: BackendSettings
    inputs: tuple[InputValue, ...]
    environment: Mapping[str, str] = field(repr=False)
    """What the cell's settings add."""
    folder: UnitFolder
    states: Path
    """Where states of the `local` backend lie unless the settings say otherwise."""
    log: Path
    """The unit's log in this run."""
    masked: tuple[Json, ...] = field(default=(), repr=False)
    """Further secrets that its log must not show; no command gets them."""
    plan_parts: frozenset[str] | None = None
    """The parts of the plan's JSON that somebody looks at besides its summary; None: all of them."""
    imports: Mapping[str, str] = field(default_factory=dict)
    """Real objects that come into its state: their ids by addresses."""
    sensitive_variables: frozenset[str] | None = None
    """What the stack declares as sensitive; None if that is not known."""

    def redactor(self, ambient: Mapping[str, str]) -> Redactor:
        """Mask this unit's secret inputs, and every value whose name suggests a secret."""
        named: list[tuple[str, Json]] = [*self.environment.items(), *ambient.items()]
        return Redactor([*self._hidden(ambient), *_secrets(named)], public=self._names)

    @property
    def _names(self) -> tuple[str, ...]:
        """The names that its address is made of: each page and each listing has them."""
        return (self.address.level, self.address.cell, self.address.stack)

    def _hidden(self, ambient: Mapping[str, str]) -> Iterable[Json]:
        yield from self.masked
        yield from (item.value for item in self.inputs if item.secret)
        yield from (
            value
            for value in secret_values(self.backend.config)
            if not isinstance(value, str) or len(value) > _PLACEHOLDER_LENGTH
        )
        if configured := {**ambient, **self.environment}.get(VARIABLE):
            # Imported where states are encrypted: what reads HCL takes long to import.
            from cellwright.terraform.output.encryption_keys import encryption_keys  # noqa: PLC0415

            yield from encryption_keys(configured)

    def plan_file(self, path: Path, binary: Binary, schemas: Schemas) -> PlanFileRequest:
        """Describe how a plan of this unit is to be read."""
        return PlanFileRequest(
            path=path,
            binary=binary,
            parts=self.plan_parts,
            sensitive_variables=self.sensitive_variables,
            masked_variables=frozenset(item.name for item in self.inputs if item.secret),
            schemas=schemas,
        )


def _secrets(named: Iterable[tuple[str, Json]]) -> Iterable[Json]:
    for name, value in named:
        if isinstance(value, str) and len(value) >= _MIN_LENGTH and means_secret(name):
            yield value
