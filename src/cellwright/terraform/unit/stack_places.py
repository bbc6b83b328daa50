"""Finds places in a stack's files: where it asks for a provider, and actions that its program passes over."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path, PurePosixPath

from cellwright.model.diagnostic import Diagnostic, warning
from cellwright.model.position import Position
from cellwright.stacks.hcl.native import parse_native
from cellwright.stacks.hcl.source import Source, SyntaxFault
from cellwright.stacks.reading.declaration import Argument, Declaration, read_declarations
from cellwright.stacks.reading.module import is_configuration
from cellwright.stacks.reading.provider_syntax import read_requirement
from cellwright.stacks.source.tree import StackTree
from cellwright.terraform.install.binary import Binary
from cellwright.terraform.workspace.source_copy import SourceMap

_LOCK_FILE = ".terraform.lock.hcl"


def provider_place(tree: StackTree, root: Path, host: str, address: str) -> Position | None:
    """Give the entry of `required_providers` that asks for a provider, the root module's before others.

    None if no file of the stack does so: its resources imply it, or a module does that `init` fetches.

    Args:
        tree: the stack's files.
        root: the fleet's root, which the file is named relative to.
        host: the registry of a source that names none.
        address: the provider's whole address, with its host.
    """
    for name, argument in _required_providers(tree):
        with suppress(SyntaxFault):
            source = read_requirement(name, argument.value).source
            if address in (source, f"{host}/{source}"):
                return _original(argument.position, tree, root)
    return None


def lock_file_place(tree: StackTree, root: Path) -> Position | None:
    """Give where the stack's lock file can't be read, or its start; None if the stack has none."""
    path = str(PurePosixPath(tree.module) / _LOCK_FILE)
    file = next((item for item in tree.files if item.path == path), None)
    if file is None:
        return None
    source, offset = Source(path, file.source.read_text(errors="replace")), 0
    try:
        parse_native(source.text)
    except SyntaxFault as fault:
        offset = fault.offset
    return _original(source.position(offset), tree, root)


def ignored_actions(tree: StackTree, root: Path, binary: Binary) -> Iterator[Diagnostic]:
    """Warn of each action, for a program that reads and does not carry out any (`passes_over_actions`)."""
    for item in _declarations(tree):
        if item.kind == "action":
            yield warning(
                f"{binary} reads this action and never carries it out",
                "run the unit with Terraform 1.14 or newer: change terraform.version or terraform.binary",
                _original(item.position, tree, root),
            )


def _required_providers(tree: StackTree) -> Iterator[tuple[str, Argument]]:
    for block in _declarations(tree):
        if block.kind == "terraform":
            for required in block.inner("required_providers"):
                yield from required.arguments.items()


def _declarations(tree: StackTree) -> Iterator[Declaration]:
    """Read all modules of the stack, the root module first; what does not parse is left out."""
    modules: dict[str, dict[str, bytes]] = {}
    for file in tree.files:
        path = PurePosixPath(file.path)
        if is_configuration(path.name):
            modules.setdefault(str(path.parent), {})[path.name] = file.source.read_bytes()
    for folder in sorted(modules, key=lambda item: (item != tree.module, item)):
        yield from read_declarations(folder, modules[folder])[0]


def _original(place: Position, tree: StackTree, root: Path) -> Position:
    files = {file.path: file.source for file in tree.files}
    return replace(place, file=SourceMap(".", files, root).original(place.file))
