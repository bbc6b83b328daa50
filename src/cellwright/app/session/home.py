"""What Cellwright keeps for itself: the `.cellwright` folder beside `fleet.yaml`."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from cellwright.model.diagnostic import DiagnosticError, error

FOLDER = ".cellwright"
PRIVATE = 0o700
_OTHERS = 0o077
KEPT_DAYS = 90
"""For so long at least the details of a run are kept, unless somebody says otherwise."""
KEPT_RUNS = 100
"""Of so many runs at least, however old they are."""
LEDGER_VARIABLE = "CELLWRIGHT_LEDGER"


@dataclass(frozen=True, slots=True)
class Home:
    """Paths under `.cellwright`; nothing is made until `prepare`."""

    root: Path
    """The fleet's root, absolute."""

    @property
    def folder(self) -> Path:
        """All of it."""
        return self.root / FOLDER

    @property
    def cache(self) -> Path:
        """Fetched sources and parsed contracts; may be deleted at any time."""
        return self.folder / "cache"

    @property
    def work(self) -> Path:
        """Terraform working folders, one per unit."""
        return self.folder / "work"

    @property
    def states(self) -> Path:
        """States of the `local` backend."""
        return self.folder / "states"

    @property
    def logs(self) -> Path:
        """Logs, one folder per run, one file per unit."""
        return self.folder / "logs"

    def ledger_url(self, chosen: str | None, environment: Mapping[str, str]) -> str:
        """The ledger's database: what was chosen, what the environment names, else the fleet's own file."""
        return chosen or environment.get(LEDGER_VARIABLE) or f"sqlite:///{self.folder / 'ledger.db'}"

    def prepare(self) -> None:
        """Make the folder, closed to others and ignored by git.

        Raises:
            DiagnosticError: it can't be written.
        """
        try:
            self.folder.mkdir(mode=PRIVATE, exist_ok=True)
            if self.folder.stat().st_mode & _OTHERS:
                self.folder.chmod(PRIVATE)
            ignore = self.folder / ".gitignore"
            if not ignore.exists():
                ignore.write_text("*\n")
        except OSError as fault:
            raise DiagnosticError(
                error(
                    f"{self.folder} can't be written: {fault.strerror}",
                    "make the fleet's folder writable, or name another fleet with --fleet",
                )
            ) from fault

    def writable(self) -> bool:
        """Tell whether anything can be kept here."""
        place = self.folder if self.folder.exists() else self.root
        return os.access(place, os.W_OK)
