"""Single sign-on: groups give roles at each sign-in anew, nobody takes over an account, faults are told."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from cellwright.access.oidc.directory import Directory
from cellwright.access.oidc.faults import AnswerRefusedError, ProviderFault
from cellwright.access.passkeys import site_of
from cellwright.access.roles import Grant, Permission, Role
from cellwright.app.people.passkeys import sign_in_with_passkey
from cellwright.app.people.sign_in import BegunSession
from cellwright.app.people.single_sign_on import (
    SingleSignOn,
    begin_single_sign_on,
    finish_single_sign_on,
    unlink,
)
from cellwright.app.people.standing import people_of, record_of
from cellwright.app.people.steps import StepLostError
from cellwright.app.session.session import FleetSession
from cellwright.ledger.audit import EventDraft
from cellwright.ledger.people.records import Person
from cellwright.model.actor import Actor
from cellwright.model.diagnostic import DiagnosticError
from unit.access.oidc.fake_provider import ISSUER, NOW, FakeProvider
from unit.app.people.kit import HERE, SetClock, actions, events, first_admin, open_fleet, visitor_of

FLEET = f"""
secrets:
  env: {{type: environment, allow: [CONSOLE_*]}}
console:
  url: https://console.example.com
  oidc:
    issuer: {ISSUER}
    client_id: console
    groups: {{platform: admin, europe: {{role: operator, cells: ["client/eu-*"]}}}}
