"""A request with an `Idempotency-Key` that is sent again is answered alike, and not carried out twice."""

import hashlib
from collections.abc import Callable, Coroutine
from http import HTTPStatus
from typing import Any

from fastapi import Request, Response
from fastapi.routing import APIRoute
from starlette.concurrency import run_in_threadpool

from cellwright.console.services import services
from cellwright.console.visitor import visitor_or_none
from cellwright.console.wire.answers import JSON
from cellwright.console.wire.problems import RefusedCallError
from cellwright.ledger.request_keys import KnownRequest, RequestKey, RequestKeys
from cellwright.model.diagnostic import error

HEADER = "Idempotency-Key"
_LONGEST = 200
_LONGEST_ANSWER = 256 * 1024
_Handler = Callable[[Request], Coroutine[Any, Any, Response]]


def keep_no_answer(request: Request) -> None:
    """Keep the answer to this request nowhere: it holds a secret that is shown once."""
    request.state.secret_answer = True


class OnceRoute(APIRoute):
    """A call that is carried out once for each key of a person."""

    def get_route_handler(self) -> _Handler:
        """Give what answers requests."""
        handle = super().get_route_handler()

        async def handle_once(request: Request) -> Response:
            text = request.headers.get(HEADER)
            if request.method != "POST" or text is None:
                return await handle(request)
            visitor = await run_in_threadpool(visitor_or_none, request)
            if visitor is None:
                return await handle(request)  # refuses them
            key = RequestKey(f"{visitor.id}:{visitor.session}", _checked(text), await _digest(request))
            # Where there is no ledger yet, the first request makes it.
            ledger = await run_in_threadpool(services(request).session.ledger, writing=True)
            return await _once(request, handle, ledger.request_keys, key)

        return handle_once


async def _once(request: Request, handle: _Handler, keys: RequestKeys, key: RequestKey) -> Response:
    known = await run_in_threadpool(keys.begin, key)
    if known is not None:
        return _again(known)
    try:
        response = await handle(request)
        body = bytes(response.body)
    except Exception:
        # It was refused or failed, and may be sent again. One that was broken off keeps its key: nobody knows
        # how it ended.
        await run_in_threadpool(keys.drop, key)
        raise
    secret = getattr(request.state, "secret_answer", False) or len(body) > _LONGEST_ANSWER
    await run_in_threadpool(keys.end, key, response.status_code, "" if secret else body.decode())
    return response


def _again(known: KnownRequest) -> Response:
    if not known.same:
        told = error(f"this {HEADER} was used for another request", "choose a new key for each request")
        raise RefusedCallError(HTTPStatus.UNPROCESSABLE_ENTITY, "The key was used before", (told,))
    if known.status is None and known.slow:
        told = error(
            "this request was begun more than two minutes ago and has no answer yet",
            "it may still go on, or its server was stopped: look at what it has made; if it made nothing, "
            "send it under a new key",
        )
        raise RefusedCallError(HTTPStatus.CONFLICT, "Its end is not known", (told,), {"Retry-After": "30"})
    if known.status is None:
        told = error("the same request is being carried out", "send it again in a moment")
        raise RefusedCallError(HTTPStatus.CONFLICT, "It is under way", (told,), {"Retry-After": "1"})
    if not known.answer and known.status != HTTPStatus.NO_CONTENT:
        told = error("this request was carried out; its answer was not kept", "look at what it has made")
        raise RefusedCallError(HTTPStatus.CONFLICT, "It was carried out before", (told,))
    media = None if known.status == HTTPStatus.NO_CONTENT else JSON
    return Response(known.answer or None, known.status, {"Idempotency-Replayed": "true"}, media)


def _checked(text: str) -> str:
    if not text.strip() or len(text) > _LONGEST or not text.isprintable():
        told = error(f"the {HEADER} can't be used", f"1 to {_LONGEST} printable characters")
        raise RefusedCallError(HTTPStatus.BAD_REQUEST, "The request can't be read", (told,))
    return text


async def _digest(request: Request) -> str:
    body = await request.body()
    head = f"{request.method} {request.url.path}?{request.url.query}\n{request.headers.get('if-match', '')}\n"
    return hashlib.sha256(head.encode() + body).hexdigest()
