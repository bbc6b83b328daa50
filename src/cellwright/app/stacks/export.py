"""Stacks of a fleet that is in use are moved into git projects of their own; no unit changes by it."""

import os
import shutil
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from cellwright.app.session.session import FleetSession
from cellwright.app.stacks.carving import compare, make_project, origin_of
from cellwright.app.stacks.local import LocalStack, local_stacks
from cellwright.app.stacks.making import at_once
from cellwright.app.stacks.naming import FIRST_TAG, PROJECT, Remote
from cellwright.app.stacks.origin import BRANCH, FLEET, Base, Origin, find_base
from cellwright.app.stacks.shipped import STACKS
from cellwright.app.stacks.split import Project, push_projects
from cellwright.files.atomic import save_text
from cellwright.fleet.stack_sources import FILE, with_sources
from cellwright.git import branches
from cellwright.git.pushing import set_origin
from cellwright.git.repository import Repository
from cellwright.model.actor import Actor
from cellwright.model.diagnostic import Diagnostic, DiagnosticError, error


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportRequest:
    """What was asked for."""

    folder: Path
    """Where the projects are made; it may hold others."""
    stacks: Sequence[str] = ()
    """Which ones; none: all that lie in the fleet."""
    remote: str | None = None
    tag: str = FIRST_TAG
    push: bool = False
    hooks: bool = False
    """Run the repository's hooks when fleet.yaml is committed."""


@dataclass(frozen=True, slots=True)
class Exported:
    """What was done."""

    projects: tuple[Project, ...]
    removed: tuple[str, ...]
    """The stacks' folders, relative to the fleet, that are gone from it."""
    kept: tuple[str, ...]
    """Those that stay, as other stacks need files in them."""
    pushed: bool
    findings: tuple[Diagnostic, ...]
    """What could not be pushed, or not be noted for `stacks update`."""


@dataclass(frozen=True, slots=True)
class _Sources:
    """How fleet.yaml names the projects."""

    remote: Remote
    tag: str
    beside: str

    def of(self, stack: LocalStack, name: str | None = None) -> str:
        """Write the source of a stack, as if its project had another name."""
        module = "" if stack.tree.module == "." else stack.tree.module
        return self.remote.source(name or stack.project, self.tag, module, self.beside)

    def project(self, stack: LocalStack, folder: Path) -> Project:
        """Describe the project that is made of a stack."""
        url = self.remote.url(stack.project)
        return Project(stack.project, folder / stack.project, url, self.of(stack), self.tag)


def export(session: FleetSession, actor: Actor, request: ExportRequest) -> Exported:
    """Make a git project of each stack, and let fleet.yaml name it in place of the folder, in a commit.

    Raises:
        DiagnosticError: the fleet has errors or is in no repository, something is not committed, a project is
            there already, or it can't be written. Nothing is changed then.
    """
    folder = request.folder.absolute()
    place = os.path.relpath(folder.resolve(), session.root.resolve())
    sources = _Sources(Remote.parse(request.remote), request.tag, Path(place).as_posix())
    with session.changing():
        session.forget_cells()
        # Opened while the fleet can be read: projects that are not pushed yet can't be reached afterwards.
        ledger = session.open(writing=True).ledger
        repository = _repository(session, folder)
        stacks = local_stacks(session, repository, request.stacks)
        base = find_base(repository) if repository.root.resolve() == session.root.resolve() else None
        with at_once(folder, [stack.project for stack in stacks]) as new:
            for stack in stacks:
                make_project(repository, stack, base, new / stack.project, request.tag)
                compare(session, stack, new / stack.project)
            made = tuple(sources.project(stack, folder) for stack in stacks)
            for project in made:
                if project.url is not None:
                    set_origin(Repository(new / project.name, session.environment), project.url)
        try:
            moved = _move(session, actor, repository, stacks, made, request)
        except BaseException:
            for project in made:
                shutil.rmtree(project.folder, ignore_errors=True)
            with suppress(OSError):  # unless it holds others
                folder.rmdir()
            raise
        findings = _noted(repository, base, stacks, sources)
        detail = {project.name: project.source for project in made}
        ledger.recorder.append_event(actor, "stacks.exported", "", "", detail)
    if request.push:
        findings += push_projects(made, session.environment)
    kept = tuple(stack.source for stack in stacks if stack.source not in moved)
    return Exported(made, moved, kept, request.push and not findings, findings)


