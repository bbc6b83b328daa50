"""A certificate's files: signed so that others can check them, and told apart from what was changed."""

import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from cellwright.app.certificates import verifying
from cellwright.app.certificates.files import WrittenFiles, file_of, pdf, write_files
from cellwright.app.certificates.issuing import issue
from cellwright.app.certificates.showing import one, show
from cellwright.app.certificates.verifying import Checked, verify
from cellwright.model.diagnostic import DiagnosticError
from unit.app.certificates.kit import ACME, ADA, WAITING_KEY, Clock, make_gone, opened, removal

JSON, PDF = "acme-certificate-1.json", "acme-certificate-1.pdf"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = tmp_path / "fleet"
    root.mkdir()
    make_gone(root, Clock(), WAITING_KEY, removal("aws_vpc"))
    return root


def written(root: Path, folder: Path) -> WrittenFiles:
    with opened(root, Clock()) as session:
        return write_files(session, issue(session, ADA, "acme").certificate, folder)


def checked(root: Path, path: Path) -> Checked:
    with opened(root, Clock()) as session:
        return verify(session, path)


def test_both_files_are_believed_with_their_signatures(root: Path, tmp_path: Path) -> None:
    found = written(root, tmp_path / "out")
    assert [path.name for path in found.paths] == [JSON, f"{JSON}.asc", PDF, f"{PDF}.asc"]
    for name in (JSON, PDF):
        said = checked(root, tmp_path / "out" / name)
        assert (said.faults, said.newest) == ((), True)
        assert said.certificate is not None


@pytest.mark.parametrize("name", [JSON, PDF])
def test_a_file_that_was_changed_is_not(root: Path, tmp_path: Path, name: str) -> None:
    written(root, tmp_path)
    path = tmp_path / name
    path.write_bytes(path.read_bytes().replace(b"acme", b"acne"))
    assert any("signature" in fault for fault in checked(root, path).faults)


@pytest.mark.parametrize("ending", ["json", "pdf"])
def test_what_was_changed_in_the_ledger_is_neither_shown_nor_signed(
    root: Path, tmp_path: Path, ending: str
) -> None:
    written(root, tmp_path)
    changed = "UPDATE certificates SET document = replace(document, 'deletion scheduled', 'destroyed')"
    with closing(sqlite3.connect(root / ".cellwright" / "ledger.db")) as ledger, ledger:
        assert ledger.execute(changed).rowcount == 1
    with opened(root, Clock()) as session:
        with pytest.raises(DiagnosticError, match="record of a certificate is damaged"):
            file_of(session, one(session, ACME, 1), ending)
        with pytest.raises(DiagnosticError, match="record of a certificate is damaged"):
            show(session, ACME)


def test_a_file_without_an_end_is_no_certificate(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verifying, "LARGEST", 4096)
    with pytest.raises(DiagnosticError, match="too large for a certificate"):
        checked(root, Path("/dev/zero"))


def test_another_fleet_s_certificate_is_not(root: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    make_gone(other, Clock(), removal("aws_vpc"))
    written(other, tmp_path)
    with pytest.raises(DiagnosticError, match="no public key"):
        checked(root, tmp_path / JSON)
    written(root, tmp_path / "own")
    faults = checked(root, tmp_path / JSON).faults
    assert any("no known key" in fault for fault in faults)
    assert any("no certificate with its digest" in fault for fault in faults)


def test_a_file_without_a_signature_or_with_none_is_refused(root: Path, tmp_path: Path) -> None:
    written(root, tmp_path)
    (tmp_path / f"{JSON}.asc").write_bytes(b"\xff no signature")
    assert checked(root, tmp_path / JSON).faults
    (tmp_path / f"{JSON}.asc").unlink()
    with pytest.raises(DiagnosticError, match="can't be read"):
        checked(root, tmp_path / JSON)


def test_an_auditor_needs_nothing_but_gpg_and_the_public_key(root: Path, tmp_path: Path) -> None:
    gpg = shutil.which("gpg")
    if gpg is None:
        pytest.skip("gpg is not installed")
    written(root, tmp_path)
    with opened(root, Clock()) as session:
        (key,) = session.anchoring().public_keys()
    (tmp_path / "fleet.asc").write_text(key)
    home = tmp_path / "home"
    home.mkdir(mode=0o700)
    base = [gpg, "--homedir", str(home), "--batch", "--quiet"]
    subprocess.run([*base, "--import", str(tmp_path / "fleet.asc")], check=True, capture_output=True)
    for name in (JSON, PDF):
        wanted = [*base, "--verify", str(tmp_path / f"{name}.asc"), str(tmp_path / name)]
        assert subprocess.run(wanted, check=False, capture_output=True).returncode == 0
    (tmp_path / JSON).write_text("{}")
    wanted = [*base, "--verify", str(tmp_path / f"{JSON}.asc"), str(tmp_path / JSON)]
    assert subprocess.run(wanted, check=False, capture_output=True).returncode != 0


def test_the_same_certificate_gives_the_same_pdf(root: Path) -> None:
    with opened(root, Clock()) as session:
        certificate = issue(session, ADA, "acme").certificate
    assert pdf(certificate) == pdf(certificate)


def test_without_typst_the_document_is_there_and_what_lacks_is_said(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "typst", None)
    found = written(root, tmp_path)
    assert [path.name for path in found.paths] == [JSON, f"{JSON}.asc"]
    assert "cellwright[documents]" in str(found.lacking[0])
