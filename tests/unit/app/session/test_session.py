"""A session keeps what it has made until it is told, or finds out, that the files have changed."""

import os
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from cellwright.app.session import session as module
from cellwright.app.session.location import Location
from cellwright.app.session.session import FleetSession
from cellwright.fleet.scope import Scope
from cellwright.model.address import CellAddress
from cellwright.model.diagnostic import DiagnosticError
from unit.app.counting import Made
from unit.app.kit import APP, NOBODY, ledger_of, make_fleet, make_run, open_session, put_under_git


@pytest.fixture
def root(tmp_path: Path) -> Path:
    make_fleet(tmp_path, acme="{}\n")
    return tmp_path


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> Made:
    return Made(monkeypatch)


def age(root: Path) -> None:
    """Let every file have been written a while ago."""
    long_ago = time.time() - 60
    for path in [item for item in root.rglob("*") if item.is_file() and ".git" not in item.parts]:
        os.utime(path, (long_ago, long_ago))


def size(session: FleetSession) -> object:
    return session.snapshot().fleet.units[APP].inputs["size"].value


def set_size(root: Path, number: int) -> None:
    (root / "clients/acme.yaml").write_text(f"stacks: {{app: {{size: {number}}}}}\n")


def test_without_a_fleet_there_is_no_session(tmp_path: Path) -> None:
    with pytest.raises(DiagnosticError, match=r"there is no fleet\.yaml"):
        FleetSession(Location(fleet=tmp_path))


def test_the_fleet_is_found_from_a_folder_inside(root: Path) -> None:
    assert FleetSession(Location(fleet=root / "clients")).root == root


def test_a_snapshot_is_kept_whatever_happens_to_the_files_until_it_is_renewed(root: Path) -> None:
    session = open_session(root)
    set_size(root, 3)
    assert size(session) == 3
    before = session.snapshot()
    set_size(root, 4)
    assert session.snapshot() is before
    session.renew()
    assert size(session) == 4
    assert session.snapshot() is not before


def test_a_server_s_session_is_loaded_anew_only_when_a_file_has_changed(root: Path, made: Made) -> None:
    set_size(root, 3)
    age(root)
    session = open_session(root)
    assert session.refresh()
    assert size(session) == 3
    made()
    assert not session.refresh()
    assert size(session) == 3
    assert made() == {}
    set_size(root, 4)
    assert session.refresh()
    assert size(session) == 4
    assert made() == {"loads": 1, "stacks": 1, "policies": 1}


def test_a_change_that_left_size_and_time_as_they_were_is_seen_by_the_next_refresh(root: Path) -> None:
    age(root)
    session = open_session(root)
    set_size(root, 3)
    at = time.time_ns() + 60 * 10**9  # so that it has been written just now, however long this takes
    os.utime(root / "clients/acme.yaml", ns=(at, at))
    session.refresh()
    assert size(session) == 3
    set_size(root, 4)
    os.utime(root / "clients/acme.yaml", ns=(at, at))
    session.refresh()
    assert size(session) == 4


def test_a_new_commit_renews(root: Path) -> None:
    put_under_git(root)
    age(root)
    session = open_session(root)
    session.refresh()
    assert not session.refresh()
    repository = session.repository()
    assert repository is not None
    (root / "README").write_text("x")
    age(root)
    repository.commit([root / "README"], "More\n")
    assert session.refresh()


def test_a_stack_outside_the_fleet_is_looked_at_too(tmp_path: Path) -> None:
    root = tmp_path / "fleet"
    make_fleet(root, acme="{}\n")
    (root / "stack").rename(tmp_path / "stack")
    text = (root / "fleet.yaml").read_text().replace("./stack", "../stack")
    (root / "fleet.yaml").write_text(text)
    age(tmp_path)
    session = open_session(root)
    session.refresh()
    assert not session.snapshot().fleet.diagnostics
    assert not session.refresh()
    (tmp_path / "stack/main.tf").write_text('variable "new" {}\n')
    assert session.refresh()
    assert session.snapshot().fleet.diagnostics


