"""Tells of the commits that a command has made, and pushes them where the branch follows one of a remote."""

from dataclasses import dataclass

from cellwright.app.session.repository.fleet_repository import FleetFolder
from cellwright.app.session.session import FleetSession
from cellwright.git.repository import Repository
from cellwright.git.upstream import (
    Upstream,
    commits_ahead,
    commits_since,
    current_branch,
    push_head,
    remotes,
    subject_of,
    upstream,
)
from cellwright.model.diagnostic import Diagnostic, warning
from cellwright.model.text.url_credentials import without_logins

_SHORT = 10
_SAID = 3
"""Lines that are repeated of what git says."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PassedOn:
    """A commit that a command has made, and whether others have it by now."""

    commit: str
    """Its id, in short."""
    subject: str
    pushed_to: str = ""
    """Where it was pushed to: `origin/main`; empty if it was not."""
    how: str = ""
    """How to push it, where that is left to the person."""
    fault: Diagnostic | None = None
    """Why a push failed, or what else may keep the commit from others; it stays."""


def head_of(session: FleetSession) -> str | None:
    """Give the newest commit of the fleet's repository; None outside git.

    Raises:
        DiagnosticError: git can't read it.
    """
    repository = session.repository()
    return repository.head() if repository is not None else None


def pass_on(session: FleetSession, before: str | None) -> PassedOn | None:
    """Push what was committed since `before`; None if nothing was.

    On a person's machine it is pushed only where the branch follows one of a remote, and where nothing else
    would go with it: what else they have committed is theirs to push.

    Raises:
        DiagnosticError: git can't read the repository.
    """
    repository = session.repository()
    head = repository.head() if repository is not None else None
    if repository is None or head is None or head == before:
        return None
    commit, subject = head[:_SHORT], subject_of(repository, head)
    if not isinstance(session.source, FleetFolder):
        # A clone of its own has pushed it before it counted.
        target = upstream(repository)
        return PassedOn(commit=commit, subject=subject, pushed_to=str(target or "its remote"))
    target = upstream(repository)
    if target is None:
        fault = None if current_branch(repository) else _on_no_branch(commit)
        return PassedOn(commit=commit, subject=subject, how=_first_push(repository), fault=fault)
    own = commits_since(repository, before) if before is not None else None
    ahead = commits_ahead(repository, target)
    if own is None or ahead != own:
        others = "" if ahead is None else f", with all {ahead} commits that {target} lacks"
        return PassedOn(commit=commit, subject=subject, how=f"git push{others}")
    return _pushed(repository, target, PassedOn(commit=commit, subject=subject))


def _pushed(repository: Repository, target: Upstream, made: PassedOn) -> PassedOn:
    outcome = push_head(repository, target)
    if outcome.code == 0:
        return PassedOn(commit=made.commit, subject=made.subject, pushed_to=str(target))
    words = "; ".join([line.strip() for line in outcome.err.splitlines() if line.strip()][:_SAID])
    fault = warning(
        f"{target} did not take commit {made.commit}, which is only on this machine",
        f"nothing is lost; put it on what others have pushed: git pull --rebase && git push. Git said: "
        f"{without_logins(words)}",
    )
    return PassedOn(commit=made.commit, subject=made.subject, fault=fault)


def _first_push(repository: Repository) -> str:
    named, branch = remotes(repository), current_branch(repository)
    if not named or not branch:
        return ""
    remote = "origin" if "origin" in named else named[0]
    return f"git push -u {remote} {branch}"


def _on_no_branch(commit: str) -> Diagnostic:
    """Tell of a commit that the next `git switch` leaves behind, although the ledger goes by it."""
    return warning(
        f"no branch is checked out, so commit {commit} is on none",
        "put it on one before another is checked out: git switch --create NAME",
    )
