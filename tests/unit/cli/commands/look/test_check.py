from golden.cli import samples
from unit.cli.conftest import Place, Run


def test_check_with_errors_ends_with_1(run: Run, place: Place) -> None:
    place("app.fleet.check.check", samples.FINDINGS)
    answer = run("check")
    assert answer.code == 1
    assert "clients/acme/client.yaml:5:11: error: the stack 'app' has no variable 'replica'" in answer.out
    assert len([line for line in answer.out.splitlines() if ": error: " in line]) == 2


def test_check_with_warnings_alone_ends_with_0(run: Run, place: Place) -> None:
    place("app.fleet.check.check", samples.FINDINGS[1:2])
    assert run("check").code == 0
    assert run("check", "--json").code == 0
