"""`diff` says the same whether the older side is read as a whole, or only where it differs."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from unittest.mock import patch

import pytest

from cellwright.app.fleet.comparing import sides, unchanged
from cellwright.app.fleet.comparing.change import FleetDiff
from cellwright.app.fleet.comparing.unchanged import unchanged_files
from cellwright.app.fleet.diff import DiffRequest, diff
from cellwright.fleet.config.files import FleetFiles
from unit.app.fleet.comparing.test_alike import positions
from unit.app.fleet.comparing.test_diff import git, write
from unit.app.kit import make_fleet, open_session, put_under_git

Edit = Callable[[Path], object]
OWN = "tier: gold\nstacks: {app: {size: 3}}\n"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = tmp_path / "fleet"
    make_fleet(root, acme="tier: gold\n", bolt=OWN, core="tier: silver\n")
    write(root, "clients/folder/one.yaml", "tier: gold\n")
    write(root, "clients/folder/two.yaml", "stacks: {app: {size: 2}}\n")
    write(root, "defaults.yaml", "stacks:\n  app:\n    size: 1\n")
    write(root, ".gitignore", ".cellwright\nclients/mine.yaml\n")
    put_under_git(root)
    return root


def found_in(root: Path, *revisions: str) -> FleetDiff:
    with open_session(root) as session:
        return diff(session, DiffRequest(revisions=revisions))


def written_out(root: Path, *revisions: str) -> FleetDiff:
    """The reference: both sides are written out and read as a whole."""
    with patch.object(sides, "unchanged_files", lambda *_: {}):
        return found_in(root, *revisions)


@contextmanager
def put_files() -> Iterator[set[str]]:
    """Give the files that are taken from the other side, once one is loaded with them for good."""
    found: set[str] = set()
    load_alike = sides._load_alike

    def noting(former: object, like: object, files: dict[str, bytes]) -> object:
        loaded = load_alike(former, like, files)  # type: ignore[arg-type]
        if loaded is not None:
            found.update(files)
        return loaded

    with patch.object(sides, "_load_alike", noting):
        yield found


def rename(root: Path, old: str, new: str) -> None:
    (root / new).parent.mkdir(exist_ok=True, parents=True)
    (root / old).rename(root / new)


def link(root: Path, path: str, target: str) -> None:
    (root / path).unlink()
    (root / path).symlink_to(target)


def assume_unchanged(root: Path) -> None:
    git(root, "update-index", "--assume-unchanged", "clients/bolt.yaml")
    write(root, "clients/bolt.yaml", "tier: gold\nstacks: {app: {size: 8}}\n")


def staged_otherwise(root: Path) -> None:
    write(root, "clients/bolt.yaml", "tier: iron\n")
    git(root, "add", "--all")
    write(root, "clients/bolt.yaml", "tier: lead\n")


def removed_and_put_back(root: Path) -> None:
    git(root, "rm", "-q", "clients/bolt.yaml")
    git(root, "commit", "-qm", "removed")
    write(root, "clients/bolt.yaml", OWN)


def broken_before(root: Path) -> None:
    write(root, "clients/core.yaml", "tier: silver\nstacks: {app: {sise: 1}}\n")
    git(root, "commit", "-qam", "broken")
    write(root, "clients/core.yaml", "tier: silver\n")


def sparse(root: Path) -> None:
    git(root, "sparse-checkout", "set", "--no-cone", "/*", "!/clients/core.yaml")
    assert not (root / "clients/core.yaml").exists()


def emptied_folder_of_cells(root: Path) -> None:
    for path in list((root / "clients").glob("**/*.yaml")):
        path.unlink()


EDITS: dict[str, Edit] = {
    "nothing": lambda _: None,
    "edited": lambda root: write(root, "clients/bolt.yaml", "tier: iron\n"),
    "added": lambda root: write(root, "clients/dune.yaml", OWN),
    "ignored by git": lambda root: write(root, "clients/mine.yaml", OWN),
    "removed": lambda root: (root / "clients/core.yaml").unlink(),
    "removed in git alone": removed_and_put_back,
    "renamed": lambda root: rename(root, "clients/bolt.yaml", "clients/nut.yaml"),
    "a folder now": lambda root: rename(root, "clients/bolt.yaml", "clients/bolt/all.yaml"),
    "a file and a folder": lambda root: write(root, "clients/bolt/all.yaml", OWN),
    "a document fewer": lambda root: (root / "clients/folder/two.yaml").unlink(),
    "a document more": lambda root: write(root, "clients/folder/six.yaml", "tier: [1]\n"),
    "a document with a strange name": lambda root: write(root, "clients/folder/a\nb.yaml", "one: 1\n"),
    "a layer": lambda root: write(root, "defaults.yaml", "stacks:\n  app:\n    size: 2\n"),
    "a layer of broken YAML": lambda root: write(root, "defaults.yaml", "stacks: [\n"),
    "files of a stack": lambda root: write(root, "stack/outputs.tf", 'output "x" { value = 1 }\n'),
    "an input of a stack": lambda root: write(root, "stack/more.tf", 'variable "more" { default = 1 }\n'),
    "attributes": lambda root: write(root, ".gitattributes", "clients/*.yaml text eol=crlf\n"),
    "line ends": lambda root: (root / "clients/bolt.yaml").write_bytes(OWN.replace("\n", "\r\n").encode()),
    "a link": lambda root: link(root, "clients/bolt.yaml", "acme.yaml"),
    "a link out of the fleet": lambda root: link(root, "clients/bolt.yaml", "/etc/hostname"),
    "not looked at by git": assume_unchanged,
    "staged otherwise": staged_otherwise,
    "a sparse checkout": sparse,
    "no cell any more": emptied_folder_of_cells,
}
WHOLE: dict[str, Edit] = {
    "fleet.yaml": lambda root: write(root, "fleet.yaml", f"# x\n{(root / 'fleet.yaml').read_text()}"),
    "the level's own defaults": lambda root: write(
        root, "defaults/client.yaml", "stacks: {app: {size: 4}}\n"
    ),
    "attributes of all files": lambda root: write(root, ".gitattributes", "*.yaml text eol=crlf\n"),
    "an error before": broken_before,
}


@pytest.mark.parametrize("what", EDITS)
def test_only_what_differs_is_written_out_and_read(root: Path, what: str) -> None:
    EDITS[what](root)
    with put_files() as taken:
        found = found_in(root)
    expected = written_out(root)
    assert found == expected
    assert positions(found) == positions(expected)
    assert "clients/acme.yaml" in taken or what == "no cell any more"


@pytest.mark.parametrize("what", WHOLE)
def test_all_is_written_out_where_that_might_not_be_the_same(root: Path, what: str) -> None:
    WHOLE[what](root)
    with put_files() as taken:
        found = found_in(root)
    assert found == written_out(root)
    assert not taken


def test_two_commits_are_compared_in_the_same_way(root: Path) -> None:
    write(root, "clients/bolt.yaml", "tier: iron\n")
    write(root, "stack/outputs.tf", "")
    git(root, "add", "--all")
    git(root, "commit", "-qm", "two")
    with put_files() as taken:
        found = found_in(root, "HEAD~1", "HEAD")
    assert found == written_out(root, "HEAD~1", "HEAD")
    assert found.groups
    assert taken == {f"clients/{name}.yaml" for name in ("acme", "core", "folder/one", "folder/two")}


def test_a_fleet_in_a_folder_of_its_repository(tmp_path: Path) -> None:
    root = tmp_path / "infra" / "fleet"
    make_fleet(root, acme=OWN, bolt=OWN)
    put_under_git(tmp_path / "infra")
    write(root, "clients/bolt.yaml", "tier: iron\n")
    with put_files() as taken:
        found = found_in(root)
    assert found == written_out(root)
    assert taken == {"clients/acme.yaml"}


def test_cells_that_are_the_same_are_neither_read_nor_resolved(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found_in(root)
    write(root, "clients/bolt.yaml", "tier: iron\n")
    found_in(root)
    read: list[str] = []
    read_bytes = FleetFiles._read_bytes

    def noting(self: FleetFiles, relative: str) -> bytes:
        if relative.startswith("clients/"):
            read.append(f"{'older' if 'revisions' in str(self.root) else 'newer'} {relative}")
        return read_bytes(self, relative)

    monkeypatch.setattr(FleetFiles, "_read_bytes", noting)
    found_in(root)
    assert [item for item in read if item.startswith("older")] == ["older clients/bolt.yaml"]


def test_where_very_many_cells_differ_all_is_written_out(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(root, "clients/bolt.yaml", "tier: iron\n")
    monkeypatch.setattr(unchanged, "_MOST_CHANGED", 0)
    with open_session(root) as session:
        assert unchanged_files(session.snapshot().fleet, {}, "") == {}
    with put_files() as taken:
        found = found_in(root)
    assert (found, taken) == (written_out(root), set())
