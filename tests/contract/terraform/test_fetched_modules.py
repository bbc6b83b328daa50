"""What `init` really fetched, with the real binary and a repository whose branch moves on."""

from pathlib import Path

import pytest

from unit.git.origins import git
from unit.terraform.kit import Bench, write_tree

pytestmark = pytest.mark.terraform


def commit(repository: Path, text: str) -> str:
    (repository / "main.tf").write_text(f'output "v" {{\n  value = "{text}"\n}}\n')
    git("add", "-A", cwd=repository)
    git("commit", "-qm", text, cwd=repository)
    return git("rev-parse", "HEAD", cwd=repository).strip()


def test_a_branch_that_moved_is_known_by_its_commit_and_fetched_anew_when_asked(
    bench: Bench, tmp_path: Path
) -> None:
    repository = tmp_path / "module"
    repository.mkdir()
    git("init", "-q", "-b", "main", cwd=repository)
    first = commit(repository, "one")
    call = f'{{\n  source = "git::file://{repository}?ref=main"\n}}\n'
    stack = write_tree(tmp_path / "s", {"main.tf": f'module "a" {call}module "b" {call}'})

    with bench.open(bench.request(stack)) as unit:
        assert unit.workspace.fetched() == ()
        unit.init()
        before = unit.workspace.fetched()
        second = commit(repository, "two")
        unit.init()
        assert unit.workspace.fetched() == before
        unit.workspace.fetch_anew()
        unit.init()
        after = unit.workspace.fetched()

    assert [(item.name, item.identity) for item in before] == [("a", first), ("b", first)]
    assert [(item.name, item.identity) for item in after] == [("a", second), ("b", second)]
    assert [item.source for item in before] == [item.source for item in after]
