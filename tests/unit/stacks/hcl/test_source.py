import pytest

from cellwright.model.position import Position
from cellwright.stacks.hcl.source import Source, SyntaxFault


def test_lines_and_columns_count_from_one() -> None:
    source = Source("main.tf", "ab\n\ncd")
    places = [source.position(offset) for offset in (0, 1, 2, 3, 4, 5, 6)]
    assert places == [
        Position("main.tf", line, column)
        for line, column in [(1, 1), (1, 2), (1, 3), (2, 1), (3, 1), (3, 2), (3, 3)]
    ]


def test_a_byte_order_mark_is_no_text() -> None:
    assert Source.decode("main.tf", "\ufeffa = 1".encode()).text == "a = 1"


def test_bytes_that_are_no_text() -> None:
    with pytest.raises(SyntaxFault, match="not UTF-8") as refusal:
        Source.decode("main.tf", b"ab\xff")
    assert refusal.value.offset == 2
