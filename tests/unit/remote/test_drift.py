"""The commands about drift say the same, whether they ask a server or the fleet's folder."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from cellwright.cli import exit_codes
from cellwright.cli.main import main
from cellwright.ledger.drift.values import Look
from cellwright.model.address import UnitAddress
from cellwright.model.runs.drift import DriftedResource, FoundDrift
from cellwright.model.runs.plan import ResourceCounts
from unit.app.kit import ADA
from unit.console.rollouts.kit import make_services
from unit.remote.conftest import Served, serving

DRIFT = """\
drift:
  schedules: [{name: nightly, cron: "0 2 1 1 *", zone: UTC, window: 6h}]
  budget: {units_per_hour: 200}
"""
FOUND = FoundDrift(
    resources=(
        DriftedResource(address="aws_x.this", action="update", paths=("tags",), digest="d"),
        DriftedResource(address="aws_y.this", action="update", repaired=False),
    ),
    counts=ResourceCounts(change=1),
    digest="whole",
    nameless="alike",
)


@pytest.fixture
def served(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Served]:
    """A fleet with drift in two units, and one of which nothing is known."""
    root = tmp_path / "fleet"
    services = make_services(root, DRIFT)
    drift = services.session.ledger(writing=True).drift
    units = sorted(services.session.open().fleet.units)
    for unit in units[:2]:
        drift.record(look(unit), FOUND)
    drift.record_unknown(look(units[2]), "no credentials")
    with serving(root, services, monkeypatch) as found:
        yield found


def look(unit: UnitAddress) -> Look:
    return Look(unit=unit, run="20261122-100000-0001", actor=ADA)


def said(capsys: pytest.CaptureFixture[str], *command: str) -> tuple[int, str]:
    code = main(command)
    return code, "".join(capsys.readouterr())


def same(served: Served, capsys: pytest.CaptureFixture[str], *command: str) -> tuple[int, str]:
    for form in (("--json",), ()):
        here = said(capsys, *command, *form)
        assert said(capsys, *command, *form, "--server", served.address) == here, command
    return here


def test_what_is_shown_is_the_same(served: Served, capsys: pytest.CaptureFixture[str]) -> None:
    unit = str(min(served.services.session.open().fleet.units))
    code, text = same(served, capsys, "drift")
    assert (code, "2 units have drift, of 3" in text) == (exit_codes.DONE, True)
    assert "aws_x.this differs: tags" in same(served, capsys, "drift", "show", unit)[1]
    assert same(served, capsys, "drift", "acks")[1] == "nothing was acknowledged yet\n"
    assert "at most 200 units" in same(served, capsys, "drift", "schedules")[1]


def test_a_server_acknowledges_and_ends_that(served: Served, capsys: pytest.CaptureFixture[str]) -> None:
    unit = str(min(served.services.session.open().fleet.units))
    moment = served.services.session.now().replace(microsecond=0)
    later = moment.replace(year=moment.year + 1, month=1, day=1).isoformat()
    ask = ("drift", "ack", unit, "--reason", "known", "--until", later, "--server", served.address)
    code, text = said(capsys, *ask)
    assert code == exit_codes.DONE, text
    [found] = served.services.session.ledger().drift.acknowledgements.holding()
    assert (found.unit, found.reason) == (unit, "known")
    same(served, capsys, "drift")
    same(served, capsys, "drift", "acks")
    assert said(capsys, "drift", "unack", found.id, "--server", served.address)[0] == exit_codes.DONE
    assert said(capsys, "drift", "unack", found.id, "--server", served.address)[0] == exit_codes.FINDINGS


def test_what_a_server_can_t_do_is_told(served: Served, capsys: pytest.CaptureFixture[str]) -> None:
    for command, told in (
        (("drift", "status", "client/acme"), "a server lists all drift"),
        (("drift", "run", "--due"), "in the fleet's folder"),
        (("drift", "run", "--parallel", "3"), "a server decides how many"),
    ):
        code, text = said(capsys, *command, "--server", served.address)
        assert code == exit_codes.FINDINGS
        assert told in text
