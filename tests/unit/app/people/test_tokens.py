"""API tokens and break-glass."""

import json
from collections.abc import Iterator
from dataclasses import replace

import pytest

from build_issuer import Issuer, issuing, new_key
from cellwright.access.roles import Grant, GrantScope, Permission, Role
from cellwright.access.visitor import PermissionRefusedError, SignedInBy, Visitor
from cellwright.app.people.api_tokens import TokenRequest, make_token, revoke_token, visible_tokens
from cellwright.app.people.break_glass import BreakGlassRequest, break_glass
from cellwright.app.people.manage import InviteRequest, disable, invite, withdraw_role
from cellwright.app.people.standing import people_of
from cellwright.app.people.visitors import FleetVisitors
from cellwright.app.session.session import FleetSession
from cellwright.model.actor import VoucherKind
from cellwright.model.address import CellAddress
from cellwright.model.diagnostic import DiagnosticError
from unit.app.people.kit import SetClock, actions, events, first_admin, sign_in_as, visitor_of
from unit.app.people.test_manage import add

ACME = CellAddress("client", "acme")
CLIENTS = GrantScope(levels=frozenset({"client"}))
REASON = "production is down, nobody else is awake"


@pytest.fixture
def ada(session: FleetSession) -> Visitor:
    return visitor_of(session, first_admin(session))


def used(session: FleetSession, text: str, acts_for: str = "") -> Visitor | None:
    return FleetVisitors(session).by_token(text, "192.0.2.7", acts_for)


def test_a_token_is_shown_once_and_kept_as_a_digest(session: FleetSession, ada: Visitor) -> None:
    made = make_token(session, ada, TokenRequest(name="laptop", days=30))
    visitor = used(session, made.text)
    assert visitor is not None
    assert (visitor.id, visitor.by, visitor.session, visitor.csrf) == (
        ada.id,
        SignedInBy.TOKEN,
        made.record.id,
        "",
    )
    assert visitor.actor.vouchers[0].kind is VoucherKind.TOKEN
    secret = made.text.split("_")[2]
    session.ledger().close()
    assert secret.encode() not in (session.root / ".cellwright" / "ledger.db").read_bytes()
    assert "token.made" in actions(session)
    assert secret not in repr(made)


def test_a_token_goes_no_further_than_its_limits_and_its_owner(session: FleetSession, ada: Visitor) -> None:
    limits = (Grant(Role.OPERATOR, CLIENTS),)
    text = make_token(session, ada, TokenRequest(name="limited", days=1, limits=limits)).text
    visitor = used(session, text)
    assert visitor is not None
    assert visitor.may(Permission.APPLY, ACME)
    assert not visitor.may(Permission.APPROVE, ACME)
    assert not visitor.may(Permission.APPLY)
    assert not visitor.may_somewhere(Permission.ADMINISTER)
    grace = add(session, ada, "grace", Grant(Role.VIEWER))
    wide = make_token(session, grace, TokenRequest(name="wide", days=1, limits=(Grant(Role.ADMIN),))).text
    visitor = used(session, wide)
    assert visitor is not None
    assert not visitor.may(Permission.APPLY, ACME)


def test_an_expired_a_revoked_and_a_false_token_are_refused_on_record(
    session: FleetSession, ada: Visitor, clock: SetClock
) -> None:
    made = make_token(session, ada, TokenRequest(name="short", days=1))
    other = make_token(session, ada, TokenRequest(name="other", days=3))
    assert used(session, made.text[:-1] + ("x" if made.text[-1] != "x" else "y")) is None
    clock.pass_by(days=1)
    assert used(session, made.text) is None
    assert used(session, other.text) is not None
    revoke_token(session, ada, other.record.id)
    assert used(session, other.text) is None
    refused = [event for event in events(session) if event.action == "token.refused"]
    assert [event.subject for event in refused] == [
        f"token:{made.record.id}",
        f"token:{made.record.id}",
        f"token:{other.record.id}",
    ]
    assert refused[0].detail["address"] == "192.0.2.7"
    assert "identity" in refused[0].detail


@pytest.mark.parametrize(
    "text", ["", "x", "cwt_a_b", "cwt_" + "a" * 1000, "\ud800", "cwt_\ud800_x", "cwt_ab_"]
)
@pytest.mark.usefixtures("ada")
def test_no_token_at_all(session: FleetSession, text: str) -> None:
    assert used(session, text) is None


