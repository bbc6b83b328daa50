"""What a run does about the declared moves of its units: what is moved, when, and what is refused."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from cellwright.app.runs.moving import declared
from cellwright.app.runs.moving.holding import leases_on
from cellwright.app.runs.moving.pair import PairMove, UnitMove
from cellwright.app.runs.moving.states import StateMover
from cellwright.app.session.session import FleetSession, OpenFleet
from cellwright.engine.lease.keeper import LeaseTakenError
from cellwright.ledger.audit import EventDraft
from cellwright.ledger.leases import LeaseLost
from cellwright.ledger.moves import Move, MoveKind
from cellwright.ledger.write.unit_writes import forget
from cellwright.model.address import UnitAddress
from cellwright.model.diagnostic import DiagnosticError, error
from cellwright.model.runs.event import RESOURCES_MOVED, RESOURCES_MOVING, RESOURCES_NOT_MOVED
from cellwright.model.runs.run import Operation, RunKind
from cellwright.terraform.process.unit_lock import UnitLock, UnitLockedError
from unit.app.kit import ADA
from unit.app.runs.moving.kit import (
    GOING,
    HOT,
    KEPT,
    SOURCE,
    TARGET,
    THIRD,
    applied,
    held_in,
    keeper_of,
    moves_of,
    part,
    path_of,
    put_record,
    put_state,
    run_of,
    split_fleet,
)


@pytest.fixture
def session(tmp_path: Path) -> Iterator[FleetSession]:
    with split_fleet(tmp_path / "fleet") as opened:
        yield opened


@pytest.fixture
def fleet(session: FleetSession) -> OpenFleet:
    """A cell that is applied with all three resources in one state."""
    found = session.open(writing=True)
    applied(found, SOURCE, KEPT, GOING, HOT)
    return found


@pytest.fixture(autouse=True)
def _no_patience(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(declared, "LONGEST_WAIT", 0.0)
    monkeypatch.setattr(declared, "_WHILE_HELD", 0.0)


@pytest.fixture(autouse=True)
def planned(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The pairs that were planned on copies; nothing speaks against any."""
    told: list[str] = []

    def plan(pair: PairMove, _talk: object) -> UnitMove:
        told.append(pair.target.stack)
        return UnitMove(source=pair.source, target=pair.target, resources=(), plans={})

    monkeypatch.setattr(PairMove, "planned", plan)
    return told


def prepare(fleet: OpenFleet, unit: UnitAddress, **more: Any) -> None:  # noqa: ANN401  as `moves_of`
    moves = moves_of(fleet, more.get("run"))
    try:
        moves.prepare(
            part(unit, more.get("operation", Operation.APPLY)), more.get("keeper") or keeper_of(fleet)
        )
    finally:
        moves.close()
    assert not (fleet.home.folder / "moves").exists()


def told(fleet: OpenFleet) -> list[str]:
    return [event.action for event in fleet.ledger.reader.events() if event.action.startswith("resources.")]


def all_stays(fleet: OpenFleet) -> None:
    assert held_in(fleet, SOURCE) == [GOING, HOT, KEPT]
    assert not path_of(fleet, TARGET).exists()
    assert fleet.ledger.moves.open() == ()


def begin(fleet: OpenFleet, target: UnitAddress, *resources: str) -> None:
    """Put on record what a process had begun that was killed."""
    move = Move(
        id=f"split-{SOURCE}",
        kind=MoveKind.SPLIT,
        subject=str(SOURCE),
        target=str(target),
        detail={"resources": list(resources), "declared": True},
    )
    fleet.ledger.moves.begin(move, ADA, EventDraft(ADA, RESOURCES_MOVING, str(SOURCE)), {})


@pytest.mark.parametrize("unit", [SOURCE, TARGET])
def test_resources_are_moved_before_the_first_of_the_two_units(
    fleet: OpenFleet, unit: UnitAddress, planned: list[str]
) -> None:
    run = run_of([SOURCE, TARGET])
    put_record(fleet, THIRD, None)
    put_state(fleet, SOURCE, KEPT, GOING)
    for _ in range(2):  # the second time there is nothing left to do
        prepare(fleet, unit, run=run_of() if unit == SOURCE else run)
    assert (held_in(fleet, SOURCE), held_in(fleet, TARGET)) == ([KEPT], [GOING])
    assert planned == ["db"]
    assert told(fleet) == [RESOURCES_MOVING, RESOURCES_MOVED, RESOURCES_MOVED]
    known = fleet.ledger.reader.applied([SOURCE, TARGET])
    assert known[TARGET].recipe["moved_from"] == {"app": [GOING]}
    assert {item.head.state.serial for item in known.values() if item.head.state} == {1, 2}
    assert fleet.ledger.reader.lease_holders() == {}


