"""Lays a stack's queries into a unit's folder for `terraform query`: no plan reads them."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from cellwright.files.errors import file_errors
from cellwright.stacks.source.tree import StackTree

_PATTERNS = ("*.tfquery.hcl", "*.tfquery.json")


@contextmanager
def queries_laid(tree: StackTree, module: Path) -> Iterator[None]:
    """Copy the queries of a stack's root module into `module` while the block runs.

    Raises:
        DiagnosticError: they can't be copied.
    """
    root = Path(tree.folder) / tree.module
    found = sorted(path for pattern in _PATTERNS for path in root.glob(pattern) if _is_plain(path))
    laid = [module / path.name for path in found]
    try:
        with file_errors(f"the stack's queries can't be copied into {module}"):
            for path, copy in zip(found, laid, strict=True):
                shutil.copyfile(path, copy)
        yield
    finally:
        for copy in laid:
            copy.unlink(missing_ok=True)


def _is_plain(path: Path) -> bool:
    return path.is_file() and not path.is_symlink()
