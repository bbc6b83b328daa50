"""`diff` on small fleets under a real git: what differs for whom, by which line."""

import subprocess
from pathlib import Path

import pytest

from cellwright.app.fleet.comparing.change import ChangeGroup, ChangeKind, FleetDiff
from cellwright.app.fleet.diff import DiffRequest, diff
from cellwright.cli.views.look.diff import told
from cellwright.fleet.shown_value import SENSITIVE
from cellwright.model.diagnostic import DiagnosticError
from unit.app.kit import make_fleet, open_session, put_under_git

ACME = "tier: gold\nstacks:\n  app: {settings: {level: info, list: [1]}, password: hunter2}\n"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = tmp_path / "fleet"
    make_fleet(root, acme=ACME, bolt="tier: gold\n", core="tier: silver\n")
    (root / "defaults.yaml").write_text("stacks:\n  app:\n    size: 1\n")
    put_under_git(root)
    return root


def git(root: Path, *arguments: str) -> str:
    found = subprocess.run(["git", *arguments], cwd=root, check=True, capture_output=True, text=True)  # noqa: S607
    return found.stdout.strip()


def write(root: Path, path: str, text: str) -> None:
    (root / path).parent.mkdir(parents=True, exist_ok=True)
    (root / path).write_text(text)


def found_in(root: Path, *revisions: str, cells: tuple[str, ...] = ()) -> FleetDiff:
    with open_session(root) as session:
        return diff(session, DiffRequest(revisions=revisions, cells=cells))


def told_of(group: ChangeGroup) -> list[str]:
    return [f"{told(item)} {item.position or ''}".strip() for item in group.changes]


def units_of(group: ChangeGroup) -> str:
    return " ".join(map(str, group.units))


def test_nothing_differs_from_a_commit_that_is_checked_out(root: Path) -> None:
    found = found_in(root)
    assert found.is_empty
    assert (found.unchanged, found.after) == (3, "the work tree")
    assert found.before == f"HEAD ({git(root, 'rev-parse', 'HEAD')[:12]})"


def test_a_changed_default_is_told_once_for_all_cells(root: Path) -> None:
    write(root, "defaults.yaml", "stacks:\n  app:\n    size: 2\n")
    (group,) = found_in(root).groups
    assert units_of(group) == "client/acme/app client/bolt/app client/core/app"
    assert told_of(group) == ["size: 1 -> 2 defaults.yaml:3:11"]


def test_a_part_of_a_value_is_told_with_the_line_that_decides(root: Path) -> None:
    write(root, "clients/acme.yaml", ACME.replace("level: info", "level: debug"))
    (group,) = found_in(root).groups
    assert told_of(group) == ["settings.level: info -> debug clients/acme.yaml:3:27"]


def test_what_templates_of_a_layer_say_is_told_as_it_is_written(root: Path) -> None:
    write(root, "defaults.yaml", 'stacks:\n  app:\n    size: "${cell.name}-a"\n')
    git(root, "commit", "-qam", "a")
    write(root, "defaults.yaml", 'stacks:\n  app:\n    size: "${cell.name}-b"\n')
    (group,) = found_in(root).groups
    assert len(group.units) == 3
    assert told_of(group) == ["size: ${cell.name}-a -> ${cell.name}-b defaults.yaml:3:11"]


def test_sensitive_values_are_not_told(root: Path) -> None:
    write(root, "clients/acme.yaml", ACME.replace("hunter2", "hunter3"))
    (group,) = found_in(root).groups
    assert [told(item) for item in group.changes] == [f"password: {SENSITIVE} -> {SENSITIVE}"]
    assert "hunter" not in repr(group)


def test_cells_come_and_go_and_units_are_switched(root: Path) -> None:
    write(root, "clients/dune.yaml", "tier: gold\n")
    (root / "clients/core.yaml").unlink()
    write(root, "clients/bolt.yaml", "tier: gold\nstacks: {app: {enabled: false}, extra: {enabled: true}}\n")
    found = found_in(root)
    assert [(str(cell), units) for cell, units in found.new_cells.items()] == [("client/dune", 1)]
    assert [(str(cell), units) for cell, units in found.gone_cells.items()] == [("client/core", 1)]
    kinds = {units_of(group): group.kind for group in found.groups}
    assert kinds == {
        "client/bolt/app": ChangeKind.SWITCHED_OFF,
        "client/bolt/extra": ChangeKind.SWITCHED_ON,
    }


def test_a_changed_key_of_a_cell_is_told(root: Path) -> None:
    write(root, "clients/core.yaml", "tier: gold\n")
    (group,) = found_in(root).cells
    assert [str(cell) for cell in group.cells] == ["client/core"]
    assert [told(item) for item in group.changes] == ["tier: silver -> gold"]


