"""Tokens for the API: shown once, kept as digests, with an end."""

import secrets
from dataclasses import dataclass, field
from datetime import timedelta

from cellwright.access.names import name_fault
from cellwright.access.roles import Grant, Permission
from cellwright.access.secret import digest_of, new_secret, write_token
from cellwright.access.visitor import Visitor
from cellwright.app.people.confirming import demand_recent_proof
from cellwright.app.people.manage import demand_session
from cellwright.app.people.scopes import refuse_unclear
from cellwright.app.people.standing import people_of, person_named, record_of
from cellwright.app.session.session import FleetSession
from cellwright.ledger.audit import EventDraft
from cellwright.ledger.people.records import PersonKind, TokenRecord
from cellwright.model.diagnostic import DiagnosticError, error
from cellwright.model.value import Json

LONGEST_DAYS = 366
MOST = 50
"""Tokens of one owner that are good at a time."""
_ID_BYTES = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenRequest:
    """A token that somebody wants."""

    name: str
    days: int
    owner: str = ""
    """A person's id; by default the visitor's own. A service's tokens are made by an admin."""
    limits: tuple[Grant, ...] | None = None
    """Beyond these the token does not go, whatever its owner may do."""
    act_for: bool = False
    """Whoever uses it may name the person that it acts for, as a CI job does."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MadeToken:
    """A token with its secret, which is shown this once."""

    record: TokenRecord
    text: str = field(repr=False)


def make_token(session: FleetSession, visitor: Visitor, request: TokenRequest) -> MadeToken:
    """Make a token. Event `token.made`.

    Raises:
        PermissionRefusedError: only an admin makes tokens of others, or such that act for others.
        DiagnosticError: the name or the days are not good, or the owner has too many tokens.
    """
    demand_session(visitor, "make tokens")
    owner_id = request.owner or visitor.id
    if owner_id != visitor.id or request.act_for:
        visitor.demand(Permission.ADMINISTER)
    demand_recent_proof(session, visitor)
    people = people_of(session)
    owner = person_named(people, owner_id)
    if owner_id != visitor.id and owner.kind is not PersonKind.SERVICE:
        raise DiagnosticError(
            error(f"a token of {owner.name} is made by themselves", "make one of a service, or your own")
        )
    _refuse(request, sum(_is_good(session, token) for token in people.tokens.of(owner_id)))
    limits = request.limits
    refuse_unclear(session, limits or ())
    secret = new_secret()
    record = TokenRecord(
        id=secrets.token_hex(_ID_BYTES),
        person=owner_id,
        name=request.name.strip(),
        limits=None if limits is None else tuple(record_of("", limit, visitor.actor) for limit in limits),
        act_for=request.act_for,
        created_by=visitor.actor.name,
        expires=session.now() + timedelta(days=request.days),
    )
    detail: dict[str, Json] = {
        "name": record.name,
        "owner": owner.shown,
        "days": request.days,
        "act_for": record.act_for,
        "limits": None if limits is None else [limit.role.value for limit in limits],
    }
    event = EventDraft(visitor.actor, "token.made", f"token:{record.id}", "", detail)
    people.tokens.add(record, digest_of(secret), event)
    return MadeToken(record=record, text=write_token(record.id, secret))


def visible_tokens(session: FleetSession, visitor: Visitor) -> tuple[TokenRecord, ...]:
    """Give the visitor's own tokens; an admin sees all."""
    tokens = people_of(session).tokens
    return tokens.all() if visitor.may(Permission.ADMINISTER) else tokens.of(visitor.id)


def revoke_token(session: FleetSession, visitor: Visitor, token: str) -> None:
    """Let a token be good no more: one's own, or, for an admin, any. Event `token.revoked`.

    Raises:
        PermissionRefusedError: it is somebody else's, and the visitor is no admin.
        DiagnosticError: there is no such token, or it was revoked before.
    """
    people = people_of(session)
    found = people.tokens.find(token)
    if found is None or found.person != visitor.id:
        visitor.demand(Permission.ADMINISTER)
    event = EventDraft(visitor.actor, "token.revoked", f"token:{token}")
    if found is None or not people.tokens.revoke(token, event):
        raise DiagnosticError(
            error("there is no such token, or it was revoked before", "load the page again")
        )


def _refuse(request: TokenRequest, good: int) -> None:
    faults = []
    if fault := name_fault(request.name.strip()):
        faults.append(error(fault, "name the token after what uses it"))
    if not 1 <= request.days <= LONGEST_DAYS:
        faults.append(error(f"a token lasts from 1 to {LONGEST_DAYS} days", "choose another number"))
    if request.limits is not None and not request.limits:
        faults.append(error("a token with limits needs a role within them", "choose a role"))
    if good >= MOST:
        faults.append(error(f"there are {MOST} tokens already", "revoke those that nothing uses"))
    if faults:
        raise DiagnosticError(*faults)


def _is_good(session: FleetSession, token: TokenRecord) -> bool:
    return token.revoked_at is None and token.expires > session.now()
