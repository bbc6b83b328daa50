"""The console's cookies: which flags they have, and how they are read."""

from fastapi import Request, Response

_NAME = "cellwright-session"
_STEP = "cellwright-step"
_HOST_NAME = f"__Host-{_NAME}"
"""Browsers take a cookie of this name only over https, for this host and the whole of it."""


def session_cookie(request: Request, *, secure: bool) -> str:
    """Give the session's cookie that a request carries; empty if it has none."""
    return request.cookies.get(_HOST_NAME if secure else _NAME, "")


def set_session_cookie(response: Response, value: str, *, secure: bool, seconds: int) -> None:
    """Have the browser keep a session's cookie for so many seconds."""
    response.set_cookie(
        _HOST_NAME if secure else _NAME,
        value,
        max_age=seconds,
        path="/",
        secure=secure,
        httponly=True,
        samesite="lax",
    )


def drop_session_cookie(response: Response, *, secure: bool) -> None:
    """Have the browser forget the session's cookie."""
    response.delete_cookie(
        _HOST_NAME if secure else _NAME, path="/", secure=secure, httponly=True, samesite="lax"
    )


def step_cookie(request: Request, *, secure: bool) -> str:
    """Give the cookie of a sign-in that is under way; empty if there is none."""
    return request.cookies.get(f"__Host-{_STEP}" if secure else _STEP, "")


def set_step_cookie(response: Response, value: str, *, secure: bool, seconds: int) -> None:
    """Have the browser keep what belongs to a sign-in that is under way.

    It is sent along when a provider sends the browser back here, as every cookie that is `lax`.
    """
    response.set_cookie(
        f"__Host-{_STEP}" if secure else _STEP,
        value,
        max_age=seconds,
        path="/",
        secure=secure,
        httponly=True,
        samesite="lax",
    )


def drop_step_cookie(response: Response, *, secure: bool) -> None:
    """Have the browser forget a sign-in that was under way."""
    name = f"__Host-{_STEP}" if secure else _STEP
    response.delete_cookie(name, path="/", secure=secure, httponly=True, samesite="lax")
