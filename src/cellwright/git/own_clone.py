"""A clone that a server has for itself alone: its work tree follows one branch of the remote repository.

Whatever a killed server has left in it is put aside by `prepare` and `move_to`. Who uses it holds a lock.
"""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from cellwright.git.command import DEFAULT_TIMEOUT, GitOutcome, run_git
from cellwright.git.login import keep_login, set_up
from cellwright.git.remote import FETCH_TIMEOUT, LOOKUP_TIMEOUT, allowed_protocols
from cellwright.git.repository import GitIdentity, Repository
from cellwright.model.diagnostic import DiagnosticError, error
from cellwright.model.text.url_credentials import without_credentials

_HEADS = "refs/heads/"
_FOLLOWED = "refs/cellwright/followed"
"""Names the remote's commit that the work tree was last moved to."""
REPLACED = "refs/cellwright/replaced/"
"""Followed by a commit: names one that the remote had, and has no longer."""
_ADVICE = "check the address, the network and the server's access to it"


def default_branch(url: str, environment: Mapping[str, str], folder: Path) -> str:
    """Ask a repository for its default branch; the only one that it has counts as such.

    What its address holds of a login is kept in `folder`.

    Raises:
        DiagnosticError: it can't be reached, or has none.
    """
    address, settings = keep_login(url, folder)
    listed = run_git(
        ["ls-remote", "--quiet", "--symref", "--", address, "HEAD", f"{_HEADS}*"],
        timeout=LOOKUP_TIMEOUT,
        environment=environment,
        added=allowed_protocols(url),
        settings=settings,
    ).checked(f"the git repository {without_credentials(url)} can't be read", _ADVICE)
    branches = []
    for line in listed.splitlines():
        target, _, name = line.partition("\t")
        if name == "HEAD" and target.startswith(f"ref: {_HEADS}"):
            return target.removeprefix(f"ref: {_HEADS}")
        if name.startswith(_HEADS):
            branches.append(name.removeprefix(_HEADS))
    if len(branches) == 1:
        return branches[0]
    raise DiagnosticError(
        error(
            f"{without_credentials(url)} has no default branch",
            "push a commit, or name a branch with --branch",
        )
    )


@dataclass(frozen=True, slots=True)
class OwnClone:
    """The clone, which need not be there yet."""

    folder: Path
    url: str
    branch: str
    environment: Mapping[str, str] = field(repr=False, compare=False)
    committer: GitIdentity | None = None

    @property
    def repository(self) -> Repository:
        """The work tree."""
        return Repository(self.folder, self.environment, self.committer)

    @property
    def address(self) -> str:
        """The remote as messages show it."""
        return without_credentials(self.url)

    def prepare(self) -> None:
        """Make the repository, or mend what a killed process has left; nothing is fetched.

        Raises:
            DiagnosticError: git can't write it, or the branch's name is none.
        """
        named = run_git(["check-ref-format", f"refs/heads/{self.branch}"], environment=self.environment)
        if named.code != 0:
            raise DiagnosticError(error(f"'{self.branch}' can't be the name of a branch", "name another"))
        init = ["init", "--quiet", "--template=", str(self.folder)]
        run_git(init, environment=self.environment).checked(
            f"no git repository could be made in {self.folder}"
        )
        for name in ("index", "HEAD", "config", "packed-refs", f"refs/heads/{self.branch}", _FOLLOWED):
            with suppress(OSError):  # of a git that was killed: nobody else works here
                (self.folder / ".git" / f"{name}.lock").unlink()
        self._git("rebase", "--quit")
        address, login = keep_login(self.url, self.folder.parent)
        set_up(self._git, ("remote.origin.url", address), ("core.symlinks", "true"), *login).checked(
            f"{self.folder} can't be set up"
        )
        head = f"refs/heads/{self.branch}"
        self._git("symbolic-ref", "HEAD", head).checked(f"{self.folder} can't be set to {self.branch}")

    def fetch(self, timeout: float = FETCH_TIMEOUT) -> str:
        """Fetch the branch, and give its newest commit; the work tree stays as it is.

        Raises:
            DiagnosticError: the remote can't be reached, or has no such branch.
        """
        tracking = f"refs/remotes/origin/{self.branch}"
        refs = f"+refs/heads/{self.branch}:{tracking}"
        fetch = ["fetch", "--quiet", "--no-tags", "--no-recurse-submodules", "--no-write-fetch-head"]
        fetched = self._git(*fetch, "origin", refs, timeout=timeout, added=allowed_protocols(self.url))
        fetched.checked(f"branch {self.branch} can't be fetched from {self.address}", _ADVICE)
        found = self._git("rev-parse", "--verify", "--quiet", tracking)
        return found.checked(f"branch {self.branch} of {self.address} can't be read").strip()

    def followed(self) -> str | None:
        """Give the remote's commit that the work tree was last moved to; None before the first."""
        return self._git("rev-parse", "--verify", "--quiet", _FOLLOWED).out.strip() or None

    def move_to(self, commit: str, *, followed: bool = False) -> None:
        """Make branch and work tree exactly those of a commit; what git ignores stays.

        With `followed` the remote has this commit, too.

        Raises:
            DiagnosticError: the work tree can't be written.
        """
        failed = f"the work tree {self.folder} can't be set to commit {commit}"
        self._git("reset", "--quiet", "--hard", commit).checked(failed)
        self._git("clean", "--quiet", "-ffd").checked(failed)
        if followed:
            self._git("update-ref", _FOLLOWED, commit).checked(failed)

    def contains(self, newer: str, older: str) -> bool:
        """Tell whether `older` is `newer`, or one of the commits that it comes after."""
        return self._git("merge-base", "--is-ancestor", older, newer).code == 0

    def keep(self, commit: str) -> None:
        """Keep a commit that the remote no longer has, so that it can be found again.

        Raises:
            DiagnosticError: the repository can't be written.
        """
        kept = self._git("update-ref", f"{REPLACED}{commit}", commit)
        kept.checked(f"commit {commit} can't be kept in {self.folder}")

    def missing(self, newer: str, older: str) -> tuple[str, ...]:
        """Give what `newer` lacks of the history of `older`: each commit with its author and subject."""
        listed = self._git("log", "--abbrev=12", "--format=%h %an: %s", f"{newer}..{older}", "--")
        return tuple(listed.out.splitlines())

    def push(self) -> GitOutcome:
        """Push the branch; an outcome that is a failure does not say that nothing has arrived."""
        refs = f"HEAD:refs/heads/{self.branch}"
        push = ["push", "--quiet", "--no-verify", "--no-signed", "--recurse-submodules=no"]
        added = allowed_protocols(self.url)
        return self._git(*push, "origin", refs, timeout=DEFAULT_TIMEOUT, added=added)

    def rebase(self, base: str, onto: str) -> bool:
        """Put the commits since `base` on `onto`; False if both changed the same, nothing is changed then.

        Raises:
            DiagnosticError: git does not know who commits.
        """
        names = self.repository.names_for()
        committer = {name: value for name, value in names.items() if name.startswith("GIT_COMMITTER")}
        done = self._git("rebase", "--quiet", "--no-verify", "--onto", onto, base, added=committer)
        if done.code != 0:
            self._git("rebase", "--abort")
        return done.code == 0

    def _git(
        self, *arguments: str, timeout: float = DEFAULT_TIMEOUT, added: Mapping[str, str] | None = None
    ) -> GitOutcome:
        return run_git(arguments, cwd=self.folder, timeout=timeout, environment=self.environment, added=added)
