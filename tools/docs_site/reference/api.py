"""The page of the API's calls, made from its description (OpenAPI)."""

from collections.abc import Iterator, Mapping
from functools import cache
from itertools import groupby
from typing import Any

from fastapi import APIRouter, FastAPI

from cellwright.app.fleet.schema.schema_words import kind, named
from cellwright.console import rest
from cellwright.console.application import API
from cellwright.console.discovery import found_in
from docs_site.reference.markdown import cell, table

_HEAD = """# Every call of the API

Made from the code, as is the description in OpenAPI that a server gives at `/api/v1/openapi.json`.
[The API](../api.md) explains tokens, permissions, pages, repeated requests and webhooks.
[JSON documents](documents.md) has the fields of what calls take and answer.

"""
_METHODS = ("get", "post", "put", "patch", "delete")
Call = tuple[str, str, Mapping[str, Any]]


def api_page() -> str:
    """Write the page."""
    lines: list[str] = []
    for tag, found in groupby(sorted(calls(), key=_order), key=lambda call: call[2]["tags"][0]):
        lines += [f"## {tag.replace('_', ' ').capitalize()}", ""]
        for call in found:
            lines += _call(call)
    return _HEAD + "\n".join(lines)


def calls() -> list[Call]:
    """Each call: method, path, and what the description says of it."""
    description = _description()
    return [
        (method, path, call)
        for path, methods in description["paths"].items()
        for method, call in methods.items()
        if method in _METHODS
    ]


@cache
def _description() -> Mapping[str, Any]:
    application = FastAPI(title="Cellwright")
    for item in found_in(rest):
        router = APIRouter()
        router.include_router(item.router, prefix=API, tags=[item.name])
        application.include_router(router)
    return application.openapi()


def _order(call: Call) -> tuple[str, str, int]:
    method, path, about = call
    return about["tags"][0], path, _METHODS.index(method)


def _call(call: Call) -> Iterator[str]:
    method, path, about = call
    yield from (f"### {method.upper()} {path.removeprefix(API)}", "")
    yield from (cell(about.get("description") or about.get("summary", "")), "")
    rows = [
        (f"`{part['name']}`", f"{part['in']}, {kind(part['schema'])}", part.get("description", ""))
        for part in about.get("parameters", ())
    ]
    yield from table(("parameter", "value", "meaning"), rows)
    yield from table(("field", "value", "meaning"), _fields(about.get("requestBody", {})))
    if answered := _answers(about):
        yield from (f"Answers with {answered}.", "")


def _fields(body: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """List the fields of the document that a call takes."""
    name = named(_schema(body))
    found = _description()["components"]["schemas"][name] if name else {}
    return [
        (
            f"`{field}`",
            f"{kind(part)}{'' if field in found.get('required', ()) else ', may be left out'}",
            text,
        )
        for field, part in found.get("properties", {}).items()
        for text in (part.get("description", ""),)
    ]


def _answers(about: Mapping[str, Any]) -> str:
    good = [_linked(answer) for code, answer in about["responses"].items() if code.startswith("2")]
    return next((text for text in good if text), "")


def _schema(body: Mapping[str, Any]) -> Mapping[str, Any]:
    found: Mapping[str, Any] = body.get("content", {}).get("application/json", {}).get("schema", {})
    return found


def _linked(body: Mapping[str, Any]) -> str:
    """Name the document that a body holds, with a link to it."""
    schema = _schema(body)
    many = schema.get("items", {}) if schema.get("type") == "array" else schema
    name = named(many)
    return f"[{name}](documents.md#{name.lower()})" if name else ""
