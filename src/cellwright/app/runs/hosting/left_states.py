"""Passes on the states that could not be written on this machine, for others to go on with."""

from contextlib import suppress
from dataclasses import dataclass, field

from cellwright.app.runs.depots import states_of
from cellwright.app.session.session import FleetSession
from cellwright.engine.adapter.local_files import WorkingFolder, working_folders
from cellwright.engine.adapter.unsaved_sharing import UnsavedSharing
from cellwright.model.diagnostic import DiagnosticError


@dataclass(slots=True)
class LeftStates:
    """What earlier processes have left in the working folders of this machine.

    Their Terraform may still be at work, and leave a state later: its folder is looked at until it is done.
    """

    session: FleetSession
    _open: list[WorkingFolder] | None = field(init=False, default=None)

    def share(self) -> None:
        """Pass on what is there by now; what fails is tried again the next time."""
        with suppress(DiagnosticError):
            if self._open is None:
                self._open = self._found()
        waiting = self._open or []
        for item in list(waiting):
            with suppress(DiagnosticError):  # one that can't be looked at keeps no other from being passed on
                if not item.in_use():
                    self._share(item)
                    waiting.remove(item)

    def _found(self) -> list[WorkingFolder]:
        return [] if self.session.artifacts() is None else list(working_folders(self.session.home.work))

    def _share(self, left: WorkingFolder) -> None:
        if left.holds_unsaved_state():
            depot = states_of(self.session.open(writing=True))
            UnsavedSharing(left.unit, left.folder, depot).share()
