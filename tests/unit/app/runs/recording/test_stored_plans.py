"""Plans that wait for an answer lie in the store, and only the same fleet can read them."""

from dataclasses import replace
from pathlib import Path

import pytest

from cellwright.app.runs.recording.stored_plans import StoredPlans
from cellwright.artifacts.folder_store import FolderStore
from cellwright.artifacts.sealing import Seal
from cellwright.engine.unit.kept_plans import KeptPlans
from cellwright.engine.unit.planned import Planned
from cellwright.engine.unit.ports import NoDepot
from cellwright.model.address import UnitAddress
from cellwright.model.diagnostic import DiagnosticError, error
from cellwright.model.runs.progress import DiagnosticSeen, Progress
from cellwright.planning.digest import Digester
from unit.engine.kit import make_planned

PLAN = b"a plan with a password"


@pytest.fixture
def planned(tmp_path: Path) -> Planned:
    path = tmp_path / "made.tfplan"
    path.write_bytes(PLAN)
    return make_planned(path=path)


def plans(tmp_path: Path, key: bytes = b"k" * 32, run: str = "run-1") -> StoredPlans:
    return StoredPlans(FolderStore(tmp_path / "store"), Seal.of(Digester(key).keyed), run)


def test_a_plan_is_fetched_as_it_was_kept_and_lies_there_encrypted(tmp_path: Path, planned: Planned) -> None:
    plans(tmp_path).keep(planned)
    planned.path.unlink()
    assert plans(tmp_path).fetch(planned) == PLAN
    (file,) = (tmp_path / "store").rglob("*.tfplan")
    assert b"password" not in file.read_bytes()
    plans(tmp_path).drop(planned.address)
    assert plans(tmp_path).fetch(planned) is None


def test_nobody_else_s_plan_is_taken(tmp_path: Path, planned: Planned) -> None:
    plans(tmp_path).keep(planned)
    assert plans(tmp_path, b"o" * 32).fetch(planned) is None
    assert plans(tmp_path, run="run-2").fetch(planned) is None
    (file,) = (tmp_path / "store").rglob("*.tfplan")
    file.write_bytes(PLAN)
    assert plans(tmp_path).fetch(planned) is None, "not encrypted: nobody of ours has put it there"


def test_only_the_unit_s_plans_are_removed(tmp_path: Path, planned: Planned) -> None:
    plans(tmp_path).keep(planned)
    plans(tmp_path).drop(replace(planned.address, stack=f"{planned.address.stack}x"))
    assert plans(tmp_path).fetch(planned) == PLAN


def test_a_plan_that_is_gone_is_told(tmp_path: Path, planned: Planned) -> None:
    planned.path.unlink()
    with pytest.raises(DiagnosticError, match="can't be read"):
        plans(tmp_path).keep(planned)


class Depot:
    """Fails, and knows what it was asked for."""

    def __init__(self) -> None:
        self.dropped: list[UnitAddress] = []

    def keep(self, _planned: Planned, /) -> bool:
        raise DiagnosticError(error("no store", "start it"))

    def fetch(self, _planned: Planned, /) -> None:
        return None

    def drop(self, unit: UnitAddress) -> None:
        self.dropped.append(unit)
        raise DiagnosticError(error("no store", "start it"))


class Told:
    def __init__(self) -> None:
        self.seen: list[Progress] = []

    def report(self, progress: Progress) -> None:
        self.seen.append(progress)


def test_a_store_that_fails_is_a_warning(planned: Planned) -> None:
    depot, told = Depot(), Told()
    kept = KeptPlans(depot, told)
    kept.keep(planned)
    (seen,) = told.seen
    assert isinstance(seen, DiagnosticSeen)
    assert str(seen.diagnostic) == (
        "warning: the plan can be applied on this machine only: no store;"
        " start it; on another one the unit is planned again"
    )
    kept.drop(planned.address)
    assert depot.dropped == [planned.address]


def test_who_knows_that_a_plan_is_in_the_store_need_not_keep_its_file(
    tmp_path: Path, planned: Planned
) -> None:
    for depot, shared in ((plans(tmp_path), True), (Depot(), False), (NoDepot(), False)):
        kept = KeptPlans(depot)
        assert not kept.holds(planned.address)
        kept.keep(planned)
        assert kept.holds(planned.address) is shared
        kept.drop(planned.address)
        assert not kept.holds(planned.address)


def test_what_was_never_kept_is_not_asked_for(planned: Planned) -> None:
    depot = Depot()
    kept = KeptPlans(depot)
    kept.drop(planned.address)
    assert depot.dropped == []
    kept.left(planned)
    kept.drop(planned.address)
    kept.drop(planned.address)
    assert depot.dropped == [planned.address]
