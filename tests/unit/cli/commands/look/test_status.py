from cellwright.app.status.paging import Page
from cellwright.app.status.status import FleetStatus, StatusRequest
from cellwright.planning.selection import Relatives
from golden.cli import samples
from unit.cli.conftest import Place, Run


def test_selectors_and_relatives_reach_the_use_case(run: Run, place: Place) -> None:
    use_case = place("app.status.status.status", samples.STATUS)
    assert run("status", "client/acme", "tier=gold", "--with-upstreams").code == 0
    assert use_case.given[1] == StatusRequest(
        selectors=("client/acme", "tier=gold"), relatives=Relatives(upstreams=True), page=Page()
    )


def test_all_lists_cells_that_are_up_to_date_in_a_big_fleet_too(run: Run, place: Place) -> None:
    place("app.status.status.status", samples.BIG_STATUS)
    assert "client/client-011" not in run("status").out
    assert "client/client-011" in run("status", "--all").out


def test_an_empty_fleet_has_no_units(run: Run, place: Place) -> None:
    place("app.status.status.status", FleetStatus("new", ()))
    assert "no units" in run("status").out
