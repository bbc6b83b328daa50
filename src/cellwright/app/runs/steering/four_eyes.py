"""Four eyes, where fleet.yaml demands them: whoever started or resumed a run does not approve its plans.

The console knows who acts. On the command line a name is a claim; so whatever is known of both counts, and
one thing that they have in common is enough: the name, the mail address, the account of the operating system,
the session's or token's person.

Of two builds whose identity tokens were verified, and that each name the person who had them run, the persons
count in place of what builds share: the agents' account, and the token with which they ask a server.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from cellwright.app.runs.steering.conversation import Conversation
from cellwright.app.session.session import FleetSession, OpenFleet
from cellwright.engine.approval import LeftToOthers
from cellwright.ledger.read.event_filter import EventFilter, action_pattern
from cellwright.ledger.run_state import RunSummary
from cellwright.model.actor import FOR_OTHERS, STARTED_BY, Actor, VoucherKind
from cellwright.model.diagnostic import DiagnosticError, error
from cellwright.model.runs.event import IDENTITY
from cellwright.model.runs.run import Run, RunKind
from cellwright.model.value import Json

_RESUMED = EventFilter(actions=(action_pattern("run.resumed"),))
_BROKEN_GLASS = "break_glass"
_PERSON = "person"
_WINDOW = timedelta(hours=1)
_MOST = 20
"""So many refusals of one run are recorded within the window."""


def asking_others(fleet: OpenFleet, run: Run, talk: Conversation) -> Conversation:
    """Leave plans to others where the fleet demands it: neither `--yes` nor the run's own terminal counts."""
    if run.kind is RunKind.PLAN or not fleet.fleet.approvals.four_eyes:
        return talk
    if not isinstance(talk.approver, LeftToOthers):
        fleet.session.notice(
            f"this fleet demands a second person: run {run.id} waits until somebody else approves its plans, "
            f"in the console or with `cellwright approve {run.id}`"
        )
    return replace(talk, approver=LeftToOthers())


def refuse_own_run(session: FleetSession, actor: Actor, run: RunSummary) -> None:
    """Refuse an approval by whoever started or resumed the run, unless they have broken the glass.

    Raises:
        DiagnosticError: they did; or fleet.yaml, which says whether that matters, has faults.
    """
    if common := own_run(session, actor, run):
        _record(session, actor, run, common)
        raise DiagnosticError(
            error(
                f"run {run.id} was started or resumed by you ({common}): this fleet demands a second person",
                "have somebody else approve it",
            )
        )


def own_run(session: FleetSession, actor: Actor, run: RunSummary) -> str | None:
    """Tell what makes the actor one who started or resumed a run whose plans somebody else is to approve.

    None if the fleet does not demand a second person, the actor is one, or has broken the glass.

    Raises:
        DiagnosticError: fleet.yaml has faults.
    """
    if not session.approvals().four_eyes or has_broken_glass(actor):
        return None
    mine = actor.identity()
    found = (same_person(actor.name, mine, name, identity) for name, identity in _behind(session, run))
    return next((common for common in found if common is not None), None)


def _behind(session: FleetSession, run: RunSummary) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Whoever started the run, and whoever has resumed it: it went on with the settings of that moment."""
    yield run.actor, run.identity
    for event in session.ledger().reader.events(subject=run.id, only=_RESUMED):
        identity = event.detail.get(IDENTITY)
        yield event.actor, identity if isinstance(identity, Mapping) else {}


def _record(session: FleetSession, actor: Actor, run: RunSummary, common: str) -> None:
    ledger = session.ledger(writing=True)
    if ledger.people.attempts.count(f"refused/four-eyes/{run.id}", _WINDOW) <= _MOST:
        detail: dict[str, Json] = {"why": "four eyes", "common": common}
        ledger.recorder.append_event(actor, "run.approval_refused", run.id, "", detail)


def same_person(
    name: str, identity: Mapping[str, Any], other: str, other_identity: Mapping[str, Any]
) -> str | None:
    """Tell what two actors have in common that makes them one person; None if nothing does."""
    builds = _is_persons_build(identity) and _is_persons_build(other_identity)
    mine = set(_marks(name, identity, builds=builds))
    return min(mine & set(_marks(other, other_identity, builds=builds)), default=None)


def _is_persons_build(identity: Mapping[str, Any]) -> bool:
    return any(
        STARTED_BY in facts for kind, _, facts in _checked(identity) if kind == VoucherKind.CI_JOB.value
    )


def _marks(name: str, identity: Mapping[str, Any], *, builds: bool) -> Iterator[str]:
    plain = " ".join(name.casefold().split())
    yield f"name {plain}"
    if "<" in plain and plain.endswith(">"):
        yield f"mail address {plain[plain.rindex('<') + 1 : -1]}"
    shared = builds and identity.get("named_by") == FOR_OTHERS
    for kind, voucher, facts in _checked(identity):
        if kind == VoucherKind.SYSTEM_USER.value and not builds:
            yield f"account {voucher}"
        if kind == VoucherKind.CI_JOB.value and STARTED_BY in facts:
            yield f"person {str(facts[STARTED_BY]).casefold()} of {facts.get('issuer')}"
        if _PERSON in facts and not (shared and kind == VoucherKind.TOKEN.value):
            yield f"person {facts[_PERSON]}"


def _checked(identity: Mapping[str, Any]) -> Iterator[tuple[object, object, Mapping[str, Any]]]:
    """Give kind, name and facts of all that vouches for an actor and is no mere claim."""
    vouchers = identity.get("vouched_by")
    for voucher in vouchers if isinstance(vouchers, list) else ():
        if isinstance(voucher, Mapping) and voucher.get("proof") == "checked":
            facts = voucher.get("facts")
            yield voucher.get("kind"), voucher.get("name"), facts if isinstance(facts, Mapping) else {}


def has_broken_glass(actor: Actor) -> bool:
    """Tell whether the actor has broken the glass: what they may not do otherwise is marked, and done."""
    return any(
        voucher.checked and key == _BROKEN_GLASS for voucher in actor.vouchers for key, _ in voucher.facts
    )
