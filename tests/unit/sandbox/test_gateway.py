"""What the gateway does before the emulator gets a call."""

import json
from dataclasses import asdict

import pytest

from cellwright.sandbox.calls import AwsCall
from cellwright.sandbox.faults import ADMIN_PATH, Fault
from cellwright.sandbox.gateway import Gateway
from cellwright.sandbox.http_messages import HttpRequest, HttpResponse

HEADERS = {
    "authorization": "Credential=test/20260101/us-east-1/logs/aws4_request",
    "x-amz-target": "Logs.Create",
}
CALL = HttpRequest(method="POST", path="/", headers=HEADERS)


class World:
    """A gateway, with an emulator that only records calls."""

    def __init__(self, status: int = 200) -> None:
        self.seen: list[AwsCall] = []
        self.resets = 0
        self.status = status
        self.gateway = Gateway(self._emulate, lambda *_: None, self._reset)

    def _emulate(self, _request: HttpRequest, call: AwsCall) -> HttpResponse:
        self.seen.append(call)
        return HttpResponse(self.status, b"done")

    def _reset(self) -> None:
        self.resets += 1

    def admin(self, method: str, path: str, document: object = None) -> HttpResponse:
        return self.gateway.answer(
            HttpRequest(method=method, path=ADMIN_PATH + path, body=json.dumps(document).encode())
        )

    def inject(self, fault: Fault) -> HttpResponse:
        return self.admin("POST", "faults", [asdict(fault)])


def test_a_call_reaches_the_emulator_and_is_counted() -> None:
    world = World()

    assert world.gateway.answer(CALL).body == b"done"
    assert json.loads(world.admin("GET", "calls").body) == {"logs Create": [1, 0]}


@pytest.mark.parametrize(("status", "failed"), [(399, 0), (400, 1), (501, 1)])
def test_a_refused_call_counts_as_failed(status: int, failed: int) -> None:
    world = World(status)
    world.gateway.answer(CALL)

    assert json.loads(world.admin("GET", "calls").body) == {"logs Create": [1, failed]}


def test_an_injected_error_answers_in_the_emulators_place() -> None:
    world = World()
    world.inject(Fault(service="logs", action="Create", status=400, code="LimitExceeded", message="no more"))

    answer = world.gateway.answer(CALL)

    assert (answer.status, json.loads(answer.body)) == (
        400,
        {"__type": "LimitExceeded", "message": "no more"},
    )
    assert world.seen == []
    assert world.gateway.answer(CALL).body == b"done"


def test_an_injected_delay_lets_the_call_go_on(monkeypatch: pytest.MonkeyPatch) -> None:
    slept: list[float] = []
    monkeypatch.setattr("cellwright.sandbox.gateway.time.sleep", slept.append)
    world = World()
    world.inject(Fault(service="logs", action="Create", delay_seconds=2.5))

    assert world.gateway.answer(CALL).body == b"done"
    assert slept == [2.5]


def test_a_reset_empties_the_world_the_faults_and_the_counts() -> None:
    world = World()
    world.inject(Fault(service="logs", action="Create", status=500))
    world.gateway.answer(CALL)
    world.inject(Fault(service="logs", action="Create", status=500))

    world.admin("POST", "reset")

    assert world.resets == 1
    assert world.gateway.answer(CALL).status == 200
    assert json.loads(world.admin("GET", "calls").body) == {"logs Create": [1, 0]}


def test_faults_can_be_removed_without_a_reset() -> None:
    world = World()
    world.inject(Fault(service="logs", action="Create", status=500))
    world.admin("DELETE", "faults")
    world.gateway.answer(CALL)
    assert len(world.seen) == 1


@pytest.mark.parametrize(
    "document", ["no list", [{"service": "x"}], [{"service": "x", "action": "y", "what": 1}], None]
)
def test_a_fault_that_is_none_is_refused(document: object) -> None:
    assert World().admin("POST", "faults", document).status == 400


@pytest.mark.parametrize(("method", "path"), [("GET", "nothing"), ("PUT", "faults"), ("DELETE", "reset")])
def test_an_unknown_admin_request_is_refused_and_not_emulated(method: str, path: str) -> None:
    world = World()

    assert world.admin(method, path).status == 404
    assert world.seen == []
