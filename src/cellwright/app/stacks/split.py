"""A new fleet in git projects: the fleet in one, and each stack in one of its own, with a first tag."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from cellwright.app.stacks.making import make_repository, new_folder, refuse_nobody
from cellwright.app.stacks.naming import FIRST_TAG, FLEET, PROJECT, STACKS, Remote, project_name
from cellwright.app.stacks.origin import ALL, BRANCH, Origin
from cellwright.app.stacks.shipped import Shipped, shipped, shipped_part
from cellwright.git.branches import add_tag, commit_of
from cellwright.git.pushing import make_local_remote, push, set_origin
from cellwright.git.repository import Repository
from cellwright.model.diagnostic import Diagnostic, DiagnosticError


@dataclass(frozen=True, slots=True, kw_only=True)
class SplitRequest:
    """What was asked for."""

    folder: Path
    """Empty, or not there yet."""
    remote: str | None = None
    """To which address the names of the projects are added; None: they are found beside the fleet."""
    push: bool = False
    """Push everything to the remote."""


@dataclass(frozen=True, slots=True)
class Project:
    """One git repository."""

    name: str
    folder: Path
    url: str | None
    """Of its remote."""
    source: str | None
    """As fleet.yaml writes it; None for the fleet itself."""
    tag: str | None


@dataclass(frozen=True, slots=True)
class Split:
    """What was made."""

    fleet: Project
    stacks: tuple[Project, ...]
    pushed: bool
    findings: tuple[Diagnostic, ...]
    """What could not be pushed; the repositories are whole."""


def split(request: SplitRequest, environment: Mapping[str, str]) -> Split:
    """Write the reference fleet and its stacks into repositories of their own, below one folder.

    Raises:
        DiagnosticError: the folder is not empty or can't be written, the remote is no address, there is no
            git, or it does not know who commits. Nothing is written then.
    """
    folder = request.folder.absolute()
    remote = Remote.parse(request.remote)
    refuse_nobody(folder, environment)
    ours = shipped()
    with new_folder(folder) as place:
        stacks = [
            _stack(place, name, files, remote, environment) for name, files in sorted(ours.stacks.items())
        ]
        fleet = _fleet(place, ours, remote, environment)
    moved = [_at(project, place, folder) for project in (fleet, *stacks)]
    findings = push_projects([*moved[1:], moved[0]], environment) if request.push else ()
    return Split(moved[0], tuple(moved[1:]), request.push and not findings, findings)


def _stack(
    place: Path, name: str, files: Mapping[str, bytes], remote: Remote, environment: Mapping[str, str]
) -> Project:
    project = project_name(f"./{STACKS}/{name}")
    folder = place / STACKS / project
    subject = f"Start from Cellwright's reference stack {name}"
    repository = make_repository(folder, files, environment, Origin(name), subject)
    add_tag(repository, FIRST_TAG, "HEAD", f"{FIRST_TAG}: as shipped by Cellwright\n")
    _name_remote(repository, remote.url(project))
    return Project(project, folder, remote.url(project), remote.source(project, FIRST_TAG), FIRST_TAG)


def _fleet(place: Path, ours: Shipped, remote: Remote, environment: Mapping[str, str]) -> Project:
    origin = Origin(FLEET, apart=(ALL,), sources=remote.source(PROJECT, FIRST_TAG))
    files = shipped_part(origin, ours) or {}
    repository = make_repository(place / FLEET, files, environment, origin, "Scaffold the fleet")
    _name_remote(repository, remote.url(FLEET))
    return Project(FLEET, place / FLEET, remote.url(FLEET), None, None)


def _name_remote(repository: Repository, url: str | None) -> None:
    if url is not None:
        set_origin(repository, url)


def _at(project: Project, before: Path, now: Path) -> Project:
    folder = now / project.folder.relative_to(before)
    return Project(project.name, folder, project.url, project.source, project.tag)


def push_projects(projects: Sequence[Project], environment: Mapping[str, str]) -> tuple[Diagnostic, ...]:
    """Push each project to its remote; gives what failed. One that fails stops no other."""
    findings: list[Diagnostic] = []
    for project in projects:
        repository = Repository(project.folder, environment)
        tags = [] if project.tag is None else [f"refs/tags/{project.tag}"]
        try:
            if project.url is not None:
                make_local_remote(project.url, repository)
                both = ["main", BRANCH] if commit_of(repository, f"refs/heads/{BRANCH}") else ["main"]
                push(repository, project.url, *both, *tags)
        except DiagnosticError as fault:
            findings += fault.diagnostics
    return tuple(findings)
