from cellwright.app.clients.offboard import OffboardRequest
from golden.cli import samples
from unit.cli.conftest import Place, Run


def test_with_yes_no_name_is_asked_for(run: Run, place: Place) -> None:
    use_case = place("app.clients.offboard.offboard", samples.DESTROYED)
    assert run("offboard", "globex", "--yes", "--reason", "gone").code == 0
    assert use_case.given[2] == OffboardRequest(name="globex", reason="gone", hooks=True)


def test_hooks_can_be_skipped(run: Run, place: Place) -> None:
    use_case = place("app.clients.offboard.offboard", samples.DESTROYED)
    run("offboard", "globex", "--yes", "--no-verify")
    assert use_case.given[2] == OffboardRequest(name="globex")
