"""Makes a repository of a part of another one: a folder with its history, or some files as they are."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from cellwright.files.errors import file_errors
from cellwright.git.command import GitOutcome, run_git
from cellwright.git.repository import Repository
from cellwright.model.diagnostic import DiagnosticError, error

_RECORD, _FIELD = "\x1e", "\x1f"
_PEOPLE = _FIELD.join(f"%{who}n{_FIELD}%{who}e{_FIELD}%{who}d" for who in "ac")
_TIMEOUT = 600.0


@dataclass(frozen=True, slots=True)
class Step:
    """One commit of the repository to be made."""

    tree: str
    message: str
    author: str
    """Name, address, seconds and zone, as git keeps them."""
    committer: str


def folder_history(source: Repository, folder: str) -> tuple[Step, ...]:
    """Give what became of a folder, the oldest first: the commits of the branch that changed it.

    A merge counts as one change. Commits without the folder are left out.

    Raises:
        DiagnosticError: git can't read the history.
    """
    form = f"--format={_RECORD}%H{_FIELD}{_PEOPLE}{_FIELD}%B"
    log = [
        "--literal-pathspecs",
        "log",
        "--first-parent",
        "-m",
        "--reverse",
        "--date=raw",
        form,
        "--",
        folder,
    ]
    failed = f"the history of {source.root / folder} can't be read"
    text = _git(source, *log).checked(failed)
    records = [record.split(_FIELD, 7) for record in text.split(_RECORD) if record]
    names = "".join(f"{record[0]}:{folder}\n" for record in records)
    found = _git(source, "cat-file", "--batch-check", text=names).checked(failed).splitlines()
    steps: list[Step] = []
    for record, line in zip(records, found, strict=True):
        tree, _, rest = line.partition(" ")
        if rest.startswith("tree") and not (steps and steps[-1].tree == tree):
            author, committer = (_person(*record[at : at + 3]) for at in (1, 4))
            steps.append(Step(tree, record[7].strip("\n"), author, committer))
    return tuple(steps)


def own_step(source: Repository, tree: str, message: str) -> Step:
    """Give a commit by whoever commits here, now.

    Raises:
        DiagnosticError: git does not know who does.
    """
    names = source.names_for()
    author, committer = (
        _git(source, "var", f"GIT_{role}_IDENT", added=names).checked("git does not know who you are").strip()
        for role in ("AUTHOR", "COMMITTER")
    )
    return Step(tree, message, author, committer)


def subtree(source: Repository, target: Repository, above: str, paths: Iterable[str]) -> str:
    """Give a tree with these files of the commit that is checked out, by their paths below `above`.

    It is written into `target`, which borrows from `source`.

    Raises:
        DiagnosticError: git can't read or write them.
    """
    wanted = set(paths)
    listed = _git(source, "ls-tree", "-r", "-z", "HEAD").checked(f"{source.root} can't be read").split("\0")
    start = f"{above}/" if above else ""
    entries = [
        f"{about}\t{path.removeprefix(start)}\0"
        for about, _, path in (entry.partition("\t") for entry in listed if entry)
        if path in wanted
    ]
    failed = f"files can't be put into {target.root}"
    _git(target, "update-index", "-z", "--index-info", text="".join(entries)).checked(failed)
    return _git(target, "write-tree").checked(failed).strip()


def borrow(source: Repository, folder: Path) -> Repository:
    """Make a repository that reads the objects of another one, until `make_own`.

    Raises:
        DiagnosticError: it can't be written.
    """
    made = Repository.create(folder, source.environment)
    place = _git(source, "rev-parse", "--git-path", "objects").checked(f"{source.root} can't be read").strip()
    with file_errors(f"{folder} can't be written"):
        _alternates(made).write_text(f"{(source.root / place).resolve()}\n")
    return made


def make_own(made: Repository, steps: Sequence[Step]) -> None:
    """Write the history into a repository that borrows, check it out, and borrow no more.

    Raises:
        DiagnosticError: it can't be written, or is not whole.
    """
    failed = f"the history of {made.root} can't be written"
    _git(made, "fast-import", "--quiet", text="".join(_stream(steps))).checked(failed)
    _git(made, "repack", "-a", "-d", "-q").checked(failed)
    with file_errors(failed):
        _alternates(made).unlink()
    whole = _git(made, "fsck", "--connectivity-only", "--no-dangling")
    whole.checked(failed, "the repository that it comes from may lack files of its history: try a full clone")
    _git(made, "reset", "--quiet", "--hard", "main").checked(failed)


def first_commit(made: Repository) -> str:
    """Give the commit that comes before all others.

    Raises:
        DiagnosticError: git can't read the history.
    """
    listed = _git(made, "rev-list", "--max-parents=0", "main").checked(f"{made.root} can't be read")
    return listed.split()[0]


def _stream(steps: Sequence[Step]) -> Iterator[str]:
    for number, step in enumerate(steps, 1):
        message = step.message.encode(errors="surrogateescape").decode(errors="replace") + "\n"
        yield f"commit refs/heads/main\nmark :{number}\nauthor {step.author}\ncommitter {step.committer}\n"
        yield f"data {len(message.encode())}\n{message}\n"
        if number > 1:
            yield f"from :{number - 1}\n"
        yield f'M 040000 {step.tree} ""\n\n'


def _person(name: str, address: str, moment: str) -> str:
    if "\n" in name or "<" in name:
        raise DiagnosticError(error(f"'{name}' can't be the name of an author", "correct it in the history"))
    plain = [part.encode(errors="surrogateescape").decode(errors="replace") for part in (name, address)]
    return f"{plain[0]} <{plain[1]}> {moment}"


def _alternates(repository: Repository) -> Path:
    return repository.root / ".git" / "objects" / "info" / "alternates"


def _git(
    repository: Repository, *arguments: str, text: str | None = None, added: Mapping[str, str] | None = None
) -> GitOutcome:
    return run_git(
        arguments,
        cwd=repository.root,
        text=text,
        environment=repository.environment,
        timeout=_TIMEOUT,
        added=added,
    )
