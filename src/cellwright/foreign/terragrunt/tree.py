"""Reads a tree of Terragrunt: a unit for each folder with a terragrunt.hcl that no other one includes."""

import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cellwright.foreign.environment import of_environment, steering
from cellwright.foreign.expressions.values import why_late
from cellwright.foreign.files import folders_in, is_configuration, shown
from cellwright.foreign.names import parts_left_out
from cellwright.foreign.sources import SourceMap, is_remote, parted
from cellwright.foreign.terragrunt.backend import backend_of, blocks_of, environment_of
from cellwright.foreign.terragrunt.config import CONFIG, STACK, Config, Tree
from cellwright.foreign.terragrunt.stacks import GENERATED, Stacks
from cellwright.foreign.terragrunt.untaken import is_excluded, untaken
from cellwright.foreign.tree import ForeignTree, ForeignUnit, ForeignValue, Late, Unreadable
from cellwright.model.diagnostic import Diagnostic, DiagnosticError, error, warning
from cellwright.model.names import means_secret
from cellwright.model.position import Position
from cellwright.stacks.hcl.syntax import Expression

_STEERING = (
    "TERRAGRUNT_FEATURE",
    "TERRAGRUNT_IAM_",
    "TERRAGRUNT_SOURCE",
    "TF_CLI_ARGS",
    "TF_WORKSPACE",
    "TG_FEATURE",
    "TG_IAM_",
    "TG_SOURCE",
)


def read_terragrunt(
    root: Path,
    environment: Mapping[str, str],
    sources: SourceMap | None = None,
    is_secret: Callable[[str], bool] = means_secret,
) -> ForeignTree:
    """Read all units below a folder.

    Raises:
        DiagnosticError: a file can't be read (all faults), or there is no unit.
    """
    return _Reading(Tree(root, environment, sources or SourceMap(), is_secret)).read()


