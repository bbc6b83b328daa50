"""The console's settings are read without a cell; a fault in them stands for no default."""

from pathlib import Path

import pytest

from cellwright.model.diagnostic import DiagnosticError
from unit.app.kit import FLEET, make_fleet, open_session


def test_no_cell_is_read(tmp_path: Path) -> None:
    make_fleet(tmp_path, acme="[what is no cell\n")
    (tmp_path / "fleet.yaml").write_text(FLEET + "console: {second_factor: required}\n")

    assert open_session(tmp_path).console().second_factor == "required"


def test_a_fault_is_told(tmp_path: Path) -> None:
    make_fleet(tmp_path)
    (tmp_path / "fleet.yaml").write_text(FLEET + "console: {second_factor: requird}\n")

    with pytest.raises(DiagnosticError, match="'second_factor' can't be 'requird'"):
        open_session(tmp_path).console()
