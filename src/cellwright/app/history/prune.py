"""Prune: removes details of runs that ended long ago, from ledger and machine; events are never removed."""

import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

from cellwright.app.runs.left_files import held, remove_left_files
from cellwright.app.runs.moving.scratch import remove_left_copies
from cellwright.app.session.kept import KEPT_DAYS, KEPT_RUNS
from cellwright.app.session.repository.unused import UnusedCopy, unused_copies
from cellwright.app.session.session import FleetSession, OpenFleet
from cellwright.artifacts.store import Artifact
from cellwright.engine.adapter.local_files import (
    LogFile,
    WorkingFolder,
    folder_size,
    logs_of,
    remove_folder,
    remove_logs,
    working_folders,
)
from cellwright.files.private import remove_private_folder
from cellwright.files.user_cache import caches_without_fleet
from cellwright.ledger.audit import EventDraft
from cellwright.ledger.database.clock import iso
from cellwright.ledger.database.compaction import compact, database_size
from cellwright.ledger.drift.pruning import DriftPruning
from cellwright.ledger.write.pruning import Keep, LedgerPruning, OldRun
from cellwright.model.actor import Actor
from cellwright.model.diagnostic import DiagnosticError
from cellwright.model.value import Json
from cellwright.terraform.process.unit_lock import UnitLockedError

LEDGER_PRUNED = "ledger.pruned"
FILES_PRUNED = "files.pruned"


@dataclass(frozen=True, slots=True, kw_only=True)
class PruneRequest:
    """How much is kept, and why the rest is removed."""

    kept_days: int = KEPT_DAYS
    kept_runs: int = KEPT_RUNS
    reason: str = ""
    carry_out: bool = False
    """Without, it is only found out what would be removed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PruneReport:
    """What was removed, or would be."""

    carried_out: bool
    before: str
    """Only runs that were over by then, and folders unused since: UTC, ISO 8601."""
    runs: int
    records: int
    """Records of these runs' units."""
    unfinished: int
    """Old runs that are kept whole because `resume` has something to do in them."""
    logs: int
    """Files on this machine, and parts in the artifact store."""
    folders: int
    file_bytes: int
    """Of logs, folders and caches together."""
    ledger_bytes: tuple[int, int]
    """The database's size before and after."""
    compacted: bool = False
    drift: int = 0
    """Records of drift that has ended, of acknowledgements and of windows that are over."""
    caches: int = 0
    """Of fleets of this user whose folders are gone, copies of repositories that nobody has used since, and
    what an earlier Cellwright kept in `.cellwright`."""


@dataclass(frozen=True, slots=True)
class _Findings:
    """All that may be removed."""

    runs: Sequence[OldRun]
    logs: Sequence[tuple[str, tuple[LogFile, ...]]]
    """By run; none of them is empty."""
    folders: Sequence[WorkingFolder]
    caches: Sequence[Path]
    copies: Sequence[UnusedCopy] = ()
    """Of repositories."""
    stored: Sequence[Artifact] = ()
    """In the artifact store."""

    @property
    def records(self) -> int:
        return sum(len(run.gone) for run in self.runs)

    @property
    def log_count(self) -> int:
        return sum(len(found) for _, found in self.logs) + len(self.stored)

    def file_bytes(self) -> int:
        logs = sum(log.size for _, found in self.logs for log in found)
        caches = sum(folder_size(folder) for folder in self.caches)
        caches += sum(folder_size(item.folder) for item in self.copies)
        logs += sum(item.size for item in self.stored)
        return logs + sum(folder.size() for folder in self.folders) + caches


def prune(session: FleetSession, actor: Actor, request: PruneRequest) -> PruneReport:
    """Find what is old enough to be removed, and remove it if that is asked for, with an event that says so.

    Kept whatever their age: events; runs that are not over, or that `resume` could go on with; the last
    record of every unit; what was applied last, with its inputs and outputs; folders that a run may need.

    Raises:
        DiagnosticError: the fleet has errors, the ledger can't be used, or a file can't be removed.
    """
    fleet = session.open(writing=request.carry_out)
    keep = Keep(session.now() - timedelta(days=request.kept_days), request.kept_runs)
    found = _find(fleet, keep)
    size, file_bytes = database_size(fleet.ledger.database), found.file_bytes()
    records, compacted = found.records, False
    pruning = DriftPruning(fleet.ledger.database)
    drift = pruning.count(keep.since)
    if request.carry_out:
        records = _prune_ledger(fleet, found, _draft(actor, LEDGER_PRUNED, "ledger", request, keep))
        draft = _draft(actor, LEDGER_PRUNED, "ledger", request, keep)
        drift = pruning.prune(keep.since, lambda gone: replace(draft, detail={**draft.detail, "drift": gone}))
        _prune_files(fleet, found, _draft(actor, FILES_PRUNED, "files", request, keep), file_bytes)
        _remove_left_plans(fleet)
        for cache in found.caches:
            with suppress(OSError):  # only a cache
                remove_private_folder(cache)
        for copy in found.copies:
            copy.remove()
        compacted = records + drift > 0 and _compact(fleet)
    return PruneReport(
        carried_out=request.carry_out,
        before=iso(keep.since),
        runs=sum(1 for run in found.runs if run.gone),
        records=records,
        unfinished=sum(1 for run in found.runs if run.unfinished),
        logs=found.log_count,
        folders=len(found.folders),
        drift=drift,
        caches=len(found.caches) + len(found.copies),
        file_bytes=file_bytes,
        ledger_bytes=(size, database_size(fleet.ledger.database)),
        compacted=compacted,
    )


