"""Of all that a new unit waits for, what comes right before it."""

from cellwright.model.address import UnitAddress
from cellwright.model.runs.change import Status, UnitStatus
from cellwright.planning.coming_first import ComingFirst, waits_of
from cellwright.planning.unit_status import waiting_for

ACCOUNT, NETWORK, FOUNDATION, APP = (
    UnitAddress.parse(text)
    for text in ("base/prod/account", "base/prod/network", "client/acme/foundation", "client/acme/app")
)


def waiting(unit: UnitAddress, *upstreams: UnitAddress) -> UnitStatus:
    return UnitStatus(unit, Status.BLOCKED, waiting_for(upstreams), new=True)


def test_what_comes_before_another_one_is_left_out() -> None:
    app = waiting(APP, ACCOUNT, NETWORK, FOUNDATION)
    known = [waiting(NETWORK, ACCOUNT), waiting(FOUNDATION, NETWORK), app]
    assert ComingFirst(waits_of(known)).of(app) == (FOUNDATION,)


def test_units_of_which_nothing_is_known_are_named() -> None:
    app = waiting(APP, ACCOUNT, NETWORK)
    assert ComingFirst(waits_of([app])).of(app) == (ACCOUNT, NETWORK)


def test_units_that_wait_for_each_other_are_named_all_the_same() -> None:
    app = waiting(APP, NETWORK, FOUNDATION)
    known = [waiting(NETWORK, FOUNDATION), waiting(FOUNDATION, NETWORK), app]
    assert set(ComingFirst(waits_of(known)).of(app)) <= {NETWORK, FOUNDATION}
    assert ComingFirst(waits_of(known)).of(app)
