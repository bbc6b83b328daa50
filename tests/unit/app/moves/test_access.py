"""Roles keep the names that they were given with: a rename, and a name that is given again, tell whose."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from cellwright.ledger.audit import EventDraft
from cellwright.ledger.opening import Ledger
from cellwright.ledger.people.records import GrantRecord, Person, TokenRecord
from unit.app.kit import ADA, ledger_of, put_under_git
from unit.app.moves.kit import fleet_with_ledger, said

LATER = datetime(2999, 1, 1, tzinfo=UTC)


@pytest.fixture
def fleet(tmp_path: Path) -> Path:
    return fleet_with_ledger(tmp_path / "fleet")


def add(ledger: Ledger, login: str, role: str, *cells: str, disabled: bool = False) -> None:
    person = Person(id=f"p-{login}", login=login, name=login.title())
    grant = GrantRecord(id=f"g-{login}", person=person.id, role=role, cells=cells)
    ledger.people.directory.add(person, [grant], [])
    if disabled:
        ledger.people.directory.disable(person.id, EventDraft(ADA, "person.disabled", login))


def people(ledger: Ledger) -> None:
    add(ledger, "root", "admin")
    add(ledger, "grace", "operator", "client/acme", "client/hooli")
    add(ledger, "bob", "viewer", "client/beta")
    add(ledger, "eve", "viewer", "client/beta", disabled=True)
    add(ledger, "all", "viewer")
    add(ledger, "some", "approver", "client/*")
    limit = GrantRecord(id="", person="", role="viewer", cells=("client/acme",))
    for name, revoked in (("deploy", False), ("old", True)):
        token = TokenRecord(id=f"t-{name}", person="p-all", name=name, limits=(limit,), expires=LATER)
        ledger.people.tokens.add(token, "digest", EventDraft(ADA, "token.made", name))
        if revoked:
            ledger.people.tokens.revoke(token.id, EventDraft(ADA, "token.revoked", name))


def test_a_rename_tells_whose_roles_are_by_the_old_name_and_by_the_new_one(fleet: Path) -> None:
    with ledger_of(fleet) as ledger:
        people(ledger)
    code, told = said(fleet, "rename", "client/acme", "beta", "--dry-run")
    assert code == 0, told
    told = " ".join(told.split())
    assert (
        "roles hold for client/acme by its name, and not for client/beta: grace (operator), "
        "token deploy of all (viewer)" in told
    )
    assert "roles hold for client/beta by its name already: bob (viewer)" in told
    for other in ("eve (", "some (", "token old"):
        assert other not in told


def test_a_rename_that_changes_nobodys_roles_tells_nothing_of_them(fleet: Path) -> None:
    with ledger_of(fleet) as ledger:
        people(ledger)
        ledger.people.tokens.revoke("t-deploy", EventDraft(ADA, "token.revoked", "deploy"))
    assert "roles hold" not in said(fleet, "rename", "client/acme", "hooli", "--dry-run")[1]


def test_a_name_that_was_given_up_is_not_given_again_unasked_while_roles_name_it(fleet: Path) -> None:
    with ledger_of(fleet) as ledger:
        add(ledger, "some", "viewer", "client/*")
        add(ledger, "bob", "viewer", "client/beta")
    for words in (("rename", "client/acme", "beta"), ("rename", "client/beta", "gamma")):
        code, told = said(fleet, *words, "--yes")
        assert code == 0, told
    code, told = said(fleet, "onboard", "beta", "--yes")
    assert code == 1
    assert "another client was called 'beta' before" in told
    assert "roles hold for the next client of that name: bob (viewer)" in told
    assert "some (viewer)" not in told
    assert "gamma" not in told, "whoever asks may not see that one"
    assert not (fleet / "clients/beta").exists()
    code, told = said(fleet, "onboard", "acme", "--yes")
    assert "another client" not in told, "nobody has a role by that name"
    assert "another client" not in said(fleet, "onboard", "beta", "--again", "--yes")[1]
    assert list((fleet / "clients").glob("beta*"))


def test_who_has_a_role_by_the_name_of_a_client_that_left_is_told(fleet: Path) -> None:
    (fleet / "archived/beta").mkdir(parents=True)
    (fleet / "archived/beta/client.yaml").write_text("{}\n")
    put_under_git(fleet)
    with ledger_of(fleet) as ledger:
        add(ledger, "bob", "viewer", "client/beta")
    code, told = said(fleet, "onboard", "beta", "--yes")
    assert code == 1
    assert "a client 'beta' has left this fleet: its files lie in archived/beta" in told
    assert "roles hold for the next client of that name: bob (viewer)" in told
