"""Collects a stack's tree: the root module and all local modules it uses; nothing may leave the tree."""

import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from cellwright.model.binary import Product
from cellwright.model.diagnostic import Diagnostic, DiagnosticError, error
from cellwright.model.position import Position
from cellwright.model.value import Json
from cellwright.stacks.reading.early import UNKNOWN
from cellwright.stacks.reading.module import ModuleCall, TerraformModule, for_opentofu, read_by
from cellwright.stacks.reading.values import names_in_values
from cellwright.stacks.source.calls import ComputedCalls
from cellwright.stacks.source.folder import FoundFile, FoundLink, find_files, is_file_of_values
from cellwright.stacks.source.links import called_folder, is_in
from cellwright.stacks.source.outside import OutsideFiles, repository_of
from cellwright.stacks.source.tree import StackFile, tree_digest

ReadModule: TypeAlias = Callable[[str, Mapping[str, bytes]], TerraformModule]
"""Reads a module from its folder and the contents of its configuration files by name."""


class ProductNeeded(Exception):  # noqa: N818  an answer: the caller then says which product it is
    """The tree has files that only OpenTofu reads, so it is another one for Terraform."""


@dataclass(frozen=True, slots=True)
class GatheredTree:
    """A tree's files, and its root module."""

    files: tuple[StackFile, ...]
    module: str
    digest: str
    folder: Path
    root: TerraformModule
    modules: tuple[TerraformModule, ...]
    """The root module first, then all local modules that it uses."""
    deciding: frozenset[str]
    """Variables of the root module that sources of modules are made of."""
    computed_findings: tuple[Diagnostic, ...]
    """Findings about calls whose source is made of variables."""
    own_values: frozenset[str]
    """Variables of the root module that the stack's own files of values set."""
    outside_findings: tuple[Diagnostic, ...] = ()
    """Findings about files beside the stack's folder that its code names."""


def gather_tree(  # noqa: PLR0913 -- where the stack lies, and who reads it with which values
    root: Path,
    read_module: ReadModule,
    label: str,
    boundary: Path | None = None,
    product: Product | None = None,
    values: Mapping[str, Json] | None = None,
    *,
    limit: Path | None = None,
) -> GatheredTree:
    """Collect the tree of the root module in the folder `root`, an absolute path, as `product` reads it.

    `values` are the root module's variables that are set: sources of modules may be made of them. Nothing may
    leave `boundary`. Without one, modules may lie anywhere and links must stay in the tree.
    `label` is the stack's name in findings. Files that the code names beside the stack come along from the
    repository in which it lies; `limit` is that of a stack outside of any.

    Raises:
        ProductNeeded: no product was given, and the tree is not the same for both.
        DiagnosticError: there is no such folder, it has no Terraform files or some that do not parse, a
            module is missing, or a symbolic link leaves the tree.
    """
    folder = os.path.normpath(root)
    if not root.is_dir():
        what = "is not a folder" if root.exists() else "does not exist"
        raise DiagnosticError(error(f"the stack's source '{label}' {what}", "correct `source`, or create it"))
    outermost = str(boundary or repository_of(folder) or limit or folder)
    builder = _TreeBuilder(read_module, str(boundary) if boundary else None, product, outermost)
    gathered = builder.gather(folder, values or {})
    if gathered is None:
        advice = "a stack is a folder with *.tf files; correct `source`"
        if builder.for_opentofu:
            advice = "it has *.tofu files, which only OpenTofu reads: say `terraform: {product: tofu}`"
        raise DiagnosticError(error(f"the stack's source '{label}' has no Terraform files", advice))
    return gathered