def test_only_a_token_for_it_acts_for_somebody_else(session: FleetSession, ada: Visitor) -> None:
    service = invite(
        session, ada, InviteRequest(login="ci", name="CI", service=True, grants=(Grant(Role.OPERATOR),))
    ).person
    request = TokenRequest(name="pipeline", days=30, owner=service.id, act_for=True)
    visitor = used(session, make_token(session, ada, request).text, "Grace Hopper <grace@example.com>")
    assert visitor is not None
    assert (visitor.id, visitor.actor.name, visitor.actor.named_by) == (
        service.id,
        "Grace Hopper <grace@example.com>",
        "act-for",
    )
    assert dict(visitor.actor.vouchers[0].facts)["login"] == "ci"
    plain = make_token(session, ada, replace(request, act_for=False)).text
    with pytest.raises(DiagnosticError, match="may not act for somebody else"):
        used(session, plain, "Grace")
    with pytest.raises(DiagnosticError, match="can't be seen"):
        used(session, make_token(session, ada, request).text, "Gra\u200bce")


def test_tokens_of_others_and_such_that_act_for_others_are_an_admins(
    session: FleetSession, ada: Visitor
) -> None:
    grace = add(session, ada, "grace", Grant(Role.OPERATOR))
    mine = make_token(session, ada, TokenRequest(name="mine", days=1))
    for request in (
        TokenRequest(name="x", days=1, act_for=True),
        TokenRequest(name="x", days=1, owner=ada.id),
    ):
        with pytest.raises(PermissionRefusedError):
            make_token(session, grace, request)
    with pytest.raises(PermissionRefusedError):
        revoke_token(session, grace, mine.record.id)
    with pytest.raises(DiagnosticError, match="by themselves"):
        make_token(session, ada, TokenRequest(name="x", days=1, owner=grace.id))
    hers = make_token(session, grace, TokenRequest(name="hers", days=1))
    assert [token.name for token in visible_tokens(session, grace)] == ["hers"]
    assert {token.name for token in visible_tokens(session, ada)} == {"hers", "mine"}
    revoke_token(session, ada, hers.record.id)
    with pytest.raises(DiagnosticError, match="revoked before"):
        revoke_token(session, ada, hers.record.id)


def test_a_token_makes_no_tokens(session: FleetSession, ada: Visitor) -> None:
    visitor = used(session, make_token(session, ada, TokenRequest(name="x", days=1)).text)
    assert visitor is not None
    with pytest.raises(DiagnosticError, match="can't make tokens"):
        make_token(session, visitor, TokenRequest(name="y", days=366))


@pytest.mark.parametrize(
    "request_",
    [
        TokenRequest(name="", days=1),
        TokenRequest(name="<b>", days=1),
        TokenRequest(name="x", days=0),
        TokenRequest(name="x", days=367),
        TokenRequest(name="x", days=1, limits=()),
    ],
)
def test_a_token_needs_a_name_and_an_end(session: FleetSession, ada: Visitor, request_: TokenRequest) -> None:
    with pytest.raises(DiagnosticError):
        make_token(session, ada, request_)


def test_a_token_ends_with_its_owner(session: FleetSession, ada: Visitor) -> None:
    grace = add(session, ada, "grace", Grant(Role.VIEWER))
    text = make_token(session, grace, TokenRequest(name="x", days=1)).text
    disable(session, ada, grace.id)
    assert used(session, text) is None


def test_the_glass_is_broken_with_a_reason_for_a_while(
    session: FleetSession, ada: Visitor, clock: SetClock
) -> None:
    grace = add(session, ada, "grace", Grant(Role.ADMIN, GrantScope(cells=("global/*",))))
    assert not grace.may(Permission.APPLY, ACME)
    break_glass(session, grace, BreakGlassRequest(grant=Grant(Role.OPERATOR), reason=REASON, minutes=30))
    bold = sign_in_as(session, "grace", "staple of seven words")
    assert bold.may(Permission.APPLY, ACME)
    assert bold.break_glass == REASON
    assert dict(bold.actor.vouchers[0].facts)["break_glass"] == REASON
    broken = next(event for event in events(session) if event.action == "glass.broken")
    assert (broken.subject, broken.reason) == ("person:grace", REASON)
    clock.pass_by(minutes=30)
    calm = sign_in_as(session, "grace", "staple of seven words")
    assert not calm.may(Permission.APPLY, ACME)
    assert calm.break_glass == ""


