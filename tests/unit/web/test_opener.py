"""Openers of addresses: the machine's certificates are loaded when an address needs them, and once."""

import ssl
import urllib.error
from pathlib import Path

import pytest

from cellwright.web.opener import CertificatesError, opener_of


@pytest.fixture
def loaded(monkeypatch: pytest.MonkeyPatch) -> list[ssl.SSLContext]:
    made: list[ssl.SSLContext] = []
    usual = ssl.create_default_context

    def create(*, cafile: str | None = None, capath: str | None = None) -> ssl.SSLContext:
        made.append(usual(cafile=cafile, capath=capath))
        return made[-1]

    monkeypatch.setattr(ssl, "create_default_context", create)
    return made


def test_certificates_are_loaded_for_encrypted_addresses_only(loaded: list[ssl.SSLContext]) -> None:
    opener = opener_of({})
    with pytest.raises(urllib.error.URLError):
        opener.open("http://127.0.0.1:1/")
    assert loaded == []
    for _ in range(2):
        with pytest.raises(urllib.error.URLError):
            opener.open("https://127.0.0.1:1/")
    (context,) = loaded
    assert context.verify_mode is ssl.CERT_REQUIRED
    assert context.check_hostname


def test_certificates_that_are_named_are_read_at_once(tmp_path: Path) -> None:
    missing = tmp_path / "none.pem"
    for certificates in (None, str(missing)):
        with pytest.raises(CertificatesError, match=f"{missing} can't be read: No such file"):
            opener_of({"SSL_CERT_FILE": str(missing)}, certificates=certificates)