def _find(fleet: OpenFleet, keep: Keep) -> _Findings:
    pruning = LedgerPruning(fleet.ledger.database)
    runs = tuple(pruning.old_runs(keep))
    return _Findings(
        runs,
        tuple(_old_logs(fleet, runs)),
        tuple(_idle_folders(fleet, keep, pruning.unfinished_units())),
        tuple(_left_caches(fleet)),
        tuple(unused_copies(fleet.session.environment, keep.since.timestamp())),
        tuple(_old_stored(fleet, runs)),
    )


def _old_stored(fleet: OpenFleet, runs: Sequence[OldRun]) -> Iterator[Artifact]:
    store = fleet.session.artifacts()
    if store is not None:
        from cellwright.app.history.old_artifacts import old_artifacts  # noqa: PLC0415  few fleets have any

        yield from old_artifacts(fleet, store, fleet.session.kept_logs(), runs)


def _left_caches(fleet: OpenFleet) -> Iterator[Path]:
    """Yield caches that no fleet uses any more."""
    former = fleet.home.folder / "cache"
    if former.is_dir():
        yield former
    yield from caches_without_fleet(fleet.session.environment)


def _old_logs(fleet: OpenFleet, runs: Iterable[OldRun]) -> Iterator[tuple[str, tuple[LogFile, ...]]]:
    """Yield logs without a record, also those whose records another machine has removed."""
    logs = fleet.home.logs
    here = {path.name for path in logs.iterdir()} if logs.is_dir() else set()
    for run in runs:
        if run.run in here and not run.unfinished:
            found = tuple(log for log in logs_of(logs, run.run) if str(log.unit) not in run.kept)
            if found:
                yield run.run, found


def _idle_folders(fleet: OpenFleet, keep: Keep, unfinished: frozenset[str]) -> Iterator[WorkingFolder]:
    heads = fleet.ledger.reader.heads()
    for left in working_folders(fleet.home.work):
        old = left.last_used() < keep.since.timestamp()
        wanted = str(left.unit) in unfinished or left.in_use()
        kept = left.holds_unsaved_state() or left.needs_state_before(heads.get(left.unit))
        if old and not wanted and not kept:
            yield left


def _draft(actor: Actor, action: str, subject: str, request: PruneRequest, keep: Keep) -> EventDraft:
    """Begin an event with the rule by which things are removed."""
    rule: dict[str, Json] = {
        "before": iso(keep.since),
        "kept_days": request.kept_days,
        "kept_runs": request.kept_runs,
    }
    return EventDraft(actor, action, subject, request.reason, rule)


def _prune_ledger(fleet: OpenFleet, found: _Findings, draft: EventDraft) -> int:
    def said(runs: Sequence[str], records: int) -> EventDraft:
        return replace(draft, detail={**draft.detail, "runs": list(runs), "records": records})

    return LedgerPruning(fleet.ledger.database).prune(found.runs, said)


def _prune_files(fleet: OpenFleet, found: _Findings, draft: EventDraft, file_bytes: int) -> None:
    if not found.logs and not found.folders and not found.stored:
        return
    # Recorded before it happens: nothing may be gone without a record of who removed it.
    detail: dict[str, Json] = {
        **draft.detail,
        "host": os.uname().nodename,
        "runs": [run for run, _ in found.logs],
        "logs": found.log_count,
        **({"stored": len(found.stored)} if found.stored else {}),
        "folders": [str(folder.unit) for folder in found.folders],
        "bytes": file_bytes,
    }
    fleet.ledger.recorder.append_event(draft.actor, draft.action, draft.subject, draft.reason, detail)
    for run, logs in found.logs:
        remove_logs(fleet.home.logs, run, logs)
    store = fleet.session.artifacts() if found.stored else None
    if store is not None:
        store.delete([item.name for item in found.stored])
    for folder in found.folders:
        _remove_idle(fleet, folder)


def _remove_idle(fleet: OpenFleet, left: WorkingFolder) -> None:
    """Remove a folder unless a run works in it by now: none can while we hold the unit's lease."""
    with held(fleet, left.unit) as ours, suppress(UnitLockedError):
        if ours:
            remove_folder(fleet.home.work, left)


def _remove_left_plans(fleet: OpenFleet) -> None:
    remove_left_copies(fleet.home.folder)
    unfinished = LedgerPruning(fleet.ledger.database).unfinished_units()
    folders = working_folders(fleet.home.work)
    remove_left_files(fleet, (left for left in folders if str(left.unit) not in unfinished))


def _compact(fleet: OpenFleet) -> bool:
    """Give the ledger's free space back, unless a run is at work, which would use it."""
    if fleet.ledger.reader.lease_holders():
        return False
    try:
        return compact(fleet.ledger.database)
    except DiagnosticError:
        return False
