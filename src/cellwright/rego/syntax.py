"""The syntax tree of a Rego module as the evaluator gives it (JSON), and how to walk it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

Tree = Mapping[str, Any]
"""A node's content: its `span`, its `value`, other nodes."""

REFERENCES = frozenset(("Var", "RefDot", "RefBrack"))
TEXTS = frozenset(("String", "RawString"))


@dataclass(frozen=True, slots=True)
class Path:
    """A reference such as `data.a.b[x].c`: its first name, and the constant steps that follow it."""

    names: tuple[str, ...]
    whole: bool
    """Whether there is nothing behind these steps."""
    dotted: bool
    """Whether the last one is written with a dot."""


def nodes(tree: object) -> Iterator[tuple[str, Tree]]:
    """Yield all nodes of a tree, each with its kind: `Call`, `Var`, ..., `With` for what `with` replaces."""
    left = [tree]
    while left:
        item = left.pop()
        if isinstance(item, list):
            left.extend(child for child in item if isinstance(child, dict | list))
        if not isinstance(item, dict):
            continue
        for kind, content in item.items():
            if isinstance(content, dict):
                if kind == "span":
                    continue
                if kind[0].isupper():
                    yield kind, content
                left.append(content)
            elif isinstance(content, list):
                if kind == "with_mods":
                    yield from (("With", modifier) for modifier in content)
                left.append(content)


def node(tree: Mapping[str, Any]) -> tuple[str, Tree]:
    """Give the kind and the content of an expression or of a rule's head."""
    ((kind, content),) = tree.items()
    return kind, content


def path(tree: Mapping[str, Any]) -> Path | None:
    """Read a reference; None if it starts with something else than a name."""
    kind, content = node(tree)
    if kind == "Var":
        return Path((content["value"],), whole=True, dotted=False)
    if kind not in REFERENCES:
        return None
    before = path(content["refr"])
    if before is None or not before.whole:
        return before
    if kind == "RefDot":
        return Path((*before.names, content["field"][1]), whole=True, dotted=True)
    inner, index = node(content["index"])
    if inner in TEXTS:
        return Path((*before.names, index["value"]), whole=True, dotted=False)
    return Path(before.names, whole=False, dotted=before.dotted)


def place(content: Tree) -> tuple[int, int]:
    """Line and column of a node, counted from 1: where what it begins with is written."""
    inner = content
    for step in ("fcn", "refr"):
        while step in inner:
            _, inner = node(inner[step])
    span = inner["span"]
    return span["line"], span["col"]


def text(source: bytes, span: Mapping[str, int]) -> str:
    """Give what is written at a place."""
    return source[span["start"] : span["end"]].decode(errors="replace")


def column_in_characters(source: bytes, line: int, column: int) -> int:
    """Turn a column that counts bytes, from 1, into one that counts characters."""
    written = source.split(b"\n")[line - 1][: max(column - 1, 0)]
    return len(written.decode(errors="ignore")) + 1
