"""A new fleet repository as JSON."""

from collections.abc import Iterable
from pathlib import Path

from cellwright.model.value import Json


def init(folder: Path, written: Iterable[Path]) -> Json:
    """`init`: which files were written."""
    return {"fleet": str(folder), "files": [str(path) for path in written]}
