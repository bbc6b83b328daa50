"""Filters in addresses: kept by every link, changed one by one, and never a fault."""

import pytest

from cellwright.console.links import Filters


def test_a_link_keeps_the_other_filters_and_begins_at_the_first_page() -> None:
    filters = Filters("/cells", {"q": "a b", "level": "client", "page": "3", "state": ""})
    assert filters.address() == "/cells?q=a+b&level=client"
    assert filters.address(level="") == "/cells?q=a+b"
    assert filters.address(state="failed") == "/cells?q=a+b&level=client&state=failed"
    assert filters.page(2) == "/cells?q=a+b&level=client&page=2"
    assert Filters("/cells", {}).address() == "/cells"


@pytest.mark.parametrize("text", ["", "x", "-1", "²", "1e9", "9" * 30, "\u0661"])
def test_what_is_no_number_is_the_first_page(text: str) -> None:
    assert Filters("/cells", {"page": text}).number("page") == 1
