"""Rewrites modules before they are evaluated, where the evaluator's library and OPA differ.

- `some x in y` of a `y` that is no collection has no answers in OPA and is an error in the library. Null is
  common in plans, so every such `y` is passed through a function of ours.
- `not f(x.y)` with an `x.y` that is undefined ends the rule in OPA, which evaluates arguments first; in the
  library it is true. Both may let a plan pass that the author meant to deny, so it is an error here.

Positions in reports are those of the module as it was written.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from cellwright.rego.messages import Fault, Source
from cellwright.rego.names import Syntax
from cellwright.rego.syntax import REFERENCES, Tree, column_in_characters, node, nodes

UNDEFINED = "cellwright_undefined"
"""The function that fails where an argument within `not` is undefined."""

_PACKAGE = "cellwright_evaluator"
_ITEMS = f"data.{_PACKAGE}.items("
_COLLECTIONS = frozenset(("Array", "Set", "Object"))
_COMPREHENSIONS = frozenset(("ArrayCompr", "SetCompr", "ObjectCompr"))
_LITERALS = frozenset(("String", "RawString", "Number", "Bool", "Null"))

HELPERS: Source = (
    f"{_PACKAGE}.rego",
    f"""package {_PACKAGE}

items(value) := value if is_array(value)

else := value if is_object(value)

else := value if is_set(value)

else := []

the_one(found, place) := found[0] if count(found) == 1

else := {UNDEFINED}(place, count(found))
""",
)

_NAME = re.compile(r"[A-Za-z_]\w*\Z", re.ASCII)
_LAST = 2_000_000
"""The order of what takes the place of something, behind all that is put before it."""

_Insertion = tuple[int, int, str, int]
"""The offset in bytes, the order among those at one place, the text, and how many bytes it replaces."""


def fail_undefined(place: object, number: object) -> object:
    """Fail, because an argument within `not` has no value or several; its place comes before the blank."""
    what = "is undefined" if number == 0 else "has several values"
    raise ValueError(
        f"{place} a value within `not` {what}; give it a name before, or write object.get(.., null)"
    )


@dataclass(frozen=True, slots=True)
class Rewritten:
    """A module as it is evaluated."""

    file: str
    source: bytes
    """As it was written."""
    text: str
    insertions: tuple[tuple[int, str, int], ...]
    """What was put where into the source, by offset in bytes, and how many bytes it replaces."""

    def placed(self, fault: Fault) -> Fault:
        """Give the place of a fault in the module as it was written; columns count characters, not bytes."""
        lines = self.source.split(b"\n")
        if not 0 < fault.line <= len(lines):
            return fault
        start = sum(len(line) + 1 for line in lines[: fault.line - 1])
        column = fault.column - 1
        for offset, added, replaced in reversed(self.insertions):
            if 0 <= offset - start < column:
                column = max(offset - start, column - len(added) + replaced)
        return replace(fault, column=column_in_characters(self.source, fault.line, column + 1))


def rewrite(module: Syntax) -> Rewritten:
    """Rewrite a module."""
    found: list[_Insertion] = []
    for kind, content in module.nodes:
        if kind == "Var" and content["value"] in module.imports:
            # The library forgets rules of a package in several files that is read through an import.
            span = content["span"]
            full = _written_out(module.imports[content["value"]])
            found.append((span["start"], _LAST, full, span["end"] - span["start"]))
        elif kind == "SomeIn":
            inner, collection = node(content["collection"])
            if inner not in _COLLECTIONS | _COMPREHENSIONS:
                found += _around(collection, _ITEMS, ")")
        elif kind == "NotExpr":
            for argument in _evaluated_before(module, content["expr"]):
                line, column = argument["span"]["line"], argument["span"]["col"]
                where = json.dumps(f"{module.file}:{line}:{column}")
                before = f"data.{_PACKAGE}.the_one([found__ | found__ := "
                found += _around(argument, before, f"], {where})")
    found.sort()
    insertions = tuple((offset, added, replaced) for offset, _, added, replaced in found)
    return Rewritten(module.file, module.source, _inserted(module.source, insertions), insertions)


def _evaluated_before(module: Syntax, tree: Mapping[str, Any]) -> Iterator[Tree]:
    """Yield what OPA evaluates before the `not`: arguments and operands, but not the sides of an equation."""
    kind, content = node(tree)
    if kind == "Call":
        sides = content["params"]
    elif kind == "Membership":
        sides = [content["value"], content["collection"]]
    elif kind in {"ArithExpr", "BinExpr"} or (kind == "BoolExpr" and content["op"] != "Eq"):
        sides = [content["lhs"], content["rhs"]]
    elif kind in {"BoolExpr", "AssignExpr"}:
        for side in (content["lhs"], content["rhs"]):
            if node(side)[0] in REFERENCES:
                yield from _indices(module, side)
            elif _may_be_undefined(module, side):
                yield node(side)[1]
        return
    else:
        yield from _indices(module, tree)
        return
    yield from (node(side)[1] for side in sides if _may_be_undefined(module, side))


def _indices(module: Syntax, tree: Mapping[str, Any]) -> Iterator[Tree]:
    """Yield the computed steps of a reference."""
    for kind, content in nodes([tree]):
        if (
            kind == "RefBrack"
            and node(content["index"])[0] != "Var"
            and _may_be_undefined(module, content["index"])
        ):
            yield node(content["index"])[1]


def _may_be_undefined(module: Syntax, tree: Mapping[str, Any]) -> bool:
    """Tell whether an expression may have no value: variables have one, rules and references may not."""
    kind, content = node(tree)
    if kind in _LITERALS | _COMPREHENSIONS:
        return False
    if kind == "Var":
        return content["value"] in module.imports or content["value"] in module.names
    if kind in _COLLECTIONS:
        return any(inner in REFERENCES | {"Call", "ArithExpr", "BinExpr"} for inner, _ in nodes(content))
    return True


def _around(content: Tree, before: str, after: str) -> tuple[_Insertion, _Insertion]:
    start, end = content["span"]["start"], content["span"]["end"]
    # At one place: what ends there, the inner first; then what begins there, the outer first.
    return (start, 1_000_000 - (end - start), before, 0), (end, end - start - 1_000_000, after, 0)


def _written_out(names: Sequence[str]) -> str:
    """Give the full path of what an import stands for."""
    first, *steps = names
    return first + "".join(f".{step}" if _NAME.match(step) else f"[{json.dumps(step)}]" for step in steps)


def _inserted(source: bytes, insertions: Sequence[tuple[int, str, int]]) -> str:
    parts: list[bytes] = []
    last = 0
    for offset, added, replaced in insertions:
        parts += [source[last:offset], added.encode()]
        last = offset + replaced
    return b"".join((*parts, source[last:])).decode()
