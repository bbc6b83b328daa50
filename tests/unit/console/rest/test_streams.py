"""Streams of events, as a client reads them that comes again."""

import json
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from fastapi import Request
from fastapi.testclient import TestClient

from cellwright.access.roles import Grant, Permission, Role
from cellwright.access.visitor import Visitor
from cellwright.console.live import rights
from cellwright.console.rest import streams
from cellwright.console.services import Services
from cellwright.model.actor import Actor
from cellwright.model.diagnostic import DiagnosticError, UnavailableError, error
from cellwright.model.runs.progress import Phase, PhaseEntered, ProgressEvent
from cellwright.model.runs.run import RunStatus
from unit.app.kit import APP, make_run
from unit.console.kit import make_services
from unit.console.rest.kit import OF_ACME, TWO, program

RUN = "run-1"


@pytest.fixture(autouse=True)
def _soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streams, "_SECONDS", 0.01)


def opened(root: Path) -> tuple[Services, TestClient]:
    services = make_services(root, (), **TWO)
    ledger = services.session.ledger(writing=True)
    ledger.recorder.start_run(make_run(RUN))
    for number, phase in enumerate((Phase.PLANNING, Phase.APPLYING), start=1):
        event = ProgressEvent(
            run=RUN,
            unit=APP,
            time="2026-11-26T10:00:00+00:00",
            sequence=number,
            progress=PhaseEntered(APP, phase),
        )
        ledger.progress.record([event])
    return services, program(services)


def read(api: TestClient, path: str, **headers: str) -> list[tuple[str, str, object]]:
    """Read a stream that ends: name, id and data of each event."""
    found = []
    for block in api.get(path, headers=headers).text.split("\n\n"):
        lines = dict(line.partition(": ")[::2] for line in block.splitlines())
        if "data" in lines:
            found.append((lines["event"], lines.get("id", ""), json.loads(lines["data"])))
    return found


def test_a_runs_progress_is_streamed_to_its_end_and_from_where_one_was(tmp_path: Path) -> None:
    services, api = opened(tmp_path)
    services.session.ledger().recorder.finish_run(RUN, RunStatus.SUCCEEDED)
    found = read(api, f"/api/v1/runs/{RUN}/events")
    assert [name for name, _, _ in found] == ["phase_entered", "phase_entered", "end"]
    first = found[0][1]
    again = read(api, f"/api/v1/runs/{RUN}/events", **{"Last-Event-ID": first})
    assert again == found[1:]
    assert read(api, f"/api/v1/runs/{RUN}/events?after={found[1][1]}") == found[2:]


def test_a_stream_ends_when_its_token_is_good_no_more(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    services, api = opened(tmp_path)
    monkeypatch.setattr(streams, "CHECKED_AGAIN", 0.0)
    looks = iter([True, False])
    known = services.visitors.by_token

    def by_token(*given: str) -> Visitor | None:
        return known(*given) if next(looks, False) else None

    monkeypatch.setattr(services.visitors, "by_token", by_token)
    names = [name for name, _, _ in read(api, "/api/v1/events/stream?after=0")]
    assert names == ["run.started"]


def test_a_stream_ends_when_its_viewer_may_see_less(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    services, api = opened(tmp_path)
    monkeypatch.setattr(streams, "CHECKED_AGAIN", 0.0)
    known = services.visitors.by_token
    looks = iter([True, True])

    def by_token(*given: str) -> Visitor | None:
        found = known(*given)
        assert found is not None
        return found if next(looks, False) else replace(found, grants=OF_ACME)

    monkeypatch.setattr(services.visitors, "by_token", by_token)
    names = [name for name, _, _ in read(api, f"/api/v1/runs/{RUN}/events")]
    assert names[:1] == ["phase_entered"]
    assert "end" not in names


@dataclass
class Now:
    """Whoever sends a request, as they are now."""

    visitor: Visitor | None
    fault: DiagnosticError | None = None

    def __call__(self, _request: Request) -> Visitor | None:
        if self.fault is not None:
            raise self.fault
        return self.visitor


def test_rights_that_are_others_now_end_what_follows_them(monkeypatch: pytest.MonkeyPatch) -> None:
    def demand(visitor: Visitor) -> None:
        visitor.demand_somewhere(Permission.READ)

    ada = Visitor(id="ada", name="Ada", actor=Actor("ada", "test"), grants=OF_ACME, session="s1")
    now = Now(ada)
    monkeypatch.setattr(rights, "visitor_or_none", now)
    still = rights.SameRights(Request({"type": "http"}), ada, demand)
    assert still()
    for other in (
        None,
        replace(ada, grants=()),
        replace(ada, grants=(Grant(Role.VIEWER),)),
        replace(ada, limits=OF_ACME),
        replace(ada, session="s2"),
    ):
        now.visitor = other
        assert not still()
        assert other is None or rights.audience_of(other) != rights.audience_of(ada)
    now.visitor, now.fault = ada, DiagnosticError(error("there is no such run any more"))
    assert not still()
    now.fault = UnavailableError(error("the ledger is away"))
    assert still()


def test_strangers_and_whoever_may_not_see_it_get_no_stream(tmp_path: Path) -> None:
    services, _ = opened(tmp_path)
    for path in ("/api/v1/events/stream", f"/api/v1/runs/{RUN}/events"):
        assert program(services, token="").get(path).status_code == 401
    scoped = make_services(tmp_path / "other", OF_ACME, **TWO)
    assert program(scoped).get("/api/v1/events/stream").status_code == 403
    assert program(scoped).get("/api/v1/runs/none/events").status_code == 404
