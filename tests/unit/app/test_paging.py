from hypothesis import given
from hypothesis import strategies as some

from cellwright.app.paging import Page
from cellwright.model.address import UnitAddress

names = some.sampled_from(["a", "b", "c"])
addresses = some.frozensets(some.builds(UnitAddress, names, names, names))


@given(addresses, some.integers(1, 5))
def test_page_after_page_is_everything_once_and_in_order(units: frozenset[UnitAddress], limit: int) -> None:
    seen: list[UnitAddress] = []
    page = Page(limit=limit)
    while True:
        found, following = page.of(units)
        assert len(found) <= limit
        seen += found
        if following is None:
            break
        assert following == found[-1]
        page = Page(following, limit)
    assert seen == sorted(units)


def test_without_a_limit_it_is_all_that_follows() -> None:
    one, two = UnitAddress("a", "a", "a"), UnitAddress("a", "b", "a")
    assert Page().of({two, one}) == ((one, two), None)
    assert Page(one).of({two, one}) == ((two,), None)
    assert Page(two, 1).of({two, one}) == ((), None)