def test_files_of_a_stack_and_policies_are_named(root: Path) -> None:
    write(root, "stack/outputs.tf", "")
    write(root, "policies/own.rego", "package own\n\nimport rego.v1\n")
    found = found_in(root)
    (group,) = found.groups
    assert (len(group.units), told_of(group)) == (3, ["files of the stack: outputs.tf"])
    assert found.policies == ("policies/own.rego",)


def test_two_commits_are_compared_whatever_the_work_tree_holds(root: Path) -> None:
    write(root, "defaults.yaml", "stacks:\n  app:\n    size: 2\n")
    git(root, "commit", "-qam", "two")
    git(root, "tag", "two")
    write(root, "defaults.yaml", "stacks: no mapping\n")
    found = found_in(root, "HEAD~1", "two")
    assert [told_of(group) for group in found.groups] == [["size: 1 -> 2 defaults.yaml:3:11"]]
    assert found.after == f"two ({git(root, 'rev-parse', 'two')[:12]})"
    assert found_in(root, "HEAD~1..two").groups == found.groups


def test_three_dots_begin_where_two_branches_parted(root: Path) -> None:
    git(root, "checkout", "-qb", "change")
    write(root, "clients/bolt.yaml", "tier: gold\nstacks: {app: {size: 5}}\n")
    git(root, "commit", "-qam", "bolt")
    git(root, "checkout", "-q", "-")
    write(root, "clients/core.yaml", "tier: silver\nstacks: {app: {size: 9}}\n")
    git(root, "commit", "-qam", "core")
    git(root, "checkout", "-q", "change")
    branch = "main" if "main" in git(root, "branch") else "master"
    assert [units_of(group) for group in found_in(root, f"{branch}...").groups] == ["client/bolt/app"]
    assert len(found_in(root, branch).groups) == 2


def test_findings_that_are_new_are_told_and_others_not(root: Path) -> None:
    write(root, "defaults.yaml", "stacks:\n  app:\n    size: 2\n    sise: 1\n")
    found = found_in(root)
    assert ["sise" in item.summary + item.detail for item in found.new_findings] == [True]
    git(root, "commit", "-qam", "broken")
    assert found_in(root).new_findings == ()
    assert len(found_in(root).not_compared) == 1


def test_only_some_cells_are_compared(root: Path) -> None:
    write(root, "defaults.yaml", "stacks:\n  app:\n    size: 2\n")
    (group,) = found_in(root, cells=("tier=silver",)).groups
    assert units_of(group) == "client/core/app"
    with pytest.raises(DiagnosticError, match="matches no cell"):
        found_in(root, cells=("client/none",))


@pytest.mark.parametrize("revision", ["none", "--all", "main..none", "HEAD:defaults.yaml", ""])
def test_a_revision_that_is_none_is_told(root: Path, revision: str) -> None:
    with pytest.raises(DiagnosticError, match="names no commit"):
        found_in(root, revision)


def test_a_commit_without_a_fleet_is_told(tmp_path: Path) -> None:
    root = tmp_path / "fleet"
    root.mkdir()
    write(root, "README.md", "nothing yet\n")
    put_under_git(root)
    make_fleet(root, acme=ACME)
    with pytest.raises(DiagnosticError, match="there is no fleet"):
        found_in(root)


def test_outside_git_it_says_so(tmp_path: Path) -> None:
    make_fleet(tmp_path, acme=ACME)
    with pytest.raises(DiagnosticError, match="in no git repository"):
        found_in(tmp_path)


def test_the_repository_is_left_as_it_is(root: Path) -> None:
    write(root, "clients/acme.yaml", "tier: bronze\n")
    git(root, "add", "--all")
    write(root, "clients/acme.yaml", "tier: iron\n")
    before = git(root, "status", "--porcelain=v2", "--branch"), git(root, "worktree", "list")
    found_in(root, "HEAD")
    assert (git(root, "status", "--porcelain=v2", "--branch"), git(root, "worktree", "list")) == before


def test_a_fleet_may_lie_in_a_folder_of_its_repository(tmp_path: Path) -> None:
    root = tmp_path / "infra" / "fleet"
    make_fleet(root, acme=ACME)
    put_under_git(tmp_path / "infra")
    write(root, "defaults.yaml", "stacks:\n  app:\n    size: 2\n")
    assert [told_of(group) for group in found_in(root).groups] == [["size: unset -> 2 defaults.yaml:3:11"]]


def test_what_is_kept_of_older_revisions_with_another_fleet_file_is_replaced(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(root, ".gitignore", ".cellwright\n")
    found_in(root)
    write(root, "fleet.yaml", f"# edited\n{(root / 'fleet.yaml').read_text()}")
    git(root, "commit", "-qam", "edited")
    with open_session(root) as session:
        session.snapshot()

    def resolving(source: object, *_: object) -> None:
        raise AssertionError(source)

    monkeypatch.setattr("cellwright.fleet.resolve.cell.resolve_cell", resolving)
    assert found_in(root).is_empty
