"""Git notes: lines that are attached to commits, under a ref of their own."""

from cellwright.git.command import GitOutcome, run_git
from cellwright.git.repository import Repository
from cellwright.model.diagnostic import DiagnosticError, error

NOTES = "refs/notes/"
"""Where git looks for notes."""

# Notes are written by the program, so they need no person's name.
_WRITER = {
    f"GIT_{role}_{part}": value
    for role in ("AUTHOR", "COMMITTER")
    for part, value in (("NAME", "cellwright"), ("EMAIL", "cellwright@localhost"))
}


def append_note(repository: Repository, ref: str, line: str) -> None:
    """Append a line to the note of the commit that is checked out.

    Raises:
        DiagnosticError: there is no commit yet, or git can't write the note.
    """
    if repository.head() is None:
        raise DiagnosticError(
            error(f"{repository.root} has no commit that a note could be added to", "commit")
        )
    outcome = _git(repository, "notes", f"--ref={ref}", "append", "--file=-", "HEAD", text=line)
    outcome.checked(f"the git note in {ref} can't be written")


def note_lines(repository: Repository, ref: str) -> list[str]:
    """Give the lines of all notes under a ref, without blank ones, by commit and then as they were added.

    Raises:
        DiagnosticError: git can't read them.
    """
    summary = f"the git notes in {ref} can't be read"
    if _git(repository, "rev-parse", "--verify", "--quiet", ref).code != 0:
        return []
    listed = _git(repository, "notes", f"--ref={ref}", "list").checked(summary)
    blobs = [line.split(" ", 1)[0] for line in listed.splitlines()]
    if not blobs:
        return []
    text = "\n".join(blobs) + "\n"
    found = _git(repository, "cat-file", "--batch=", text=text).checked(summary)
    return [line for line in found.splitlines() if line.strip()]


def _git(repository: Repository, *arguments: str, text: str | None = None) -> GitOutcome:
    return run_git(
        arguments, cwd=repository.root, text=text, environment=repository.environment, added=_WRITER
    )
