"""Makes pages from templates. Everything is escaped that a template does not say is HTML already."""

import hashlib
from functools import cache
from pathlib import Path
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from cellwright.access.visitor import Visitor
from cellwright.console.navigation import Entry
from cellwright.console.pictures.qr_code import qr_code

FOLDER = Path(__file__).parent
STATIC = FOLDER / "static"
_THEMES = frozenset({"light", "dark"})


@cache
def _environment() -> Environment:
    """What compiles templates and keeps them, once for a process."""
    environment = Environment(
        loader=FileSystemLoader(FOLDER / "templates"),
        autoescape=select_autoescape(default=True, default_for_string=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals["static"] = StaticFiles().address
    environment.globals["qr_code"] = qr_code
    return environment


class Pages:
    """Renders the templates of one application."""

    def __init__(self, navigation: tuple[Entry, ...]) -> None:
        self.navigation = navigation
        self._environment = _environment()

    def render(self, request: Request, template: str, status: int = 200, **values: Any) -> HTMLResponse:  # noqa: ANN401  what the template names
        """Render a template; it sees who looks, where, and the page's nonce besides `values`."""
        visitor: Visitor | None = getattr(request.state, "visitor", None)
        shown = (entry for entry in self.navigation if visitor and visitor.may_somewhere(entry.permission))
        theme = request.cookies.get("theme", "")
        text = self._environment.get_template(template).render(
            request=request,
            visitor=visitor,
            nonce=request.state.nonce,
            navigation=tuple(shown),
            path=request.url.path,
            theme=theme if theme in _THEMES else "",
            **values,
        )
        return HTMLResponse(text, status)

    def part(self, template: str, **values: Any) -> str:  # noqa: ANN401  as above
        """Render a part of a page that is the same for all who see it: it knows nothing but `values`."""
        return self._environment.get_template(template).render(**values)


class StaticFiles:
    """Gives the addresses of the console's own files, with a digest, so that browsers may keep them."""

    def __init__(self) -> None:
        self._known: dict[str, str] = {}

    def address(self, path: str) -> str:
        """Give a file's address: `css/tokens.css` -> `/static/css/tokens.css?v=1f0c9a2b`.

        Raises:
            FileNotFoundError: there is no such file.
        """
        if path not in self._known:
            digest = hashlib.blake2b((STATIC / path).read_bytes(), digest_size=4).hexdigest()
            self._known[path] = f"/static/{path}?v={digest}"
        return self._known[path]


def render(request: Request, template: str, status: int = 200, **values: Any) -> HTMLResponse:  # noqa: ANN401  as above
    """Render a template of the application that serves this request."""
    pages: Pages = request.app.state.pages
    return pages.render(request, template, status, **values)
