import pytest

from cellwright.ci.template import filled


def test_a_place_is_filled_in_and_everything_else_stays() -> None:
    text = "a: @{one}\nb: ${{ github.ref }} ${x[@]} ${one} $@ @{one}@{one}\n"
    assert filled(text, {"one": "1"}) == "a: 1\nb: ${{ github.ref }} ${x[@]} ${one} $@ 11\n"


def test_a_list_becomes_lines_and_an_empty_one_none() -> None:
    text = "run: |\n  @{some}\n  @{none}\n  end\n"
    assert filled(text, {"some": ["one", "two"], "none": []}) == "run: |\n  one\n  two\n  end\n"


@pytest.mark.parametrize("text", ["@{other}", "x @{some}"])
def test_a_place_without_a_value_is_a_defect(text: str) -> None:
    with pytest.raises(KeyError):
        filled(text, {"some": ["one"]})
