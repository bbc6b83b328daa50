"""The remote's branch that the checked-out one follows: what it lacks, and pushing to it."""

from dataclasses import dataclass

from cellwright.git.command import GitOutcome, run_git
from cellwright.git.remote import FETCH_TIMEOUT
from cellwright.git.repository import Repository

_PROTOCOLS = "file:git:http:https:ssh"
"""The remote is the person's own, on this machine too."""


@dataclass(frozen=True, slots=True)
class Upstream:
    """Where the checked-out branch is pushed to."""

    remote: str
    branch: str
    """Its name there."""

    def __str__(self) -> str:
        """As people write it: `origin/main`."""
        return f"{self.remote}/{self.branch}"


def current_branch(repository: Repository) -> str:
    """Give the name of the branch that is checked out; empty where there is none."""
    found = _git(repository, "symbolic-ref", "--quiet", "--short", "HEAD")
    return found.out.strip() if found.code == 0 else ""


def remotes(repository: Repository) -> tuple[str, ...]:
    """Give the names of the remotes."""
    return tuple(_git(repository, "remote").out.split())


def upstream(repository: Repository) -> Upstream | None:
    """Give where the checked-out branch is pushed to; None where that is not configured."""
    branch = current_branch(repository)
    remote = _config(repository, f"branch.{branch}.remote") if branch else ""
    merge = _config(repository, f"branch.{branch}.merge") if branch else ""
    prefix = "refs/heads/"
    if remote in ("", ".") or not merge.startswith(prefix):
        return None
    return Upstream(remote, merge.removeprefix(prefix))


def commits_ahead(repository: Repository, target: Upstream) -> int | None:
    """Count the commits that the remote's branch, as it was seen last, lacks; None if it was never seen."""
    tracked = f"refs/remotes/{target.remote}/{target.branch}"
    found = _git(repository, "rev-list", "--count", f"{tracked}..HEAD")
    return int(found.out) if found.code == 0 else None


def commits_since(repository: Repository, before: str) -> int:
    """Count the commits since one.

    Raises:
        DiagnosticError: git can't read the repository.
    """
    return int(
        _git(repository, "rev-list", "--count", f"{before}..HEAD").checked("the commits can't be counted")
    )


def subject_of(repository: Repository, commit: str) -> str:
    """Give the first line of a commit's message."""
    return _git(repository, "log", "-1", "--format=%s", commit).out.strip()


def push_head(repository: Repository, target: Upstream) -> GitOutcome:
    """Push the checked-out commit; never by force."""
    command = ["push", "--quiet", "--no-verify", target.remote, f"HEAD:refs/heads/{target.branch}"]
    return run_git(
        command,
        cwd=repository.root,
        environment=repository.environment,
        timeout=FETCH_TIMEOUT,
        added={"GIT_ALLOW_PROTOCOL": _PROTOCOLS},
    )


def is_pushed(repository: Repository, commit: str) -> bool:
    """Tell whether a branch of a remote, as it was seen last, has a commit."""
    found = _git(repository, "branch", "--remotes", "--contains", commit, "--format=%(refname)")
    return found.code == 0 and bool(found.out.strip())


def is_still_as_in(repository: Repository, commit: str, names: tuple[str, ...]) -> bool:
    """Tell whether these files are as a commit has them; False if this clone does not know it."""
    return _git(repository, "diff", "--quiet", commit, "--", *names).code == 0


def knows(repository: Repository, commit: str) -> bool:
    """Tell whether this clone has a commit."""
    return _git(repository, "cat-file", "-e", f"{commit}^{{commit}}").code == 0


def take_back(repository: Repository, before: str, names: tuple[str, ...]) -> None:
    """Make `before` the newest commit again; `names` are the files that later commits have added.

    Every other file, and what is staged of them, stays as it is.

    Raises:
        DiagnosticError: git can't do it.
    """
    advice = "check that no other git process is running in it"
    _git(repository, "reset", "--quiet", "--soft", before).checked("the commit can't be taken back", advice)
    _git(repository, "reset", "--quiet", "--", *names).checked("the commit can't be taken back", advice)


def _config(repository: Repository, key: str) -> str:
    return _git(repository, "config", "--get", key).out.strip()


def _git(repository: Repository, *arguments: str) -> GitOutcome:
    return run_git(arguments, cwd=repository.root, environment=repository.environment)
