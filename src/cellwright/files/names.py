"""Names of files: the place of something that belongs to a unit, and a name for any text."""

import hashlib
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from cellwright.model.address import AddressError, UnitAddress

_DIGITS = 24


def unit_path(folder: Path, unit: UnitAddress, suffix: str = "") -> Path:
    """Give the unit's place in `folder`: LEVEL/CELL/STACK with `suffix`; addresses hold no other path."""
    return folder / unit.level / unit.cell / f"{unit.stack}{suffix}"


def unit_paths(folder: Path, suffix: str = "") -> Iterator[tuple[UnitAddress, Path]]:
    """Find what lies at a unit's place in `folder`, sorted; anything else is passed over."""
    for path in sorted(folder.glob(f"*/*/*{suffix}")):
        with suppress(AddressError):
            yield UnitAddress.parse(path.relative_to(folder).as_posix().removesuffix(suffix)), path


def hashed_name(text: str) -> str:
    """Give a name for `text`, whatever characters are in it: the start of its SHA-256, 24 hex digits."""
    return hashlib.sha256(text.encode()).hexdigest()[:_DIGITS]
