"""A session: one fleet, opened once, for as many use cases as its owner likes.

A command opens one; a server keeps one per fleet for weeks, and calls `refresh` before each request.
"""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from threading import Lock, RLock
from typing import TYPE_CHECKING, Self

from cellwright.app.session.anchoring import Anchoring, end_of
from cellwright.app.session.binaries.toolchains import Toolchains
from cellwright.app.session.home import LEDGER_VARIABLE
from cellwright.app.session.location import Location
from cellwright.app.session.open_fleet import OpenFleet
from cellwright.app.session.ownership import obeyed_home
from cellwright.app.session.repository.fleet_repository import FleetFolder, FleetRepository
from cellwright.app.session.sections import FleetSections
from cellwright.app.session.snapshot import Cancelled, MakeObserver, Planned, Snapshot, Snapshots
from cellwright.fleet.fleet import Fleet
from cellwright.fleet.scope import Scope
from cellwright.ledger.database.clock import Clock
from cellwright.ledger.key import Key, find_key, load_key
from cellwright.ledger.memory import LedgerMemory, Seen, ledger_name, refuse_changed
from cellwright.ledger.quick_opening import shown
from cellwright.model.actor import Actor
from cellwright.model.address import CellAddress
from cellwright.model.diagnostic import Diagnostic, DiagnosticError
from cellwright.model.unit import StackPin
from cellwright.planning.digest import Digester

if TYPE_CHECKING:  # importing the database's library and Terraform's rooms takes longer than most commands
    from cellwright.app.session.known_secrets import KnownSecrets
    from cellwright.app.session.repository.work_tree import WorkTreeMark
    from cellwright.artifacts.store import ArtifactStore
    from cellwright.engine.approval import Interrupts
    from cellwright.fleet.load.new_cell import NewCell
    from cellwright.git.repository import Repository
    from cellwright.ledger.opening import Ledger
    from cellwright.ledger.read.unit_reader import UnitReader
    from cellwright.secrets.reader import SecretReader
    from cellwright.stacks.contract import Contract

__all__ = ["FleetSession", "OpenFleet"]

LONGEST_KEPT = 3600.0
"""Seconds after which `refresh` loads the fleet anew though no file has changed: a branch that a stack is
taken from may have moved, and the time in which a released block can't be given again may have ended."""


