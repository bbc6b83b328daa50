"""Procrastinate on the ledger's PostgreSQL: wakes the hands of all machines.

A job names a run of which units may begin. Whoever gets it claims from the ledger until nothing may begin any
more; what the ledger refuses, nobody does. So a job may be lost, or be there twice, and nothing is lost or
done twice: whoever looks after the queue defers another one.
"""

import asyncio
import logging
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field

import procrastinate
from procrastinate.exceptions import AlreadyEnqueued, ConnectorException

from cellwright.engine.dispatch.dispatcher import Take
from cellwright.model.diagnostic import DiagnosticError, error

_LOG = logging.getLogger(__name__)
QUEUE = "cellwright"
_TASK = "cellwright.carry_on"
_POLL = 2.0
"""Seconds between looks for jobs whose notification was lost."""
_HEARTBEAT, _STALLED = 5.0, 20.0
_AGAIN = 1.0
"""Seconds after which a worker that has lost its database tries again."""
_MIGRATION_LOCK = 0x70726F63
_IS_THERE = "SELECT to_regclass('procrastinate_jobs') IS NOT NULL AS found"
_LOCK = f"SELECT pg_advisory_lock({_MIGRATION_LOCK})"
_UNLOCK = f"SELECT pg_advisory_unlock({_MIGRATION_LOCK})"
# Of a worker that was killed: nobody ends them, and nothing is lost with them.
_LEFT = (
    "DELETE FROM procrastinate_jobs"
    " WHERE queue_name = 'cellwright' AND status = 'doing' AND worker_id IS NULL"
)


def prepare(conninfo: str) -> None:
    """Make Procrastinate's tables in the ledger's database, unless they are there.

    Raises:
        DiagnosticError: they can't be made.
    """
    connector = procrastinate.SyncPsycopgConnector(conninfo=conninfo, min_size=1, max_size=1)
    app = procrastinate.App(connector=connector)
    try:
        with app.open():
            connector.execute_query(_LOCK)
            try:
                if not connector.execute_query_one(_IS_THERE)["found"]:
                    app.schema_manager.apply_schema()
            finally:
                connector.execute_query(_UNLOCK)
    except ConnectorException as fault:
        why = str(fault.__cause__ or fault).partition("\n")[0]
        raise DiagnosticError(
            error(
                f"the tables that wake workers can't be made in the ledger's database: {why}",
                "if this role may not make tables, run `cellwright ledger init --roles` once as their owner",
            )
        ) from None


@dataclass(slots=True)
class ProcrastinateDispatcher:
    """Jobs in the ledger's database; `start` makes this process one that takes them."""

    conninfo: str = field(repr=False)
    _defers: procrastinate.App | None = field(init=False, default=None)
    _guard: threading.Lock = field(init=False, default_factory=threading.Lock)
    _stopped: threading.Event = field(init=False, default_factory=threading.Event)
    _thread: threading.Thread | None = field(init=False, default=None)
    _loop: asyncio.AbstractEventLoop | None = field(init=False, default=None)
    _task: "asyncio.Task[None] | None" = field(init=False, default=None)
    _take: Take = field(init=False, default=lambda: False)
    _hands: int = field(init=False, default=1)

    def start(self, take: Take, hands: int) -> None:
        """Take jobs on a thread of its own, which lasts until `stop`."""
        prepare(self.conninfo)
        self._take, self._hands = take, hands
        self._thread = threading.Thread(target=self._run, name="procrastinate", daemon=True)
        self._thread.start()

    def wake(self, run_id: str) -> None:
        """Defer a job; there is at most one at a time for a run that nobody has taken yet."""
        with suppress(AlreadyEnqueued, ConnectorException), self._guard:
            app = self._opened()
            deferrer = app.configure_task(_TASK, queue=QUEUE, queueing_lock=f"run {run_id}")
            deferrer.defer(run=run_id)

    def tidy(self) -> None:
        """Remove the jobs of workers that were killed."""
        with suppress(ConnectorException), self._guard:
            self._opened().connector.get_sync_connector().execute_query(_LEFT)

    def stop(self) -> None:
        """Take no further job; return when those that were taken are done."""
        self._stopped.set()
        loop, task = self._loop, self._task
        if loop is not None and task is not None:
            with suppress(RuntimeError):  # the loop has ended by itself
                loop.call_soon_threadsafe(task.cancel)
        if self._thread is not None:
            self._thread.join()
        with self._guard:
            if self._defers is not None:
                self._defers.close()
                self._defers = None

    def _opened(self) -> procrastinate.App:
        if self._defers is None:
            connector = procrastinate.SyncPsycopgConnector(
                conninfo=self.conninfo, min_size=1, max_size=2, timeout=5.0
            )
            self._defers = procrastinate.App(connector=connector)
            self._defers.open()
        return self._defers

    def _run(self) -> None:
        told = ""
        with ThreadPoolExecutor(self._hands, thread_name_prefix="hand") as pool:
            while not self._stopped.is_set():
                # A worker that loses its database ends; another one takes its place.
                try:
                    asyncio.run(self._work(pool))
                except asyncio.CancelledError:
                    pass  # that is how it is stopped
                except Exception as fault:  # noqa: BLE001  whatever it is, the next one is tried
                    told = self._tell(fault, told)
                self._stopped.wait(_AGAIN)

    def _tell(self, fault: Exception, told: str) -> str:
        """Log once why no jobs are taken; nothing of it while the database is only out of reach."""
        what = type(fault).__name__
        if what != told and not isinstance(fault, ConnectorException):
            _LOG.warning("units are not taken as soon as they are ready: %s", what, exc_info=fault)
        return what

    async def _work(self, pool: ThreadPoolExecutor) -> None:
        app = procrastinate.App(
            connector=procrastinate.PsycopgConnector(
                conninfo=self.conninfo, min_size=1, max_size=4, timeout=5.0
            )
        )

        @app.task(name=_TASK, queue=QUEUE)
        async def carry_on(run: str) -> None:  # noqa: ARG001  what may begin is for the ledger to say
            await asyncio.get_running_loop().run_in_executor(pool, self._drain)

        self._loop = asyncio.get_running_loop()
        self._task = asyncio.current_task()
        if self._stopped.is_set():
            return  # `stop` has come too early to cancel this
        async with app.open_async():
            await app.run_worker_async(
                queues=[QUEUE],
                concurrency=self._hands,
                install_signal_handlers=False,
                fetch_job_polling_interval=_POLL,
                update_heartbeat_interval=_HEARTBEAT,
                stalled_worker_timeout=_STALLED,
                delete_jobs="always",
            )

    def _drain(self) -> None:
        while not self._stopped.is_set() and self._take():
            pass