def test_whoever_broke_the_glass_may_end_it(session: FleetSession, ada: Visitor) -> None:
    grace = add(session, ada, "grace", Grant(Role.ADMIN, CLIENTS))
    taken = break_glass(session, grace, BreakGlassRequest(grant=Grant(Role.APPROVER), reason=REASON))
    withdraw_role(session, grace, grace.id, taken.id)
    assert len(people_of(session).standing.of(grace.id)) == 1


@pytest.mark.parametrize(
    "request_",
    [
        BreakGlassRequest(grant=Grant(Role.OPERATOR), reason="no"),
        BreakGlassRequest(grant=Grant(Role.OPERATOR), reason="x" * 501),
        BreakGlassRequest(grant=Grant(Role.OPERATOR), reason="invisible\u200b characters"),
        BreakGlassRequest(grant=Grant(Role.ADMIN), reason=REASON),
        BreakGlassRequest(grant=Grant(Role.OPERATOR), reason=REASON, minutes=0),
        BreakGlassRequest(grant=Grant(Role.OPERATOR), reason=REASON, minutes=241),
    ],
)
def test_the_glass_is_not_broken_lightly(
    session: FleetSession, ada: Visitor, request_: BreakGlassRequest
) -> None:
    with pytest.raises(DiagnosticError):
        break_glass(session, ada, request_)


def test_only_an_admin_who_has_signed_in_breaks_the_glass(session: FleetSession, ada: Visitor) -> None:
    wanted = BreakGlassRequest(grant=Grant(Role.OPERATOR), reason=REASON)
    grace = add(session, ada, "grace", Grant(Role.OPERATOR))
    with pytest.raises(PermissionRefusedError):
        break_glass(session, grace, wanted)
    token = used(session, make_token(session, ada, TokenRequest(name="x", days=1)).text)
    assert token is not None
    with pytest.raises(DiagnosticError, match="a token can't break the glass"):
        break_glass(session, token, wanted)


@pytest.fixture(scope="module")
def issuer() -> Iterator[Issuer]:
    with issuing() as found:
        yield found


def believing(session: FleetSession, issuer: Issuer, *, required: bool = False) -> FleetSession:
    """The same fleet, that believes this issuer's builds of its own repository."""
    builds = {
        "required": required,
        "issuers": [{"issuer": issuer.address, "subjects": ["repo:medloop/fleet:*"]}],
    }
    with (session.root / "fleet.yaml").open("a") as file:
        file.write(f"builds: {json.dumps(builds)}\n")
    session.renew()
    return session


def service_token(session: FleetSession, ada: Visitor, *, act_for: bool = True) -> str:
    service = InviteRequest(login="ci", name="CI", service=True, grants=(Grant(Role.OPERATOR),))
    owner = invite(session, ada, service).person.id
    return make_token(session, ada, TokenRequest(name="ci", days=1, owner=owner, act_for=act_for)).text


def test_the_server_verifies_the_build_that_a_program_says_to_be(
    session: FleetSession, ada: Visitor, issuer: Issuer
) -> None:
    text = service_token(session, ada)
    visitors = FleetVisitors(believing(session, issuer))
    visitor = visitors.by_token(text, "192.0.2.7", "ada", issuer.token())
    assert visitor is not None
    kinds = [(item.kind, item.checked) for item in visitor.actor.vouchers]
    assert kinds == [(VoucherKind.TOKEN, True), (VoucherKind.CI_JOB, True)]
    assert (visitor.actor.name, visitor.actor.named_by) == ("ada", "act-for")
    for bad in (issuer.token(aud="sts.amazonaws.com"), issuer.unsigned(), issuer.token(key=new_key()), "x"):
        with pytest.raises(DiagnosticError, match="refused") as told:
            visitors.by_token(text, "192.0.2.7", "ada", bad)
        assert bad == "x" or bad not in str(told.value)
    looking = visitors.by_token(text, "192.0.2.7", "ada", None)
    assert looking is not None, "who only looks is asked for none"


def test_a_fleet_may_demand_the_build_of_a_token_that_acts_for_others(
    session: FleetSession, ada: Visitor, issuer: Issuer
) -> None:
    own = make_token(session, ada, TokenRequest(name="laptop", days=1)).text
    text = service_token(session, ada)
    visitors = FleetVisitors(believing(session, issuer, required=True))
    with pytest.raises(DiagnosticError, match="together with a build's identity token"):
        visitors.by_token(text, "192.0.2.7", "ada", "")
    assert visitors.by_token(text, "192.0.2.7", "ada", issuer.token()) is not None
    assert visitors.by_token(own, "192.0.2.7", "", "") is not None, "a person's own"
