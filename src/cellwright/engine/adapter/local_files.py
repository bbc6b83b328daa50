"""Files of runs on this machine: logs and working folders. Found by where they lie, removed for `prune`."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from cellwright.files.errors import file_errors
from cellwright.files.names import unit_paths
from cellwright.model.address import UnitAddress
from cellwright.model.applied import AppliedHead
from cellwright.model.diagnostic import DiagnosticError
from cellwright.terraform.output.states.state_reader import read_mark
from cellwright.terraform.process.unit_lock import is_locked
from cellwright.terraform.workspace.unit_folder import UnitFolder
from cellwright.terraform.workspace.unsaved_file import unsaved_states
from cellwright.terraform.workspace.workspace import remove_workspace

_READING = ".states"
"""Where `LocalPaths` keeps the folders in which states are read."""


@dataclass(frozen=True, slots=True)
class LogFile:
    """A unit's log in one run."""

    unit: UnitAddress
    path: Path
    size: int


@dataclass(frozen=True, slots=True)
class WorkingFolder:
    """A unit's working folder, or one in which its state was read."""

    unit: UnitAddress
    folder: UnitFolder

    def last_used(self) -> float:
        """When it was used last, in seconds since 1970: whoever works there writes into its lock."""
        marks = (self.folder.path, self.folder.commands.lock, self.folder.commands.journal)
        return max((mark.stat().st_mtime for mark in marks if mark.exists()), default=0.0)

    def in_use(self) -> bool:
        """Tell whether somebody works there now, a Terraform whose Cellwright has died included.

        Raises:
            DiagnosticError: its lock can't be opened.
        """
        return is_locked(self.folder.commands.lock)

    def holds_unsaved_state(self) -> bool:
        """Tell whether a state lies there that could not be written to its backend: no other copy exists."""
        return any(True for _ in unsaved_states(self.folder))

    def needs_state_before(self, recorded: AppliedHead | None) -> bool:
        """Tell whether the state from before an apply lies there, and nothing later is on record since."""
        try:
            before = read_mark(self.folder.state_before)
        except DiagnosticError:
            return False  # it is no state
        now = recorded.state if recorded is not None and recorded.failed is None else None
        if before is None or now is None:
            return before is not None
        return now.lineage != before.lineage or now.serial <= before.serial

    def holds_left_files(self) -> bool:
        """Tell whether plan files, or what a command has printed, lie there."""
        commands = self.folder.commands
        with suppress(OSError):
            return commands.out.exists() or commands.err.exists() or any(self.folder.plans.iterdir())
        return False

    def size(self) -> int:
        """Bytes that removing it frees: providers are linked from a cache, and stay there."""
        return folder_size(self.folder.path)


def folder_size(folder: Path) -> int:
    """Bytes of the files in a folder and below; what links lead to is not counted."""
    return sum(_own_size(path) for path in folder.rglob("*"))


def logs_of(logs: Path, run_id: str) -> tuple[LogFile, ...]:
    """Return the logs of a run."""
    return tuple(
        LogFile(unit, path, _own_size(path))
        for unit, path in unit_paths(logs / run_id, ".log")
        if path.is_file()
    )


def working_folders(work: Path) -> Iterator[WorkingFolder]:
    """Yield every working folder of every unit."""
    for root in (work, work / _READING):
        for unit, path in unit_paths(root):
            if path.is_dir() and not path.is_symlink():
                yield WorkingFolder(unit, UnitFolder(path))


def remove_logs(logs: Path, run_id: str, left: tuple[LogFile, ...]) -> None:
    """Remove these logs of a run, and its folder with the last of them.

    Raises:
        DiagnosticError: one can't be removed.
    """
    with file_errors(f"the logs of run {run_id} can't be removed"):
        for log in left:
            log.path.unlink(missing_ok=True)
    for folder in sorted({parent for log in left for parent in log.path.parents}, reverse=True):
        if folder.is_relative_to(logs / run_id):
            _remove_if_empty(folder)


def remove_folder(work: Path, left: WorkingFolder) -> None:
    """Remove a working folder; the caller holds the unit's lease.

    Raises:
        UnitLockedError: somebody works there.
        DiagnosticError: it can't be removed.
    """
    remove_workspace(left.folder)
    for parent in (left.folder.path.parent, left.folder.path.parent.parent):
        if parent != work:
            _remove_if_empty(parent)


def _own_size(path: Path) -> int:
    with suppress(OSError):
        found = path.lstat()
        return found.st_size if found.st_nlink == 1 else 0
    return 0


def _remove_if_empty(folder: Path) -> None:
    with suppress(OSError):
        folder.rmdir()
