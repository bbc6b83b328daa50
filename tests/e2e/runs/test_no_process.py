"""What needs no Terraform starts none: counted by a `terraform` in front of the real one."""

from pathlib import Path

import pytest

from e2e.conftest import Start
from e2e.kit.fleet import make_fleet
from e2e.kit.program import Program
from e2e.kit.wrapper import Wrapper


@pytest.fixture
def wrapper(tmp_path: Path) -> Wrapper:
    return Wrapper.make(tmp_path / "bin")


@pytest.fixture
def up(tmp_path: Path, program: Start, wrapper: Wrapper) -> Program:
    """A fleet that is up, its Terraform counted."""
    fleet = make_fleet(tmp_path, {"a": {}, "b": {"needs": ["a"]}}, {"acme": {}, "globex": {}})
    plain = program(fleet)
    cellwright = Program(fleet, plain.person, {"PATH": wrapper.path(plain)})
    cellwright.run("apply", "--yes").expect(0)
    assert "apply" in {start.split()[0] for start in wrapper.starts}
    (wrapper.folder / "starts").unlink()
    return cellwright


def test_looking_starts_nothing(up: Program, wrapper: Wrapper) -> None:
    for command in ("status", "check", "show", "graph", "runs", "events", "events verify"):
        up.look(*command.split()).expect(0)
    up.look("explain", "client/acme/a").expect(0)
    assert wrapper.starts == []


@pytest.mark.parametrize("command", [["apply", "--yes"], ["plan"]], ids=" ".join)
def test_a_second_run_knows_that_there_is_nothing_to_do(
    up: Program, wrapper: Wrapper, command: list[str]
) -> None:
    up.run(*command).expect(0)
    assert wrapper.starts == []


def test_only_the_unit_that_changed_is_run(up: Program, wrapper: Wrapper) -> None:
    up.fleet.cell("acme", {"stacks": {"b": {"value": "2"}}})

    answer = up.run("apply", "--yes", "--json").expect(0)

    assert answer.outcomes == {"client/acme/b": "applied"}
    verbs = [start.split()[0] for start in wrapper.starts]
    assert verbs.count("apply") == 1
