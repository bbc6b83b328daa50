"""A bare copy of a remote repository, and work trees at single commits of it that nobody can write to.

Who uses it holds a lock.
"""

import os
import stat
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from cellwright.files.errors import file_errors
from cellwright.files.private import remove_private_folder
from cellwright.git.command import DEFAULT_TIMEOUT, GitOutcome, run_git
from cellwright.git.login import keep_login, set_up
from cellwright.git.remote import FETCH_TIMEOUT, allowed_protocols
from cellwright.model.diagnostic import DiagnosticError, error
from cellwright.model.text.url_credentials import without_credentials

_WRITABLE = stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH
_SHORT = 12


@dataclass(frozen=True, slots=True)
class Mirror:
    """The copy, which need not be there yet."""

    folder: Path
    url: str
    environment: Mapping[str, str] = field(repr=False, compare=False)

    def prepare(self) -> None:
        """Make the repository if it is missing; nothing is fetched.

        Raises:
            DiagnosticError: git can't write it.
        """
        init = ["init", "--quiet", "--bare", "--template=", str(self.folder)]
        made = run_git(init, environment=self.environment)
        made.checked(f"no git repository could be made in {self.folder}")
        with suppress(OSError):  # of a git that was killed: nobody else works here
            (self.folder / "config.lock").unlink()
        address, login = keep_login(self.url, self.folder.parent)
        set_up(self._git, ("remote.origin.url", address), *login).checked(f"{self.folder} can't be written")

    def has(self, commit: str) -> bool:
        """Tell whether a commit is in the copy."""
        return self._git("cat-file", "-e", f"{commit}^{{commit}}").code == 0

    def fetch(self, commit: str) -> None:
        """Get a commit with its history, if it is not here: all branches, then the commit by itself.

        Raises:
            DiagnosticError: the remote can't be reached, or does not have it.
        """
        if self.has(commit):
            return
        refs = ("+refs/heads/*:refs/heads/*", "+refs/tags/*:refs/tags/*")
        shown = without_credentials(self.url)
        self._fetch(*refs).checked(
            f"{shown} can't be fetched", "check the address, the network and the access to it"
        )
        if not self.has(commit):
            self._fetch(commit)
        if not self.has(commit):
            raise DiagnosticError(
                error(
                    f"{shown} has no commit {commit}",
                    "push it; a run is carried out by workers at the commit that it was started at",
                )
            )

    def write_out(self, commit: str, target: Path) -> None:
        """Make a work tree at a commit that the copy has; it knows its history, and nobody may write to it.

        Raises:
            DiagnosticError: it can't be written.
        """
        failed = f"commit {commit[:_SHORT]} can't be written to {target}"
        self._git("worktree", "prune")
        add = ["worktree", "add", "--quiet", "--force", "--detach", str(target), commit]
        self._git(*add, timeout=FETCH_TIMEOUT).checked(failed)
        with file_errors(failed):
            _close(target)

    def remove(self, target: Path) -> None:
        """Remove a work tree, whole or not.

        Raises:
            DiagnosticError: it can't be removed.
        """
        with file_errors(f"{target} can't be removed"), suppress(FileNotFoundError):
            remove_private_folder(target)
        self._git("worktree", "prune")

    def _fetch(self, *what: str) -> GitOutcome:
        fetch = ["fetch", "--quiet", "--no-tags", "--no-recurse-submodules", "--no-write-fetch-head"]
        allowed = allowed_protocols(self.url)
        return self._git(*fetch, "origin", *what, timeout=FETCH_TIMEOUT, added=allowed)

    def _git(
        self, *arguments: str, timeout: float = DEFAULT_TIMEOUT, added: Mapping[str, str] | None = None
    ) -> GitOutcome:
        return run_git(arguments, cwd=self.folder, timeout=timeout, environment=self.environment, added=added)


def _close(target: Path) -> None:
    """Let nobody write to any file or folder: what is run here must be what was committed."""
    for folder, _, names in os.walk(target, topdown=False):
        for name in names:
            path = Path(folder, name)
            if not path.is_symlink():
                path.chmod(path.stat().st_mode & ~_WRITABLE)
        Path(folder).chmod(Path(folder).stat().st_mode & ~_WRITABLE)
