"""Remote repositories: the commit that a ref stands for, and the files of a commit."""

import re
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from cellwright.git.command import GitOutcome, run_git
from cellwright.model.diagnostic import Diagnostic, DiagnosticError, error

LOOKUP_TIMEOUT = 60.0
FETCH_TIMEOUT = 600.0

_COMMIT = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?\Z")
_SHORT_COMMIT = re.compile(r"[0-9a-fA-F]{4,63}\Z")
_SHA256_LENGTH = 64
_PROTOCOLS = "git:http:https:ssh"
"""Others are unsafe: `ext` runs any command in an address, `file` lets a submodule read this machine."""
_ADVICE = "check the address, the network and your access to it"


@dataclass(frozen=True, slots=True)
class ResolvedRef:
    """What a tag, branch or commit stands for now."""

    commit: str
    """The full commit id."""
    moving: bool
    """It is a branch, so it may stand for another commit later."""


def is_commit(ref: str) -> bool:
    """Tell whether `ref` is a full commit id, as git writes it."""
    return _COMMIT.match(ref) is not None


def full_commit(ref: str) -> str | None:
    """Give the commit of a full commit id in any case, which needs no resolving; None if it is none."""
    return ref.lower() if is_commit(ref.lower()) else None


def resolve_ref(url: str, ref: str | None, environment: Mapping[str, str]) -> ResolvedRef:
    """Ask the repository which commit a tag, a branch or (None) its default branch stands for.

    A tag goes before a branch of the same name, as for git itself.

    Raises:
        DiagnosticError: it can't be reached, or has no such ref.
    """
    commit = None if ref is None else full_commit(ref)
    if commit is not None:
        return ResolvedRef(commit, moving=False)
    names = ["HEAD"] if ref is None else _names(ref)
    wanted = (wanted for name in names for wanted in (name, f"{name}^{{}}"))
    arguments = ["ls-remote", "--quiet", "--", url, *wanted]
    outcome = run_git(
        arguments, timeout=LOOKUP_TIMEOUT, environment=environment, added=allowed_protocols(url)
    )
    listed = outcome.checked(f"the git repository {url} can't be read", _ADVICE)
    found = {name: commit for commit, _, name in (line.partition("\t") for line in listed.splitlines())}
    for name in names:
        if name in found:
            # An annotated tag is an object of its own; its commit is listed under the name with ^{}.
            commit = found.get(f"{name}^{{}}", found[name])
            return ResolvedRef(commit, moving=not name.startswith("refs/tags/"))
    raise DiagnosticError(_no_such_ref(url, ref))


def _names(ref: str) -> list[str]:
    """Give the full names that a ref may stand for, in git's order."""
    if ref == "HEAD" or ref.startswith("refs/"):
        return [ref]
    full = [f"refs/{ref}"] if ref.startswith(("tags/", "heads/")) else []
    return [*full, f"refs/tags/{ref}", f"refs/heads/{ref}"]


def _no_such_ref(url: str, ref: str | None) -> Diagnostic:
    if ref is None:
        return error(f"{url} has no commit yet", "push one, or name a tag or a branch")
    if _SHORT_COMMIT.match(ref):
        summary = f"'{ref}' seems to be a shortened commit id, and {url} has no tag or branch of this name"
        return error(summary, "write all digits of the commit: git rev-parse shows them")
    advice = "correct the ref; a commit is written with all of its digits"
    return error(f"the git repository {url} has no tag or branch '{ref}'", advice)


def fetch(url: str, commit: str, target: Path, environment: Mapping[str, str]) -> bytes:
    """Write the files of one commit, submodules included, into the new folder `target`, without `.git`.

    Gives the commit's own object, which names its tree by a digest.

    Raises:
        DiagnosticError: it can't be reached, has no such commit, or there is no room. `target` may be left
            in any state then.
    """
    git = partial(run_git, environment=environment)
    form = "sha256" if len(commit) == _SHA256_LENGTH else "sha1"
    create = ["init", "--quiet", "--template=", f"--object-format={form}", str(target)]
    git(create).checked(f"the folder {target} can't be made a git repository")
    git(["remote", "add", "origin", url], cwd=target).checked(f"{url} is no address that git takes")
    _fetch_commit(partial(git, cwd=target), commit, allowed_protocols(url)).checked(
        f"commit {commit} can't be fetched from {url}", _ADVICE
    )
    checkout = git(["checkout", "--quiet", "--detach", commit], cwd=target, timeout=FETCH_TIMEOUT)
    checkout.checked(f"commit {commit} of {url} can't be written out")
    if (target / ".gitmodules").exists():
        submodules = ["submodule", "--quiet", "update", "--init", "--recursive"]
        outcome = git(submodules, cwd=target, timeout=FETCH_TIMEOUT, added=allowed_protocols(url))
        outcome.checked(f"the submodules of {url} can't be fetched", _ADVICE)
    found = git(["cat-file", "commit", commit], cwd=target).checked(f"commit {commit} of {url} can't be read")
    for place in list(target.rglob(".git")):
        shutil.rmtree(place) if place.is_dir() else place.unlink()
    return found.encode(errors="surrogateescape")


def _fetch_commit(git: Callable[..., GitOutcome], commit: str, allowed: Mapping[str, str]) -> GitOutcome:
    """Fetch just that commit; from servers that hand out only what a branch or tag names, everything."""
    single = ["fetch", "--quiet", "--depth=1", "--no-tags", "origin", commit]
    outcome = git(single, timeout=FETCH_TIMEOUT, added=allowed)
    if outcome.code == 0:
        return outcome
    everything = ["fetch", "--quiet", "--tags", "origin", "+refs/heads/*:refs/remotes/origin/*"]
    outcome = git(everything, timeout=FETCH_TIMEOUT, added=allowed)
    if outcome.code != 0:
        return outcome
    return git(["cat-file", "-e", f"{commit}^{{commit}}"])


def allowed_protocols(url: str) -> dict[str, str]:
    """Give the environment that says which protocols git may speak for this repository and its submodules."""
    local = url.startswith(("file:", "/"))
    return {"GIT_ALLOW_PROTOCOL": f"file:{_PROTOCOLS}" if local else _PROTOCOLS}
