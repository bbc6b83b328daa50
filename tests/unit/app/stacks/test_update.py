"""What a newer Cellwright ships is merged, with the real git, on branches of its own."""

from pathlib import Path

import pytest

from cellwright.app.fleet.init import init
from cellwright.app.stacks.shipped import Shipped
from cellwright.app.stacks.update import PROPOSAL, Standing, Update, UpdateRequest, update
from cellwright.model.diagnostic import DiagnosticError
from unit.app.stacks.kit import ADA, SMALL, changed, commit, session_of, shipping, split_into
from unit.git.origins import git

APP = "stacks/client/app/main.tf"


@pytest.fixture(name="place")
def place_fixture(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A fleet in git projects, made by version 1."""
    shipping(monkeypatch, SMALL, "1.0")
    split_into(tmp_path / "infra")
    return tmp_path / "infra"


def updated(place: Path, *only: str, dry_run: bool = False) -> dict[str, Update]:
    found = update(session_of(place / "fleet"), UpdateRequest(only=only, dry_run=dry_run))
    return {item.name: item for item in found.repositories}


def standings(found: dict[str, Update]) -> dict[str, Standing]:
    return {name: item.standing for name, item in found.items()}


def refs(folder: Path) -> str:
    return git("for-each-ref", cwd=folder)


def test_nothing_new_is_nothing_to_do(place: Path) -> None:
    assert set(standings(updated(place)).values()) == {Standing.CURRENT}
    assert PROPOSAL not in refs(place / "fleet")


def test_both_sides_changes_are_merged_on_a_branch(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    app = place / "stacks" / "client-app"
    commit(app, "main.tf", "# two", "# ours")
    main = git("rev-parse", "main", cwd=app)
    shipping(monkeypatch, changed(APP, "default = 1", "default = 2"), "2.0")

    found = updated(place)

    assert standings(found) == {
        "fleet": Standing.CURRENT,
        "client-app": Standing.PROPOSED,
        "client-store": Standing.CURRENT,
    }
    assert [(item.path, item.added, item.removed) for item in found["client-app"].changes] == [
        ("main.tf", 1, 1)
    ]
    merged = git("show", f"{PROPOSAL}:main.tf", cwd=app)
    assert "# ours" in merged
    assert "default = 2" in merged
    assert git("rev-parse", "main", cwd=app) == main
    assert git("status", "--porcelain", cwd=app) == ""


def test_once_merged_it_is_current_and_the_next_one_is_merged_from_there(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = place / "stacks" / "client-app"
    second = changed(APP, "default = 1", "default = 2")
    shipping(monkeypatch, second, "2.0")
    updated(place)
    git("merge", "--quiet", "--no-edit", PROPOSAL, cwd=app)
    assert standings(updated(place))["client-app"] is Standing.CURRENT

    commit(app, "main.tf", "default = 2", "default = 3")
    shipping(monkeypatch, changed(APP, "# one", "# uno", second), "3.0")
    found = updated(place)["client-app"]

    assert (found.standing, found.before) == (Standing.PROPOSED, "2.0")
    merged = git("show", f"{PROPOSAL}:main.tf", cwd=app)
    assert "default = 3" in merged
    assert "# uno" in merged


def test_a_conflict_is_told_and_git_merges_the_branch_of_the_reference(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = place / "stacks" / "client-app"
    commit(app, "main.tf", "default = 1", "default = 5")
    shipping(monkeypatch, changed(APP, "default = 1", "default = 2"), "2.0")

    found = updated(place)["client-app"]

    assert (found.standing, found.conflicts) == (Standing.CONFLICTS, ("main.tf",))
    assert "CONFLICT (content)" in found.told[0]
    assert PROPOSAL not in refs(app)
    with pytest.raises(Exception, match="merge"):
        git("merge", "reference", cwd=app)
    assert "<<<<<<<" in (app / "main.tf").read_text()
    (app / "main.tf").write_text("# settled\n")
    git("commit", "--quiet", "--all", "--no-edit", cwd=app)
    assert updated(place)["client-app"].standing is Standing.CURRENT


def test_a_dry_run_writes_no_branch(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    app = place / "stacks" / "client-app"
    before = refs(app)
    shipping(monkeypatch, changed(APP, "default = 1", "default = 2"), "2.0")

    assert updated(place, dry_run=True)["client-app"].standing is Standing.PROPOSED
    assert refs(app) == before


def test_the_fleets_own_files_are_merged_and_its_sources_stay(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fleet = place / "fleet"
    commit(fleet, "fleet.yaml", "client-app?ref=v1.0.0", "client-app?ref=v1.1.0")
    newer = changed("defaults.yaml", "size: 1", "size: 2")
    shipping(monkeypatch, changed("fleet.yaml", "# no wait", "# none", newer), "2.0")

    assert updated(place)["fleet"].standing is Standing.PROPOSED

    merged = git("show", f"{PROPOSAL}:fleet.yaml", cwd=fleet)
    assert "git::../stacks/client-app?ref=v1.1.0" in merged
    assert "# none" in merged
    assert "size: 2" in git("show", f"{PROPOSAL}:defaults.yaml", cwd=fleet)


def test_a_new_stack_gets_a_repository_that_the_fleet_proposes(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    more = changed("fleet.yaml", "      store:", "      extra: {source: ./stacks/client/extra}\n      store:")
    shipping(monkeypatch, Shipped({**more.whole, "stacks/client/extra/main.tf": b"# new\n"}), "2.0")

    assert standings(updated(place, dry_run=True))["client-extra"] is Standing.NEW
    assert not (place / "stacks" / "client-extra").exists()

    assert standings(updated(place))["client-extra"] is Standing.NEW
    assert git("tag", "--list", cwd=place / "stacks" / "client-extra") == "v1.0.0"
    assert "git::../stacks/client-extra?ref=v1.0.0" in git(
        "show", f"{PROPOSAL}:fleet.yaml", cwd=place / "fleet"
    )


def test_a_stack_that_is_shipped_no_more_is_left_alone(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shipping(
        monkeypatch,
        Shipped({path: data for path, data in SMALL.whole.items() if "store/" not in path}),
        "2.0",
    )
    assert standings(updated(place))["client-store"] is Standing.GONE


def test_work_on_a_proposal_is_not_overwritten(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    app = place / "stacks" / "client-app"
    second = changed(APP, "default = 1", "default = 2")
    shipping(monkeypatch, second, "2.0")
    updated(place)
    git("checkout", "--quiet", PROPOSAL, cwd=app)
    commit(app, "main.tf", "# two", "# ours")
    worked = git("rev-parse", PROPOSAL, cwd=app)
    git("checkout", "--quiet", "main", cwd=app)
    shipping(monkeypatch, changed(APP, "# one", "# uno", second), "3.0")

    assert updated(place)["client-app"].standing is Standing.BUSY
    assert git("rev-parse", PROPOSAL, cwd=app) == worked


def test_without_its_branches_the_base_is_found_in_the_history(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = place / "stacks" / "client-app"
    commit(app, "main.tf", "# two", "# ours")
    git("branch", "--quiet", "-D", "reference", cwd=app)
    shipping(monkeypatch, changed(APP, "default = 1", "default = 2"), "2.0")

    assert updated(place)["client-app"].standing is Standing.PROPOSED


def test_a_repository_that_says_nothing_is_left_alone(place: Path) -> None:
    git("init", "--quiet", str(place / "stacks" / "own"), cwd=place)
    assert standings(updated(place))["own"] is Standing.UNRELATED


def test_what_is_not_committed_is_not_touched_and_named(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = place / "stacks" / "client-app" / "main.tf"
    file.write_text("# at work\n")
    shipping(monkeypatch, changed(APP, "default = 1", "default = 2"), "2.0")

    found = updated(place)["client-app"]

    assert (found.standing, found.open_files) == (Standing.PROPOSED, ("main.tf",))
    assert file.read_text() == "# at work\n"


def test_a_fleet_in_one_repository_is_updated_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shipping(monkeypatch, SMALL, "1.0")
    init(tmp_path / "fleet", ADA)
    shipping(monkeypatch, changed(APP, "default = 1", "default = 2"), "2.0")

    assert standings(updated(tmp_path)) == {"fleet": Standing.PROPOSED}
    assert "default = 2" in git("show", f"{PROPOSAL}:{APP}", cwd=tmp_path / "fleet")


def test_one_repository_can_be_named(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shipping(monkeypatch, changed(APP, "default = 1", "default = 2"), "2.0")
    assert standings(updated(place, "client-app")) == {"client-app": Standing.PROPOSED}
    with pytest.raises(DiagnosticError, match="there is no repository 'nothing'"):
        updated(place, "nothing")


def test_the_reference_checked_out_is_refused(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    git("checkout", "--quiet", "reference", cwd=place / "stacks" / "client-app")
    shipping(monkeypatch, changed(APP, "default = 1", "default = 2"), "2.0")
    with pytest.raises(DiagnosticError, match="the branch reference is checked out"):
        updated(place)
