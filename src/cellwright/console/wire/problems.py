"""Refusals of API calls; `console.failures` answers them as problem documents (RFC 9457)."""

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

from pydantic import BaseModel, Field

from cellwright.model.diagnostic import Diagnostic, DiagnosticError, error

MEDIA_TYPE = "application/problem+json"


class RefusedCallError(Exception):
    """A call is refused for a reason that has a status of its own."""

    def __init__(
        self,
        status: HTTPStatus,
        title: str,
        diagnostics: Sequence[Diagnostic] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(title)
        self.status = status
        self.title = title
        self.diagnostics = tuple(diagnostics)
        self.headers = dict(headers or {})


def absent(what: str, advice: str) -> RefusedCallError:
    """Say that there is no such thing."""
    return RefusedCallError(HTTPStatus.NOT_FOUND, "There is no such thing", (error(what, advice),))


def absent_if_refused(fault: DiagnosticError) -> RefusedCallError:
    """Say that there is no such thing, as a use case has put it."""
    return RefusedCallError(HTTPStatus.NOT_FOUND, "There is no such thing", fault.diagnostics)


class DiagnosticPart(BaseModel):
    """What is wrong, where, and what to do."""

    severity: str
    summary: str
    detail: str = Field(description="What to do.")
    file: str | None
    line: int | None
    column: int | None


class Problem(BaseModel):
    """A call that was refused or failed."""

    type: str
    title: str
    status: int
    detail: str | None = Field(default=None, description="The first of the diagnostics in short.")
    diagnostics: list[DiagnosticPart]


_MEANINGS: Mapping[int, str] = {
    400: "The request can't be read",
    401: "No token, or one that is unknown, expired or revoked",
    403: "This person or token may not do it",
    404: "There is no such thing",
    409: "It can't be done as things are; the diagnostics say why",
    412: "It was changed meanwhile",
    422: "A field of the request is wrong, or the key was used for another request",
    428: "If-Match is missing",
    503: "The ledger can't be reached or written; Retry-After says when to try again",
}


def problem_answers() -> dict[int | str, dict[str, Any]]:
    """Describe them for OpenAPI; `describe` adds the schema that they name."""
    reference = {"$ref": f"#/components/schemas/{Problem.__name__}"}
    return {
        status: {"description": text, "content": {MEDIA_TYPE: {"schema": reference}}}
        for status, text in _MEANINGS.items()
    }
