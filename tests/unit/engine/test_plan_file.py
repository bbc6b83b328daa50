import hashlib
import stat
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from cellwright.engine import plan_file
from cellwright.engine.plan_file import PlanFileWriter, opened_bundle
from cellwright.engine.unit.evaluation import UnitTask
from cellwright.model.diagnostic import DiagnosticError
from cellwright.model.fetched_module import FetchedModule
from cellwright.model.runs.run import Operation, RunUnit
from unit.engine.kit import APP, Bench, make_unit

PART = RunUnit(APP, Operation.APPLY)


@pytest.fixture
def work(bench: Bench) -> UnitTask:
    bench.units[APP] = make_unit(inputs={"size": 3})
    found = bench.evaluator().evaluate(PART)
    assert isinstance(found, UnitTask)
    return found


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "out" / "saved.plan"


@pytest.fixture
def writer(target: Path) -> PlanFileWriter:
    target.parent.mkdir()
    return PlanFileWriter(target, "trial")


def plan(folder: Path, content: bytes = b"a plan") -> Path:
    path = folder / "made.tfplan"
    path.write_bytes(content)
    return path


def test_what_is_kept_is_found_again_and_gone_afterwards(
    writer: PlanFileWriter, target: Path, work: UnitTask, tmp_path: Path
) -> None:
    modules = (FetchedModule("m", "source", "", "commit", "1"),)
    writer.keep(replace(work, modules=modules), plan(tmp_path))
    kept = writer.bundle("run-1")
    writer.finish("run-1")
    writer.close()
    assert zipfile.is_zipfile(target)
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    assert [path.name for path in target.parent.iterdir()] == ["saved.plan"]
    with opened_bundle(target) as bundle:
        assert (bundle.fleet, bundle.run, bundle.parts) == ("trial", "run-1", (PART,))
        saved = bundle.plans[APP]
        assert saved.sha256 == hashlib.sha256(b"a plan").hexdigest()
        assert replace(saved, path=kept.plans[APP].path) == kept.plans[APP]
        assert replace(bundle, plans={}) == replace(kept, plans={})
        assert saved.path.read_bytes() == b"a plan"
        assert (saved.fingerprint, saved.modules) == (work.fingerprint, modules)
        assert stat.S_IMODE(saved.path.stat().st_mode) == 0o600
    assert not saved.path.exists()


def test_a_writer_that_is_given_up_leaves_what_was_there(
    writer: PlanFileWriter, target: Path, work: UnitTask, tmp_path: Path
) -> None:
    target.write_bytes(b"of yesterday")
    writer.keep(work, plan(tmp_path))
    writer.close()
    assert target.read_bytes() == b"of yesterday"
    assert [path.name for path in target.parent.iterdir()] == ["saved.plan"]


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(DiagnosticError, match="can't be written"):
        PlanFileWriter(tmp_path / "no" / "saved.plan", "trial")


def test_a_folder_in_place_of_the_file_is_told_before_anything_is_planned(tmp_path: Path) -> None:
    with pytest.raises(DiagnosticError, match="can't be written: Is a directory"):
        PlanFileWriter(tmp_path, "medloop")
    assert list(tmp_path.iterdir()) == []


def test_a_plan_that_vanished_is_told(writer: PlanFileWriter, work: UnitTask, tmp_path: Path) -> None:
    with pytest.raises(DiagnosticError, match="can't be written"):
        writer.keep(work, tmp_path / "no.tfplan")
    writer.close()


MANIFEST = '{"format": 2, "fleet": "trial", "run": "run-1", "units": [%s]}'
ENTRY = '{"unit": "client/acme/app", "operation": "apply", "fingerprint": "f", "plan": "%s"}'


@pytest.mark.parametrize(
    "manifest",
    [
        "",
        "{}",
        '{"format": 3, "fleet": "trial", "run": "r", "units": []}',
        '{"format": 2, "fleet": "trial", "run": "r", "units": [], "more": 1}',
        MANIFEST % ENTRY.replace("client/acme/app", "../../etc") % "plans/0.tfplan",
        MANIFEST % ENTRY.replace('"apply"', '"explode"') % "plans/0.tfplan",
        MANIFEST % ENTRY % "plans/1.tfplan",
        MANIFEST % f"{ENTRY}, {ENTRY}" % ("plans/0.tfplan", "plans/0.tfplan"),
    ],
    ids=["empty", "no keys", "newer", "unknown key", "no address", "no operation", "no such plan", "twice"],
)
def test_a_damaged_plan_file_is_refused_and_leaves_nothing(
    target: Path, manifest: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "temporary"))
    (tmp_path / "temporary").mkdir()
    target.parent.mkdir()
    with zipfile.ZipFile(target, "w") as bundle:
        bundle.writestr("manifest.json", manifest)
        bundle.writestr("plans/0.tfplan", b"a plan")
    with pytest.raises(DiagnosticError, match="not a plan file of Cellwright"), opened_bundle(target):
        pass
    assert list((tmp_path / "temporary").iterdir()) == []


def test_a_name_in_a_plan_file_leads_nowhere_else(target: Path) -> None:
    target.parent.mkdir()
    with zipfile.ZipFile(target, "w") as bundle:
        bundle.writestr("manifest.json", MANIFEST % ENTRY % "../../../escaped")
        bundle.writestr("../../../escaped", b"a plan")
    with opened_bundle(target) as bundle:
        assert bundle.plans[APP].path.name == "0.tfplan"


def test_a_plan_file_of_the_former_format_is_to_be_made_again(target: Path) -> None:
    target.parent.mkdir()
    with zipfile.ZipFile(target, "w") as bundle:
        bundle.writestr("manifest.json", '{"format": 1, "fleet": "trial", "units": []}')
    with pytest.raises(DiagnosticError, match="by an older Cellwright"), opened_bundle(target):
        pass


@pytest.mark.parametrize("limit", ["_LARGEST", "_LARGEST_MANIFEST"])
def test_a_small_file_that_would_unpack_to_a_huge_one_is_refused(
    writer: PlanFileWriter, monkeypatch: pytest.MonkeyPatch, limit: str
) -> None:
    writer.finish("run-1")
    monkeypatch.setattr(plan_file, limit, 10)
    with pytest.raises(DiagnosticError, match="larger than any plan file"), opened_bundle(writer.target):
        pass


@pytest.mark.parametrize("name", ["text", "nothing", "."])
def test_what_is_no_zip_is_no_plan_file(tmp_path: Path, name: str) -> None:
    (tmp_path / "text").write_text("text")
    with pytest.raises(DiagnosticError), opened_bundle(tmp_path / name):
        pass


def test_a_plan_file_with_a_damaged_part_is_refused(
    writer: PlanFileWriter, work: UnitTask, tmp_path: Path
) -> None:
    made = tmp_path / "made.tfplan"
    made.write_bytes(bytes(range(256)) * 40)
    writer.keep(work, made)
    writer.finish("run-1")
    whole = writer.target.read_bytes()
    refused = 0
    for at in range(0, len(whole), 7):
        writer.target.write_bytes(whole[:at] + bytes([whole[at] ^ 0xFF]) + whole[at + 1 :])
        try:
            with opened_bundle(writer.target):
                pass
        except DiagnosticError:  # whatever else it raises fails the test
            refused += 1
    assert refused
