from pathlib import Path

from cellwright.app.stacks.split import SplitRequest
from golden.cli import samples, stack_samples
from unit.cli.conftest import Place, Run


def test_init_says_which_commands_come_next(run: Run, place: Place) -> None:
    use_case = place("app.fleet.init.init", samples.SCAFFOLDED)
    assert "cellwright check" in run("init", "fleet").out
    assert use_case.given[0] == Path("fleet")
    assert run("init", "fleet", "--json").document == {
        "fleet": "fleet",
        "files": [str(path) for path in samples.SCAFFOLDED],
    }


def test_a_split_fleet_takes_a_remote(run: Run, place: Place) -> None:
    use_case = place("app.stacks.split.split", stack_samples.SPLIT_REFUSED)
    said = run("init", "--split", "infra", "--remote", "https://git.example.com/infra/", "--push")
    assert use_case.given[0] == SplitRequest(
        folder=Path("infra"), remote="https://git.example.com/infra/", push=True
    )
    assert "did not take the push" in said.out
    assert said.code == 1


def test_a_remote_without_split_is_refused(run: Run, place: Place) -> None:
    use_case = place("app.fleet.init.init", samples.SCAFFOLDED)
    said = run("init", "fleet", "--push")
    assert said.code == 1
    assert "go with --split" in said.err
    assert not use_case.given
