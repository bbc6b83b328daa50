"""The palette finds what one may see, and only leads there."""

from pathlib import Path

from cellwright.access.roles import Grant, GrantScope, Role
from unit.app.overview.kit import APP, FIRST, NETWORK, apply
from unit.console.pages.kit import console


def paths(client: object, text: str) -> list[str]:
    answer = client.get("/palette", params={"q": text})  # type: ignore[attr-defined]
    return [item["path"] for item in answer.json()["items"]]


def test_without_a_text_it_offers_the_pages(tmp_path: Path) -> None:
    _, client = console(tmp_path)
    assert {"/", "/cells", "/events"} <= set(paths(client, ""))


def test_cells_units_runs_and_pages_are_found(tmp_path: Path) -> None:
    session, client = console(tmp_path)
    apply(session, NETWORK, APP)
    assert "/cells/client/acme" in paths(client, "acme")
    assert "/units/client/acme/app" in paths(client, "client/acme/a")
    assert f"/runs/{FIRST}" in paths(client, FIRST)
    assert f"/runs/{FIRST}" in paths(client, "because")
    assert paths(client, "drif")[0] == "/drift"
    assert "/onboard" in paths(client, "onb")
    assert paths(client, "nothing like it") == []


def test_what_one_may_not_see_is_not_found(tmp_path: Path) -> None:
    session, client = console(tmp_path, (Grant(Role.VIEWER, GrantScope(cells=("client/acme",))),))
    apply(session, NETWORK, APP)
    assert paths(client, "globex") == []
    assert paths(client, FIRST) == [f"/runs/{FIRST}"], "it had a unit of acme"
    assert "/onboard" not in paths(client, "onb")


def test_a_run_of_others_is_not_found(tmp_path: Path) -> None:
    session, client = console(tmp_path, (Grant(Role.VIEWER, GrantScope(cells=("client/globex",))),))
    apply(session, NETWORK, APP)
    assert paths(client, FIRST) == []
    assert paths(client, "because") == []
