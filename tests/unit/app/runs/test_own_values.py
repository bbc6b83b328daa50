"""Which values are a cell's own: what can't be mistaken for anything else."""

from collections.abc import Iterator
from dataclasses import replace
from ipaddress import IPv4Network
from pathlib import Path

import pytest

from cellwright.app.runs.own_values import own_values
from cellwright.app.session.session import FleetSession
from cellwright.ledger.audit import EventDraft
from cellwright.model.address import UnitAddress
from cellwright.model.applied import RecordedOutput
from cellwright.model.runs.run import Outcome, UnitResult
from cellwright.model.value import Json
from unit.app.overview import kit

APP, OTHER = UnitAddress("client", "acme", "app"), UnitAddress("client", "globex", "app")
POOLS = "addresses: {pools: {clients: {cidr: 10.0.0.0/8, size: 16}}}\n"
ACCOUNTS = {
    "accounts/prod.yaml": 'region: us-east-1\nnumber: "111122223333"\nsize: m5.large\n',
    "accounts/test.yaml": 'region: eu-west-1\nnumber: "444455556666"\nsize: m5.large\n',
    "clients/acme.yaml": "account: prod\naddresses: {clients: 10.1.0.0/16}\n",
    "clients/globex.yaml": "account: test\naddresses: {clients: 10.2.0.0/16}\n",
}


@pytest.fixture
def session(tmp_path: Path) -> Iterator[FleetSession]:
    with kit.open_fleet(tmp_path, {**ACCOUNTS, "fleet.yaml": kit.FLEET + POOLS}) as opened:
        yield opened


def record(session: FleetSession, unit: UnitAddress, run: str, **outputs: Json) -> None:
    """Record that a run has applied a unit, with these outputs."""
    fleet = session.open(writing=True)
    found = kit.run_of(unit, run_id=run)
    fleet.ledger.recorder.start_run(found)
    applied = replace(
        kit._applied(session, unit, found),
        outputs={
            name: RecordedOutput("d", sensitive=value is None, value=value) for name, value in outputs.items()
        },
    )
    event = EventDraft("ada", "unit.applied", str(unit), "", {"run": run})
    fleet.ledger.recorder.record_applied(applied, UnitResult(unit, Outcome.APPLIED), run, event)


def test_names_numbers_regions_blocks_and_ids(session: FleetSession) -> None:
    network = UnitAddress("base", "prod", "network")
    record(session, network, "run-1", id="vpc-0a1b2c3d4e5f60718", kind="m5.large", secret=None)
    record(
        session,
        APP,
        "run-2",
        role="arn:aws:iam::111122223333:role/app",
        open="0.0.0.0/0",
        size="m5.large",
        zones={"a": "subnet-0a1b2c3d", "b": ["8608dfe8-3173-3f51-6d46-3f143464fdf2", 4, True]},
    )
    found = own_values(session.open(writing=True), APP)
    assert found.named == {
        "name": "acme",
        "account": "prod",
        "account.number": "111122223333",
        "account.region": "us-east-1",
        "output.base.network.id": "vpc-0a1b2c3d4e5f60718",
        "output.client.app.role": "arn:aws:iam::111122223333:role/app",
        "output.client.app.zones.a": "subnet-0a1b2c3d",
        "output.client.app.zones.b.0": "8608dfe8-3173-3f51-6d46-3f143464fdf2",
    }
    assert found.blocks == {"block.clients": IPv4Network("10.1.0.0/16")}


def test_cells_of_two_accounts_are_alike_and_what_is_common_stays(session: FleetSession) -> None:
    fleet = session.open(writing=True)
    text = "{} in {}a of {}: {} and 0.0.0.0/0, m5.large"
    acme = own_values(fleet, APP).without(text.format("acme", "us-east-1", "111122223333", "10.1.7.0/24"))
    globex = own_values(fleet, OTHER).without(
        text.format("globex", "eu-west-1", "444455556666", "10.2.7.0/24")
    )
    assert acme == globex
    assert "0.0.0.0/0, m5.large" in acme


def test_a_cell_that_has_left_has_its_name(session: FleetSession) -> None:
    found = own_values(session.open(writing=True), UnitAddress("client", "gone", "app"))
    assert (found.named, found.blocks) == ({"name": "gone"}, {})
