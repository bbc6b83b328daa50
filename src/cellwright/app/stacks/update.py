"""What a newer Cellwright ships is compared with what the fleet and its stacks were made from, and merged.

Each repository is merged by itself: the base is what was shipped when it was made or last updated, one side
is what is shipped now, the other one what people have made of it. Both sides are commits, so git merges them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path

from cellwright import __version__
from cellwright.app.session.session import FleetSession
from cellwright.app.stacks.making import at_once, make_repository
from cellwright.app.stacks.naming import FIRST_TAG, STACKS, project_name
from cellwright.app.stacks.origin import ALL, BRANCH, FLEET, Base, Origin, find_base, merged_base
from cellwright.app.stacks.shipped import Shipped, shipped, shipped_part
from cellwright.fleet.stack_sources import FILE, written_sources
from cellwright.git import branches
from cellwright.git.branches import Change
from cellwright.git.pushing import set_origin
from cellwright.git.repository import Repository
from cellwright.model.diagnostic import DiagnosticError, error
from cellwright.stacks.source.address import GitSource, parse_source

PROPOSAL = "cellwright-update"
"""The branch with the merge, for people to look at and to merge."""


class Standing(StrEnum):
    """What there is to do in one repository."""

    CURRENT = "current"
    """It has all that is shipped."""
    PROPOSED = "proposed"
    """The merge is on a branch; of a dry run, it would be."""
    CONFLICTS = "conflicts"
    """Both sides changed the same lines."""
    NEW = "new"
    """A stack that was not shipped before; its repository is made."""
    GONE = "gone"
    """It is shipped no more."""
    UNRELATED = "unrelated"
    """Nothing says what it was made from."""
    BUSY = "busy"
    """The branch of an earlier proposal has commits of somebody's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateRequest:
    """What was asked for."""

    repositories: Path | None = None
    """The folder with the stacks' repositories; None: where fleet.yaml says, or `../stacks`."""
    only: Sequence[str] = ()
    """`fleet`, or projects' names; none: all."""
    dry_run: bool = False
    """Show it, and write nothing."""


@dataclass(frozen=True, slots=True)
class Update:
    """One repository."""

    name: str
    folder: Path
    standing: Standing
    before: str = ""
    """The version of Cellwright whose reference it has."""
    changes: tuple[Change, ...] = ()
    """What was changed in the reference since."""
    conflicts: tuple[str, ...] = ()
    """Files that both sides changed at one place."""
    told: tuple[str, ...] = ()
    """Git's own words about them."""
    open_files: tuple[str, ...] = ()
    """What is not committed there, and so in no proposal."""


@dataclass(frozen=True, slots=True)
class Updates:
    """All repositories, the fleet's first."""

    version: str
    """Of the Cellwright that was asked."""
    dry_run: bool
    repositories: tuple[Update, ...]


def update(session: FleetSession, request: UpdateRequest) -> Updates:
    """Compare each repository with what is shipped, and put a merge on a branch of it.

    Raises:
        DiagnosticError: fleet.yaml can't be read, a name is no repository, git is missing or too old, or does
            not know who commits.
    """
    ours = shipped()
    fleet = session.repository()
    place = request.repositories or _repositories(session)
    there = sorted(place.iterdir()) if place.is_dir() else []
    found = {path.name: path for path in there if (path / ".git").exists()}
    _refuse_unknown(request.only, found)
    updates: list[Update] = []
    base = None
    if fleet is not None:
        base = find_base(fleet)
        if not request.only or FLEET in request.only:
            updates.append(_update(FLEET, fleet, ours, dry_run=request.dry_run))
    for name, folder in found.items():
        repository = Repository(folder.absolute(), session.environment)
        if (not request.only or name in request.only) and folder.resolve() != session.root.resolve():
            updates.append(_update(name, repository, ours, dry_run=request.dry_run))
    if base is not None and not request.only:
        updates += _new_stacks(session, place, base, ours, set(found), dry_run=request.dry_run)
    return Updates(__version__, request.dry_run, tuple(updates))


