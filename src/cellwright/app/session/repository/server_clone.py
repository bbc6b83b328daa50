"""A server's own clone of the fleet's repository: it follows a branch, and is changed by commits and pushes.

Nothing uncommitted and nothing that was not pushed is left when a change ends. If the remote can't be
reached, or its history no longer has the commit that the server works with, the server stays where it is and
says so.
"""

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event, Thread
from typing import TYPE_CHECKING

from cellwright.app.session.actor.identity import author_of
from cellwright.app.session.repository.fleet_lock import fleet_lock
from cellwright.app.session.repository.shared_lock import SharedLock
from cellwright.engine.approval import Interrupts
from cellwright.git.command import GitOutcome
from cellwright.git.own_clone import REPLACED, OwnClone
from cellwright.git.repository import GitIdentity
from cellwright.model.actor import Actor
from cellwright.model.diagnostic import Diagnostic, DiagnosticError, error

if TYPE_CHECKING:
    from cellwright.app.session.session import FleetSession

_LOG = logging.getLogger(__name__)
FETCH_SECONDS = 60.0
"""How long whoever changes settings waits for the remote."""
_TRIES = 5
"""How often a commit is put on what others have pushed meanwhile."""
_SHORT = 12
_MOST_TOLD = 20
"""Commits that are named, when a rewritten history lacks them."""


