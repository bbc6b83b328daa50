"""One file of Terragrunt, evaluated as it is for one unit: locals, includes, inputs, dependencies."""

import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from cellwright.foreign.expressions.evaluator import Evaluator
from cellwright.foreign.expressions.values import NoValue, attribute
from cellwright.foreign.files import HclFile, read_hcl
from cellwright.foreign.secrets import closed, holds_secrets
from cellwright.foreign.sources import SourceMap
from cellwright.foreign.terragrunt.functions import functions_of
from cellwright.foreign.tree import ForeignValue, OutputOf, Unreadable
from cellwright.model.diagnostic import DiagnosticError
from cellwright.model.names import means_secret
from cellwright.model.position import Position
from cellwright.stacks.hcl.syntax import Block

CONFIG = "terragrunt.hcl"
STACK = "terragrunt.stack.hcl"
DEEPEST = 20
"""How many files may read each other, and how many stacks may lie in each other."""
_WITH_DEFAULT = 2


@dataclass(eq=False)
class Tree:
    """The files of a tree, each parsed once, and what its functions answer with."""

    root: Path
    environment: Mapping[str, str]
    sources: SourceMap = field(default_factory=SourceMap)
    is_secret: Callable[[str], bool] = means_secret
    """Tells variables of the environment that are not read, but kept as references."""
    files: dict[Path, HclFile] = field(default_factory=dict)
    from_environment: dict[str, Position] = field(default_factory=dict)
    """Variables of the environment that were asked for, and where."""
    secrets: dict[str, Position] = field(default_factory=dict)
    """Secrets of the environment that were asked for, and where."""
    copies: dict[Path, Path] = field(default_factory=dict)
    """Folders that Terragrunt would make of a stack, and those of which they are copies."""
    values: dict[Path, ForeignValue] = field(default_factory=dict)
    """The `values` of those folders."""

    def file(self, path: Path) -> HclFile:
        """Give a file.

        Raises:
            DiagnosticError: it can't be read.
        """
        there = self.real(path)
        if there not in self.files:
            self.files[there] = read_hcl(there, self.root)
        return self.files[there]

    def real(self, path: Path) -> Path:
        """Give where a file or folder lies that Terragrunt would have in a stack's folder."""
        for folder in (path, *path.parents):
            if folder in self.copies:
                return self.copies[folder] / path.relative_to(folder)
        return path


