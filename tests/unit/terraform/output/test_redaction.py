import json
import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cellwright.terraform.output.many_forms import ManyForms
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


@given(
    st.lists(st.text("abc\n", min_size=4, max_size=9), min_size=1, max_size=6),
    st.text("abc", max_size=40),
)
def test_very_many_secrets_are_masked_like_few(forms: list[str], text: str) -> None:
    pattern = re.compile("|".join(map(re.escape, sorted(forms, key=len, reverse=True))))
    assert ManyForms(forms)(text) == pattern.sub(MASK, text)


def test_a_secret_of_a_hundred_thousand_lines_takes_no_minute() -> None:
    lines = [f"line {number:07} of the secret" for number in range(100_000)]
    started = time.process_time()
    redact = Redactor(["\n".join(lines)])
    masked = redact("".join(f"  + {line}\n" for line in lines[:2_000]))
    assert masked == f"  + {MASK}\n" * 2_000
    assert time.process_time() - started < 20
