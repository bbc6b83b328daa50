"""Following a run of a server: what is asked, when, and how Ctrl-C is passed on."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, cast

import pytest

from cellwright.app.runs.steering.conversation import Conversation
from cellwright.engine.approval import Preapproved
from cellwright.model.address import UnitAddress
from cellwright.model.runs.plan import PlanSummary
from cellwright.remote import following
from cellwright.remote.client import ApiClient

COUNTS = {"add": 1, "change": 0, "destroy": 0, "replace": 0, "forget": 0}
PLAN: dict[str, object] = {"applyable": True, "taken_from": None, "outputs": [], "changes": []}
WAITING = {
    "run": "r1",
    "unit": "client/acme/app",
    "operation": "apply",
    "plan_digest": "d1",
    "asked_at": "",
    "resources": COUNTS,
    "plan": PLAN,
}


@dataclass
class Server:
    """Answers as a server does whose run waits for an answer, and ends after it."""

    states: list[str]
    """Where the unit is, look after look."""
    kind: str = "apply"
    posted: list[tuple[str, Mapping[str, Any]]] = field(default_factory=list)

    def pages(self, *path: str) -> list[Any]:
        if path[-1] != "units":  # the report
            return [{"units": [], "next": None}]
        return [{"units": [{"address": "client/acme/app", "operation": "apply", "wave": 0}], "next": None}]

    def get(self, *path: str, query: object = ()) -> Any:  # noqa: ANN401, ARG002  as the client's
        over = bool(self.posted)
        match path[-1]:
            case "progress":
                return {"progress": [], "status": "succeeded" if over else "running"}
            case "approvals":
                return {"plans": [] if over else [WAITING], "more": False}
            case "summary":
                state = self.states.pop(0) if len(self.states) > 1 else self.states[0]
                whole = {"run": "r1", "kind": self.kind, "status": "running", "actor": "ada", "reason": ""}
                more = {"started": "", "finished": None, "commit": None, "units": 1, "identity": None}
                return {**whole, **more, "counts": {state: 1}}
            case _:
                return {"units": []}

    def post(self, *path: str, body: Mapping[str, Any]) -> Any:  # noqa: ANN401  as the client's
        self.posted.append((path[-1], body))
        return {}


@dataclass
class Person:
    """Answers a question, and remembers it."""

    answer: bool | None
    asked: list[Mapping[UnitAddress, PlanSummary]] = field(default_factory=list)

    def approve(
        self, plans: Mapping[UnitAddress, PlanSummary], _withdrawn: Callable[[], bool]
    ) -> bool | None:
        self.asked.append(plans)
        return self.answer


@dataclass
class Pressed:
    times: int = 0

    def requested(self) -> int:
        return self.times


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(following, "_PAUSE", 0.0)


def followed(server: Server, talk: Conversation) -> None:
    following.follow(cast("ApiClient", server), "r1", talk)


@pytest.mark.parametrize("answer", [True, False])
def test_it_asks_once_no_unit_is_at_work_and_answers_for_the_plans_that_were_seen(answer: bool) -> None:  # noqa: FBT001  a case
    server, person = Server(["planning", "planned"]), Person(answer)
    followed(server, Conversation(approver=person))
    assert [list(map(str, plans)) for plans in person.asked] == [["client/acme/app"]]
    assert server.posted == [("approvals", {"approved": answer, "plans": {"client/acme/app": "d1"}})]


def test_what_was_approved_beforehand_is_answered_without_waiting() -> None:
    server = Server(["planning"])
    followed(server, Conversation(approver=Preapproved()))
    assert server.posted[0][1]["approved"] is True


def test_ctrl_c_cancels_once_and_asks_nothing_more() -> None:
    server, person = Server(["planned"]), Person(True)
    followed(server, Conversation(approver=person, interrupts=Pressed(1)))
    assert server.posted == [("cancel", {"reason": "Ctrl-C"})]
    assert person.asked == []


def test_the_second_ctrl_c_leaves_the_run_to_go_on() -> None:
    server = Server(["applying"])
    server.posted.append(("nothing", {}))
    followed(server, Conversation(interrupts=Pressed(2)))
    assert [what for what, _ in server.posted] == ["nothing"]


def test_nobody_is_asked_about_a_plan_that_is_only_looked_at() -> None:
    server, person = Server(["planned"], kind="plan"), Person(True)
    followed(server, Conversation(approver=person, interrupts=Pressed(2)))
    assert person.asked == []
