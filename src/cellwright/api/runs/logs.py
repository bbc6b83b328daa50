"""Logs of a run as JSON."""

from collections.abc import Iterable

from cellwright.api.document import Document
from cellwright.app.history.logs import UnitLog
from cellwright.model.value import Json


def logs(run: str, found: Iterable[UnitLog]) -> Document:
    """`logs`: each unit's log as lines, read one log at a time."""
    return {"run": run, "logs": map(_log, found)}


def _log(log: UnitLog) -> Json:
    return {"unit": str(log.unit), "path": str(log.path), "lines": list(log.lines())}
