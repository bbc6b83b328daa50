"""What can't be seen is shown as an escape, and everything else as it is."""

import pytest

from cellwright.model.text.visible import is_visible, visible


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain: ü 日本 ✓ 🙂", "plain: ü 日本 ✓ 🙂"),
        ("a\u202eb", "a\\u202eb"),
        ("\u2066x\u2069", "\\u2066x\\u2069"),
        ("ad\u200bmin", "ad\\u200bmin"),
        ("a\ufeffb\u00adc\u2060d", "a\\ufeffb\\u00adc\\u2060d"),
        ("a\u3164b\u2800c\ufe0fd", "a\\u3164b\\u2800c\\ufe0fd"),
        ("a\U000e0041b", "a\\U000e0041b"),
        ("a\u00a0b\u2028c", "a\\u00a0b\\u2028c"),
        ("\x1b[2Ja\x9bb\x7f\0", "\\u001b[2Ja\\u009bb\\u007f\\u0000"),
        ("a\nb\tc", "a\\u000ab\\u0009c"),
        ("\ud800", "\\ud800"),
    ],
)
def test_an_escape_stands_for_what_can_t_be_seen(text: str, shown: str) -> None:
    assert visible(text) == shown
    assert is_visible(text) == (text == shown)
    assert is_visible(shown)


def test_what_is_to_be_kept_is_kept() -> None:
    assert visible("a\nb\u202e", keep="\n") == "a\nb\\u202e"
