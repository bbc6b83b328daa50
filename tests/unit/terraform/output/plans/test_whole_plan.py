"""What a plan's digest is made of: all that it does, and nothing that stays as it is."""

from typing import Any

import pytest

from cellwright.terraform.output.plans.whole_plan import nameless, whole_of


def plan(before: Any, after: Any, **more: Any) -> dict[str, Any]:  # noqa: ANN401  JSON
    change = {"actions": ["update"], "before": before, "after": after, "after_unknown": {}}
    return {"resource_changes": [{"address": "aws_x.a", "change": change}], **more}


def test_what_stays_as_it_is_does_not_count() -> None:
    one = plan({"id": "1", "tag": "a", "same": [1]}, {"id": "1", "tag": "b", "same": [1]}, timestamp="now")
    other = plan(
        {"id": "2", "tag": "a", "same": [2]}, {"id": "2", "tag": "b", "same": [2]}, variables={"v": 1}
    )
    assert whole_of(one) == whole_of(other)


@pytest.mark.parametrize(
    "other",
    [
        plan({"id": "1", "tag": "a"}, {"id": "1", "tag": "c"}),
        plan({"id": "1", "tag": "z"}, {"id": "1", "tag": "b"}),
        plan({"id": "1", "tag": "a"}, {"id": "2", "tag": "b"}),
        plan({"id": "1", "tag": "a"}, {"id": "1", "tag": "b", "more": True}),
        plan({"id": "1", "tag": "a"}, {"id": "1"}),
        plan({"id": "1", "tag": "a"}, None),
        plan({"id": "1", "tag": "a"}, {"id": "1", "tag": "b"}, output_changes={"o": {"actions": ["create"]}}),
    ],
)
def test_whatever_it_does_counts(other: dict[str, Any]) -> None:
    assert whole_of(plan({"id": "1", "tag": "a"}, {"id": "1", "tag": "b"})) != whole_of(other)


def test_an_output_counts_if_it_changes() -> None:
    def outputs(before: object, after: object) -> dict[str, Any]:
        return {"output_changes": {"o": {"actions": ["update"], "before": before, "after": after}}}

    assert whole_of(outputs("x", "x")) == whole_of(outputs("y", "y"))
    assert whole_of(outputs("x", "z")) != whole_of(outputs("y", "z"))
    assert whole_of(outputs(1, True)) != whole_of(outputs(True, True))


def _alike(acme: object, globex: object) -> bool:
    return nameless(acme, "acme") == nameless(globex, "globex")  # type: ignore[arg-type]  # JSON


@pytest.mark.parametrize(
    ("acme", "globex"),
    [
        ("acme", "globex"),
        ("s3://acme-files/acme", "s3://globex-files/globex"),
        ({"tags": {"acme": ["acme_1", 2, None, True]}}, {"tags": {"globex": ["globex_1", 2, None, True]}}),
        ("\0cell", "\0cell"),
    ],
)
def test_plans_that_differ_in_their_cells_own_names_are_alike(acme: object, globex: object) -> None:
    assert _alike(acme, globex)


@pytest.mark.parametrize(
    ("acme", "globex"),
    [
        ("acme-files", "globex-logs"),
        ("acme", "acme"),
        ("acme", "initech"),
        ("acmefiles", "globexfiles"),
        ("YWNtZQ==", "Z2xvYmV4"),
        ("acme", "\0cell"),
        ("Acme", "Globex"),
    ],
)
def test_plans_that_differ_otherwise_are_not_alike(acme: object, globex: object) -> None:
    assert not _alike(acme, globex)
