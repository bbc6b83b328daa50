"""Every form of the console, each field missing, too long, of another kind, with script and look-alikes."""

from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any

from fastapi.routing import APIRoute
from pydantic import BaseModel

from cellwright.console import pages
from unit.app.overview.seeds import RUN
from unit.console.bad_input.kit import ALIKE, SCRIPT, SENT, UNIT, WALKS, World, changing, open_world, some

ROUTES = list(changing(pages))
FREE = {"reason", "_reason", "findings"}
"""Texts for people to read, in any alphabet, with any signs."""
TAKEN_AS_TYPED = {"password", "present", "wanted", "code", "next", "back", "_base", "_start", "only"}
"""What is compared with something, or leads to `/` if it leads nowhere."""
CLIENT = ("name", "level", "stacks.app.enabled", "_reason")
MADE_OF_FILES = {
    "/onboard": CLIENT,
    "/onboard/check": CLIENT,
    "/cells/{level}/{name}/edit": (*CLIENT[2:], "_base", "_start"),
    "/cells/{level}/{name}/edit/check": CLIENT[2:],
}
"""The forms whose fields follow from the fleet, each with some."""
NEEDED = {
    "/onboard": ("name",),
    "/people/invite": ("login", "name"),
    "/people/{person}/roles": ("role",),
    "/tokens": ("name",),
    "/webhooks": ("name", "url"),
    "/approvals": ("run", "plans", "answer"),
    "/workers/drain": ("worker",),
    "/theme": ("theme",),
    "/rollouts/new": ("seen",),
    "/rollouts/{rollout_id}/answer": ("answer",),
    "/rollouts/{rollout_id}/expedite": ("reason",),
    "/evidence": ("since", "until"),
    "/evidence/reviews": ("since", "until", "findings"),
}
"""The fields without which a form is refused; of a form that is not here, none writes anything."""
ONLY_LOOKS = {"/onboard/check", "/cells/{level}/{name}/edit/check", "/events/verify"}
GIVEN = {
    "role": "viewer",
    "login": "eve",
    "name": "initech",
    "level": "client",
    "days": "7",
    "theme": "dark",
    "worker": "w_1",
    "run": RUN,
    "plans": f"{UNIT} digest-of-{UNIT}",
    "answer": "approve",
    "url": "https://example.com/x",
    "form": "standard",
    "enabled": "true",
    "since": "2026-01-01",
    "until": "2026-01-02",
    "findings": "nothing unusual",
    "kind": "access",
}
REFUSED = range(400, 500)


def fields_of(route: APIRoute) -> Iterator[str]:
    for parameter in route.dependant.body_params:
        kind = parameter.field_info.annotation
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            yield from (name for name in kind.model_fields if name != "csrf")
        else:
            yield parameter.name
    yield from MADE_OF_FILES.get(route.path, ())


def sent(world: World, route: APIRoute, field: str, text: str | None, **more: Any) -> Any:  # noqa: ANN401  the client's answer
    given = {name: GIVEN[name] for name in fields_of(route) if name in GIVEN and name != field}
    if text is not None:
        given[field] = text
    answer = world.browser.post(world.path(route), data={"csrf": world.csrf, **given}, **more)
    assert answer.status_code < 500, (route.path, field, answer.text)
    assert SCRIPT not in answer.text
    assert "<script>alert" not in answer.text
    assert "content-security-policy" in answer.headers
    return answer


def refused(world: World, route: APIRoute, field: str, text: str | None, **more: Any) -> Any:  # noqa: ANN401  as above
    answer = sent(world, route, field, text, **more)
    assert answer.status_code in REFUSED, (route.path, field, answer.status_code)
    return answer


@WALKS
def test_each_field_of_each_form(world: World, whole: bool) -> None:  # noqa: FBT001  a case
    for route in ROUTES:
        before = world.mark()
        for field in fields_of(route):
            for wrong in some((with_nul, as_file, too_long), f"{route.path} {field}", whole=whole):
                wrong(world, route, field)
            if field not in FREE | TAKEN_AS_TYPED and route.path not in ONLY_LOOKS:
                for text in some((SCRIPT, ALIKE), f"{route.path} {field}", whole=whole):
                    refused(world, route, field, text)
            if field in NEEDED.get(route.path, ()):
                refused(world, route, field, None)
        assert world.mark() == before, route.path
        if route.path not in NEEDED:
            for field in fields_of(route):
                sent(world, route, field, None)


def with_nul(world: World, route: APIRoute, field: str) -> None:
    told = refused(world, route, field, SENT["nul"]).text
    assert f"{field} has characters that can" in unescape(told), (route.path, field)


def as_file(world: World, route: APIRoute, field: str) -> None:
    told = refused(world, route, field, None, files={field: ("a.txt", b"text")}).text
    assert field in told, (route.path, field)


def too_long(world: World, route: APIRoute, field: str) -> None:
    if route.path in ONLY_LOOKS or field in TAKEN_AS_TYPED:
        sent(world, route, field, SENT["long"])
    else:
        refused(world, route, field, SENT["long"])


@WALKS
def test_each_part_of_each_address(world: World, whole: bool) -> None:  # noqa: FBT001  a case
    texts = ("%00%FF", "%3Cscript%3Ealert(1)%3C%2Fscript%3E", "%D0%B0cm%D0%B5", "x" * 3000)
    before = world.mark()
    for route in ROUTES:
        for part in (name for name in world.ids if f"{{{name}}}" in route.path):
            for text in some(texts, f"{route.path} {part}", whole=whole):
                answer = world.browser.post(world.path(route, {part: text}), data={"csrf": world.csrf})
                assert answer.status_code in REFUSED, (route.path, part, text, answer.status_code)
                assert "<script>alert" not in answer.text
    assert world.mark() == before


@WALKS
def test_a_form_that_is_none(world: World, whole: bool) -> None:  # noqa: FBT001  a case
    bodies = (
        (b"--x\r\ngarbage", "multipart/form-data; boundary=x"),
        (b"\xff\xfe\x00", "application/x-www-form-urlencoded"),
        (b"[1]", "application/json"),
    )
    before = world.mark()
    for route in ROUTES:
        for body, kind in some(bodies, route.path, whole=whole):
            answer = world.browser.post(world.path(route), content=body, headers={"content-type": kind})
            assert answer.status_code in REFUSED, (route.path, body[:10], answer.status_code)
    assert world.mark() == before


def test_a_form_of_thousands_of_fields(world: World) -> None:
    answer = world.browser.post(
        "/theme", data={"csrf": world.csrf, **{f"a{number}": "" for number in range(5_001)}}
    )
    assert answer.status_code == 400
    assert "Too many fields" in answer.text


def test_the_list_has_every_form() -> None:
    assert len(ROUTES) > 40
    assert set(MADE_OF_FILES) <= {route.path for route in ROUTES}


def test_free_texts_come_back_as_texts(tmp_path: Path) -> None:
    world = open_world(tmp_path)
    answer = next(route for route in ROUTES if route.path == "/approvals")
    assert sent(world, answer, "reason", SCRIPT).status_code == 303
    shown = world.browser.get("/events")
    assert "<script>alert" not in shown.text
    assert SCRIPT in unescape(shown.text)
