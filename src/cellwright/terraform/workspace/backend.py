"""A unit's backend, written as an override file that replaces the backend block of the stack."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from cellwright.files.names import unit_path
from cellwright.model.address import UnitAddress
from cellwright.model.diagnostic import DiagnosticError, error
from cellwright.model.json_text import JsonStyle
from cellwright.model.value import Json
from cellwright.stacks.reading.backend_file import BACKEND_FILE

FILE = BACKEND_FILE
"""An override file: it replaces the stack's `backend` or `cloud` block. What would win over it is refused."""

LOCAL = "local"

_STYLE = JsonStyle(sort_keys=True, indent=2, ensure_ascii=False)


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


def render_override(settings: BackendSettings, *, templates: bool = False) -> bytes:
    """Write the override file's content; equal settings, equal bytes.

    `templates`: the program evaluates the strings of a backend block in JSON, so `${` and `%{` in them are
    escaped. OpenTofu does; Terraform reads them as they are.
    """
    config = {name: _escaped(value) if templates else value for name, value in settings.config.items()}
    block = {"terraform": {"backend": {settings.kind: config}}}
    return _STYLE.write(block).encode() + b"\n"


def _escaped(value: Json) -> Json:
    if isinstance(value, str):
        return value.replace("${", "$${").replace("%{", "%%{")
    if isinstance(value, Mapping):
        return {str(_escaped(key)): _escaped(item) for key, item in value.items()}
    if isinstance(value, Sequence):
        return [_escaped(item) for item in value]
    return value
