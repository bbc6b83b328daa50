"""One file of Terragrunt, evaluated as it is for one unit: locals, includes, inputs, dependencies."""

import json
import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from cellwright.foreign.evaluating import FUNCTIONS, Evaluator, Function, NoValue, attribute
from cellwright.foreign.files import HclFile, read_hcl
from cellwright.foreign.tree import ForeignValue, OutputOf
from cellwright.model.diagnostic import DiagnosticError
from cellwright.stacks.hcl.syntax import Block

CONFIG = "terragrunt.hcl"
_DEEPEST = 20
"""How many files may read each other."""
_WITH_DEFAULT = 2


@dataclass(eq=False)
class Tree:
    """The files of a tree, each parsed once, and what its functions answer with."""

    root: Path
    environment: Mapping[str, str]
    files: dict[Path, HclFile] = field(default_factory=dict)
    from_environment: dict[str, str] = field(default_factory=dict)
    """Variables of the environment that were asked for, and what was answered."""

    def file(self, path: Path) -> HclFile:
        """Give a file.

        Raises:
            DiagnosticError: it can't be read.
        """
        if path not in self.files:
            self.files[path] = read_hcl(path, self.root)
        return self.files[path]


@dataclass(eq=False)
class Config:
    """A file as it is seen from the unit in whose folder Terragrunt is started."""

    tree: Tree
    path: Path
    unit: Path
    """The folder for which it is evaluated."""
    depth: int = 0
    included: bool = False
    _locals: dict[str, ForeignValue] = field(default_factory=dict)
    _includes: "dict[str, Config] | None" = None
    _pending: set[str] = field(default_factory=set)

    @property
    def file(self) -> HclFile:
        """The file, parsed."""
        return self.tree.file(self.path)

    @property
    def evaluator(self) -> Evaluator:
        """What evaluates its expressions."""
        return Evaluator(self.file.source, self.name, self._functions())

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
            path = Evaluator(self.file.source, self.name, self._functions()).value(written.value)
            if not isinstance(path, str) or self.depth > _DEEPEST:
                continue
            there = self._absolute(path)
            yield (
                block.labels[0] if block.labels else "",
                Config(self.tree, there, self.unit, self.depth + 1, included=True),
            )

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
        return None if found is None else self.evaluator.value(found.value)

    def arguments(self, block: Block) -> dict[str, ForeignValue]:
        """Evaluate the arguments of a block."""
        evaluator = self.evaluator
        return {name: evaluator.value(item.value) for name, item in block.body.attributes.items()}

    def all_locals(self) -> dict[str, ForeignValue]:
        """Evaluate all of its locals."""
        names = [name for block in self.blocks("locals") for name in block.body.attributes]
        return {name: self._local(name) for name in names}

    def exposed(self) -> dict[str, Any]:
        """Give what another file sees that reads this one."""
        return {"locals": self.all_locals(), "inputs": self.attribute("inputs") or {}}

    def name(self, path: tuple[str, ...]) -> ForeignValue:
        """Give the value of a name with the attributes after it.

        Raises:
            NoValue: it has none here.
        """
        head, *rest = path
        if head == "local" and rest:
            return attribute(self._local(rest[0]), tuple(rest[1:]))
        if head == "include":
            return self._of_include(tuple(rest))
        if head == "dependency" and len(rest) > _WITH_DEFAULT and rest[1] == "outputs":
            return OutputOf(self.dependency(rest[0]), tuple(rest[2:]), self.file.position(0))
        raise NoValue(f"'{'.'.join(path)}' is not known here")

    def dependency(self, label: str) -> str:
        """Give the folder of a dependency.

        Raises:
            NoValue: it can't be told.
        """
        for config in (self, *self.includes().values()):
            for block in config.blocks("dependency"):
                if block.labels and block.labels[0] == label and "config_path" in block.body.attributes:
                    path = config.evaluator.value(block.body.attributes["config_path"].value)
                    if isinstance(path, str):
                        return str(self._absolute(path, self.unit))
        raise NoValue(f"where the dependency '{label}' lies can't be told")

    def _of_include(self, rest: tuple[str, ...]) -> ForeignValue:
        for label, config in self.includes().items():
            inside = rest if not label else rest[1:] if rest[:1] == (label,) else ()
            if inside[:1] == ("locals",) and len(inside) > 1:
                return attribute(config.name(("local", inside[1])), inside[2:])
            if inside[:1] == ("inputs",):
                return attribute(config.attribute("inputs"), inside[1:])
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
                    value = self.evaluator.value(block.body.attributes[name].value)
                finally:
                    self._pending.discard(name)
                self._locals[name] = value
                return value
        raise NoValue(f"there is no local.{name}")

    def _absolute(self, path: str, folder: Path | None = None) -> Path:
        base = folder or (self.unit if self.included else self.path.parent)
        return Path(os.path.normpath(base / path))

    def _functions(self) -> Mapping[str, Function]:
        return {**FUNCTIONS, **_of_terragrunt(self)}

    def read(self, given: list[ForeignValue]) -> ForeignValue:
        """Read another file of Terragrunt, as `read_terragrunt_config` does."""
        path = self._absolute(given[0])
        if not path.is_file():
            if len(given) == _WITH_DEFAULT:
                return given[1]
            raise NoValue(f"there is no file {given[0]}")
        if self.depth > _DEEPEST:
            raise NoValue("files read each other in a circle")
        try:
            return Config(self.tree, path, path.parent, self.depth + 1).exposed()
        except DiagnosticError as fault:
            raise NoValue(fault.diagnostics[0].summary) from None

    def above(self, given: list[ForeignValue]) -> str:
        """Find a file or folder in the folders above, as `find_in_parent_folders` does."""
        name = given[0] if given else CONFIG
        for folder in self.unit.parents:
            if (folder / name).exists():
                return str(folder / name)
        if len(given) == _WITH_DEFAULT:
            return str(given[1])
        raise NoValue(f"no folder above has a {name}")

    def of_environment(self, given: list[ForeignValue]) -> str:
        """Give a variable of the environment, as Terragrunt would if it were started here."""
        name = given[0]
        if name not in self.tree.environment and len(given) < _WITH_DEFAULT:
            raise NoValue(f"the environment variable {name} is not set here")
        found = self.tree.environment.get(name, given[1] if len(given) == _WITH_DEFAULT else "")
        self.tree.from_environment[name] = found
        return str(found)

    def text_of(self, given: list[ForeignValue]) -> str:
        """Read a text file."""
        try:
            return self._absolute(given[0]).read_text(encoding="utf-8")
        except (OSError, ValueError):
            raise NoValue(f"the file {given[0]} can't be read") from None


