"""Sorts events of the audit trail into topics: a topic's key and a row for each place where one belongs."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeAlias

from cellwright.model.actor import vouched
from cellwright.model.runs.event import IDENTITY, PLAN_JUDGED, Event
from cellwright.model.value import Json

Row: TypeAlias = Mapping[str, Json]
_Make: TypeAlias = Callable[[Event], dict[str, Json]]

REVIEWED = "review.recorded"
DRILLED = "drill.restored"
PRUNED = "ledger.pruned"
BREAK_GLASS = "break_glass"
_LONGEST = 500
"""Characters of a text in a row; the whole of it is in the chain."""


def rows_of(event: Event) -> Iterator[tuple[str, Row]]:
    """Yield each topic to which an event belongs, with its row."""
    for topic, make in _places(event):
        yield topic, {**who(event), **make(event)}
    if (reason := broken_glass(event)) and event.action not in _OVERRIDES:
        yield "overrides", {**who(event), **_act(event), "reason": f"break-glass: {reason}"}


def who(event: Event) -> dict[str, Json]:
    """The columns that say when an event was, whose it is, and what vouches for the name."""
    return {
        "event": event.sequence,
        "time": event.time,
        "who": event.actor,
        "vouched_by": vouched(event.detail.get(IDENTITY)),
    }


def broken_glass(event: Event) -> str:
    """The reason for which whoever acted had more than their grants; empty if they had not."""
    identity = event.detail.get(IDENTITY)
    found = identity.get("vouched_by") if isinstance(identity, Mapping) else None
    for voucher in found if isinstance(found, list) else ():
        facts = voucher.get("facts") if isinstance(voucher, Mapping) else None
        reason = facts.get(BREAK_GLASS) if isinstance(facts, Mapping) else None
        if isinstance(reason, str):
            return reason
    return ""


def text_of(value: Any) -> str:  # noqa: ANN401  what an event holds, which anybody may have written
    """A value of an event's detail as text, not too long."""
    text = value if isinstance(value, str) else "" if value is None else str(value)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}..."


def _places(event: Event) -> Iterator[tuple[str, _Make]]:
    action = event.action
    if action in _EXACT:
        yield _EXACT[action]
    noun, _, verb = action.partition(".")
    if verb == "refused" or verb.endswith("_refused"):
        yield "refusals", _refusal
    if action in _OVERRIDES:
        yield "overrides", _override
    if noun in _NOUNS:
        yield _NOUNS[noun], _told
    if action == REVIEWED:
        kind = text_of(event.detail.get("kind"))
        if kind in {"access", "activity"}:
            yield f"reviews_{kind}", _review


def _act(event: Event) -> dict[str, Json]:
    return {"action": event.action, "subject": text_of(event.subject)}


def _told(event: Event) -> dict[str, Json]:
    found = "; ".join(
        f"{name} {text_of(value)}" for name, value in sorted(event.detail.items()) if name != IDENTITY
    )
    return {
        **_act(event),
        "cell": text_of(event.subject),
        **_run(event),
        "found": text_of(found),
        **_reason(event),
    }


def _refusal(event: Event) -> dict[str, Json]:
    detail = event.detail
    why = [text_of(detail[key]) for key in ("permission", "why", "note") if detail.get(key)]
    return {**_act(event), "why": "; ".join(why) or text_of(event.reason)}


def _override(event: Event) -> dict[str, Json]:
    until = event.detail.get("until")
    reason = text_of(event.reason)
    return {**_act(event), "reason": f"{reason} (until {text_of(until)})" if until else reason}


def _reason(event: Event) -> dict[str, Json]:
    return {"reason": text_of(event.reason)}


def _run(event: Event) -> dict[str, Json]:
    return {"run": text_of(event.detail.get("run"))}


def _approval(event: Event) -> dict[str, Json]:
    plans = event.detail.get("plans")
    units = sorted(plans) if isinstance(plans, Mapping) else []
    shown = ", ".join(units[:3]) + (f" and {len(units) - 3} more" if len(units) > 3 else "")  # noqa: PLR2004
    how = text_of(event.detail.get("how"))
    return {
        "action": event.action,
        "run": text_of(event.subject),
        "units": shown,
        "how": how,
        **_reason(event),
    }


def _sign_in(event: Event) -> dict[str, Json]:
    return {
        "method": text_of(event.detail.get("method")),
        "address": text_of(event.detail.get("address")),
    }


def _change(event: Event) -> dict[str, Json]:
    counts: dict[str, Json] = {
        name: event.detail.get(name, 0) for name in ("add", "change", "replace", "destroy")
    }
    unit = {"action": event.action, "unit": text_of(event.subject)}
    commit: dict[str, Json] = {"commit": text_of(event.detail.get("commit"))}
    return {**unit, **_run(event), **commit, **counts, **_reason(event)}


def _review(event: Event) -> dict[str, Json]:
    return {key: text_of(event.detail.get(key)) for key in ("from", "to", "findings", "digest")}


def _verdict(event: Event) -> dict[str, Json]:
    detail = event.detail
    found = detail.get("findings")
    findings = [item for item in found if isinstance(item, Mapping)] if isinstance(found, list) else []
    shown = "; ".join(f"{text_of(item.get('rule'))} {text_of(item.get('resource'))}" for item in findings)
    return {
        "unit": text_of(event.subject),
        **_run(event),
        "plan": text_of(detail.get("plan")),
        "policies": text_of(detail.get("policies")),
        "denied": detail.get("denied", 0),
        "warned": detail.get("warned", 0),
        "findings": text_of(shown),
    }


def _drill(event: Event) -> dict[str, Json]:
    keys = ("result", "seconds", "events", "rows", "states", "differences")
    return {key: text_of(event.detail.get(key)) for key in keys}


_EXACT: Mapping[str, tuple[str, _Make]] = {
    "run.approved": ("approvals", _approval),
    "run.rejected": ("approvals", _approval),
    "rollout.shapes_approved": ("approvals", _approval),
    "person.signed_in": ("sign_ins", _sign_in),
    "unit.applied": ("changes", _change),
    "unit.destroyed": ("changes", _change),
    "unit.failed": ("changes", _change),
    "unit.cancelled": ("changes", _change),
    "unit.drifted": ("drift", _told),
    "unit.drift_gone": ("drift", _told),
    PLAN_JUDGED: ("verdicts", _verdict),
    DRILLED: ("drills", _drill),
}
_OVERRIDES = frozenset(
    {
        "glass.broken",
        "state.accepted",
        "unit.adopted",
        "ledger.accepted",
        "person.first_admin_link",
        "rollout.expedited",
        "terraform.begun",
        "terraform.ended",
        "unit.unlocking",
        "unit.unlocked",
        "outputs.revealed",
    }
)
_NOUNS: Mapping[str, str] = {
    "client": "clients",
    "drift": "drift",
    "certificate": "certificates",
}
