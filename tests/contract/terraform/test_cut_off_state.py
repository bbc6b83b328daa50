"""A local state that was cut off is named, and put back from its backup only if that is asked for."""

from pathlib import Path

import pytest

from cellwright.model.diagnostic import DiagnosticError
from cellwright.stacks.source.tree import StackTree
from cellwright.terraform.unit.cut_off_state import settle_cut_off
from unit.terraform.kit import Bench, write_tree

pytestmark = pytest.mark.terraform

WHOLE = b'{\n  "version": 4,\n  "serial": 1,\n  "lineage": "l",\n  "outputs": {},\n  "resources": []\n}\n'


@pytest.fixture
def stack(tmp_path: Path) -> StackTree:
    return write_tree(tmp_path / "stack", {"main.tf": 'output "x" {\n  value = "old"\n}\n'})


@pytest.mark.parametrize("content", [b"", WHOLE, b'{"version":4,"serial":1,"lineage":"l"}'])
def test_a_whole_state_or_an_empty_file_is_let_be(bench: Bench, stack: StackTree, content: bytes) -> None:
    with bench.open(bench.request(stack)) as unit:
        assert unit.workspace.state is not None
        settle_cut_off(unit, put_back=True)  # nothing there yet
        unit.workspace.state.write_bytes(content)
        settle_cut_off(unit, put_back=True)
        assert unit.workspace.state.read_bytes() == content


@pytest.mark.parametrize("length", [1, 30, len(WHOLE) - 3])
def test_a_state_that_was_cut_off_is_put_back_if_asked_for(
    bench: Bench, stack: StackTree, length: int
) -> None:
    with bench.open(bench.request(stack)) as unit:
        state = unit.workspace.state
        assert state is not None
        backup, damaged = (state.with_name(f"{state.name}.{end}") for end in ("backup", "damaged"))
        state.write_bytes(WHOLE[:length])
        with pytest.raises(DiagnosticError, match="restore a backup of your own"):
            settle_cut_off(unit, put_back=True)
        backup.write_bytes(WHOLE)
        with pytest.raises(DiagnosticError, match=r"cut off in the middle .* --accept-state"):
            settle_cut_off(unit, put_back=False)
        assert state.read_bytes() == WHOLE[:length]

        settle_cut_off(unit, put_back=True)

        assert state.read_bytes() == WHOLE
        assert damaged.read_bytes() == WHOLE[:length]