class _TreeBuilder:
    """Paths are strings, absolute and without "..": comparing them takes most of the time."""

    def __init__(
        self, read_module: ReadModule, boundary: str | None, product: Product | None, outermost: str
    ) -> None:
        self._read_module = read_module
        self._outermost = outermost
        self._product = product
        self.for_opentofu = False
        """A folder that was read has files that only OpenTofu reads."""
        self._boundary = boundary
        self._walked: list[str] = []
        self._reached: set[str] = set()
        """Folders that calls of modules go through: `../s/m` in `s` needs the folder above `s`."""
        self._files: dict[str, FoundFile] = {}
        self._links: list[FoundLink] = []
        self._configuration: dict[str, dict[str, bytes]] = {}
        self._values: dict[str, dict[str, bytes]] = {}
        self._findings: list[Diagnostic] = []

    def gather(self, root: str, values: Mapping[str, Json]) -> GatheredTree | None:
        self._walk(root)
        if not self._read_by_product(root):
            return None
        modules = self._read_modules(root)
        computed = self._computed_calls(root, modules, values)
        outside = OutsideFiles(root, self._outermost, tuple(self._walked))
        outside.find(modules)
        self._files |= outside.files
        folder = os.path.commonpath([*self._walked, *self._reached, *outside.reached])
        self._check_links(folder)
        if self._findings:
            raise DiagnosticError(*self._findings)
        start = len(folder.rstrip("/")) + 1
        files = {path[start:]: found for path, found in self._files.items()}
        module = root[start:] or "."
        return GatheredTree(
            files=tuple(
                StackFile(path, Path(found.source), found.executable, found.digest)
                for path, found in sorted(files.items())
            ),
            module=module,
            digest=tree_digest(
                module,
                files,
                self._product if self.for_opentofu else None,
                _from_root(computed.sources, root),
            ),
            folder=Path(folder),
            root=modules[root],
            modules=tuple(modules.values()),
            deciding=frozenset(computed.asked),
            computed_findings=tuple(dict.fromkeys(computed.findings)),
            own_values=frozenset(
                variable
                for name, content in self._values.get(root, {}).items()
                for variable in names_in_values(name, content)
            ),
            outside_findings=tuple(dict.fromkeys(outside.findings)),
        )

    def _read_modules(self, root: str) -> dict[str, TerraformModule]:
        """Read the root module and all local modules it uses; give them by folder."""
        modules = {root: self._read_module(root, self._read_by_product(root))}
        waiting = [root]
        while waiting:
            caller = waiting.pop()
            for call in modules[caller].calls:
                try:
                    if call.is_local and (folder := self._called(caller, call)) not in modules:
                        modules[folder] = self._read_module(folder, self._read_by_product(folder))
                        waiting.append(folder)
                except DiagnosticError as fault:
                    self._findings.extend(fault.diagnostics)
        return modules

    def _computed_calls(
        self, root: str, modules: dict[str, TerraformModule], values: Mapping[str, Json]
    ) -> ComputedCalls:
        """Read the modules whose sources are made of variables, too."""

        def enter(caller: str, call: ModuleCall) -> str:
            folder = self._called(caller, call)
            if folder not in modules:
                modules[folder] = self._read_module(folder, self._read_by_product(folder))
            return folder

        calls = ComputedCalls(enter, modules, values, own_values=root in self._values)
        if any(call.source is None for module in modules.values() for call in module.calls):
            calls.follow(root)
        return calls

    def _read_by_product(self, folder: str) -> Mapping[str, bytes]:
        """Give a module's configuration files: those that the product reads."""
        found = self._configuration.get(folder, {})
        if not any(map(for_opentofu, found)):
            return found
        self.for_opentofu = True
        if self._product is None:
            raise ProductNeeded
        return read_by(self._product, found)

    def _walk(self, folder: str) -> None:
        self._walked.append(folder)
        for found in find_files(folder):
            if isinstance(found, FoundLink):
                self._links.append(found)
                continue
            self._files[found.source] = found
            if found.content is not None:
                parent, _, name = found.source.rpartition("/")
                kind = self._values if is_file_of_values(name) else self._configuration
                kind.setdefault(parent, {})[name] = found.content

    def _called(self, caller: str, call: ModuleCall) -> str:
        """Give the folder of a local module, walked if it was not yet."""
        folder, found = called_folder(caller, call.source or "")
        if os.path.realpath(folder) != found and Path(found).is_dir():
            # In the copy a link is the folder that it leads to, and its `..` would lead to another module.
            summary = f"the module '{call.name}' is called from a folder that is reached by a symbolic link"
            detail = (
                f"there '{call.source}' leads to {found}: call the calling module by the path without link"
            )
            raise DiagnosticError(error(summary, detail, call.position))
        self._reached.add(_highest(caller, call.source or ""))
        if self._boundary and not is_in(folder, self._boundary):
            advice = "a stack from git uses modules of its own repository, or remote ones"
            raise DiagnosticError(
                error(f"the module '{call.name}' leaves its repository", advice, call.position)
            )
        if not any(is_in(folder, walked) for walked in self._walked) and Path(folder).is_dir():
            self._walk(folder)
        if not self._read_by_product(folder):
            summary = f"the folder '{call.source}' of module '{call.name}' has no Terraform files"
            advice = "correct the module's `source`"
            if call.computed_source is not UNKNOWN:
                advice += ", or the input that it is made of"
            raise DiagnosticError(error(summary, advice, call.position))
        return folder

    def _check_links(self, folder: str) -> None:
        called = [FoundLink(place, os.path.realpath(place)) for place in self._walked[1:]]
        links = [*self._links, *called]
        if not links:
            return
        inside = [os.path.realpath(place) for place in (folder, self._boundary) if place]
        leaving = {link.source for link in links if not any(is_in(link.target, place) for place in inside)}
        summary = "a symbolic link leaves the stack's source tree"
        advice = "replace the link by the file: a stack must be complete in its own folder"
        self._findings.extend(error(summary, advice, Position(path)) for path in sorted(leaving))


def _from_root(sources: Iterable[tuple[str, str, str]], root: str) -> list[tuple[str, str, str]]:
    """Give computed sources in order, with callers' folders from the root module's."""
    return sorted((os.path.relpath(folder, root), name, source) for folder, name, source in sources)


def _highest(caller: str, source: str) -> str:
    """Give the highest folder that a call goes through."""
    place = highest = caller
    for step in source.split("/"):
        place = os.path.normpath(f"{place}/{step}")
        highest = os.path.commonpath((highest, place))
    return highest
