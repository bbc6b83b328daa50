"""Claims on room in places, on both databases: one decides at a time, and each sees what was claimed."""

from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor

from cellwright.capacity.claims import PlaceClaim
from cellwright.ledger.opening import Ledger, open_ledger
from contract.ledger.conftest import SetClock

ONE = PlaceClaim("client/acme", "one", (("roles", 2), ("vpc_blocks", 1)))
TWO = PlaceClaim("client/globex", "two", ())


def said(ledger: Ledger) -> list[tuple[str, str, tuple[tuple[str, int], ...]]]:
    return [(item.cell, item.place, item.uses) for item in ledger.placements.claims()]


def test_a_claim_is_kept_with_its_time_and_replaced_by_a_cells_next_one(
    ledger: Ledger, clock: SetClock
) -> None:
    assert ledger.placements.claims() == ()
    ledger.placements.claim(lambda known: [TWO, ONE] if not known else [])
    assert said(ledger) == [("client/acme", "one", ONE.uses), ("client/globex", "two", ())]
    first = ledger.placements.claims()[0].claimed
    assert first is not None
    clock.pass_by(60)
    ledger.placements.claim(lambda _: [ONE])  # the same once more
    assert ledger.placements.claims()[0].claimed == first
    ledger.placements.claim(lambda _: [PlaceClaim("client/acme", "two", ())])
    moved = ledger.placements.claims()[0]
    assert (moved.place, moved.uses) == ("two", ())
    assert moved.claimed is not None
    assert moved.claimed > first
    ledger.placements.withdraw(["client/acme", "client/nobody"])
    ledger.placements.withdraw([])
    assert said(ledger) == [("client/globex", "two", ())]


def test_whoever_decides_sees_what_others_have_claimed(url: str) -> None:
    with open_ledger(url) as first:
        first.placements.claim(lambda _: [])

    def claimed(number: int) -> bool:
        taken: list[PlaceClaim] = []

        def decide(known: Sequence[PlaceClaim]) -> Iterable[PlaceClaim]:
            taken[:] = [PlaceClaim(f"client/c{number}", "one", ())] if len(known) < 3 else []
            return taken

        with open_ledger(url) as ledger:
            ledger.placements.claim(decide)
        return bool(taken)

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(claimed, range(6))) == 3


def test_what_can_t_be_decided_claims_nothing(ledger: Ledger) -> None:
    def refuse(_known: Sequence[PlaceClaim]) -> Iterable[PlaceClaim]:
        yield ONE
        raise ValueError("no room")

    try:
        ledger.placements.claim(refuse)
    except ValueError:
        assert said(ledger) == []
    else:
        raise AssertionError("it was refused")
