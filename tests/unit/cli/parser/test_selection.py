import pytest

from cellwright.app.fleet.show import ShownUnits, ShowRequest
from cellwright.app.status.paging import Page
from cellwright.app.status.status import StatusRequest
from golden.cli import samples
from unit.cli.conftest import Place, Run


@pytest.mark.parametrize(
    ("arguments", "where", "answer"),
    [
        (["status"], "app.status.status.status", samples.STATUS_PAGE),
        (["show"], "app.fleet.show.show", lambda *_: ShownUnits(iter(samples.SHOWN), samples.ACME_SFTP)),
    ],
)
def test_after_and_limit_choose_a_page_of_units(
    run: Run, place: Place, arguments: list[str], where: str, answer: object
) -> None:
    use_case = place(where, answer)
    said = run(*arguments, "--after", "client/acme/app", "--limit", "2")
    request = use_case.given[1]
    assert isinstance(request, StatusRequest | ShowRequest)
    assert request.page == Page(samples.ACME_APP, 2)
    assert "more: repeat this with --after " in said.out
    document = run(*arguments, "--json").document
    assert isinstance(document, dict)
    assert document["next"] in said.out


def test_after_takes_a_unit_s_address_only(run: Run, place: Place) -> None:
    use_case = place("app.status.status.status", samples.STATUS)
    answer = run("status", "--after", "client/acme")
    assert answer.code == 2
    assert "level/cell/stack" in answer.err
    assert not use_case.given