def test_after_an_hour_it_is_renewed_though_no_file_has_changed(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    age(root)
    session = open_session(root)
    session.refresh()
    assert not session.refresh()
    monkeypatch.setattr(module, "LONGEST_KEPT", -1.0)
    assert session.refresh()


def test_cells_are_loaded_again_with_the_stacks_and_policies_that_are_known(root: Path, made: Made) -> None:
    session = open_session(root)
    session.snapshot()
    made()
    session.forget_cells()
    session.snapshot()
    assert made() == {"loads": 1}


def test_a_part_is_a_snapshot_of_its_own(root: Path) -> None:
    session = open_session(root)
    scope = Scope(frozenset([CellAddress("client", "acme")]))
    part = session.snapshot(scope)
    assert session.snapshot(scope) is part
    assert session.snapshot() is not part


def test_errors_are_all_told_and_stop_only_what_needs_a_fleet_without_any(root: Path) -> None:
    (root / "clients/acme.yaml").write_text("stacks: {app: {none: 1, nine: 2}}\n")
    session = open_session(root)
    assert len(session.snapshot().fleet.diagnostics) == 2
    with pytest.raises(DiagnosticError) as caught:
        session.open()
    assert len(caught.value.diagnostics) == 2
    assert session.ledger().reader.runs(1) == ()


def test_a_ledger_that_is_not_there_is_read_as_an_empty_one_and_found_once_it_is_made(root: Path) -> None:
    with open_session(root) as session:
        assert session.open().ledger.reader.runs(1) == ()
        assert not (root / ".cellwright/ledger.db").exists()
        assert not (root / ".cellwright/key").exists()
        with ledger_of(root) as other:
            other.recorder.start_run(make_run("run-1"))
        assert len(session.ledger().reader.runs(1)) == 1


def test_the_ledger_is_made_when_it_is_to_be_written(root: Path) -> None:
    with open_session(root) as session:
        reading = session.open()
        writing = session.open(writing=True)
        assert reading.ledger is not writing.ledger
        assert session.open().ledger is writing.ledger
        writing.ledger.recorder.start_run(make_run("run-1"))
        assert len(session.ledger().reader.runs(1)) == 1


def test_the_ledger_of_another_fleet_is_refused(root: Path, tmp_path: Path) -> None:
    with open_session(root) as session:
        session.open(writing=True)
    other = tmp_path / "other"
    make_fleet(other, acme="{}\n")
    (other / "fleet.yaml").write_text((other / "fleet.yaml").read_text().replace("trial", "other", 1))
    location = Location(fleet=other, ledger=f"sqlite:///{root}/.cellwright/ledger.db", environment=NOBODY)
    with FleetSession(location) as session, pytest.raises(DiagnosticError, match="belongs to the fleet"):
        session.open()


def test_a_session_that_was_closed_opens_its_ledger_again(root: Path) -> None:
    session = open_session(root)
    first = session.open(writing=True).ledger
    session.close()
    session.close()
    with session:
        assert session.open().ledger is not first


class Noon:
    """A clock that stands still."""

    def now(self) -> datetime:
        return datetime(2030, 1, 1, 12, tzinfo=UTC)


def test_its_clock_is_the_ledger_s(root: Path) -> None:
    with FleetSession(Location(fleet=root, environment=NOBODY), Noon()) as session:
        assert session.now() == Noon().now()
        ledger = session.open(writing=True).ledger
        ledger.recorder.append_event("ada", "x", "y")
        assert next(iter(ledger.reader.events())).time.startswith("2030-01-01T12:00:00")


def test_a_load_can_be_cancelled_and_the_next_one_is_whole(root: Path) -> None:
    session = open_session(root)
    with pytest.raises(DiagnosticError, match="loading the fleet was cancelled"):
        session.snapshot(cancelled=lambda: True)
    set_size(root, 3)
    assert session.snapshot(cancelled=lambda: False).fleet.units[APP].inputs["size"].value == 3


def test_a_fleet_that_is_opened_for_a_run_asks_whether_the_run_is_still_wanted(root: Path) -> None:
    with pytest.raises(DiagnosticError, match="loading the fleet was cancelled"):
        open_session(root).open(writing=True, cancelled=lambda: True)
    assert not (root / ".cellwright" / "ledger.db").exists()


@pytest.mark.parametrize(
    ("terraform", "forbidden_by"),
    [("", "CELLWRIGHT_FETCH=off"), ("terraform: {fetch: false}\n", "`terraform.fetch: false` in fleet.yaml")],
)
def test_what_the_fleet_says_about_fetching_is_obeyed(
    tmp_path: Path, terraform: str, forbidden_by: str
) -> None:
    make_fleet(tmp_path)
    path = tmp_path / "fleet.yaml"
    path.write_text(path.read_text() + terraform)
    environment = {"HOME": str(tmp_path), "PATH": str(tmp_path)}
    if not terraform:
        environment["CELLWRIGHT_FETCH"] = "off"

    with FleetSession(Location(fleet=tmp_path, environment=environment)) as session:
        settings = session.snapshot().fleet.terraform
        with pytest.raises(DiagnosticError, match=f"none is fetched: {forbidden_by}"):
            session.toolchains.find(settings, settings.binary)


def test_a_mirror_that_the_fleet_names_is_asked_and_the_owner_of_the_session_is_told(tmp_path: Path) -> None:
    make_fleet(tmp_path)
    path = tmp_path / "fleet.yaml"
    path.write_text(
        path.read_text() + "terraform: {product: tofu, releases: {tofu: 'http://127.0.0.1:1/x'}}\n"
    )
    location = Location(fleet=tmp_path, environment={"HOME": str(tmp_path), "PATH": str(tmp_path)})
    said: list[str] = []

    with FleetSession(location, notice=said.append) as session:
        settings = session.snapshot().fleet.terraform
        with pytest.raises(DiagnosticError, match=r"can't be fetched: http://127\.0\.0\.1:1/x/v1"):
            session.toolchains.find(settings, settings.binary)

    assert [text.partition(" from ")[2] for text in said] == ["http://127.0.0.1:1/x"]
