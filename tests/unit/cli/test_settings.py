import pytest
import typer

from cellwright.cli.arguments.clients import parse_settings


def test_values_are_json_where_they_can_be_read_as_such() -> None:
    given = ["a=1", "b=true", "c=null", 'd=[1,"x"]', 'e="6"', "f=prod-use1", "g=", "h=a=b", "i=1.2.3"]
    assert parse_settings(given) == {
        "a": 1,
        "b": True,
        "c": None,
        "d": [1, "x"],
        "e": "6",
        "f": "prod-use1",
        "g": "",
        "h": "a=b",
        "i": "1.2.3",
    }


def test_dots_make_a_tree() -> None:
    assert parse_settings(["a.b.c=1", "a.b.d=2", "a.e=3"]) == {"a": {"b": {"c": 1, "d": 2}, "e": 3}}


def test_a_value_nested_too_deeply_is_text() -> None:
    deep = "[" * 100_000
    assert parse_settings([f"a={deep}"]) == {"a": deep}


@pytest.mark.parametrize(
    "given", [["a"], ["=1"], [".a=1"], ["a..b=1"], ["a=1", "a=2"], ["a=1", "a.b=2"], ["a.b=2", "a=1"]]
)
def test_what_is_no_setting_or_contradicts_another_is_refused(given: list[str]) -> None:
    with pytest.raises(typer.BadParameter):
        parse_settings(given)
