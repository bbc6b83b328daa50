"""A renamed cell as JSON: what would be done, and what was done."""

from cellwright.api.diagnostics import diagnostic
from cellwright.api.runs.report import plan_document
from cellwright.app.moves.names import Names
from cellwright.app.moves.rename_values import RenamePlan, RenameReport
from cellwright.app.moves.texts import FileChanges
from cellwright.model.runs.plan import counts_to_json
from cellwright.model.value import Json


def planned(found: RenamePlan) -> dict[str, Json]:
    """Files, states and plans under the new name."""
    preview = found.preview
    return {
        "cells": _cells(found.names),
        "goes_on": found.goes_on,
        **_files(found.changes),
        "states": [
            {"unit": str(unit), "from": before, "to": after}
            for unit, (before, after) in sorted(found.states.items())
        ],
        "plans": [
            {
                "unit": str(unit),
                "counts": counts_to_json(plan.counts),
                "resources": [
                    {"address": item.address, "action": item.action.value} for item in plan.resources
                ],
                "plan": plan_document(plan),
            }
            for unit, plan in (preview.plans.items() if preview is not None else ())
        ],
        "lost": [
            {
                "unit": str(item.unit),
                "address": item.change.address,
                "action": item.change.action.value,
                "keeping": dict(item.keeping),
            }
            for item in (preview.lost if preview is not None else ())
        ],
        "failed": [
            {"unit": str(item.address), "diagnostics": [diagnostic(line) for line in item.diagnostics]}
            for item in (preview.failed if preview is not None else ())
        ],
        "seen": found.seen,
        "others": [str(item) for item in found.others],
        "planned": preview is not None,
        "warnings": [diagnostic(item) for item in found.warnings],
    }


def renamed(found: RenameReport) -> dict[str, Json]:
    """What was done."""
    return {
        "cells": _cells(found.names),
        **_files(found.changes),
        "units": [str(unit) for unit in found.units],
        "kept": list(found.kept),
        "warnings": [diagnostic(item) for item in found.warnings],
    }


def _cells(names: Names) -> Json:
    return {str(old): str(new) for old, new in names.cells.items()}


def _files(changes: FileChanges) -> dict[str, Json]:
    return {
        "moved": dict(changes.moved),
        "edited": list(changes.edited),
        "mentions": [str(place) for place in changes.mentions],
    }
