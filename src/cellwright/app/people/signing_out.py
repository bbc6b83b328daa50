"""Signing out at the provider, too: it is shown the sign-in's id token, which is kept sealed until then."""

from contextlib import suppress

from cellwright.access.sealing import UnsealedError
from cellwright.access.secret import digest_of
from cellwright.app.people.sealing import sealer_of
from cellwright.app.people.sign_in import BegunSession
from cellwright.app.people.standing import people_of
from cellwright.app.people.steps import BegunStep, StepLostError, begin_step, take_step
from cellwright.app.session.session import FleetSession
from cellwright.ledger.people.steps import Step, StepKind
from cellwright.model.diagnostic import DiagnosticError

LONGEST = 6_000
"""Characters: it is sent in an address, and servers refuse longer ones. Such a token is not kept."""
_PURPOSE = "oidc-sign-out"
_TOKEN = "id_token"  # noqa: S105  the name of a field


def keep_id_token(session: FleetSession, begun: BegunSession, id_token: str) -> None:
    """Keep the id token of a session for as long as that may last; nobody is kept out if it can't be kept."""
    if not 0 < len(id_token) <= LONGEST:
        return
    with suppress(DiagnosticError):
        content = {_TOKEN: sealer_of(session).seal(_PURPOSE, id_token)}
        step = Step(StepKind.OIDC_SIGN_OUT, begun.person.id, content)
        people_of(session).steps.put(_place(begun.secret), step, begun.lasts)


def leave_provider(session: FleetSession, secret: str) -> BegunStep | None:
    """Hand the id token of a session that ends on to the page that leads to the provider, for some minutes.

    `secret` is the session's; None if nothing is kept for it.
    """
    kept = people_of(session).steps.take(_place(secret), StepKind.OIDC_SIGN_OUT)
    if kept is None or kept.person is None:
        return None
    return begin_step(session, StepKind.OIDC_SIGN_OUT, dict(kept.content), kept.person)


def kept_id_token(session: FleetSession, secret: str) -> str:
    """Give the id token of whoever has just signed out here, once; empty if there is none.

    `secret` is the step's.
    """
    try:
        sealed = take_step(session, secret, StepKind.OIDC_SIGN_OUT).content.get(_TOKEN)
        return sealer_of(session).unseal(_PURPOSE, sealed) if isinstance(sealed, str) else ""
    except (StepLostError, UnsealedError):
        return ""


def _place(secret: str) -> str:
    return digest_of(f"{_PURPOSE}\0{secret}")