def test_a_plan_moves_nothing_and_is_made_on_a_copy(fleet: OpenFleet) -> None:
    moves = moves_of(fleet, run_of(kind=RunKind.PLAN))
    moves.prepare(part(SOURCE), keeper_of(fleet))
    all_stays(fleet)
    for _ in range(2):  # a unit that is planned once more
        found = moves.on_copy(fleet.fleet.units[TARGET])
        assert found is not None
        copy = Path(str(found.backend.config["path"]))
        assert GOING.partition(".")[2] in copy.read_text()
        assert [move.target for move in found.moves] == [TARGET]
    moves.close()
    assert not (fleet.home.folder / "moves").exists()
    assert moves_of(fleet).on_copy(fleet.fleet.units[TARGET]) is None


@pytest.mark.parametrize(("unit", "missing"), [(SOURCE, TARGET), (TARGET, SOURCE)])
def test_one_unit_without_the_other_one_is_refused(
    fleet: OpenFleet, unit: UnitAddress, missing: UnitAddress
) -> None:
    with pytest.raises(DiagnosticError, match=f"{missing} is not part of this run") as refused:
        prepare(fleet, unit, run=run_of([unit, THIRD]))
    assert refused.value.diagnostics[0].detail == "select both: client/acme"
    all_stays(fleet)


def test_a_unit_that_is_switched_off_gets_nothing(tmp_path: Path) -> None:
    with split_fleet(tmp_path / "fleet", "stacks: {db: {enabled: false}}\n") as session:
        fleet = session.open(writing=True)
        applied(fleet, SOURCE, KEPT, GOING, HOT)
        with pytest.raises(DiagnosticError, match="which is switched off here"):
            prepare(fleet, SOURCE)
        all_stays(fleet)


def test_a_unit_is_not_destroyed_with_what_another_one_is_to_have(fleet: OpenFleet) -> None:
    parts = {SOURCE: Operation.DESTROY, TARGET: Operation.APPLY, THIRD: Operation.APPLY}
    with pytest.raises(DiagnosticError, match="would be destroyed: they go to client/acme/db"):
        prepare(fleet, SOURCE, run=run_of(parts), operation=Operation.DESTROY)
    # Whoever destroys all of a cell destroys that, too.
    leaving = run_of(dict.fromkeys(parts, Operation.DESTROY), RunKind.DESTROY)
    prepare(fleet, SOURCE, run=leaving, operation=Operation.DESTROY)
    all_stays(fleet)


def test_what_is_not_there_is_recorded_as_done_and_nothing_is_written(
    fleet: OpenFleet, planned: list[str]
) -> None:
    put_state(fleet, SOURCE, KEPT)
    prepare(fleet, SOURCE)  # neither of the others was ever applied: their first apply records it
    assert TARGET not in fleet.ledger.reader.applied([TARGET])
    put_record(fleet, TARGET, None)
    prepare(fleet, TARGET)
    assert fleet.ledger.reader.applied([TARGET])[TARGET].recipe["moved_from"] == {"app": [GOING]}
    assert (told(fleet), planned) == ([], [])


def test_a_unit_that_was_destroyed_meanwhile_gives_nothing(
    fleet: OpenFleet, monkeypatch: pytest.MonkeyPatch
) -> None:
    pending = moves_of(fleet)._pending(TARGET)
    monkeypatch.setattr(declared, "undone", lambda *_: pending)
    with fleet.ledger.database.write() as connection:
        forget(connection, SOURCE)
    prepare(fleet, TARGET)
    assert told(fleet) == []


@pytest.fixture
def refused(monkeypatch: pytest.MonkeyPatch) -> None:
    def plan(pair: PairMove, _talk: object) -> UnitMove:
        fault = error(f"{GOING} would be destroyed")
        return UnitMove(source=pair.source, target=pair.target, resources=(), plans={}, faults=(fault,))

    monkeypatch.setattr(PairMove, "planned", plan)


@pytest.mark.usefixtures("refused")
def test_what_would_be_lost_is_not_moved_and_what_was_begun_is_given_up(fleet: OpenFleet) -> None:
    with pytest.raises(DiagnosticError, match="are not moved to client/acme/db"):
        prepare(fleet, TARGET)
    all_stays(fleet)
    assert told(fleet) == []
    begin(fleet, TARGET, GOING)
    with pytest.raises(DiagnosticError, match="are not moved to client/acme/db"):
        prepare(fleet, TARGET)
    all_stays(fleet)
    assert told(fleet) == [RESOURCES_MOVING, RESOURCES_NOT_MOVED]


@pytest.mark.usefixtures("refused")
def test_what_has_arrived_goes_on_whatever_a_plan_would_say(fleet: OpenFleet) -> None:
    put_state(fleet, TARGET, GOING)
    begin(fleet, TARGET, GOING)
    prepare(fleet, TARGET)
    assert (held_in(fleet, SOURCE), held_in(fleet, TARGET)) == ([HOT, KEPT], [GOING])
    assert fleet.ledger.moves.open() == ()


