"""A fleet at one commit of its repository, for whoever carries out runs on another machine.

In the user's cache lie a bare copy of the repository and a work tree for each commit, which nobody can write
to. What Cellwright keeps for itself (working folders, logs, the key) lies in the user's data folder instead,
the same for all commits.
"""

import os
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeAlias

from cellwright.app.session.location import Location
from cellwright.app.session.repository.serving import RepositoryAddress, checked_path
from cellwright.app.session.repository.unused import in_use, lock_of_cache
from cellwright.app.session.session import FleetSession
from cellwright.files.errors import file_errors
from cellwright.files.flock import FlockFile
from cellwright.files.lock import locked
from cellwright.files.names import hashed_name
from cellwright.files.private import make_private_folder
from cellwright.files.user_cache import open_cache_folder
from cellwright.git.login import repository_fault
from cellwright.git.mirror import Mirror
from cellwright.git.remote import is_commit
from cellwright.model.diagnostic import DiagnosticError, error
from cellwright.model.text.search_path import without_current_folder
from cellwright.terraform.install.fetch.store import user_data

TREES_KEPT = 8
"""Of a repository, besides those in use; each may hold some ten thousand files."""
TREE_IDLE_SECONDS = 600.0
"""A tree that was asked for so short a time ago is kept: a session may be about to use it."""
_PATIENCE = 900.0
"""Seconds to wait for another process that fetches."""
_READY = ".ready"


SessionAt: TypeAlias = Callable[[str], AbstractContextManager[FleetSession]]
"""Opens the fleet at a commit, for as long as the block lasts."""


@dataclass(frozen=True, slots=True)
class _Trees:
    """The folder of one repository in the user's cache."""

    folder: Path
    mirror: Mirror

    def tree(self, commit: str) -> Path:
        return self.folder / "trees" / commit

    def ready(self, commit: str) -> Path:
        """The file that says that a tree is whole, and by its time when it was asked for last."""
        return self.folder / "trees" / f"{commit}{_READY}"

    def use(self, commit: str) -> Path:
        """The file that whoever uses a tree locks, shared."""
        return self.folder / "trees" / f"{commit}.use"


def checkout_at(
    url: str, commit: str, environment: Mapping[str, str], path: str = "", ledger: str | None = None
) -> Location:
    """Give the fleet at a commit of a repository; fetched and written out if it is not here yet.

    It stays for ten minutes at least; `session_at` keeps it for as long as it is used. `path` is the fleet's
    folder in the repository.

    Raises:
        DiagnosticError: the repository can't be reached or lacks the commit, or there is no room.
    """
    inside = checked_path(path)
    if not is_commit(commit):
        raise DiagnosticError(error(f"'{commit}' is no commit", "a full commit id has 40 or 64 digits"))
    environment = without_current_folder(environment)
    trees = _trees(url, environment)
    with in_use(lock_of_cache(trees.folder)):
        _make_whole(trees, commit)
    kept = user_data(environment) / "workers" / hashed_name(f"{url} {path}") / "kept"
    return Location(fleet=trees.tree(commit) / inside, home=kept, ledger=ledger, environment=environment)


def _make_whole(trees: _Trees, commit: str) -> None:
    with file_errors(f"{trees.folder} can't be made"):
        make_private_folder(trees.folder / "trees")  # again, if it was just removed as unused
    advice = "look for a git that hangs"
    busy = f"another process fetches {trees.folder.name} for too long"
    with locked(trees.folder / "lock", timeout=_PATIENCE, busy=busy, advice=advice):
        if not _is_whole(trees, commit):
            _write_out(trees, commit)
            _remove_old(trees)


@contextmanager
def session_at(
    url: str,
    commit: str,
    location: Location,
    path: str = "",
    notice: Callable[[str], None] = lambda _: None,
) -> Iterator[FleetSession]:
    """Open the fleet at a commit, which stays as long as the block lasts.

    `location` gives ledger, relay, environment and, if it names one, the folder for what is kept.

    Raises:
        DiagnosticError: as `checkout_at`, or the commit holds no fleet.
    """
    environment = without_current_folder(location.environment)
    with _used(_trees(url, environment), commit):
        found = checkout_at(url, commit, environment, path)
        home = location.home or found.home
        own = replace(location, fleet=found.fleet, home=home, environment=environment)
        with FleetSession(own, notice=notice) as session:
            yield session


def opener_at(repository: RepositoryAddress, location: Location, session: FleetSession) -> SessionAt:
    """Give what opens the fleet at a commit, as `session_at` does.

    What is kept lies where `session` has it: ledger, key, working folders and the plans in them.
    """
    own = replace(location, home=session.home.folder)
    return lambda commit: session_at(repository.url, commit, own, repository.path)


@contextmanager
def _used(trees: _Trees, commit: str) -> Iterator[None]:
    path = trees.use(commit if is_commit(commit) else "none")  # `checkout_at` says that it is none
    with in_use(lock_of_cache(trees.folder)):
        with file_errors(f"{path} can't be locked"):
            file = _shared(path)
        try:
            yield
        finally:
            file.release()


def _shared(path: Path) -> FlockFile:
    """Open a file and share its lock; one that was removed before the lock was had counts for nothing."""
    while True:
        file = FlockFile.open(path)
        file.share()
        with suppress(FileNotFoundError):
            if os.fstat(file.descriptor).st_ino == path.stat().st_ino:
                return file
        file.release()


def _trees(url: str, environment: Mapping[str, str]) -> _Trees:
    if fault := repository_fault(url):
        raise DiagnosticError(fault)
    folder = open_cache_folder(environment, "repositories", hashed_name(url))
    open_cache_folder(environment, "repositories", folder.name, "trees")
    return _Trees(folder, Mirror(folder / "mirror.git", url, environment))


def _is_whole(trees: _Trees, commit: str) -> bool:
    """Tell whether a tree is there; it was asked for then."""
    if not (trees.tree(commit) / ".git").is_file():
        return False
    try:
        os.utime(trees.ready(commit))
    except OSError:
        return False
    return True


def _write_out(trees: _Trees, commit: str) -> None:
    trees.mirror.prepare()
    trees.mirror.fetch(commit)
    trees.mirror.remove(trees.tree(commit))  # what a killed process has left
    trees.mirror.write_out(commit, trees.tree(commit))
    with file_errors(f"{trees.ready(commit)} can't be written"):
        trees.ready(commit).touch(mode=0o600)


def _remove_old(trees: _Trees) -> None:
    """Remove the trees that were not asked for the longest, but those that are in use."""
    listed: list[tuple[float, str]] = []
    for file in (trees.folder / "trees").glob(f"*{_READY}"):
        with suppress(OSError):
            listed.append((file.stat().st_mtime, file.name.removesuffix(_READY)))
    for asked, commit in sorted(listed, reverse=True)[TREES_KEPT:]:
        if time.time() - asked > TREE_IDLE_SECONDS:
            with suppress(OSError, DiagnosticError):  # only a cache
                _remove_unused(trees, commit)


def _remove_unused(trees: _Trees, commit: str) -> None:
    file = FlockFile.open(trees.use(commit))
    try:
        if file.try_lock():
            trees.ready(commit).unlink(missing_ok=True)
            trees.mirror.remove(trees.tree(commit))
            trees.use(commit).unlink(missing_ok=True)
    finally:
        file.release()
