"""What is wanted of Terraform for one unit in one run."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from cellwright.model.address import UnitAddress
from cellwright.model.names import means_secret
from cellwright.model.value import Json
from cellwright.stacks.source.tree import StackTree
from cellwright.terraform.output.redaction import Redactor
from cellwright.terraform.workspace.backend import BackendSettings
from cellwright.terraform.workspace.unit_folder import UnitFolder
from cellwright.terraform.workspace.variables import InputValue

_MIN_LENGTH = 8
"""Shorter values under such names are stand-ins (`test`): masking them would garble every log."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitRequest:
    """One unit with every reference replaced."""

    address: UnitAddress
    run: str
    """The run's id; names the saved plan, and tells a later process whose command it has found."""
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

    def redactor(self, ambient: Mapping[str, str]) -> Redactor:
        """Mask this unit's secret inputs, and what goes by a name that means a secret."""
        named: list[tuple[str, Json]] = [
            *self.environment.items(),
            *ambient.items(),
            *self.backend.config.items(),
        ]
        return Redactor([*(item.value for item in self.inputs if item.secret), *_secrets(named)])


def _secrets(named: Iterable[tuple[str, Json]]) -> Iterable[Json]:
    for name, value in named:
        if isinstance(value, str) and len(value) >= _MIN_LENGTH and means_secret(name):
            yield value