@dataclass
class _Reading:
    tree: Tree
    faults: list[Diagnostic] = field(default_factory=list)
    notes: dict[tuple[object, str], Diagnostic] = field(default_factory=dict)

    def read(self) -> ForeignTree:
        root = self.tree.root
        included: set[Path] = set()
        good = []
        for folder in self._folders():
            config = Config(self.tree, folder / CONFIG, folder, folder)
            try:
                for item in config.includes().values():
                    included.add(item.path)
                    _ = item.file
                good.append(config)
            except DiagnosticError as fault:
                self.faults.extend(fault.diagnostics)
        units = [config for config in good if config.path not in included and self._is_unit(config)]
        if self.faults:
            raise DiagnosticError(*dict.fromkeys(self.faults))
        if not units:
            raise DiagnosticError(
                *self.notes.values(),
                error(
                    f"there is no unit of Terragrunt below {root}", f"name a folder with a {CONFIG} below it"
                ),
            )
        cut = parts_left_out(self._parts(config)[0] for config in units)
        made = [self._unit(config, cut) for config in units]
        self._tell_of_environment(units[0].file.position(0))
        read = self.tree.from_environment.keys() & self.tree.environment.keys()
        notes = tuple(self.notes.values())
        return ForeignTree(units=tuple(made), folder=root, notes=notes, from_environment=frozenset(read))

    def _folders(self) -> Iterator[Path]:
        """Yield the folders of units: those that are there, and those that stacks make."""
        stacks = Stacks(self.tree)
        found: dict[Path, None] = {}
        for folder, files in folders_in(self.tree.root, hidden=True):
            try:
                if STACK in files:
                    found |= dict.fromkeys(stacks.units(folder))
            except DiagnosticError as fault:
                self.faults.extend(fault.diagnostics)
            if CONFIG in files:
                found[folder] = None
            elif f"{CONFIG}.json" in files:
                self._note(
                    error(
                        "no unit: files of Terragrunt that are JSON are not read",
                        f"write it as {CONFIG}, then import again",
                        Position(shown(folder / f"{CONFIG}.json", self.tree.root), 1, 1),
                    )
                )
        for note in stacks.notes.values():
            self._note(note)
        yield from sorted(found)

    def _parts(self, config: Config) -> tuple[tuple[str, ...], str]:
        """Give the folders of a unit's cell, and its stack: a generated one belongs to the stack's folder."""
        parts = config.unit.relative_to(self.tree.root).parts
        if GENERATED in parts:
            at = parts.index(GENERATED)
            return parts[:at], "-".join(part for part in parts[at:] if part != GENERATED)
        return parts[:-1], parts[-1] if parts else self.tree.root.name

    def _is_unit(self, config: Config) -> bool:
        if any(blocks_of(config, "terraform")) or any(
            is_configuration(item.name) for item in self.tree.real(config.unit).iterdir()
        ):
            return True
        self._note(
            warning(
                "no unit: it has neither a `terraform` block with a source nor *.tf files",
                "write a unit's source, if it is to be one",
                config.file.position(0),
            )
        )
        return False

    def _unit(self, config: Config, cut: int) -> ForeignUnit:
        above, stack = self._parts(config)
        for block, label in config.unread_includes():
            self._note(
                error(
                    f"the include '{label}' is not read: its path can't be told",
                    "what it holds is missing in this unit",
                    config.file.position(block.offset),
                )
            )
        for note in untaken(config):
            self._note(note)
        source = self._source(config)
        return ForeignUnit(
            key=str(config.unit),
            cell="-".join(above[cut:]) or stack,
            stack=stack,
            source=source,
            inputs=self._inputs(config),
            enabled=not is_excluded(config),
            backend=backend_of(config, source),
            environment=environment_of(config),
            needs=tuple(self._needs(config)),
            position=config.file.position(0),
        )

    def _source(self, config: Config) -> Path | str | Unreadable:
        for item, block in blocks_of(config, "terraform"):
            written = block.body.attributes.get("source")
            if written is not None:
                found = item.evaluator.value(written.value)
                if isinstance(found, str):
                    return self._named(config, item, found, written.value)
                if isinstance(found, Unreadable):
                    return found
                why = why_late(found) if isinstance(found, Late) else "a source is a text"
                return item.evaluator.unreadable(written.value, why)
        return self.tree.real(config.unit)

    def _named(
        self, config: Config, item: Config, source: str, written: Expression
    ) -> Path | str | Unreadable:
        mapped = self.tree.sources.mapped(source)
        if isinstance(mapped, Path):
            return self._mapped(item, source, mapped, written.offset)
        if mapped.startswith("tfr:"):
            why = (
                "a module of a registry can't be a stack: write a stack that calls it, or fetch it and "
                f"import with --source-map '{parted(source)[0]}=FOLDER'"
            )
            return item.evaluator.unreadable(written, why)
        if is_remote(mapped):
            return mapped
        folder = mapped.partition("?")[0].replace("//", "/")
        return self.tree.real(Path(os.path.normpath(config.unit / folder)))

    def _mapped(self, item: Config, source: str, folder: Path, offset: int) -> Path | Unreadable:
        position = item.file.position(offset)
        if not folder.is_dir():
            place = shown(folder, self.tree.root)
            return Unreadable(source, position, f"by --source-map it is {place}, which is no folder")
        query = parted(source)[2]
        place = shown(folder, self.tree.root)
        summary = f"{source} is taken from {place} by --source-map" + (
            f": '?{query}' is not looked at" if query else ""
        )
        advice = "have that checked out there; a fleet that others use needs an address they can reach"
        self.notes.setdefault((None, summary), warning(summary, advice, position))  # once for each source
        return folder

    def _inputs(self, config: Config) -> dict[str, ForeignValue]:
        found: dict[str, ForeignValue] = {}
        any_deep = False
        for block in config.blocks("include"):
            item = config.includes().get(block.labels[0] if block.labels else "")
            how = config.arguments(block).get("merge_strategy", "shallow")
            any_deep = any_deep or how == "deep"
            if item is not None and how != "no_merge":
                found = self._merged(item, found, deep=how == "deep")
        return self._merged(config, found, deep=any_deep)

    def _merged(self, config: Config, found: dict[str, Any], *, deep: bool) -> dict[str, Any]:
        inputs = config.attribute("inputs")
        if isinstance(inputs, Unreadable):
            self._note(
                error(f"inputs are not written: {inputs.why}", f"they are: {inputs.text}", inputs.position)
            )
            return found
        if not isinstance(inputs, Mapping):
            return found
        return _deep(found, inputs) if deep else {**found, **inputs}

    def _needs(self, config: Config) -> Iterator[str]:
        for item, block in blocks_of(config, "dependency"):
            there = item.dependency_path(block)
            if there is not None and item.arguments(block).get("enabled", True) is True:
                yield str(there)
        for item, block in blocks_of(config, "dependencies"):
            paths = item.arguments(block).get("paths")
            for path in paths if isinstance(paths, list) else ():
                if isinstance(path, str):
                    yield os.path.normpath(config.unit / path)
                elif isinstance(path, Unreadable):
                    self._note(warning(f"a dependency is left out: {path.why}", path.text, path.position))

    def _tell_of_environment(self, position: Position) -> None:
        environment = self.tree.environment
        for note in of_environment(self.tree.from_environment, self.tree.secrets, environment):
            self._note(note)
        asked = self.tree.from_environment.keys() | self.tree.secrets.keys()
        others = {name: text for name, text in environment.items() if name not in asked}
        for note in steering(others, _STEERING, position):
            self._note(note)

    def _note(self, item: Diagnostic) -> None:
        self.notes.setdefault((item.position, item.summary), item)


def _deep(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    found = dict(below)
    for name, value in above.items():
        was = found.get(name)
        if isinstance(was, Mapping) and isinstance(value, Mapping):
            found[name] = _deep(was, value)
        elif isinstance(was, list) and isinstance(value, list):
            found[name] = [*was, *value]
        else:
            found[name] = value
    return found
