"""Long texts are cut down to where they differ, and never look equal if they are not."""

import random
import string

import pytest

from cellwright.model.text.difference import CONTEXT, differing

LIMIT, MOST = 100, 400
STATEMENTS = ", ".join(f'{{"Sid": "s{number}", "Effect": "Deny"}}' for number in range(40))
POLICY = f'{{"Statement": [{STATEMENTS}]}}'


def test_short_texts_stay_as_they_are() -> None:
    assert differing("a" * LIMIT, "", LIMIT, MOST) == ("a" * LIMIT, "")


def test_what_differs_at_the_end_of_a_long_text_is_shown() -> None:
    before, after = differing("x" * 600 + "old", "x" * 600 + "new", LIMIT, MOST)
    assert (before[-3:], after[-3:]) == ("old", "new")
    assert before[:-3] == after[:-3] == f"…({600 - CONTEXT} equal)…{'x' * CONTEXT}"


def test_each_of_several_differences_is_shown_with_what_lies_beside_it() -> None:
    changed = POLICY.replace('"s3", "Effect": "Deny"', '"s3", "Effect": "Allow"').replace("s38", "t38")
    before, after = differing(POLICY, changed, LIMIT, MOST)
    assert '"Sid": "s3", "Effect": "Deny"' in before
    assert '"Sid": "s3", "Effect": "Allow"' in after
    assert "s38" in before
    assert "t38" in after
    assert len(after) < LIMIT * 4


@pytest.mark.parametrize(("before", "after"), [("y" * 900, ""), ("", "y" * 900)])
def test_a_text_with_nothing_beside_it_says_what_is_left_out(before: str, after: str) -> None:
    shown = "".join(differing(before, after, LIMIT, MOST))
    assert shown.startswith("y" * MOST + "…(500 more characters, SHA-256 of all ")


def test_a_long_text_is_not_compared_with_a_few_words() -> None:
    before, after = differing('{"a": (1)}' * 50, "(known after apply)", LIMIT, MOST)
    assert before.startswith('{"a": (1)}' * 40 + "…(100 more characters")
    assert after == "(known after apply)"


def test_a_long_difference_says_what_is_left_out_and_looks_different() -> None:
    left, right = "a" * 5_000, "b" * 5_000
    before, after = differing(f"{left}1", f"{right}1", LIMIT, MOST)
    assert "more characters" in before
    assert before != after
    assert differing(left + "1", left + "2", LIMIT, MOST) != differing(left + "1", left + "3", LIMIT, MOST)


def test_two_texts_that_differ_never_look_equal() -> None:
    chance = random.Random(7)  # noqa: S311  no secret
    letters = string.ascii_lowercase[:3] + ' ",\n'
    for _ in range(300):
        before = "".join(chance.choices(letters, k=chance.randrange(0, 400)))
        at, length = chance.randrange(len(before) + 1), chance.randrange(0, 150)
        after = before[:at] + "".join(chance.choices(letters, k=length)) + before[at + length :]
        shown = differing(before, after, LIMIT, chance.choice((40, MOST)))
        assert (shown[0] == shown[1]) == (before == after)


def test_texts_of_megabytes_take_no_time() -> None:
    left = "".join(f'"k{number}": {number}, ' for number in range(60_000))
    before, after = differing(left, left.replace('"k7": 7', '"k7": 8').replace("59999,", "0,"), LIMIT, MOST)
    assert before != after
    assert len(after) < LIMIT * 10