@dataclass(eq=False)
class Config:
    """A file as it is seen from the unit in whose folder Terragrunt is started."""

    tree: Tree
    path: Path
    unit: Path
    """The folder for which it is evaluated."""
    original: Path
    """The folder in which Terragrunt is started; another one than `unit` in a file that is read."""
    depth: int = 0
    included: bool = False
    _locals: dict[str, ForeignValue] = field(default_factory=dict)
    _includes: "dict[str, Config] | None" = None
    _pending: set[str] = field(default_factory=set)

    @property
    def file(self) -> HclFile:
        """The file, parsed."""
        return self.tree.file(self.path)

    @cached_property
    def evaluator(self) -> Evaluator:
        """What evaluates its expressions."""
        return Evaluator(self.file.source, self.name, functions_of(self))

    def blocks(self, kind: str) -> tuple[Block, ...]:
        """Give its blocks of a kind."""
        return self.file.body.blocks_of(kind)

    def includes(self) -> "Mapping[str, Config]":
        """Give the files that it includes, by label."""
        if self._includes is None:
            self._includes = dict(self._included())
        return self._includes

    def _included(self) -> "Iterator[tuple[str, Config]]":
        for block in self.blocks("include"):
            written = block.body.attributes.get("path")
            if written is None:
                continue
            path = self.evaluator.value(written.value)
            if not isinstance(path, str) or self.depth > DEEPEST:
                continue
            there = self.absolute(path)
            yield (
                block.labels[0] if block.labels else "",
                Config(self.tree, there, self.unit, self.original, self.depth + 1, included=True),
            )

    def merged(self) -> "tuple[Config, ...]":
        """Give the file and those that are merged into it: what counts first comes first."""
        found = [self]
        for block in reversed(self.blocks("include")):
            item = self.includes().get(block.labels[0] if block.labels else "")
            if item is not None and self.arguments(block).get("merge_strategy") != "no_merge":
                found.append(item)
        return tuple(found)

    def unread_includes(self) -> Iterator[tuple[Block, str]]:
        """Yield the blocks of includes whose path can't be told."""
        read = self.includes()
        for block in self.blocks("include"):
            label = block.labels[0] if block.labels else ""
            if label not in read:
                yield block, label

    def attribute(self, name: str) -> ForeignValue:
        """Evaluate an argument of the file; None if it has none."""
        found = self.file.body.attributes.get(name)
        return None if found is None else self._closed(self.evaluator.value(found.value))

    def arguments(self, block: Block) -> dict[str, ForeignValue]:
        """Evaluate the arguments of a block."""
        return {name: self.evaluator.value(item.value) for name, item in block.body.attributes.items()}

    def exposed(self) -> dict[str, Any]:
        """Give what another file sees that reads this one."""
        return {
            "locals": self.all_locals(),
            "inputs": self.attribute("inputs") or {},
            "dependency": self._dependencies(),
        }

    def all_locals(self) -> dict[str, ForeignValue]:
        """Evaluate all of its locals."""
        found: dict[str, ForeignValue] = {}
        for block in self.blocks("locals"):
            for name, item in block.body.attributes.items():
                try:
                    found[name] = self._local(name)
                except NoValue as fault:
                    found[name] = fault.at or self.evaluator.unreadable(item.value, fault.why)
        return found

    def name(self, path: tuple[str, ...]) -> ForeignValue:
        """Give the value of a name with the attributes after it.

        Raises:
            NoValue: it has none here.
        """
        head, *rest = path
        match head:
            case "local":
                return attribute(self._local(rest[0]), tuple(rest[1:])) if rest else self.all_locals()
            case "include":
                return self._of_include(tuple(rest))
            case "dependency":
                return attribute(self._dependencies(), tuple(rest))
            case "values" if self.unit in self.tree.values:
                return attribute(self.tree.values[self.unit], tuple(rest))
            case "feature" if rest:
                return attribute({"value": self._feature(rest[0])}, tuple(rest[1:]))
            case _:
                raise NoValue(f"'{'.'.join(path)}' is not known here")

    def dependency_path(self, block: Block) -> Path | None:
        """Give the folder of a dependency; None if it can't be told."""
        written = block.body.attributes.get("config_path")
        path = None if written is None else self.evaluator.value(written.value)
        return self.absolute(path, self.unit) if isinstance(path, str) else None

    def _dependencies(self) -> dict[str, Any]:
        """Give the outputs of all dependencies by label."""
        found: dict[str, Any] = {}
        for config in reversed(self.merged()):
            for block in config.blocks("dependency"):
                found[block.labels[0] if block.labels else ""] = config.dependency(block)
        return found

    def dependency(self, block: Block) -> ForeignValue:
        """Give what a dependency stands for: the outputs of its unit, or what is taken for them."""
        arguments = self.arguments(block)
        position = self.file.position(block.offset)
        if arguments.get("skip_outputs") is True:
            return {"outputs": arguments.get("mock_outputs", {})}
        if arguments.get("enabled", True) is not True:
            why = "the dependency is switched off, or it can't be told whether it is"
            return {"outputs": Unreadable("enabled", position, why, unknown=True)}
        there = self.dependency_path(block)
        if there is None:
            return arguments.get("config_path", {})
        return {"outputs": OutputOf(str(there), (), position)}

    def _feature(self, label: str) -> ForeignValue:
        for config in self.merged():
            for block in config.blocks("feature"):
                if block.labels == (label,) and "default" in block.body.attributes:
                    return config.arguments(block)["default"]
        raise NoValue(f"there is no feature '{label}'")

    def _of_include(self, rest: tuple[str, ...]) -> ForeignValue:
        for label, config in self.includes().items():
            inside = rest if not label else rest[1:] if rest[:1] == (label,) else None
            match inside:
                case None:
                    continue
                case ("locals", *more):
                    return config.name(("local", *more))
                case ("inputs", *more):
                    return attribute(config.attribute("inputs"), tuple(more))
                case _:
                    return attribute(config.exposed(), inside)
        raise NoValue(f"'include.{'.'.join(rest)}' is not known here")

    def _local(self, name: str) -> ForeignValue:
        if name in self._locals:
            return self._locals[name]
        if name in self._pending:
            raise NoValue(f"local.{name} refers to itself")
        for block in self.blocks("locals"):
            if name in block.body.attributes:
                self._pending.add(name)
                try:
                    value = self._closed(self.evaluator.value(block.body.attributes[name].value), name)
                finally:
                    self._pending.discard(name)
                self._locals[name] = value
                return value
        raise NoValue(f"there is no local.{name}")

    def _closed(self, value: ForeignValue, name: str = "") -> ForeignValue:
        """Give a value without its secrets: by their names, or all texts of a file of secrets."""
        return closed(value, name, secret=holds_secrets(self.path))

    def absolute(self, path: str, folder: Path | None = None) -> Path:
        """Give a path that may start at the folder of the file, or of the unit for one that is included."""
        base = folder or (self.unit if self.included else self.path.parent)
        return Path(os.path.normpath(base / path))

    def read(self, given: list[ForeignValue]) -> ForeignValue:
        """Read another file of Terragrunt, as `read_terragrunt_config` does."""
        path = self.absolute(given[0])
        if not self.tree.real(path).is_file():
            if len(given) == _WITH_DEFAULT:
                return given[1]
            raise NoValue(f"there is no file {given[0]}")
        if self.depth > DEEPEST:
            raise NoValue("files read each other in a circle")
        try:
            return Config(self.tree, path, path.parent, self.original, self.depth + 1).exposed()
        except DiagnosticError as fault:
            raise NoValue(fault.diagnostics[0].summary) from None
