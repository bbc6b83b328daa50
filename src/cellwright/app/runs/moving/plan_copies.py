"""Where the copies of states lie that one run makes its plans on."""

import shutil
import threading
from dataclasses import dataclass, field
from pathlib import Path

from cellwright.files.private import make_private_folder
from cellwright.model.address import UnitAddress


@dataclass(slots=True)
class PlanCopies:
    """The folders of one run's copies, which hold secrets in clear; those of other runs are left alone."""

    folder: Path
    run: str
    _made: set[Path] = field(init=False, default_factory=set)
    _guard: threading.Lock = field(init=False, default_factory=threading.Lock)

    def place(self, unit: UnitAddress) -> Path:
        """Give the file for a copy of a unit's state, whose lease is held; what others have left of it goes.

        Raises:
            OSError: its folder can't be made.
        """
        for left in self.folder.glob(f"{dotted(unit)}.*"):  # of a process that was killed
            shutil.rmtree(left, ignore_errors=True)
        folder = self.folder / f"{dotted(unit)}.{self.run}"
        make_private_folder(folder)
        with self._guard:
            self._made.add(folder)
        return folder / "copy.tfstate"

    def close(self) -> None:
        """Remove the copies that were made."""
        for folder in self._made:
            shutil.rmtree(folder, ignore_errors=True)


def dotted(unit: UnitAddress) -> str:
    """Give a unit's address as a part of a file's name."""
    return str(unit).replace("/", ".")
