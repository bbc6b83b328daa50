"""A local state that was cut off is named, and put back from its backup only if that is asked for."""

from pathlib import Path

import pytest

from cellwright.model.applied import StateMark
from cellwright.model.diagnostic import DiagnosticError
from cellwright.stacks.source.tree import StackTree
from cellwright.terraform.output.states.state_reader import read_state
from cellwright.terraform.unit.cut_off_state import settle_cut_off
from unit.terraform.kit import Bench, write_tree

pytestmark = pytest.mark.terraform

RECORDED = StateMark("l", 1)
WHOLE = b'{\n  "version": 4,\n  "serial": 1,\n  "lineage": "l",\n  "outputs": {},\n  "resources": []\n}\n'


@pytest.fixture
def stack(tmp_path: Path) -> StackTree:
    return write_tree(tmp_path / "stack", {"main.tf": 'output "x" {\n  value = "old"\n}\n'})


@pytest.mark.parametrize("content", [b"", WHOLE, b'{"version":4,"serial":1,"lineage":"l"}'])
def test_a_whole_state_or_an_empty_file_is_let_be(bench: Bench, stack: StackTree, content: bytes) -> None:
    with bench.open(bench.request(stack)) as unit:
        assert unit.workspace.state is not None
        settle_cut_off(unit, RECORDED, put_back=True)  # nothing there yet
        unit.workspace.state.write_bytes(content)
        settle_cut_off(unit, RECORDED, put_back=True)
        assert unit.workspace.state.read_bytes() == content


@pytest.mark.parametrize("length", [0, 1, 30, len(WHOLE) - 3])
def test_a_state_that_was_cut_off_is_put_back_if_asked_for(
    bench: Bench, stack: StackTree, length: int
) -> None:
    with bench.open(bench.request(stack)) as unit:
        state = unit.workspace.state
        assert state is not None
        backup, damaged = (state.with_name(f"{state.name}.{end}") for end in ("backup", "damaged"))
        state.write_bytes(WHOLE[:length])
        if length:
            with pytest.raises(DiagnosticError, match="restore a backup of your own"):
                settle_cut_off(unit, RECORDED, put_back=True)
        backup.write_bytes(WHOLE)
        with pytest.raises(DiagnosticError, match=r"(cut off in the middle|emptied) .* --accept-state"):
            settle_cut_off(unit, RECORDED, put_back=False)
        assert state.read_bytes() == WHOLE[:length]

        settle_cut_off(unit, RECORDED, put_back=True)

        assert state.read_bytes() == WHOLE
        assert damaged.read_bytes() == WHOLE[:length]


def test_an_empty_file_beside_the_backup_of_another_state_is_no_state(bench: Bench, stack: StackTree) -> None:
    with bench.open(bench.request(stack)) as unit:
        state = unit.workspace.state
        assert state is not None
        state.with_name(f"{state.name}.backup").write_bytes(WHOLE)
        state.write_bytes(b"")
        for recorded in (None, StateMark("another", 1)):
            assert settle_cut_off(unit, recorded, put_back=True) is None
        assert state.read_bytes() == b""


@pytest.mark.parametrize("length", [0, 30])
@pytest.mark.parametrize("backup", ["none", "cut off", "older"])
def test_without_a_usable_backup_the_state_from_before_the_apply_is_put_back(
    bench: Bench, stack: StackTree, length: int, backup: str
) -> None:
    content = {"cut off": WHOLE[:40], "older": WHOLE.replace(b'"serial": 1', b'"serial": 0')}
    with bench.open(bench.request(stack)) as unit:
        state, before = unit.workspace.state, unit.workspace.folder.state_before
        assert state is not None
        state.write_bytes(WHOLE[:length])
        before.write_bytes(WHOLE)
        if backup in content:
            state.with_name(f"{state.name}.backup").write_bytes(content[backup])
        with pytest.raises(DiagnosticError, match=r"before-apply.tfstate holds .* --accept-state"):
            settle_cut_off(unit, None, put_back=False)

        settle_cut_off(unit, None, put_back=True)

        assert state.read_bytes() == WHOLE


def test_an_apply_keeps_the_state_that_it_begins_with(bench: Bench, tmp_path: Path) -> None:
    for number, value in enumerate(("old", "new")):
        stack = write_tree(tmp_path / value, {"main.tf": f'output "x" {{\n  value = "{value}"\n}}\n'})
        with bench.open(bench.request(stack, run=f"r{number}")) as unit:
            before = unit.state()
            made = unit.plan()
            assert made.saved is not None
            unit.apply(made.saved)
            kept = unit.workspace.folder.state_before
    assert before is not None
    found = read_state(kept)
    assert found is not None
    assert found.mark == before.mark
    assert kept.stat().st_mode & 0o777 == 0o600
