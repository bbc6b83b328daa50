"""What a server does beside answering requests, from its start to its end."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime

from fastapi import FastAPI
from starlette.concurrency import run_in_threadpool

from cellwright.api.records.events import event
from cellwright.app.clients.finishing import Offboardings
from cellwright.app.webhooks.manage import outgoing_of
from cellwright.app.webhooks.sending import Sender, SenderThreads
from cellwright.console.operations.finishing import FinishingThread
from cellwright.console.operations.requests import Log
from cellwright.console.services import Services
from cellwright.model.text.json_text import COMPACT


@asynccontextmanager
async def in_background(application: FastAPI) -> AsyncIterator[None]:
    """Read the fleet, so that the first page finds it; send webhooks and finish offboardings meanwhile."""
    services: Services = application.state.services
    services.overview.begin()
    sender = Sender(
        session=services.session,
        document=event,
        outgoing=lambda: outgoing_of(services.session),
        address=services.settings.address,
    )
    threads = SenderThreads(sender, lambda fault: _told(services.log, "webhooks.paused", fault))
    finishing = FinishingThread(
        Offboardings(services.session, services.fleet, services.host),
        lambda fault: _told(services.log, "offboarding.delayed", fault),
    )
    threads.start()
    finishing.start()
    try:
        yield
    finally:
        await run_in_threadpool(threads.stop)
        await run_in_threadpool(finishing.stop)


def _told(log: Log, event_name: str, fault: Exception) -> None:
    # Not what it says: a library's message may quote what it was given.
    log(
        COMPACT.write(
            {
                "time": datetime.now(UTC).isoformat(timespec="milliseconds"),
                "level": "warning",
                "event": event_name,
                "fault": type(fault).__name__,
            }
        )
    )
