"""Counts and logs every request: one line of JSON, with nothing secret in it.

A line has the route and not the path, and of the path's values only those that are names: a link that works
once, or a query, could hold a secret.
"""

import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from cellwright.access.visitor import Visitor
from cellwright.console.operations.metrics import Metrics
from cellwright.console.services import not_logged
from cellwright.model.text.json_text import COMPACT

Log = Callable[[str], None]
"""Takes one line without its end."""

_NAMES = frozenset({"run", "level", "cell", "stack", "name", "webhook", "pool", "worker", "person"})
_LONGEST = 100
_API = "/api/v1"
_NO_ROUTE = "none"
_STREAM = "text/event-stream"


class RequestWatch:
    """Watches what the application answers."""

    def __init__(self, app: ASGIApp, *, metrics: Metrics, log: Log) -> None:
        self._app = app
        self._metrics = metrics
        self._log = log

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began = time.monotonic()
        answered: dict[str, Any] = {"status": 500, "stream": False}

        async def watched(message: Message) -> None:
            if message["type"] == "http.response.start":
                answered["status"] = message["status"]
                kind = dict(message.get("headers", ())).get(b"content-type", b"").decode("latin-1")
                answered["stream"] = kind.startswith(_STREAM)
            await send(message)

        try:
            await self._app(scope, receive, watched)
        finally:
            self._told(scope, answered["status"], time.monotonic() - began, stream=answered["stream"])

    def _told(self, scope: Scope, status: int, seconds: float, *, stream: bool) -> None:
        route = _route(scope)
        self._metrics.answered(scope["method"], route, status, None if stream else seconds)
        if self._log is not not_logged:
            self._log(_line(scope, route, status, seconds))


def _route(scope: Scope) -> str:
    """The pattern that the path matched; a router says it without what it is mounted under."""
    route: str = getattr(scope.get("route"), "path", _NO_ROUTE)
    below = scope["path"].startswith(f"{_API}/") and not route.startswith(_API) and route != _NO_ROUTE
    return f"{_API}{route}" if below else route


def _line(scope: Scope, route: str, status: int, seconds: float) -> str:
    visitor = scope.get("state", {}).get("visitor")
    client = scope.get("client")
    names = {
        name: str(value)[:_LONGEST] for name, value in scope.get("path_params", {}).items() if name in _NAMES
    }
    return COMPACT.write(
        {
            "time": datetime.now(UTC).isoformat(timespec="milliseconds"),
            "level": "error" if status >= 500 else "info",  # noqa: PLR2004  HTTP's own ranges
            "event": "request",
            "method": scope["method"],
            "route": route,
            **names,
            "status": status,
            "milliseconds": round(seconds * 1000, 1),
            "from": client[0] if client else None,
            "visitor": visitor.id if isinstance(visitor, Visitor) else None,
            "by": visitor.by.value if isinstance(visitor, Visitor) else None,
        }
    )
