"""A cell that is there already as the values of its form, and what is changed there as edits of its files."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from cellwright.app.clients.form.draft import Draft, entry_lines, switched
from cellwright.app.clients.form.fields import Field, FieldKind, Form, FormValues
from cellwright.app.clients.form.written import Written, typed_value, written
from cellwright.app.clients.unfinished import own_files, own_settings
from cellwright.fleet.config.files import FleetFiles
from cellwright.fleet.yaml.editor import with_key
from cellwright.fleet.yaml.entries import EMPTY, entry_text, with_entry, without_entry
from cellwright.fleet.yaml.node import MergeTag, Node, get_node
from cellwright.fleet.yaml.reader import read_document
from cellwright.fleet.yaml.references import is_made_of_references
from cellwright.ipam.holdings import KEY as ADDRESSES
from cellwright.model.address import CellAddress
from cellwright.model.diagnostic import Diagnostic, DiagnosticError
from cellwright.model.value import Json


@dataclass(frozen=True, slots=True)
class CellFiles:
    """The documents of one cell, as they are now."""

    cell: CellAddress
    texts: Mapping[str, str]
    """By path, relative to the fleet's root."""

    @classmethod
    def read(cls, root: Path, cell: CellAddress, place: str) -> "CellFiles":
        """Read them; `place` is the cell's file or folder, relative to the root.

        Raises:
            DiagnosticError: one can't be read.
        """
        files = FleetFiles(root)
        names = [path.relative_to(root).as_posix() for path in own_files(root, place)]
        return cls(cell, {name: files.read_text(name) for name in names})

    @property
    def digest(self) -> str:
        """Tells whether somebody has changed them since."""
        content = "\0".join(f"{path}\0{text}" for path, text in sorted(self.texts.items()))
        return hashlib.sha256(content.encode()).hexdigest()[:32]

    def values(self, form: Form) -> dict[str, str]:
        """Give what one would type to have what is written; what the form can't show is left out."""
        roots = [(text, read_document(text, path).root) for path, text in self.texts.items()]
        found: dict[str, str] = {}
        for text, root in roots:
            if root is None:
                continue
            for field in form.fields.values():
                node = get_node(root, *field.path)
                if node is not None:
                    found[field.key] = _typed(field, node, text)
            for stack in form.stacks:
                switch = get_node(root, "stacks", stack.name, "enabled")
                if switch is not None and isinstance(switch.value, bool):
                    found[stack.key] = "true" if switch.value else "false"
        return found

    def holding(self, path: tuple[str, ...]) -> str:
        """Give the document in which a key is, or belongs: where most of what leads to it is written."""
        depths: dict[str, int] = {}
        for name, text in self.texts.items():
            root = read_document(text, name).root
            steps = range(1, len(path) + 1)
            depths[name] = sum(
                1 for count in steps if root is not None and get_node(root, *path[:count]) is not None
            )
        deepest = max(depths.values(), default=0)
        fitting = [name for name, depth in depths.items() if depth == deepest]
        # A file named for its level (`client.yaml`) is the main one.
        main = [name for name in fitting if Path(name).stem == self.cell.level]
        return (main or fitting)[0]


@dataclass(frozen=True, slots=True)
class Edit:
    """The texts of a cell's files after an edit, and what of it could not be written."""

    texts: Mapping[str, str]
    faults: Mapping[str, tuple[Diagnostic, ...]]


def edited(form: Form, files: CellFiles, values: FormValues) -> Edit:
    """Write what differs from what the files say; every other character of them stays."""
    before, texts = files.values(form), dict(files.texts)
    faults: dict[str, tuple[Diagnostic, ...]] = {}
    for field in form.fields.values():
        typed = _normal(values.get(field.key, ""))
        if typed == _normal(before.get(field.key, "")):
            continue
        item = written(field, typed) if typed else None
        if item is not None and item.faults:
            faults[field.key] = item.faults
            continue
        name = files.holding(field.path)
        try:
            texts[name] = _set(texts[name], field, item, name)
        except DiagnosticError as fault:
            faults[field.key] = fault.diagnostics
    for stack in form.stacks:
        path = ("stacks", stack.name, "enabled")
        wanted = switched(stack.default, values.get(stack.key, before.get(stack.key, "")))
        said = before.get(stack.key, "")
        if values.get(stack.key, said) in {"", said} or (wanted is None and not said):
            continue
        name = files.holding(path)
        try:
            texts[name] = (
                without_entry(texts[name], path, name)
                if wanted is None
                else with_key(texts[name], ".".join(path), wanted, name)
            )
        except DiagnosticError as fault:
            faults[stack.key] = fault.diagnostics
    return Edit(texts, faults)


def draft_of(files: CellFiles, edit: Edit) -> Draft:
    """Give the file that was changed, or the main one, as a draft."""
    changed = [path for path, text in edit.texts.items() if text != files.texts[path]]
    return Draft(edit.texts[changed[0] if changed else files.holding(())], edit.faults)


def _set(text: str, field: Field, item: Written | None, name: str) -> str:
    if item is None:
        return without_entry(text, field.path, name)
    if item.node is None:
        if text.strip() == EMPTY.strip():
            text = ""
        return with_key(text or EMPTY, field.key, item.value, name)
    node = item.node
    try:
        return with_entry(
            text, field.path, lambda indent: entry_lines(field.path[-1], item, indent) or [], node, name
        )
    except DiagnosticError:
        if any(inner.merge_tag is not None for inner in node.walk()):
            raise
        return with_key(text, field.key, cast("Json", node.value), name)  # references are texts in a file


def _normal(typed: str) -> str:
    return "\n".join(line.rstrip() for line in typed.splitlines()).strip()


def _typed(field: Field, node: Node, text: str) -> str:
    if node.merge_tag is MergeTag.UNSET:
        return ""
    if field.kind is FieldKind.YAML:
        return entry_text(text, field.path)
    if field.kind is FieldKind.SECRET and not (
        isinstance(node.value, str) and is_made_of_references(node.value)
    ):
        return ""  # a secret that somebody has written out is shown nowhere
    return typed_value(field, node.value)


def says_the_same(root: Path, place: str, settings: Mapping[str, Json]) -> bool:
    """Tell whether a cell's own files say exactly this, the addresses aside that it was given.

    Raises:
        DiagnosticError: one can't be read.
    """
    own = {key: value for key, value in own_settings(root, place).items() if key != ADDRESSES}
    return own == {key: value for key, value in settings.items() if key != ADDRESSES}
