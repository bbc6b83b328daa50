"""The list of rollouts: filtered, page by page, the same on every database."""

from cellwright.ledger.opening import Ledger
from cellwright.ledger.rollouts.listing import RolloutFilter, RolloutQuery
from cellwright.model.address import CellAddress
from contract.ledger.conftest import SetClock
from contract.ledger.test_rollouts import begun, go_on, halt


def ids(ledger: Ledger, before: str | None = None, limit: int = 9, **only: str) -> list[str]:
    found = RolloutQuery(ledger.database).page(RolloutFilter(**only), limit, before)
    return [item.id for item in found]


def test_pages_go_on_after_the_last_rollout_of_the_one_before(ledger: Ledger, clock: SetClock) -> None:
    for number in range(1, 6):
        begun(ledger, f"ro-{number}", f"cell-{number}", f"other-{number}")
        clock.pass_by(number % 2)  # two of them at one moment
    assert ids(ledger) == ["ro-5", "ro-4", "ro-3", "ro-2", "ro-1"]
    assert ids(ledger, limit=2) == ["ro-5", "ro-4"]
    assert ids(ledger, "ro-4", 2) == ["ro-3", "ro-2"]
    assert ids(ledger, "ro-1") == []
    assert ids(ledger, "none") == []


def test_filters(ledger: Ledger) -> None:
    begun(ledger, "ro-1", "a", "b")
    begun(ledger, "ro-2", "c", "d")
    ledger.rollouts.change("ro-1", halt)
    query = RolloutQuery(ledger.database)
    assert ids(ledger, status="halted") == ["ro-1"]
    assert ids(ledger, strategy="none") == []
    assert ids(ledger, words="RO-2") == ids(ledger, words="o-2") == ["ro-2"]
    assert ids(ledger, words="new default") == ["ro-2", "ro-1"]
    assert ids(ledger, words="%") == []
    assert query.by_status(RolloutFilter(status="halted")) == {"halted": 1, "pending": 1}
    assert query.strategies() == ("standard",)


def test_cells_are_counted_as_far_as_they_may_be_seen(ledger: Ledger) -> None:
    begun(ledger, "ro-1", "a", "b")
    begun(ledger, "ro-2", "c", "d")
    found = RolloutQuery(ledger.database).phases(("ro-1", "ro-2"), lambda _rollout, cell: cell.cell == "b")
    assert found == {"ro-1": {"waiting": 1}}


def test_the_mark_is_another_one_when_anything_moves(ledger: Ledger) -> None:
    query = RolloutQuery(ledger.database)
    marks = [query.mark()]
    begun(ledger, "ro-1", "a", "b")
    marks.append(query.mark())
    after = go_on(ledger, "ro-1")
    marks.append(query.mark())
    ledger.rollouts.change("ro-1", halt)
    marks.append(query.mark())
    assert len(set(marks)) == len(marks)
    assert query.mark() == marks[-1]
    assert ledger.rollouts.of_run(after.state.cells[0].run) == "ro-1"
    assert ledger.rollouts.of_run("none") is None
    run = after.state.cells[0].run
    assert query.of_runs((run, "none")) == {run: "ro-1"}
    assert query.of_runs(()) == {}
    assert after.plan.cells[0].address == CellAddress("client", "a")
