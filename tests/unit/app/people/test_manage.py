"""People are managed: nobody gives roles beyond their own, and an admin always stays."""

import pytest

from cellwright.access.roles import Grant, GrantScope, Permission, Role
from cellwright.access.visitor import PermissionRefusedError, Visitor
from cellwright.app.people.manage import (
    InviteRequest,
    disable,
    enable,
    give_role,
    invite,
    new_link,
    withdraw_role,
)
from cellwright.app.people.sign_in import SignInRefusedError
from cellwright.app.people.standing import people_of
from cellwright.app.people.welcome import WelcomeRequest, accept_link
from cellwright.app.people.who_can import who_can
from cellwright.app.session.session import FleetSession
from cellwright.ledger.audit import EventDraft
from cellwright.model.address import CellAddress
from cellwright.model.diagnostic import DiagnosticError
from unit.app.people.kit import (
    ADMIN,
    HERE,
    OTHER,
    PASSWORDS,
    actions,
    events,
    first_admin,
    sign_in_as,
    visitor_of,
)

CLIENTS = GrantScope(levels=frozenset({"client"}))
ACME = CellAddress("client", "acme")


@pytest.fixture
def ada(session: FleetSession) -> Visitor:
    return visitor_of(session, first_admin(session))


def add(session: FleetSession, ada: Visitor, login: str, *grants: Grant) -> Visitor:
    invitation = invite(session, ada, InviteRequest(login=login, name=login.title(), grants=grants))
    assert invitation.secret is not None
    request = WelcomeRequest(token=invitation.secret, password=OTHER, origin=HERE)
    return visitor_of(session, accept_link(session, PASSWORDS, request).secret)


def grant_id(session: FleetSession, person: str) -> str:
    return people_of(session).standing.of(person)[0].id


def test_somebody_is_invited_by_a_link_and_has_their_role(session: FleetSession, ada: Visitor) -> None:
    grace = add(session, ada, "grace", Grant(Role.OPERATOR, CLIENTS))
    assert grace.may(Permission.APPLY, ACME)
    assert not grace.may(Permission.APPROVE, ACME)
    assert sign_in_as(session, "grace", OTHER).id == grace.id
    assert actions(session)[3:7] == ["person.added", "role.given", "person.invited", "person.password_set"]


@pytest.mark.parametrize(
    ("login", "name", "told"),
    [
        ("ada", "Eve", "already"),
        ("Eve!", "Eve", "letters a-z"),
        ("eve", "<b>", "none of"),
        ("eve", "", "needed"),
    ],
)
def test_who_can_not_be_invited(
    session: FleetSession, ada: Visitor, login: str, name: str, told: str
) -> None:
    with pytest.raises(DiagnosticError, match=told):
        invite(session, ada, InviteRequest(login=login, name=name))
    assert len(people_of(session).directory.all()) == 1


def test_only_an_admin_of_the_fleet_manages_people(session: FleetSession, ada: Visitor) -> None:
    for number, grant in enumerate((Grant(Role.OPERATOR), Grant(Role.APPROVER), Grant(Role.ADMIN, CLIENTS))):
        other = add(session, ada, f"other{number}", grant)
        for refused in (
            lambda other=other: invite(session, other, InviteRequest(login="eve", name="Eve")),
            lambda other=other: disable(session, other, ada.id),
            lambda other=other: enable(session, other, ada.id),
            lambda other=other: new_link(session, other, ada.id),
            lambda other=other: give_role(session, other, other.id, ADMIN),
            lambda other=other: withdraw_role(session, other, ada.id, grant_id(session, ada.id)),
        ):
            with pytest.raises(PermissionRefusedError):
                refused()


def test_an_admin_of_a_part_gives_roles_there_only(session: FleetSession, ada: Visitor) -> None:
    grace = add(session, ada, "grace", Grant(Role.ADMIN, CLIENTS))
    add_to = add(session, ada, "linus").id
    within = GrantScope(levels=frozenset({"client"}), tags=frozenset({"eu"}))
    give_role(session, grace, add_to, Grant(Role.OPERATOR, within))
    withdraw_role(session, grace, add_to, grant_id(session, add_to))
    for beyond in (GrantScope(), GrantScope(levels=frozenset({"global"})), GrantScope(cells=("client/*",))):
        with pytest.raises(PermissionRefusedError):
            give_role(session, grace, add_to, Grant(Role.VIEWER, beyond))


