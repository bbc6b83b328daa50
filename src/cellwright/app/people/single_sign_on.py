"""Sign in at a provider of OpenID Connect: its groups say which roles somebody has, at each sign-in anew."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from threading import Lock

from cellwright.access.names import email_fault, login_fault, login_of, name_fault
from cellwright.access.oidc.directory import Directory
from cellwright.access.oidc.faults import AnswerRefusedError
from cellwright.access.oidc.identity import Identity, grants_of
from cellwright.access.oidc.provider import OidcProvider, PendingSignIn
from cellwright.access.roles import Grant
from cellwright.access.visitor import Visitor
from cellwright.app.people.refusals import record_refused
from cellwright.app.people.session_limits import session_limits
from cellwright.app.people.sign_in import BegunSession, Origin, begin_session, whence
from cellwright.app.people.signing_out import keep_id_token
from cellwright.app.people.standing import CONSOLE, STRANGER, grant_of, people_of, record_of, subject_of
from cellwright.app.people.steps import BegunStep, StepLostError, begin_step, count_step, take_step
from cellwright.app.session.session import FleetSession
from cellwright.ledger.audit import EventDraft
from cellwright.ledger.people.identities import IdentityRecord
from cellwright.ledger.people.records import GrantOrigin, Person
from cellwright.ledger.people.rows import new_id
from cellwright.ledger.people.steps import StepKind
from cellwright.model.actor import Actor
from cellwright.model.diagnostic import DiagnosticError, error
from cellwright.model.settings.console_settings import ConsoleSettings, OidcSettings
from cellwright.model.value import Json
from cellwright.web.json_client import JsonClient

OIDC = "oidc"
"""The name of a method."""
CALLBACK = "/oidc/callback"
_SECONDS = 10.0


@dataclass(slots=True)
class SingleSignOn:
    """The provider that fleet.yaml names now, for any thread; what is known of it is kept for a while."""

    session: FleetSession
    _guard: Lock = field(init=False, repr=False, default_factory=Lock)
    _known: tuple[OidcSettings, Directory] | None = field(init=False, repr=False, default=None)

    def settings(self) -> OidcSettings | None:
        """Give the provider's settings; None if fleet.yaml names none, or has faults there."""
        try:
            return self.session.console().oidc
        except DiagnosticError:
            return None

    def provider(self) -> tuple[OidcProvider, ConsoleSettings]:
        """Give the provider.

        Raises:
            DiagnosticError: fleet.yaml names none, or has faults in `console:`.
        """
        console = self.session.console()
        if console.oidc is None or console.url is None:
            advice = "sign in with name and password, or name a provider below `console.oidc` of fleet.yaml"
            raise DiagnosticError(error("this fleet has no single sign-on", advice))
        with self._guard:
            if self._known is None or self._known[0] != console.oidc:
                self._known = (
                    console.oidc,
                    Directory(console.oidc, JsonClient(self.session.environment, _SECONDS)),
                )
            directory = self._known[1]
        return OidcProvider(console.oidc, directory, lambda: self._client_secret(console.oidc)), console

    def _client_secret(self, settings: OidcSettings | None) -> str | None:
        """Read the client's secret, anew each time: it may have been rotated.

        Raises:
            DiagnosticError: it can't be read.
        """
        if settings is None or settings.client_secret is None:
            return None
        found = self.session.secrets().value(settings.client_secret, settings.position)
        if not isinstance(found, str) or not found:
            told = error(
                f"{settings.client_secret} is no text", "let it hold the client's secret", settings.position
            )
            raise DiagnosticError(told)
        return found


def begin_single_sign_on(
    sign_on: SingleSignOn, origin: Origin, wanted: str, links: str | None = None
) -> tuple[str, BegunStep]:
    """Give the provider's address for a browser, and what waits for its answer.

    `links` is the person, signed in, to whom the identity is to be added. Event `person.sign_in_refused`.

    Raises:
        DiagnosticError: there is no provider, or it can't be used.
    """
    count_step(sign_on.session, origin.address)
    try:
        provider, console = sign_on.provider()
        url, pending = provider.begin(f"{console.url}{CALLBACK}")
    except DiagnosticError as fault:
        _record_refused(sign_on.session, origin, fault)
        raise
    content: dict[str, Json] = {
        "wanted": wanted,
        "state": pending.state,
        "nonce": pending.nonce,
        "verifier": pending.verifier,
        "redirect_uri": pending.redirect_uri,
        "links": links is not None,
    }
    return url, begin_step(sign_on.session, StepKind.OIDC, content, links)


def finish_single_sign_on(
    sign_on: SingleSignOn, secret: str, answer: Mapping[str, str], origin: Origin
) -> tuple[BegunSession, str]:
    """Begin the session of whoever has come back from the provider; gives the page that was wanted, too.

    Events `person.added`, `person.linked`, `person.groups_changed`, `person.sign_in_refused`.

    Raises:
        StepLostError: nobody waits for this answer.
        DiagnosticError: the answer can't be trusted, the provider can't be used, or they may not sign in.
    """
    session = sign_on.session
    step = take_step(session, secret, StepKind.OIDC)
    try:
        provider, _ = sign_on.provider()
        identity = provider.finish(_pending(step.content), answer)
        person = _person(session, provider.settings, identity, step.person)
    except DiagnosticError as fault:
        _record_refused(session, origin, fault)
        raise
    people_of(session).identities.use(identity.issuer, identity.subject)
    wanted = step.content.get("wanted")
    begun = begin_session(session, person, OIDC, origin)
    keep_id_token(session, begun, identity.id_token)
    return begun, wanted if isinstance(wanted, str) else "/"


