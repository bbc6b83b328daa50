import pytest

from cellwright.app.clients.offboard import OffboardRequest
from cellwright.model.settings.offboarding_settings import DAY
from golden.cli import life_samples
from unit.cli.conftest import Place, Run


def test_with_yes_no_name_is_asked_for(run: Run, place: Place) -> None:
    use_case = place("app.clients.offboard.offboard", life_samples.OFFBOARDED)
    assert run("offboard", "globex", "--yes", "--reason", "gone").code == 0
    assert use_case.given[2] == OffboardRequest(name="globex", reason="gone", hooks=True)


def test_hooks_can_be_skipped(run: Run, place: Place) -> None:
    use_case = place("app.clients.offboard.offboard", life_samples.OFFBOARDED)
    run("offboard", "globex", "--yes", "--no-verify")
    assert use_case.given[2] == OffboardRequest(name="globex")


def test_a_hold_is_a_length_of_time(run: Run, place: Place) -> None:
    use_case = place("app.clients.offboard.offboard", life_samples.ON_HOLD)
    answer = run("offboard", "globex", "--yes", "--hold", "45d")
    assert answer.code == 0
    assert use_case.given[2] == OffboardRequest(name="globex", hooks=True, hold=45 * DAY)
    assert "nothing is destroyed before 2026-12-22 21:48 UTC" in " ".join(answer.out.split())


@pytest.mark.parametrize("hold", ["-1d", "1y", "d", "367d", "1.5d", "\u0663d"])
def test_what_is_no_hold_is_refused(run: Run, place: Place, hold: str) -> None:
    use_case = place("app.clients.offboard.offboard", life_samples.ON_HOLD)
    answer = run("offboard", "globex", "--yes", f"--hold={hold}")
    assert answer.code == 2
    assert not use_case.given


@pytest.mark.parametrize(
    "arguments",
    [
        ("offboard", "--yes"),
        ("offboard", "globex", "--due"),
        ("offboard", "globex", "--cancel", "--approve"),
        ("offboard", "globex", "--cancel", "--hold", "1d"),
    ],
)
def test_what_contradicts_itself_is_refused(run: Run, arguments: tuple[str, ...]) -> None:
    assert run(*arguments).code == 2


def test_a_policy_that_denies_is_a_finding(run: Run, place: Place) -> None:
    place("app.clients.offboard.offboard", life_samples.REFUSED)
    assert run("offboard", "globex", "--yes").code == 1
