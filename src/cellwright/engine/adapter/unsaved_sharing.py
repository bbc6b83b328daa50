"""Passes states between machines that could not be written to their backend.

Whichever machine applied last has such a state in the unit's working folder, and nowhere else is written what
it has made. It is put into a depot, from which another machine takes it that goes on with the unit.
"""

import hashlib
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from cellwright.engine.unit.ports import StateDepot
from cellwright.files.atomic import write_file
from cellwright.files.errors import file_errors
from cellwright.model.address import UnitAddress
from cellwright.terraform.workspace.unit_folder import UnitFolder
from cellwright.terraform.workspace.unsaved_file import unsaved_states


@dataclass(frozen=True, slots=True)
class UnsavedSharing:
    """The unsaved state of one unit on this machine, and in the depot."""

    unit: UnitAddress
    folder: UnitFolder
    depot: StateDepot

    def share(self) -> None:
        """Put the state that lies here into the depot, once.

        Raises:
            DiagnosticError: it can't be read, or the depot can't be used.
        """
        path = next(unsaved_states(self.folder), None)
        if path is None:
            return
        content = _content(path)
        if self._shared() != _digest(content) and self.depot.keep(self.unit, content):
            write_file(self.folder.shared, _digest(content).encode())

    def bring(self) -> None:
        """Take the state from the depot if another machine has left one there, and there is none here.

        One that was put there from here and is there no more has been written by another machine.

        Raises:
            DiagnosticError: it can't be written here, or the depot can't be used.
        """
        here = self.folder.unsaved
        if not here.exists():
            content = self.depot.fetch(self.unit)
            if content is not None:
                with file_errors(f"{here} can't be written"):
                    write_file(self.folder.shared, _digest(content).encode())
                    write_file(here, content)
        elif self._shared() != _digest(_content(here)):
            self.share()
        elif self.depot.fetch(self.unit) is None:
            with file_errors(f"{here} can't be removed"):
                here.unlink()
                self.folder.shared.unlink()

    def written(self) -> None:
        """The state has been written to its backend: it is needed no more.

        Raises:
            DiagnosticError: the depot can't be used.
        """
        if self._shared():
            self.depot.drop(self.unit)
            with suppress(OSError):
                self.folder.shared.unlink()

    def _shared(self) -> str:
        """Give the digest of the state that lies in the depot as well; empty if there is none."""
        with suppress(OSError):
            return self.folder.shared.read_text()
        return ""


def _content(path: Path) -> bytes:
    with file_errors(f"{path} can't be read"):
        return path.read_bytes()


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