def came_by_provider(session: FleetSession, visitor: Visitor) -> bool:
    """Tell whether the visitor's session was begun at a provider, where they may want to sign out, too."""
    sessions = people_of(session).sessions.of(visitor.id, session_limits(session))
    return any(item.id == visitor.session and item.method == OIDC for item in sessions)


def unlink(session: FleetSession, actor: Actor, person: Person, identity: IdentityRecord) -> None:
    """Let somebody sign in with an identity no more. Event `person.unlinked`.

    Raises:
        DiagnosticError: they have none such, or no password with which they could sign in afterwards.
    """
    people = people_of(session)
    if people.directory.password_hash(person.id) is None and not people.passkeys.of(person.id):
        raise DiagnosticError(
            error("you could not sign in any more", "add a passkey first, or ask an administrator for a link")
        )
    detail = {"issuer": identity.issuer}
    event = EventDraft(actor, "person.unlinked", subject_of(person), "", detail)
    if not people.identities.unlink(person.id, identity, event):
        raise DiagnosticError(error("there is no such identity", "load the page again"))
    _settle(session, person, (), "unlinked")


def _pending(content: Mapping[str, Json]) -> PendingSignIn:
    parts = {name: content.get(name) for name in ("state", "nonce", "verifier", "redirect_uri")}
    texts = {name: value for name, value in parts.items() if isinstance(value, str)}
    if len(texts) != len(parts):
        raise StepLostError
    return PendingSignIn(**texts)


def _person(session: FleetSession, settings: OidcSettings, identity: Identity, links: str | None) -> Person:
    """Give whose identity this is: known, to be added to the person who is signed in, or new."""
    people = people_of(session)
    grants = grants_of(identity.groups, settings.groups)
    known = people.identities.find(identity.issuer, identity.subject)
    if links is not None:
        known = _linked(session, identity, links, known)
    if known is None:
        if not grants:
            raise _no_role(identity)
        known = _added(session, identity)
    if known.disabled_at is not None:
        raise AnswerRefusedError("an administrator has disabled this account", "ask them")
    _settle(session, known, grants, ", ".join(sorted(identity.groups & settings.groups.keys())))
    if not people.standing.of(known.id):
        raise _no_role(identity)
    return known


def _linked(session: FleetSession, identity: Identity, links: str, known: Person | None) -> Person:
    people = people_of(session)
    person = people.directory.find(links)
    if person is None or (known is not None and known.id != links):
        raise AnswerRefusedError("this identity is somebody else's here", "unlink it there first")
    if known is None:
        detail = {"issuer": identity.issuer}
        event = EventDraft(_self(person), "person.linked", subject_of(person), "", detail)
        record = IdentityRecord(issuer=identity.issuer, subject=identity.subject)
        people.identities.link(person.id, record, event)
    return person


def _added(session: FleetSession, identity: Identity) -> Person:
    """Add somebody whom the provider knows. A name that is taken is not theirs: nobody takes over an account.

    Raises:
        DiagnosticError: somebody else has their login or mail address.
    """
    person = _new_person(identity)
    detail = {"issuer": identity.issuer}
    event = EventDraft(_self(person), "person.added", subject_of(person), "", detail)
    record = IdentityRecord(issuer=identity.issuer, subject=identity.subject)
    try:
        people_of(session).identities.add_person(person, record, [event])
    except DiagnosticError:
        raise AnswerRefusedError(
            f"there is another account with the name '{person.login}' or with your mail address",
            "if it is yours, sign in there and link this one under Account; else ask an administrator",
        ) from None
    return person


def _new_person(identity: Identity) -> Person:
    candidates = (identity.login, identity.email, identity.name.replace(" ", "."))
    logins = (login_of(text) for text in candidates if text)
    fitting = next((login for login in logins if login_fault(login) is None), None)
    email = identity.email.lower() if identity.email else None
    login = fitting or new_id("sso").replace("_", "-")
    return Person(
        id=new_id("p"),
        login=login,
        name=identity.name if name_fault(identity.name) is None else login,
        email=email if email and email_fault(email) is None else None,
        created_by=f"single sign-on at {identity.issuer}",
    )


def _settle(session: FleetSession, person: Person, grants: tuple[Grant, ...], groups: str) -> None:
    """Let somebody have the roles that their groups bring now; what was given to them stays."""
    people = people_of(session)
    of_groups = [item for item in people.standing.of(person.id) if item.origin is GrantOrigin.GROUP]
    before = {grant_of(item) for item in of_groups}
    if before == set(grants):
        return
    actor = _self(person)
    reason = f"groups: {groups}" if groups else "no group"
    records = tuple(record_of(person.id, item, actor, reason, origin=GrantOrigin.GROUP) for item in grants)
    detail: dict[str, Json] = {
        "before": sorted(grant.role.value for grant in before),
        "after": sorted(grant.role.value for grant in grants),
        "groups": groups,
    }
    event = EventDraft(actor, "person.groups_changed", subject_of(person), "", detail)
    people.standing.settle_groups(person.id, records, event)


def _record_refused(session: FleetSession, origin: Origin, fault: DiagnosticError) -> None:
    why = "\n".join(str(item) for item in fault.diagnostics)
    detail = {"why": why, "address": origin.address, "method": OIDC}
    draft = EventDraft(STRANGER, "person.sign_in_refused", subject_of(None), "", detail)
    record_refused(session, whence(origin.address), draft)


def _no_role(identity: Identity) -> AnswerRefusedError:
    told = f"'{identity.name}' is in no group that has a role here"
    return AnswerRefusedError(told, "ask for a group that `console.oidc.groups` of fleet.yaml names")


def _self(person: Person) -> Actor:
    return Actor(person.shown, CONSOLE)