def _of_terragrunt(config: Config) -> Mapping[str, Function]:
    parent = config.path.parent
    to_include = os.path.relpath(config.unit, parent) if config.included else "."
    from_include = os.path.relpath(parent, config.unit) if config.included else "."
    found: dict[str, Callable[[list[ForeignValue]], ForeignValue]] = {
        "find_in_parent_folders": config.above,
        "get_env": config.of_environment,
        "get_original_terragrunt_dir": lambda _given: str(config.unit),
        "get_parent_terragrunt_dir": lambda given: str(_included_folder(config, given)),
        "get_repo_root": lambda _given: str(_repository(config)),
        "get_terragrunt_dir": lambda _given: str(config.unit),
        "get_path_from_repo_root": lambda _given: os.path.relpath(config.unit, _repository(config)),
        "get_path_to_repo_root": lambda _given: os.path.relpath(_repository(config), config.unit),
        "path_relative_from_include": lambda given: (
            os.path.relpath(_included_folder(config, given), config.unit) if given else from_include
        ),
        "path_relative_to_include": lambda given: (
            os.path.relpath(config.unit, _included_folder(config, given)) if given else to_include
        ),
        "read_terragrunt_config": config.read,
        "file": config.text_of,
        "jsondecode": lambda given: json.loads(given[0]),
        "yamldecode": _yaml,
    }
    return found


def _yaml(given: list[ForeignValue]) -> ForeignValue:
    try:
        return yaml.safe_load(given[0])
    except yaml.YAMLError:
        raise NoValue("the YAML can't be read") from None


def _included_folder(config: Config, given: list[ForeignValue]) -> Path:
    if config.included:
        return config.path.parent
    found = config.includes()
    label = given[0] if given else ""
    if label not in found:
        raise NoValue(f"there is no include '{label}'" if label else "the file includes none")
    return found[label].path.parent


def _repository(config: Config) -> Path:
    for folder in (config.unit, *config.unit.parents):
        if (folder / ".git").exists():
            return folder
    raise NoValue("the tree lies in no git repository")
