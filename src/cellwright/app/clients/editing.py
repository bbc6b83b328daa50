"""Edit: the files of a cell are written as they were edited, checked, and committed."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import cast

from cellwright.app.clients.client import Message, commit
from cellwright.app.clients.form.existing import CellFiles
from cellwright.app.clients.typed_secrets import refuse_typed_secrets
from cellwright.app.clients.unfinished import refuse_dirty
from cellwright.app.session.session import FleetSession, OpenFleet
from cellwright.app.session.snapshot import Snapshot
from cellwright.files.atomic import save_text
from cellwright.fleet.yaml.reader import read_document
from cellwright.model.actor import Actor
from cellwright.model.address import CellAddress
from cellwright.model.diagnostic import DiagnosticError, error
from cellwright.model.runs.event import CELL_EDIT_UNDONE, CELL_EDITED, CELL_EDITING
from cellwright.model.value import Json


@dataclass(frozen=True, slots=True, kw_only=True)
class EditRequest:
    """The files of a cell as they are to be."""

    cell: CellAddress
    texts: Mapping[str, str]
    """By path, relative to the fleet's root; files that are there already."""
    base: str
    """The digest (`CellFiles.digest`) of the files that were edited."""
    reason: str = ""
    start: bool = True
    """Start a run that applies what changes."""


def settle_edit(session: FleetSession, actor: Actor, request: EditRequest) -> tuple[OpenFleet, bool]:
    """Write, check and commit the files, and tell whether there was something to write.

    Whoever calls this holds `session.changing`.

    Raises:
        DiagnosticError: there is no such cell, somebody has changed it meanwhile, or the fleet would have
            errors; nothing is changed then.
    """
    files = changed_files(session, request)
    refuse_dirty(session.repository())
    changed = {path: text for path, text in request.texts.items() if files.texts.get(path) != text}
    if changed:
        _write(session, actor, request, changed, files)
    return session.open(writing=True), bool(changed)


def changed_files(session: FleetSession, request: EditRequest) -> CellFiles:
    """Give the files of a cell as they are, if they are those that were edited.

    Raises:
        DiagnosticError: there is no such cell, or somebody has changed it meanwhile.
    """
    session.forget_cells()
    known = session.snapshot().fleet.cells.get(request.cell)
    if known is None:
        raise DiagnosticError(error(f"there is no cell '{request.cell}'", "it may have been offboarded"))
    files = CellFiles.read(session.root, request.cell, known.path)
    changed = {path: text for path, text in request.texts.items() if files.texts.get(path) != text}
    if changed and (files.digest != request.base or not files.texts.keys() >= changed.keys()):
        raise DiagnosticError(
            error(
                f"{request.cell} was changed by somebody else while you edited it",
                "look at what it is now, below, and send your change once more",
            )
        )
    return files


def refuse_secrets_in(snapshot: Snapshot, cell: CellAddress, texts: Mapping[str, str]) -> None:
    """Go on only if no text of a cell's files has a secret written out.

    Raises:
        DiagnosticError: one has; its value is not repeated.
    """
    for path, text in texts.items():
        root = read_document(text, path).root
        if root is not None and isinstance(root.value, Mapping):
            # References are texts in a file.
            refuse_typed_secrets(snapshot, cell, cast("Mapping[str, Json]", root.value))


def _write(
    session: FleetSession, actor: Actor, request: EditRequest, changed: Mapping[str, str], files: CellFiles
) -> None:
    def record(action: str) -> None:
        detail: dict[str, Json] = {"files": list(changed)}
        recorder = session.ledger(writing=True).recorder
        recorder.append_event(actor, action, str(request.cell), request.reason, detail)

    paths, begun = [session.root / path for path in changed], False
    try:
        for path, text in changed.items():
            save_text(session.root / path, text)
        session.forget_cells()
        refuse_secrets_in(session.snapshot().without_errors(request.cell), request.cell, changed)
        record(CELL_EDITING)
        begun = True
        commit(session, actor, paths, Message(f"Edit {request.cell}", request.reason), hooks=False)
    except BaseException:
        for path in changed:
            if (session.root / path).read_text(encoding="utf-8") != files.texts[path]:
                save_text(session.root / path, files.texts[path])
        session.forget_cells()
        if begun:
            with suppress(DiagnosticError):  # whoever edits is told why it could not be committed
                record(CELL_EDIT_UNDONE)
        raise
    record(CELL_EDITED)
