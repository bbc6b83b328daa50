"""Takes the state that could not be written out of the copy of the source, which does not last."""

from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from cellwright.files.errors import file_errors
from cellwright.files.private import PRIVATE_FILE
from cellwright.model.diagnostic import Diagnostic, error
from cellwright.stacks.source.tree import StackTree
from cellwright.terraform.workspace.unit_folder import ERRORED, UnitFolder


def keep_unsaved(folder: UnitFolder, tree: StackTree) -> Path | None:
    """Move a state that Terraform has left where it ran beside the copy of the source; gives its new place.

    One that is kept there already stays too, under another name.

    Raises:
        DiagnosticError: it can't be moved.
    """
    name = PurePosixPath(tree.module, ERRORED)
    left = folder.source / name
    if any(PurePosixPath(file.path) == name for file in tree.files) or not left.is_file():
        return None
    kept = folder.unsaved
    with file_errors(f"{left} can't be kept"):
        if kept.exists():
            kept.replace(_free(kept))
        left.chmod(PRIVATE_FILE)
        left.replace(kept)
    return kept


def told_unsaved(kept: Path) -> Diagnostic:
    """Say where a state is kept that could not be written."""
    return error(
        f"the state could not be written to its backend; it is kept in {kept}",
        "`cellwright resume`, or the next apply of the unit, writes it first: this machine has the only copy",
    )


def unsaved_states(folder: UnitFolder) -> Iterator[Path]:
    """Find states in a working folder that could not be written, also where no command has looked yet."""
    yield from folder.path.glob(f"{ERRORED}*")
    yield from folder.source.rglob(ERRORED)


def _free(path: Path) -> Path:
    number = 1
    while (found := path.with_name(f"{path.name}.{number}")).exists():
        number += 1
    return found
