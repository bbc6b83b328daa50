"""Reads a folder of root modules of plain Terraform: backends, variables by environment, workspaces."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from cellwright.foreign.files import (
    HclFile,
    backend_in,
    configuration_in,
    constants,
    declared_variables,
    folders_in,
    is_configuration,
    read_variables,
    shown,
)
from cellwright.foreign.names import parts_left_out
from cellwright.foreign.paths import PATH_SETTINGS, follows_workspaces, in_workspace
from cellwright.foreign.tree import ForeignBackend, ForeignTree, ForeignUnit, ForeignValue, Unreadable
from cellwright.model.diagnostic import Diagnostic, DiagnosticError, error, warning
from cellwright.model.position import Position
from cellwright.stacks.hcl.syntax import Block, Literal

_OWN = re.compile(r"(terraform\.tfvars|.*\.auto\.tfvars)(\.json)?\Z")
"""Files of variables that Terraform reads by itself: they stay in the stack's folder."""
_VALUES = (".tfvars", ".tfvars.json")
_BACKENDS = (".tfbackend", ".hcl")
_NO_NAMES = frozenset({"terraform", "vars", "variables", "values", "config", "backend", "main"})
"""What a file of variables may be called without naming an environment: its folder does."""
_WORDS = re.compile(r"[^A-Za-z0-9-]+")
_WORKSPACES = "terraform.tfstate.d"
_NAMES_WORKSPACE = re.compile(r"\bterraform\.workspace\b")


def read_plain(root: Path) -> ForeignTree:
    """Read all root modules below a folder.

    Raises:
        DiagnosticError: a file can't be read (all faults), or there is no root module.
    """
    return _Plain(root).read()


@dataclass
class _Root:
    """One root module."""

    folder: Path
    module: tuple[HclFile, ...]
    files: list[str]