@dataclass(slots=True)
class ServerClone:
    """Implements `FleetRepository`; safe to share between threads, and between processes of one machine."""

    clone: OwnClone
    notice: Callable[[str], None] = lambda _: None
    problem: Diagnostic | None = field(init=False, default=None)
    _files: SharedLock = field(init=False, default_factory=SharedLock)

    @property
    def committer(self) -> GitIdentity | None:
        """Who commits where git itself does not know."""
        return self.clone.committer

    def reading(self) -> AbstractContextManager[None]:
        """Keep the work tree at its commit during the block."""
        return self._files.reading()

    def open(self) -> None:
        """Get the newest commit, whatever history it has: the first time, or after the server stood still.

        If the remote can't be reached, what is there is worked with. Whoever calls this holds the lock.

        Raises:
            DiagnosticError: there is no clone yet and none can be made, or it can't be written.
        """
        self.clone.prepare()
        before = self.clone.followed()
        try:
            newest = self.clone.fetch()
        except DiagnosticError as failure:
            if before is None:
                raise
            self._tell(self._unreachable(failure, before))
            newest = before
        else:
            if before is not None and not self.clone.contains(newest, before):
                self._put_aside(newest, before)
        self.clone.move_to(newest, followed=True)

    def _put_aside(self, newest: str, before: str) -> None:
        """Keep the history that the remote no longer has, and say what of it is missing in the new one."""
        self.clone.keep(before)
        missing = self.clone.missing(newest, before)
        told = (*missing[:_MOST_TOLD], *(("more",) if len(missing) > _MOST_TOLD else ()))
        self.notice(
            f"{self._rewritten(before).summary}; the new history is used from now on. It lacks:"
            f" {'; '.join(told)}. The old one is kept in {self.clone.folder} as {REPLACED}{before}:"
            " commit again what is still wanted"
        )

    @contextmanager
    def changing(self, session: "FleetSession", interrupts: Interrupts | None = None) -> Iterator[None]:
        """Hold the lock, at the newest commit; whatever is uncommitted at the end is taken back."""
        with fleet_lock(session.home, interrupts):
            self._follow(session, FETCH_SECONDS)
            try:
                yield
            finally:
                if self.clone.repository.dirty():
                    self._move(session, self.clone.followed() or "HEAD")

    def commit(
        self, session: "FleetSession", actor: Actor, paths: Sequence[Path], message: str, *, hooks: bool
    ) -> str | None:
        """Commit and push; put on what others have pushed meanwhile, or take back and say why."""
        del hooks  # a server runs nothing that somebody has put into a repository
        before = self.clone.followed() or ""
        commit = self.clone.repository.commit(paths, message, author=author_of(actor))
        if commit == before:
            return commit
        try:
            return self._arrived(session, before)
        except BaseException:
            self._move(session, before)
            raise

    def update(self, session: "FleetSession") -> None:
        """Follow the remote; what goes wrong is told once and kept as the problem."""
        try:
            session.home.prepare()
        except DiagnosticError as failure:  # the clone's folder is gone, or can't be written any more
            self._tell(failure.diagnostics[0])
            return
        with suppress(DiagnosticError), fleet_lock(session.home):
            self._follow(session)

    @contextmanager
    def following(self, session: "FleetSession", seconds: float) -> Iterator[None]:
        """Follow the remote every so many seconds during the block, on a thread of its own."""
        ending = Event()

        def follow() -> None:
            while not ending.wait(seconds):
                try:
                    self.update(session)
                except Exception:  # noqa: BLE001  the server would stay at this commit for good
                    _LOG.exception("the fleet's repository can't be followed")

        thread = Thread(target=follow, name="follow the fleet's repository", daemon=True)
        thread.start()
        try:
            yield
        finally:
            ending.set()
            thread.join(seconds)

    def _follow(self, session: "FleetSession", timeout: float | None = None) -> None:
        before = self.clone.followed() or ""
        try:
            newest = self.clone.fetch() if timeout is None else self.clone.fetch(timeout)
        except DiagnosticError as failure:
            raise DiagnosticError(self._tell(self._unreachable(failure, before))) from failure
        if not self.clone.contains(newest, before):
            raise DiagnosticError(self._tell(self._rewritten(before)))
        self.problem = None
        # HEAD is ahead where a server was killed between a commit and its push: nobody was told of it.
        if newest != before or self.clone.repository.head() != newest:
            self._move(session, newest, followed=True)

    def _arrived(self, session: "FleetSession", before: str) -> str:
        """Push what was committed on `before`; gives the commit as it has arrived."""
        base = before
        for _ in range(_TRIES):
            outcome = self.clone.push()
            commit = self.clone.repository.head() or ""
            if outcome.code == 0:
                self.clone.move_to(commit, followed=True)
                return commit
            newest = self._newest_after(outcome, before)
            if self.clone.contains(newest, commit):  # it has arrived, only the answer has not
                self._move(session, newest, followed=True)
                return commit
            if newest == base:
                raise DiagnosticError(self._refused(outcome))
            if not self.clone.contains(newest, base):
                raise DiagnosticError(self._tell(self._rewritten(base)))
            self._put_on(session, base, newest)
            base = newest
        raise DiagnosticError(
            error(
                f"others push to {self.clone.branch} of {self.clone.address} all the time",
                "nothing was committed: repeat it",
            )
        )

    def _put_on(self, session: "FleetSession", base: str, newest: str) -> None:
        with self._files.writing():
            done = self.clone.rebase(base, newest)
        session.renew()
        if not done:
            raise DiagnosticError(
                error(
                    f"somebody else has changed the same in branch {self.clone.branch} meanwhile",
                    "nothing was committed: look at what they have changed, and repeat it",
                )
            )
        session.usable()  # each may be right, and both together not

    def _newest_after(self, outcome: GitOutcome, before: str) -> str:
        try:
            return self.clone.fetch(FETCH_SECONDS)
        except DiagnosticError:
            found = self._refused(outcome)
            self._tell(
                error(f"{found.summary} (the server works with commit {before[:_SHORT]})", found.detail)
            )
            raise DiagnosticError(found) from None

    def _move(self, session: "FleetSession", commit: str, *, followed: bool = False) -> None:
        with self._files.writing():
            self.clone.move_to(commit, followed=followed)
        session.renew()

    def _tell(self, problem: Diagnostic) -> Diagnostic:
        if self.problem != problem:
            self.problem = problem
            self.notice(str(problem))
        return problem

    def _unreachable(self, failure: DiagnosticError, before: str) -> Diagnostic:
        (found,) = failure.diagnostics
        return error(f"{found.summary}; the server stays at commit {before[:_SHORT]}", found.detail)

    def _rewritten(self, before: str) -> Diagnostic:
        return error(
            f"the history of branch {self.clone.branch} of {self.clone.address} was rewritten: it lacks"
            f" commit {before[:_SHORT]}, at which the server stays",
            "if that was intended, restart the server, which takes the new history; else push the old one",
        )

    def _refused(self, outcome: GitOutcome) -> Diagnostic:
        summary = f"the change can't be pushed to branch {self.clone.branch} of {self.clone.address}"
        try:
            outcome.checked(summary, "it was taken back: see that the server may push there, and repeat it")
        except DiagnosticError as failure:
            return failure.diagnostics[0]
        return error(summary, "repeat it")
