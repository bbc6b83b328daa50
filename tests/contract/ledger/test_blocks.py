"""Claims on blocks of addresses: kept as they were made, and made by one at a time."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from ipaddress import ip_network

import pytest

from cellwright.ipam.claims import BlockClaim, Settled, settle
from cellwright.ledger.audit import EventDraft
from cellwright.ledger.database.sql import integrity_errors, text
from cellwright.ledger.opening import Ledger, open_ledger
from cellwright.model.address import CellAddress
from cellwright.model.diagnostic import DiagnosticError
from contract.ledger.conftest import SetClock


def claim(block: str, cell: str = "client/acme") -> BlockClaim:
    return BlockClaim(block=ip_network(block), pool="clients", cell=cell)


def test_claims_are_read_as_they_were_made_in_the_order_of_addresses(ledger: Ledger, clock: SetClock) -> None:
    made = (claim("fd00:64::/56"), claim("10.64.16.0/20"), claim("10.64.0.0/22", "client/globex"))
    settled = ledger.blocks.change(lambda _: settle((), made))
    assert ledger.blocks.claims() == settled.claims == (made[2], made[1], made[0])
    left = ledger.blocks.change(lambda claims: settle(claims, (), [made[1]], clock.now()))
    assert ledger.blocks.claims() == left.claims
    assert left.claims[1].released == clock.now()


def test_a_client_that_is_offboarded_releases_what_it_has_in_the_same_transaction(
    ledger: Ledger, clock: SetClock
) -> None:
    made = [claim("10.64.0.0/22"), claim("10.64.4.0/22", "client/globex")]
    ledger.blocks.change(lambda _: settle((), made))
    clock.pass_by(60)
    event = EventDraft("ada", "client.offboarded", "client/acme")
    ledger.recorder.record_offboarded(event, CellAddress("client", "acme"), {}, ["client/acme"])
    gone, stays = ledger.blocks.claims()
    assert (gone.cell, gone.released) == ("client/acme", clock.now())
    assert stays.released is None
    clock.pass_by(60)
    ledger.recorder.record_offboarded(event, CellAddress("client", "acme"), {}, ["client/acme"])
    assert ledger.blocks.claims()[0].released == clock.now() - timedelta(seconds=60)


def test_what_fails_changes_nothing(ledger: Ledger) -> None:
    def refuse(_: object) -> Settled:
        raise DiagnosticError

    ledger.blocks.change(lambda _: settle((), [claim("10.64.0.0/22")]))
    with pytest.raises(DiagnosticError):
        ledger.blocks.change(refuse)
    assert ledger.blocks.claims() == (claim("10.64.0.0/22"),)


def test_the_database_itself_refuses_one_block_for_two_cells(ledger: Ledger) -> None:
    row = "INSERT INTO blocks (first, block, pool, cell) VALUES ('4:x', '10.64.0.0/22', 'clients', 'a')"
    with ledger.database.write() as connection:
        connection.execute(text(row))
    with pytest.raises(integrity_errors()), ledger.database.write() as connection:
        connection.execute(text(row))


def test_of_many_who_want_parts_of_one_block_at_once_one_gets_it(url: str) -> None:
    blocks = ["10.64.0.0/22", "10.64.0.0/24", "10.64.2.0/23", "10.64.0.0/16"]
    for number in range(4):
        base = [f"10.{64 + number}." + block.partition(".")[2].partition(".")[2] for block in blocks]
        wanted = [claim(block, f"client/c{index}") for index, block in enumerate(base)]

        def ask(one: BlockClaim) -> bool:
            with open_ledger(url) as ledger:  # as a process of its own would
                return not ledger.blocks.change(lambda claims: settle(claims, [one])).refused

        with ThreadPoolExecutor(len(wanted)) as pool:
            answers = list(pool.map(ask, wanted))
        with open_ledger(url) as ledger:
            held = [item for item in ledger.blocks.claims() if item in wanted]
        assert [item for item, won in zip(wanted, answers, strict=True) if won] == sorted(
            held, key=wanted.index
        )
        for one in held:
            assert not any(one.block.overlaps(other.block) for other in held if other is not one)
