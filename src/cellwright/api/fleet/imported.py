"""A fleet made of another tool's tree, as JSON."""

from cellwright.api.diagnostics import diagnostic
from cellwright.app.importing.importing import ImportedFleet
from cellwright.model.value import Json


def imported(found: ImportedFleet) -> dict[str, Json]:
    """`import`: which files were written, the units, and under `notes` what could not be taken over."""
    return {
        "tool": found.tool,
        "folder": str(found.folder),
        "fleet": str(found.to),
        "done": found.done,
        "files": sorted(found.fleet.files),
        "units": [{"unit": unit, "from": place} for unit, place in found.fleet.units],
        "notes": [diagnostic(item) for item in found.fleet.notes],
    }
