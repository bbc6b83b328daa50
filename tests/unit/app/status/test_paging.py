from pathlib import Path

from hypothesis import given
from hypothesis import strategies as some

from cellwright.app.fleet.show import ShowRequest, show
from cellwright.app.status.paging import Page
from cellwright.app.status.status import StatusRequest, status
from cellwright.model.address import UnitAddress
from unit.app.kit import make_fleet, open_session

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


def test_status_and_show_give_the_page_that_was_asked_for(tmp_path: Path) -> None:
    make_fleet(tmp_path, acme="{}\n", globex="{}\n")
    session = open_session(tmp_path)
    whole = [item.address for item in status(session, StatusRequest()).units]
    first = status(session, StatusRequest(page=Page(limit=1)))
    assert [item.address for item in first.units] == whole[:1]
    assert first.next == whole[0]
    rest = status(session, StatusRequest(page=Page(first.next)))
    assert ([item.address for item in rest.units], rest.next) == (whole[1:], None)
    shown = show(session, ShowRequest(selectors=["client/acme"], page=Page(limit=1)))
    assert [item.address for item in shown.units] == [shown.next]
