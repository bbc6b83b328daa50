"""What a repository was made from: said at the end of the message of the commit that holds the shipped text.

The branch `reference` stands for the newest such commit, and each of them comes after the one before. Whoever
merges that branch has the commit in the history: it is found there where the branch is missing.
"""

from dataclasses import dataclass

from cellwright import __version__
from cellwright.app.stacks.naming import PROJECT
from cellwright.git import branches
from cellwright.git.repository import Repository

BRANCH = "reference"
_TRAILER = "Cellwright-Reference:"
_APART = "Cellwright-Apart:"
_SOURCES = "Cellwright-Sources:"

FLEET = "fleet"
"""A fleet; any other part is a stack."""
ALL = "*"
"""In place of the names of stacks: all of them."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Which part of the reference a repository was made from."""

    what: str
    """FLEET, or a stack: `client/app`."""
    version: str = __version__
    """Of the Cellwright that shipped it."""
    apart: tuple[str, ...] = ()
    """Of a fleet: the stacks that lie in repositories of their own."""
    sources: str = ""
    """Of a fleet: how their sources are written, with PROJECT in place of the project's name."""

    def message(self, subject: str) -> str:
        """Write the message of the commit."""
        apart = f"{_APART} {' '.join(self.apart)}\n{_SOURCES} {self.sources}\n" if self.apart else ""
        return f"{subject}\n\n{_TRAILER} {self.version} {self.what}\n{apart}"

    def url(self, project: str) -> str | None:
        """Give the address of a stack's project; None if it is reached as a folder."""
        place = self.sources.removeprefix("git::").partition("?")[0].replace(PROJECT, project)
        return place if ":" in place else None

    @classmethod
    def parse(cls, message: str) -> "Origin | None":
        """Read the message of a commit; None if it says nothing of it."""
        found = {
            name: rest.strip()
            for name, _, rest in (line.partition(" ") for line in message.splitlines())
            if name in {_TRAILER, _APART, _SOURCES}
        }
        version, _, what = found.get(_TRAILER, "").partition(" ")
        apart = tuple(found.get(_APART, "").split())
        return cls(what, version, apart, found.get(_SOURCES, "")) if what else None


@dataclass(frozen=True, slots=True)
class Base:
    """The newest commit with shipped text that a repository has."""

    commit: str
    origin: Origin


def find_base(repository: Repository) -> Base | None:
    """Find it: by the branch, by that of the remote, or in the history; None if there is none.

    Raises:
        DiagnosticError: git can't read the repository.
    """
    for name in (f"refs/heads/{BRANCH}", f"refs/remotes/origin/{BRANCH}"):
        commit = branches.commit_of(repository, name)
        if commit and (found := _base(repository, commit)):
            return found
    return merged_base(repository)


def merged_base(repository: Repository) -> Base | None:
    """Find the newest commit with shipped text that what is checked out comes after; None if there is none.

    Raises:
        DiagnosticError: git can't read the repository.
    """
    if repository.head() is None:
        return None
    commit = branches.newest_with(repository, "HEAD", _TRAILER)
    return _base(repository, commit) if commit else None


def _base(repository: Repository, commit: str) -> Base | None:
    origin = Origin.parse(branches.message_of(repository, commit))
    return Base(commit, origin) if origin else None
