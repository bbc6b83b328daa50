"""HTTP requests and responses as values: complete, in memory, independent of the server."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qs

FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpRequest:
    """One HTTP request. `path` is decoded, `headers` has lower-case names."""

    method: str
    path: str
    query: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    environ: Mapping[str, object] = field(default_factory=dict)
    """The WSGI environment for the emulator; its input stream is not to be read from here."""

    def parameter(self, name: str) -> str:
        """Look up a parameter of the query string, or of a form in the body; empty if absent."""
        if values := parse_qs(self.query).get(name):
            return values[0]
        if self.headers.get("content-type", "").startswith(FORM):
            return parse_qs(self.body.decode("utf-8", "replace")).get(name, [""])[0]
        return ""


@dataclass(frozen=True, slots=True)
class HttpResponse:
    """One HTTP response with its whole body."""

    status: int
    body: bytes = b""
    headers: tuple[tuple[str, str], ...] = ()

    def header(self, name: str) -> str:
        """Look up a header, whatever its case; empty if absent."""
        return next((value for key, value in self.headers if key.lower() == name.lower()), "")


def json_response(status: int, document: object) -> HttpResponse:
    """Answer with a JSON document."""
    return HttpResponse(status, json.dumps(document).encode(), (("Content-Type", "application/json"),))
