"""Answers of the API: JSON documents with an ETag, so that a client need not take one twice."""

import hashlib
import io
from http import HTTPStatus
from urllib.parse import urlencode

from fastapi import Request, Response

from cellwright.api.document import Document, write_document

JSON = "application/json"


def answer(request: Request, document: Document, status: int = HTTPStatus.OK, **headers: str) -> Response:
    """Answer with a document; one that the client has already is not sent again.

    `headers` are named with underscores: `Location`, `Retry_After`.
    """
    stream = io.StringIO()
    write_document(document, stream)
    body = stream.getvalue().encode()
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    if request.method == "GET" and "ETag" not in given:
        # Weak, because the same document may be sent compressed.
        given["ETag"] = f'W/"{hashlib.blake2b(body, digest_size=16).hexdigest()}"'
        given["Cache-Control"] = "private, no-cache"
        if _has(request, given["ETag"]):
            return Response(None, HTTPStatus.NOT_MODIFIED, given)
    return Response(body, status, given, JSON)


def page(request: Request, document: Document, following: str | None) -> Response:
    """Answer with one page of a list; a `Link` leads to the next one."""
    if following is None:
        return answer(request, document)
    query = [(name, value) for name, value in request.query_params.multi_items() if name != "cursor"]
    where = f"{request.url.path}?{urlencode([*query, ('cursor', following)])}"
    return answer(request, document, Link=f'<{where}>; rel="next"')


def _has(request: Request, tag: str) -> bool:
    given = [item.strip() for item in request.headers.get("if-none-match", "").split(",")]
    return "*" in given or tag in given
