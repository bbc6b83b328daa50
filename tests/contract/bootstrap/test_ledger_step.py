"""The ledger is moved by the bootstrap, found by every clone afterwards, and closed where it was."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from cellwright.app.bootstrap.sequence import BootstrapRequest, bootstrap
from cellwright.app.bootstrap.site import Site
from cellwright.app.bootstrap.step import Standing
from cellwright.app.bootstrap.steps.ledger import SharedLedger
from cellwright.app.history import ledger_move as module
from cellwright.app.session.home import THROUGH_VARIABLE
from cellwright.app.session.location import Location
from cellwright.app.session.session import FleetSession
from cellwright.ledger import moving
from cellwright.ledger.audit import verify
from cellwright.model.diagnostic import DiagnosticError
from contract.postgres import PostgresServer
from unit.app.bootstrap.kit import make_site
from unit.app.kit import NOBODY

pytestmark = pytest.mark.postgres
VARIABLE = "CELLWRIGHT_LEDGER_PASSWORD"


@pytest.fixture(name="url")
def url_fixture(postgres: PostgresServer) -> str:
    return postgres.url(postgres.new_database())


@contextmanager
def site_with(root: Path, url: str) -> Iterator[Site]:
    """A fleet in which something was recorded, that is to have its ledger in `url`."""
    site = make_site(root)
    bootstrap(site, BootstrapRequest(until="accounts", answers={"ledger.kind": "url", "ledger.url": url}))
    site.answers.put("ledger.password_variable", VARIABLE)
    site.session.close()
    with FleetSession(Location(fleet=root, environment={**NOBODY, VARIABLE: "unused"})) as session:
        yield replace(site, session=session)


def test_what_was_recorded_comes_along_and_every_clone_finds_it(tmp_path: Path, url: str) -> None:
    with site_with(tmp_path, url) as site:
        events = list(site.session.ledger().reader.events())
        SharedLedger().act(site)
        assert SharedLedger().look(site).standing is Standing.DONE
    clone = FleetSession(Location(fleet=tmp_path, environment={**NOBODY, VARIABLE: "unused"}))
    with clone:
        found = list(clone.ledger().reader.events())
        assert found[: len(events)] == events
        assert verify(found, end=clone.ledger().reader.chain_end()) is None
        assert found[-1].action == "ledger.moved"
    assert "unused" not in (tmp_path / "fleet.yaml").read_text()
    assert "# Where states lie; this comment stays." in (tmp_path / "fleet.yaml").read_text()


def test_without_the_password_a_clone_says_which_variable_it_lacks(tmp_path: Path, url: str) -> None:
    with site_with(tmp_path, url) as site:
        SharedLedger().act(site)
    with (
        FleetSession(Location(fleet=tmp_path, environment=NOBODY)) as clone,
        pytest.raises(DiagnosticError, match=f"the variable {VARIABLE} is not set"),
    ):
        clone.ledger()


@pytest.mark.parametrize("killed_in", ["_write_settings", "_close"])
def test_killed_in_the_middle_it_is_ended(
    tmp_path: Path, url: str, killed_in: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with site_with(tmp_path, url) as site:
        with monkeypatch.context() as patch:
            patch.setattr(moving if killed_in == "_close" else module, killed_in, killed)
            with pytest.raises(KeyboardInterrupt):
                SharedLedger().act(site)
        site.session.leave_ledger()
        assert SharedLedger().look(site).standing is Standing.TO_DO
        SharedLedger().act(site)
        assert SharedLedger().look(site).standing is Standing.DONE
        actions = [item.action for item in site.session.ledger().reader.events()]
        assert actions.count("ledger.moved") == 1


def test_a_url_with_a_password_is_refused(tmp_path: Path) -> None:
    url = "postgresql://ada:secret@db.example.com/cellwright"
    with (
        site_with(tmp_path, url) as site,
        pytest.raises(DiagnosticError, match="no password belongs into the URL") as failure,
    ):
        SharedLedger().act(site)
    assert "secret" not in str(failure.value)


def test_the_fleets_own_database_is_reached_through_this_machines_way(
    tmp_path: Path, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = {"endpoint": "tools-ledger.example.com", "port": 5432, "database": "cellwright", "writer": "w"}
    monkeypatch.setattr(Site, "output", lambda _site, _unit, name: told[name])
    monkeypatch.setattr(Site, "bring_up", lambda *_given, **_more: False)
    with site_with(tmp_path, url) as site:
        site.answers.put("ledger.kind", "database")
        site.session.close()
    with FleetSession(Location(fleet=tmp_path, environment={**NOBODY, THROUGH_VARIABLE: url})) as session:
        site = replace(site, session=session)
        SharedLedger().act(site)
        assert SharedLedger().look(site).standing is Standing.DONE
        # What this machine records from now on goes there, too, though the name can't be reached from here.
        assert [item.action for item in session.ledger().reader.events()][-1] == "ledger.moved"
    named = (tmp_path / "fleet.yaml").read_text()
    assert "postgresql://w@tools-ledger.example.com:5432/cellwright?sslmode=verify-full" in named
    assert url not in named
