"""Renames and relocations, as the server carries them out."""

from collections.abc import Callable

from cellwright.app.moves.relocate import Relocation
from cellwright.app.moves.rename_values import RenamePlan, RenameReport, RenameRequest
from cellwright.app.runs.steering.conversation import Conversation
from cellwright.model.address import AddressError, CellAddress
from cellwright.model.diagnostic import DiagnosticError, error
from cellwright.remote.client import ApiClient
from cellwright.remote.documents.moves import relocation_from, rename_plan_from, rename_report_from


def look_at_relocation(client: ApiClient, name: str) -> Relocation:
    """What it means that a cell is placed elsewhere."""
    return relocation_from(client.get("cells", *_parts(name), "relocation"))


def relocate(client: ApiClient, seen: Relocation, reason: str) -> Relocation:
    """Allow that a cell is made anew elsewhere."""
    body = {"from": seen.before, "to": seen.now, "reason": reason}
    return relocation_from(client.post("cells", seen.cell.level, seen.cell.cell, "relocate", body=body))


def plan_rename(client: ApiClient, request: RenameRequest, _talk: Conversation) -> RenamePlan:
    """What a rename would do."""
    found = client.post("cells", *_parts(request.cell), "rename", "plan", body=_body(request))
    return rename_plan_from(found)


def rename(client: ApiClient, request: RenameRequest, _told: Callable[[str], None]) -> RenameReport:
    """Rename a cell; the server plans it once more, and refuses what is not as it was."""
    return rename_report_from(client.post("cells", *_parts(request.cell), "rename", body=_body(request)))


def _body(request: RenameRequest) -> dict[str, object]:
    level = CellAddress.parse(request.cell).level
    new = request.new.removeprefix(f"{level}/")
    body: dict[str, object] = {
        "new": new,
        "reason": request.reason,
        "allow_replace": request.allow_replace,
    }
    return {**body, "seen": request.seen} if request.seen else body


def _parts(name: str) -> tuple[str, str]:
    try:
        cell = CellAddress.parse(name)
    except AddressError as fault:
        raise DiagnosticError(
            error(str(fault), "write it as level/name, as `cellwright status` does")
        ) from None
    return cell.level, cell.cell
