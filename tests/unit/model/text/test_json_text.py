"""JSON with decimals is what the standard library would write, but for the digits."""

import json
from types import MappingProxyType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cellwright.model.text.json_text import CANONICAL, COMPACT, PLAIN, JsonStyle, read_json

values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.integers(-(10**6), 10**6).map(lambda n: n + 0.5)
    | st.text(),
    lambda children: st.lists(children, max_size=3) | st.dictionaries(st.text(), children, max_size=3),
    max_leaves=8,
)
styles = st.sampled_from(
    [PLAIN, COMPACT, CANONICAL, JsonStyle(indent=2), JsonStyle(sort_keys=True, indent=1)]
)


@given(values, styles)
def test_it_is_laid_out_as_the_library_does(value: object, style: JsonStyle) -> None:
    exact = read_json(json.dumps(value))
    assert style.write(exact) == json.dumps(
        value,
        sort_keys=style.sort_keys,
        ensure_ascii=style.ensure_ascii,
        indent=style.indent,
        separators=style.separators,
    )


def test_decimals_keep_their_digits() -> None:
    text = '{"a": [0.00001, 0.1234567890123456789012345678901], "b": 1.5}'
    assert PLAIN.write(read_json(text)) == text
    assert COMPACT.write(MappingProxyType({"a": (read_json("0.10"),)})) == '{"a":[0.1]}'


def test_an_integer_of_many_digits_is_read() -> None:
    assert PLAIN.write(read_json("[" + "9" * 5000 + "]")).startswith("[9")


def test_other_faults_are_told() -> None:
    with pytest.raises(ValueError, match="Expecting"):
        read_json("{")
    with pytest.raises(TypeError, match="set is not JSON"):
        PLAIN.write({1, 2})
    with pytest.raises(ValueError, match="not JSON compliant"):
        JsonStyle(allow_nan=False).write([float("inf"), read_json("0.5")])
