"""The file that a filled-in form makes, and which line of it belongs to which field."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from cellwright.app.clients.form.fields import Field, Form, FormValues
from cellwright.app.clients.form.written import Written, written
from cellwright.fleet.yaml.node import Node, get_node, without_positions
from cellwright.fleet.yaml.reader import read_document
from cellwright.fleet.yaml.writer import flow_style
from cellwright.model.diagnostic import Diagnostic, error
from cellwright.model.position import Position

NO_SETTINGS = "{}\n"
_INDENT = "  "
_FLOW = ("{", "[", '"', "'")
_STEPS_OF_INPUT = 3


@dataclass(frozen=True, slots=True)
class Draft:
    """The text of a cell's file, and what of the form could not be written into it."""

    text: str
    faults: Mapping[str, tuple[Diagnostic, ...]]
    """By the field's key; their positions are within what was typed there."""


def new_draft(form: Form, values: FormValues) -> Draft:
    """Write a new cell's file: only what differs from what holds anyway."""
    lines: list[str] = []
    faults: dict[str, tuple[Diagnostic, ...]] = {}
    for field, item in _given(form.keys, values):
        _collect(lines, faults, field, item, "")
    stacks: list[str] = []
    for stack in form.stacks:
        inside: list[str] = []
        switch = switched(stack.default, values.get(stack.key, ""))
        if switch is not None:
            inside.append(f"{_INDENT * 2}enabled: {flow_style(switch)}")
        for field, item in _given(stack.inputs, values):
            _collect(inside, faults, field, item, _INDENT * 2)
        if inside:
            stacks.extend([f"{_INDENT}{flow_style(stack.name)}:", *inside])
    if stacks:
        lines.extend(["stacks:", *stacks])
    return Draft("\n".join([*lines, ""]) if lines else NO_SETTINGS, faults)


def switched(default: bool, typed: str) -> bool | None:  # noqa: FBT001  what a switch says anyway
    """Give what a switch says if it differs from the default; None if it does not."""
    wanted = {"true": True, "false": False}.get(typed, default)
    return wanted if wanted is not default else None


def _given(fields: Sequence[Field], values: FormValues) -> Iterator[tuple[Field, Written]]:
    for field in fields:
        typed = values.get(field.key, "")
        if typed.strip():
            yield field, written(field, typed)


def _collect(
    lines: list[str], faults: dict[str, tuple[Diagnostic, ...]], field: Field, item: Written, indent: str
) -> None:
    if item.faults:
        faults[field.key] = item.faults
        return
    entry = entry_lines(field.path[-1], item, indent)
    if entry is None:
        faults[field.key] = (_no_place(field),)
    else:
        lines.extend(entry)


def entry_lines(key: str, item: Written, indent: str) -> list[str] | None:
    """Write one key with its value; None if what was typed does not read the same within a file."""
    if item.node is None:
        return [f"{indent}{flow_style(key)}: {item.text}"]
    typed = item.text.split("\n")
    is_line = len(typed) == 1 and (typed[0].startswith(_FLOW) or item.node.content is None)
    inline = [f"{indent}{flow_style(key)}: {item.text}"]
    block = [
        f"{indent}{flow_style(key)}:",
        *(f"{indent}{_INDENT}{line}" if line else "" for line in typed),
    ]
    for lines in (inline, block) if is_line else (block,):
        found = read_document("\n".join([*(line[len(indent) :] for line in lines), ""]), "")
        node = get_node(found.root, key) if found.root is not None and not found.faults else None
        if node is not None and without_positions(node) == without_positions(item.node):
            return lines
    return None


def _no_place(field: Field) -> Diagnostic:
    return error(
        f"what is written for '{field.name}' reads differently inside a file",
        "leave out document marks, anchors and other rare forms of YAML",
        Position(field.key),
    )


@dataclass(frozen=True, slots=True)
class Places:
    """Tells which field a place in the cell's file belongs to."""

    marks: tuple[tuple[tuple[int, int], str, Node], ...]
    """Where each key begins, in the order of the file, with its path and value."""

    @classmethod
    def of(cls, text: str) -> "Places":
        """Look through a file's text."""
        root = read_document(text, "").root
        found = sorted(_marks(root, ()), key=lambda item: item[0]) if root is not None else []
        return cls(tuple(found))

    def key_at(self, position: Position) -> str | None:
        """Give the key that a position is in; None before the first."""
        before = [path for mark, path, _ in self.marks if mark <= (position.line, position.column)]
        return before[-1] if before else None

    def first_line(self, key: str) -> int:
        """Give the line on which a key's value begins."""
        return next((node.line for _, path, node in self.marks if path == key), 1)


def _marks(node: Node, path: tuple[str, ...]) -> Iterator[tuple[tuple[int, int], str, Node]]:
    """Yield the keys of the file that can be fields: its own ones, and those of stacks."""
    for mark, (name, child) in zip(node.key_marks, (node.entries or {}).items(), strict=False):
        here = (*path, name)
        yield mark, ".".join(here), child
        if here[0] == "stacks" and len(here) < _STEPS_OF_INPUT:
            yield from _marks(child, here)
