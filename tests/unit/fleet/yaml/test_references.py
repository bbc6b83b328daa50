"""References in text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cellwright.fleet.yaml.references import Reference, ReferenceSyntaxError, escape, parse_text

SEGMENTS = st.from_regex(r"[A-Za-z0-9_-]+", fullmatch=True)
REFERENCES = st.builds(Reference, SEGMENTS, st.lists(SEGMENTS, min_size=1).map(tuple))


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("plain", ("plain",)),
        ("", ()),
        ("${cell.tier}", (Reference("cell", ("tier",)),)),
        ("${ cell.tier }", (Reference("cell", ("tier",)),)),
        ("a-${cell.a.b}-c", ("a-", Reference("cell", ("a", "b")), "-c")),
        ("${a.b}${c.d}", (Reference("a", ("b",)), Reference("c", ("d",)))),
        (
            "${output.base/prod-use1/network.vpc_id}",
            (Reference("output", ("base/prod-use1/network", "vpc_id")),),
        ),
        ("$${cell.tier}", ("${cell.tier}",)),
        ("$$${a.b}", ("$${a.b}",)),
        ("a$${b}${c.d}", ("a${b}", Reference("c", ("d",)))),
        ("$5 and $ and }", ("$5 and $ and }",)),
    ],
)
def test_parts(text: str, parts: tuple[str | Reference, ...]) -> None:
    assert parse_text(text) == parts


@pytest.mark.parametrize("text", ["${", "a ${b.c", "${a.b} ${c"])
def test_unclosed(text: str) -> None:
    with pytest.raises(ReferenceSyntaxError, match="no closing"):
        parse_text(text)


@pytest.mark.parametrize(
    "text", ["${}", "${a}", "${a.}", "${.a}", "${a..b}", "${a b.c}", "${aws:username}", "${a.b/}"]
)
def test_no_reference(text: str) -> None:
    with pytest.raises(ReferenceSyntaxError) as caught:
        parse_text(text)
    assert "$${" in caught.value.advice
    assert "username" not in caught.value.summary


@given(st.text())
def test_escaped_text_comes_back(text: str) -> None:
    assert "".join(str(part) for part in parse_text(escape(text))) == text


@given(st.lists(st.one_of(st.text(min_size=1), REFERENCES)))
def test_what_is_written_is_read(parts: list[str | Reference]) -> None:
    written = "".join(escape(part) if isinstance(part, str) else f"${{{part}}}" for part in parts)
    # A dollar before a reference would escape it; that can only be written inside the literal.
    if "$${" in written.replace("$${", "", written.count("$${")) or "$$" in written:
        return
    expected: list[str | Reference] = []
    for part in parts:
        if isinstance(part, str) and expected and isinstance(expected[-1], str):
            expected[-1] += part
        else:
            expected.append(part)
    assert parse_text(written) == tuple(expected)
