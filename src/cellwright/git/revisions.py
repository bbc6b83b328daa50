"""Other revisions of a repository: which commits are meant, and their files, written beside the work tree."""

import hashlib
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from cellwright.git.command import GitOutcome, run_git
from cellwright.git.repository import Repository
from cellwright.model.diagnostic import DiagnosticError, error

_TIMEOUT = 600.0
_REGULAR = "100"
"""How the modes of regular files begin."""
_SHA1_DIGITS = 40
_FETCH_ADVICE = (
    "`git log` and `git branch --all` list them; a shallow clone lacks older ones: git fetch --unshallow"
)


@dataclass(frozen=True, slots=True)
class Revisions:
    """The revisions of a repository; its work tree, index and branches are left as they are."""

    repository: Repository

    def commit(self, revision: str) -> str:
        """Give the full id of the commit that a revision names: a branch, a tag, `HEAD~3`, an id.

        Raises:
            DiagnosticError: there is no such commit here.
        """
        found = self._git("rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
        if found.code != 0:
            raise DiagnosticError(error(f"'{revision}' names no commit of this repository", _FETCH_ADVICE))
        return found.out.strip()

    def common_ancestor(self, first: str, second: str) -> str:
        """Give the commit from which two commits went separate ways.

        Raises:
            DiagnosticError: they have none, or it is not in this clone.
        """
        found = self._git("merge-base", first, second)
        if found.code != 0:
            summary = f"{first[:12]} and {second[:12]} have no common ancestor in this clone"
            raise DiagnosticError(error(summary, _FETCH_ADVICE))
        return found.out.split()[0]

    def blobs(self, commit: str) -> dict[str, str]:
        """Give the id of each file's content in a commit, by path; "" for links and submodules.

        Raises:
            DiagnosticError: git can't read the commit.
        """
        found = self._git("ls-tree", "-r", "-z", "--full-tree", commit)
        listed = found.checked(f"the files of {commit[:12]} can't be listed")
        return dict(map(_listed, filter(None, listed.split("\0"))))

    def write_out(self, commit: str, target: Path, without: Collection[str] = ()) -> None:
        """Write the files of a commit, but some, into `target`, which must not exist yet; no submodules.

        Raises:
            DiagnosticError: git can't read the commit or write the files.
        """
        failed = f"the files of {commit[:12]} can't be written to {target}"
        target.mkdir(parents=True)
        index = {"GIT_INDEX_FILE": str(target.parent / f"{target.name}.index")}
        self._git("read-tree", commit, added=index).checked(failed)
        if without:
            leave_out = ["update-index", "--force-remove", "-z", "--stdin"]
            self._git(*leave_out, added=index, text="\0".join(without)).checked(failed)
        write = ["checkout-index", "--all", "--force", f"--prefix={target}/"]
        self._git(*write, added=index).checked(failed)

    def _git(
        self, *arguments: str, added: dict[str, str] | None = None, text: str | None = None
    ) -> GitOutcome:
        root, environment = self.repository.root, self.repository.environment
        return run_git(arguments, cwd=root, environment=environment, timeout=_TIMEOUT, added=added, text=text)


def blob_id(content: bytes, like: str) -> str:
    """Give the id that git gives this content in a repository where another one has the id `like`."""
    text = b"blob %d\0" % len(content) + content
    if len(like) == _SHA1_DIGITS:
        return hashlib.sha1(text, usedforsecurity=False).hexdigest()
    return hashlib.sha256(text).hexdigest()


def _listed(record: str) -> tuple[str, str]:
    """Read `MODE TYPE ID<tab>PATH`."""
    about, _, path = record.partition("\t")
    mode, _, identifier = about.split(" ")
    return path, identifier if mode.startswith(_REGULAR) else ""
