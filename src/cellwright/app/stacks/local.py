"""The stacks of a fleet that lie in its own repository, and what belongs to each."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from cellwright.app.session.session import FleetSession
from cellwright.app.stacks.naming import project_name
from cellwright.fleet.stack_sources import FILE, WrittenSource, written_sources
from cellwright.git.repository import Repository
from cellwright.model.diagnostic import Diagnostic, DiagnosticError, error
from cellwright.model.position import Position
from cellwright.model.text.suggestion import advice
from cellwright.model.unit import StackPin
from cellwright.stacks.source.address import LocalSource, parse_source
from cellwright.stacks.source.tree import StackTree

_SHOWN = 5


@dataclass(frozen=True, slots=True)
class LocalStack:
    """One folder that fleet.yaml names as the source of a stack, or of several."""

    source: str
    """As fleet.yaml writes it."""
    project: str
    tree: StackTree
    above: str
    """The tree's folder, relative to the repository's root; empty if it is the root."""

    @property
    def is_folder(self) -> bool:
        """Tell whether the stack is a folder by itself, without modules or files beside it."""
        return self.tree.module == "." and bool(self.above)

    def paths(self) -> list[str]:
        """Give its files, relative to the repository's root."""
        return [f"{self.above}/{file.path}" if self.above else file.path for file in self.tree.files]


def local_stacks(
    session: FleetSession, repository: Repository, named: Sequence[str]
) -> tuple[LocalStack, ...]:
    """Find the stacks to be exported: those named (`client/app`, `app`, or the source), or all.

    Raises:
        DiagnosticError: the fleet has errors, a name is none of them, none is left, or one can't be exported.
    """
    text = (session.root / FILE).read_text(encoding="utf-8")
    local = [item for item in written_sources(text) if isinstance(parse_source(item.source), LocalSource)]
    chosen = _chosen(local, named)
    if not chosen:
        raise DiagnosticError(error("no stack lies in the fleet: all come from git already", "nothing to do"))
    found = tuple(_stack(session, repository, item) for item in chosen.values())
    faults = [*_not_committed(repository, found), *_same_names(found, chosen)]
    if faults:
        raise DiagnosticError(*faults)
    return found


def _chosen(local: Sequence[WrittenSource], named: Sequence[str]) -> dict[str, WrittenSource]:
    """Give the written sources, the first of those that are equal, by themselves."""
    names = {name: item for item in local for name in (f"{item.level}/{item.stack}", item.stack, item.source)}
    unknown = [name for name in named if name not in names]
    if unknown:
        known = sorted({f"{item.level}/{item.stack}" for item in local})
        raise DiagnosticError(
            *(
                error(
                    f"'{name}' is no stack that lies in the fleet",
                    advice(name, known) or "look at fleet.yaml",
                )
                for name in unknown
            )
        )
    wanted = {names[name].source for name in named} if named else {item.source for item in local}
    chosen: dict[str, WrittenSource] = {}
    for item in local:
        if item.source in wanted:
            chosen.setdefault(item.source, item)
    return chosen


def _stack(session: FleetSession, repository: Repository, item: WrittenSource) -> LocalStack:
    snapshot = session.usable()
    pins = {unit.stack for unit in snapshot.fleet.units.values() if unit.stack.source == item.source}
    trees = [snapshot.stacks.catalogue.tree(pin) for pin in pins or {StackPin(item.source)}]
    root = repository.root.resolve()
    if len({(tree.folder, tree.module) for tree in trees}) > 1:
        summary = f"the stack {item.source} has other modules in some cells than in others"
        raise DiagnosticError(error(summary, "make its git project by hand", item.position))
    tree = max(trees, key=lambda tree: len(tree.files))
    folder = tree.folder.resolve()
    if not folder.is_relative_to(root):
        summary = f"the stack {item.source} is not in the fleet's repository, or needs files outside of it"
        raise DiagnosticError(error(summary, "make its git project where it lies", item.position))
    above = folder.relative_to(root).as_posix()
    return LocalStack(item.source, project_name(item.source), tree, "" if above == "." else above)


def _not_committed(repository: Repository, found: Sequence[LocalStack]) -> list[Diagnostic]:
    """A project is made of what is committed: else its units would show as changed."""
    faults = []
    dirty = repository.dirty()
    for stack in found:
        below = f"{stack.above}/" if stack.above else ""
        committed = repository.committed([repository.root / stack.above])
        open_files = {path for path in dirty if stack.is_folder and path.startswith(below)}
        open_files |= {path for path in stack.paths() if path in dirty or path not in committed}
        if open_files:
            shown = ", ".join(sorted(open_files)[:_SHOWN])
            more = f" and {len(open_files) - _SHOWN} more" if len(open_files) > _SHOWN else ""
            faults.append(
                error(
                    f"the stack {stack.source} has changes that are not committed: {shown}{more}",
                    "commit or remove them first: its project is made of what is committed",
                    Position(str(Path(stack.above) / stack.tree.module)),
                )
            )
    return faults


def _same_names(found: Sequence[LocalStack], chosen: dict[str, WrittenSource]) -> list[Diagnostic]:
    first: dict[str, LocalStack] = {}
    return [
        error(
            f"{stack.source} and {first[stack.project].source} would both be the project {stack.project}",
            "rename one of the folders",
            chosen[stack.source].position,
        )
        for stack in found
        if first.setdefault(stack.project, stack) is not stack
    ]