def _repository(session: FleetSession, folder: Path) -> Repository:
    repository = session.repository()
    if repository is None or repository.head() is None:
        raise DiagnosticError(
            error("the fleet is not committed", "git init, git add . and git commit it first")
        )
    if folder.resolve().is_relative_to(repository.root.resolve()):
        summary = f"{folder} is in the fleet's repository"
        raise DiagnosticError(error(summary, "name a folder beside it: ../stacks"))
    repository.identity()
    if FILE in {Path(path).name for path in repository.dirty()}:
        raise DiagnosticError(error(f"{FILE} has changes that are not committed", "commit them first"))
    return repository


def _move(
    session: FleetSession,
    actor: Actor,
    repository: Repository,
    stacks: Sequence[LocalStack],
    made: Sequence[Project],
    request: ExportRequest,
) -> tuple[str, ...]:
    """Write fleet.yaml and remove the folders, in one commit; gives what was removed."""
    file = session.root / FILE
    before = file.read_text(encoding="utf-8")
    sources = {stack.source: project.source or "" for stack, project in zip(stacks, made, strict=True)}
    after = with_sources(before, sources)
    gone = [stack for stack in stacks if stack.is_folder and not _needed(session, stack, stacks)]
    folders = [repository.root / stack.above for stack in gone]
    try:
        save_text(file, after)
        for folder in folders:
            _remove(folder, session.root)
        names = "".join(f"- {source} -> {new}\n" for source, new in sources.items())
        message = f"Take stacks from git projects of their own\n\n{names}"
        session.commit(actor, [file, *folders], message, hooks=request.hooks)
    except BaseException:
        save_text(file, before)
        repository.restore(folders)
        raise
    session.forget_cells()
    return tuple(stack.source for stack in gone)


def _remove(folder: Path, root: Path) -> None:
    """Remove a folder, and those above it that are empty then, as git would."""
    shutil.rmtree(folder)
    for above in folder.parents:
        if above == root or any(above.iterdir()):
            break
        above.rmdir()


def _needed(session: FleetSession, stack: LocalStack, moved: Sequence[LocalStack]) -> bool:
    """Tell whether a stack that stays has files in this one's folder."""
    leaving = {item.source for item in moved}
    snapshot = session.usable()
    pins = {unit.stack for unit in snapshot.fleet.units.values() if unit.stack.source not in leaving}
    trees = [snapshot.stacks.catalogue.tree(pin) for pin in pins]
    return any(
        file.source.resolve().is_relative_to(stack.tree.folder.resolve())
        for tree in trees
        if tree.commit is None
        for file in tree.files
    )


def _noted(
    repository: Repository, base: Base | None, stacks: Sequence[LocalStack], sources: _Sources
) -> tuple[Diagnostic, ...]:
    """As `_advance`; the move is done by now, so a failure is told and undoes nothing."""
    try:
        _advance(repository, base, stacks, sources)
    except DiagnosticError as fault:
        return fault.diagnostics
    return ()


def _advance(
    repository: Repository, base: Base | None, stacks: Sequence[LocalStack], sources: _Sources
) -> None:
    """Let the branch of the reference say the same: else the next `stacks update` would undo the move."""
    moved = [stack for stack in stacks if origin_of(stack, base)]
    if base is None or not moved:
        return
    names = {stack.above.removeprefix(STACKS) for stack in moved}
    apart = tuple(sorted(names.union(base.origin.apart)))
    origin = Origin(FLEET, base.origin.version, apart, sources.of(moved[0], PROJECT))
    text = branches.read_file(repository, base.commit, FILE) or ""
    written = with_sources(text, {stack.source: sources.of(stack) for stack in moved})
    tree = branches.edited_tree(repository, base.commit, [stack.above for stack in moved], {FILE: written})
    message = origin.message("The reference, with stacks in git projects of their own")
    commit = branches.commit_tree(repository, tree, [base.commit], message)
    branches.set_branch(repository, BRANCH, commit)
    branches.note_as_merged(repository, commit, "Note where the reference's stacks lie\n")
