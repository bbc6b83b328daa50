"""One step of a rollout, in one transaction: the machine decides, and what it decides is written down.

Nothing is begun here. Whoever looks next does what was decided, also if that is another process.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial

from cellwright.app.rollouts.circumstances import Circumstances
from cellwright.app.rollouts.start import new_id
from cellwright.app.rollouts.task import from_json
from cellwright.app.session.session import FleetSession
from cellwright.ledger.audit import EventDraft
from cellwright.ledger.rollouts.values import Change, RolloutRecord
from cellwright.model.actor import Actor
from cellwright.model.value import Json
from cellwright.rollout.machine import Decisions, Facts, RunFact, step
from cellwright.rollout.state import RolloutState, StepKey, StepProgress


@dataclass(frozen=True, slots=True)
class Asked:
    """What a person asks of a rollout, and the event that says so."""

    change: Callable[[RolloutRecord, int], RolloutState]
    """From the record and the time in milliseconds to the state that they want."""
    actor: Actor
    action: str
    reason: str = ""
    detail: Mapping[str, Json] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """What has happened since the last step, besides what the ledger has."""

    asked: Asked | None = None
    checked: Mapping[StepKey, StepProgress] = field(default_factory=dict)
    """Results of checks."""
    not_begun: Mapping[str, RunFact] = field(default_factory=dict)
    """Runs that could not be submitted, by id."""


NO_NEWS = News()


def decide(
    session: FleetSession,
    rollout: str,
    fleet: Circumstances,
    news: News = NO_NEWS,
    *,
    performing: bool = True,
) -> tuple[RolloutRecord, Decisions]:
    """Go on with one rollout as far as may be, on record only; gives what is to be done now.

    If the caller is not `performing` it, whoever drives rollouts does at the next look.

    Raises:
        DiagnosticError: there is none, it can't do what is asked, or the ledger can't be reached.
    """
    made: list[Decisions] = []

    def change(record: RolloutRecord, runs: Mapping[str, RunFact], now: int) -> Change:
        asked = news.asked
        state = asked.change(record, now) if asked is not None else record.state
        decided = step(
            record.plan,
            state,
            _facts(record, fleet, runs, now, news),
            now,
            lambda: new_id("", session.now()),
        )
        made.append(decided)
        events = [*_asked_events(record, asked), *_events(record, state, decided.state)]
        left = not performing and (decided.checks or decided.stop)
        return Change(state=decided.state, look_at=now if left else decided.look_at, events=tuple(events))

    record = session.ledger(writing=True).rollouts.change(rollout, change)
    return record, made[0]


def _facts(
    record: RolloutRecord,
    fleet: Circumstances,
    runs: Mapping[str, RunFact],
    now: int,
    news: News,
) -> Facts:
    failed = {run: replace(fact, ended=now) for run, fact in news.not_begun.items()}
    return Facts(
        runs={**failed, **runs},
        gone=partial(fleet.gone, record.plan),
        frozen=fleet.frozen(record.plan),
        steps=news.checked,
    )


def _asked_events(record: RolloutRecord, asked: Asked | None) -> list[EventDraft]:
    if asked is None:
        return []
    return [EventDraft(asked.actor, asked.action, record.id, asked.reason, asked.detail)]


def _events(record: RolloutRecord, before: RolloutState, after: RolloutState) -> list[EventDraft]:
    """Tell of what the machine has done by itself, in the name of whoever started the rollout."""
    actor = from_json(record.task).actor
    drafts: list[EventDraft] = []
    if after.stage != before.stage:
        ended = [stage.name for stage in record.plan.stages[before.stage : after.stage]]
        drafts.append(EventDraft(actor, "rollout.waves_ended", record.id, "", {"waves": ended}))
    if after.status is not before.status:
        detail: dict[str, Json] = {"why": after.why, "from": before.status.value}
        drafts.append(EventDraft(actor, f"rollout.{after.status.value}", record.id, "", detail))
    return drafts
