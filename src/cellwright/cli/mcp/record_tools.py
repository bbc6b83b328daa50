"""Tools that tell of what the ledger has: runs and their plans, the audit trail, drift."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from typing import Annotated

from pydantic import Field
from rich.console import RenderableType

from cellwright.api.records import events as events_document
from cellwright.api.runs import drift as drift_document
from cellwright.api.runs import jobs as jobs_document
from cellwright.api.runs import report as report_document
from cellwright.api.runs import runs as runs_document
from cellwright.app.drift import listing as drift_case
from cellwright.app.history import events as events_case
from cellwright.app.history import runs as runs_case
from cellwright.app.overview.runs.run_report import ReportPage, ReportRequest, run_report
from cellwright.app.runs.steering.approve import WaitingPlan, waiting_plans
from cellwright.cli.mcp import documents
from cellwright.cli.mcp.answers import Told, ToolAnswer
from cellwright.cli.mcp.desk import Desk
from cellwright.cli.mcp.inputs import Limit, RunName, Selectors
from cellwright.cli.mcp.next_steps import for_a_person
from cellwright.cli.parser.times import parse_time
from cellwright.cli.views import diagnostics as diagnostics_view
from cellwright.cli.views.change import drift as drift_view
from cellwright.cli.views.change import plans as plans_view
from cellwright.cli.views.look_back import events as events_view
from cellwright.cli.views.look_back import runs as runs_view
from cellwright.ledger.read.event_filter import EventFilter, action_pattern, subject_pattern
from cellwright.model.address import AddressError, UnitAddress
from cellwright.model.diagnostic import DiagnosticError, error
from cellwright.model.runs.run import RunStatus, status_word
from cellwright.model.value import Json

_LOOK = 0.5
"""Seconds between two looks at a run that is waited for."""


@dataclass(frozen=True, slots=True)
class RecordTools:
    """Each method is a tool; its docstring is what an assistant is told."""

    desk: Desk

    def runs(
        self,
        before: Annotated[
            str, Field(description="Only runs before this one: `next` of the answer before.")
        ] = "",
        limit: Limit = 20,
    ) -> Annotated[ToolAnswer, documents.RunsAnswer]:
        """List the runs, newest first: what was run, by whom, why, and how it ended."""
        return self.desk.answer(documents.RunsAnswer, lambda: self._runs(before, limit))

    def _runs(self, before: str, limit: int) -> Told:
        found = self.desk.look(runs_case.runs, runs_case.RunsRequest(limit=limit, before=before or None))
        return Told(
            text=[runs_view.runs(found)],
            document=runs_document.runs(found),
            more=f"ask again with before='{found.next}'" if found.next else "ask with a smaller limit",
        )

    def run(
        self,
        run: RunName,
        after: Annotated[
            str, Field(description="Only units after this one: `next` of the answer before.")
        ] = "",
        limit: Limit = 20,
        wait_seconds: Annotated[
            int,
            Field(description="Wait so long for the run to end, or for its plans to be made.", ge=0, le=50),
        ] = 0,
    ) -> Annotated[ToolAnswer, documents.RunAnswer]:
        """Show one run: how each unit ended, its plan as it was recorded, the plans that wait for a person.

        Starts no Terraform. A plan that waits can be approved by a person only; the answer says how.
        """
        return self.desk.answer(documents.RunAnswer, lambda: self._run(run, after, limit, wait_seconds))

    def _run(self, run: str, after: str, limit: int, seconds: int) -> Told:
        request = ReportRequest(run=run, after=_unit(after), limit=limit)
        until = time.monotonic() + seconds
        page, waiting = self._report(request)
        while page.run.status is RunStatus.RUNNING and not waiting and time.monotonic() < until:
            ended = sum(page.run.counts.values()) - page.run.counts.get("pending", 0)
            self.desk.this_call.progress(f"run {run}", ended, page.run.units)
            if self.desk.stopped(_LOOK):
                break
            page, waiting = self._report(request)
        shown = waiting[:limit]
        steps = for_a_person(page.run, len(waiting))
        plans = {**page.plans, **{item.unit: item.summary for item in shown}}
        return Told(
            text=[*_run_text(page), plans_view.plans(plans), *([steps] if steps else [])],
            document={
                **_mapping(report_document.report_page(page)),
                "counts": dict(page.run.counts),
                "reason": page.run.reason,
                "waiting": [jobs_document.waiting(item) for item in shown],
                "waiting_plans": len(waiting),
                "for_a_person": steps,
            },
            more=f"ask again with after='{page.next}'" if page.next else "ask with a smaller limit",
        )

    def _report(self, request: ReportRequest) -> tuple[ReportPage, tuple[WaitingPlan, ...]]:
        page = self.desk.look(run_report, request)
        if page.run.status is not RunStatus.RUNNING:
            return page, ()
        try:
            return page, self.desk.look(waiting_plans, request.run)
        except DiagnosticError:  # none waits
            return page, ()

    def events(  # noqa: PLR0913, PLR0917  what an event can be chosen by; they come by name
        self,
        subjects: Annotated[
            tuple[str, ...],
            Field(description="What was acted on: client/acme, client/*/app, base/**, or a run's id."),
        ] = (),
        actions: Annotated[
            tuple[str, ...], Field(description="What was done: unit.applied, unit.*, run.started.")
        ] = (),
        actor: Annotated[str, Field(description="Who did it: any part of the name or address.")] = "",
        since: Annotated[
            str, Field(description="Only since then: 2026-11-22, 2026-11-22T21:48, 7d, 12h.")
        ] = "",
        until: Annotated[str, Field(description="Only until then; a day without a time is included.")] = "",
        after: Annotated[
            int, Field(description="Only events after this number, oldest first; 0: the newest ones.", ge=0)
        ] = 0,
        limit: Limit = 50,
    ) -> Annotated[ToolAnswer, documents.EventsAnswer]:
        """Read the audit trail: who did what, when and why; the newest events, shown oldest first."""

        def find() -> Told:
            only = _filter(subjects, actions, actor, since, until)
            return self._events(only, after, limit)

        return self.desk.answer(documents.EventsAnswer, find)

    def _events(self, only: EventFilter, after: int, limit: int) -> Told:
        if after:
            request = events_case.EventsRequest(only=only, after=after, limit=limit)
            found = tuple(islice(self.desk.look(events_case.events, request), limit))
        else:
            found = tuple(self.desk.look(events_case.latest_events, limit, only))
        following = found[-1].sequence if after and len(found) == limit else None
        return Told(
            text=[events_view.events(found) if found else "no such events"],
            document=events_document.events(found, following),
            more=f"ask again with after={following}" if following else "filter more, or give a smaller limit",
        )

    def drift(self, selectors: Selectors = ()) -> Annotated[ToolAnswer, documents.DriftAnswer]:
        """List the drift that was found: real resources that are not as they were applied, in groups.

        Tells what the last looks have found; nothing is looked at anew.
        """
        return self.desk.answer(documents.DriftAnswer, lambda: self._drift(selectors))

    def _drift(self, selectors: tuple[str, ...]) -> Told:
        found = self.desk.look(drift_case.list_drift, selectors)
        return Told(
            text=[drift_view.drift(found)],
            document=drift_document.drift(found),
            more="ask with narrower selectors",
        )


def _run_text(page: ReportPage) -> list[RenderableType | str]:
    run = page.run
    counts = ", ".join(f"{number:,} {state}" for state, number in sorted(run.counts.items()))
    status = status_word(run.status, run.counts.keys())
    head = f"run {run.id}: {run.kind.value}, {status}; by {run.actor}; {run.units:,} units: {counts}"
    lines: list[RenderableType | str] = [head]
    for result in page.results:
        lines.append(f"  {result.address}  {result.outcome.value}")
        lines += [diagnostics_view.line(item) for item in result.diagnostics]
    return lines


def _filter(
    subjects: tuple[str, ...], actions: tuple[str, ...], actor: str, since: str, until: str
) -> EventFilter:
    now = datetime.now(UTC)
    try:
        return EventFilter(
            subjects=tuple(map(subject_pattern, subjects)),
            actions=tuple(map(action_pattern, actions)),
            actors=(actor,) if actor else (),
            since=parse_time(since, now) if since else None,
            until=parse_time(until, now, whole_day=True) if until else None,
        )
    except ValueError as fault:
        raise DiagnosticError(error(str(fault))) from None


def _unit(text: str) -> UnitAddress | None:
    try:
        return UnitAddress.parse(text) if text else None
    except AddressError as fault:
        raise DiagnosticError(error(str(fault), "give `next` of the answer before")) from None


def _mapping(document: Json) -> Mapping[str, Json]:
    return document if isinstance(document, Mapping) else {}
