"""A state is moved with its unit to another backend, or nothing is changed."""

import json
import shutil
from pathlib import Path

import pytest

from cellwright.model.applied import StateMark
from cellwright.model.diagnostic import DiagnosticError
from cellwright.stacks.source.tree import StackTree
from cellwright.terraform.output.failure import FailureKind, TerraformError
from cellwright.terraform.unit.migration import migrate_state, move_state
from cellwright.terraform.workspace.backend import BackendSettings
from e2e.kit.state_server import state_server
from unit.terraform.kit import Bench, write_tree

pytestmark = pytest.mark.terraform


@pytest.fixture
def stack(tmp_path: Path) -> StackTree:
    return write_tree(tmp_path / "stack", {"main.tf": 'resource "terraform_data" "x" {\n}\n'})


def at(name: str) -> BackendSettings:
    return BackendSettings("local", {"path": f"states/{name}.tfstate"})


def apply(bench: Bench, stack: StackTree, place: str) -> StateMark:
    with bench.open(bench.request(stack, backend=at(place))) as unit:
        planned = unit.plan()
        assert planned.saved is not None
        unit.apply(planned.saved)
        mark = unit.mark()
    assert mark is not None
    return mark


def test_a_changed_backend_is_refused_until_the_state_was_moved(bench: Bench, stack: StackTree) -> None:
    mark = apply(bench, stack, "old")

    with bench.open(bench.request(stack, backend=at("new"), run="r2")) as unit:
        with pytest.raises(TerraformError, match="another backend than the one that holds") as caught:
            unit.plan()
        migrate_state(unit, mark)
        moved = unit.mark()
        assert unit.plan().saved is None

    assert caught.value.kind is FailureKind.BACKEND_CHANGED
    assert moved is not None
    assert moved.lineage == mark.lineage
    assert not list(bench.request(stack).folder.path.glob("migration*"))


def test_another_state_at_the_new_place_is_not_overwritten(
    bench: Bench, stack: StackTree, tmp_path: Path
) -> None:
    stranger = Bench(tmp_path / "stranger", bench.binary, bench.environment)
    stranger.root.mkdir()
    apply(stranger, stack, "new")
    place = bench.root / "states" / "new.tfstate"
    place.parent.mkdir()
    place.write_bytes((stranger.root / "states" / "new.tfstate").read_bytes())
    before = place.read_bytes()
    mark = apply(bench, stack, "old")

    with bench.open(bench.request(stack, backend=at("new"), run="r2")) as unit:
        with pytest.raises(DiagnosticError, match="there is another state already"):
            migrate_state(unit, mark)
        with pytest.raises(TerraformError):
            unit.plan()

    assert place.read_bytes() == before


def test_an_interrupted_move_can_be_repeated(bench: Bench, stack: StackTree) -> None:
    mark = apply(bench, stack, "old")
    copy = bench.root / "states" / "new.tfstate"
    copy.write_bytes((bench.root / "states" / "old.tfstate").read_bytes())

    with bench.open(bench.request(stack, backend=at("new"), run="r2")) as unit:
        migrate_state(unit, mark)
        assert unit.plan().saved is None


def content(state: bytes) -> tuple[object, object]:
    parts = json.loads(state)
    return parts["resources"], parts["outputs"]


def test_a_state_is_moved_by_its_recorded_place_where_no_folder_remembers_it(
    bench: Bench, stack: StackTree
) -> None:
    mark = apply(bench, stack, "old")
    old = bench.root / "states" / "old.tfstate"
    before = old.read_bytes()
    with state_server() as server:
        there = BackendSettings("http", {"address": f"http://127.0.0.1:{server.port}/app", "retry_max": 0})
        request = bench.request(stack, backend=there, run="r2")
        shutil.rmtree(request.folder.path)
        previous = BackendSettings("local", {"path": str(old)})
        with bench.open(request) as unit:
            moved = move_state(unit, previous, mark)
            assert unit.plan().saved is None
            assert unit.mark() == moved
            sent = server.states["/app"]
            # Again: it is there already, and stays.
            assert move_state(unit, previous, mark) == moved
            assert server.states["/app"] == sent
    assert content(sent) == content(before)
    assert content(old.read_bytes()) == content(before)


def test_a_state_that_is_not_at_its_recorded_place_is_not_moved(bench: Bench, stack: StackTree) -> None:
    mark = apply(bench, stack, "old")
    place = bench.root / "states"
    with bench.open(bench.request(stack, backend=at("new"), run="r2")) as unit:
        with pytest.raises(DiagnosticError, match=r"not at its recorded place, so it can't be moved;"):
            move_state(unit, BackendSettings("local", {"path": str(place / "lost.tfstate")}), mark)
        with pytest.raises(DiagnosticError, match=f"another one is there .lineage {mark.lineage}"):
            move_state(
                unit, BackendSettings("local", {"path": str(place / "old.tfstate")}), StateMark("else", 1)
            )
    assert not (place / "new.tfstate").exists()
