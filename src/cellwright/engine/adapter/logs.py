"""Where logs lie: one folder per run, one file per unit, so that units never interleave."""

from pathlib import Path

from cellwright.files.names import unit_path
from cellwright.model.address import UnitAddress


def log_path(logs: Path, run_id: str, unit: UnitAddress) -> Path:
    """The file that holds what Terraform said of `unit` in the run."""
    return unit_path(logs / run_id, unit, ".log")
