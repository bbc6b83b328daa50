from pathlib import Path

from golden.cli import samples
from unit.cli.conftest import Place, Run


def test_init_says_which_commands_come_next(run: Run, place: Place) -> None:
    use_case = place("app.fleet.init.init", samples.SCAFFOLDED)
    assert "cellwright check" in run("init", "fleet").out
    assert use_case.given[0] == Path("fleet")
    assert run("init", "fleet", "--json").document == {
        "fleet": "fleet",
        "files": [str(path) for path in samples.SCAFFOLDED],
    }
