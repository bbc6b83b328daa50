"""The key of the anchors: made once, private, and only its public half is needed to verify."""

from pathlib import Path

import pytest

from cellwright.ledger.anchors.signing import VARIABLE, load_signing_key, read_public_key, verify_signature
from cellwright.model.diagnostic import DiagnosticError

OTHERS_MAY_READ = 0o644


def test_what_a_key_signs_its_public_half_verifies(tmp_path: Path) -> None:
    assert load_signing_key(tmp_path, {}, create=False) is None
    key = load_signing_key(tmp_path, {}, create=True)
    assert key is not None
    assert key == load_signing_key(tmp_path, {}, create=False)
    assert key.origin.stat().st_mode & 0o077 == 0
    assert "PRIVATE" not in key.public()
    assert "PRIVATE" not in repr(key)
    signature = key.sign("a text\n")
    assert verify_signature("a text\n", signature, [key.public()])
    assert not verify_signature("a Text\n", signature, [key.public()])
    assert not verify_signature("a text\n", "x", [key.public()])
    assert not verify_signature("a text\n", signature, [])
    other = load_signing_key(tmp_path / "other", {}, create=True)
    assert other is not None
    assert not verify_signature("a text\n", signature, [other.public()])
    assert verify_signature("a text\n", signature, [other.public(), key.public()])
    public = tmp_path / "ada.asc"
    public.write_text(key.public())
    assert read_public_key(public) == key.public()
    assert load_signing_key(tmp_path / "none", {VARIABLE: str(key.origin)}, create=False) == key


def test_a_private_key_that_can_be_read_or_is_none_is_refused(tmp_path: Path) -> None:
    key = load_signing_key(tmp_path, {}, create=True)
    assert key is not None
    with pytest.raises(DiagnosticError, match="holds a private key"):
        read_public_key(key.origin)
    key.origin.chmod(OTHERS_MAY_READ)
    with pytest.raises(DiagnosticError, match="can be read by others"):
        load_signing_key(tmp_path, {}, create=True)
    key.origin.chmod(0o600)
    key.origin.write_text("no key")
    with pytest.raises(DiagnosticError, match="holds no OpenPGP private key"):
        load_signing_key(tmp_path, {}, create=True)
    with pytest.raises(DiagnosticError, match=f"which {VARIABLE} names"):
        load_signing_key(tmp_path, {VARIABLE: str(tmp_path / "absent")}, create=True)
    (tmp_path / "file").write_text("")
    with pytest.raises(DiagnosticError, match="can't be read or made"):
        load_signing_key(tmp_path / "file", {}, create=True)


def test_what_is_no_public_key_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DiagnosticError, match="can't be read"):
        read_public_key(tmp_path / "absent.asc")
    (tmp_path / "other.asc").write_text("x")
    with pytest.raises(DiagnosticError, match="holds no OpenPGP public key"):
        read_public_key(tmp_path / "other.asc")
