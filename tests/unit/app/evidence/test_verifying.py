"""A folder of evidence is checked without its ledger: any change is found."""

import json
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from cellwright.app.evidence.verifying import EvidenceChecked, verify_evidence
from cellwright.app.session.location import Location
from cellwright.app.session.session import FleetSession
from cellwright.evidence.event_lines import read_event, write_event
from cellwright.model.diagnostic import DiagnosticError
from cellwright.model.runs.event import event_hash
from unit.app.evidence.kit import evidence, make_trail
from unit.app.kit import FLEET, NOBODY


@pytest.fixture(name="made", scope="module")
def _made(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, bytes], str]:
    """The files of one evidence, and the public key that vouches for it."""
    root = tmp_path_factory.mktemp("evidence")
    make_trail(root / "fleet")
    evidence(root / "fleet", root / "out", days=4)
    with FleetSession(Location(fleet=root / "fleet", environment=NOBODY)) as session:
        [key] = session.anchoring().public_keys()
    return {path.name: path.read_bytes() for path in (root / "out").iterdir()}, key


@pytest.fixture(name="out")
def _out(made: tuple[dict[str, bytes], str], tmp_path: Path) -> Path:
    for name, content in made[0].items():
        (tmp_path / name).write_bytes(content)
    return tmp_path


@pytest.fixture(name="check")
def _check(made: tuple[dict[str, bytes], str], out: Path) -> Callable[[], EvidenceChecked]:
    return lambda: verify_evidence(out, [made[1]])


def test_what_was_not_changed_holds(check: Callable[[], EvidenceChecked]) -> None:
    found = check()
    assert (found.faults, found.doubts) == ((), ())
    assert (found.fleet, found.events) == ("trial", 4)
    assert found.anchors >= 1
    assert len(found.signed_by) == 40


def test_without_a_trusted_key_that_is_said(out: Path) -> None:
    found = verify_evidence(out, [])
    assert found.faults == ()
    assert "no trusted key was given" in found.doubts[0]


def test_another_key_vouches_for_nothing(out: Path) -> None:
    from pysequoia import Tsk  # noqa: PLC0415  large

    found = verify_evidence(out, [str(Tsk.generate("another").extract_certificate())])
    assert "is not one of the known keys" in found.faults[0]
    assert (found.signed_by, found.anchors) == ("", 0)


@pytest.mark.parametrize("name", ["changes.json", "topic-changes.html", "events.jsonl"])
def test_a_changed_file_is_found(out: Path, check: Callable[[], EvidenceChecked], name: str) -> None:
    (out / name).write_bytes((out / name).read_bytes().replace(b"ada", b"eve"))
    assert f"{name} was changed: its digest is not the one in the manifest" in check().faults


def test_a_missing_and_an_added_file_are_found(out: Path, check: Callable[[], EvidenceChecked]) -> None:
    (out / "changes.csv").unlink()
    (out / "more.html").write_text("x")
    assert {"changes.csv is missing", "more.html is not in the manifest"} <= set(check().faults)


def test_a_changed_manifest_is_not_signed_any_more(out: Path, check: Callable[[], EvidenceChecked]) -> None:
    text = (out / "manifest.json").read_text().replace('"trial"', '"other"')
    (out / "manifest.json").write_text(text)
    assert "or the manifest was changed" in check().faults[0]


def test_a_manifest_without_its_signature_is_a_fault(out: Path, check: Callable[[], EvidenceChecked]) -> None:
    (out / "manifest.json.asc").unlink()
    assert "the manifest is not signed" in check().faults


def test_events_that_were_written_anew_do_not_reach_the_end(
    out: Path, check: Callable[[], EvidenceChecked]
) -> None:
    lines = [read_event(line) for line in (out / "events.jsonl").read_bytes().splitlines()]
    previous, written = lines[0].previous, []
    for event in lines:
        changed = replace(event, actor="eve", previous=previous)
        written.append(replace(changed, hash=event_hash(changed)))
        previous = written[-1].hash
    (out / "events.jsonl").write_text("".join(map(write_event, written)))
    assert any("the chain does not hold" in fault for fault in check().faults)


def test_a_line_that_is_no_event_is_said_with_its_number(
    out: Path, check: Callable[[], EvidenceChecked]
) -> None:
    lines = (out / "events.jsonl").read_bytes().splitlines(keepends=True)
    (out / "events.jsonl").write_bytes(lines[0] + b"[[[[\n")
    assert any("line 2" in fault for fault in check().faults)


def test_a_manifest_may_not_name_files_elsewhere(out: Path, check: Callable[[], EvidenceChecked]) -> None:
    content = json.loads((out / "manifest.json").read_text())
    content["files"]["../fleet/fleet.yaml"] = {"sha256": "0", "bytes": 1}
    (out / "manifest.json").write_text(json.dumps(content))
    assert any("outside the folder" in fault for fault in check().faults)


@pytest.mark.parametrize("name", ["", "..", "a\0b", "\ud800", "x" * 999])
def test_a_name_that_no_file_can_have_is_a_missing_file(
    out: Path, check: Callable[[], EvidenceChecked], name: str
) -> None:
    content = json.loads((out / "manifest.json").read_text())
    content["files"][name] = {"sha256": "0", "bytes": 1}
    (out / "manifest.json").write_text(json.dumps(content))
    assert any(f"{name} is missing" in fault for fault in check().faults)


@pytest.mark.parametrize("number", ["Infinity", "NaN", "1e999999999", "true", '"7"', "[]"])
def test_a_stretch_without_whole_numbers_is_refused(
    out: Path, check: Callable[[], EvidenceChecked], number: str
) -> None:
    content = json.loads((out / "manifest.json").read_text())
    content["chain"]["stretch"]["first"] = 4711
    (out / "manifest.json").write_text(json.dumps(content).replace("4711", number))
    if number == "true":  # a whole number for Python, and none that an event has
        assert any("the chain does not hold" in fault for fault in check().faults)
        return
    with pytest.raises(DiagnosticError, match="can't be used"):
        check()


@pytest.mark.parametrize("name", ["changes.csv", "events.jsonl", "manifest.json.asc"])
def test_what_is_no_file_is_not_waited_for(
    out: Path, check: Callable[[], EvidenceChecked], name: str
) -> None:
    (out / name).unlink()
    os.mkfifo(out / name)
    with pytest.raises(DiagnosticError, match="it is no regular file"):
        check()


@pytest.mark.parametrize(
    "content", [b"", b"{}", b"[1]", b'{"format": "cellwright evidence 1"}', b"\xff", b"[" * 9999]
)
def test_what_is_no_manifest_is_refused(out: Path, content: bytes) -> None:
    (out / "manifest.json").write_bytes(content)
    with pytest.raises(DiagnosticError, match="can't be used"):
        verify_evidence(out, [])


def test_a_folder_without_evidence_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DiagnosticError, match=r"there is no evidence in .*: it has no manifest.json"):
        verify_evidence(tmp_path / "nothing", [])


def test_evidence_that_was_never_signed_is_at_fault(tmp_path: Path) -> None:
    root = make_trail(tmp_path / "fleet", FLEET)
    evidence(root, tmp_path / "out")
    found = verify_evidence(tmp_path / "out", [])
    assert found.faults == ("the manifest is not signed",)
