"""People in the ledger: links that work once, sessions that end, grants, tokens, counts."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from cellwright.ledger.audit import EventDraft
from cellwright.ledger.opening import Ledger
from cellwright.ledger.people.people import People
from cellwright.ledger.people.records import (
    GrantOrigin,
    GrantRecord,
    LinkPurpose,
    OneTimeLink,
    Person,
    PersonKind,
    TokenRecord,
)
from cellwright.ledger.people.rows import new_id
from cellwright.ledger.people.sessions import NewSession, SessionLimits
from cellwright.model.diagnostic import DiagnosticError
from contract.ledger.conftest import SetClock
from patience import PATIENCE

LIMITS = SessionLimits(idle=timedelta(minutes=30), longest=timedelta(hours=12))
ADA = Person(id="p_ada", login="ada", name="Ada", email="ada@example.com", created_by="test")
GRACE = Person(id="p_grace", login="grace", name="Grace", created_by="test")


def event(action: str = "trial.done") -> EventDraft:
    return EventDraft("ada", action, "person:ada")


def grant(person: str, role: str = "admin", **more: object) -> GrantRecord:
    return GrantRecord(id=new_id("g"), person=person, role=role, **more)  # type: ignore[arg-type]


@pytest.fixture
def people(ledger: Ledger) -> People:
    ledger.people.directory.add(ADA, [grant("p_ada")], [event("person.added")])
    return ledger.people


def link(people: People, digest: str, purpose: LinkPurpose, person: str | None, clock: SetClock) -> None:
    expires = clock.now() + timedelta(hours=1)
    made = OneTimeLink(purpose=purpose, person=person, created_by="test", expires=expires)
    people.links.add(digest, made, event())


def session(people: People, digest: str = "d1", person: str = "p_ada") -> bool:
    begun = NewSession(
        digest=digest, id=f"s_{digest}", person=person, method="password", address="::1", agent="x"
    )
    return people.sessions.begin(begun, LIMITS, event("person.signed_in"))


def test_a_person_is_found_by_id_and_login(people: People) -> None:
    found = people.directory.by_login("ada")
    assert found is not None
    assert (found.id, found.shown, found.kind) == ("p_ada", "Ada <ada@example.com>", PersonKind.PERSON)
    assert people.directory.find("p_ada") == found
    assert people.directory.all() == (found,)
    assert people.directory.by_login("Ada") is None


@pytest.mark.parametrize(
    "other",
    [
        Person(id="p_2", login="ada", name="Eve", created_by="x"),
        Person(id="p_2", login="eve", name="Eve", email="ada@example.com", created_by="x"),
    ],
)
def test_login_and_mail_address_are_one_persons(people: People, other: Person) -> None:
    with pytest.raises(DiagnosticError, match="already"):
        people.directory.add(other, [], [event()])
    assert len(people.directory.all()) == 1


def test_the_first_admin_is_made_once(ledger: Ledger, clock: SetClock) -> None:
    people = ledger.people
    for digest in ("l1", "l2"):
        link(people, digest, LinkPurpose.FIRST_ADMIN, None, clock)
    assert not people.standing.has_admin()
    people.directory.add_first_admin("l1", ADA, "hash", grant("p_ada"), event("person.first_admin"))
    assert people.standing.has_admin()
    assert people.links.find("l2") is None
    link(people, "l3", LinkPurpose.FIRST_ADMIN, None, clock)
    for digest in ("l1", "l2", "l3"):
        with pytest.raises(DiagnosticError, match=r"used before|has an admin already"):
            people.directory.add_first_admin(digest, GRACE, "hash", grant("p_grace"), event())
    assert [person.login for person in people.directory.all()] == ["ada"]


def test_an_admin_by_a_group_is_one_too_so_nobody_becomes_the_first(ledger: Ledger, clock: SetClock) -> None:
    people = ledger.people
    link(people, "l1", LinkPurpose.FIRST_ADMIN, None, clock)
    people.directory.add(ADA, [grant("p_ada", "admin", origin=GrantOrigin.GROUP)], [event()])
    assert people.standing.has_admin()
    with pytest.raises(DiagnosticError, match="has an admin already"):
        people.directory.add_first_admin("l1", GRACE, "hash", grant("p_grace"), event())
    people.directory.add(GRACE, [grant("p_grace", "admin", levels=("client",))], [event()])
    people.standing.settle_groups("p_ada", (), event())
    assert not people.standing.has_admin(), "an admin of a part of the fleet is none"


def test_a_link_works_once_for_one_purpose_and_ends(people: People, clock: SetClock) -> None:
    link(people, "l1", LinkPurpose.INVITATION, "p_ada", clock)
    with pytest.raises(DiagnosticError, match="used before"):
        people.directory.add_first_admin("l1", GRACE, "hash", grant("p_grace"), event())
    assert people.links.find("l1") is not None  # a use for another purpose does not use it up
    assert people.directory.set_password_by_link("l1", lambda _: event(), "new") == "p_ada"
    assert people.directory.password_hash("p_ada") == "new"
    with pytest.raises(DiagnosticError, match="used before"):
        people.directory.set_password_by_link("l1", lambda _: event(), "newer")
    link(people, "l2", LinkPurpose.RESET, "p_ada", clock)
    clock.pass_by(3600)
    assert people.links.find("l2") is None
    with pytest.raises(DiagnosticError, match="expired"):
        people.directory.set_password_by_link("l2", lambda _: event(), "newer")


def test_a_newer_link_takes_the_older_ones_place(people: People, clock: SetClock) -> None:
    link(people, "l1", LinkPurpose.RESET, "p_ada", clock)
    link(people, "l2", LinkPurpose.RESET, "p_ada", clock)
    assert people.links.find("l1") is None
    assert people.links.find("l2") is not None


def test_a_session_ends_by_idleness_and_by_age(people: People, clock: SetClock) -> None:
    assert session(people)
    clock.pass_by(1799)
    found = people.sessions.find("d1", LIMITS)
    assert found is not None
    assert (found.person.login, found.session.id, len(found.grants)) == ("ada", "s_d1", 1)
    clock.pass_by(1799)
    assert people.sessions.find("d1", LIMITS) is not None  # it was used in between
    clock.pass_by(1801)
    assert people.sessions.find("d1", LIMITS) is None
    assert session(people, "d2")
    for _ in range(24):
        clock.pass_by(1799)
        people.sessions.find("d2", LIMITS)
    clock.pass_by(30)
    assert people.sessions.find("d2", LIMITS) is None
    assert people.sessions.of("p_ada", LIMITS) == ()


def test_sessions_are_ended_one_by_one_and_all(people: People) -> None:
    for digest in ("d1", "d2", "d3"):
        session(people, digest)
    assert not people.sessions.end("p_grace", "s_d1", event())  # somebody else's
    assert people.sessions.end("p_ada", "s_d1", event())
    assert people.sessions.find("d1", LIMITS) is None
    assert people.sessions.end_all("p_ada", event(), but="s_d3") == 1
    assert [item.id for item in people.sessions.of("p_ada", LIMITS)] == ["s_d3"]


def test_a_new_password_ends_all_other_sessions(people: People) -> None:
    for digest in ("d1", "d2"):
        session(people, digest)
    people.directory.set_password("p_ada", "hash", event(), keep_session="s_d2")
    assert [item.id for item in people.sessions.of("p_ada", LIMITS)] == ["s_d2"]


def test_whoever_is_disabled_is_out_at_once(people: People, clock: SetClock) -> None:
    people.directory.add(GRACE, [grant("p_grace")], [event()])
    session(people)
    people.tokens.add(token(clock), "t", event())
    link(people, "l1", LinkPurpose.RESET, "p_ada", clock)
    assert people.directory.disable("p_ada", event())
    assert not people.directory.disable("p_ada", event())
    assert people.sessions.find("d1", LIMITS) is None
    assert people.tokens.use("t1") is None
    assert people.links.find("l1") is None
    with pytest.raises(DiagnosticError, match="used before"):
        people.directory.set_password_by_link("l1", lambda _: event(), "new")
    assert not session(people, "d2")
    assert people.directory.enable("p_ada", event())
    assert session(people, "d2")
    assert people.sessions.find("d1", LIMITS) is None


def test_a_session_of_somebody_disabled_is_none_even_if_it_is_still_there(people: People) -> None:
    session(people)
    with people.database.write() as connection:
        connection.exec_driver_sql("UPDATE people SET disabled_at = 'now'")
    assert people.sessions.find("d1", LIMITS) is None


@pytest.mark.parametrize(
    "other",
    [
        grant("p_grace", "operator"),
        grant("p_grace", "admin", levels=("client",)),
        grant("p_grace", "admin", origin=GrantOrigin.GROUP),
        grant("p_grace", "admin", expires=datetime(2100, 1, 1, tzinfo=UTC)),
    ],
)
def test_the_last_admin_stays(people: People, other: GrantRecord) -> None:
    people.directory.add(GRACE, [other], [event()])
    (first,) = people.standing.of("p_ada")
    with pytest.raises(DiagnosticError, match="nobody who may manage people"):
        people.directory.disable("p_ada", event())
    with pytest.raises(DiagnosticError, match="nobody who may manage people"):
        people.standing.withdraw("p_ada", first.id, event())
    assert people.standing.of("p_ada") == (first,)
    found = people.directory.find("p_ada")
    assert found is not None
    assert found.disabled_at is None
    people.standing.give(grant("p_grace"), event())
    assert people.standing.withdraw("p_ada", first.id, event())
    assert not people.standing.withdraw("p_ada", first.id, event())


def test_a_grant_ends(people: People, clock: SetClock) -> None:
    until = clock.now() + timedelta(minutes=30)
    people.standing.give(
        grant("p_ada", "approver", origin=GrantOrigin.BREAK_GLASS, expires=until, reason="fire"), event()
    )
    assert {item.reason for item in people.standing.of("p_ada")} == {"", "fire"}
    clock.pass_by(1800)
    assert [item.role for item in people.standing.all()] == ["admin"]


def test_groups_give_what_they_give_now(people: People) -> None:
    first = grant("p_ada", "viewer", origin=GrantOrigin.GROUP)
    people.standing.settle_groups("p_ada", (first,), event())
    second = grant("p_ada", "operator", origin=GrantOrigin.GROUP, tags=("eu",))
    people.standing.settle_groups("p_ada", (second,), event())
    assert {(item.role, item.tags) for item in people.standing.of("p_ada")} == {
        ("admin", ()),
        ("operator", ("eu",)),
    }


def token(clock: SetClock, **more: object) -> TokenRecord:
    made = {"id": "t1", "person": "p_ada", "name": "ci", "expires": clock.now() + timedelta(days=1), **more}
    return TokenRecord(**made)  # type: ignore[arg-type]


def test_a_token_is_good_until_it_expires_or_is_revoked(people: People, clock: SetClock) -> None:
    limits = (GrantRecord(id="", person="", role="viewer", cells=("client/*",)),)
    people.tokens.add(token(clock, limits=limits, act_for=True), "digest", event())
    use = people.tokens.use("t1")
    assert use is not None
    assert (use.digest, use.person.login, use.token.limits, use.token.act_for) == (
        "digest",
        "ada",
        limits,
        True,
    )
    people.tokens.note_use(use)
    found = people.tokens.find("t1")
    assert found is not None
    assert found.used == clock.now().replace(microsecond=345_000)
    clock.pass_by(86_400)
    assert people.tokens.use("t1") is None
    people.tokens.add(token(clock, id="t2"), "digest", event())
    assert people.tokens.use("t2") is not None
    assert people.tokens.revoke("t2", event())
    assert not people.tokens.revoke("t2", event())
    assert people.tokens.use("t2") is None
    assert len(people.tokens.all()) == len(people.tokens.of("p_ada")) == 2


def test_attempts_are_counted_within_a_window(people: People, clock: SetClock) -> None:
    window = timedelta(minutes=15)
    assert [people.attempts.count("x", window) for _ in range(3)] == [1, 2, 3]
    assert people.attempts.so_far("x", window) == 3
    clock.pass_by(900)
    assert people.attempts.so_far("x", window) == 0
    assert people.attempts.count("x", window) == 1
    people.attempts.forget("x")
    assert people.attempts.so_far("x", window) == 0


def test_counts_of_long_ago_are_removed(people: People, clock: SetClock) -> None:
    people.attempts.count("old", timedelta(minutes=15))
    clock.pass_by(86_401)
    people.attempts.count("new", timedelta(minutes=15))
    with people.database.read() as connection:
        rows = connection.exec_driver_sql("SELECT subject FROM attempts").all()
    assert [row[0] for row in rows] == ["new"]


def test_each_change_has_its_event(people: People) -> None:
    session(people)
    people.sessions.end("p_ada", "s_d1", event("person.signed_out"))
    with people.database.read() as connection:
        rows = connection.exec_driver_sql("SELECT action FROM events ORDER BY sequence").all()
    assert [row[0] for row in rows] == ["person.added", "person.signed_in", "person.signed_out"]


def test_a_token_that_is_used_again_at_once_waits_for_nobody_who_writes(
    people: People, clock: SetClock
) -> None:
    people.tokens.add(token(clock), "digest", event())
    first = people.tokens.use("t1")
    assert first is not None
    people.tokens.note_use(first)
    again = people.tokens.use("t1")
    assert again is not None
    with ThreadPoolExecutor(1) as pool, people.database.write():
        pool.submit(people.tokens.note_use, again).result(timeout=PATIENCE)