def _update(name: str, repository: Repository, ours: Shipped, *, dry_run: bool) -> Update:
    base, head = find_base(repository), repository.head()
    if base is None or head is None:
        return Update(name, repository.root, Standing.UNRELATED)
    had = merged_base(repository) or base
    open_files = repository.dirty()
    found = Update(name, repository.root, Standing.CURRENT, had.origin.version, open_files=open_files)
    files = _files(repository, base, ours)
    if files is None:
        return replace(found, standing=Standing.GONE)
    tree = branches.write_tree(repository, files)
    changes = branches.changes_between(repository, had.commit, tree)
    if not changes:
        return found
    theirs = base.commit
    if tree != branches.tree_of(repository, base.commit):
        theirs = _next_reference(repository, base, tree)
    merge = branches.merged(repository, head, theirs)
    found = replace(found, changes=changes, conflicts=merge.conflicts, told=merge.told)
    if not dry_run:
        branches.set_branch(repository, BRANCH, theirs)
    if merge.conflicts:
        return replace(found, standing=Standing.CONFLICTS)
    return replace(found, standing=_propose(repository, head, theirs, merge.tree, dry_run=dry_run))


def _files(repository: Repository, base: Base, ours: Shipped) -> Mapping[str, bytes] | None:
    """Give what is shipped now; no .gitignore for a stack that came out of a fleet, where it has none."""
    files = shipped_part(base.origin, ours)
    if files is None or base.origin.what == FLEET:
        return files
    has_one = branches.tree_of(repository, base.commit, ".gitignore") is not None
    return {path: data for path, data in files.items() if has_one or path != ".gitignore"}


def _next_reference(repository: Repository, base: Base, tree: str) -> str:
    origin = replace(base.origin, version=__version__)
    message = origin.message(f"Cellwright {__version__}'s reference of {origin.what}")
    return branches.commit_tree(repository, tree, [base.commit], message)


def _propose(repository: Repository, head: str, theirs: str, tree: str, *, dry_run: bool) -> Standing:
    """Put the merge on the branch of proposals, unless somebody has worked on it."""
    subject = f"Merge Cellwright {__version__}'s reference"
    there = branches.commit_of(repository, f"refs/heads/{PROPOSAL}")
    if there and not (
        branches.message_of(repository, there).startswith("Merge Cellwright")
        or branches.is_ancestor(repository, there, head)
    ):
        return Standing.BUSY
    if not dry_run:
        commit = branches.commit_tree(repository, tree, [head, theirs], f"{subject}\n")
        branches.set_branch(repository, PROPOSAL, commit)
    return Standing.PROPOSED


def _new_stacks(
    session: FleetSession, place: Path, base: Base, ours: Shipped, known: set[str], *, dry_run: bool
) -> list[Update]:
    """Make the repositories of stacks that were not shipped before, in a fleet whose stacks lie apart."""
    if base.origin.apart != (ALL,):
        return []
    new = {project_name(f"./{STACKS}/{name}"): name for name in ours.stacks}
    missing = {project: name for project, name in new.items() if project not in known}
    if missing and not dry_run:
        with at_once(place, list(missing)) as folder:
            for project, name in missing.items():
                subject = f"Start from Cellwright's reference stack {name}"
                files: Mapping[str, bytes] = ours.stacks[name]
                made = make_repository(folder / project, files, session.environment, Origin(name), subject)
                if (url := base.origin.url(project)) is not None:
                    set_origin(made, url)
                branches.add_tag(made, FIRST_TAG, "HEAD", f"{FIRST_TAG}: as shipped by Cellwright\n")
    return [Update(project, place / project, Standing.NEW) for project in sorted(missing)]


def _repositories(session: FleetSession) -> Path:
    """Find where the stacks' repositories lie, by the first source that is a folder's."""
    for item in written_sources((session.root / FILE).read_text(encoding="utf-8")):
        source = parse_source(item.source)
        if isinstance(source, GitSource) and ":" not in source.url:
            return Path(session.root, source.url).parent
    return session.root.parent / STACKS


def _refuse_unknown(only: Sequence[str], found: Mapping[str, Path]) -> None:
    unknown = [name for name in only if name != FLEET and name not in found]
    if unknown:
        known = ", ".join([FLEET, *found])
        raise DiagnosticError(
            *(error(f"there is no repository '{name}'", f"there are: {known}") for name in unknown)
        )
