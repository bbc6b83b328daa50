"""Streams of server-sent events: the audit trail, and a run's progress, as they happen.

Each event's `id` is its number: a client that comes again sends it as `Last-Event-ID` and misses nothing.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Header, Query, Request
from fastapi.responses import StreamingResponse
from starlette.concurrency import run_in_threadpool

from cellwright.access.roles import Permission
from cellwright.api.records import events as events_document
from cellwright.api.runs import progress as progress_document
from cellwright.app.history import events as events_case
from cellwright.app.overview.runs.concealed import progress_seen
from cellwright.app.session.session import FleetSession
from cellwright.console.live.rights import AskedAgain, SameRights
from cellwright.console.live.stream import ALIVE, CHECKED_AGAIN, HEARTBEAT, RETRY, LiveResponse, event
from cellwright.console.permits import readable
from cellwright.console.rest.records.events import Only
from cellwright.console.rest.runs import seen_run
from cellwright.console.services import services
from cellwright.console.visitor import SignedIn
from cellwright.console.wire.parameters import RunId
from cellwright.console.wire.router import noun_router
from cellwright.model.diagnostic import DiagnosticError
from cellwright.model.runs.run import RunStatus
from cellwright.model.text.json_text import COMPACT

router = noun_router()

_SECONDS = 0.5
"""Between two looks at the ledger."""
_AT_ONCE = 500
_QUIET = 6
"""Looks without news after which a run that is over has told all."""
_END = "end"

Last = Annotated[str | None, Header(alias="Last-Event-ID", max_length=30)]
_STREAM: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "Events; the data of each is a JSON document.",
        "content": {"text/event-stream": {"schema": {"type": "string"}}},
    }
}


@dataclass(frozen=True, slots=True)
class _News:
    """What happened since the last look: numbered documents; and whether there will be no more."""

    found: Sequence[tuple[int, str, str]]
    """Number, name, document."""
    seen: int
    over: bool = False


@router.get("/events/stream", response_class=StreamingResponse, responses=_STREAM)
async def events_stream(
    request: Request,
    visitor: SignedIn,
    only: Only,
    after: Annotated[int | None, Query(ge=0, le=2**53, description="An event's number.")] = None,
    last: Last = None,
) -> LiveResponse:
    """Stream the audit trail as it grows: from now on, or from after an event."""
    visitor.demand(Permission.READ)
    session = services(request).session
    known = await run_in_threadpool(lambda: session.ledger().reader.chain_end().sequence)
    start = _number(last) if last is not None else after

    def look(seen: int) -> _News:
        wanted = events_case.EventsRequest(only=only, after=seen, limit=_AT_ONCE)
        found = list(events_case.events(session, wanted))
        shown = [(item.sequence, item.action, COMPACT.write(events_document.event(item))) for item in found]
        return _News(shown, found[-1].sequence if found else seen)

    still = SameRights(request, visitor, lambda again: again.demand(Permission.READ))
    return LiveResponse(_follow(look, known if start is None else start, still))


@router.get("/runs/{run}/events", response_class=StreamingResponse, responses=_STREAM)
async def run_events(
    request: Request,
    visitor: SignedIn,
    run: RunId,
    after: Annotated[int, Query(ge=0, le=2**53, description="The `id` of the last piece.")] = 0,
    last: Last = None,
) -> LiveResponse:
    """Stream a run's progress, as `/runs/RUN/progress` lists it; `end` comes when the run is over."""
    session = services(request).session
    known = await run_in_threadpool(seen_run, visitor, session, run)
    may_see = readable(visitor).at(known.at)
    quiet = 0

    def look(seen: int) -> _News:
        nonlocal quiet
        status = _status(session, run)
        pieces = session.ledger().progress.after(run, seen, _AT_ONCE)
        quiet = 0 if pieces or status is RunStatus.RUNNING else quiet + 1
        shown = list(progress_seen(pieces, may_see))
        documents = [(item.id, item.kind, COMPACT.write(progress_document.piece(item))) for item in shown]
        return _News(documents, pieces[-1].id if pieces else seen, quiet >= _QUIET)

    still = SameRights(request, visitor, lambda again: seen_run(again, session, run))
    return LiveResponse(_follow(look, _number(last) if last is not None else after, still))


async def _follow(
    look: Callable[[int], _News], seen: int, still_allowed: Callable[[], bool]
) -> AsyncIterator[bytes]:
    yield event(None, retry=RETRY)
    told, rights = time.monotonic(), AskedAgain(still_allowed, CHECKED_AGAIN)
    while True:
        try:
            news = await run_in_threadpool(look, seen)
        except DiagnosticError:
            news = _News((), seen)  # the ledger can't be reached now: looked at again
        for number, name, document in news.found:
            yield event(document, name, str(number))
            told = time.monotonic()
        seen = news.seen
        if news.over:
            yield event("{}", _END)
            return
        if time.monotonic() - told >= HEARTBEAT:
            yield ALIVE
            told = time.monotonic()
        if await rights.refused():
            return
        await asyncio.sleep(_SECONDS)


def _status(session: FleetSession, run: str) -> RunStatus | None:
    found = session.ledger().reader.summary(run)
    return found.status if found is not None else None


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() else 0
