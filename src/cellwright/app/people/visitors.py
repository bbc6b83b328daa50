"""Who a request comes from: sessions and API tokens, checked against the ledger each time."""

from dataclasses import dataclass, field

from cellwright.access.roles import Permission
from cellwright.access.secret import digest_of, form_token, read_token, same
from cellwright.access.visitor import SignedInBy, Visitor
from cellwright.app.people.refusals import record_refusal, record_refused
from cellwright.app.people.session_limits import KeptLimits
from cellwright.app.people.sign_in import whence
from cellwright.app.people.standing import (
    PERSON,
    STRANGER,
    broken_glass,
    grants_of,
    people_of,
    session_actor,
)
from cellwright.app.session.actor.building import Builds, vouched_by
from cellwright.app.session.names.holders import names_of
from cellwright.app.session.session import FleetSession
from cellwright.fleet.tags import tags_of
from cellwright.ledger.audit import EventDraft
from cellwright.ledger.people.tokens import TokenUse
from cellwright.ledger.read.names import Names
from cellwright.model.actor import FOR_OTHERS, Actor, Voucher, VoucherKind, checked_name
from cellwright.model.address import CellAddress
from cellwright.model.diagnostic import DiagnosticError, error
from cellwright.model.holder import Holder

_LONGEST_SECRET = 200
"""Characters: what is longer is none of ours."""


@dataclass(slots=True)
class FleetVisitors:
    """The visitors of one fleet's console."""

    session: FleetSession
    _limits: KeptLimits = field(init=False)
    _builds: Builds = field(init=False)

    def __post_init__(self) -> None:
        self._builds = Builds(self.session.environment)
        self._limits = KeptLimits(self.session)

    def by_session(self, cookie: str, address: str) -> Visitor | None:  # noqa: ARG002  counted by nobody yet
        """Give whom a session's cookie belongs to; None if it is unknown, expired or revoked."""
        if not cookie or len(cookie) > _LONGEST_SECRET:
            return None
        found = people_of(self.session).sessions.find(digest_of(cookie), self._limits.now())
        if found is None:
            return None
        person, session = found.person, found.session
        return Visitor(
            id=person.id,
            name=person.name,
            actor=session_actor(person, session.id, session.method, found.grants),
            grants=grants_of(found.grants),
            by=SignedInBy.SESSION,
            session=session.id,
            csrf=form_token(cookie),
            break_glass=broken_glass(found.grants),
            tags_of=self._tags_of,
            holder_of=holders_in(self.session),
        )

    def by_token(
        self, token: str, address: str, acts_for: str = "", build: str | None = None
    ) -> Visitor | None:
        """Give whom an API token belongs to; None if it is unknown, expired or revoked.

        `acts_for` names the person that a program says it acts for: a claim, which the trail records with
        the token behind it, and `build`, the identity token of the build that the program is: empty if it
        sent none, None where nothing is changed.

        Raises:
            DiagnosticError: the token may not act for others, or their name can't be shown; or the build's
                identity token is not to be trusted, or is missing where fleet.yaml demands one.
        """
        use = self._use(token, address)
        if use is None:
            return None
        actor = self._with_build(_token_actor(use, acts_for), use, build)
        return Visitor(
            id=use.person.id,
            name=use.person.name,
            actor=actor,
            grants=grants_of(use.grants),
            limits=None if use.token.limits is None else grants_of(use.token.limits),
            by=SignedInBy.TOKEN,
            session=use.token.id,
            break_glass=broken_glass(use.grants),
            tags_of=self._tags_of,
            holder_of=holders_in(self.session),
        )

    def _with_build(self, actor: Actor, use: TokenUse, build: str | None) -> Actor:
        """Put the build behind an actor that a program's token names; a person's own token needs none."""
        if build is None:
            return actor
        settings = self.session.builds()
        if build and settings.issuers:
            return vouched_by(actor, self._builds.verify(build, settings))
        if settings.required and use.token.act_for:
            told = f"the token '{use.token.name}' counts together with a build's identity token alone"
            raise DiagnosticError(error(told, "use it in a job that has one: see `builds` in fleet.yaml"))
        return actor

    def record_refusal(self, visitor: Visitor, permission: Permission, cell: CellAddress | None) -> None:
        """Record that somebody was refused. Event `access.refused`."""
        record_refusal(self.session, visitor, permission, cell)

    def record_foreign_form(self, visitor: Visitor | None, path: str, address: str) -> None:
        """Record that a form was refused that another site may have sent. Event `form.refused`."""
        actor = visitor.actor if visitor is not None else STRANGER
        draft = EventDraft(actor, "form.refused", "fleet", "", {"path": path, "address": address})
        whose = visitor.id if visitor is not None else whence(address)
        record_refused(self.session, whose, draft)

    def _tags_of(self, cell: CellAddress) -> tuple[str, ...]:
        found = self.session.snapshot().fleet.cells.get(cell)
        return () if found is None else tags_of(found)

    def _use(self, token: str, address: str) -> TokenUse | None:
        parts = read_token(token) if len(token) <= _LONGEST_SECRET else None
        if parts is None:
            return None
        people = people_of(self.session)
        use = people.tokens.use(parts[0])
        if use is None or not same(use.digest, digest_of(parts[1])):
            self._refused(parts[0] if people.tokens.find(parts[0]) is not None else "unknown", address)
            return None
        people.tokens.note_use(use)
        return use

    def _refused(self, token: str, address: str) -> None:
        draft = EventDraft(STRANGER, "token.refused", f"token:{token}", "", {"address": address})
        record_refused(self.session, whence(address), draft)


def holders_in(session: FleetSession) -> Holder:
    """Give what tells whose a name was; what it reads it reads once, when it is asked first."""
    names: list[Names] = []

    def holder(cell: CellAddress, at: int | str) -> CellAddress | None:
        if not names:
            names.append(names_of(session))
        return names[0].holder(cell, at)

    return holder


def _token_actor(use: TokenUse, acts_for: str) -> Actor:
    facts = [(PERSON, use.person.id), ("login", use.person.login), ("token", use.token.id)]
    if reason := broken_glass(use.grants):
        facts.append(("break_glass", reason))
    voucher = Voucher(VoucherKind.TOKEN, use.token.name, checked=True, facts=tuple(facts))
    if not acts_for:
        return Actor(use.person.shown, "token", (voucher,))
    if not use.token.act_for:
        raise DiagnosticError(
            error(
                f"the token '{use.token.name}' may not act for somebody else",
                "make one that may, or leave the name out",
            )
        )
    return Actor(checked_name(acts_for, "send the name of a person"), FOR_OTHERS, (voucher,))
