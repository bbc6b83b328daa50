"""Plans that wait for an answer: put to a person beside the run, and answered by them or by any process.

Nothing here waits. The approver asks on a thread of its own; its answer is recorded like everybody else's,
and what counts is what is on record.
"""

import threading
import time
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Protocol

from cellwright.engine.approval import Approver, Interrupts
from cellwright.engine.dispatch.ledger_answers import TERMINAL
from cellwright.engine.unit.planned import Planned
from cellwright.ledger.run_state import Approval, Decision
from cellwright.model.address import UnitAddress
from cellwright.model.diagnostic import Diagnostic, DiagnosticError, error
from cellwright.model.runs.run import Outcome

POLL = 0.5
"""Seconds between two reads of the ledger."""


class AnswerBook(Protocol):
    """Where answers are recorded; plans are named by their digests."""

    def record(self, plans: Mapping[UnitAddress, str], *, approved: bool) -> None:
        """Record what the approver beside the run has answered."""

    def found(self, plans: Mapping[UnitAddress, str]) -> Mapping[UnitAddress, Approval]:
        """Look for answers, whoever gave them."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """A plan that may not be applied: how its unit ends, and why."""

    planned: Planned
    outcome: Outcome
    why: tuple[Diagnostic, ...]


@dataclass(frozen=True, slots=True)
class _Prompt:
    """A question that the approver is being asked."""

    plans: Mapping[UnitAddress, Planned]
    answer: Future[bool | None]
    withdrawn: threading.Event


@dataclass(slots=True)
class Questions:
    """The plans of one run that wait for an answer. For one thread."""

    approver: Approver
    book: AnswerBook
    interrupts: Interrupts
    order: Sequence[UnitAddress]
    """The run's units, as they are listed in a question."""
    _waiting: dict[UnitAddress, Planned] = field(init=False, default_factory=dict)
    _left_to_others: set[UnitAddress] = field(init=False, default_factory=set)
    """The approver beside the run has no answer for these."""
    _prompt: _Prompt | None = field(init=False, default=None)
    _threads: ThreadPoolExecutor = field(
        init=False, default_factory=lambda: ThreadPoolExecutor(1, thread_name_prefix="approval")
    )
    _next_look: float = field(init=False, default=0.0)

    def add(self, planned: Planned) -> None:
        """Let a plan wait for its answer; that may be on record already."""
        self._waiting[planned.address] = planned
        self._next_look = 0.0

    @property
    def are_open(self) -> bool:
        """Tell whether any plan waits."""
        return bool(self._waiting)

    def put(self) -> None:
        """Ask the approver for all plans that wait, unless it is being asked already."""
        asked = self._waiting.keys() - self._left_to_others
        if self._prompt is not None or not asked or self.interrupts.requested():
            return
        plans = {address: self._waiting[address] for address in self.order if address in asked}
        withdrawn = threading.Event()
        summaries = {address: planned.summary for address, planned in plans.items()}
        answer = self._threads.submit(self.approver.approve, summaries, withdrawn.is_set)
        self._prompt = _Prompt(plans, answer, withdrawn)

    def answered(self) -> tuple[list[Planned], list[Refusal]]:
        """Give the plans that have been answered for since: those to apply, and the others."""
        refused = self._take_prompted()
        approved: list[Planned] = []
        if self._waiting and time.monotonic() >= self._next_look:
            self._next_look = time.monotonic() + POLL
            for address, approval in self._look().items():
                planned = self._waiting.pop(address)
                if approval.decision is Decision.APPROVED:
                    approved.append(planned)
                else:
                    refused.append(Refusal(planned, ended_as(approval), (rejected(approval),)))
        if self._prompt is not None and not self._prompt.plans.keys() <= self._waiting.keys():
            self._prompt.withdrawn.set()
        return approved, refused

    def wait(self, seconds: float) -> None:
        """Let some time pass, less if the approver answers."""
        if self._prompt is None:
            time.sleep(seconds)
        else:
            wait([self._prompt.answer], seconds)

    def close(self) -> list[Planned]:
        """Ask nothing any more; give the plans that still waited."""
        if self._prompt is not None:
            self._prompt.withdrawn.set()
        self._threads.shutdown(wait=True)
        left = list(self._waiting.values())
        self._waiting.clear()
        return left

    def _look(self) -> Mapping[UnitAddress, Approval]:
        # If the ledger is out of reach for a moment, the next look tries again.
        with suppress(DiagnosticError):
            return self.book.found(_digests(self._waiting.values()))
        return {}

    def _take_prompted(self) -> list[Refusal]:
        """Record what the approver has answered; plans whose answer can't be recorded have failed."""
        prompt = self._prompt
        if prompt is None or not prompt.answer.done():
            return []
        self._prompt = None
        asked = [planned for address, planned in prompt.plans.items() if address in self._waiting]
        try:
            approved = prompt.answer.result()
            if self.interrupts.requested():
                return []  # Whoever stops the run has not answered.
            if approved is None:
                if not prompt.withdrawn.is_set():
                    self._left_to_others.update(prompt.plans)
                return []
            self.book.record(_digests(asked), approved=approved)
        except DiagnosticError as fault:
            for planned in asked:
                del self._waiting[planned.address]
            return [Refusal(planned, Outcome.FAILED, fault.diagnostics) for planned in asked]
        self._next_look = 0.0
        return []


def _digests(plans: Iterable[Planned]) -> Mapping[UnitAddress, str]:
    return {planned.address: planned.plan_digest for planned in plans}


def ended_as(approval: Approval) -> Outcome:
    """Give how a unit ends whose plan was answered for, and not approved."""
    return Outcome.SKIPPED if approval.decision is Decision.VOID else Outcome.REFUSED


def rejected(approval: Approval) -> Diagnostic:
    """Say why a plan is not applied that was answered for."""
    what = "the plan was not approved"
    if approval.decision is Decision.VOID:
        what = "another process has planned the unit again"
    elif approval.how != TERMINAL:
        what = f"the plan was rejected by {approval.answered_by}"
        if approval.reason:
            what = f"{what}: {approval.reason}"
    return error(what, "nothing was applied; run apply again to decide anew")
