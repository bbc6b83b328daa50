"""The same promises with a ledger that is shared: PostgreSQL instead of a file."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from binaries import SECOND_QUICK
from contract.postgres import postgres_server
from e2e.conftest import Start
from e2e.kit.crashes import leases
from e2e.kit.fleet import make_fleet
from e2e.kit.program import Program

pytestmark = pytest.mark.postgres


@pytest.fixture(name="url")
def _url() -> Iterator[str]:
    with postgres_server() as server:
        yield server.url(server.new_database())


@pytest.mark.parametrize("binary_of_the_machine_here", SECOND_QUICK, indirect=True)
def test_a_killed_run_is_resumed_and_nothing_is_done_twice(tmp_path: Path, program: Start, url: str) -> None:
    cells: dict[str, dict[str, str]] = {f"c{number}": {} for number in range(5)}
    fleet = make_fleet(tmp_path, {"first": {}, "second": {"needs": ["first"]}}, cells)
    plain = program(fleet)
    cellwright = Program(fleet, plain.person, {"CELLWRIGHT_LEDGER": url})
    with fleet.desk.holding("c2-first"), cellwright.started("apply", "--yes") as running:
        fleet.desk.until("begin", mark="c2-first")
        fleet.desk.until("done", 3)
        running.kill()
    with (
        cellwright.started("resume", "--yes") as one,
        cellwright.started("apply", "--yes") as other,
    ):
        answers = [one.finish(), other.finish()]
    for answer in answers:
        answer.expect(0)

    assert set(fleet.desk.count("begin").values()) == {1}
    assert fleet.desk.count("done").total() == 10
    assert cellwright.look("status", "--json").document["counts"]["up_to_date"] == 10
    cellwright.look("events", "verify").expect(0)
    assert not fleet.ledger.exists()
    # The kill may have come between a unit's record and the end of its lease, which then runs out by itself.
    assert leases(fleet, of_the_dead=False, url=url) == []
