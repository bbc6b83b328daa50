"""`apply` and `offboard` of one client at once, in two clones: no settings go while something stands.

Everything is real but Terraform, which is a set of the units that stand.
"""

import random
import subprocess
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from cellwright.app.clients.offboard import OffboardRequest, offboard
from cellwright.app.runs.apply import ApplyRequest, apply
from cellwright.app.runs.choosing import Selection
from cellwright.app.runs.steering.conversation import Conversation
from cellwright.app.session.location import Location
from cellwright.app.session.session import FleetSession
from cellwright.engine.unit.evaluation import UnitTask
from cellwright.ledger.database.location import sqlite_url
from cellwright.ledger.opening import open_ledger
from cellwright.model.address import CellAddress, UnitAddress
from cellwright.model.diagnostic import DiagnosticError
from cellwright.model.runs.event import CLIENT_OFFBOARDED
from cellwright.model.runs.run import Operation
from unit.app.kit import ADA, NOBODY, install_program, make_fleet, put_under_git
from unit.engine.kit import ScriptedTerraform

TRIES = 6


@dataclass
class World(ScriptedTerraform):
    """What stands, by unit; opened by every run of every clone."""

    standing: set[UnitAddress] = field(default_factory=set)
    unit: UnitAddress | None = None
    destroys: bool = False

    def open(self, work: UnitTask, attempt_id: str, keep: Path | None = None) -> "World":
        del attempt_id, keep
        destroys = work.part.operation is Operation.DESTROY
        return World(
            self.folder, found=None, standing=self.standing, unit=work.part.address, destroys=destroys
        )

    def content_of(self, _applied: object) -> bytes | None:
        return None

    def apply(self) -> None:
        time.sleep(random.random() / 100)  # noqa: S311  any moment will do
        assert self.unit is not None
        if self.destroys:
            self.standing.discard(self.unit)
        else:
            self.standing.add(self.unit)
        time.sleep(random.random() / 100)  # noqa: S311


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    made = World(tmp_path)
    monkeypatch.setattr("cellwright.app.runs.run_context.terraform_for", lambda *_: lambda *_: made)
    monkeypatch.setattr("cellwright.engine.lease.keeper._LONGEST_PAUSE", 0.01)
    return made


@pytest.fixture
def clones(tmp_path: Path) -> tuple[Path, Path]:
    """Two clones of a fleet, each with all clients."""
    one, two = tmp_path / "one", tmp_path / "two"
    make_fleet(one, **{f"c{number}": "{}" for number in range(TRIES)})
    put_under_git(one)
    subprocess.run(["git", "clone", "--quiet", str(one), str(two)], check=True)  # noqa: S607
    return one, two


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Callable[[Path], FleetSession]]:
    """Open a session on a clone, as a process of its own would."""
    path = install_program(tmp_path / "bin")
    environment = {**NOBODY, "PATH": path, "CELLWRIGHT_KEY": "a" * 64}
    found: list[FleetSession] = []

    def open_one(root: Path) -> FleetSession:
        ledger = sqlite_url(tmp_path / "ledger.db")
        found.append(FleetSession(Location(fleet=root, ledger=ledger, environment=environment)))
        return found[-1]

    yield open_one
    for session in found:
        session.close()


def test_settings_never_go_while_something_stands_and_what_is_gone_stays_gone(
    world: World, clones: tuple[Path, Path], opened: Callable[[Path], FleetSession], tmp_path: Path
) -> None:
    one, two = clones

    def bring_up(root: Path, cell: CellAddress) -> None:
        apply(opened(root), ADA, ApplyRequest(selection=Selection([str(cell)])), Conversation())

    def let_go(root: Path, cell: CellAddress) -> None:
        offboard(opened(root), ADA, OffboardRequest(name=cell.cell), Conversation())

    def at_some_moment(job: tuple[Callable[[Path, CellAddress], None], Path], cell: CellAddress) -> None:
        time.sleep(random.random() / 20)  # noqa: S311
        with suppress(DiagnosticError):  # whoever comes second may be refused, with words
            job[0](job[1], cell)

    for number in range(TRIES):
        cell = CellAddress("client", f"c{number}")
        file = one / "clients" / f"{cell.cell}.yaml"
        bring_up(one, cell)
        assert {unit.of_cell for unit in world.standing} == {cell}
        jobs = [(let_go, one), (bring_up, one), (bring_up, two), (let_go, one)]
        with ThreadPoolExecutor(len(jobs)) as pool:
            list(pool.map(lambda job, cell=cell: at_some_moment(job, cell), jobs))
        if world.standing:
            assert file.exists(), "the settings are gone, and something stands"
            let_go(one, cell)
        if file.exists():
            let_go(one, cell)
        bring_up(two, cell)  # a clone that has not pulled
        assert not world.standing
        assert not file.exists()
        with open_ledger(sqlite_url(tmp_path / "ledger.db")) as ledger:
            assert not [unit for unit in ledger.reader.heads() if unit.of_cell == cell]
            assert ledger.reader.client_action(cell) == CLIENT_OFFBOARDED
        command = ["git", "status", "--porcelain"]
        assert not subprocess.run(command, cwd=one, check=True, capture_output=True).stdout
