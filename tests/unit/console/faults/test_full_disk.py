"""A disk that is full under a running server: a real one under each of its folders."""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from cellwright.app.session.session import FleetSession
from cellwright.artifacts.opening import open_store
from cellwright.model.diagnostic import DiagnosticError
from e2e.kit.small_disk import SmallDisk, small_disk
from missing import skip_without
from unit.app.kit import NOBODY, install_program, make_fleet, put_under_git
from unit.console.faults.kit import FILE, served_by
from unit.git.origins import git


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[SmallDisk]:
    with small_disk(tmp_path / "disk") as mounted:
        if mounted is None:
            skip_without("the right to mount a file system")
        yield mounted


@pytest.mark.parametrize("where", ["settings", "commits", "ledger"])
def test_an_onboarding_is_explained_leaves_nothing_half_done_and_works_later(
    tmp_path: Path, disk: SmallDisk, where: str
) -> None:
    root = tmp_path / "fleet"
    location = make_fleet(root, acme="{}\n")
    put_under_git(root)
    home = tmp_path / "home"
    if where == "settings":
        moved = disk.folder / "clients"
        shutil.move(root / "clients", moved)
        root = disk.folder / "fleet"
        shutil.move(tmp_path / "fleet", root)
        shutil.move(moved, root / "clients")
        shutil.move(root / ".git", tmp_path / "git")
        (root / ".git").write_text(f"gitdir: {tmp_path / 'git'}\n")
    elif where == "commits":
        shutil.move(root / ".git", disk.folder / "git")
        (root / ".git").write_text(f"gitdir: {disk.folder / 'git'}\n")
    else:
        home = disk.folder / "home"
    known = {**NOBODY, "PATH": install_program(tmp_path / "bin"), "CELLWRIGHT_KEY": "a" * 64}
    with FleetSession(replace(location, fleet=root, home=home, environment=known)) as session:
        served = served_by(session)
        session.ledger(writing=True).recorder.append_event("ada", "noted", "fleet")
        assert served.page.get("/onboard").status_code == 200
        before = git("rev-parse", "HEAD", cwd=root)
        disk.fill()
        answer = served.onboard()
        assert answer.status_code in {409, 503}, answer.text
        assert any(word in answer.text for word in ("No space left", "no space left", "disk is full"))
        assert served.is_well()
        assert served.page.get("/cells/client/acme").status_code == 200
        assert served.dirty() == ()
        if where != "ledger":
            assert git("rev-parse", "HEAD", cwd=root) == before
            assert not (root / FILE).exists()
        disk.make_room()
        assert served.runs() == 0
        again = served.onboard()
        assert again.status_code == 303, again.text
        assert served.runs() == 1
        assert served.dirty() == ()
        assert git("log", "--format=%s", "--", FILE, cwd=root).splitlines() == ["Onboard client/initech"]
        assert git("fsck", "--no-dangling", cwd=root) == ""


def test_an_artifact_is_written_whole_or_not_at_all(disk: SmallDisk) -> None:
    store = open_store("artifacts", disk.folder, {})
    store.put("logs/a", b"old")
    disk.fill()
    for name in ("logs/a", "logs/b"):
        with pytest.raises(DiagnosticError, match="No space left"):
            store.put(name, b"x" * 100_000)
    assert store.get("logs/a") == b"old"
    assert [item.name for item in store.list("logs")] == ["logs/a"]
    disk.make_room()
    store.put("logs/b", b"x" * 100_000)
    assert [path.name for path in (disk.folder / "artifacts/logs").iterdir() if path.name[0] == "."] == []