class FleetSession(FleetSections):
    """One fleet at its commit or work tree. Each part is made once, when first needed, for all threads."""

    def __init__(
        self,
        location: Location,
        clock: Clock | None = None,
        notice: Callable[[str], None] = lambda _: None,
        source: FleetRepository | None = None,
    ) -> None:
        """Find the fleet; nothing else is read yet. `clock` replaces the right time.

        `notice` is told of what takes long before a run begins (a program that is fetched), and of conflicts
        between cells that stop only these. `source` is where the settings are changed; by default the folder
        itself.

        Raises:
            DiagnosticError: there is no fleet at the location, it belongs to another user, or its
                `.cellwright` is not to be trusted.
        """
        self.location = location
        self.source: FleetRepository = source or FleetFolder()
        self.home = obeyed_home(location)
        self.environment = self.home.environment
        self._ledger_url: str | None = None
        self._clock = clock
        self.notice = notice
        self._told: set[Diagnostic] = set()
        self._snapshots = Snapshots(self.home, self.environment)
        self.toolchains = Toolchains(self.root, self.environment, notice, self._snapshots.refuse_program)
        self._ledger: Ledger | None = None
        self._wrote = False
        self._confirmed: set[str] = set()
        self._mark: WorkTreeMark | None = None
        self._renewed = time.monotonic()
        self._guard = RLock()
        self._refreshing = Lock()
        """Held while the files are looked at, or the ledger's end is remembered; taken before the guard."""

    @property
    def ledger_url(self) -> str:
        """The ledger's database; the same for as long as the session has it open.

        Raises:
            DiagnosticError: fleet.yaml names it with a password that the environment lacks.
        """
        if self._ledger_url is None:
            chosen, environment = self.location.ledger, self.environment
            named = chosen or environment.get(LEDGER_VARIABLE)
            settings = None if named else self._snapshots.ledger()
            self._ledger_url = self.home.ledger_url(chosen, environment, settings)
        return self._ledger_url

    @property
    def has_own_ledger(self) -> bool:
        """Whether nothing names a ledger, so that it is a file of this clone."""
        named = self.location.ledger or self.environment.get(LEDGER_VARIABLE)
        return not named and self._snapshots.ledger() is None

    def leave_ledger(self) -> None:
        """Close the ledger, and look anew where it is when it is next asked for: it was moved."""
        self.close()
        self.renew()
        with self._guard:
            self._ledger_url = None
            self.__dict__.pop("memory", None)

    @property
    def root(self) -> Path:
        """The fleet's folder, absolute."""
        return self.home.root

    def now(self) -> datetime:
        """Give the present moment."""
        return self._clock.now() if self._clock is not None else datetime.now(UTC)

    def repository(self) -> "Repository | None":
        """Give the git work tree that the fleet lies in; None outside git."""
        from cellwright.git.repository import Repository  # noqa: PLC0415  few commands ask git

        return Repository.containing(self.root, self.environment, self.source.committer)

    @contextmanager
    def changing(self, interrupts: "Interrupts | None" = None) -> Iterator["FleetSession"]:
        """Give this session for a change of the settings, alone until the block ends. Raises as `source`."""
        with self.source.changing(self, interrupts):
            yield self

    def commit(self, actor: Actor, paths: Sequence[Path], message: str, *, hooks: bool = False) -> str | None:
        """Commit these paths in the name of `actor`, within `changing`; gives the commit, None outside git.

        It has arrived where others get it from when this returns.

        Raises:
            HookError: a hook refused.
            DiagnosticError: it can't be committed or passed on; nothing is committed then.
        """
        return self.source.commit(self, actor, paths, message, hooks=hooks)

    def snapshot(
        self,
        scope: Scope | None = None,
        observer: MakeObserver | None = None,
        cancelled: Cancelled | None = None,
    ) -> Snapshot:
        """Give the fleet with all its findings, or the part of it that `scope` names.

        It is loaded once, until `renew` or `refresh`. An `observer` sees the cells that a load resolves;
        `cancelled` is asked after each of them.

        Raises:
            DiagnosticError: the load was cancelled; the next use case starts it again.
        """
        with self.source.reading():
            return self._snapshots.get(scope, observer, cancelled)

    def usable(
        self,
        scope: Scope | None = None,
        observer: MakeObserver | None = None,
        cancelled: Cancelled | None = None,
    ) -> Snapshot:
        """Give what `snapshot` gives, if it has no errors; conflicts between cells are told as a notice.

        Raises:
            DiagnosticError: the fleet has errors (all of them), or the load was cancelled.
        """
        snapshot = self.snapshot(scope, observer, cancelled).without_errors()
        for conflict in snapshot.fleet.conflicts:
            if conflict.finding not in self._told:
                self._told.add(conflict.finding)
                self.notice(str(conflict.finding))
        return snapshot

    def new_cell(self, cell: CellAddress, *files: str) -> "NewCell":
        """Give what resolves a cell with one text of its first file after the other; none has to be there."""
        with self.source.reading():
            return self._snapshots.new_cell(cell, *files)

    def planned(self, cell: CellAddress, files: Mapping[str, str]) -> Planned:
        """Give a cell as it will be once these texts are written, by path below the root; writes nothing.

        It has all findings about the cell and the levels below it, and none about others of its level.

        Raises:
            DiagnosticError: fleet.yaml can't be read at all.
        """
        return self._snapshots.planned(cell, files)

    def open(
        self,
        *,
        writing: bool = False,
        scope: Scope | None = None,
        cancelled: Cancelled | None = None,
        digests: bool = True,
    ) -> OpenFleet:
        """Give the fleet, or the part of it that `scope` names, together with the ledger.

        Without `writing`, a ledger that does not exist is read as an empty one and nothing is made. Without
        `digests`, its key is not asked for, and what is recorded can't be compared.

        Raises:
            DiagnosticError: the fleet has errors (all of them), its ledger can't be used or is another's, or
                the load was cancelled.
        """
        snapshot = self.usable(scope, cancelled=cancelled)
        ledger = self.ledger(writing=writing)
        self._confirm_fleet(ledger, snapshot.fleet.name)
        return OpenFleet(
            session=self,
            snapshot=snapshot,
            ledger=ledger,
            digester=self.digester(ledger) if digests else Digester(b"\0"),
            secrets=self.secrets(snapshot.fleet),
        )

    def secrets(self, fleet: Fleet | None = None) -> "SecretReader":
        """Make what reads secrets for one use case; what it has read is gone with it. None loads no cell."""
        from cellwright.secrets.opening import reader_of  # noqa: PLC0415  `status` reads no secret

        declared = fleet.secrets if fleet is not None else self._snapshots.secret_sources()
        return reader_of(declared, self.root, self.environment)

    def ledger(self, *, writing: bool = False) -> "Ledger":
        """Give the ledger, whatever state the fleet's settings are in; opened once, closed with the session.

        Raises:
            DiagnosticError: it can't be used.
        """
        with self._guard:
            if self._ledger is None or self._ledger.database.absent:
                # One that was absent is looked for again: another process may have made it.
                known, self._ledger = self._ledger, self._opened(writing=writing)
                if known is not None:
                    known.close()
            self._wrote = self._wrote or writing
            return self._ledger

    def _opened(self, *, writing: bool) -> "Ledger":
        """Open the ledger, if it goes on from where this clone has seen it."""
        from cellwright.ledger.opening import open_ledger  # noqa: PLC0415  it brings the database's library

        if writing:
            self.home.prepare()  # says why, where it can't be written
        seen = self.memory.recall()
        # One that this clone has used and that is gone is not made anew.
        found = open_ledger(self.ledger_url, create=writing and seen is None, clock=self._clock)
        try:
            self.refuse_changed(found.reader)
        except BaseException:
            found.close()
            raise
        return found

    def refuse_changed(self, reader: "UnitReader") -> None:
        """Refuse a ledger that does not go on from where this clone has seen it.

        Raises:
            DiagnosticError: it was emptied, replaced, or is an older copy; or it can't be read.
        """
        seen = self.memory.recall()
        if seen is not None:
            refuse_changed(seen, reader.event_hash(seen.sequence), lambda: shown(self.ledger_url))

    @cached_property
    def memory(self) -> LedgerMemory:
        """What this clone remembers of the ledger."""
        return LedgerMemory(self.home.folder, ledger_name(self.ledger_url, self.home.folder))

    def anchoring(self) -> Anchoring:
        """Give where and how the audit trail is anchored outside the ledger."""
        name, settings = self._snapshots.audit()
        return Anchoring(
            fleet=name,
            settings=settings,
            root=self.root,
            folder=self.home.folder,
            ledger=self.memory.ledger,
            environment=self.environment,
            repository=self.repository,
        )

    def artifacts(self) -> "ArtifactStore | None":
        """Give where logs and plans lie that other machines need; None if the fleet names no such place."""
        settings = self._snapshots.artifacts()
        if settings is None:
            return None
        from cellwright.artifacts.opening import open_store  # noqa: PLC0415  for fleets that have one

        return open_store(settings.url, self.root, self.environment)

    def find_key(self) -> Key | None:
        """Give the key for the digests of sensitive values; None if there is none. Raises DiagnosticError."""
        return find_key(self.home.folder, self.environment)

    def digester(self, ledger: "Ledger") -> Digester:
        """Give what makes digests with the ledger's key, which is made when it is first needed.

        Raises:
            DiagnosticError: the key can't be read or made, is another ledger's, or is lost.
        """
        # Asked each time: the ledger may have got another key meanwhile.
        return ledger.bindings.digester(self.find_key, lambda: load_key(self.home.folder, self.environment))

    def known_secrets(self) -> "KnownSecrets":
        """Tell which keys of the settings hold secrets, as far as was loaded; loads nothing."""
        return self._snapshots.known_secrets()

    def contract(self, pin: StackPin) -> "Contract":
        """Give the contract of a stack.

        Raises:
            DiagnosticError: it can't be fetched or read.
        """
        return self._snapshots.contract(pin)

    def forget_cells(self) -> None:
        """Load the fleet again when it is next asked for: a cell's file was written, or may have been."""
        self._snapshots.forget_cells()

    def renew(self) -> None:
        """Forget what was read of the fleet, its stacks and policies, and which Terraform there is.

        A use case that is at work keeps the snapshot that it has. The ledger stays open.
        """
        with self._guard:
            self._snapshots = Snapshots(self.home, self.environment)
            self.toolchains.forget()
            self._renewed = time.monotonic()

    def refresh(self) -> bool:
        """Renew if the commit or a file has changed, or after an hour; tells whether it did.

        For whoever keeps a session for long: looks at the files' times and sizes, and reads none.

        Raises:
            DiagnosticError: git can't read the repository.
        """
        from cellwright.app.session.repository.work_tree import mark_of  # noqa: PLC0415  a command never refreshes

        # Not under the guard: looking at ten thousand files takes long, and others want the ledger meanwhile.
        with self._refreshing:
            with self._guard:
                seen = end_of(self._ledger) if self._ledger is not None and self._wrote else None
            self._settle(seen)
            mark = mark_of(self.root, self._snapshots.local_folders(), self.environment)
            with self._guard:
                before, self._mark = self._mark, mark
                same = before is not None and before.settled and before == mark
                if same and time.monotonic() - self._renewed < LONGEST_KEPT:
                    return False
                self.renew()
                return True

    def close(self) -> None:
        """Give the ledger's connections back."""
        with self._refreshing:
            with self._guard:
                ledger, self._ledger = self._ledger, None
                self._confirmed.clear()
            if ledger is None:
                return
            seen = end_of(ledger) if self._wrote else None
            ledger.close()
            self._settle(seen)

    def _settle(self, seen: Seen | None) -> None:
        """Remember how far the ledger has come, and anchor it outside."""
        if seen is not None:
            with suppress(DiagnosticError, OSError):
                self.memory.keep(seen)
            self.anchoring().write(seen, self.now().isoformat(timespec="seconds"), self.notice)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _confirm_fleet(self, ledger: "Ledger", name: str) -> None:
        """See once that the ledger is this fleet's."""
        if ledger.database.absent or name not in self._confirmed:
            ledger.bindings.confirm_fleet(name)
            if not ledger.database.absent:
                self._confirmed.add(name)