def test_a_role_is_given_once(session: FleetSession, ada: Visitor) -> None:
    grace = add(session, ada, "grace", Grant(Role.VIEWER))
    with pytest.raises(DiagnosticError, match="is viewer of the whole fleet already"):
        give_role(session, ada, grace.id, Grant(Role.VIEWER))
    give_role(session, ada, grace.id, Grant(Role.VIEWER, CLIENTS))


def test_a_role_is_gone_at_once(session: FleetSession, ada: Visitor) -> None:
    add(session, ada, "grace", Grant(Role.OPERATOR))
    grace = sign_in_as(session, "grace", OTHER)
    withdraw_role(session, ada, grace.id, grant_id(session, grace.id), "moved on")
    assert sign_in_as(session, "grace", OTHER).grants == ()
    withdrawn = next(event for event in events(session) if event.action == "role.withdrawn")
    assert (withdrawn.subject, withdrawn.reason, withdrawn.detail["role"]) == (
        "person:grace",
        "moved on",
        "operator",
    )
    with pytest.raises(DiagnosticError, match="no such grant"):
        withdraw_role(session, ada, grace.id, "g_0")


def test_the_last_admin_can_not_leave(session: FleetSession, ada: Visitor) -> None:
    with pytest.raises(DiagnosticError, match="nobody who may manage people"):
        disable(session, ada, ada.id)
    with pytest.raises(DiagnosticError, match="nobody who may manage people"):
        withdraw_role(session, ada, ada.id, grant_id(session, ada.id))
    add(session, ada, "grace", ADMIN)
    disable(session, ada, ada.id)
    with pytest.raises(SignInRefusedError):
        sign_in_as(session)


def test_whoever_is_disabled_is_out_until_enabled(session: FleetSession, ada: Visitor) -> None:
    grace = add(session, ada, "grace", Grant(Role.VIEWER))
    disable(session, ada, grace.id, "left")
    with pytest.raises(SignInRefusedError):
        sign_in_as(session, "grace", OTHER)
    assert who_can(session, ACME)[0].person.login == "ada"
    assert len(who_can(session, ACME)) == 1
    enable(session, ada, grace.id)
    sign_in_as(session, "grace", OTHER)


def test_a_new_password_comes_by_a_link_of_an_hour(session: FleetSession, ada: Visitor) -> None:
    grace = add(session, ada, "grace", Grant(Role.VIEWER))
    secret = new_link(session, ada, grace.id)
    accept_link(
        session, PASSWORDS, WelcomeRequest(token=secret, password="another set of words", origin=HERE)
    )
    with pytest.raises(SignInRefusedError):
        sign_in_as(session, "grace", OTHER)
    sign_in_as(session, "grace", "another set of words")


def test_a_service_has_no_password_and_never_signs_in(session: FleetSession, ada: Visitor) -> None:
    made = invite(session, ada, InviteRequest(login="ci", name="CI", service=True))
    assert made.secret is None
    with pytest.raises(DiagnosticError, match="no password"):
        new_link(session, ada, made.person.id)
    event = EventDraft("ada", "trial.done", "x")
    people_of(session).directory.set_password(made.person.id, PASSWORDS.hash(OTHER), event)
    with pytest.raises(SignInRefusedError):
        sign_in_as(session, "ci", OTHER)


def test_who_can_do_what(session: FleetSession, ada: Visitor) -> None:
    add(
        session,
        ada,
        "grace",
        Grant(Role.OPERATOR, CLIENTS),
        Grant(Role.APPROVER, GrantScope(tags=frozenset({"eu"}))),
    )
    add(session, ada, "linus", Grant(Role.VIEWER, GrantScope(cells=("client/globex",))))
    found = {item.person.login: item for item in who_can(session, ACME, ["eu"])}
    assert list(found) == ["ada", "grace"]
    assert set(found["ada"].permissions) == set(Permission)
    assert Permission.APPROVE in found["grace"].permissions
    assert {item.where for item in found["grace"].through} == {"level client", "tag eu"}
    assert [item.person.login for item in who_can(session, None)] == ["ada"]


def test_a_role_for_a_tag_holds_where_the_cell_has_it(session: FleetSession, ada: Visitor) -> None:
    (session.root / "clients" / "acme.yaml").write_text("tags: [eu]\n")
    (session.root / "clients" / "globex.yaml").write_text("tags: {region: eu}\n")
    session.renew()
    scope = GrantScope(tags=frozenset({"eu", "region=eu"}))
    grace = add(session, ada, "grace", Grant(Role.OPERATOR, scope))
    assert grace.may(Permission.APPLY, ACME)
    assert grace.may(Permission.APPLY, CellAddress("client", "globex"))
    assert not grace.may(Permission.APPLY, CellAddress("client", "nobody"))
