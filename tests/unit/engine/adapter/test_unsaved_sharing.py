"""States that could not be written travel between machines: once there and back, and never over another."""

from dataclasses import dataclass, field
from pathlib import Path

import pytest

from cellwright.engine.adapter.unsaved_sharing import UnsavedSharing
from cellwright.engine.unit.ports import NoStateDepot
from cellwright.model.address import UnitAddress
from cellwright.terraform.workspace.unit_folder import UnitFolder

APP = UnitAddress("client", "acme", "app")


@dataclass
class Depot:
    states: dict[UnitAddress, bytes] = field(default_factory=dict)
    puts: int = 0

    def keep(self, unit: UnitAddress, content: bytes) -> bool:
        self.states[unit] = content
        self.puts += 1
        return True

    def fetch(self, unit: UnitAddress) -> bytes | None:
        return self.states.get(unit)

    def drop(self, unit: UnitAddress) -> None:
        self.states.pop(unit, None)


@pytest.fixture(name="depot")
def _depot() -> Depot:
    return Depot()


@pytest.fixture(name="machines")
def _machines(tmp_path: Path, depot: Depot) -> tuple[UnsavedSharing, UnsavedSharing]:
    def machine(name: str) -> UnsavedSharing:
        (tmp_path / name / "source").mkdir(parents=True)
        return UnsavedSharing(APP, UnitFolder(tmp_path / name), depot)

    return machine("one"), machine("other")


def test_another_machine_has_it_until_it_is_written(
    machines: tuple[UnsavedSharing, UnsavedSharing], depot: Depot
) -> None:
    one, other = machines
    one.folder.unsaved.write_bytes(b"state")
    one.share()
    one.share()
    assert depot.puts == 1
    other.bring()
    assert other.folder.unsaved.read_bytes() == b"state"
    assert other.folder.unsaved.stat().st_mode & 0o077 == 0
    other.folder.unsaved.unlink()  # as whoever writes it does
    other.written()
    assert depot.states == {}
    one.bring()
    assert not one.folder.unsaved.exists(), "another machine has written it"


def test_it_stays_as_long_as_nobody_has_written_it(
    machines: tuple[UnsavedSharing, UnsavedSharing], depot: Depot
) -> None:
    one, other = machines
    one.folder.unsaved.write_bytes(b"state")
    one.share()
    other.bring()
    one.bring()
    assert one.folder.unsaved.exists()
    assert depot.states == {APP: b"state"}


def test_one_that_terraform_has_left_where_it_ran_is_shared_too(
    machines: tuple[UnsavedSharing, UnsavedSharing], depot: Depot
) -> None:
    (machines[0].folder.source / "errored.tfstate").write_bytes(b"state")
    machines[0].share()
    assert depot.states == {APP: b"state"}


def test_a_later_one_takes_the_place_of_one_that_was_written(
    machines: tuple[UnsavedSharing, UnsavedSharing], depot: Depot
) -> None:
    one, _ = machines
    one.folder.unsaved.write_bytes(b"state")
    one.share()
    depot.drop(APP)
    one.folder.unsaved.write_bytes(b"another")
    one.bring()
    assert one.folder.unsaved.read_bytes() == b"another"
    assert depot.states == {APP: b"another"}


def test_without_a_store_it_stays_where_it_is(tmp_path: Path) -> None:
    one = UnsavedSharing(APP, UnitFolder(tmp_path), NoStateDepot())
    one.folder.source.mkdir()
    one.folder.unsaved.write_bytes(b"state")
    one.share()
    one.bring()
    one.written()
    assert one.folder.unsaved.read_bytes() == b"state"
    assert not one.folder.shared.exists()
