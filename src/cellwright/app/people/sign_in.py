"""Prove a password, and begin sessions; limited in rate and in how many do it at once."""

import hashlib
import ipaddress
from dataclasses import dataclass, field
from datetime import timedelta

from cellwright.access.names import login_fault, login_of
from cellwright.access.passwords import Passwords
from cellwright.access.secret import digest_of, new_secret
from cellwright.app.people.refusals import record_refused
from cellwright.app.people.session_limits import session_limits
from cellwright.app.people.standing import STRANGER, people_of, session_actor, subject_of
from cellwright.app.session.session import FleetSession
from cellwright.ledger.audit import EventDraft
from cellwright.ledger.people.records import Person, PersonKind
from cellwright.ledger.people.rows import new_id
from cellwright.ledger.people.sessions import NewSession
from cellwright.model.diagnostic import DiagnosticError, error
from cellwright.model.text.visible import visible

WINDOW = timedelta(minutes=15)
MOST_OF_NAME = 10
"""So many failures with one name are allowed within the window, from wherever they come."""
MOST_OF_ADDRESS = 50
"""So many from one address, with whatever names: people behind one address are several."""
PASSWORD = "password"  # noqa: S105  the name of a method
_BUCKETS = 4096
"""Names that nobody has share so many counts: an attacker can't make the ledger grow by inventing them."""
_LONGEST_AGENT = 200
_IPV6_SITE = 64
_SITES = 65_536
"""Addresses share so many counts, for the same reason: whoever has a network has many."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where a request comes from."""

    address: str = ""
    agent: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SignInRequest:
    """What somebody typed to sign in."""

    login: str
    password: str = field(repr=False)
    origin: Origin = field(default_factory=Origin)


@dataclass(frozen=True, slots=True, kw_only=True)
class BegunSession:
    """A session that begins: what the browser keeps, for how long, and whose it is."""

    secret: str = field(repr=False)
    lasts: timedelta
    person: Person


class SignInRefusedError(DiagnosticError):
    """The name or the password is wrong; which of them, nobody is told."""

    def __init__(self) -> None:
        super().__init__(error("the name or the password is wrong", "try again, or ask an admin for a link"))


class TooManyAttemptsError(DiagnosticError):
    """There were too many failures with this name, or from this address."""

    def __init__(self) -> None:
        minutes = WINDOW // timedelta(minutes=1)
        super().__init__(
            error("there were too many attempts to sign in", f"wait {minutes} minutes, then try again")
        )


def prove_password(session: FleetSession, passwords: Passwords, request: SignInRequest) -> Person:
    """Give the person whose name and password these are; begins no session: a second step may follow.

    Raises:
        SignInRefusedError: the name or the password is wrong.
        TooManyAttemptsError: there were too many failures before.
        TooManySignInsError: too many people sign in at this moment.
    """
    people = people_of(session)
    login = login_of(request.login)
    person = people.directory.by_login(login) if login_fault(login) is None else None
    if person is not None and (person.disabled_at is not None or person.kind is PersonKind.SERVICE):
        known = None
    else:
        known = people.directory.password_hash(person.id) if person is not None else None
    attempt = count_attempt(session, login, person, request.origin)
    good, newer = passwords.check(request.password, known)
    if not good or person is None:
        refuse_attempt(session, attempt, "wrong name or password")
        raise SignInRefusedError
    if newer is not None and known is not None:
        people.directory.replace_hash(person.id, known, newer)
    people.attempts.forget(attempt.name_key)
    return person


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """An attempt to sign in, as it is counted."""

    person: Person | None
    origin: Origin
    name_key: str
    address_key: str


def count_attempt(
    session: FleetSession, login: str, person: Person | None, origin: Origin, kind: str = "sign-in"
) -> Attempt:
    """Count an attempt with this name before its proof is looked at, so that many at once count, too.

    Each kind of proof has a count of its own: who tries passwords must not keep out somebody's passkey.

    Raises:
        TooManyAttemptsError: there were too many before.
    """
    people = people_of(session)
    attempt = Attempt(
        person=person,
        origin=origin,
        name_key=f"{kind}/{person.id}" if person is not None else _bucket(login),
        address_key=f"sign-in/{whence(origin.address)}",
    )
    of_address = people.attempts.so_far(attempt.address_key, WINDOW)
    if of_address >= MOST_OF_ADDRESS or people.attempts.count(attempt.name_key, WINDOW) > MOST_OF_NAME:
        refuse_attempt(session, attempt, "too many attempts")
        raise TooManyAttemptsError
    return attempt


def refuse_attempt(session: FleetSession, attempt: Attempt, why: str) -> None:
    """Count a failure for the address, and record it. Event `person.sign_in_refused`."""
    people_of(session).attempts.count(attempt.address_key, WINDOW)
    # Not what was typed: people type their password in the wrong field.
    detail = {"why": why, "address": attempt.origin.address}
    draft = EventDraft(STRANGER, "person.sign_in_refused", subject_of(attempt.person), "", detail)
    record_refused(session, whence(attempt.origin.address), draft)


def begin_session(session: FleetSession, person: Person, method: str, origin: Origin) -> BegunSession:
    """Begin a session of somebody who has proved who they are; always with a new secret.

    Event `person.signed_in`.

    Raises:
        SignInRefusedError: they may not sign in any more.
    """
    people, limits = people_of(session), session_limits(session)
    secret, handle = new_secret(), new_id("s")
    grants = people.standing.of(person.id)
    detail = {"method": method, "address": origin.address}
    actor = session_actor(person, handle, method, grants)
    event = EventDraft(actor, "person.signed_in", subject_of(person), "", detail)
    begun = NewSession(
        digest=digest_of(secret),
        id=handle,
        person=person.id,
        method=method,
        address=origin.address,
        agent=visible(origin.agent[:_LONGEST_AGENT]),
    )
    if person.kind is PersonKind.SERVICE or not people.sessions.begin(begun, limits, event):
        raise SignInRefusedError
    return BegunSession(secret=secret, lasts=limits.longest, person=person)


def site_of(address: str) -> str:
    """Give what an address is counted as: of IPv6 the network, which one subscriber has as a whole."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return "unknown"
    if isinstance(found, ipaddress.IPv6Address):
        if found.ipv4_mapped is not None:
            return str(found.ipv4_mapped)
        return str(ipaddress.ip_network((int(found), _IPV6_SITE), strict=False))
    return str(found)


def whence(address: str) -> str:
    """Give the count that an address shares with few others."""
    return f"from/{_number(site_of(address)) % _SITES}"


def _bucket(login: str) -> str:
    return f"sign-in/nobody/{_number(login) % _BUCKETS}"


def _number(text: str) -> int:
    return int.from_bytes(hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()[:4])
