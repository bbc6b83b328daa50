"""Collects a stack's tree: follows the calls to every local module, and refuses what leaves the tree."""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeAlias

from cellwright.model.diagnostic import Diagnostic, DiagnosticError, error
from cellwright.model.position import Position
from cellwright.stacks.folder import FoundFile, FoundLink, find_files
from cellwright.stacks.module import Module, ModuleCall
from cellwright.stacks.tree import StackFile, tree_digest

ReadModule: TypeAlias = Callable[[Mapping[str, bytes]], Module]
"""From the contents of a module's configuration files, by name, to the module."""


@dataclass(frozen=True, slots=True)
class GatheredTree:
    """A tree's files, and the modules in it."""

    files: tuple[StackFile, ...]
    module: str
    digest: str
    folder: Path
    root: Module
    local: tuple[Module, ...]
    """The modules that the root module uses, at any depth, each once."""


def gather_tree(
    root: Path, read_module: ReadModule, label: str, boundary: Path | None = None
) -> GatheredTree:
    """Collect the tree of the root module in the folder `root`, an absolute path.

    Nothing may leave `boundary`. Without one, modules may lie anywhere and links must stay in the tree.

    `label` is what findings call the stack.

    Raises:
        DiagnosticError: no such folder, nothing to run in it, files that do not parse, a module that is not
            there, a symbolic link that leaves the tree. Positions hold absolute paths.
    """
    folder = Path(os.path.normpath(root))
    if not folder.is_dir():
        what = "is not a folder" if folder.exists() else "does not exist"
        raise DiagnosticError(error(f"the stack's source '{label}' {what}", "correct `source`, or create it"))
    gathered = _Gathering(read_module, boundary).gather(folder)
    if gathered is None:
        advice = "a stack is a folder with *.tf files; correct `source`"
        raise DiagnosticError(error(f"the stack's source '{label}' has no Terraform files", advice))
    return gathered


class _Gathering:
    def __init__(self, read_module: ReadModule, boundary: Path | None) -> None:
        self._read_module = read_module
        self._boundary = boundary
        self._walked: list[Path] = []
        self._files: dict[Path, FoundFile] = {}
        self._links: list[FoundLink] = []
        self._configuration: dict[Path, dict[str, bytes]] = {}
        self._findings: list[Diagnostic] = []

    def gather(self, root: Path) -> GatheredTree | None:
        self._walk(root)
        if root not in self._configuration:
            return None
        modules = self._modules(root)
        folder = Path(os.path.commonpath(self._walked))
        self._check_links(folder)
        if self._findings:
            raise DiagnosticError(*self._findings)
        files = {path.relative_to(folder).as_posix(): found for path, found in self._files.items()}
        module = root.relative_to(folder).as_posix()
        return GatheredTree(
            files=tuple(
                StackFile(path, files[path].source, files[path].executable) for path in sorted(files)
            ),
            module=module,
            digest=tree_digest(module, files),
            folder=folder,
            root=modules.pop(root),
            local=tuple(modules.values()),
        )

    def _modules(self, root: Path) -> dict[Path, Module]:
        """Give the root module and all that it leads to, by folder; what is wrong goes to the findings."""
        modules = {root: self._module(root)}
        waiting = [root]
        while waiting:
            caller = waiting.pop()
            for call in modules[caller].calls:
                try:
                    if call.is_local and (folder := self._called(caller, call)) not in modules:
                        modules[folder] = self._module(folder)
                        waiting.append(folder)
                except DiagnosticError as fault:
                    self._findings.extend(fault.diagnostics)
        return modules

    def _walk(self, folder: Path) -> None:
        self._walked.append(folder)
        for found in find_files(folder):
            if isinstance(found, FoundLink):
                self._links.append(found)
                continue
            self._files[found.source] = found
            if found.content is not None:
                self._configuration.setdefault(found.source.parent, {})[found.source.name] = found.content

    def _module(self, folder: Path) -> Module:
        try:
            return self._read_module(self._configuration[folder])
        except DiagnosticError as fault:
            raise DiagnosticError(*(_inside(folder, item) for item in fault.diagnostics)) from None

    def _called(self, caller: Path, call: ModuleCall) -> Path:
        """Give the folder of a local module, walked if it was not yet."""
        folder = Path(os.path.normpath(caller / str(call.source)))
        position = replace(call.position, file=str(caller / call.position.file))
        if self._boundary and not folder.is_relative_to(self._boundary):
            advice = "a stack from git uses modules of its own repository, or remote ones"
            raise DiagnosticError(error(f"the module '{call.name}' leaves its repository", advice, position))
        if folder.is_dir() and not any(map(folder.is_relative_to, self._walked)):
            self._walk(folder)
        if folder not in self._configuration:
            summary = f"the folder '{call.source}' of module '{call.name}' has no Terraform files"
            raise DiagnosticError(error(summary, "correct the module's `source`", position))
        return folder

    def _check_links(self, folder: Path) -> None:
        inside = [os.path.realpath(place) for place in (folder, self._boundary) if place]
        called = [FoundLink(place, Path(os.path.realpath(place))) for place in self._walked[1:]]
        leaving = {
            link.source
            for link in (*self._links, *called)
            if not any(link.target.is_relative_to(place) for place in inside)
        }
        summary = "a symbolic link leaves the stack's source tree"
        advice = "put the file itself there: a stack is complete in its own folder"
        self._findings.extend(error(summary, advice, Position(str(path))) for path in sorted(leaving))


def _inside(folder: Path, item: Diagnostic) -> Diagnostic:
    if item.position is None:
        return item
    return replace(item, position=replace(item.position, file=str(folder / item.position.file)))
