"""Finds where a stack asks for a provider."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path, PurePosixPath

from cellwright.model.position import Position
from cellwright.stacks.hcl.source import SyntaxFault
from cellwright.stacks.reading.declaration import Argument, read_declarations
from cellwright.stacks.reading.module import is_configuration
from cellwright.stacks.reading.provider_syntax import read_requirement
from cellwright.stacks.source.tree import StackTree
from cellwright.terraform.workspace.source_copy import SourceMap


def provider_place(tree: StackTree, root: Path, host: str, address: str) -> Position | None:
    """Give the entry of `required_providers` that asks for a provider, the root module's before others.

    None if no file of the stack does so: its resources imply it, or a module does that `init` fetches.

    Args:
        tree: the stack's files.
        root: the fleet's root, which the file is named relative to.
        host: the registry of a source that names none.
        address: the provider's whole address, with its host.
    """
    for name, argument in _entries(tree):
        with suppress(SyntaxFault):
            source = read_requirement(name, argument.value).source
            if address in (source, f"{host}/{source}"):
                place = argument.position
                path = SourceMap(".", {file.path: file.source for file in tree.files}, root)
                return replace(place, file=path.original(place.file))
    return None


def _entries(tree: StackTree) -> Iterator[tuple[str, Argument]]:
    modules: dict[str, dict[str, bytes]] = {}
    for file in tree.files:
        path = PurePosixPath(file.path)
        if is_configuration(path.name):
            modules.setdefault(str(path.parent), {})[path.name] = file.source.read_bytes()
    for folder in sorted(modules, key=lambda item: (item != tree.module, item)):
        for block in read_declarations(folder, modules[folder])[0]:
            if block.kind == "terraform":
                for required in block.inner("required_providers"):
                    yield from required.arguments.items()
