"""No event is drafted with a bare name where it is known who acts: what vouches for it would be lost."""

import ast
from collections.abc import Iterator
from pathlib import Path

import cellwright

_SOURCE = Path(cellwright.__file__).parent
_RECORDING = frozenset({"EventDraft", "append_event", "finish_run", "reopen_run", "start_run"})


def bare_names(text: str) -> Iterator[int]:
    """Yield the lines of calls that record something and are given `SOMEBODY.name`."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Call):
            called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            given = [*node.args, *(item.value for item in node.keywords)]
            if called in _RECORDING and any(_is_name(item) for item in given):
                yield node.lineno


def _is_name(node: ast.expr) -> bool:
    return isinstance(node, ast.Attribute) and node.attr == "name" and "actor" in ast.unparse(node.value)


def test_nothing_is_found() -> None:
    found = {path.name: lines for path in _SOURCE.rglob("*.py") if (lines := [*bare_names(path.read_text())])}
    assert found == {}


def test_it_is_found() -> None:
    assert list(bare_names("EventDraft(actor.name, 'x')\nrecorder.append_event(self.actor.name, 'x')")) == [
        1,
        2,
    ]
