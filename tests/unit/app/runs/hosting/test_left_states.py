"""States that earlier processes have left are passed on, each folder by itself."""

from dataclasses import dataclass, field
from pathlib import Path

import pytest

from cellwright.app.runs.hosting import left_states
from cellwright.app.runs.hosting.left_states import LeftStates
from cellwright.model.diagnostic import DiagnosticError, error
from unit.app.overview.kit import open_fleet


@dataclass(eq=False)
class Folder:
    """A working folder as this use case sees it."""

    faults: list[DiagnosticError] = field(default_factory=list)
    used: bool = False
    asked: int = 0

    def in_use(self) -> bool:
        if self.faults:
            raise self.faults.pop()
        return self.used

    def holds_unsaved_state(self) -> bool:
        self.asked += 1
        return False


def test_one_folder_that_can_not_be_looked_at_or_is_used_keeps_no_other_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = open_fleet(tmp_path)
    broken = Folder(faults=[DiagnosticError(error("its lock can't be opened"))])
    used, good = Folder(used=True), Folder()
    monkeypatch.setattr(session, "artifacts", object)
    monkeypatch.setattr(left_states, "working_folders", lambda _: [broken, used, good])
    left = LeftStates(session)
    left.share()
    assert [item.asked for item in (broken, used, good)] == [0, 0, 1]
    used.used = False
    left.share()
    left.share()
    assert [item.asked for item in (broken, used, good)] == [1, 1, 1]
