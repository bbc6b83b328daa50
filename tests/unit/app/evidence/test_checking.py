"""Whose keys evidence is checked with: the named ones, the fleet's, or none."""

from pathlib import Path

import pytest

from cellwright.app.evidence.checking import check_evidence
from cellwright.app.session.location import Location
from cellwright.app.session.session import FleetSession
from cellwright.model.diagnostic import DiagnosticError
from unit.app.evidence.kit import evidence, make_trail
from unit.app.kit import NOBODY


def test_the_named_key_the_fleets_or_the_folders_own(tmp_path: Path) -> None:
    root, out = make_trail(tmp_path / "fleet"), tmp_path / "out"
    evidence(root, out)
    here, nowhere = (Location(fleet=path, environment=NOBODY) for path in (root, tmp_path))
    with FleetSession(here) as session:
        [key] = session.anchoring().public_keys()
    (tmp_path / "key.asc").write_text(key)
    assert check_evidence(out, [], here).doubts == ()
    assert check_evidence(out, [tmp_path / "key.asc"], nowhere).doubts == ()
    assert "no trusted key was given" in check_evidence(out, [], nowhere).doubts[0]
    with pytest.raises(DiagnosticError, match="can't be read"):
        check_evidence(out, [tmp_path / "none.asc"], nowhere)
    (tmp_path / "key.asc").write_text("no key")
    with pytest.raises(DiagnosticError, match="holds no OpenPGP public key"):
        check_evidence(out, [tmp_path / "key.asc"], nowhere)