@pytest.mark.usefixtures("refused")
def test_a_move_by_hand_that_has_begun_with_more_is_left_to_whoever_began_it(fleet: OpenFleet) -> None:
    put_state(fleet, TARGET, HOT)
    begin(fleet, TARGET, HOT)
    with pytest.raises(DiagnosticError, match="resources of client/acme/app are going to client/acme/db"):
        prepare(fleet, TARGET)
    assert held_in(fleet, SOURCE) == [GOING, HOT, KEPT]
    assert [move.target for move in fleet.ledger.moves.open()] == [str(TARGET)]


@pytest.mark.parametrize("arrived", [(), (GOING,)])
def test_of_two_moves_from_one_unit_the_one_that_was_begun_comes_first(
    fleet: OpenFleet, planned: list[str], arrived: tuple[str, ...]
) -> None:
    if arrived:
        put_state(fleet, TARGET, GOING)
    begin(fleet, TARGET, GOING)
    prepare(fleet, THIRD)
    assert [held_in(fleet, unit) for unit in (SOURCE, TARGET, THIRD)] == [[KEPT], [GOING], [HOT]]
    assert planned == (["cache"] if arrived else ["db", "cache"])
    assert fleet.ledger.moves.open() == ()


def test_of_two_units_that_wait_for_each_other_a_claimed_one_is_let_go(fleet: OpenFleet) -> None:
    with leases_on(fleet, "another worker", [SOURCE]), pytest.raises(LeaseTakenError):
        prepare(fleet, TARGET)
    with keeper_of(fleet) as keeper, leases_on(fleet, "another worker", [SOURCE]):
        keeper.take(TARGET, lambda _held: None)
        with pytest.raises(UnitLockedError):
            prepare(fleet, TARGET, keeper=keeper)
        assert keeper.fencing(TARGET) is not None
    all_stays(fleet)


@pytest.mark.parametrize("unit", [SOURCE, TARGET])
def test_a_command_that_a_killed_process_has_left_is_not_written_over(
    fleet: OpenFleet, unit: UnitAddress
) -> None:
    folder = fleet.home.work / unit.level / unit.cell / unit.stack
    with UnitLock.acquire(folder / "command" / "lock"), pytest.raises(UnitLockedError):
        prepare(fleet, TARGET)
    all_stays(fleet)
    prepare(fleet, TARGET)
    assert held_in(fleet, TARGET) == [GOING]


def taken_over(fleet: OpenFleet) -> None:
    """Another process takes a unit over whose lease has run out, as it thinks."""
    lease = fleet.ledger.reader.lease_holders()[SOURCE]
    holder = keeper_of(fleet, "another").holder
    fleet.ledger.leases.take_over(SOURCE, lease.fencing, holder, 60.0)


@pytest.mark.parametrize("call", [1, 2])
def test_whoever_slept_while_a_unit_was_taken_over_writes_nothing_any_more(
    fleet: OpenFleet, call: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    real: Callable[..., Any] = StateMover.copy if call == 2 else PairMove._begin
    owner, name = (StateMover, "copy") if call == 2 else (PairMove, "_begin")

    def slept(*given: Any) -> Any:  # noqa: ANN401  as the real one
        found = real(*given)
        taken_over(fleet)
        return found

    monkeypatch.setattr(owner, name, slept)
    with pytest.raises(LeaseLost):
        prepare(fleet, TARGET)
    assert held_in(fleet, SOURCE) == [GOING, HOT, KEPT]
    assert held_in(fleet, TARGET) == ([GOING] if call == 2 else [])
    assert RESOURCES_MOVED not in told(fleet)


def test_a_state_that_somebody_has_written_since_is_not_written_over(
    fleet: OpenFleet, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = PairMove._begin

    def written(*given: Any) -> Any:  # noqa: ANN401  as the real one
        put_state(fleet, SOURCE, KEPT, GOING, HOT, "thing.more", serial=2)
        return real(*given)

    monkeypatch.setattr(PairMove, "_begin", written)
    with pytest.raises(DiagnosticError, match="a version of the state of client/acme/app lies there"):
        prepare(fleet, TARGET)
    assert held_in(fleet, SOURCE) == [GOING, HOT, KEPT, "thing.more"]
    prepare(fleet, TARGET)
    assert held_in(fleet, SOURCE) == [HOT, KEPT, "thing.more"]
    assert held_in(fleet, TARGET) == [GOING]


def test_a_plan_that_waits_tells_what_its_own_run_has_moved(fleet: OpenFleet) -> None:
    prepare(fleet, TARGET)
    moves = moves_of(fleet)
    assert [(item.address, item.note) for item in moves.moved_now(TARGET)] == [
        (GOING, "from the state of app")
    ]
    assert [item.note for item in moves.moved_now(SOURCE)] == ["to the state of db"]
    moves.run = run_of(kind=RunKind.PLAN)
    assert moves.moved_now(TARGET) == ()
    moves.run = replace(run_of(), id="another")
    assert moves.moved_now(TARGET) == ()
