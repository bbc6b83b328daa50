"""Events are sorted into topics by what they are."""

import pytest

from cellwright.evidence.exceptions import ExceptionsSeen
from cellwright.evidence.grants import GrantHistory
from cellwright.evidence.rules import RulesSeen, cites_of
from cellwright.evidence.sorting import rows_of
from cellwright.model.runs.event import Event
from cellwright.model.value import Json

GLASS: Json = {
    "named_by": "console",
    "vouched_by": [{"kind": "console-session", "name": "ada", "facts": {"break_glass": "the pager"}}],
}


def event(action: str, subject: str = "x", reason: str = "", number: int = 1, **detail: Json) -> Event:
    return Event(
        sequence=number,
        time=f"2026-11-{number:02d}T10:00:00.000000+00:00",
        actor="ada",
        action=action,
        subject=subject,
        reason=reason,
        detail=detail,
    )


def topics(*events: Event) -> list[str]:
    return [topic for item in events for topic, _ in rows_of(item)]


def test_each_kind_of_event_has_its_topic() -> None:
    assert topics(
        event("run.approved", "r", plans={"client/acme/app": "d"}, how="--yes"),
        event("unit.applied"),
        event("person.signed_in"),
        event("plan.judged"),
        event("drill.restored"),
        event("client.onboarded"),
        event("certificate.issued"),
        event("unit.drifted"),
        event("review.recorded", kind="access"),
        event("review.recorded", kind="activity"),
    ) == [
        "approvals",
        "changes",
        "sign_ins",
        "verdicts",
        "drills",
        "clients",
        "certificates",
        "drift",
        "reviews_access",
        "reviews_activity",
    ]


def test_every_kind_of_refusal_is_one() -> None:
    actions = ["access.refused", "person.sign_in_refused", "run.approval_refused", "plans.refused"]
    assert topics(*map(event, actions)) == ["refusals"] * 4
    assert topics(event("run.finished"), event("review.recorded", kind="other")) == []


def test_what_is_done_under_break_glass_is_an_override_besides() -> None:
    found = dict(rows_of(event("run.approved", identity=GLASS)))
    assert set(found) == {"approvals", "overrides"}
    assert found["overrides"]["reason"] == "break-glass: the pager"
    assert topics(event("glass.broken", identity=GLASS)) == ["overrides"]


def test_an_event_that_somebody_has_written_by_hand_is_sorted_too() -> None:
    odd = event("run.approved", plans=[1], how={"a": 1}, identity={"vouched_by": 7})
    assert topics(odd) == ["approvals"]
    assert topics(event("plan.judged", findings={"x": 1}, denied=None)) == ["verdicts"]
    [(_, row)] = rows_of(event("plans.refused", reason="x" * 9_000))
    assert len(str(row["why"])) < 1_000


def test_a_role_has_a_beginning_and_an_end() -> None:
    history = GrantHistory("2026-11-03")
    given = {"role": "approver", "levels": ["client"], "cells": [], "tags": [], "origin": "granted"}
    for item in (
        event("role.given", "person:bob", "new here", 1, **given),
        event("role.withdrawn", "person:bob", "left", 5, **given),
        event("role.given", "person:cy", "", 2, role="viewer", origin="granted"),
        event("role.given", "person:old", "", 1, role="viewer", origin="granted"),
        event("role.withdrawn", "person:old", "", 2, role="viewer", origin="granted"),
    ):
        history.see(item)
    found = list(history.rows())
    assert [(row["person"], row["role"], row["limits"], str(row["to"])[:10]) for row in found] == [
        ("person:bob", "approver", "levels client", "2026-11-05"),
        ("person:cy", "viewer", "", ""),
    ]
    assert (found[0]["given_by"], found[0]["taken_by"], found[0]["reason"]) == ("ada", "ada", "new here")


