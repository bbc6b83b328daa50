"""The security headers of every answer, and a nonce of its own for each page."""

import secrets
from typing import Any

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
_ONE_YEAR = 31_536_000


def content_security_policy(nonce: str) -> str:
    """Say what a page may load: files of this server and nothing else, no script or style within the page."""
    return "; ".join(
        (
            "default-src 'self'",
            f"script-src 'self' 'nonce-{nonce}'",
            "style-src 'self'",
            "img-src 'self' data:",
            "object-src 'none'",
            "base-uri 'none'",
            "form-action 'self'",
            "frame-ancestors 'none'",
            "require-trusted-types-for 'script'",
            "trusted-types htmx",
        )
    )


def add_security_headers(headers: MutableHeaders, path: str, nonce: str, *, secure: bool) -> None:
    """Add the headers to the answer for a path."""
    headers.update(_ALWAYS)
    headers["Content-Security-Policy"] = content_security_policy(nonce)
    if secure:
        headers["Strict-Transport-Security"] = f"max-age={_ONE_YEAR}; includeSubDomains"
    if not path.startswith("/static/"):
        # What a page shows is for its visitor alone, and not for the browser's cache on a disk.
        headers.setdefault("Cache-Control", "no-store")


class SecurityHeaders:
    """Adds the headers; the page's nonce is `request.state.nonce`."""

    def __init__(self, app: ASGIApp, *, secure: bool) -> None:
        self._app = app
        self._secure = secure

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        nonce = secrets.token_urlsafe(16)
        state: dict[str, Any] = scope.setdefault("state", {})
        state["nonce"] = nonce

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                add_security_headers(MutableHeaders(scope=message), scope["path"], nonce, secure=self._secure)
            await send(message)

        await self._app(scope, receive, send_with_headers)
