"""What a store's library says is shown without the login of its address."""

import pytest

from cellwright.artifacts.fsspec_store import FsspecStore
from cellwright.model.diagnostic import DiagnosticError


def test_a_library_that_repeats_the_address_tells_no_login(monkeypatch: pytest.MonkeyPatch) -> None:
    url = "sftp://ada:hunter2@host/folder"

    def refused(_: str) -> None:
        raise OSError(f"no answer of {url}")

    monkeypatch.setattr("fsspec.url_to_fs", refused)
    with pytest.raises(DiagnosticError) as caught:
        FsspecStore(url).get("a")
    assert "OSError: no answer of sftp://host/folder" in str(caught.value)
    assert "hunter2" not in str(caught.value)
