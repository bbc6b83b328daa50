"""Pushes what a person asked to be pushed; nothing is pushed by itself."""

from pathlib import Path
from urllib.parse import unquote, urlsplit

from cellwright.git.command import run_git
from cellwright.git.remote import FETCH_TIMEOUT, allowed_protocols
from cellwright.git.repository import Repository
from cellwright.model.text.url_credentials import without_credentials

_NAME = "origin"


def set_origin(repository: Repository, url: str) -> None:
    """Name the repository's remote.

    Raises:
        DiagnosticError: git can't write it.
    """
    added = run_git(["remote", "add", _NAME, url], cwd=repository.root, environment=repository.environment)
    added.checked(f"{without_credentials(url)} can't be made the remote of {repository.root}")


def make_local_remote(url: str, repository: Repository) -> None:
    """Make the empty repository that a `file://` address names; one that is there stays as it is.

    Raises:
        DiagnosticError: it can't be made.
    """
    place = urlsplit(url)
    if place.scheme != "file" or Path(unquote(place.path)).exists():
        return
    made = run_git(
        ["init", "--quiet", "--bare", "--template=", unquote(place.path)], environment=repository.environment
    )
    made.checked(f"no git repository could be made at {url}")


def push(repository: Repository, url: str, *refs: str) -> None:
    """Push branches and tags to the remote; all or none of them arrive where it can do that.

    Raises:
        DiagnosticError: the remote can't be reached, or refuses.
    """
    command = ["push", "--quiet", "--no-verify", "--recurse-submodules=no", _NAME, *refs]
    outcome = run_git(
        command,
        cwd=repository.root,
        environment=repository.environment,
        timeout=FETCH_TIMEOUT,
        added=allowed_protocols(url),
    )
    again = f"git -C {repository.root} push {_NAME} {' '.join(refs)}"
    outcome.checked(f"{without_credentials(url)} did not take the push", f"once it does, repeat it: {again}")
