"""Where a fleet's settings are changed: the folder that it lies in, or a server's own clone.

Changes go through the session: `with session.changing(): ... session.commit(actor, paths, message)`. The
block begins at the newest commit, one at a time; a commit has arrived where others get it from, or was taken
back.
"""

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from cellwright.app.session.repository.fleet_lock import fleet_lock
from cellwright.model.actor import Actor
from cellwright.model.diagnostic import Diagnostic

if TYPE_CHECKING:
    from cellwright.app.session.session import FleetSession
    from cellwright.engine.approval import Interrupts
    from cellwright.git.repository import GitIdentity


class FleetRepository(Protocol):
    """Changes a fleet's settings, and keeps them in step with where others change them."""

    @property
    def committer(self) -> "GitIdentity | None":
        """Who commits where git itself does not know; None: git has to."""

    @property
    def problem(self) -> Diagnostic | None:
        """Why the settings may be older than those that others see; None if nothing is wrong."""

    def changing(
        self, session: "FleetSession", interrupts: "Interrupts | None" = None
    ) -> AbstractContextManager[None]:
        """Keep everybody else from changing the settings during the block, which sees the newest.

        Raises:
            DiagnosticError: somebody else changes them for too long, or the newest can't be had.
        """

    def commit(
        self, session: "FleetSession", actor: Actor, paths: Sequence[Path], message: str, *, hooks: bool
    ) -> str | None:
        """Commit these paths in the name of `actor`, within `changing`; None outside git.

        Raises:
            HookError: a hook refused.
            DiagnosticError: it can't be committed, or not passed on to where others get it from; nothing is
                committed then.
        """

    def reading(self) -> AbstractContextManager[None]:
        """Keep the files as they are during the block, as far as this object changes them by itself."""


@dataclass(frozen=True, slots=True)
class FleetFolder:
    """The folder in which the fleet lies, which others may change as they like."""

    committer: "GitIdentity | None" = None
    problem: None = None

    @contextmanager
    def changing(self, session: "FleetSession", interrupts: "Interrupts | None" = None) -> Iterator[None]:
        """Hold the lock on the fleet's settings."""
        with fleet_lock(session.home, interrupts):
            yield

    def commit(
        self, session: "FleetSession", actor: Actor, paths: Sequence[Path], message: str, *, hooks: bool
    ) -> str | None:
        """Commit in the work tree that the fleet lies in."""
        from cellwright.app.session.actor.identity import author_of  # noqa: PLC0415  few commands ask git

        repository = session.repository()
        if repository is None:
            return None
        return repository.commit(paths, message, hooks=hooks, author=author_of(actor))

    def reading(self) -> AbstractContextManager[None]:
        """Do nothing: nothing is changed here but by whoever reads."""
        return nullcontext()
