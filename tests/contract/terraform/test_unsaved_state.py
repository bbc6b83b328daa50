"""A state that could not be written: kept, and written before anything else, or named."""

import json
from pathlib import Path
from typing import Any

import pytest

from cellwright.model.applied import StateMark
from cellwright.model.diagnostic import DiagnosticError
from cellwright.stacks.source.tree import StackTree
from cellwright.terraform.unit.unit_terraform import UnitTerraform
from cellwright.terraform.unit.unsaved_state import settle_unsaved
from unit.terraform.kit import Bench, write_tree

pytestmark = pytest.mark.terraform

OUTPUT = {"value": "new", "type": "string"}


@pytest.fixture
def stack(tmp_path: Path) -> StackTree:
    return write_tree(tmp_path / "stack", {"main.tf": 'output "x" {\n  value = "old"\n}\n'})


@pytest.fixture
def state(bench: Bench, stack: StackTree) -> dict[str, Any]:
    """The state of an applied unit."""
    with bench.open(bench.request(stack)) as unit:
        planned = unit.plan()
        assert planned.saved is not None
        unit.apply(planned.saved)
        assert unit.workspace.state is not None
        found: dict[str, Any] = json.loads(unit.workspace.state.read_text())
    return found


def left(bench: Bench, stack: StackTree, content: str) -> UnitTerraform:
    """Open the unit after a command that has left this where it ran."""
    request = bench.request(stack, run="r2")
    (request.folder.source / stack.module / "errored.tfstate").write_text(content)
    return bench.open(request)


def test_it_is_written_once_and_goes(bench: Bench, stack: StackTree, state: dict[str, Any]) -> None:
    newer = {**state, "serial": state["serial"] + 1, "outputs": {"x": OUTPUT}}
    with left(bench, stack, json.dumps(newer)) as unit:
        kept = unit.workspace.folder.unsaved
        with pytest.raises(DiagnosticError, match="could not be written by its last apply"):
            settle_unsaved(unit, write=False)
        assert kept.stat().st_mode & 0o077 == 0
        settle_unsaved(unit, write=True)
        found = unit.state()
    assert found is not None
    assert found.outputs["x"].value == "new"
    assert found.mark.lineage == state["lineage"]
    assert not kept.exists()


@pytest.mark.parametrize("change", [{}, {"serial": 0}], ids=["as it is", "under a later serial"])
def test_one_that_was_written_already_just_goes(
    bench: Bench, stack: StackTree, state: dict[str, Any], change: dict[str, Any]
) -> None:
    with left(bench, stack, json.dumps({**state, **change})) as unit:
        settle_unsaved(unit, write=True)
        assert not unit.workspace.folder.unsaved.exists()
        assert unit.mark() == StateMark(state["lineage"], state["serial"])


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"lineage": "another"}, "another state by now"),
        ({"serial": 0, "outputs": {"x": OUTPUT}}, "another state by now"),
        ({"outputs": {"x": OUTPUT}}, "another state by now"),
    ],
    ids=["another lineage", "older than what is there", "the same version, but not the same"],
)
def test_one_that_would_replace_another_is_named_and_stays(
    bench: Bench, stack: StackTree, state: dict[str, Any], change: dict[str, Any], words: str
) -> None:
    with left(bench, stack, json.dumps({**state, **change})) as unit:
        assert unit.workspace.state is not None
        before = unit.workspace.state.read_bytes()
        with pytest.raises(DiagnosticError, match=words) as caught:
            settle_unsaved(unit, write=True)
        assert str(unit.workspace.folder.unsaved) in str(caught.value)
        assert unit.workspace.folder.unsaved.exists()
        assert unit.workspace.state.read_bytes() == before


@pytest.mark.parametrize(("content", "words"), [("{half", "not whole"), ("", "is empty")])
def test_one_that_is_damaged_is_named_and_stays(
    bench: Bench, stack: StackTree, state: dict[str, Any], content: str, words: str
) -> None:
    assert state
    with left(bench, stack, content) as unit:
        with pytest.raises(DiagnosticError, match=words):
            settle_unsaved(unit, write=True)
        assert unit.workspace.folder.unsaved.exists()
