"""Every call of the API, each field missing, too long, of another kind, with script and look-alikes."""

import json
from collections.abc import Iterator
from typing import Any

from fastapi.routing import APIRoute
from pydantic import BaseModel

from cellwright.console import rest
from unit.console.bad_input.kit import ALIKE, LONG, NUL, SCRIPT, UNIT, WALKS, World, changing, some

ROUTES = list(changing(rest))
FREE = {"reason", "findings", "accept_state", "settings"}
"""Texts for people to read, and settings, which may have any name."""
GIVEN: dict[str, object] = {
    "role": "viewer",
    "login": "eve",
    "name": "eve",
    "days": 7,
    "enabled": True,
    "since": "2026-01-01",
    "until": "2026-01-02",
    "url": "https://example.com/x",
    "kind": "plan",
    "findings": "nothing is left",
    "approved": True,
    "held": True,
    "units": [UNIT],
    "files": {"clients/acme.yaml": "{}\n"},
    "new": "acme",
    "from": "east",
    "to": "west",
}
OF_ANOTHER_KIND: tuple[object, ...] = ([[1]], 3.5, {"a": []}, 10**30, "\ud800")
REFUSED = range(400, 500)


def body_of(route: APIRoute) -> type[BaseModel] | None:
    for parameter in route.dependant.body_params:
        kind = parameter.field_info.annotation
        assert isinstance(kind, type)
        assert issubclass(kind, BaseModel)
        return kind
    return None


def fields_of(route: APIRoute) -> Iterator[tuple[str, str]]:
    """Yield each field of a call's body with how JSON has it: string, array, object, boolean, integer."""
    if (body := body_of(route)) is not None:
        for name, field in body.model_json_schema()["properties"].items():
            kinds = [item.get("type") for item in (field, *field.get("anyOf", ()))]
            yield name, next((kind for kind in kinds if kind and kind != "null"), "string")


def call(world: World, route: APIRoute, body: object, **parts: str) -> Any:  # noqa: ANN401  the client's answer
    method = next(iter(route.methods or ()))
    headers = {"x-csrf-token": world.csrf, "accept": "application/json", "content-type": "application/json"}
    if method == "PUT":
        files = world.browser.get("/api/v1/cells/client/acme/files", headers=headers)
        headers["if-match"] = files.headers["etag"]
    return world.browser.request(
        method, f"/api/v1{world.path(route, parts)}", content=json.dumps(body), headers=headers
    )


def refused(world: World, route: APIRoute, body: object, *named: str, **parts: str) -> None:
    answer = call(world, route, body, **parts)
    assert answer.status_code in REFUSED, (route.path, body, answer.text[:300])
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["x-content-type-options"] == "nosniff"
    problem = answer.json()
    assert problem["title"]
    told = json.dumps(problem["diagnostics"])
    assert len(told) < 10_000, (route.path, "as long as what was sent")
    for name in named:
        assert name in told, (route.path, name, told)


@WALKS
def test_each_field_of_each_call(world: World, whole: bool) -> None:  # noqa: FBT001  a case
    for route in ROUTES:
        before = world.mark()
        body = body_of(route)
        fields = body.model_fields if body else {}
        needed = {field.alias or name for name, field in fields.items() if field.is_required()}
        assert needed <= set(GIVEN), (route.path, "GIVEN says what a field needs")
        good = {name: GIVEN[name] for name in needed}
        good |= {"units": [UNIT]} if "approvals" in route.path else {}
        good |= {"kind": "access"} if route.path == "/reviews" else {}
        for name, kind in fields_of(route):
            own = f"{route.path} {name}"
            for wrong in some(OF_ANOTHER_KIND, own, whole=whole):
                if kind != "object" or not isinstance(wrong, dict):
                    refused(world, route, {**good, name: wrong}, name)
            for text in some((LONG, NUL), own, whole=whole):
                refused(world, route, {**good, name: within(kind, text)}, name)
            for text in some(() if name in FREE else (SCRIPT, ALIKE), own, whole=whole):
                refused(world, route, {**good, name: within(kind, text)})
        for name in sorted(needed):
            refused(world, route, {key: value for key, value in good.items() if key != name}, name)
        assert world.mark() == before, route.path


@WALKS
def test_each_part_of_an_address_and_each_body_that_is_none(world: World, whole: bool) -> None:  # noqa: FBT001  a case
    texts = ("%00", "%3Cscript%3E", "%D0%B0cm%D0%B5", "x" * 3000, "%FF")
    bodies: tuple[object, ...] = ([], "text", None, 1, {"unknown": 1})
    for route in ROUTES:
        before = world.mark()
        for part in (name for name in world.ids if f"{{{name}}}" in route.path):
            for text in some(texts, f"{route.path} {part}", whole=whole):
                refused(world, route, {}, **{part: text})
        if body_of(route) is not None:
            for body in some(bodies, route.path, whole=whole):
                refused(world, route, body)
        assert world.mark() == before, route.path


def within(kind: str, text: str) -> object:
    """Put a text where a field of this kind holds texts."""
    return {"array": [text], "object": {text: text}}.get(kind, text)


def test_the_list_has_every_call() -> None:
    assert len(ROUTES) > 20
