"""The history of files: the commits that changed them, and their contents at a commit."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from cellwright.git.command import run_git
from cellwright.git.repository import Commit, GitIdentity, Repository

_RECORD = "\x1e"
_FIELD = "\x1f"
_FORMAT = f"--format={_RECORD}%H{_FIELD}%an{_FIELD}%ae{_FIELD}%cI{_FIELD}%s"
_TIMEOUT = 300.0


@dataclass(frozen=True, slots=True)
class FileChanges:
    """What one commit did to files."""

    commit: Commit
    """Its time is when it was committed, not when it was written."""
    changed: tuple[str, ...]
    """Paths, relative to the repository's root, of files that it added or changed."""
    removed: tuple[str, ...]
    """Paths of files that it removed."""


def changes_of(repository: Repository, folders: Sequence[Path], pattern: str) -> tuple[FileChanges, ...]:
    """Give the commits that added or removed lines matching `pattern` in files below `folders`, oldest first.

    Follows the branch that is checked out: a merge counts as one change, at the time when it was merged.

    Args:
        repository: the work tree.
        folders: folders inside it; they need not exist any more.
        pattern: a POSIX extended regular expression.

    Raises:
        DiagnosticError: git can't read the repository.
    """
    if repository.head() is None:
        return ()
    named = [folder.absolute().relative_to(repository.root).as_posix() for folder in folders]
    walk = ["log", "-z", "--reverse", "--first-parent", "-m", "--no-renames", "--name-status", f"-G{pattern}"]
    outcome = run_git(
        ["--literal-pathspecs", *walk, _FORMAT, "--", *named],
        cwd=repository.root,
        timeout=_TIMEOUT,
        environment=repository.environment,
    )
    text = outcome.checked(f"the history of {repository.root} can't be read")
    return tuple(_changes(record) for record in text.split(_RECORD) if record)


def contents(repository: Repository, wanted: Sequence[tuple[str, str]]) -> Iterator[str | None]:
    """Yield the content of each path at its commit; None if it was not there or is no text.

    Raises:
        DiagnosticError: git can't read the repository.
    """
    names = "".join(f"{commit}:{path}\n" for commit, path in wanted)
    outcome = run_git(
        ["cat-file", "--batch"],
        cwd=repository.root,
        timeout=_TIMEOUT,
        text=names,
        environment=repository.environment,
    )
    outcome.checked(f"the history of {repository.root} can't be read")
    rest = outcome.out.encode(errors="surrogateescape")
    for _ in wanted:
        head, _, rest = rest.partition(b"\n")
        size = head.rpartition(b" ")[2]
        if not size.isdigit():  # `... missing`
            yield None
            continue
        content, rest = rest[: int(size)], rest[int(size) + 1 :]
        try:
            yield content.decode()
        except UnicodeDecodeError:
            yield None


def _changes(record: str) -> FileChanges:
    head, *parts = record.split("\0")
    identifier, name, email, time, subject = head.split(_FIELD, 4)
    pairs = [(kind.lstrip("\n"), path) for kind, path in zip(parts[::2], parts[1::2], strict=False)]
    # A path with a line break can't be requested, and a fleet would not read it.
    known = [(kind, path) for kind, path in pairs if "\n" not in path]
    return FileChanges(
        Commit(identifier, GitIdentity(name, email), time, subject),
        tuple(path for kind, path in known if kind != "D"),
        tuple(path for kind, path in known if kind == "D"),
    )