@dataclass
class _Plain:
    root: Path
    faults: list[Diagnostic] = field(default_factory=list)
    notes: list[Diagnostic] = field(default_factory=list)
    _below: dict[Path, list[str]] = field(default_factory=dict)

    def read(self) -> ForeignTree:
        self._below = dict(folders_in(self.root))
        roots = list(self._roots())
        if self.faults:
            raise DiagnosticError(*self.faults)
        if not roots:
            raise DiagnosticError(
                error(
                    f"there is no root module below {self.root}",
                    "name a folder whose folders have *.tf files with a backend, variables or a state",
                )
            )
        cut = parts_left_out(self._parts(item)[:-1] for item in roots)
        units = [unit for item in roots for unit in self._units(item, cut)]
        if self.faults:
            raise DiagnosticError(*self.faults)
        return ForeignTree(units=tuple(units), notes=tuple(self.notes))

    def _parts(self, item: _Root) -> tuple[str, ...]:
        return item.folder.relative_to(self.root).parts

    def _roots(self) -> Iterator[_Root]:
        found: dict[Path, _Root] = {}
        called: set[Path] = set()
        for folder, files in self._below.items():
            if not any(map(is_configuration, files)):
                continue
            try:
                module = configuration_in(folder, self.root)
            except DiagnosticError as fault:
                self.faults.extend(fault.diagnostics)
                continue
            found[folder] = _Root(folder, module, files)
            called |= {(folder / source).resolve() for source in _local_sources(module)}
        for folder, item in found.items():
            if folder.resolve() not in called and self._is_root(item):
                yield item

    def _is_root(self, item: _Root) -> bool:
        if _backend_block(item) is not None:
            return True
        if "modules" in self._parts(item):
            return False
        return (
            any(map(_is_state, item.files))
            or (item.folder / _WORKSPACES).is_dir()
            or any(True for _ in self._value_files(item))
            or any(_OWN.match(name) for name in item.files)
            or any(file.body.blocks_of("provider") for file in item.module)
        )

    def _units(self, item: _Root, cut: int) -> Iterator[ForeignUnit]:
        named = dict(self._value_files(item))
        workspaces = sorted(path.name for path in (item.folder / _WORKSPACES).glob("*") if path.is_dir())
        several = len(named) > 1 or bool(workspaces)
        self._tell_of_workspaces(item)
        self._tell_of_files(item)
        environments: list[str | None] = [*sorted({*named, *workspaces})] if several else [None]
        if workspaces and (item.folder / "terraform.tfstate").is_file():
            environments.append("default")
        for environment in environments:
            files = [named[environment]] if environment in named else []
            if environment is None:
                files = list(named.values())
            yield self._unit(item, cut, environment, files, workspace=bool(workspaces))

    def _unit(
        self, item: _Root, cut: int, environment: str | None, files: list[Path], *, workspace: bool
    ) -> ForeignUnit:
        parts = self._parts(item)
        stack = parts[-1] if parts else self.root.name
        cell = environment or "-".join(parts[cut:-1]) or stack
        position = item.module[0].position(0)
        backend = self._backend(item, environment, workspace=workspace)
        return ForeignUnit(
            key=f"{'/'.join(parts)}@{environment or ''}",
            cell=cell,
            stack=stack,
            source=item.folder,
            inputs=self._inputs(item, files),
            backend=backend,
            position=Position(position.file),
        )

    def _inputs(self, item: _Root, files: list[Path]) -> dict[str, ForeignValue]:
        declared = declared_variables(item.module)
        found: dict[str, ForeignValue] = {}
        for path in files:
            for name, (value, position) in self._values(path).items():
                if name in declared:
                    found[name] = value
                else:
                    self.notes.append(
                        warning(
                            f"'{name}' is left out: {shown(item.folder, self.root) or '.'} declares no such "
                            "variable",
                            "Terraform ignores it too",
                            position,
                        )
                    )
        return found

    def _values(self, path: Path) -> Mapping[str, tuple[ForeignValue, Position]]:
        try:
            return read_variables(path, self.root)
        except DiagnosticError as fault:
            self.faults.extend(fault.diagnostics)
            return {}

    def _value_files(self, item: _Root) -> Iterator[tuple[str, Path]]:
        """Yield the files of variables that Terraform is told to read, by environment."""
        for folder, name in self._beside(item):
            if not name.endswith(_VALUES) or (folder == item.folder and _OWN.match(name)):
                continue
            stem = name.split(".tfvars")[0].removesuffix(".auto")
            yield (folder.name if stem in _NO_NAMES and folder != item.folder else stem), folder / name

    def _beside(self, item: _Root) -> Iterator[tuple[Path, str]]:
        """Yield the files in a root module's folder and in folders below it that hold no module."""
        for folder, files in self._below.items():
            inside = folder == item.folder or item.folder in folder.parents
            if inside and not any(self._has_module(step) for step in _between(item.folder, folder)):
                yield from ((folder, name) for name in files)

    def _has_module(self, folder: Path) -> bool:
        return any(map(is_configuration, self._below.get(folder, ())))

    def _backend(self, item: _Root, environment: str | None, *, workspace: bool) -> ForeignBackend:
        found = _backend_block(item)
        own: dict[str, ForeignValue] = {}
        kind, position = "local", Position(shown(item.folder, self.root))
        if found is not None:
            file, block = found
            position = file.position(block.offset)
            kind = block.labels[0] if block.kind == "backend" else block.kind
            own = constants(file, block.body)
            for inner in block.body.blocks:
                own[inner.kind] = constants(file, inner.body)
        completed = self._completing(item, environment)
        for path in completed:
            own |= {name: value for name, (value, _) in self._values(path).items()}
        several = environment is not None and (workspace or not completed)
        if kind == "local":
            where = own.get("path", "terraform.tfstate")
            if isinstance(where, str):
                own["path"] = str(item.folder / where)
        if several and environment != "default":
            own = dict(in_workspace(kind, own, environment or ""))
            if not follows_workspaces(kind) and (name := PATH_SETTINGS.get(kind)) is not None:
                why = f"where the backend {kind} keeps the states of workspaces is not known here"
                own[name] = Unreadable(kind, position, why)
            if not workspace:
                self.notes.append(
                    warning(
                        f"'{environment}' is taken for a workspace: nothing else tells its state apart",
                        "look at the key of its state; a backend file of its own is named like its variables",
                        position,
                    )
                )
        return ForeignBackend(kind=kind, config=own, position=position)

    def _completing(self, item: _Root, environment: str | None) -> list[Path]:
        """Find the files that complete a partial backend: for one environment, or for all."""
        found = []
        for folder, name in self._beside(item):
            if not name.endswith(_BACKENDS) or name in {".terraform.lock.hcl", "terragrunt.hcl"}:
                continue
            words = {*_WORDS.split(name), *({folder.name} - {item.folder.name})}
            if (environment is not None and environment in words) or (
                environment is None and name.endswith(".tfbackend")
            ):
                found.append(folder / name)
        return found if environment is not None or len(found) == 1 else []

    def _tell_of_workspaces(self, item: _Root) -> None:
        for file in item.module:
            for match in _NAMES_WORKSPACE.finditer(file.source.text):
                self.notes.append(
                    warning(
                        "the code names terraform.workspace, which is 'default' in every unit of a fleet",
                        "let it take a variable instead, and give that in the cells",
                        file.position(match.start()),
                    )
                )

    def _tell_of_files(self, item: _Root) -> None:
        for file in item.module:
            for block in file.body.blocks_of("data"):
                kind = block.body.attributes.get("backend")
                local = kind is not None and isinstance(kind.value, Literal) and kind.value.value == "local"
                if block.labels[:1] == ("terraform_remote_state",) and local:
                    self.notes.append(
                        warning(
                            "the code reads another state from a file, which is not found where a unit runs",
                            "let it take a variable, and give that the output: ${output.STACK.NAME}",
                            file.position(block.offset),
                        )
                    )


def _between(above: Path, below: Path) -> Iterator[Path]:
    """Yield the folders from `below` up to, but without, `above`."""
    while below != above:
        yield below
        below = below.parent


def _is_state(name: str) -> bool:
    return name.endswith(".tfstate")


def _backend_block(item: _Root) -> tuple[HclFile, Block] | None:
    for file in item.module:
        block = backend_in((file,))
        if block is not None:
            return file, block
    return None


def _local_sources(module: tuple[HclFile, ...]) -> Iterator[str]:
    for file in module:
        for block in file.body.blocks_of("module"):
            source = block.body.attributes.get("source")
            if source is not None and isinstance(source.value, Literal):
                text = source.value.value
                if isinstance(text, str) and text.startswith("."):
                    yield text
