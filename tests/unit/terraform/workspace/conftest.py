"""A working folder."""

from pathlib import Path

import pytest

from cellwright.terraform.workspace.unit_folder import UnitFolder


@pytest.fixture
def folder(tmp_path: Path) -> UnitFolder:
    return UnitFolder(tmp_path / "work" / "client" / "acme" / "app")
