"""Small trees, written for a test, and the fleets that are made of them."""

from collections.abc import Mapping
from pathlib import Path

import yaml

from cellwright.foreign.fleet_files import WrittenFleet, fleet_of
from cellwright.foreign.tree import ForeignTree


def write(folder: Path, files: Mapping[str, str]) -> Path:
    for name, text in files.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    return folder


def written(tree: ForeignTree, folder: Path) -> WrittenFleet:
    return fleet_of(tree, "live", folder / "fleet")


def states(fleet: WrittenFleet) -> dict[str, str]:
    """Where each unit's state is, by cell and stack."""
    found: dict[str, str] = {}
    for path, text in fleet.files.items():
        if path.startswith("env/"):
            settings = yaml.safe_load(text) or {}
            cell = Path(path).stem
            found |= {f"{cell}/{stack}": place for stack, place in settings.get("states", {}).items()}
    return found


def stacks(fleet: WrittenFleet, cell: str) -> dict[str, dict[str, object]]:
    found: dict[str, dict[str, object]] = yaml.safe_load(fleet.files[f"env/{cell}.yaml"])["stacks"]
    return found


def told(fleet: WrittenFleet) -> str:
    return "\n".join(str(note) for note in fleet.notes)