def test_roles_of_groups_are_replaced_and_break_glass_ends_by_itself() -> None:
    history = GrantHistory("2026-11-01")
    for item in (
        event("person.groups_changed", "person:bob", "", 1, after=["viewer"], groups="staff"),
        event("person.groups_changed", "person:bob", "", 2, after=["operator"], groups="ops"),
        event("glass.broken", "person:eve", "pager", 3, role="operator", where="x", until="2026-11-03T11"),
        event("person.first_admin", "person:ada", "", 1),
    ):
        history.see(item)
    assert [(row["person"], row["role"], row["origin"], bool(row["to"])) for row in history.rows()] == [
        ("person:ada", "admin", "granted", False),
        ("person:bob", "viewer", "group", True),
        ("person:bob", "operator", "group", False),
        ("person:eve", "operator", "break-glass", True),
    ]


def broken(number: int, until: str, where: str = "the whole fleet") -> Event:
    return event("glass.broken", "person:eve", "pager", number, role="operator", where=where, until=until)


def test_breaking_the_glass_again_hides_no_earlier_time() -> None:
    history = GrantHistory("2026-11-02")
    for item in (
        broken(1, "2026-11-01T11"),
        broken(3, "2026-11-03T11"),
        broken(5, "2026-11-05T11"),
    ):
        history.see(item)
    assert [str(row["to"]) for row in history.rows()] == ["2026-11-03T11", "2026-11-05T11"]


def test_glass_that_is_given_back_ends_then_and_not_later() -> None:
    history = GrantHistory("2026-11-01")
    back = {"role": "operator", "levels": ["client"], "cells": ["client/a"], "tags": ["eu"]}
    for item in (
        broken(2, "2026-11-02T11", "level client, client/a, tag eu"),
        broken(4, "2026-11-04T11", "level client, client/a, tag eu"),
        event("role.withdrawn", "person:eve", "", 4, origin="break-glass", **back),
        event("role.withdrawn", "person:eve", "", 9, origin="break-glass", **back),
    ):
        history.see(item)
    found = [(str(row["from"])[:10], str(row["to"])[:13], row["taken_by"]) for row in history.rows()]
    assert found == [("2026-11-02", "2026-11-02T11", "its end"), ("2026-11-04", "2026-11-04T10", "ada")]


def test_a_role_that_was_given_before_the_trail_knew_is_taken_all_the_same() -> None:
    history = GrantHistory("2026-11-01")
    history.see(event("role.withdrawn", "person:bob", "", 2, role="viewer", origin="granted"))
    [row] = history.rows()
    assert (row["from"], row["taken_by"]) == ("", "ada")


def test_an_exception_counts_once_however_many_plans_it_was_there_for() -> None:
    seen = ExceptionsSeen()
    exception = {
        "rule": "hipaa.audit",
        "stack": "db",
        "resource": "*",
        "person": "Ada",
        "until": "2026-12-31",
    }
    for number in (3, 7):
        seen.see(event("plan.judged", "client/acme/db", number=number, exceptions=[exception, "odd"]))
    seen.see(event("unit.applied", "client/acme/db", exceptions=[exception]))
    [row] = seen.rows()
    assert (row["cell"], row["plans"], row["first"], row["last"]) == ("client/acme", 2, 3, 7)


def test_rules_count_the_plans_that_were_judged_with_them() -> None:
    seen = RulesSeen()
    first = event(
        "plan.judged", policies="d1", rules={"hipaa.transport": "45 CFR 164.312(e)(1) and (e)(2)(ii)"}
    )
    later = event(
        "plan.judged", policies="d1", number=2, findings=[{"rule": "hipaa.transport", "level": "deny"}, 7]
    )
    unknown = event("plan.judged", policies="d2", number=3)
    for item in (first, later, unknown):
        seen.learn(item)
    for item in (later, unknown, event("unit.applied")):
        seen.see(item)
    [row] = seen.rows()
    assert (row["rule"], row["plans"], row["denied"], row["warned"]) == ("hipaa.transport", 1, 1, 0)


@pytest.mark.parametrize(
    ("text", "cites"),
    [
        ("45 CFR 164.312(b)", ("164.312(b)",)),
        ("45 CFR 164.312(e)(1) and (e)(2)(ii)", ("164.312(e)(1)", "164.312(e)(2)(ii)")),
        ("164.308(a)(8), 164.312(c)(1)", ("164.308(a)(8)", "164.312(c)(1)")),
        ("House rules, 3", ()),
    ],
)
def test_a_text_cites_clauses(text: str, cites: tuple[str, ...]) -> None:
    assert cites_of(text) == cites
