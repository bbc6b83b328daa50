"""The files of values in a unit's working folder: Cellwright's, and those that the stack brings.

Terraform and OpenTofu read `terraform.tfvars` and every `*.auto.tfvars` by themselves, in every command, and
the last one by name wins. No option need name ours, which `apply PLAN` would refuse.

Ours are in native syntax: a stack that makes something of each of its `*.json` files must not find them.
"""

import os
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from cellwright.model.value import Json
from cellwright.stacks.source.folder import is_file_of_values
from cellwright.stacks.source.tree import StackTree
from cellwright.terraform.workspace.variables import expression

_LAST = ("~", "\U0010fffd~")
"""What our names begin with: no usual name sorts after the first, no name of characters after the second."""

_INPUTS, _SECRETS = "cellwright.auto.tfvars", "cellwright_secrets.auto.tfvars"

_OURS = frozenset(
    f"{prefix}{name}{ending}" for prefix in _LAST for name in (_INPUTS, _SECRETS) for ending in ("", ".json")
)
"""Every name that ours have; those of earlier versions ended in `.json`."""


@dataclass(frozen=True, slots=True)
class ValueFiles:
    """Where a unit's inputs are written, in the folder of the root module."""

    inputs: Path
    """Those that are no secrets."""
    secrets: Path
    """Secrets that don't fit into the environment, while a command runs. Sorts last."""

    @classmethod
    def of(cls, tree: StackTree, module: Path) -> "ValueFiles":
        """Choose names that sort after all files of values that the stack brings."""
        last = max((name.encode() for name in own_files(tree)), default=b"")
        prefix = next((item for item in _LAST if item.encode() > last), _LAST[-1])
        return cls(module / f"{prefix}{_INPUTS}", module / f"{prefix}{_SECRETS}")

    def remove_others(self, tree: StackTree) -> None:
        """Remove what a crash has left, secrets above all, and what was written under other names.

        Raises:
            OSError: a file can't be removed.
        """
        module = self.inputs.parent
        others = _OURS - {self.inputs.name, *own_files(tree)}
        _remove(module / name for name in others.intersection(os.listdir(module)))  # noqa: PTH208  names, no paths


def remove_value_files(source: Path) -> None:
    """Remove all files of inputs in a copy of a source, whichever its root module was.

    Raises:
        OSError: a file can't be removed.
    """
    _remove(path for path in source.rglob("*cellwright*.auto.tfvars*") if path.name in _OURS)


def values_text(values: Mapping[str, Json]) -> bytes:
    """Write values of variables as a file of values in native syntax; equal values, equal bytes."""
    lines = (f"{name} = {expression(value)}\n" for name, value in sorted(values.items()))
    return "".join(lines).encode("utf-8", "replace")


def own_files(tree: StackTree) -> Iterable[str]:
    """The files of values that the stack brings; they override the environment."""
    for file in tree.files:
        path = PurePosixPath(file.path)
        if str(path.parent) == tree.module and is_file_of_values(path.name):
            yield path.name


def _remove(files: Iterable[Path]) -> None:
    for path in list(files):
        with suppress(FileNotFoundError):
            path.unlink()
