"""What Cellwright keeps for itself: the `.cellwright` folder beside `fleet.yaml`, and the user's cache."""

import stat
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from cellwright.app.session.planted import refuse_links, refuse_tracked
from cellwright.files.errors import file_errors
from cellwright.files.ownership import trusted_owners, user_name
from cellwright.files.private import make_private_folder
from cellwright.files.user_cache import open_fleet_cache
from cellwright.fleet.fleet import FLEET_FILE, LedgerSettings
from cellwright.model.diagnostic import DiagnosticError, error
from cellwright.model.position import Position
from cellwright.model.text.url_credentials import with_iam, with_password

FOLDER = ".cellwright"
PRIVATE = 0o700
_OTHERS = 0o077
LEDGER_VARIABLE = "CELLWRIGHT_LEDGER"
THROUGH_VARIABLE = "CELLWRIGHT_LEDGER_THROUGH"
"""With the URL by which this machine reaches the ledger that fleet.yaml names, if it needs another one."""


def _completed(settings: LedgerSettings, environment: Mapping[str, str]) -> str:
    """Add what signs in to the URL of the fleet's ledger."""
    if settings.iam is not None:
        return with_iam(settings.url, settings.iam)
    if settings.password_variable is None:
        return settings.url
    password = environment.get(settings.password_variable)
    if not password:
        raise DiagnosticError(
            error(
                f"the variable {settings.password_variable} is not set: it holds the password of the ledger",
                "set it for this command; `ledger:` in fleet.yaml names it",
                Position(FLEET_FILE),
            )
        )
    return with_password(settings.url, password)


@dataclass(frozen=True)
class Home:
    """Paths of one fleet; nothing is made in `.cellwright` until `prepare`."""

    root: Path
    """The fleet's root, absolute."""
    environment: Mapping[str, str] = field(default_factory=dict, repr=False, compare=False)
    elsewhere: Path | None = None
    """The folder for what is kept, where it does not lie beside `fleet.yaml`."""

    @property
    def folder(self) -> Path:
        """What is kept: beside `fleet.yaml`, unless the fleet's folder is only one of many."""
        return self.elsewhere or self.root / FOLDER

    @cached_property
    def cache(self) -> Path:
        """Fetched sources and parsed contracts, in the user's cache folder; may be deleted at any time.

        Raises:
            DiagnosticError: it is a symbolic link or belongs to another user.
        """
        if self.elsewhere is None:
            return open_fleet_cache(self.environment, self.root)
        # One for all the folders that the fleet lies in, one after the other: what is kept goes by content.
        with file_errors(f"{self.elsewhere} can't be made"):
            make_private_folder(self.elsewhere)
        return open_fleet_cache(self.environment, self.elsewhere)

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

    def ledger_url(
        self, chosen: str | None, environment: Mapping[str, str], settings: LedgerSettings | None = None
    ) -> str:
        """The ledger's database: what was chosen, the environment's, the fleet's, else this clone's own file.

        The fleet's is reached as the environment says, where this machine has a way of its own (a tunnel).

        Raises:
            DiagnosticError: the variable with its password is not set.
        """
        named = chosen or environment.get(LEDGER_VARIABLE)
        if named or settings is None:
            return named or f"sqlite:///{self.folder / 'ledger.db'}"
        return environment.get(THROUGH_VARIABLE) or _completed(settings, environment)

    def check(self) -> None:
        """Refuse a `.cellwright` that came with the repository, or leads elsewhere; nothing is changed.

        Raises:
            DiagnosticError: it is a symbolic link, holds one where we write, is tracked by git, or belongs to
                another user.
        """
        try:
            status = self.folder.lstat()
        except OSError:
            return
        if stat.S_ISLNK(status.st_mode) or not stat.S_ISDIR(status.st_mode):
            kind = "a symbolic link" if stat.S_ISLNK(status.st_mode) else "no folder"
            raise DiagnosticError(
                error(
                    f"{self.folder} is {kind}: it is not used",
                    "Cellwright keeps states, secrets and logs there: remove it, and move its content back if"
                    " you put it elsewhere; a shared ledger is named with --ledger",
                )
            )
        with file_errors(f"the fleet's folder {self.root} can't be used"):
            owner = self.root.stat().st_uid
        # Whose fleet is obeyed was decided before: its owner may have made the folder.
        if status.st_uid not in trusted_owners(self.environment) | {owner}:
            raise DiagnosticError(
                error(
                    f"{self.folder} belongs to {user_name(status.st_uid)}: it is not used",
                    "run Cellwright as that user, or work in a clone of your own",
                )
            )
        refuse_links(self.folder, self.cache)
        refuse_tracked(self.folder, self.cache, self.environment)

    def prepare(self) -> None:
        """Make the folder, closed to others and ignored by git.

        Raises:
            DiagnosticError: it can't be written, or is not to be trusted (see `check`).
        """
        self.check()
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
