"""Exports a client's data with the program that fleet.yaml names, before anything is destroyed.

The program reads what there is of the client as JSON on its standard input. What it prints is digested; its
last line says where the data lies. Nothing that it prints but that line comes into the ledger.
"""

import json
import time

from cellwright.app.session.session import OpenFleet
from cellwright.checks.export import run_export
from cellwright.files.errors import file_errors
from cellwright.files.private import make_private_folder
from cellwright.ledger.clients.values import ExportRecord, Offboarding
from cellwright.ledger.database.clock import iso
from cellwright.model.diagnostic import DiagnosticError, error
from cellwright.model.value import Json

_LONGEST_PLACE = 500


def export_data(fleet: OpenFleet, record: Offboarding) -> ExportRecord | None:
    """Export a client's data; None if the fleet names no program for it.

    Raises:
        DiagnosticError: the program fails, hangs, or can't be started: nothing is destroyed then.
    """
    settings = fleet.fleet.offboarding.export
    if settings is None:
        return None
    log = fleet.home.folder / "exports" / f"{record.id}.log"
    with file_errors(f"{log} can't be written"):
        make_private_folder(log.parent)
    begun = time.monotonic()
    text = json.dumps(_told(fleet, record), ensure_ascii=False, sort_keys=True).encode()
    found = run_export(
        settings.command, fleet.session.root, fleet.session.environment, settings.timeout, text, log
    )
    if found.fault:
        raise DiagnosticError(
            error(
                f"the data of {record.cell} was not exported, so nothing is destroyed: {found.fault}",
                f"look into {log}, correct it, then go on: cellwright offboard {record.cell.cell}",
            )
        )
    return ExportRecord(
        command=settings.command,
        sha256=found.sha256,
        size=found.size,
        place=_place(found.last_line),
        seconds=round(time.monotonic() - begun, 3),
        ended_at=iso(fleet.session.now()),
    )


def _told(fleet: OpenFleet, record: Offboarding) -> dict[str, Json]:
    """What the program reads: the client, and the outputs of its units that are no secrets."""
    units = [unit for unit in fleet.ledger.reader.heads() if unit.of_cell == record.cell]
    outputs = fleet.ledger.reader.outputs(units) if units else {}
    return {
        "fleet": fleet.fleet.name,
        "offboarding": record.id,
        "cell": str(record.cell),
        "client": record.cell.cell,
        "reason": record.reason,
        "outputs": {
            unit.stack: {name: item.value for name, item in found.items() if not item.sensitive}
            for unit, found in sorted(outputs.items())
        },
    }


def _place(line: bytes) -> str:
    text = line.decode("utf-8", "replace").strip()
    return "".join(sign if sign.isprintable() else "?" for sign in text)[:_LONGEST_PLACE]
