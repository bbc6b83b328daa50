"""The console's web application: all pages and API calls, behind the same checks."""

from fastapi import Depends, FastAPI
from starlette.middleware.gzip import GZipMiddleware
from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from cellwright.console import pages, rest
from cellwright.console.discovery import found_in, navigation_of
from cellwright.console.failures import add_handlers
from cellwright.console.operations.background import in_background
from cellwright.console.operations.metrics import Metrics
from cellwright.console.operations.requests import RequestWatch
from cellwright.console.rendering import STATIC, Pages
from cellwright.console.security.bodies import LimitedBodies
from cellwright.console.security.forms import checked_form
from cellwright.console.security.headers import SecurityHeaders
from cellwright.console.services import Services
from cellwright.console.wire.description import DescribedApi

API = "/api/v1"
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
        dependencies=[Depends(checked_form)],
        lifespan=in_background,
    )
    found = found_in(pages)
    application.state.services = services
    application.state.metrics = Metrics(services.session)
    application.state.pages = Pages(navigation_of(found))
    for item in found:
        application.include_router(item.router, include_in_schema=False)
    for item in found_in(rest):
        application.include_router(item.router, prefix=API, tags=[item.name])
    application.mount("/static", _KeptFiles(directory=STATIC), name="static")
    add_handlers(application)
    application.add_middleware(LimitedBodies)
    application.add_middleware(GZipMiddleware, minimum_size=_SMALLEST_COMPRESSED)
    application.add_middleware(SecurityHeaders, secure=services.settings.secure)
    application.add_middleware(RequestWatch, metrics=application.state.metrics, log=services.log)
    return application
