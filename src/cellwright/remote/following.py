"""Follows a run of a server as if it were carried out here: progress, questions, Ctrl-C, and its report."""

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from cellwright.app.runs.recording.telling import ProgressTeller
from cellwright.app.runs.report import RunReport
from cellwright.app.runs.steering.approve import WaitingPlan
from cellwright.app.runs.steering.conversation import Conversation
from cellwright.ledger.run_state import RunSummary, UnitState
from cellwright.model.address import UnitAddress
from cellwright.model.runs.progress_json import from_json
from cellwright.model.runs.run import RunKind, RunStatus, RunUnit
from cellwright.remote.client import ApiClient
from cellwright.remote.documents.runs import report_from, run_from, summary_from, unit_from, waiting_from

_PAUSE = 0.5
_KILL = 2
_AT_WORK = frozenset({UnitState.PLANNING.value, UnitState.APPLYING.value})


def follow(client: ApiClient, run: str, talk: Conversation) -> RunReport:
    """Follow a run to its end; the second Ctrl-C leaves it to go on by itself.

    Raises:
        DiagnosticError: the server can't be reached any more; the run goes on.
    """
    units = units_of(client, run)
    followed = _Followed(client, run, talk, ProgressTeller(talk.reporter, units))
    while followed.goes_on():
        time.sleep(_PAUSE)
    summary = summary_from(client.get("runs", run, "summary"))
    results = [item for page in client.pages("runs", run) for item in page["units"]]
    return report_from(run_from(summary, units), results)


def units_of(client: ApiClient, run: str) -> tuple[RunUnit, ...]:
    """Give the units of a run in its order."""
    pages = client.pages("runs", run, "units")
    return tuple(unit_from(item) for page in pages for item in page["units"])


def waiting_of(client: ApiClient, run: str) -> tuple[WaitingPlan, ...]:
    """Give the plans of a run that wait for an answer."""
    return tuple(map(waiting_from, client.get("runs", run, "approvals")["plans"]))


@dataclass(slots=True)
class _Followed:
    client: ApiClient
    run: str
    talk: Conversation
    teller: ProgressTeller
    _cancelled: bool = False
    _asked: set[str] = field(default_factory=set)
    """The digests of the plans that were asked about."""
    _waited: frozenset[str] = frozenset()
    """Those that waited when it was last looked."""

    def goes_on(self) -> bool:
        """Report what is new, ask what is to be asked; False when the run is over or left alone."""
        page = self.client.get("runs", self.run, "progress", query=[("after", self.teller.seen)])
        news = self.teller.tell((piece["id"], from_json(piece)) for piece in page["progress"])
        if page["status"] != RunStatus.RUNNING.value:
            return not self.teller.is_complete(news=news)
        if news:
            return True
        self._cancel()
        summary = summary_from(self.client.get("runs", self.run, "summary"))
        if summary.kind is not RunKind.PLAN and not self._cancelled:
            self._ask(summary)
        return self.talk.interrupts.requested() < _KILL

    def _cancel(self) -> None:
        if self.talk.interrupted() and not self._cancelled:
            self._cancelled = True
            self.client.post("runs", self.run, "cancel", body={"reason": "Ctrl-C"})

    def _ask(self, summary: RunSummary) -> None:
        """Ask for what waits, once it is all that there will be for now: no unit is at work."""
        waiting = {
            item.plan_digest: item
            for item in waiting_of(self.client, self.run)
            if item.plan_digest not in self._asked
        }
        settled = self._waited == frozenset(waiting) and _AT_WORK.isdisjoint(summary.counts)
        self._waited = frozenset(waiting)
        if not waiting or not (settled or self.talk.preapproved):
            return
        plans = {item.unit: item.summary for item in waiting.values()}
        approved = self.talk.approver.approve(plans, self._withdrawn(plans.keys()))
        self._asked |= self._waited
        if approved is None:
            return
        named = {str(item.unit): item.plan_digest for item in waiting.values()}
        self.client.post("runs", self.run, "approvals", body={"approved": approved, "plans": named})

    def _withdrawn(self, asked: Iterable[UnitAddress]) -> Callable[[], bool]:
        units = {str(unit) for unit in asked}
        looked, known = time.monotonic(), False

        def withdrawn() -> bool:
            nonlocal looked, known
            if not known and time.monotonic() - looked > 2 * _PAUSE:
                looked = time.monotonic()
                open_now = self.client.get("runs", self.run, "approvals")["plans"]
                known = units.isdisjoint(item["unit"] for item in open_now)
            return known

        return withdrawn
