"""A rollout that begins as it was shown: what would be another one by now is refused."""

import hashlib

from cellwright.app.rollouts.preparing import Prepared, RolloutRequest
from cellwright.app.rollouts.start import Started, record_prepared
from cellwright.app.session.session import FleetSession
from cellwright.ledger.rollouts.codec import plan_to_json
from cellwright.model.actor import Actor
from cellwright.model.diagnostic import DiagnosticError, error

_LENGTH = 16


def digest_of(prepared: Prepared) -> str:
    """Digest who changes when, by which rules, and at which commit."""
    parts = (prepared.strategy, prepared.commit, plan_to_json(prepared.plan))
    return hashlib.sha256(repr(parts).encode()).hexdigest()[: 2 * _LENGTH]


def start_as_shown(
    session: FleetSession, actor: Actor, request: RolloutRequest, prepared: Prepared, seen: str = ""
) -> Started:
    """Record what was prepared; with `seen`, only if that is the digest of what was shown.

    Raises:
        DiagnosticError: it is not; or as `start`.
    """
    if seen and seen != digest_of(prepared):
        summary = "the rollout would be another one than the one that was shown"
        advice = "look again who would change when: the commit, or what is to be changed, has moved on"
        raise DiagnosticError(error(summary, advice))
    return record_prepared(session, actor, request, prepared)
