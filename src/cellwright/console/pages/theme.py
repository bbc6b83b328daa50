"""Light or dark: what a visitor chose, kept in a cookie of this browser."""

from enum import Enum
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse

from cellwright.console.security.returning import LONGEST_PATH, local_path
from cellwright.console.services import services

router = APIRouter()
_ONE_YEAR = 31_536_000


class Theme(Enum):
    """What can be chosen; `system` is what the browser prefers."""

    LIGHT = "light"
    DARK = "dark"
    SYSTEM = "system"


@router.post("/theme")
def choose(
    request: Request,
    theme: Annotated[Theme, Form()],
    back: Annotated[str, Form(max_length=LONGEST_PATH)] = "/",
) -> RedirectResponse:
    """Keep the choice and go back to the page."""
    answer = RedirectResponse(local_path(back), HTTPStatus.SEE_OTHER)
    if theme is Theme.SYSTEM:
        answer.delete_cookie("theme")
    else:
        secure = services(request).settings.secure
        answer.set_cookie(
            "theme", theme.value, max_age=_ONE_YEAR, secure=secure, httponly=True, samesite="lax"
        )
    return answer
