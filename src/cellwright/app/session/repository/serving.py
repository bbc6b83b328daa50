"""Opens the session of a server: in the fleet's folder, or in a clone of its own."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from cellwright.app.session.home import Home
from cellwright.app.session.location import Location
from cellwright.app.session.repository.fleet_lock import fleet_lock
from cellwright.app.session.repository.fleet_repository import FleetFolder
from cellwright.app.session.repository.server_clone import ServerClone
from cellwright.app.session.repository.unused import IN_USE, in_use
from cellwright.app.session.session import FleetSession
from cellwright.files.errors import file_errors
from cellwright.files.names import hashed_name
from cellwright.files.private import make_private_folder
from cellwright.git.login import repository_fault
from cellwright.git.own_clone import OwnClone, default_branch
from cellwright.git.repository import GitIdentity
from cellwright.model.diagnostic import DiagnosticError, error
from cellwright.model.text.search_path import without_current_folder
from cellwright.terraform.install.fetch.store import user_data

FOLLOW_SECONDS = 30.0
"""How often a server looks for new commits."""
SERVER = GitIdentity("Cellwright", "cellwright@localhost")
"""Who commits for the people who have signed in, where the server's git has no name of its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RepositoryAddress:
    """A fleet's repository elsewhere."""

    url: str
    branch: str | None = None
    """None: its default branch."""
    path: str = ""
    """The fleet's folder in it; empty for the topmost."""


def _nobody_is_told(_: str) -> None:
    pass


@contextmanager
def serving(
    location: Location,
    repository: RepositoryAddress | None = None,
    notice: Callable[[str], None] = _nobody_is_told,
    seconds: float = FOLLOW_SECONDS,
) -> Iterator[FleetSession]:
    """Give a server's session for the length of the block.

    Without a repository the fleet's folder is worked in. With one, the server keeps a clone of its own in
    the user's data folder, with ledger, logs and states beside it, and follows the branch; `location.fleet`
    counts for nothing then.

    Raises:
        DiagnosticError: there is no fleet, or the clone can't be made.
    """
    if repository is None:
        with FleetSession(location, notice=notice) as session:
            as_server(session)
            yield session
        return
    environment = without_current_folder(location.environment)
    clone = _clone_of(repository, environment)
    with (
        in_use(clone.folder.parent / IN_USE),
        _in_clone(location, repository, clone, notice, seconds) as session,
    ):
        yield session


@contextmanager
def _in_clone(
    location: Location,
    repository: RepositoryAddress,
    clone: OwnClone,
    notice: Callable[[str], None],
    seconds: float,
) -> Iterator[FleetSession]:
    environment = clone.environment
    with file_errors(f"{clone.folder} can't be made"):
        make_private_folder(clone.folder)  # again, if it was just removed as unused
    source = ServerClone(clone, notice)
    kept = clone.folder.parent / "kept"
    with fleet_lock(Home(clone.folder, environment, kept)):
        source.open()
    own = replace(location, fleet=clone.folder / checked_path(repository.path), home=kept)
    with FleetSession(own, notice=notice, source=source) as session, source.following(session, seconds):
        yield session


def as_server(session: FleetSession) -> None:
    """Let a session be a server's: in a folder, too, it commits where git knows nobody who does."""
    if isinstance(session.source, FleetFolder):
        session.source = FleetFolder(SERVER)


def _clone_of(repository: RepositoryAddress, environment: dict[str, str]) -> OwnClone:
    if fault := repository_fault(repository.url):
        raise DiagnosticError(fault)
    checked_path(repository.path)
    branch = repository.branch or _known_branch(repository, environment)
    folder = _folder_of(repository, environment) / hashed_name(branch) / "clone"
    with file_errors(f"{folder} can't be made"):
        make_private_folder(folder)
    return OwnClone(folder, repository.url, branch, environment, SERVER)


def _folder_of(repository: RepositoryAddress, environment: dict[str, str]) -> Path:
    return user_data(environment) / "servers" / hashed_name(f"{repository.url} {repository.path}")


def _known_branch(repository: RepositoryAddress, environment: dict[str, str]) -> str:
    """Ask the remote for its default branch; remembered for when it can't be reached."""
    known = _folder_of(repository, environment) / "default-branch"
    with file_errors(f"{known.parent} can't be made"):
        make_private_folder(known.parent)
    try:
        branch = default_branch(repository.url, environment, known.parent)
    except DiagnosticError:
        if known.is_file():
            return known.read_text().strip()
        raise
    with file_errors(f"{known} can't be written"):
        known.write_text(branch)
    return branch


def checked_path(path: str) -> PurePosixPath:
    """Give a folder within a repository.

    Raises:
        DiagnosticError: it leads out.
    """
    found = PurePosixPath(path)
    if found.is_absolute() or ".." in found.parts:
        raise DiagnosticError(
            error(f"'{path}' is no folder within a repository", "name one relative to its top")
        )
    return found