"""
ADA = Actor("Ada", "console")


@pytest.fixture
def session(tmp_path: Path, clock: SetClock) -> Iterator[FleetSession]:
    with open_fleet(tmp_path, clock, FLEET) as opened:
        yield opened


@pytest.fixture
def fake() -> FakeProvider:
    return FakeProvider(claims={"exp": 4e9, "iat": NOW - 1e9})


@pytest.fixture
def sign_on(session: FleetSession, fake: FakeProvider) -> SingleSignOn:
    found = SingleSignOn(session)
    settings = found.settings()
    assert settings is not None
    found._known = settings, Directory(settings, fake)
    return found


def come_in(
    sign_on: SingleSignOn, fake: FakeProvider, links: str | None = None, **claims: object
) -> BegunSession:
    fake.claims = {**fake.claims, "preferred_username": "grace", "name": "Grace Hopper", **claims}
    url, step = begin_single_sign_on(sign_on, HERE, "/runs", links)
    asked = dict(part.split("=") for part in url.partition("?")[2].split("&"))
    fake.nonce = asked["nonce"]
    begun, wanted = finish_single_sign_on(
        sign_on, step.secret, {"state": asked["state"], "code": "code"}, HERE
    )
    assert wanted == "/runs"
    return begun


def roles(session: FleetSession, begun: BegunSession) -> set[Role]:
    return {grant.role for grant in visitor_of(session, begun.secret).grants}


def test_groups_give_roles_and_take_them(
    session: FleetSession, sign_on: SingleSignOn, fake: FakeProvider
) -> None:
    first = come_in(sign_on, fake, groups=["platform", "unheard-of"])
    visitor = visitor_of(session, first.secret)
    assert (visitor.name, roles(session, first)) == ("Grace Hopper", {Role.ADMIN})
    assert actions(session) == ["person.added", "person.groups_changed", "person.signed_in"]
    assert events(session)[-1].detail["method"] == "oidc"
    assert events(session)[-2].detail["groups"] == "platform"

    second = come_in(sign_on, fake, groups=["europe"])
    assert second.person.id == first.person.id
    (grant,) = visitor_of(session, second.secret).grants
    assert (grant.role, grant.scope.cells) == (Role.OPERATOR, ("client/eu-*",))
    assert not visitor_of(session, first.secret).may(Permission.ADMINISTER)  # the older session, too

    come_in(sign_on, fake, groups=["europe"])
    assert actions(session)[-2:] == ["person.signed_in", "person.signed_in"]  # nothing has changed


def test_who_is_in_no_group_comes_not_in_and_leaves_nothing(
    session: FleetSession, sign_on: SingleSignOn, fake: FakeProvider
) -> None:
    with pytest.raises(AnswerRefusedError, match="'Grace Hopper' is in no group that has a role here"):
        come_in(sign_on, fake, groups=["unheard-of"])
    assert people_of(session).directory.all() == ()
    assert actions(session) == ["person.sign_in_refused"]


def test_who_loses_the_last_group_loses_the_role(
    session: FleetSession, sign_on: SingleSignOn, fake: FakeProvider
) -> None:
    begun = come_in(sign_on, fake, groups=["platform"])
    with pytest.raises(AnswerRefusedError, match="in no group"):
        come_in(sign_on, fake, groups=[])
    assert visitor_of(session, begun.secret).grants == ()


def test_what_an_admin_gave_stays(session: FleetSession, sign_on: SingleSignOn, fake: FakeProvider) -> None:
    begun = come_in(sign_on, fake, groups=["platform"])
    given = record_of(begun.person.id, Grant(Role.APPROVER), ADA)
    people_of(session).standing.give(given, EventDraft(ADA, "grant.given", "x"))
    again = come_in(sign_on, fake, groups=[])
    assert roles(session, again) == {Role.APPROVER}


def test_nobody_takes_over_an_account(
    session: FleetSession, sign_on: SingleSignOn, fake: FakeProvider
) -> None:
    first_admin(session)
    for claims in (
        {"preferred_username": "ada"},
        {"preferred_username": "ADA"},
        {"email": "Ada@example.com", "email_verified": True},
    ):
        with pytest.raises(AnswerRefusedError, match="there is another account"):
            come_in(sign_on, fake, groups=["platform"], **claims)
        fake.claims.pop("email", None)
    assert len(people_of(session).directory.all()) == 1


def test_a_mail_address_that_is_not_verified_is_nobodys(
    session: FleetSession, sign_on: SingleSignOn, fake: FakeProvider
) -> None:
    first_admin(session)
    begun = come_in(sign_on, fake, groups=["platform"], email="ada@example.com")
    assert begun.person.email is None


def test_an_account_is_linked_by_whom_it_belongs_to(
    session: FleetSession, sign_on: SingleSignOn, fake: FakeProvider
) -> None:
    secret = first_admin(session)
    ada = visitor_of(session, secret).id
    begun = come_in(sign_on, fake, ada, groups=["europe"], preferred_username="ada")
    assert begun.person.id == ada
    assert roles(session, begun) == {Role.ADMIN, Role.OPERATOR}
    assert come_in(sign_on, fake, groups=["europe"]).person.id == ada
    assert "person.linked" in actions(session)

    eve = Person(id="p_eve", login="eve", name="Eve", created_by="test")
    people_of(session).directory.add(eve, [], [])
    with pytest.raises(AnswerRefusedError, match="this identity is somebody else's"):
        come_in(sign_on, fake, "p_eve", groups=["europe"])

    (identity,) = people_of(session).identities.of(ada)
    unlink(session, ADA, begun.person, identity)
    assert roles(session, begun) == {Role.ADMIN}
    with pytest.raises(AnswerRefusedError, match="there is another account"):
        come_in(sign_on, fake, groups=["europe"], preferred_username="ada")


def test_the_only_way_in_is_not_unlinked(
    session: FleetSession, sign_on: SingleSignOn, fake: FakeProvider
) -> None:
    begun = come_in(sign_on, fake, groups=["platform"])
    (identity,) = people_of(session).identities.of(begun.person.id)
    with pytest.raises(DiagnosticError, match="you could not sign in any more"):
        unlink(session, ADA, begun.person, identity)


def test_who_is_disabled_comes_not_in(
    session: FleetSession, sign_on: SingleSignOn, fake: FakeProvider
) -> None:
    first_admin(session)
    begun = come_in(sign_on, fake, groups=["platform"])
    people_of(session).directory.disable(begun.person.id, EventDraft(ADA, "person.disabled", "x"))
    with pytest.raises(AnswerRefusedError, match="has disabled this account"):
        come_in(sign_on, fake, groups=["platform"])


@pytest.mark.parametrize(
    ("claims", "login", "name"),
    [
        ({"preferred_username": "Grace@Example.com"}, "grace@example.com", "Grace Hopper"),
        (
            {"preferred_username": "../etc", "email": "g@x.example", "email_verified": True},
            "g@x.example",
            "Grace Hopper",
        ),
        ({"preferred_username": None}, "grace.hopper", "Grace Hopper"),
        ({"name": "Grасе Hopper"}, "grace", "grace"),  # noqa: RUF001  two Cyrillic letters
        ({"name": "<b>Grace</b>"}, "grace", "grace"),
    ],
)
def test_names_are_made_fitting(
    sign_on: SingleSignOn, fake: FakeProvider, claims: dict[str, object], login: str, name: str
) -> None:
    begun = come_in(sign_on, fake, None, groups=["platform"], **claims)
    assert (begun.person.login, begun.person.name) == (login, name)


def test_an_answer_without_a_beginning(session: FleetSession, sign_on: SingleSignOn) -> None:
    for secret in ("", "x"):
        with pytest.raises(StepLostError):
            finish_single_sign_on(sign_on, secret, {"state": "x", "code": "y"}, HERE)
    assert actions(session) == []


def test_an_answer_counts_once_and_only_for_its_browser(
    session: FleetSession, sign_on: SingleSignOn, fake: FakeProvider
) -> None:
    url, step = begin_single_sign_on(sign_on, HERE, "/")
    with pytest.raises(AnswerRefusedError, match="belongs to another sign-in"):
        finish_single_sign_on(sign_on, step.secret, {"state": "another", "code": "c"}, HERE)
    state = url.partition("state=")[2].partition("&")[0]
    with pytest.raises(StepLostError):
        finish_single_sign_on(sign_on, step.secret, {"state": state, "code": "c"}, HERE)
    assert events(session)[-1].action == "person.sign_in_refused"
    assert state not in repr(events(session)[-1].detail)
    assert fake.bodies == []


def test_a_provider_that_is_down_is_told(sign_on: SingleSignOn, fake: FakeProvider) -> None:
    fake.down = True
    with pytest.raises(ProviderFault, match=r"fleet\.yaml:\d+:\d+: error: the provider .* no answer"):
        begin_single_sign_on(sign_on, HERE, "/")


def test_without_a_provider(tmp_path: Path, clock: SetClock) -> None:
    with open_fleet(tmp_path / "plain", clock) as session:
        sign_on = SingleSignOn(session)
        assert sign_on.settings() is None
        with pytest.raises(DiagnosticError, match="this fleet has no single sign-on"):
            begin_single_sign_on(sign_on, HERE, "/")


@pytest.mark.parametrize(("value", "told"), [("", "CONSOLE_SECRET"), (None, "CONSOLE_SECRET")])
def test_a_client_secret_that_is_not_there(
    tmp_path: Path, clock: SetClock, fake: FakeProvider, value: str | None, told: str
) -> None:
    settings = FLEET.replace(
        "client_id: console", "client_id: console\n    client_secret: ${secret.env.CONSOLE_SECRET}"
    )
    with open_fleet(tmp_path / "with", clock, settings) as session:
        session.environment = {**session.environment, **({} if value is None else {"CONSOLE_SECRET": value})}
        sign_on = SingleSignOn(session)
        found = sign_on.settings()
        assert found is not None
        sign_on._known = found, Directory(found, fake)
        with pytest.raises(DiagnosticError, match=told):
            come_in(sign_on, fake, groups=["platform"])


def test_the_step_of_a_passkey_is_none_of_a_provider(sign_on: SingleSignOn) -> None:
    _, step = begin_single_sign_on(sign_on, HERE, "/")
    site = site_of("https://console.example.com", "Cellwright")
    assert site is not None
    with pytest.raises(StepLostError):
        sign_in_with_passkey(sign_on.session, site, step.secret, "{}", HERE)
