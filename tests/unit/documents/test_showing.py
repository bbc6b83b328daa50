import json

import pytest

from cellwright.documents.showing import _SHOWN, showable
from cellwright.documents.typesetting import typeset
from unit.destruction.world import case
from unit.documents.test_certificate import NAMED, NOW, text


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("plain \"'\\/\n\t", "plain \"'\\/\n\t"),
        ("é Ω Я €", "é Ω Я €"),
        ("a\u202eb", "a\\u202eb"),
        ("\u0000\b\f\r\u00ad\u200b", "\\u0000\\b\\f\\r\\u00ad\\u200b"),
        ("你", "\\u4f60"),
        ("😀", "\\ud83d\\ude00"),
        ("\\u4f60", "\\u4f60"),
    ],
)
def test_what_can_t_be_shown_stands_as_its_escape(given: str, shown: str) -> None:
    assert json.loads(showable(json.dumps(given))) == shown


def test_every_character_that_is_shown_is_in_an_embedded_font() -> None:
    every = "".join(chr(code) for first, last in _SHOWN for code in range(first, last + 1))
    assert typeset("certificate", text(case(gaps=(every,))), NAMED, NOW)
