"""A move of resources does what was shown: what has changed since is refused, and it is recorded once."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest

from cellwright.app.moves.resources import MoveRequest, move_resources, plan_move
from cellwright.app.runs.moving import pair
from cellwright.app.runs.steering.conversation import Conversation
from cellwright.app.session.session import FleetSession
from cellwright.model.diagnostic import DiagnosticError
from cellwright.model.runs.event import RESOURCES_MOVED
from unit.app.kit import ADA
from unit.app.runs.moving.kit import (
    GOING,
    HOT,
    KEPT,
    SOURCE,
    TARGET,
    applied,
    held_in,
    put_record,
    put_state,
    split_fleet,
)

REQUEST = MoveRequest(selectors=["client/acme/app"], stack="db", addresses=[GOING])


@pytest.fixture
def session(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[FleetSession]:
    monkeypatch.setattr(pair, "plan_on_copies", lambda *_: SimpleNamespace(results=(), plans={}))
    with split_fleet(tmp_path / "fleet") as opened:
        applied(opened.open(writing=True), SOURCE, KEPT, GOING)
        yield opened


def shown(session: FleetSession) -> MoveRequest:
    planned = plan_move(session, ADA, REQUEST, Conversation())
    return replace(REQUEST, basis={item.source: item.basis for item in planned})


def moved_events(session: FleetSession) -> list[str]:
    return [event.subject for event in session.ledger().reader.events() if event.action == RESOURCES_MOVED]


def resource_added(session: FleetSession) -> None:
    fleet = session.open(writing=True)
    put_state(fleet, SOURCE, KEPT, GOING, HOT, serial=2)
    put_record(fleet, SOURCE, serial=2)


def made_anew_in_the_other(session: FleetSession) -> None:
    applied(session.open(writing=True), TARGET, GOING)


def stack_edited(session: FleetSession) -> None:
    (session.root / "db/main.tf").write_text('output "id" { value = "y" }\n')


def input_edited(session: FleetSession) -> None:
    (session.root / "db/main.tf").write_text('variable "size" { default = 1 }\n')
    (session.root / "clients/acme.yaml").write_text("stacks: {db: {size: 2}}\n")


@pytest.mark.parametrize("change", [resource_added, made_anew_in_the_other, stack_edited, input_edited])
def test_what_has_changed_since_it_was_shown_is_not_moved(
    session: FleetSession, change: Callable[[FleetSession], None]
) -> None:
    request = shown(session)
    change(session)
    before = [held_in(session.open(), unit) for unit in (SOURCE, TARGET)]
    with pytest.raises(DiagnosticError, match="changed since the move was planned") as refused:
        move_resources(session, ADA, request)
    assert "repeat this: it is planned again" in refused.value.diagnostics[0].detail
    assert [held_in(session.open(), unit) for unit in (SOURCE, TARGET)] == before
    assert session.ledger().moves.open() == ()
    assert moved_events(session) == []


def test_what_was_shown_is_moved_and_recorded_once(session: FleetSession) -> None:
    request = shown(session)
    move_resources(session, ADA, request)
    for _ in range(2):
        assert held_in(session.open(), SOURCE) == [KEPT]
        assert held_in(session.open(), TARGET) == [GOING]
        assert moved_events(session) == [str(SOURCE), str(TARGET)]
        (again,) = move_resources(session, ADA, REQUEST)
        assert again.resources == (GOING,)
