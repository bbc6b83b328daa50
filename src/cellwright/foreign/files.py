"""Files of a tree: HCL and its variables, read with their positions."""

import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from cellwright.foreign.expressions.evaluator import Evaluator
from cellwright.foreign.tree import ForeignValue
from cellwright.model.diagnostic import DiagnosticError, error
from cellwright.model.position import Position
from cellwright.stacks.hcl.json_form import parse_json
from cellwright.stacks.hcl.native import parse_native
from cellwright.stacks.hcl.source import Source, SyntaxFault
from cellwright.stacks.hcl.syntax import Block, Body

_LEFT_OUT = frozenset(
    {
        ".boilerplate",
        ".cellwright",
        ".git",
        ".terraform",
        ".terragrunt-cache",
        ".terragrunt-stack",
        "node_modules",
    }
)
"""Folders without units: caches, and templates of files (`.boilerplate`) that are no HCL yet."""
_CONFIGURATION = (".tf", ".tf.json", ".tofu", ".tofu.json")
MOST = 20_000
"""Folders that are looked through at the most."""


@dataclass(frozen=True, slots=True)
class HclFile:
    """One file, parsed."""

    path: Path
    source: Source
    body: Body

    def position(self, offset: int) -> Position:
        """Tell where an offset is."""
        return self.source.position(offset)


def read_hcl(path: Path, root: Path) -> HclFile:
    """Read and parse a file; positions name it as it is below `root`.

    Raises:
        DiagnosticError: it can't be read, or is no HCL.
    """
    name = shown(path, root)
    try:
        content = path.read_bytes()
    except OSError as fault:
        raise DiagnosticError(
            error(f"{name} can't be read: {fault.strerror}", "make it readable", Position(name))
        ) from None
    try:
        source = Source.decode(name, content)
    except SyntaxFault as fault:
        raise DiagnosticError(error(fault.summary, fault.detail, Position(name))) from None
    try:
        body = parse_json(source.text) if source.is_json else parse_native(source.text, keeps=True)
        return HclFile(path, source, body)
    except SyntaxFault as fault:
        raise DiagnosticError(source.diagnostic(fault)) from None


def shown(path: Path, root: Path) -> str:
    """Name a file as people see it: from the tree's folder on, also if it lies outside."""
    return os.path.relpath(path, root) if path.is_absolute() else str(path)


def folders_in(root: Path, *, hidden: bool = False) -> Iterator[tuple[Path, list[str]]]:
    """Yield each folder with the names of its files, sorted; caches are left out, and hidden ones mostly.

    Raises:
        DiagnosticError: there are too many of them: this is hardly the folder that is meant.
    """
    for seen, (name, folders, files) in enumerate(os.walk(root), start=1):
        folders[:] = sorted(
            item for item in folders if item not in _LEFT_OUT and (hidden or not item.startswith("."))
        )
        if seen > MOST:
            raise DiagnosticError(error(f"{root} has more than {MOST} folders", "name a folder below it"))
        yield Path(name), sorted(files)


def is_configuration(name: str) -> bool:
    """Tell whether Terraform or OpenTofu reads a file of this name."""
    return name.endswith(_CONFIGURATION) and not name.startswith(".")


def configuration_in(folder: Path, root: Path) -> tuple[HclFile, ...]:
    """Read all configuration files of a module.

    Raises:
        DiagnosticError: one can't be read, or is no HCL.
    """
    try:
        names = sorted(item.name for item in folder.iterdir() if is_configuration(item.name))
    except OSError:
        return ()
    return tuple(read_hcl(folder / name, root) for name in names)


def declared_variables(module: tuple[HclFile, ...]) -> frozenset[str]:
    """Name the variables that a module declares."""
    return frozenset(
        block.labels[0] for file in module for block in file.body.blocks_of("variable") if block.labels
    )


def backend_in(module: tuple[HclFile, ...]) -> Block | None:
    """Give the block of a module that says where its state lies; None if it has none."""
    for file in module:
        for terraform in file.body.blocks_of("terraform"):
            for block in terraform.body.blocks:
                if (block.kind == "backend" and any(block.labels)) or block.kind == "cloud":
                    return block
    return None


def constants(file: HclFile, body: Body) -> dict[str, ForeignValue]:
    """Evaluate the arguments of a block in which no names may stand."""
    evaluator = Evaluator(file.source)
    return {name: evaluator.value(item.value) for name, item in body.attributes.items()}


def read_variables(path: Path, root: Path) -> Mapping[str, tuple[ForeignValue, Position]]:
    """Read a `*.tfvars`, `*.tfvars.json`, `*.tfbackend` or `*.hcl` file of values.

    Raises:
        DiagnosticError: it can't be read.
    """
    if path.name.endswith(".json"):
        name = shown(path, root)
        try:
            found = json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError) as fault:
            raise DiagnosticError(
                error(f"{name} can't be read: {fault}", "correct it", Position(name))
            ) from None
        return (
            {key: (value, Position(name)) for key, value in found.items()} if isinstance(found, dict) else {}
        )
    file = read_hcl(path, root)
    values = constants(file, file.body)
    return {name: (values[name], file.position(item.offset)) for name, item in file.body.attributes.items()}
