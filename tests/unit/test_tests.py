"""Every test can fail: it asserts something itself, or calls a helper of the suite that does."""

import ast
import gc
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path

import pytest

TESTS = Path(__file__).parents[1]
LEVELS = ("unit", "contract", "golden", "e2e")
EXPECTING = {"raises", "warns", "fail"}
"""Functions of pytest that fail a test."""

Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass
class Module:
    """The functions of one file, and the modules of the suite that its imported names come from."""

    functions: dict[str, list[Function]] = field(default_factory=dict)
    """By name; methods too, whatever their class."""
    imported: dict[str, str] = field(default_factory=dict)

    @classmethod
    def parse(cls, text: str) -> "Module":
        module = cls()
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, Function):
                module.functions.setdefault(node.name, []).append(node)
            elif isinstance(node, ast.ImportFrom) and (node.module or "").partition(".")[0] in LEVELS:
                module.imported |= {item.name: node.module or "" for item in node.names}
        return module


class Suite:
    """All modules by their dotted names."""

    def __init__(self, modules: dict[str, Module]) -> None:
        self.modules = modules
        self._places = {name: self._reached_from(name) for name in modules}

    def cannot_fail(self) -> Iterator[str]:
        """Name each test that expects nothing."""
        expecting = self._expecting()
        for name, module in self.modules.items():
            for title, functions in module.functions.items():
                if title.startswith("test_") and expecting.isdisjoint(functions):
                    yield f"{name}:{functions[0].lineno} {title}"

    def _expecting(self) -> set[Function]:
        """Find the functions that fail when something isn't as it should be, and those that call one."""
        callers: dict[Function, list[Function]] = {}
        found: list[Function] = []
        for name, module in self.modules.items():
            for function in chain.from_iterable(module.functions.values()):
                inside = list(ast.walk(function))
                if any(map(_expects, inside)):
                    found.append(function)
                    continue
                for called in {helper for node in inside for helper in self._called(name, node)}:
                    callers.setdefault(called, []).append(function)
        expecting = set(found)
        for function in found:
            new = set(callers.get(function, ())) - expecting
            expecting |= new
            found += new
        return expecting

    def _called(self, name: str, node: ast.AST) -> Iterator[Function]:
        """Yield the functions of the suite that a node of the module `name` may call."""
        called = node.func if isinstance(node, ast.Call) else None
        if isinstance(called, ast.Name):
            places: Sequence[str] = [self.modules[name].imported.get(called.id, name)]
            title = called.id
        elif isinstance(called, ast.Attribute):
            # A method: of a class of this file, or of a module that something was imported from.
            places, title = self._places[name], called.attr
        else:
            return
        for place in places:
            if place in self.modules:
                yield from self.modules[place].functions.get(title, ())

    def _reached_from(self, name: str) -> Sequence[str]:
        found = [name]
        known = {name}
        for place in found:
            new = set(self.modules.get(place, Module()).imported.values()) - known
            known |= new
            found += new
        return found


def _expects(node: ast.AST) -> bool:
    """Tell if a node fails a test by itself."""
    return (
        isinstance(node, ast.Assert)
        or (isinstance(node, ast.Raise) and "AssertionError" in ast.dump(node))
        or (isinstance(node, ast.Attribute) and node.attr in EXPECTING)
    )


KIT = """
def holds(x):
    assert x
class Answer:
    def expect(self, code):
        holds(code)
"""
IMPORTING = """
from unit.kit import Answer, holds
def local(x):
    holds(x)
"""


def suite_of(**texts: str) -> Suite:
    return Suite({name.replace("__", "."): Module.parse(text) for name, text in texts.items()})


def test_every_test_expects_something() -> None:
    files = {path: ".".join(path.relative_to(TESTS).with_suffix("").parts) for path in TESTS.rglob("*.py")}
    gc.disable()  # a syntax tree has no garbage, and looking for it takes four fifths of the time
    try:
        suite = Suite({name: Module.parse(path.read_text()) for path, name in files.items()})
        assert list(suite.cannot_fail()) == []
    finally:
        gc.enable()


@pytest.mark.parametrize(
    "body",
    [
        "assert made()",
        "with pytest.raises(OSError): made()",
        "raise AssertionError('never')",
        "holds(made())",
        "made().expect(0)",
        "local(made())",
    ],
)
def test_what_can_fail_passes(body: str) -> None:
    suite = suite_of(unit__kit=KIT, unit__test_it=f"{IMPORTING}def test_it():\n    {body}\n")

    assert list(suite.cannot_fail()) == []


@pytest.mark.parametrize(
    "body",
    ["made()", "made().expect(0)", "local(made())", "raise ValueError", "elsewhere.holds(made())"],
)
def test_what_can_not_fail_is_named(body: str) -> None:
    suite = suite_of(unit__test_it=f"def local(x):\n    return local(x)\ndef test_it():\n    {body}\n")

    assert list(suite.cannot_fail()) == ["unit.test_it:3 test_it"]
