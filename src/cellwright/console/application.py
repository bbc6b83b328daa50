"""The console's web application: all pages and API calls, behind the same checks."""

from functools import cache

from fastapi import APIRouter, Depends, FastAPI
from starlette.middleware.gzip import GZipMiddleware
from starlette.responses import Response
from starlette.routing import BaseRoute
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from cellwright.console import pages, rest
from cellwright.console.discovery import found_in, navigation_of
from cellwright.console.failures import add_handlers
from cellwright.console.navigation import Entry
from cellwright.console.operations.background import in_background
from cellwright.console.operations.metrics import Metrics
from cellwright.console.operations.own_changes import NoteChanges
from cellwright.console.operations.requests import RequestWatch
from cellwright.console.rendering import STATIC, Pages
from cellwright.console.security.bodies import BodyLimits
from cellwright.console.security.forms import checked_form
from cellwright.console.security.headers import SecurityHeaders
from cellwright.console.services import Services
from cellwright.console.wire.description import DescribedApi

API = "/api/v1"
_CHECKED = (Depends(checked_form),)
"""What every page and call depends on."""
_SMALLEST_COMPRESSED = 1000
"""Bytes."""


class _KeptFiles(StaticFiles):
    """The console's own files: their addresses have digests, so browsers may keep them."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """Give one file."""
        answer = await super().get_response(path, scope)
        kept = b"v=" in scope.get("query_string", b"")
        answer.headers["Cache-Control"] = "public, max-age=31536000, immutable" if kept else "no-cache"
        return answer


def create_application(services: Services) -> FastAPI:
    """Make the application; every page and call is checked for forged forms and has its security headers."""
    application = DescribedApi(
        title="Cellwright",
        description="Everything that the pages do, for programs.",
        openapi_url=f"{API}/openapi.json",
        docs_url=None,
        redoc_url=None,
        routes=list(_routes()),
        dependencies=list(_CHECKED),
        lifespan=in_background,
    )
    application.state.services = services
    application.state.metrics = Metrics(services.session)
    application.state.pages = Pages(_navigation())
    application.mount("/static", _KeptFiles(directory=STATIC), name="static")
    add_handlers(application)
    application.add_middleware(BodyLimits)
    application.add_middleware(NoteChanges, changes=services.changes)
    application.add_middleware(GZipMiddleware, minimum_size=_SMALLEST_COMPRESSED)
    application.add_middleware(SecurityHeaders, secure=services.settings.secure)
    application.add_middleware(RequestWatch, metrics=application.state.metrics, log=services.log)
    return application


@cache
def _routes() -> tuple[BaseRoute, ...]:
    """The routes of all pages and calls, which know of no services: a process needs them once."""
    router = APIRouter(dependencies=list(_CHECKED))
    for item in found_in(pages):
        router.include_router(item.router, include_in_schema=False)
    for item in found_in(rest):
        router.include_router(item.router, prefix=API, tags=[item.name])
    return tuple(router.routes)


@cache
def _navigation() -> tuple[Entry, ...]:
    return navigation_of(found_in(pages))
