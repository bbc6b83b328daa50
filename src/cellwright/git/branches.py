"""Commits, branches and tags that are made beside the work tree, which stays as it is."""

import re
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from cellwright.files.errors import file_errors
from cellwright.git.command import GitOutcome, run_git
from cellwright.git.repository import Repository
from cellwright.model.diagnostic import DiagnosticError, error

_NO_MERGE = 129
"""The exit code of a git that does not know an option."""
_TIMEOUT = 600.0
_CONFLICT = re.compile(r"^CONFLICT \(.*", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Change:
    """One file that differs between two trees."""

    path: str
    kind: str
    """As git writes it: `A` added, `D` removed, `M` changed, `T` another type."""
    added: int
    """Lines; 0 of a file that is no text."""
    removed: int


@dataclass(frozen=True, slots=True)
class Merge:
    """What a merge of two commits comes to."""

    tree: str
    conflicts: tuple[str, ...]
    """The files that both sides changed at one place; if there are any, the tree has marks in them."""
    told: tuple[str, ...]
    """Git's own words about them, a line each."""


def write_tree(repository: Repository, files: Mapping[str, bytes]) -> str:
    """Put files, by their paths, into the repository as a tree, and give its id. None is executable.

    Raises:
        DiagnosticError: it can't be written.
    """
    failed = f"files can't be put into the git repository {repository.root}"
    with tempfile.TemporaryDirectory() as place, file_errors(failed):
        content = Path(place, "content")
        content.mkdir()
        for path, data in files.items():
            target = content / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(data)
        added = {"GIT_INDEX_FILE": str(Path(place, "index"))}
        # Forced: what a .gitignore among the files names is wanted too.
        staged = _git(
            repository, f"--work-tree={content}", "add", "--all", "--force", ".", added=added, cwd=content
        )
        staged.checked(failed)
        return _git(repository, "write-tree", added=added).checked(failed).strip()


def edited_tree(
    repository: Repository, commit: str, removed: Sequence[str], written: Mapping[str, str]
) -> str:
    """Give the tree of a commit without some folders, and with some files written anew.

    Raises:
        DiagnosticError: git can't read or write it.
    """
    failed = f"commit {commit} of {repository.root} can't be changed"
    with tempfile.TemporaryDirectory() as place:
        added = {"GIT_INDEX_FILE": str(Path(place, "index"))}
        _git(repository, "read-tree", commit, added=added).checked(failed)
        gone = ["rm", "--force", "--cached", "-r", "--quiet", "--ignore-unmatch", "--", *removed]
        _git(repository, *gone, added=added).checked(failed)
        for path, text in written.items():
            blob = _git(repository, "hash-object", "-w", "--stdin", text=text).checked(failed).strip()
            put = ["update-index", "--add", "--cacheinfo", f"100644,{blob},{path}"]
            _git(repository, *put, added=added).checked(failed)
        return _git(repository, "write-tree", added=added).checked(failed).strip()


def note_as_merged(repository: Repository, commit: str, message: str) -> None:
    """Let the branch that is checked out come after a commit too, and change no file.

    Raises:
        DiagnosticError: something is staged, or nobody knows who commits.
    """
    merge = ["merge", "--quiet", "--no-edit", "--strategy=ours", "-m", message, commit]
    done = _git(repository, *merge, added=repository.names_for())
    done.checked(f"{commit} can't be noted as merged in {repository.root}")


def commit_tree(repository: Repository, tree: str, parents: Sequence[str], message: str) -> str:
    """Make a commit of a tree, which no branch has yet, and give its id.

    Raises:
        DiagnosticError: git does not know who commits, or can't write it.
    """
    named = [part for parent in parents for part in ("-p", parent)]
    made = _git(repository, "commit-tree", tree, *named, text=message, added=repository.names_for())
    return made.checked(f"no commit could be made in {repository.root}").strip()


def tree_of(repository: Repository, commit: str, folder: str = "") -> str | None:
    """Give the id of a commit's tree, or of a folder in it; None if it has none."""
    found = _git(repository, "rev-parse", "--verify", "--quiet", f"{commit}:{folder}")
    return found.out.strip() or None


def commit_of(repository: Repository, name: str) -> str | None:
    """Give the commit that a branch, tag or commit's name stands for; None if there is none."""
    found = _git(repository, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{name}^{{commit}}")
    return found.out.strip() or None


def set_branch(repository: Repository, branch: str, commit: str) -> None:
    """Make a branch stand for a commit; it must not be the one that is checked out.

    Raises:
        DiagnosticError: it is checked out, or can't be written.
    """
    head = _git(repository, "symbolic-ref", "--quiet", "HEAD").out.strip()
    if head == f"refs/heads/{branch}":
        advice = "check out your own branch: this one belongs to Cellwright"
        raise DiagnosticError(error(f"the branch {branch} is checked out in {repository.root}", advice))
    made = _git(repository, "update-ref", f"refs/heads/{branch}", commit)
    made.checked(f"the branch {branch} can't be written in {repository.root}")


def add_tag(repository: Repository, tag: str, commit: str, message: str) -> None:
    """Tag a commit, with who did it and when.

    Raises:
        DiagnosticError: there is such a tag, or nobody knows who tags.
    """
    names = repository.names_for()
    made = _git(repository, "tag", "--annotate", "--file=-", tag, commit, text=message, added=names)
    made.checked(f"{repository.root} can't be tagged {tag}")


def newest_with(repository: Repository, start: str, words: str) -> str | None:
    """Give the newest commit at or before `start` whose message has these words; None if none has.

    Raises:
        DiagnosticError: git can't read the history.
    """
    # By their times, of two commits of one second the older one might come first.
    order = ["log", "--topo-order", "--max-count=1", "--format=%H"]
    log = [*order, "--fixed-strings", f"--grep={words}", start, "--"]
    found = _git(repository, *log).checked(f"the history of {repository.root} can't be read")
    return found.strip() or None


def message_of(repository: Repository, commit: str) -> str:
    """Give a commit's message.

    Raises:
        DiagnosticError: git can't read it.
    """
    found = _git(repository, "log", "--max-count=1", "--format=%B", commit, "--")
    return found.checked(f"commit {commit} of {repository.root} can't be read")


def is_ancestor(repository: Repository, older: str, newer: str) -> bool:
    """Tell whether `older` is `newer`, or one of the commits before it."""
    return _git(repository, "merge-base", "--is-ancestor", older, newer).code == 0


def read_file(repository: Repository, commit: str, path: str) -> str | None:
    """Give a text file of a commit; None if it has no such file.

    Raises:
        DiagnosticError: it is no text.
    """
    found = _git(repository, "cat-file", "blob", f"{commit}:{path}")
    if found.code != 0:
        return None
    try:
        found.out.encode()
    except UnicodeEncodeError:
        raise DiagnosticError(error(f"{path} of {commit} is no UTF-8 text", "write it as UTF-8")) from None
    return found.out


def changes_between(repository: Repository, older: str, newer: str) -> tuple[Change, ...]:
    """Give the files that differ between two commits or trees, sorted by path.

    Raises:
        DiagnosticError: git can't read them.
    """
    failed = f"{older} and {newer} of {repository.root} can't be compared"
    diff = ["diff-tree", "-r", "-z", "--no-renames"]
    kinds = _git(repository, *diff, "--name-status", older, newer).checked(failed).split("\0")
    lines = _git(repository, *diff, "--numstat", older, newer).checked(failed).split("\0")
    counted = {
        path: (added, removed) for added, removed, path in (line.split("\t", 2) for line in lines if line)
    }
    return tuple(
        Change(path, kind, *(int(number) if number.isdigit() else 0 for number in counted[path]))
        for kind, path in sorted(zip(kinds[::2], kinds[1::2], strict=False), key=lambda pair: pair[1])
    )


def merged(repository: Repository, ours: str, theirs: str) -> Merge:
    """Merge two commits without touching a branch or the work tree.

    Raises:
        DiagnosticError: git is too old for it, or the two have no commit in common.
    """
    merge = ["merge-tree", "--write-tree", "--name-only", ours, theirs]
    outcome = _git(repository, *merge, timeout=_TIMEOUT)
    if outcome.code == _NO_MERGE:
        raise DiagnosticError(error("this git can't merge beside a work tree", "install git 2.38 or newer"))
    if outcome.code not in {0, 1}:
        outcome.checked(f"{theirs} can't be merged in {repository.root}")
    listed, _, said = outcome.out.partition("\n\n")
    tree, *conflicts = listed.splitlines()
    return Merge(tree, tuple(dict.fromkeys(conflicts)), tuple(_CONFLICT.findall(said)))


def _git(
    repository: Repository,
    *arguments: str,
    text: str | None = None,
    added: Mapping[str, str] | None = None,
    timeout: float = _TIMEOUT,
    cwd: Path | None = None,
) -> GitOutcome:
    location = [f"--git-dir={repository.root / '.git'}"] if cwd else []
    return run_git(
        [*location, *arguments],
        cwd=cwd or repository.root,
        text=text,
        environment=repository.environment,
        added=added,
        timeout=timeout,
    )
