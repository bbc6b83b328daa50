"""Without the extra, the command says what to install."""

import sys

import pytest

from unit.cli.conftest import Run


def test_a_missing_extra_is_named(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "cellwright.editor.server", raising=False)
    monkeypatch.setitem(sys.modules, "lsprotocol", None)
    found = run("language-server")
    assert found.code == 1
    assert "pip install 'cellwright[editor]'" in found.err
