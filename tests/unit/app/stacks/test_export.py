"""Stacks that lie in a fleet are moved into git projects, with the real git; nothing changes by it."""

import json
from pathlib import Path

import pytest

from cellwright.app.fleet.init import init
from cellwright.app.history.events import EventsRequest, events
from cellwright.app.stacks.export import Exported, ExportRequest, export
from cellwright.app.stacks.listing import list_stacks
from cellwright.app.stacks.update import Standing, UpdateRequest, update
from cellwright.model.actor import Actor
from cellwright.model.diagnostic import DiagnosticError
from unit.app.stacks.kit import ADA, FLEET, MAIN, SMALL, changed, commit, session_of, shipping
from unit.git.origins import git

ADA_HERSELF = Actor("Ada <ada@example.com>", "git")
APP = "stacks/client/app"


@pytest.fixture(name="root")
def root_fixture(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A fleet that `init` has made, with one change of the app since."""
    shipping(monkeypatch, SMALL, "1.0")
    init(tmp_path / "fleet", ADA)
    commit(tmp_path / "fleet", f"{APP}/main.tf", "# two", "# ours")
    return tmp_path / "fleet"


def exported(root: Path, *stacks: str, **more: object) -> Exported:
    request = ExportRequest(**{"folder": root.parent / "stacks", "stacks": stacks, **more})  # type: ignore[arg-type]
    return export(session_of(root), ADA_HERSELF, request)


def everything(folder: Path) -> dict[str, bytes]:
    return {
        str(path): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and ".git" not in path.parts
    }


def digests(root: Path) -> dict[str, str]:
    snapshot = session_of(root).usable()
    return {
        str(address): snapshot.stacks.catalogue.tree(unit.stack).digest
        for address, unit in snapshot.fleet.units.items()
    }


def test_every_unit_has_the_same_files_afterwards(root: Path) -> None:
    before = digests(root)

    found = exported(root)

    assert digests(root) == before
    assert {item.name for item in found.projects} == {"client-app", "client-store"}
    assert found.removed == ("./stacks/client/app", "./stacks/client/store")
    assert not (root / "stacks").exists()
    assert git("status", "--porcelain", cwd=root) == ""
    text = (root / "fleet.yaml").read_text()
    assert text == FLEET.replace("./stacks/client/app", '"git::../stacks/client-app?ref=v1.0.0"').replace(
        "./stacks/client/store", '"git::../stacks/client-store?ref=v1.0.0"'
    )


def test_a_project_has_the_folders_history(root: Path) -> None:
    commit(root, "fleet.yaml", "# theirs", "# mine")
    exported(root)

    app = root.parent / "stacks" / "client-app"
    assert git("log", "--format=%s|%an", cwd=app).splitlines() == [
        "# two -> # ours|Ada",
        "Cellwright's reference stack client/app|Ada",
    ]
    assert git("describe", "--exact-match", cwd=app) == "v1.0.0"
    assert git("fsck", cwd=app) == ""
    assert not (app / ".git" / "objects" / "info" / "alternates").exists()


def test_what_was_shipped_later_is_merged_into_the_projects(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    exported(root)
    shipping(monkeypatch, changed(f"{APP}/main.tf", "default = 1", "default = 2"), "2.0")

    found = update(session_of(root), UpdateRequest())

    assert {item.name: item.standing for item in found.repositories} == {
        "fleet": Standing.CURRENT,
        "client-app": Standing.PROPOSED,
        "client-store": Standing.CURRENT,
    }
    merged = git("show", "cellwright-update:main.tf", cwd=root.parent / "stacks" / "client-app")
    assert "# ours" in merged
    assert "default = 2" in merged


def test_one_stack_can_be_moved_and_the_other_one_later(root: Path) -> None:
    assert exported(root, "app").removed == ("./stacks/client/app",)
    assert (root / "stacks" / "client" / "store").is_dir()

    exported(root, "client/store", tag="v2.0.0")

    listed = {item.name: (item.source, item.versions[0].version) for item in list_stacks(session_of(root))}
    assert listed == {
        "app": ("git::../stacks/client-app", "v1.0.0"),
        "store": ("git::../stacks/client-store", "v2.0.0"),
    }


def test_a_stack_with_modules_beside_it_takes_them_along(root: Path) -> None:
    module = 'module "shared" {\n  source = "../../../modules/shared"\n}\n'
    (root / "modules" / "shared").mkdir(parents=True)
    (root / "modules" / "shared" / "main.tf").write_text("# shared\n")
    (root / "modules" / "other.txt").write_text("not theirs\n")
    (root / APP / "extra.tf").write_text(module)
    git("add", "--all", cwd=root)
    git("commit", "--quiet", "-m", "Share", cwd=root)
    before = digests(root)

    found = exported(root, "app")

    assert digests(root) == before
    (project,) = found.projects
    assert project.source == "git::../stacks/client-app//stacks/client/app?ref=v1.0.0"
    assert found.kept == ("./stacks/client/app",)
    held = git("ls-files", cwd=project.folder).splitlines()
    assert held == ["modules/shared/main.tf", f"{APP}/extra.tf", f"{APP}/main.tf"]


def test_a_folder_that_others_need_stays(root: Path) -> None:
    module = 'module "app" {\n  source = "../app"\n}\n'
    (root / "stacks/client/store/extra.tf").write_text(module)
    git("add", "--all", cwd=root)
    git("commit", "--quiet", "-m", "Need it", cwd=root)

    assert exported(root, "app").kept == ("./stacks/client/app",)
    assert (root / APP / "main.tf").exists()


def test_it_is_on_record(root: Path) -> None:
    exported(root)
    (event,) = [
        item for item in events(session_of(root), EventsRequest()) if item.action == "stacks.exported"
    ]
    assert event.actor == ADA_HERSELF.name
    assert event.detail["client-app"] == "git::../stacks/client-app?ref=v1.0.0"


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (
            lambda root: (root / APP / "main.tf").write_text(f"{MAIN}# new\n"),
            "has changes that are not committed",
        ),
        (lambda root: (root / APP / "new.tf").write_text("# new\n"), "new.tf"),
        (lambda root: (root / "fleet.yaml").write_text(f"{FLEET}# new\n"), "fleet.yaml has changes"),
        (lambda root: (root.parent / "stacks" / "client-store").mkdir(parents=True), "there already"),
    ],
    ids=["changed", "untracked", "fleet.yaml", "there"],
)
def test_what_stands_in_the_way_is_named_and_nothing_is_changed(root: Path, spoil: object, said: str) -> None:
    spoil(root)  # type: ignore[operator]
    before, head = everything(root.parent), git("rev-parse", "HEAD", cwd=root)

    with pytest.raises(DiagnosticError) as refused:
        exported(root)

    assert said in json.dumps([str(item) for item in refused.value.diagnostics])
    after = everything(root.parent)
    assert {
        path: data for path, data in after.items() if "/cache/" not in path and "/.cellwright/" not in path
    } == {
        path: data for path, data in before.items() if "/cache/" not in path and "/.cellwright/" not in path
    }
    assert git("rev-parse", "HEAD", cwd=root) == head


def test_a_file_that_git_ignores_is_named(root: Path) -> None:
    (root / ".gitignore").write_text("*.tfvars\n.cellwright/\n")
    git("add", "--all", cwd=root)
    git("commit", "--quiet", "-m", "Ignore", cwd=root)
    (root / APP / "terraform.tfvars").write_text("size = 3\n")

    with pytest.raises(DiagnosticError, match=r"not committed: stacks/client/app/terraform\.tfvars"):
        exported(root)


def test_a_hook_that_refuses_leaves_everything_as_it_was(root: Path) -> None:
    hook = root / ".git" / "hooks" / "pre-commit"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\necho no >&2\nexit 1\n")
    hook.chmod(0o755)

    with pytest.raises(DiagnosticError, match="a hook of the repository refused"):
        exported(root, hooks=True)

    assert git("status", "--porcelain", cwd=root) == ""
    assert (root / APP / "main.tf").exists()
    assert not (root.parent / "stacks").exists()


def test_a_name_that_is_no_stack_is_answered_with_the_nearest(root: Path) -> None:
    with pytest.raises(DiagnosticError, match="'client/ap' is no stack that lies in the fleet") as refused:
        exported(root, "client/ap")
    assert "client/app" in refused.value.diagnostics[0].detail


def test_when_all_are_moved_there_is_nothing_to_do(root: Path) -> None:
    exported(root)
    with pytest.raises(DiagnosticError, match="all come from git already"):
        exported(root)


def test_a_folder_within_the_fleet_is_refused(root: Path) -> None:
    with pytest.raises(DiagnosticError, match="is in the fleet's repository"):
        exported(root, folder=root / "projects")


def test_two_folders_that_would_have_one_name_are_refused(root: Path) -> None:
    (root / "stacks" / "client-app").mkdir()
    (root / "stacks" / "client-app" / "main.tf").write_text(MAIN)
    commit(root, "fleet.yaml", "./stacks/client/store", "./stacks/client-app")
    git("add", "--all", cwd=root)
    git("commit", "--quiet", "-m", "Twice", cwd=root)

    with pytest.raises(DiagnosticError, match="would both be the project client-app"):
        exported(root)


def test_a_tag_that_the_remote_has_already_is_told_of(root: Path) -> None:
    there = root.parent / "srv" / "client-app.git"
    git("clone", "--quiet", "--bare", str(root), str(there), cwd=root.parent)
    git("tag", "v1.0.0", cwd=there)

    found = exported(root, "app", remote=f"file://{root.parent}/srv", push=True)

    (finding,) = found.findings
    assert "client-app.git did not take the push" in finding.summary
    assert not found.pushed


def test_a_fleet_that_is_not_committed_is_refused(tmp_path: Path) -> None:
    for path, data in SMALL.whole.items():
        (tmp_path / "fleet" / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "fleet" / path).write_bytes(data)
    with pytest.raises(DiagnosticError, match="the fleet is not committed"):
        exported(tmp_path / "fleet")


def test_a_stack_of_ones_own_has_no_branch_of_the_reference(root: Path) -> None:
    (root / "stacks" / "client" / "own").mkdir()
    (root / "stacks" / "client" / "own" / "main.tf").write_text(MAIN)
    commit(root, "fleet.yaml", "      store:", "      own: {source: ./stacks/client/own}\n      store:")
    git("add", "--all", cwd=root)
    git("commit", "--quiet", "-m", "Own", cwd=root)

    (project,) = exported(root, "own").projects

    assert git("branch", "--format=%(refname:short)", cwd=project.folder) == "main"
