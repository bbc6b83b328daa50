"""The files of values in a unit's working folder: Cellwright's, and those that the stack brings.

Terraform and OpenTofu read `terraform.tfvars` and every `*.auto.tfvars` by themselves, in every command, and
the last one by name wins. No option need name ours, which `apply PLAN` would refuse.
"""

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from cellwright.stacks.source.folder import is_file_of_values
from cellwright.stacks.source.tree import StackTree

_OURS = "*cellwright*.auto.tfvars.json"

_LAST = ("~", "\U0010fffd~")
"""What our names begin with: no usual name sorts after the first, no name of characters after the second."""


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
        return cls(
            module / f"{prefix}cellwright.auto.tfvars.json",
            module / f"{prefix}cellwright_secrets.auto.tfvars.json",
        )

    def remove_others(self) -> None:
        """Remove what a crash has left, secrets above all, and what was written under other names.

        Raises:
            OSError: a file can't be removed.
        """
        _remove(path for path in self.inputs.parent.glob(_OURS) if path != self.inputs)


def remove_value_files(source: Path) -> None:
    """Remove all files of inputs in a copy of a source, whichever its root module was.

    Raises:
        OSError: a file can't be removed.
    """
    _remove(source.rglob(_OURS))


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
