"""Versions of stacks, applied and wanted, on a fleet whose stack lies in a real git repository."""

import subprocess
from pathlib import Path

import pytest

from cellwright.app.session.session import FleetSession
from cellwright.app.status.stack_versions import FOLDER, OLDER_FILES, StackVersion, stack_versions
from unit.app.kit import FLEET, STACK, make_fleet, open_session


def git(folder: Path, *arguments: str) -> str:
    found = subprocess.run(["git", *arguments], cwd=folder, check=True, capture_output=True, text=True)  # noqa: S607
    return found.stdout.strip()


@pytest.fixture
def stack(tmp_path: Path) -> Path:
    """A stack in a repository of its own: v1, then v2 on its branch."""
    folder = tmp_path / "stack"
    folder.mkdir()
    git(folder, "init", "-q", "-b", "main")
    for tag in ("v1", "v2"):
        (folder / "main.tf").write_text(f"# {tag}\n{STACK}")
        git(folder, "add", "--all")
        git(folder, "-c", "user.name=a", "-c", "user.email=a@b", "commit", "-qm", tag)
        git(folder, "tag", tag)
    return folder


def session_of(root: Path, source: str, **cells: str) -> FleetSession:
    make_fleet(root, **cells)
    (root / "fleet.yaml").write_text(FLEET.replace("./stack", source))
    return open_session(root)


def found(session: FleetSession, applied: dict[str, tuple[str, str]]) -> tuple[StackVersion, ...]:
    snapshot = session.usable()
    return stack_versions(snapshot, list(snapshot.fleet.units), applied)


def label(session: FleetSession, version: str | None) -> tuple[str, str]:
    """What the ledger records of the source at a version."""
    snapshot = session.usable()
    pin = next(pin for pin in snapshot.fleet.units.pins() if pin.version == version)
    tree = snapshot.stacks.catalogue.tree(pin)
    return tree.digest, tree.label


def test_units_are_grouped_by_what_was_applied_and_what_is_wanted(tmp_path: Path, stack: Path) -> None:
    old, new = ("stacks: {app: {version: v1}}\n", "stacks: {app: {version: v2}}\n")
    session = session_of(tmp_path / "fleet", f"git::file://{stack}", acme=new, bolt=new, core=old, dune=new)
    v1, v2 = label(session, "v1"), label(session, "v2")
    applied = {"client/acme/app": v1, "client/bolt/app": v2, "client/core/app": v1}
    groups = {
        str(group.units[0]): (group.applied, group.wanted, group.same) for group in found(session, applied)
    }
    assert groups == {
        "client/acme/app": ("v1", "v2", False),
        "client/bolt/app": ("v2", "v2", True),
        "client/core/app": ("v1", "v1", True),
        "client/dune/app": (None, "v2", False),
    }


def test_a_branch_that_has_moved_is_told_with_its_commit(tmp_path: Path, stack: Path) -> None:
    session = session_of(tmp_path / "fleet", f"git::file://{stack}", acme="stacks: {app: {version: main}}\n")
    before = label(session, "main")
    (stack / "main.tf").write_text(f"# later\n{STACK}")
    git(stack, "-c", "user.name=a", "-c", "user.email=a@b", "commit", "-qam", "later")
    with open_session(tmp_path / "fleet") as later:
        (group,) = found(later, {"client/acme/app": before})
    assert group.applied == f"main ({git(stack, 'rev-parse', 'v2')[:12]})"
    assert (group.wanted, group.same) == ("main", False)


def test_files_of_a_folder_are_as_applied_or_older(tmp_path: Path) -> None:
    session = session_of(tmp_path, "./stack", acme="{}\n", bolt="{}\n")
    now = label(session, None)
    groups = found(session, {"client/acme/app": now, "client/bolt/app": ("other", "./stack")})
    assert [(str(item.units[0]), item.applied, item.wanted, item.same) for item in groups] == [
        ("client/acme/app", FOLDER, FOLDER, True),
        ("client/bolt/app", OLDER_FILES, FOLDER, False),
    ]


def test_units_that_are_switched_off_have_no_version(tmp_path: Path) -> None:
    session = session_of(tmp_path, "./stack", acme="{}\n")
    assert {group.stack for group in found(session, {})} == {"app"}
