from typing import Any

import pytest

from cellwright.terraform.planfile.marks import (
    Path,
    has_unknown,
    known_part,
    sensitive_marks,
    unknown_marks,
)
from cellwright.terraform.planfile.unreadable import UnreadablePlanError
from cellwright.terraform.planfile.value import ElementSet, Unknown
from cellwright.terraform.planfile.value_type import Kind

TEXT, LIST, MAP = Unknown(Kind.STRING), Unknown(Kind.LIST), Unknown(Kind.MAP)
VALUE = {"a": TEXT, "b": [1, TEXT, [LIST]], "c": {"d": MAP, "e": None}, "f": {}, "g": [], "h": [{}]}


def test_what_is_unknown_is_left_out_and_null_in_lists() -> None:
    assert known_part(VALUE) == {
        "b": [1, None, [None]],
        "c": {"e": None},
        "f": {},
        "g": [],
        "h": [{}],
    }


def test_it_is_marked_and_empty_parts_are_kept() -> None:
    assert unknown_marks(VALUE) == {
        "a": True,
        "b": [False, True, [True]],
        "c": {"d": True},
        "f": {},
        "g": [],
        "h": [{}],
    }
    assert (has_unknown(VALUE), has_unknown({"a": [None, {}]})) == (True, False)
    assert (unknown_marks(None), unknown_marks("x"), unknown_marks(TEXT)) == (False, False, True)


@pytest.mark.parametrize(
    ("paths", "marks"),
    [
        ([()], True),
        ([("a",)], {"a": True, "b": [False, False, [[]]], "c": {"d": {}}, "f": {}, "g": [], "h": [{}]}),
        ([("b", 1)], {"b": [False, True, [[]]], "c": {"d": {}}, "f": {}, "g": [], "h": [{}]}),
        (
            [("c", "e"), ("f",)],
            {"b": [False, False, [[]]], "c": {"d": {}, "e": True}, "f": True, "g": [], "h": [{}]},
        ),
        ([("nowhere",)], {"b": [False, False, [[]]], "c": {"d": {}}, "f": {}, "g": [], "h": [{}]}),
    ],
)
def test_what_is_sensitive_is_marked(paths: list[Path], marks: Any) -> None:  # noqa: ANN401  JSON
    assert sensitive_marks(VALUE, frozenset(paths)) == marks


def test_a_path_into_a_set_is_left_to_the_binary() -> None:
    value = {"a": ElementSet([1, 2])}
    assert sensitive_marks(value, frozenset([("a",), ("b", 0)])) == {"a": True}
    with pytest.raises(UnreadablePlanError):
        sensitive_marks(value, frozenset([("a", 1)]))
