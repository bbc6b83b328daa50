"""A unit's backend, written as an override file that replaces the backend block of the stack."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from cellwright.files.names import unit_path
from cellwright.model.address import UnitAddress
from cellwright.model.diagnostic import DiagnosticError, error
from cellwright.model.value import Json
from cellwright.stacks.reading.backend_file import BACKEND_FILE
from cellwright.terraform.workspace.variables import expression

FILE = BACKEND_FILE
"""An override file: it replaces the stack's `backend` or `cloud` block. What would win over it is refused."""

LOCAL = "local"

_BLOCKS: Mapping[str, frozenset[str]] = {
    "cos": frozenset({"assume_role"}),
    "kubernetes": frozenset({"exec"}),
    "oss": frozenset({"assume_role"}),
    "remote": frozenset({"workspaces"}),
}
"""The settings of a backend that are written as blocks, in both products from 1.9 on."""

_IDENTIFIER = re.compile(r"[^\W\d][\w-]*\Z")


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

    Raises:
        DiagnosticError: a setting has a name that no argument can have.
    """
    inside = "\n".join(_lines(settings.config, _BLOCKS.get(settings.kind, frozenset()), "    "))
    return f"terraform {{\n  backend {expression(settings.kind)} {{\n{inside}\n  }}\n}}\n".encode(
        "utf-8", "replace"
    )


def _lines(config: Mapping[str, Json], blocks: frozenset[str], margin: str) -> Iterator[str]:
    """Write settings as arguments, those in `blocks` as blocks."""
    for name, value in sorted(config.items()):
        if not _IDENTIFIER.match(name):
            summary = f"state.config has '{name}', which no argument of a backend is called"
            raise DiagnosticError(error(summary, "correct the name"))
        if name not in blocks:
            yield f"{margin}{name} = {expression(value)}"
            continue
        for body in _bodies(value):
            yield f"{margin}{name} {{"
            yield from _lines(body, frozenset(), f"{margin}  ")
            yield f"{margin}}}"


def _bodies(value: Json) -> Iterable[Mapping[str, Json]]:
    """Give the blocks that a mapping, or a list of mappings, stands for."""
    items = value if isinstance(value, list | tuple) else (value,)
    return (item for item in items if isinstance(item, Mapping))
