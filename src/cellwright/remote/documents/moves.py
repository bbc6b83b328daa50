"""Cells that are renamed or placed elsewhere, read from a server's documents."""

from typing import Any

from cellwright.app.moves.names import Names
from cellwright.app.moves.preview import Lost, Preview
from cellwright.app.moves.relocate import Relocation
from cellwright.app.moves.rename_values import RenamePlan, RenameReport
from cellwright.app.moves.texts import FileChanges
from cellwright.model.address import CellAddress, UnitAddress
from cellwright.model.position import Position
from cellwright.model.runs.plan import Action, ResourceChange
from cellwright.model.runs.run import Outcome, UnitResult
from cellwright.remote.documents.findings import diagnostics_from
from cellwright.remote.documents.runs import plan_from


def relocation_from(found: Any) -> Relocation:  # noqa: ANN401  a document, here and below
    """What it means that a cell is placed elsewhere."""
    return Relocation(
        cell=CellAddress.parse(found["cell"]),
        before=found["from"],
        now=found["to"],
        units=tuple(map(UnitAddress.parse, found["units"])),
        resources=found["resources"],
    )


def rename_plan_from(found: Any) -> RenamePlan:  # noqa: ANN401  as above
    """What a rename would do."""
    return RenamePlan(
        names=_names(found),
        changes=_changes(found),
        states={UnitAddress.parse(item["unit"]): (item["from"], item["to"]) for item in found["states"]},
        preview=_preview(found) if found["planned"] else None,
        others=tuple(map(CellAddress.parse, found["others"])),
        goes_on=found["goes_on"],
        warnings=diagnostics_from(found["warnings"]),
    )


def rename_report_from(found: Any) -> RenameReport:  # noqa: ANN401  as above
    """What a rename has done."""
    units = tuple(map(UnitAddress.parse, found["units"]))
    return RenameReport(
        names=_names(found),
        units=units,
        changes=_changes(found),
        kept=tuple(found["kept"]),
        warnings=diagnostics_from(found.get("warnings", ())),
    )


def _names(found: Any) -> Names:  # noqa: ANN401  as above
    return Names({CellAddress.parse(old): CellAddress.parse(new) for old, new in found["cells"].items()})


def _changes(found: Any) -> FileChanges:  # noqa: ANN401  as above
    return FileChanges(
        moved=found["moved"],
        texts=dict.fromkeys([*found["moved"].values(), *found["edited"]], ""),
        mentions=tuple(map(_position, found["mentions"])),
    )


def _position(text: str) -> Position:
    file, line, column = text.rsplit(":", 2)
    return Position(file, int(line), int(column))


def _preview(found: Any) -> Preview:  # noqa: ANN401  as above
    return Preview(
        plans={
            UnitAddress.parse(item["unit"]): plan_from(item["plan"], item["counts"])
            for item in found["plans"]
        },
        lost=tuple(
            Lost(
                unit=UnitAddress.parse(item["unit"]),
                change=ResourceChange(item["address"], Action(item["action"])),
                keeping=item["keeping"],
            )
            for item in found["lost"]
        ),
        failed=tuple(
            UnitResult(
                UnitAddress.parse(item["unit"]),
                Outcome.FAILED,
                diagnostics=diagnostics_from(item["diagnostics"]),
            )
            for item in found["failed"]
        ),
    )
