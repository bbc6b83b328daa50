"""A unit's backend, written as an override file that replaces the backend block of the stack."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from cellwright.files.names import unit_path
from cellwright.model.address import UnitAddress
from cellwright.model.diagnostic import DiagnosticError, error
from cellwright.model.value import Json

FILE = "zz_cellwright_override.tf.json"
"""An override file: it replaces the stack's backend block. Sorts last: the last override wins."""

LOCAL = "local"


@dataclass(frozen=True, slots=True)
class BackendSettings:
    """A backend with every reference replaced."""

    kind: str
    config: Mapping[str, Json] = field(repr=False)
    """May hold credentials."""


def complete_backend(
    settings: BackendSettings, address: UnitAddress, states: Path, root: Path
) -> BackendSettings:
    """Complete the `local` backend: its path is absolute, by default `states/LEVEL/CELL/STACK.tfstate`.

    A relative path that the settings name is relative to `root`, the fleet's root.

    Raises:
        DiagnosticError: the path is not text.
    """
    if settings.kind != LOCAL:
        return settings
    default = unit_path(states, address, ".tfstate")
    path = settings.config.get("path", str(default))
    if not isinstance(path, str):
        raise DiagnosticError(error("state.config.path is not text", "name the file of the state"))
    return BackendSettings(LOCAL, {**settings.config, "path": str((root / path).absolute())})


def local_state_path(settings: BackendSettings) -> Path | None:
    """The state's file, for a completed `local` backend; else None."""
    path = settings.config.get("path")
    return Path(path) if settings.kind == LOCAL and isinstance(path, str) else None


def render_override(settings: BackendSettings) -> bytes:
    """Write the override file's content; equal settings, equal bytes.

    Terraform reads the strings of a backend block in JSON as they are, not as templates.
    """
    block = {"terraform": {"backend": {settings.kind: dict(settings.config)}}}
    return json.dumps(block, sort_keys=True, indent=2, ensure_ascii=False).encode() + b"\n"
