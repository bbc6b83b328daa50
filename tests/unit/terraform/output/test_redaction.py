import json

import pytest

from cellwright.terraform.output.redaction import MASK, Redactor
from cellwright.terraform.workspace.variables import expression

SECRET = 'c4n4ry "q" \\ <b>&\n${x} é😀'


@pytest.mark.parametrize(
    "shown",
    [
        SECRET,
        json.dumps(SECRET),
        json.dumps(SECRET, ensure_ascii=False),
        json.dumps(SECRET, ensure_ascii=False)
        .replace("<", "\\u003c")
        .replace(">", "\\u003e")
        .replace("&", "\\u0026"),
        json.dumps({"value": {"nested": [SECRET]}}),
        expression(SECRET),
    ],
)
def test_a_secret_is_masked_in_every_spelling(shown: str) -> None:
    masked = Redactor([SECRET])(f"before {shown} after")

    assert "c4n4ry" not in masked
    assert masked.startswith("before ")
    assert masked.endswith(" after")


def test_the_lines_of_a_long_secret_are_masked_one_by_one() -> None:
    masked = Redactor(["-----BEGIN KEY-----\nMIIEvQIBADAN\n-----END KEY-----"])("  MIIEvQIBADAN")

    assert masked == f"  {MASK}"


def test_leaves_of_any_value_are_masked() -> None:
    redact = Redactor([{"a": ["hunter2", 123456, True, None, {"b": "swordfish"}]}])

    assert redact("hunter2 123456 true null swordfish") == f"{MASK} {MASK} true null {MASK}"


def test_the_longer_secret_is_masked_whole() -> None:
    assert Redactor(["abcd", "abcdefgh"])("abcdefgh") == MASK


def test_short_values_and_no_values_change_nothing() -> None:
    assert Redactor(["abc", "", "  \n ", 42])("abc 42") == "abc 42"
    assert Redactor([])("anything") == "anything"
