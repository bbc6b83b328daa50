"""Finds paths in a module's code that lead out of its folder: `file("${path.module}/../shared/policy.json")`.

Every string is looked at, whatever it is used for: providers read files, too. Known are texts, `path.module`,
`path.root`, `path.cwd`, locals, and the functions that make paths of these.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import Enum
from itertools import chain
from typing import TypeAlias

from cellwright.model.limits import LOCAL_CHAIN
from cellwright.model.scalar_text import scalar_text
from cellwright.stacks.hcl.syntax import (
    Expression,
    FunctionCall,
    Literal,
    TemplateExpression,
    Traversal,
    TupleExpression,
)
from cellwright.stacks.reading.declaration import Declaration
from cellwright.stacks.reading.early_syntax import member
from cellwright.stacks.reading.module import WILD, NamedPath

_LONGEST, _MOST_PIECES = 1000, 50
_ALTERNATIVES = re.compile(r"\{[^{}/]*\}")
_PLACEHOLDER = re.compile(r"%[sdv]")


class _Start(Enum):
    MODULE = "path.module"
    ROOT = "path.root"
    UNKNOWN = "?"


_STARTS: Mapping[tuple[str, ...], _Start] = {
    ("path", "module"): _Start.MODULE,
    ("path", "root"): _Start.ROOT,
    ("path", "cwd"): _Start.ROOT,
}
_Pieces: TypeAlias = Sequence[str | _Start]
_UNKNOWN: _Pieces = (_Start.UNKNOWN,)


def read_paths(
    declarations: Iterable[Declaration], local_values: Mapping[str, Expression]
) -> Iterator[NamedPath]:
    """Yield the paths that lead out, in the order of the code. Sources of modules are none of them."""
    reader = _Reader(local_values)
    for item in declarations:
        source = item.arguments.get("source") if item.kind == "module" else None
        for offset, text in item.block.texts:
            found = None if source is not None and text is source.value else reader.path(text)
            if found is not None:
                yield NamedPath(*found, item.source.position(offset))


class _Reader:
    def __init__(self, local_values: Mapping[str, Expression]) -> None:
        self._locals = local_values
        self._known: dict[tuple[str, ...], _Pieces] = {}
        self._chain = 0

    def path(self, expression: Expression) -> tuple[str, bool] | None:
        """Give a path that leads out, and whether it starts in the root module's folder."""
        start, *rest = self._pieces(expression) or ("",)
        text = "".join(piece if isinstance(piece, str) else "*" for piece in rest)
        if isinstance(start, _Start):
            # For an unknown start the likeliest is taken: something that gives the module's folder.
            steps = _outward(text) if text.startswith("/") else None
        else:
            steps = _outward(start + text) if _is_relative(start) else None
        return None if steps is None else (steps, start is _Start.ROOT or isinstance(start, str))

    def _pieces(self, expression: Expression) -> _Pieces:
        """Give what a text consists of."""
        match expression:
            case Literal(value=value):
                found: _Pieces = (scalar_text(value) or "",)
            case Traversal(steps=steps, whole=True) if steps in _STARTS:
                found = (_STARTS[steps],)
            case Traversal(steps=("local", *path), whole=True):
                found = self._local(tuple(path))
            case TemplateExpression(parts=parts):
                found = self._joined(parts)
            case FunctionCall(name=name, arguments=arguments):
                found = self._made(name, arguments)
            case _:
                found = _UNKNOWN
        return found if len(found) <= _MOST_PIECES else _UNKNOWN

    def _local(self, path: tuple[str, ...]) -> _Pieces:
        if path not in self._known:
            self._known[path] = _UNKNOWN  # a local that names itself stays unknown
            found = self._locals.get(path[0]) if path else None
            for step in path[1:]:
                found = member(found, step)
            self._chain += 1
            far = self._chain > LOCAL_CHAIN
            self._known[path] = _UNKNOWN if far or found is None else self._pieces(found)
            self._chain -= 1
        return self._known[path]

    def _made(self, name: str, arguments: tuple[Expression, ...]) -> _Pieces:
        match name, arguments:
            case "abspath", (path,):
                return self._pieces(path)
            case "dirname", (path,):
                return (*self._pieces(path), "/..")
            case "fileset", (folder, pattern):
                return (*self._pieces(folder), "/", *self._pieces(pattern))
            case "join", (Literal(value=str(between)), TupleExpression(items=items)):
                separated = chain.from_iterable((Literal(between, 0), item) for item in items)
                return self._joined(list(separated)[1:])
            case "format", (Literal(value=str(text)), *values):
                texts = _PLACEHOLDER.split(text)
                if len(texts) == len(values) + 1:
                    pairs = zip(texts[1:], values, strict=True)
                    rest = chain.from_iterable((value, Literal(after, 0)) for after, value in pairs)
                    return self._joined((Literal(texts[0], 0), *rest))
            case _:
                pass
        return _UNKNOWN

    def _joined(self, parts: Iterable[Expression]) -> _Pieces:
        pieces = (piece for part in parts for piece in self._pieces(part))
        return tuple(piece for piece in pieces if piece != "")


def _is_relative(start: str) -> bool:
    return not start.startswith(("/", "~")) and "://" not in start


def _outward(text: str) -> str | None:
    """Give a path in its shortest form; None if it does not lead out, or nowhere that can be told."""
    if ".." not in text or "\n" in text or len(text) > _LONGEST:
        return None
    steps: list[str] = []
    for step in _ALTERNATIVES.sub("*", text).split("/"):
        if step == ".." and steps and steps[-1] != "..":
            if WILD.search(steps.pop()):
                return None
        elif step not in {"", "."}:
            steps.append(step)
    return "/".join(steps) if steps and steps[0] == ".." else None
