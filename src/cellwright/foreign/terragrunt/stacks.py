"""Stacks of Terragrunt: units that it would generate of a `terragrunt.stack.hcl`, read at their sources."""

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from cellwright.foreign.files import shown
from cellwright.foreign.secrets import closed
from cellwright.foreign.sources import is_remote, parted
from cellwright.foreign.terragrunt.config import CONFIG, DEEPEST, STACK, Config, Tree
from cellwright.foreign.tree import ForeignValue, Unreadable
from cellwright.model.diagnostic import Diagnostic, DiagnosticError, error
from cellwright.stacks.hcl.syntax import Block

GENERATED = ".terragrunt-stack"
"""The folder in which Terragrunt writes the units of a stack."""


_KNOWN = frozenset({"locals", "stack", "unit"})


@dataclass
class Stacks:
    """The stacks of a tree."""

    tree: Tree
    notes: dict[str, Diagnostic] = field(default_factory=dict)
    """What could not be read, once for each source."""

    def units(self, folder: Path, depth: int = 0) -> Iterator[Path]:
        """Yield the folders of the units that the stack in a folder makes, also of stacks in it.

        Raises:
            DiagnosticError: a file can't be read.
        """
        config = Config(self.tree, folder / STACK, folder, folder)
        if depth > DEEPEST:
            raise DiagnosticError(
                error("stacks lie in each other in a circle", "break it", config.file.position(0))
            )
        for block in config.file.body.blocks:
            if block.kind not in _KNOWN:
                position = config.file.position(block.offset)
                advice = "run `terragrunt stack generate`, then import the tree with what it has made"
                summary = f"`{block.kind}` of a stack is not taken over"
                self.notes[f"{position} {block.kind}"] = error(summary, advice, position)
        for block in (*config.blocks("unit"), *config.blocks("stack")):
            made = self._made(config, block, STACK if block.kind == "stack" else CONFIG)
            if made is not None and block.kind == "stack":
                yield from self.units(made, depth + 1)
            elif made is not None:
                yield made

    def _made(self, config: Config, block: Block, name: str) -> Path | None:
        """Give the folder that a block makes; None if it can't be told, or its source is out of reach."""
        arguments = config.arguments(block)
        path, source = arguments.get("path"), arguments.get("source")
        for value, what in ((path, "path"), (source, "source")):
            if not isinstance(value, str):
                self._lost(config, block, what, value)
                return None
        between = "" if arguments.get("no_dot_terragrunt_stack") is True else GENERATED
        there = Path(os.path.normpath(config.unit / between / str(path)))
        values = closed(arguments.get("values", {}))
        self.tree.values[there] = values if values is not None else {}
        if (there / name).is_file():
            return there  # it was generated, and is read as it is
        real = self._source(config, str(source))
        if real is None or not (real / name).is_file():
            self._unreachable(config, block, str(source), name, real)
            return None
        self.tree.copies[there] = real
        return there

    def _source(self, config: Config, source: str) -> Path | None:
        mapped = self.tree.sources.mapped(source)
        if isinstance(mapped, Path):
            return mapped
        if is_remote(mapped) or mapped.startswith("tfr:"):
            return None
        folder = mapped.partition("?")[0].replace("//", "/")
        for base in (config.unit, self.tree.real(config.path).parent):
            found = self.tree.real(Path(os.path.normpath(base / folder)))
            if found.is_dir():
                return found
        return None

    def _lost(self, config: Config, block: Block, what: str, value: ForeignValue) -> None:
        why = value.why if isinstance(value, Unreadable) else f"its {what} can't be told"
        label = block.labels[0] if block.labels else ""
        position = value.position if isinstance(value, Unreadable) else config.file.position(block.offset)
        self.notes[f"{position} {label}"] = error(
            f"the {block.kind} '{label}' is not taken over: {why}",
            "run `terragrunt stack generate`, then import the tree with what it has made",
            position,
        )

    def _unreachable(self, config: Config, block: Block, source: str, name: str, folder: Path | None) -> None:
        position = config.file.position(block.offset)
        if folder is not None:
            place = shown(folder, self.tree.root)
            self.notes[str(folder)] = error(
                f"the {block.kind} '{block.labels[0]}' is not taken over: {place} has no {name}",
                "correct its source, or --source-map",
                position,
            )
            return
        repository = parted(source)[0]
        self.notes.setdefault(
            repository,
            error(
                f"units of {repository} are not taken over: what a stack is made of is not fetched",
                f"fetch it, and import with --source-map '{repository}=FOLDER'; or run `terragrunt stack "
                "generate`, then import the tree with what it has made",
                position,
            ),
        )
