"""Builds' runs through a server: begun once for each build, followed until they wait."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, cast

import pytest

from cellwright.app.clients.onboarding.onboard import OnboardRequest
from cellwright.app.clients.suspend import SuspendRequest
from cellwright.app.jobs import watching
from cellwright.app.jobs.watching import WatchRequest
from cellwright.app.runs.apply import ApplyRequest
from cellwright.app.runs.resume import ResumeRequest
from cellwright.app.runs.steering.conversation import Conversation
from cellwright.model.diagnostic import DiagnosticError
from cellwright.model.runs.run import RunStatus
from cellwright.remote import jobs
from cellwright.remote.client import ApiClient

COUNTS = {"add": 1, "change": 0, "destroy": 0, "replace": 0, "forget": 0}
WAITING = {
    "run": "r1",
    "unit": "client/acme/app",
    "operation": "apply",
    "plan_digest": "d1",
    "asked_at": "",
    "resources": COUNTS,
    "plan": {"applyable": True, "taken_from": None, "outputs": [], "changes": []},
}


@dataclass
class Server:
    """Answers for one run."""

    status: str = "running"
    waiting: list[Mapping[str, object]] = field(default_factory=list)
    counts: Mapping[str, int] = field(default_factory=dict)
    acts_for: str = "ada"
    answer: Mapping[str, object] = field(default_factory=lambda: {"run": "r1", "pull_request": None})
    posted: list[tuple[tuple[str, ...], Mapping[str, Any], str]] = field(default_factory=list)

    def pages(self, *path: str) -> list[Any]:
        if path[-1] != "units":
            return [{"units": [], "next": None}]
        return [{"units": [{"address": "client/acme/app", "operation": "apply", "wave": 0}], "next": None}]

    def get(self, *path: str, query: object = ()) -> Any:  # noqa: ANN401, ARG002  as the client's
        match path[-1]:
            case "progress":
                return {"progress": [], "status": self.status}
            case "approvals":
                return {"plans": self.waiting, "more": False}
            case _:
                whole = {"run": "r1", "kind": "apply", "status": self.status, "actor": "ada", "reason": ""}
                more = {"started": "", "finished": None, "commit": None, "units": 1, "identity": None}
                return {**whole, **more, "counts": self.counts}

    def post(self, *path: str, body: Mapping[str, Any], key: str = "") -> Any:  # noqa: ANN401  as the client's
        self.posted.append((path, body, key))
        return self.answer


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watching, "_PAUSE", 0.0)


def client(server: Server) -> ApiClient:
    return cast("ApiClient", server)


def test_the_same_build_asks_for_the_same_run() -> None:
    server = Server()
    for build in ("B1", "B1", "B2"):
        jobs.begin_apply(client(server), ApplyRequest(reason="grow"), build=build)
    first, again, other = (key for _, _, key in server.posted)
    assert first == again != other
    assert server.posted[0][1]["reason"] == "grow (build B1)"
    assert server.posted[0][1]["approved"] is False


def test_the_button_approves_beforehand_and_asks_for_that() -> None:
    server = Server()
    assert jobs.begin_onboard(client(server), OnboardRequest(name="acme"), approved_how="--yes") == "r1"
    assert server.posted[0][1]["approved"] is True


def test_a_client_is_suspended_by_a_run_unless_nothing_is_to_be_done_or_it_is_to_be_merged_first() -> None:
    server = Server()
    assert jobs.begin_suspension(client(server), SuspendRequest(name="acme", reason="why")) == "r1"
    assert server.posted == [(("clients", "acme", "suspend"), {"reason": "why"}, "")]
    server.answer = {"run": None, "pull_request": None}
    assert jobs.begin_suspension(client(server), SuspendRequest(name="acme", suspended=False)) == ""
    server.answer = {"run": None, "pull_request": "https://git.example.com/1"}
    with pytest.raises(DiagnosticError, match="by pull request"):
        jobs.begin_suspension(client(server), SuspendRequest(name="acme"))


def test_a_run_that_goes_on_is_not_begun_again() -> None:
    assert jobs.begin_resume(client(Server()), ResumeRequest(run="r1")) == "r1"
    ended = Server(status="failed")
    jobs.begin_resume(client(ended), ResumeRequest(run="r1"))
    assert [path for path, _, _ in ended.posted] == [("runs", "r1", "resume")]


def test_it_is_followed_until_plans_wait_and_nothing_else_is_at_work() -> None:
    server = Server(waiting=[WAITING], counts={"planned": 1})
    found = jobs.watch(client(server), WatchRequest(run="r1"), Conversation())
    assert [item.plan_digest for item in found.waiting] == ["d1"]
    assert found.run.status is RunStatus.RUNNING


def test_it_is_followed_to_its_end() -> None:
    found = jobs.watch(client(Server(status="failed")), WatchRequest(run="r1"), Conversation())
    assert found.run.status is RunStatus.FAILED
    assert found.waiting == ()


class Interrupted:
    """Somebody has pressed Ctrl-C."""

    def requested(self) -> int:
        return 1


def test_an_interrupt_leaves_the_run_to_whoever_carries_it_out() -> None:
    talk = Conversation(interrupts=Interrupted())
    found = jobs.watch(client(Server()), WatchRequest(run="r1"), talk)
    assert found.interrupted
    assert found.run.status is RunStatus.RUNNING
