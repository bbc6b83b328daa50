"""Carries out the runs that tools have begun in a fleet's folder, beside the answers."""

import logging
import threading
from dataclasses import dataclass, field

from cellwright.app.jobs.watching import WatchRequest, watch
from cellwright.app.runs.steering.conversation import Conversation
from cellwright.app.session.session import FleetSession
from cellwright.engine.approval import Interrupts
from cellwright.model.actor import Actor
from cellwright.model.diagnostic import DiagnosticError
from cellwright.model.runs.run import RunStatus

_LOG = logging.getLogger(__name__)
_PAUSE = 1.0
"""Seconds between looks at whether a person has answered."""


@dataclass(slots=True)
class Carrying:
    """A thread for each run; when it ends, what was begun comes to its end, and all else waits in the ledger.

    It is no loss if the process is killed: `cellwright job follow`, a worker or a server goes on.
    """

    session: FleetSession
    signals: Interrupts
    """What the process was told to do: the second signal kills what runs."""
    _closing: threading.Event = field(init=False, default_factory=threading.Event)
    _threads: dict[str, threading.Thread] = field(init=False, default_factory=dict)
    _guard: threading.Lock = field(init=False, default_factory=threading.Lock)

    def begin(self, run: str, actor: Actor) -> None:
        """Carry out a run, unless that is done here already."""
        with self._guard:
            known = self._threads.get(run)
            if self._closing.is_set() or (known is not None and known.is_alive()):
                return
            thread = threading.Thread(target=self._follow, args=(run, actor), name=f"run {run}")
            self._threads[run] = thread
            thread.start()

    def close(self) -> None:
        """Begin nothing more; returns when all that was begun is at its end."""
        self._closing.set()
        with self._guard:
            threads = tuple(self._threads.values())
        for thread in threads:
            thread.join()

    def requested(self) -> int:
        """Tell a run to take nothing more once this is closed (`Interrupts`)."""
        return max(int(self._closing.is_set()), self.signals.requested())

    def _follow(self, run: str, actor: Actor) -> None:
        talk = Conversation(interrupts=self)
        seen = 0
        try:
            while not self._closing.is_set():
                found = watch(self.session, actor, WatchRequest(run=run, after=seen), talk)
                seen = found.progress
                if found.run.status is not RunStatus.RUNNING or found.interrupted:
                    return
                self._wait_for_answer(run, {item.plan_digest for item in found.waiting})
        except DiagnosticError as fault:
            # The ledger says how far it has come; `run` and `job follow` tell the same again.
            _LOG.error("run %s is not carried out here any more: %s", run, fault.diagnostics[0].summary)
        except Exception:  # noqa: BLE001  a fault of ours ends this thread, not the answers
            _LOG.exception("run %s", run)

    def _wait_for_answer(self, run: str, waiting: set[str]) -> None:
        """Wait until other plans wait than these, or none, or the run is over."""
        while not self._closing.wait(_PAUSE):
            ledger = self.session.ledger()
            summary = ledger.reader.summary(run)
            if summary is None or summary.status is not RunStatus.RUNNING:
                return
            unanswered = {item.plan_digest for item in ledger.approvals.of_run(run) if item.decision is None}
            if not waiting <= unanswered:
                return
